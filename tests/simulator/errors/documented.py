# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codes that the API documents for the actions around images: those in the common table, and those never answered.

With an action's own rows the two lists are all codes that are documented for it. Tests compare them with the table
and with what they cause themselves. A fault rule of kind `error` can answer any code.
"""

from __future__ import annotations

_MARKET = "no marketplace here"
_CLOUDBOX = "no CloudBox here"
_CATEGORY = "all disks and snapshots are of one category"
_ALGORITHM = "EncryptAlgorithm is refused by another code before"
_MONEY = "no bills here"
_DISK_STATES = "disks have no states of their own here"

COMMON_CODES: dict[str, tuple[str, ...]] = {
    "CopyImage": (
        "InternalError",
        "InvalidImageId.NotFound",
        "InvalidParameter.DataEncryptedKeyCreateFailed",
        "InvalidParameter.KMSKeyId.CMKNotEnabled",
        "InvalidParameter.KMSKeyId.CMKUnauthorized",
        "InvalidParameter.KMSKeyId.KMSUnauthorized",
        "InvalidResourceGroup.NotFound",
        "InvalidSnapshot.TooOld",
    ),
    "CancelCopyImage": ("InternalError", "InvalidImageId.NotFound", "InvalidRegionId.NotFound"),
    "ModifyImageSharePermission": (
        "InvalidImageId.NotFound",
        "InvalidParameter.KMSKeyId.CMKNotEnabled",
        "InvalidParameter.KMSKeyId.CMKUnauthorized",
        "MissingParameter",
    ),
    "DescribeImages": ("InternalError", "InvalidTag.Mismatch", "InvalidTagCount"),
    "DeleteImage": ("InvalidImageId.NotFound", "InvalidRegionId.NotFound"),
    "CreateImage": (
        "Duplicate.TagKey",
        "InternalError",
        "InvalidAccountStatus.SnapshotServiceUnavailable",
        "InvalidInstanceId.NotFound",
        "InvalidParameter.KMSKeyId.KMSUnauthorized",
        "InvalidResourceGroup.NotFound",
        "InvalidSnapshotId.NotFound",
        "InvalidTagKey.Malformed",
        "InvalidTagValue.Malformed",
        "QuotaExceed.Tags",
    ),
    "CopySnapshot": (
        "Duplicate.TagKey",
        "InternalError",
        "InvalidAccountStatus.SnapshotServiceUnavailable",
        "InvalidParameter.DataEncryptedKeyCreateFailed",
        "InvalidParameter.KMSKeyId.CMKNotEnabled",
        "InvalidParameter.KMSKeyId.CMKUnauthorized",
        "InvalidParameter.KMSKeyId.KMSUnauthorized",
        "InvalidTagKey.Malformed",
        "InvalidTagValue.Malformed",
    ),
    "DeleteSnapshot": ("InternalError",),
}
NOT_MODELLED: dict[str, dict[str, str]] = {
    "CopyImage": {
        "InvalidAliUid.IsNull": "internal to the provider",
        "OperationDenied": "no snapshot is barred from images as such",
        "OperationDenied.NotPublished": _MARKET,
        "OperationDenied.NotAuthorized": _MARKET,
        "OperationDenied.EncryptSnapshotAcrossRegion": "contradicts the newer guide: plain images become encrypted",
        "InvalidRegionId.NotSupportEncryptAlgorithm": _ALGORITHM,
        "OperationDenied.KmsServiceUnauthorized": "InvalidParameter.KmsNotEnabled and KMSUnauthorized stand for it",
        "InvalidOperation.CloudBoxImageCopyUnsupported": _CLOUDBOX,
    },
    "CancelCopyImage": {
        "InvalidDescription.Malformed": "the call has no description",
    },
    "ModifyImageSharePermission": {
        "InvalidGroup.Malformed": "the call has no group",
    },
    "DescribeImages": {},
    "DeleteImage": {},
    "CreateImage": {
        "InvalidImageVersion.Malformed": "the form of a version is not documented",
        "InvalidDiskCategory.CreateImage": _CATEGORY,
        "InvalidOperation.DiskCategoryUnsupported": _CATEGORY,
        "InvalidParameter.AllEmpty": "not said which parameters it means",
        "AccountForbidden.CreateOrder": _MONEY,
        "InvalidAccountStatus.NotEnoughBalance": _MONEY,
        "IncorrectDiskStatus": _DISK_STATES,
        "IncorrectDiskStatus.Invalid": _DISK_STATES,
        "IncorrectDiskStatus.NeverAttached": _DISK_STATES,
        "IncorrectDiskStatus.Transferring": _DISK_STATES,
        "IncorrectInstanceStatus.NeedRestart": _DISK_STATES,
        "InvalidParamter.Conflict": "IdempotenceParamNotMatch is answered instead",
        "OperationDenied.InvalidSnapshotCategory": _CATEGORY,
        "InvalidSnapshotCategory.NotSupportImageCreation": _CATEGORY,
        "InvalidSystemSnapshot.Missing": "OperationDenied is answered instead",
        "TooManySnapshot.Unfinished": "no such quota here",
        "QuotaExceed.ConcurrentSnapshotQuota": "IncorrectDiskStatus.CreatingSnapshot comes first",
        "HibernationConfigured.InstanceOperationForbidden": "no hibernation here",
        "SnapshotNotReady": "InvalidSnapshotId.NotReady is answered instead",
        "InvalidOperation.SnapshotStorageLocationUnsupported": _CLOUDBOX,
    },
    "CopySnapshot": {
        "InvalidRegionId.MalFormed": "InvalidRegionId.NotExists is answered instead",
        "InvalidSnapshotId.EncryptedNotSupport": "an older rule; encrypted snapshots can be copied",
        "InvalidSnapshot.EncryptedNotSupported": "an older rule; encrypted snapshots can be copied",
        "InvalidSnapshotCategory.NotSupportCopy": _CATEGORY,
        "InvalidSnapshotCategory.NotSupportCrossRegionCopy": _CATEGORY,
        "InvalidSnapshotCategory.NotSupportEncryptedCopy": _CATEGORY,
        "OperationDenied.SnapshotCategoryNotSupportCopy": _CATEGORY,
        "InvalidUser.NotInWhiteList": "copying snapshots is open to all",
        "InvalidAccountStatus.NotEnoughBalance": _MONEY,
        "InvalidOperation.Unauthorized": "Forbidden.RAM is answered instead",
        "InvalidRegionId.NotSupportEncryptAlgorithm": "the call has no EncryptAlgorithm",
        "InvalidEncryptAlgorithm": "the call has no EncryptAlgorithm",
        "InvalidEncrypted.NotMatchEncryptAlgorithm": "the call has no EncryptAlgorithm",
        "InvalidParameterDestinationStorageLocationArn.RegionNotMatch": _CLOUDBOX,
        "InvalidParameterDestinationStorageLocationArn.Malformed": _CLOUDBOX,
        "InvalidSnapshot.StorageLocationNotSupported": _CLOUDBOX,
        "InvalidOperation.Conflict": "not said what collides; a ClientToken has its own codes",
        "InvalidParamter": "InvalidParameter is answered instead",
    },
    "DeleteSnapshot": {
        "IncorrectDiskStatus.CreatingSnapshot": "deleting a snapshot in progress stops it",
        "Operation.Conflict": "nothing collides: a deletion is done at once",
        "InvalidOperation.RelatedSnapshotNotFinished": _CATEGORY,
        "InvalidOperation.ResourceManagedByCloudProduct": "no other product owns anything here",
    },
}
