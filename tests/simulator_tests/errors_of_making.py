# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error cases of what makes and removes: images from disks, copies of snapshots, deletion of snapshots."""

from __future__ import annotations

from typing import Any

from simulator_tests.error_lab import (
    BEIJING,
    OLD,
    Case,
    Lab,
    Params,
    Prepare,
    family,
    fault,
    given,
    nothing,
    twice,
    with_disk,
    with_map,
)
from simulator_tests.helpers import HOME, MAIN, ONE


def made(case: str, prepare: Prepare = nothing, **params: str | None) -> Case:
    return Case("CreateImage", case, prepare, given(**params))


def from_snapshot(lab: Lab, **entry: Any) -> Params:
    return {"InstanceId": None, "SnapshotId": lab.snapshot(**entry)}


def encrypted_disk(lab: Lab, **key: Any) -> Params:
    return with_disk(lab, encrypted=True, kms_key_id=lab.key(HOME, **key))


def data_disk_as_system(lab: Lab, **entry: Any) -> Params:
    snapshot = lab.snapshot(type="data", **entry)
    return {
        "InstanceId": None,
        "DiskDeviceMapping.1.SnapshotId": snapshot,
        "DiskDeviceMapping.1.DiskType": "system",
    }


def busy_disk(lab: Lab) -> None:
    lab.ok("CreateImage", **lab.defaults("CreateImage"))


def used_token(lab: Lab) -> Params:
    lab.ok("CreateImage", **lab.defaults("CreateImage"), ClientToken="t")
    return {"ClientToken": "t", "ImageName": "other"}


def diskless(lab: Lab) -> Params:
    return {"InstanceId": lab.instance(disks=[])}


CREATE = [
    made("InvalidImageName.Malformed", ImageName="1x"),
    made("InvalidImageName.Duplicated", lambda lab: lab.image(), ImageName="golden"),
    made("InvalidDescription.Malformed", Description="x"),
    made("IncorrectInstanceStatus", lambda lab: {"InstanceId": lab.instance(status="Starting")}),
    made("InstanceLockedForSecurity", lambda lab: {"InstanceId": lab.instance(locked="security")}),
    made("InvalidDevice.Malformed", lambda lab: with_map(lab, {"Device": "/dev/sda", "Size": "20"})),
    made("MissingParameter#source", InstanceId=None),
    made("InvalidSize.ValueNotSupported", lambda lab: with_map(lab, {"Size": "1"})),
    made("InvalidDevice.InUse", lambda lab: with_map(lab, {"Device": "/dev/xvdb"}, {"Device": "/dev/xvdb"})),
    made("OperationDenied#no_system", InstanceId=None, DiskDeviceMapping__1__Size="20"),
    made("OperationDenied#two_systems", lambda lab: with_map(lab, {"SnapshotId": lab.snapshot()})),
    made("OperationDenied#data_disk", lambda lab: from_snapshot(lab, type="data")),
    made("OperationDenied#shared", lambda lab: from_snapshot(lab, account=ONE, shares=[MAIN])),
    made("InvalidArchitecture.Malformed", Architecture="x"),
    made("InvalidPlatform.Malformed", Platform="x"),
    made("InvalidParameter.DiskType", lambda lab: data_disk_as_system(lab, encrypted=True)),
    made("InvalidInstance.NotFoundSystemDisk", diskless),
    made("InvalidImageFamily.Malformed", ImageFamily="1"),
    made("ImageQuotaExceed.ImageFamily", lambda lab: family(lab, images_per_family=1)),
    made("ImageFamilyQuotaExceed", lambda lab: family(lab, families_per_region=1), ImageFamily="other"),
    made("InvalidDiskType.ValueNotSupported", lambda lab: with_map(lab, {"DiskType": "x"})),
    made("IdempotenceParamNotMatch", used_token),
    made("InvalidBootMode.NotSupport", BootMode="x"),
    made("InvalidParameter.FeaturesImdsSupport", Features__ImdsSupport="v3"),
    made("InvalidSnapshotId.NotReady", lambda lab: from_snapshot(lab, status="failed")),
    made("InvalidSnapshot.TooOld", lambda lab: from_snapshot(lab, created=OLD)),
    made("QuotaExceed.Image", lambda lab: lab.set(image_quota=0)),
    made("QuotaExceed.Snapshot", lambda lab: lab.set(snapshot_quota=0)),
    made("UserNotInTheWhiteList", data_disk_as_system),
    made("IncorrectDiskStatus.CreatingSnapshot", busy_disk),
    made("InvalidParameter.KMSKeyId.CMKNotEnabled", lambda lab: encrypted_disk(lab, state="Disabled")),
    made("InvalidParameter.KMSKeyId.CMKUnauthorized", lambda lab: encrypted_disk(lab, refuses="tags")),
    made(
        "InvalidParameter.KMSKeyId.KMSUnauthorized",
        lambda lab: (lab.account(disk_encryption_role=False), encrypted_disk(lab))[1],
    ),
    made("InvalidAccountStatus.SnapshotServiceUnavailable", lambda lab: lab.account(snapshot_service=False)),
    made("Duplicate.TagKey", lambda dummy: twice()),
    made("InvalidTagKey.Malformed", Tag__1__Key="acs:x"),
    made("InvalidTagValue.Malformed", Tag__1__Key="x", Tag__1__Value="acs:x"),
    made("QuotaExceed.Tags", lambda dummy: {f"Tag.{number}.Key": f"x{number}" for number in range(1, 22)}),
    made("InvalidResourceGroup.NotFound", ResourceGroupId="rg-none"),
    made("InvalidSnapshotId.NotFound", InstanceId=None, SnapshotId="s-none"),
    made("InvalidInstanceId.NotFound", InstanceId="i-none"),
    made("InternalError", fault("internal")),
]


def copied(case: str, prepare: Prepare = nothing, **params: str | None) -> Case:
    return Case("CopySnapshot", case, prepare, given(**params))


def keyed(lab: Lab, **entry: Any) -> Params:
    return {"Encrypted": "true", "KMSKeyId": lab.key(**entry)}


def unfinished(lab: Lab, **params: str) -> None:
    lab.ok("CopySnapshot", **{**lab.defaults("CopySnapshot"), **params})


COPY = [
    copied("InvalidParameter.Arns", Arn__1__Rolearn="x"),
    copied("InvalidParameterDestinationStorageLocationArn.Unauthorized", DestinationStorageLocationArn="x"),
    copied("InvalidSnapshotId.NotFound", SnapshotId="s-none"),
    copied("InvalidSnapshotId.NotReady", lambda lab: lab.snapshot(status="failed")),
    copied("InvalidOperation.UnfinishedCrossRegionCopy", unfinished),
    copied("InvalidOperation.UnfinishedEncryptedSnapshotCopy", lambda lab: unfinished(lab, Encrypted="true")),
    copied("InvalidOperation.NotSupportCopyInSameRegion", DestinationRegionId=HOME),
    copied("InvalidSnapshotName.Malformed", DestinationSnapshotName="auto-1"),
    copied("InvalidDescription.Malformed", DestinationSnapshotDescription="x"),
    copied("InvalidRetentionDays.Malformed", RetentionDays="0"),
    copied("InvalidRegionId.NotSupportedEncryptedSnapshotCopy", DestinationRegionId="cn-nanjing", Encrypted="true"),
    copied("InvalidRegion.NotSupport", lambda lab: keyed(lab, region="cn-fuzhou"), DestinationRegionId="cn-fuzhou"),
    copied("InvalidRegionId.NotExists", DestinationRegionId="mars"),
    copied("InvalidEncrypted.NotMatchKmsKeyId", KMSKeyId="k"),
    copied("InvalidEncrypted.NotSupportDecrypt", lambda lab: lab.snapshot(encrypted=True)),
    copied("InvalidParameter.KmsNotEnabled", lambda lab: lab.account(kms_enabled=False), Encrypted="true"),
    copied("InvalidParameter.KMSKeyId.NotFound", Encrypted="true", KMSKeyId="k"),
    copied("InvalidKMSKeyId.NotSymmetric", lambda lab: keyed(lab, symmetric=False)),
    copied("QuotaExceed.SnapshotQuota", lambda lab: lab.set(snapshot_quota=0)),
    copied(
        "OperationDenied.NonCompliantDestinationRegion",
        lambda lab: lab.set(copy_noncompliant_destinations=[BEIJING]),
    ),
    copied("Duplicate.TagKey", lambda dummy: twice()),
    copied("InvalidTagKey.Malformed", Tag__1__Key="acs:x"),
    copied("InvalidTagValue.Malformed", Tag__1__Key="x", Tag__1__Value="aliyun-x"),
    copied("InvalidAccountStatus.SnapshotServiceUnavailable", lambda lab: lab.account(snapshot_service=False)),
    copied("InvalidParameter.KMSKeyId.CMKNotEnabled", lambda lab: keyed(lab, state="Disabled")),
    copied("InvalidParameter.KMSKeyId.CMKUnauthorized", lambda lab: keyed(lab, refuses="tags")),
    copied("InvalidParameter.DataEncryptedKeyCreateFailed", lambda lab: keyed(lab, refuses="data_keys")),
    copied(
        "InvalidParameter.KMSKeyId.KMSUnauthorized",
        lambda lab: (lab.account(disk_encryption_role=False), keyed(lab))[1],
    ),
    copied("InternalError", fault("internal")),
]


def locked_otherwise(lab: Lab) -> None:
    lab.set(lock_delete_code="OperationDenied.SnapshotLocked")
    lab.snapshot(lock={"days": 1})


def with_disk_from_it(lab: Lab) -> None:
    disk = next(iter(lab.sim.world.disks.values()))
    disk.source_snapshot_id = lab.snapshot()


DELETE = [
    Case("DeleteSnapshot", "MissingParameter", params=given(SnapshotId=None)),
    Case("DeleteSnapshot", "InvalidOperation.SnapshotLocked", lambda lab: lab.snapshot(lock={"days": 1})),
    Case("DeleteSnapshot", "OperationDenied.SnapshotLocked", locked_otherwise),
    Case("DeleteSnapshot", "SnapshotCreatedImage", lambda lab: lab.image()),
    Case("DeleteSnapshot", "SnapshotCreatedDisk", with_disk_from_it),
    Case(
        "DeleteSnapshot",
        "InvalidOperation.DeleteSharedSnapshotUnsupported",
        lambda lab: lab.snapshot(shares=[ONE]),
    ),
    Case("DeleteSnapshot", "InvalidSnapshotId.NotFound", params=given(SnapshotId="s-none")),
    Case("DeleteSnapshot", "InternalError", fault("internal")),
]

MAKING_CASES = [*CREATE, *COPY, *DELETE]
