# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every refusal that an account or the state of things can cause comes with what to do next."""

from __future__ import annotations

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.hints import (
    HINTS,
    HINTS_BY_ACTION,
    TRANSFERS,
    hint_for,
)

# By the call that answers so. Left out is what only a fault of ours can cause, and what is refused in the input.
CODES = {
    "CopyImage": """
        Account.Arrearage Forbbiden IncorrectDestinationRegion IncorrectImageStatus
        InvalidEncrypted.NotMatchDiskDefaultEncryption InvalidEncrypted.NotMatchKmsKeyId InvalidImageId.NotFound
        InvalidImageName.Duplicated InvalidOperation.CloudBoxImageCopyUnsupported
        InvalidOperation.VhdImageUnsupported InvalidParameter.DataEncryptedKeyCreateFailed
        InvalidParameter.EncryptedIllegal InvalidParameter.KMSKeyId.CMKNotEnabled
        InvalidParameter.KMSKeyId.CMKUnauthorized InvalidParameter.KMSKeyId.KMSUnauthorized
        InvalidParameter.KMSKeyId.NotFound InvalidParameter.KmsNotEnabled InvalidRegion.NotSupport
        InvalidRegionId.NotSupportEncryptAlgorithm InvalidResourceGroup.NotFound InvalidSnapshot.TooOld
        InvalidSnapshotId.NotFound OperationDeined.EncryptedSnapshot OperationDenied OperationDenied.CommunityImage
        OperationDenied.EncryptSnapshotAcrossRegion OperationDenied.ImageCopyConflict OperationDenied.ImageCopying
        OperationDenied.KmsServiceUnauthorized OperationDenied.NonCompliantDestinationRegion
        OperationDenied.NotAuthorized OperationDenied.NotPublished OperationDenied.SameRegionOnly QuotaExceed.Image
        QuotaExceed.Snapshot RegionNotSupportCopy SizeExceed.Image UserNotInTheWhiteList
    """,
    "RunInstances": "InvalidInstanceType.ValueNotSupported InvalidSecurityGroupId.NotFound InvalidVSwitchId.NotFound",
    "CancelCopyImage": """
        CancelNotSupported ImageCreatedNotFromCopy IncorrectImageStatus InvalidImageId.NotFound
    """,
    "ModifyImageSharePermission": """
        AssumeRoleError CurrentRegion.NotSupportPublicImage ImageDescription.ContainsSensitiveWords
        ImageName.ContainsSensitiveWords InvalidAccount.Forbbiden InvalidAccount.NotFound
        InvalidImageId.BidMismatch InvalidImageId.NotFound InvalidOperation.ServiceKeyEncryptedImageUnsupported
        InvalidParameter.IsPublic OperationDeined.EncryptedSnapshot OperationDeined.FullImage
        OperationDenied.InvalidImageStatus PublicImageAgreement.NotSigned QuotaExceed.ShareImage
        QuotaExceed.ShareImageUser
    """,
    "DeleteImage": """
        ImageIsCreating ImageIsExporting ImageIsImporting ImageIsPublic ImageUseShared ImageUsingByInstance
        InvalidImageId.NotFound OperationDenied.ImageCopying
    """,
    "CopySnapshot": """
        InvalidAccountStatus.NotEnoughBalance InvalidAccountStatus.SnapshotServiceUnavailable
        InvalidEncrypted.NotMatchKmsKeyId InvalidEncrypted.NotSupportDecrypt InvalidKMSKeyId.NotSymmetric
        InvalidOperation.NotSupportCopyInSameRegion InvalidParameter.DataEncryptedKeyCreateFailed
        InvalidParameter.KmsNotEnabled InvalidRegion.NotSupport InvalidRegionId.NotSupportEncryptAlgorithm
        InvalidRegionId.NotSupportedEncryptedSnapshotCopy InvalidSnapshot.EncryptedNotSupported
        InvalidSnapshot.StorageLocationNotSupported InvalidSnapshotCategory.NotSupportCopy
        InvalidSnapshotCategory.NotSupportCrossRegionCopy InvalidSnapshotCategory.NotSupportEncryptedCopy
        InvalidSnapshotId.EncryptedNotSupport InvalidSnapshotId.NotFound InvalidSnapshotId.NotReady
        InvalidUser.NotInWhiteList OperationDenied.SnapshotCategoryNotSupportCopy
        QuotaExceed.SnapshotQuota
    """,
    "CreateImage": """
        AccountForbidden.CreateOrder ImageFamilyQuotaExceed ImageQuotaExceed.ImageFamily IncorrectDiskStatus
        IncorrectDiskStatus.Invalid IncorrectDiskStatus.NeverAttached IncorrectInstanceStatus
        IncorrectInstanceStatus.NeedRestart InstanceLockedForSecurity InvalidAccountStatus.NotEnoughBalance
        InvalidAccountStatus.SnapshotServiceUnavailable InvalidBootMode.NotSupport InvalidDiskCategory.CreateImage
        InvalidImageName.Duplicated InvalidInstance.NotFoundSystemDisk InvalidInstanceId.NotFound
        InvalidOperation.DiskCategoryUnsupported InvalidOperation.SnapshotStorageLocationUnsupported
        InvalidParameter.DiskType InvalidParameter.FeaturesImdsSupport InvalidResourceGroup.NotFound
        InvalidSnapshot.TooOld InvalidSnapshotCategory.NotSupportImageCreation InvalidSnapshotId.NotFound
        InvalidSnapshotId.NotReady InvalidSystemSnapshot.Missing OperationDenied
        OperationDenied.InvalidSnapshotCategory QuotaExceed.Image QuotaExceed.Tags SnapshotNotReady
        UserNotInTheWhiteList
    """,
    "ModifyImageAttribute": """
        ImageFamilyQuotaFull ImageQuotaFull.ImageFamily ImageStatus.NotAvailable ImageStatus.NotDeprecated
        ImageUseShared InvalidBootMode.NotSupport InvalidImageName.Duplicated
        InvalidOperation.FeaturesImdsSupportNotMatch InvalidParameter.FeaturesImdsSupport
        InvalidStatus.ImageIsCreating OperationDeined.ImageUsingByInstance
    """,
    "DeleteSnapshot": """
        InvalidOperation.DeleteSharedSnapshotUnsupported InvalidOperation.ResourceManagedByCloudProduct
        SnapshotCreatedDisk SnapshotCreatedImage
    """,
    "TagResources": """
        InvalidResourceId.NotFound InvalidResourceId.NotSupported InvalidTagCount NoPermission.Tag
        OperationDenied.QuotaExceed QuotaExceed.Tags TagKey.Duplication
    """,
    "JoinResourceGroup": """
        InvalidRegionId.ResourceGroup InvalidResourceGroup.NotFound InvalidStatus.ResourceGroup
    """,
    "StopInstance": """
        IncorrectInstanceStatus InstanceExpiredOrInArrears InstanceLockedForSecurity InvalidInstanceId.NotFound
    """,
    "StartInstance": """
        IncorrectInstanceStatus InstanceExpired InstanceLockedForSecurity InsufficientBalance LackResource
        OperationDenied.NoStock QuotaExceed.ElasticQuota
    """,
    "ImportImage": """
        Account.Arrearage ImageCheckUnsupported.WindowsImage ImageIsImporting ImportImageFailed
        InvalidAccountStatus.OSSDisabled InvalidArchitecture.PlatformUnsupported InvalidBlockSize.NotSupport
        InvalidBootMode.NotSupport InvalidDataDiskSize InvalidImageFormat.Malformed
        InvalidImageFormat.RegionNotSupported InvalidImageName.Duplicated InvalidImageSize InvalidLicenseType.BYOLOnly
        InvalidLicenseType.NotSupported InvalidOSS.NotAuthorized InvalidOSSBucket.EncryptUnsupported
        InvalidOSSBucket.NotFound InvalidOSSBucket.NotMatched InvalidOSSObject.NeedRestore InvalidOSSObject.NotFound
        InvalidOSSObject.Size InvalidParameter.FeaturesImdsSupport InvalidRegion.NotSupport
        InvalidResourceGroup.NotFound InvalidVHDImage.IncorrectSize NoSetRoletoECSServiceAccount
        NoSetRoletoECSServiceAcount QuotaExceed.Image TagKey.Duplication UnsupportedSuffix.OSSObject
        UserNotInTheWhiteList
    """,
    "ExportImage": """
        ConcurrentQuotaExceed.ExportImage ExportImageFailed ImageIsExporting ImageNotSupported IncorrectImageStatus
        InvalidImage.DiskAmountOrSize InvalidImageCategory.NotSupported InvalidImageFormat.Malformed
        InvalidImageFormat.RegionNotSupported InvalidImageId.NotFound InvalidImageLicense.NotSupported
        InvalidOSS.NotAuthorized InvalidOSSBucket.EncryptUnsupported InvalidOSSBucket.NotFound
        InvalidOSSBucket.NotMatched InvalidOSSObject.NeedRestore InvalidRegion.NotSupport NoSetRoletoECSServiceAccount
        NoSetRoletoECSServiceAcount OperationDenied UserNotInTheWhiteList WeeklyQuotaExceed.ExportImage
    """,
    "CancelTask": """
        CancelTaskFailed InvalidTaskId.NotFound InvalidTaskId.TaskActionNotSupport
    """,
    "DescribeTaskAttribute": """
        InvalidTaskId.NotFound
    """,
    "DescribeImages": """
        Forbidden.RAM IncompleteSignature InvalidAccessKeyId.NotFound InvalidSecurityToken.Expired
        InvalidTimeStamp.Expired NoAnswer SignatureDoesNotMatch
    """,
}


@pytest.mark.parametrize("action", CODES)
def test_a_refusal_has_a_remedy(action: str) -> None:
    assert [code for code in CODES[action].split() if not hint_for(code, f"ecs:{action}")] == []


@pytest.mark.parametrize("hint", [*HINTS.values(), *HINTS_BY_ACTION.values(), *TRANSFERS.values()])
def test_a_remedy_is_a_sentence(hint: str) -> None:
    said = hint.format(action="ecs:CopyImage")
    assert said[0].isupper() and said.endswith(".") and "{" not in said and "  " not in said


def test_the_remedies_are_in_order() -> None:
    assert list(HINTS) == sorted(HINTS, key=str.lower)
    assert list(TRANSFERS) == sorted(TRANSFERS, key=str.lower)


@pytest.mark.parametrize("code", ["NoSetRoletoECSServiceAcount", "NoSetRoletoECSServiceAccount"])
@pytest.mark.parametrize(("action", "right"), [("Import", "oss:GetBucketInfo"), ("Export", "oss:ListParts")])
def test_the_role_that_lacks_is_named_with_its_rights(action: str, right: str, code: str) -> None:
    hint = str(hint_for(code, f"ecs:{action}Image"))
    assert f"AliyunECSImage{action}DefaultRole" in hint and right in hint


def test_the_longest_beginning_of_a_code_counts() -> None:
    assert hint_for("InvalidSnapshotCategory.Whatever") == HINTS["InvalidSnapshotCategory."]
    assert hint_for("InvalidSnapshotCategory.NotSupportImageCreation") != HINTS["InvalidSnapshotCategory."]
    assert hint_for("Forbidden.RAM", "ecs:CopyImage") == "Grant ecs:CopyImage to these credentials."
    assert hint_for("NobodyKnows") is None


def test_one_code_may_need_another_remedy_for_another_call() -> None:
    code = "OperationDeined.EncryptedSnapshot"
    assert "encrypted=true" in str(ApiError("copy", code, "no", action="ecs:CopyImage").hint)
    assert "public" in str(ApiError("share", code, "no", action="ecs:ModifyImageSharePermission").hint)
