# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error cases of the actions on images that are there: copy, cancel, share, list, delete."""

from __future__ import annotations

from typing import Any

from simulator.state.tasks import Task
from simulator_tests.error_lab import BEIJING, OLD, Case, Lab, Params, Prepare, fault, given, nothing, unprivileged
from simulator_tests.helpers import HOME, MAIN, ONE

KEYED = {"size": 20, "encrypted": True}


def copied(case: str, prepare: Prepare = nothing, **params: str | None) -> Case:
    return Case("CopyImage", case, prepare, given(**params))


def keyed(lab: Lab, **entry: Any) -> Params:
    return {"Encrypted": "true", "KMSKeyId": lab.key(**entry)}


def without_snapshot(lab: Lab) -> None:
    image = lab.sim.world.region_images(HOME)[lab.image()]
    del lab.sim.world.snapshots[image.disks[0].snapshot_id]


def copying(lab: Lab, code: str) -> Params:
    lab.set(copy_conflict_code=code)
    lab.copy()
    return {"DestinationImageName": "second"}


def shared_to_me(lab: Lab) -> Params:
    return {"ImageId": lab.image(account=ONE, shares=["1000000000000001"]), "Encrypted": "true"}


def taken_in_older_words(lab: Lab) -> None:
    lab.set(copy_duplicated_text="older")
    lab.image(region=BEIJING)


COPY = [
    copied("Forbbiden", unprivileged),
    copied("InvalidDescription.Malformed", DestinationDescription="x"),
    copied("SourceRegion.NotFound", RegionId="mars"),
    copied("DestinationRegion.NotFound", DestinationRegionId="mars"),
    copied("IncorrectImageStatus", lambda lab: lab.image(status="UnAvailable")),
    copied("InvalidSnapshotId.NotFound", without_snapshot),
    copied("InvalidImageName.Duplicated", lambda lab: lab.image(region=BEIJING)),
    copied("InvalidImageName.Duplicated#older", taken_in_older_words),
    copied("InvalidParameter.EncryptedIllegal", KMSKeyId="k"),
    copied(
        "InvalidEncrypted.NotMatchKmsKeyId",
        lambda lab: lab.set(copy_key_without_encryption_code="InvalidEncrypted.NotMatchKmsKeyId"),
        KMSKeyId="k",
    ),
    copied("InvalidEncrypted.NotMatchEncryptAlgorithm", EncryptAlgorithm="x"),
    copied("InvalidEncryptAlgorithm", EncryptAlgorithm="x", Encrypted="true"),
    copied("OperationDenied.CommunityImage", lambda lab: lab.image(is_public=True)),
    copied("InvalidImageName.Malformed", DestinationImageName="1x"),
    copied("InvalidParameter.KmsNotEnabled", lambda lab: lab.account(kms_enabled=False), Encrypted="true"),
    copied("OperationDenied.ImageCopyConflict", lambda lab: copying(lab, "OperationDenied.ImageCopyConflict")),
    copied("OperationDenied.ImageCopying", lambda lab: copying(lab, "OperationDenied.ImageCopying")),
    copied("InvalidOperation.Conflict", lambda lab: copying(lab, "InvalidOperation.Conflict")),
    copied("Account.Arrearage", lambda lab: lab.account(arrears=True)),
    copied("QuotaExceed.Image", lambda lab: lab.set(image_quota=0)),
    copied("QuotaExceed.Snapshot", lambda lab: lab.set(snapshot_quota=0)),
    copied("RegionNotSupportCopy", lambda lab: lab.set(copy_refused_regions=[BEIJING])),
    copied("IncorrectDestinationRegion", DestinationRegionId=HOME, DestinationImageName="again"),
    copied("OperationDeined.EncryptedSnapshot", lambda lab: lab.image(disks=[KEYED])),
    copied("OperationDenied.SameRegionOnly", shared_to_me),
    copied(
        "OperationDenied.NonCompliantDestinationRegion",
        lambda lab: lab.set(copy_noncompliant_destinations=[BEIJING]),
    ),
    copied("InvalidRegion.NotSupport", DestinationRegionId="cn-nanjing", Encrypted="true"),
    copied(
        "InvalidEncrypted.NotMatchDiskDefaultEncryption",
        lambda lab: lab.account(default_encryption=[BEIJING]),
    ),
    copied("SizeExceed.Image", lambda lab: lab.set(copy_size_limit_gib=19)),
    copied("InvalidParameter.KMSKeyId.NotFound", Encrypted="true", KMSKeyId="k"),
    copied("UserNotInTheWhiteList", lambda lab: (lab.account(byok=False), keyed(lab))[1]),
    copied("InvalidOperation.VhdImageUnsupported", lambda lab: lab.image(format="VHD")),
    copied("InvalidImageId.NotFound", ImageId="m-none"),
    copied("InvalidResourceGroup.NotFound", ResourceGroupId="rg-none"),
    copied("InvalidSnapshot.TooOld", lambda lab: lab.image(disks=[{"size": 20, "created": OLD}])),
    copied("InvalidParameter.KMSKeyId.CMKNotEnabled", lambda lab: keyed(lab, state="Disabled")),
    copied("InvalidParameter.KMSKeyId.CMKUnauthorized", lambda lab: keyed(lab, refuses="tags")),
    copied("InvalidParameter.DataEncryptedKeyCreateFailed", lambda lab: keyed(lab, refuses="data_keys")),
    copied(
        "InvalidParameter.KMSKeyId.KMSUnauthorized",
        lambda lab: (lab.account(disk_encryption_role=False), keyed(lab))[1],
    ),
    copied("InternalError", fault("internal")),
]


def ended(lab: Lab, status: str) -> Params:
    return {"RegionId": HOME, "ImageId": lab.image(name="ended", status=status, is_copied=True)}


def cancelled(lab: Lab) -> Params:
    copy = lab.copy()
    lab.ok("CancelCopyImage", RegionId=BEIJING, ImageId=copy)
    return {"ImageId": copy}


def stubborn(lab: Lab) -> None:
    lab.sim.faults.add({"kind": "not_cancellable", "action": "CancelCopyImage"})


CANCEL = [
    Case("CancelCopyImage", "ImageCreatedNotFromCopy", lambda lab: {"RegionId": HOME, "ImageId": lab.image(name="x1")}),
    Case("CancelCopyImage", "IncorrectImageStatus#completed", lambda lab: ended(lab, "Available")),
    Case("CancelCopyImage", "IncorrectImageStatus#failed", lambda lab: ended(lab, "CreateFailed")),
    Case("CancelCopyImage", "IncorrectImageStatus#not_copying", cancelled),
    Case("CancelCopyImage", "CancelNotSupported", stubborn),
    Case("CancelCopyImage", "InvalidRegionId.NotFound", params=given(RegionId="mars")),
    Case("CancelCopyImage", "InvalidImageId.NotFound", params=given(ImageId="m-none")),
    Case("CancelCopyImage", "InternalError", lambda lab: lab.sim.faults.add({"kind": "internal", "nth": 2})),
]


def keyed_image(lab: Lab, disks: int = 1, **entry: Any) -> str:
    key = lab.key(HOME, **entry)
    return lab.image(disks=[{**KEYED, "kms_key_id": key}] * disks)


def western(lab: Lab, **image: Any) -> Params:
    lab.account(community_terms=True)
    image_id = lab.image(region="us-west-1", **image)
    return {"RegionId": "us-west-1", "ImageId": image_id, "AddAccount.1": None, "IsPublic": "true"}


def wordy(lab: Lab, **image: Any) -> Params:
    lab.set(sensitive_words=["secret"])
    return western(lab, **image)


def shared(case: str, prepare: Prepare = nothing, **params: str | None) -> Case:
    return Case("ModifyImageSharePermission", case, prepare, given(**params))


SHARE = [
    shared("MissingParameter", ImageId=None),
    shared("UnnecessaryParameter.LaunchPermission", LaunchPermission="HIDDEN"),
    shared("ForbiddenParameter.LaunchPermission", LaunchPermission="HIDDEN", AddAccount__1=None),
    shared(
        "InvalidParameter.LaunchPermission",
        lambda lab: lab.account(launch_permissions=["HIDDEN"]),
        LaunchPermission="other",
        AddAccount__1=None,
    ),
    shared("AssumeRoleError", lambda lab: (lab.account(share_encrypted_role=False), keyed_image(lab))),
    shared("ImageDescription.ContainsSensitiveWords", lambda lab: wordy(lab, description="a Secret")),
    shared("ImageName.ContainsSensitiveWords", lambda lab: wordy(lab, name="the-secret")),
    shared("Image.Public", lambda lab: western(lab, is_public=True)),
    shared("CurrentRegion.NotSupportPublicImage", AddAccount__1=None, IsPublic="true"),
    shared("Image.NotPublic", AddAccount__1=None, IsPublic="false"),
    shared("OperationDeined.FullImage", lambda lab: keyed_image(lab, 2)),
    shared("QuotaExceed.ShareImage", lambda lab: lab.set(shared_images_quota=0)),
    shared("QuotaExceed.ShareImageUser", lambda lab: lab.set(share_quota=0)),
    shared("InvalidImageId.BidMismatch", lambda lab: lab.plant("accounts", id=ONE, site="china")),
    shared("OperationDeined.EncryptedSnapshot", lambda lab: western(lab, disks=[KEYED])),
    shared("OperationDenied.InvalidImageStatus", lambda lab: lab.image(status="Deprecated")),
    shared("OperationDenied.InvalidImageStatus#unfinished", lambda lab: lab.image(status="Creating")),
    shared("PublicImageAgreement.NotSigned", lambda lab: (western(lab), lab.account(community_terms=False))[0]),
    shared("InvalidParameter.IsPublic", IsPublic="true"),
    shared("InvalidOperation.ServiceKeyEncryptedImageUnsupported", lambda lab: lab.image(disks=[KEYED])),
    shared("InvalidAccount.NotFound", AddAccount__1="42"),
    shared("InvalidAccount.Forbbiden", AddAccount__1="1000000000000001"),
    shared("InvalidImageId.NotFound", ImageId="m-none"),
    shared("InvalidParameter.KMSKeyId.CMKNotEnabled", lambda lab: keyed_image(lab, state="Disabled")),
    shared("InvalidParameter.KMSKeyId.CMKUnauthorized", lambda lab: keyed_image(lab, refuses="tags")),
]


def listed(case: str, prepare: Prepare = nothing, **params: str | None) -> Case:
    return Case("DescribeImages", case, prepare, given(**params))


LIST = [
    listed("InvalidImageOwnerAlias.ValueNotSupported", ImageOwnerAlias="me"),
    listed("InvalidParamter", PageSize="0"),
    listed("InvalidInstanceType.ValueNotSupported", InstanceType="big"),
    listed("InvalidFilterValue.NetworkType", Filter__1__Key="NetworkType", Filter__1__Value="x"),
    listed("InvalidOperation.ImageOwnerIdUnsupported", ImageOwnerId="1"),
    listed("InvalidImageOwnerAlias.PublicImageUnsupported", IsPublic="true", ImageOwnerAlias="self"),
    listed("CurrentAccount.NotSupportPublicImage", lambda lab: lab.account(community_queries=False), IsPublic="true"),
    listed("InvalidFilterKey.NotFound", Filter__1__Key="x", Filter__1__Value="y"),
    listed("InvalidFilterValue", Filter__1__Key="CreationEndTime", Filter__1__Value="y"),
    listed("InvalidUsage", Usage="x"),
    listed("InvalidOSType", OSType="x"),
    listed("InvalidArchitecture", Architecture="x"),
    listed("InvalidTag.Mismatch", Tag__1__Value="x"),
    listed("InvalidTagCount", lambda dummy: {f"Tag.{number}.Key": "x" for number in range(1, 22)}),
    listed("InternalError", fault("internal")),
]


def with_task(lab: Lab, action: str) -> None:
    lab.sim.world.tasks["t-1"] = Task("t-1", action, MAIN, HOME, lab.image(), lab.sim.clock.now(), 60.0)


def used(lab: Lab) -> None:
    lab.instance(image_id=lab.image())


DELETE = [
    Case("DeleteImage", "ImageIsImporting", lambda lab: with_task(lab, "ImportImage")),
    Case("DeleteImage", "ImageIsExporting", lambda lab: with_task(lab, "ExportImage")),
    Case("DeleteImage", "ImageUsingByInstance", used),
    Case("DeleteImage", "ImageUseShared", lambda lab: lab.image(shares=[ONE])),
    Case("DeleteImage", "OperationDenied.ImageCopying", lambda lab: lab.copy()),
    Case("DeleteImage", "ImageIsPublic", lambda lab: lab.image(is_public=True)),
    Case("DeleteImage", "ImageIsCreating", lambda lab: lab.image(status="Creating")),
    Case("DeleteImage", "InvalidImageId.NotFound", params=given(ImageId="m-none")),
    Case("DeleteImage", "InvalidRegionId.NotFound", params=given(RegionId="mars")),
]

IMAGE_CASES = [*COPY, *CANCEL, *SHARE, *LIST, *DELETE]
