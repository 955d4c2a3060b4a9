# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which parameters each action knows. Anything else in a request is an error.

In a list, `!` means required, `:bool`, `:int` and `:float` are types, `.N` counts from 1, `Tag.N.Key` is an object's
field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import api_error, invalid, is_listed, missing
from ..wire.request import Pairs
from . import template_parameters

_TAGS = "Tag.N.Key Tag.N.Value"
_PAGES = "PageNumber:int PageSize:int"
_FILTERS = "Filter.N.Key Filter.N.Value"
_IMAGE = "RegionId! ImageId!"
# What an instance can be started with and what here means something, or may at least be said without harm.
_LAUNCH = (
    "InstanceType! ClientToken Description DryRun:bool HostName ImageFamily ImageId InstanceChargeType InstanceName "
    "InternetChargeType InternetMaxBandwidthIn:int InternetMaxBandwidthOut:int IoOptimized KeyPairName Password "
    "PasswordInherit:bool RamRoleName ResourceGroupId SecurityEnhancementStrategy SecurityGroupId SecurityGroupIds.N "
    "SecurityOptions.EnableSecureBoot:bool SpotStrategy SystemDisk.Category SystemDisk.Description "
    "SystemDisk.DiskName SystemDisk.Encrypted:bool SystemDisk.KMSKeyId SystemDisk.PerformanceLevel "
    f"SystemDisk.Size:int UserData VSwitchId ZoneId {_TAGS}"
)
# Accepted everywhere and without meaning today.
# Older clients put this into every call, wanted or not.
_ADDED = frozenset(("RegionId",))
_LEGACY = frozenset(("OwnerAccount", "OwnerId", "ResourceOwnerAccount", "ResourceOwnerId"))

SPECS: dict[str, str] = {
    "DescribeRegions": "AcceptLanguage InstanceChargeType ResourceType",
    "DescribeInstances": f"RegionId! {_FILTERS} AdditionalAttributes.N DeviceAvailable:bool DryRun:bool EipAddresses "
    "HpcClusterId HttpEndpoint HttpPutResponseHopLimit:int HttpTokens ImageId InnerIpAddresses InstanceChargeType "
    "InstanceIds InstanceName InstanceNetworkType InstanceType InstanceTypeFamily InternetChargeType IoOptimized:bool "
    "Ipv6Address.N KeyPairName LockReason MaxResults:int NeedSaleCycle:bool NextToken PrivateIpAddresses "
    f"PublicIpAddresses RdmaIpAddresses ResourceGroupId SecurityGroupId Status VSwitchId VpcId ZoneId {_PAGES} {_TAGS}",
    "DescribeInstanceStatus": f"RegionId! ClusterId InstanceId.N ZoneId {_PAGES}",
    "DescribeUserData": "RegionId! InstanceId!",
    "DescribeDisks": f"RegionId! {_FILTERS} AdditionalAttributes.N AutoSnapshotPolicyId Category "
    "DeleteAutoSnapshot:bool DeleteWithInstance:bool DiskChargeType DiskIds DiskName DiskType DryRun:bool "
    "EnableAutoSnapshot:bool EnableAutomatedSnapshotPolicy:bool EnableShared:bool Encrypted:bool InstanceId KMSKeyId "
    "LockReason MaxResults:int MultiAttach NextToken PerformanceLevel Portable:bool ResourceGroupId SnapshotId Status "
    f"ZoneId {_PAGES} {_TAGS}",
    "RunInstances": f"RegionId! Amount:int MinAmount:int {_LAUNCH}",
    "CreateInstance": f"RegionId! {_LAUNCH}",
    "DeleteInstance": "InstanceId! DryRun:bool Force:bool ForceStop:bool TerminateSubscription:bool",
    "DeleteInstances": "RegionId! InstanceId.N! ClientToken DryRun:bool Force:bool ForceStop:bool "
    "TerminateSubscription:bool",
    "ReplaceSystemDisk": "InstanceId! Architecture ClientToken DiskId Encrypted:bool ImageId KMSKeyId KeyPairName "
    "Password PasswordInherit:bool Platform SecurityEnhancementStrategy SystemDisk.Size:int UseAdditionalService:bool",
    "DescribeSecurityGroups": f"RegionId! MaxResults:int NextToken SecurityGroupId VpcId {_PAGES}",
    "DescribeVpcs": f"RegionId! VpcId {_PAGES}",
    "DescribeVSwitches": f"RegionId VpcId VSwitchId ZoneId {_PAGES}",
    "StopInstance": "InstanceId! ConfirmStop:bool DryRun:bool ForceStop:bool Hibernate:bool StoppedMode",
    "StartInstance": "InstanceId! DryRun:bool InitLocalDisk:bool",
    "CreateImage": "RegionId! Architecture BootMode ClientToken Description DetectionStrategy "
    "DiskDeviceMapping.N.Device DiskDeviceMapping.N.DiskType DiskDeviceMapping.N.Size:int "
    "DiskDeviceMapping.N.SnapshotId DryRun:bool Features.ImdsSupport ImageFamily ImageName ImageVersion InstanceId "
    f"Platform ResourceGroupId SecureBootOptions.SecureBootSupport SnapshotId {_TAGS}",
    "DescribeImages": f"RegionId! {_FILTERS} ActionType Architecture DryRun:bool ImageFamily ImageId ImageName "
    "ImageOwnerAlias ImageOwnerId:int InstanceType IsPublic:bool IsSupportCloudinit:bool IsSupportIoOptimized:bool "
    f"OSType ResourceGroupId ShowExpired:bool SnapshotId Status Usable:bool Usage {_PAGES} {_TAGS}",
    "DescribeImageFromFamily": "RegionId! ImageFamily!",
    "DescribeImageSupportInstanceTypes": f"RegionId! ImageId {_FILTERS} ActionType",
    "CopyImage": f"{_IMAGE} ClientToken DestinationDescription DestinationImageName DestinationRegionId DryRun:bool "
    f"EncryptAlgorithm Encrypted:bool KMSKeyId ResourceGroupId {_TAGS}",
    "CancelCopyImage": _IMAGE,
    "ModifyImageAttribute": f"{_IMAGE} BootMode Description DryRun:bool Features.ImdsSupport Features.NvmeSupport "
    "ImageFamily ImageName LicenseType Status",
    "DeleteImage": f"{_IMAGE} DryRun:bool Force:bool",
    "ModifyImageSharePermission": f"{_IMAGE} AddAccount.N DryRun:bool IsPublic:bool LaunchPermission RemoveAccount.N",
    "ModifyImageShareGroupPermission": f"{_IMAGE} AddGroup.N RemoveGroup.N",
    "DescribeImageSharePermission": f"{_IMAGE} {_PAGES}",
    "CreateSnapshot": "DiskId! Category ClientToken Description InstantAccess:bool InstantAccessRetentionDays:int "
    f"ResourceGroupId RetentionDays:int SnapshotName StorageLocationArn {_TAGS}",
    "CopySnapshot": "RegionId! SnapshotId! DestinationRegionId! DestinationSnapshotName! "
    "DestinationSnapshotDescription! Arn.N.AssumeRoleFor:int Arn.N.RoleType Arn.N.Rolearn ClientToken "
    f"DestinationStorageLocationArn Encrypted:bool KMSKeyId ResourceGroupId RetentionDays:int {_TAGS}",
    "DescribeSnapshots": f"RegionId! {_FILTERS} Category DiskId DryRun:bool Encrypted:bool InstanceId KMSKeyId "
    "MaxResults:int NextToken ResourceGroupId SnapshotIds SnapshotLinkId SnapshotName SnapshotType SourceDiskType "
    f"Status Usage {_PAGES} {_TAGS}",
    "DeleteSnapshot": "SnapshotId! Force:bool",
    "ModifySnapshotAttribute": "SnapshotId! Description DisableInstantAccess:bool RetentionDays:int SnapshotName",
    "LockSnapshot": "RegionId! SnapshotId! LockMode! LockDuration:int! CoolOffPeriod:int! ClientToken DryRun:bool",
    "UnlockSnapshot": "RegionId! SnapshotId! ClientToken DryRun:bool",
    "DescribeLockedSnapshots": "RegionId! DryRun:bool LockStatus MaxResults:int NextToken SnapshotIds.N",
    "TagResources": "RegionId! ResourceType! ResourceId.N! Tag.N.Key! Tag.N.Value",
    "UntagResources": "RegionId! ResourceType! ResourceId.N! All:bool TagKey.N",
    "ListTagResources": "RegionId! ResourceType! NextToken ResourceId.N TagFilter.N.TagKey "
    f"TagFilter.N.TagValues.N {_TAGS}",
    "AddTags": "RegionId! ResourceType! ResourceId! Tag.N.Key! Tag.N.Value",
    "RemoveTags": "RegionId! ResourceType! ResourceId! Tag.N.Key! Tag.N.Value",
    "DescribeTags": f"RegionId! Category ResourceId ResourceType {_PAGES} {_TAGS}",
    "DescribeResourceByTags": f"RegionId! ResourceType {_PAGES} {_TAGS}",
    "CreateKeyPair": f"RegionId! KeyPairName! ResourceGroupId {_TAGS}",
    "DescribeKeyPairs": "RegionId! IncludePublicKey:bool KeyPairFingerPrint KeyPairName ResourceGroupId "
    f"{_PAGES} {_TAGS}",
    "AttachKeyPair": "RegionId! KeyPairName! InstanceIds!",
    "DetachKeyPair": "RegionId! KeyPairName! InstanceIds!",
    "DeleteKeyPairs": "RegionId! KeyPairNames!",
    "DescribeEndpoints": "Id! ServiceCode! Type Namespace Service",
    **template_parameters.SPECS,
    "ImportImage": "RegionId! Architecture BootMode ClientToken Description DetectionStrategy "
    "DiskDeviceMapping.N.Device DiskDeviceMapping.N.DiskImSize:int DiskDeviceMapping.N.DiskImageSize:int "
    "DiskDeviceMapping.N.Format DiskDeviceMapping.N.OSSBucket DiskDeviceMapping.N.OSSObject DryRun:bool "
    "Features.ImdsSupport Features.NvmeSupport ImageName LicenseType OSType Platform ResourceGroupId RoleName "
    f"StorageLocationArn {_TAGS}",
    "ExportImage": "RegionId! ImageId! OSSBucket! DryRun:bool ImageFormat OSSPrefix RoleName",
    "DescribeTasks": f"RegionId! EndTime ResourceIds.N StartTime TaskAction TaskGroupId TaskIds TaskStatus {_PAGES}",
    "DescribeTaskAttribute": "RegionId! TaskId!",
    "CancelTask": "RegionId! TaskId!",
    "DescribeScalingConfigurations": "RegionId! ScalingConfigurationId.N ScalingConfigurationName.N ScalingGroupId "
    f"{_PAGES}",
    "DescribeScalingGroups": "RegionId! ScalingGroupId.N ScalingGroupName ScalingGroupName.N GroupType ResourceGroupId "
    f"{_PAGES}",
    "ListSharedResources": "ResourceOwner! MaxResults:int NextToken ResourceArns.N ResourceIds.N ResourceShareIds.N "
    "ResourceType Target",
    "ListSharedTargets": "ResourceOwner! MaxResults:int NextToken ResourceArn ResourceId ResourceShareIds.N "
    "ResourceType Targets.N",
    "JoinResourceGroup": "ResourceGroupId! ResourceId! ResourceType! RegionId!",
    "GetCallerIdentity": "",
    "AssumeRoleWithOIDC": "RoleArn! OIDCProviderArn! OIDCToken! RoleSessionName! DurationSeconds:int Policy",
    "AssumeRole": "RoleArn! RoleSessionName! DurationSeconds:int ExternalId Policy SourceIdentity",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of an action; `name` has N for every number."""

    name: str
    kind: str
    required: bool

    @property
    def root(self) -> str:
        return self.name.partition(".")[0]


def _read(spec: str) -> dict[str, Parameter]:
    parameters = {}
    for word in spec.split():
        name, dummy, kind = word.rstrip("!").partition(":")
        parameters[name] = Parameter(name, kind or "str", word.endswith("!"))
    return parameters


KNOWN: dict[str, dict[str, Parameter]] = {action: _read(spec) for action, spec in SPECS.items()}
_NUMBER = re.compile(r"\.[1-9][0-9]*(?=\.|$)")
# Written so by some clients, and listed in either case.
_LOWER_TAGS = frozenset(
    ("CreateImage", "CreateSnapshot", "DescribeImages", "DescribeSnapshots", "DescribeDisks", "DescribeInstances")
)
_LOWER_TAG = re.compile(r"(?<=^Tag\.)([0-9]+)\.(key|value)$")
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
BOOLEANS = {"true": True, "True": True, "false": False, "False": False}


def check(action: str, pairs: Pairs, refuses: bool = True) -> dict[str, str]:
    """The parameters of a call, all of the right type, each once; those that are not known are refused or left out."""
    known = KNOWN[action]
    given: dict[str, str] = {}
    for word, value in pairs:
        name = _LOWER_TAG.sub(_as_written, word) if action in _LOWER_TAGS else word
        parameter = known.get(_NUMBER.sub(".N", name))
        if name in _LEGACY or (parameter is None and name in _ADDED):
            continue
        if parameter is None and not refuses:
            continue
        if parameter is None or name in given:
            raise invalid(action, name)
        _check_type(action, parameter, name, value)
        given[name] = value
    return given


def _as_written(match: re.Match[str]) -> str:
    return f"{match[1]}.{match[2].capitalize()}"


def _check_type(action: str, parameter: Parameter, name: str, value: str) -> None:
    forms = {"int": _INTEGER, "float": _DECIMAL}
    good = value in BOOLEANS if parameter.kind == "bool" else True
    if parameter.kind in forms:
        good = bool(forms[parameter.kind].fullmatch(value))
    if not good:
        # Where an action lists this (misspelt) code, it is the one for values of no use.
        raise api_error(action, "InvalidParamter") if is_listed(action, "InvalidParamter") else invalid(action, name)


def check_required(action: str, given: dict[str, str], leave_out: frozenset[str] = frozenset()) -> None:
    """Required parameters must be there and not empty."""
    for parameter in KNOWN[action].values():
        if not parameter.required or parameter.root in leave_out:
            continue
        if "." in parameter.name:
            present = any(_NUMBER.sub(".N", name) == parameter.name and value for name, value in given.items())
        else:
            present = bool(given.get(parameter.name))
        if not present:
            raise missing(action, parameter.root)
