# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of the launch template calls, which say everything an instance can be started with."""

from __future__ import annotations

_DISK = (
    "AutoSnapshotPolicyId BurstingEnabled:bool Category DeleteWithInstance:bool Description DiskName Encrypted "
    "KMSKeyId PerformanceLevel ProvisionedIops:int Size:int"
)
_SYSTEM_DISK, _DATA_DISK = f"{_DISK} Iops:int", f"{_DISK} Device SnapshotId"
_INTERFACE = (
    "DeleteOnRelease:bool Description InstanceType NetworkInterfaceName NetworkInterfaceTrafficMode PrimaryIpAddress "
    "SecurityGroupId SecurityGroupIds.N VSwitchId"
)


def _under(prefix: str, words: str) -> str:
    return " ".join(f"{prefix}.{word}" for word in words.split())


_DATA = (
    "AutoReleaseTime AutoRenew:bool AutoRenewPeriod:int CreditSpecification DeletionProtection:bool DeploymentSetId "
    "Description EnableVmOsConfig:bool HostName HttpEndpoint HttpPutResponseHopLimit:int HttpTokens ImageId "
    "ImageOptions.LoginAsNonRoot:bool ImageOwnerAlias InstanceChargeType InstanceName InstanceType InternetChargeType "
    "InternetMaxBandwidthIn:int InternetMaxBandwidthOut:int IoOptimized Ipv6AddressCount:int KeyPairName NetworkType "
    "PasswordInherit:bool Period:int PeriodUnit PrivateIpAddress RamRoleName ResourceGroupId "
    "SecurityEnhancementStrategy SecurityGroupId SecurityGroupIds.N SecurityOptions.TrustedSystemMode SpotDuration:int "
    "SpotPriceLimit:float SpotStrategy Tag.N.Key Tag.N.Value UserData VSwitchId VersionDescription VpcId ZoneId "
    f"{_under('SystemDisk', _SYSTEM_DISK)} {_under('DataDisk.N', _DATA_DISK)} "
    f"{_under('NetworkInterface.N', _INTERFACE)}"
)
_ONE = "RegionId! LaunchTemplateId LaunchTemplateName"

SPECS = {
    # The one field that only a new template takes.
    "CreateLaunchTemplate": "RegionId! LaunchTemplateName! SecurityOptions.EnableSecureBoot:bool "
    "TemplateResourceGroupId TemplateTag.N.Key TemplateTag.N.Value "
    f"{_DATA}",
    "CreateLaunchTemplateVersion": f"{_ONE} {_DATA}",
    "DescribeLaunchTemplates": "RegionId! LaunchTemplateId.N LaunchTemplateName.N PageNumber:int PageSize:int "
    "TemplateResourceGroupId TemplateTag.N.Key TemplateTag.N.Value",
    "DescribeLaunchTemplateVersions": f"{_ONE} DefaultVersion:bool DetailFlag:bool LaunchTemplateVersion.N "
    "MaxVersion:int MinVersion:int PageNumber:int PageSize:int",
    "ModifyLaunchTemplateDefaultVersion": f"{_ONE} DefaultVersionNumber:int!",
    "DeleteLaunchTemplateVersion": f"{_ONE} DeleteVersion.N!",
    "DeleteLaunchTemplate": _ONE,
}
