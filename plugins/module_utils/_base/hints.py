# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do next, by error code."""

from __future__ import annotations

from ansible_collections.imageops.alicloud.plugins.module_utils._base.hints_by_action import (
    HINTS_BY_ACTION,
    TRANSFERS,
)

# What to do next, by error code. A code that ends in "." stands for all codes that begin with it.
HINTS: dict[str, str] = {
    "Account.Arrearage": "Settle the account's bills, then run again.",
    "AccountForbidden.CreateOrder": (
        "The account can't place orders: look at its state in the console, or ask the provider."
    ),
    "AssumeRoleError": "Create the RAM role AliyunECSShareEncryptImageDefaultRole, then share again.",
    "BrokenAnswer": "Check the endpoint and the proxy: the API does not answer like this.",
    "CancelNotSupported": (
        "This copy can't be cancelled: wait until it has finished, then remove it with ecs_image and state=absent."
    ),
    "CurrentRegion.NotSupportPublicImage": "This region has no community images: publish a copy in another region.",
    "Duplicate.TagKey": "Two tags have the same key: leave one out.",
    "Forbbiden": "Grant {action} to these credentials, also on the resource group if one is used.",
    "Forbidden": "Grant {action} to these credentials.",
    "Forbidden.": "Grant {action} to these credentials.",
    "Forbidden.RiskControl": (
        "The provider's risk control has barred the account: see its messages in the console, complete the identity "
        "check, or open a ticket. No right is missing."
    ),
    "Image.NotPublic": "The image is private already: leave public out.",
    "Image.Public": "The image is public already: leave public out.",
    "ImageCreatedNotFromCopy": (
        "This image is no running copy: check the id. Remove a finished image with ecs_image and state=absent."
    ),
    "ImageDescription.ContainsSensitiveWords": "Change the image's description with ecs_image, then publish it.",
    "ImageFamilyQuotaExceed": (
        "The region has too many image families: use one that is there, or ask for a higher quota."
    ),
    "ImageFamilyQuotaFull": "The region has too many image families: use one that is there, or ask for a higher quota.",
    "ImageIsCreating": "Wait until the image is finished, then run again.",
    "ImageIsExporting": (
        "An export of the image is running: wait until it has finished, or cancel it with ecs_image_export "
        "(state=absent)."
    ),
    "ImageIsImporting": (
        "The image is being imported: wait until it has finished, or cancel that with ecs_image (state=absent)."
    ),
    "ImageIsPublic": "Make the image private first (public=false in ecs_image_share, or unshare=true).",
    "ImageName.ContainsSensitiveWords": "Change the image's name with ecs_image, then publish it.",
    "ImageQuotaExceed.ImageFamily": (
        "The family has too many images: retire old ones with ecs_image_retire, or use another family."
    ),
    "ImageQuotaFull.ImageFamily": (
        "The family has too many images: retire old ones with ecs_image_retire, or use another family."
    ),
    "ImageStatus.NotAvailable": "Only an Available image can be deprecated: wait until it is finished.",
    "ImageStatus.NotDeprecated": "The image has changed meanwhile: run again.",
    "ImageUseShared": (
        "Unshare the image first (ecs_image_share with state=absent, or unshare=true). If its share list is empty, an "
        "organisation has it: take it back in Resource Sharing."
    ),
    "ImageUsingByInstance": "Instances use the image: set force=true to delete it all the same.",
    "IncompleteSignature": "Check the AccessKey secret.",
    "IncorrectDestinationRegion": (
        "Inside its own region an image can only be copied encrypted: set encrypted=true, or leave that region out."
    ),
    "IncorrectDiskStatus": "A disk of the instance is not in use: wait until it is attached, then run again.",
    "IncorrectDiskStatus.Invalid": "Restart the instance, then run again.",
    "IncorrectDiskStatus.NeverAttached": "Attach the disk to an instance once, then run again.",
    "IncorrectImageStatus": "The image must be Available.",
    "IncorrectInstanceStatus": "The instance must be Running or Stopped: wait until it is, then run again.",
    "IncorrectInstanceStatus.NeedRestart": (
        "A disk was attached while the instance was stopped: start the instance once, then run again."
    ),
    "InstanceExpired": "The instance has expired: renew it, or take another one.",
    "InstanceExpiredOrInArrears": "Renew the instance or settle the account's bills, then run again.",
    "InstanceLockedForSecurity": (
        "The provider has locked the instance: look at its messages in the console, and have it unlocked."
    ),
    "InsufficientBalance": "Top up the account's balance, then run again.",
    "InvalidAccessKeyId.": "Check the AccessKey id and that the key is active.",
    "InvalidAccount.Forbbiden": "Take your own account out of the list.",
    "InvalidAccount.NotFound": "Check the account id: it is the 16-digit id of an account of the same site.",
    "InvalidAccountStatus.NotEnoughBalance": "Top up the account's balance, then run again.",
    "InvalidAccountStatus.SnapshotServiceUnavailable": (
        "Activate the snapshot service for the account in the ECS console, then run again."
    ),
    "InvalidAction.Unauthorized": "Grant {action} to these credentials, as a rule by a policy of ECS for their user.",
    "InvalidBootMode.NotSupport": "Choose a boot_mode that the image's architecture has, or leave it out.",
    "InvalidDiskCategory.": "Images of such a disk can't be made. Leave the disk out, or move it to another category.",
    "InvalidEncrypted.NotMatchDiskDefaultEncryption": (
        "The account encrypts by default in that region: set encrypted=true there, or change the account's setting."
    ),
    "InvalidEncrypted.NotMatchKmsKeyId": "A key needs encryption: set encrypted=true beside kms_key_id.",
    "InvalidEncrypted.NotSupportDecrypt": (
        "The snapshot is encrypted: its copies must be encrypted too (encrypted=true)."
    ),
    "InvalidImageId.BidMismatch": "An image can't be shared between the China site and the international site.",
    "InvalidImageId.NotFound": (
        "Check the id, the region and the account: the image is not visible to these credentials there."
    ),
    "InvalidImageName.Duplicated": "Another image has this name in that region: choose another name.",
    "InvalidInstance.NotFoundSystemDisk": (
        "The instance has no system disk: make the image of another instance, or of snapshots."
    ),
    "InvalidInstanceId.NotFound": (
        "Check the id, the region and the account: the instance is not visible to these credentials there."
    ),
    "InvalidKMSKeyId.NotSymmetric": "Use a symmetric key (Aliyun_AES_256 or Aliyun_SM4) as kms_key_id.",
    "InvalidOperation.CloudBoxImageCopyUnsupported": "Images in a CloudBox can't be copied: leave this one out.",
    "InvalidOperation.DeleteSharedSnapshotUnsupported": (
        "The snapshot is shared in Resource Sharing: take it back there, then run again."
    ),
    "InvalidOperation.DiskCategoryUnsupported": (
        "Images of such a disk can't be made. Leave the disk out, or move it to another category."
    ),
    "InvalidOperation.FeaturesImdsSupportNotMatch": (
        "The API does not go back from v2 to v1: leave imds_support out, or make a new image."
    ),
    "InvalidOperation.NotSupportCopyInSameRegion": (
        "Inside its own region a snapshot can only be copied encrypted: set encrypted=true."
    ),
    "InvalidOperation.ResourceManagedByCloudProduct": (
        "Another product of the provider made the snapshot: delete it there."
    ),
    "InvalidOperation.ServiceKeyEncryptedImageUnsupported": (
        "Only images encrypted with a customer key can be shared: copy the image again with kms_key_id under "
        "another name."
    ),
    "InvalidOperation.SnapshotStorageLocationUnsupported": (
        "Snapshots in a CloudBox make no images: use one of the region's own."
    ),
    "InvalidOperation.VhdImageUnsupported": "Images in the format VHD can't be copied: import this one again as RAW.",
    "InvalidParameter.DataEncryptedKeyCreateFailed": (
        "KMS gave no data key: check that the key is enabled, then run again, or ask the provider's KMS support."
    ),
    "InvalidParameter.DiskType": (
        "An encrypted snapshot of a data disk can't be the system disk: give a snapshot of a system disk."
    ),
    "InvalidParameter.EncryptedIllegal": "A key needs encryption: set encrypted=true beside kms_key_id.",
    "InvalidParameter.FeaturesImdsSupport": "Choose v1 or v2 for imds_support, or leave it out.",
    "InvalidParameter.IsPublic": "Change accounts and public in two tasks.",
    "InvalidParameter.KMSKeyId.": (
        "Check the KMS key of that region: it must exist there, be enabled, and ECS must be allowed to use it."
    ),
    "InvalidParameter.KmsNotEnabled": "Activate KMS for the account, or copy without encryption.",
    "InvalidRegion.NotSupport": (
        "Customer keys are not offered in that region: leave kms_key_id out there for the service key."
    ),
    "InvalidRegionId.NotFound": "Check the region, and that the endpoint belongs to it.",
    "InvalidRegionId.NotSupportedEncryptedSnapshotCopy": (
        "That region takes no encrypted copies of snapshots: leave it out."
    ),
    "InvalidRegionId.NotSupportEncryptAlgorithm": (
        "That region does not encrypt this way: leave it out, or copy without a key there."
    ),
    "InvalidRegionId.ResourceGroup": "That region has no resource groups: leave resource_group_id out there.",
    "InvalidResourceGroup.NotFound": "Check resource_group_id: it must be a group of this account.",
    "InvalidResourceId.NotFound": "Check the id and the region: it may have been deleted meanwhile. Then run again.",
    "InvalidResourceId.NotSupported": "This resource takes no tags.",
    "InvalidSecurityToken.": (
        "Get new temporary credentials, then run again: copies that were started go on and will be adopted."
    ),
    "InvalidSnapshot.EncryptedNotSupported": "Encrypted snapshots can't be used here: give a plain one.",
    "InvalidSnapshot.StorageLocationNotSupported": (
        "Where the snapshot is stored it can't be copied: make one in the region itself."
    ),
    "InvalidSnapshot.TooOld": (
        "Snapshots from before 2013-07-15 can't be used: make a new snapshot of the disk, and an image of that."
    ),
    "InvalidSnapshotCategory.": (
        "Snapshots of this category can't be copied: make a standard snapshot of the disk, and copy that."
    ),
    "InvalidSnapshotCategory.NotSupportImageCreation": (
        "Snapshots of this category make no images: make a standard snapshot of the disk."
    ),
    "InvalidSnapshotId.EncryptedNotSupport": "Encrypted snapshots can't be copied here: give a plain one.",
    "InvalidSnapshotId.NotFound": (
        "Check the id, the region and the account: the snapshot is not visible to these credentials there."
    ),
    "InvalidSnapshotId.NotReady": "Wait until the snapshot is accomplished, then run again.",
    "InvalidStatus.ImageIsCreating": "Wait until the image is finished, then run again.",
    "InvalidStatus.ResourceGroup": "The resource group is being made or deleted: wait, or choose another one.",
    "InvalidSystemSnapshot.Missing": "Give the snapshot of the system disk too.",
    "InvalidTagCount": (
        "A resource has 20 tags at most, ours among them: give fewer, or remove some of those that are there."
    ),
    "InvalidTimeStamp.Expired": "Set this machine's clock.",
    "InvalidUser.NotInWhiteList": "Ask the provider to let this account copy snapshots.",
    "LackResource": (
        "The reserved capacity is used up: start the instance when there is some, or without the reservation."
    ),
    "NoAnswer": "Check the network, the proxy and the endpoint, then run again: what was started will be found.",
    "NoPermission.Tag": "This tag belongs to the provider: leave it out.",
    "OperationDeined.EncryptedSnapshot": "The image is encrypted: its copies must be encrypted too (encrypted=true).",
    "OperationDeined.FullImage": "An encrypted image with data disks can't be shared.",
    "OperationDeined.ImageUsingByInstance": (
        "Instances use the image: leave boot_mode out, or make a new image with it."
    ),
    "OperationDenied": (
        "The snapshots of this image can't be used for it: the message says why. Make a new image of an instance "
        "of yours."
    ),
    "OperationDenied.CommunityImage": "Community images can't be copied: make the image private first.",
    "OperationDenied.EncryptSnapshotAcrossRegion": (
        "A plain image can't be encrypted on its way to that region: encrypt a copy in its own region, and copy that."
    ),
    "OperationDenied.ImageCopyConflict": "A copy of it is running: wait until it has finished, then run again.",
    "OperationDenied.ImageCopying": (
        "A copy of it is running: wait until it has finished, or cancel it with ecs_image_copy_cancel."
    ),
    "OperationDenied.InvalidImageStatus": "Only an Available image can be shared.",
    "OperationDenied.InvalidSnapshotCategory": (
        "Snapshots of this category make no images: make a standard snapshot of the disk."
    ),
    "OperationDenied.KmsServiceUnauthorized": (
        "Activate KMS for the account and let ECS use it (role AliyunECSDiskEncryptDefaultRole), then run again."
    ),
    "OperationDenied.NonCompliantDestinationRegion": "The provider bars this destination region: leave it out.",
    "OperationDenied.NoStock": (
        "The instance type is sold out in that zone: try again later, or choose another type or zone."
    ),
    "OperationDenied.NotAuthorized": (
        "Buy or subscribe to the marketplace image that this one was made from, then run again."
    ),
    "OperationDenied.NotPublished": (
        "The marketplace image that this one was made from is not offered in that region: leave it out."
    ),
    "OperationDenied.QuotaExceed": (
        "A resource has 20 tags at most, ours among them: give fewer, or remove some of those that are there."
    ),
    "OperationDenied.SameRegionOnly": (
        "An image shared by another account can only be copied inside its own region, and encrypted."
    ),
    "OperationDenied.SnapshotCategoryNotSupportCopy": (
        "Snapshots of this category can't be copied: make a standard snapshot of the disk, and copy that."
    ),
    "PublicImageAgreement.NotSigned": "Accept the Community Image Terms of Service in the ECS console, then run again.",
    "QuotaExceed.ElasticQuota": "Ask for a higher quota of instances of this type, or choose another type.",
    "QuotaExceed.Image": "Delete old images or ask for a higher image quota in that region, then run again.",
    "QuotaExceed.ShareImage": (
        "Too many images are shared: unshare old ones, or ask for a higher quota of shared images."
    ),
    "QuotaExceed.ShareImageUser": "Remove accounts from the image or ask for a higher quota of accounts per image.",
    "QuotaExceed.Snapshot": "Delete old snapshots or ask for a higher snapshot quota in that region, then run again.",
    "QuotaExceed.SnapshotQuota": (
        "Delete old snapshots, or ask your reseller for a higher snapshot quota, then run again."
    ),
    "QuotaExceed.Tags": (
        "A resource has 20 tags at most, ours among them: give fewer, or remove some of those that are there."
    ),
    "RegionNotSupportCopy": "This region has no image copies: leave it out.",
    "SignatureDoesNotMatch": "Check the AccessKey secret.",
    "SizeExceed.Image": (
        "The image is too large for CopyImage: copy its snapshots and make an image from them in that region."
    ),
    "SnapshotCreatedDisk": "Disks were made from the snapshot: set force_snapshots=true to delete it all the same.",
    "SnapshotCreatedImage": "An image uses the snapshot: remove that image first.",
    "SnapshotNotReady": "Wait until the snapshot is accomplished, then run again.",
    "TagKey.Duplication": "The resource has a tag whose key differs in case only: use that key.",
    "UntrustedCertificate": (
        "Check the endpoint and this machine's clock, or give the file with the authority behind that certificate as "
        "ca_path. validate_certs=false would trust any server."
    ),
    "UserNotInTheWhiteList": (
        "The account is not allowed to do this yet: ask the provider, or leave kms_key_id or the data disk's "
        "snapshot out."
    ),
}


def hint_for(code: str, action: str = "") -> str | None:
    """The remedy for an error code, or None. The longest matching prefix wins.

    :param action: the RAM action that the call needs
    """
    prefixes = [key for key in HINTS if key.endswith(".") and code.startswith(key)]
    general = HINTS.get(code) or TRANSFERS.get(code) or (HINTS[max(prefixes, key=len)] if prefixes else None)
    hint = HINTS_BY_ACTION.get((action, code)) or general
    return hint.format(action=action or "the missing RAM permission") if hint else None
