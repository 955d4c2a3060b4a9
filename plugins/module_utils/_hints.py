# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do next, by error code."""

from __future__ import annotations

# What to do next, by error code. A code that ends in "." stands for all codes that begin with it.
HINTS: dict[str, str] = {
    "Account.Arrearage": "Settle the account's bills, then run again.",
    "AssumeRoleError": "Create the RAM role AliyunECSShareEncryptImageDefaultRole, then share again.",
    "CancelNotSupported": (
        "This copy can't be cancelled: wait until it has finished, then remove it with ecs_image and state=absent."
    ),
    "Forbbiden": "Grant {action} to these credentials, also on the resource group if one is used.",
    "Forbidden": "Grant {action} to these credentials.",
    "Forbidden.": "Grant {action} to these credentials.",
    "ImageIsPublic": "Make the image private first (public=false in ecs_image_share, or unshare=true).",
    "ImageUseShared": "Unshare the image first (ecs_image_share with state=absent, or unshare=true).",
    "ImageUsingByInstance": "Instances use the image: set force=true to delete it all the same.",
    "IncompleteSignature": "Check the AccessKey secret.",
    "IncorrectImageStatus": "The image must be Available.",
    "InvalidAccessKeyId.": "Check the AccessKey id and that the key is active.",
    "InvalidAccount.Forbbiden": "Take your own account out of the list.",
    "InvalidAccount.NotFound": "Check the account id: it is the 16-digit id of an account of the same site.",
    "InvalidImageId.BidMismatch": "An image can't be shared between the China site and the international site.",
    "InvalidEncrypted.NotMatchDiskDefaultEncryption": (
        "The account encrypts by default in that region: set encrypted=true there, or change the account's setting."
    ),
    "InvalidImageId.NotFound": (
        "Check the id, the region and the account: the image is not visible to these credentials there."
    ),
    "InvalidImageName.Duplicated": "Another image has this name in that region: choose another name.",
    "InvalidOperation.ServiceKeyEncryptedImageUnsupported": (
        "Only images encrypted with a customer key can be shared: copy the image again with kms_key_id under "
        "another name."
    ),
    "InvalidParameter.KMSKeyId.": (
        "Check the KMS key of that region: it must exist there, be enabled, and ECS must be allowed to use it."
    ),
    "InvalidRegionId.NotFound": "Check the region, and that the endpoint belongs to it.",
    "InvalidSecurityToken.": (
        "Get new temporary credentials, then run again: copies that were started go on and will be adopted."
    ),
    "InvalidTimeStamp.Expired": "Set this machine's clock.",
    "NoAnswer": "Check the network, the proxy and the endpoint, then run again: what was started will be found.",
    "OperationDenied.CommunityImage": "Community images can't be copied: make the image private first.",
    "OperationDenied.ImageCopying": (
        "A copy of it is running: wait until it has finished, or cancel it with ecs_image_copy_cancel."
    ),
    "OperationDenied.InvalidImageStatus": "Only an Available image can be shared.",
    "OperationDenied.NonCompliantDestinationRegion": "The provider bars this destination region: leave it out.",
    "OperationDenied.SameRegionOnly": (
        "An image shared by another account can only be copied inside its own region, and encrypted."
    ),
    "OperationDeined.EncryptedSnapshot": "The image is encrypted: its copies must be encrypted too (encrypted=true).",
    "OperationDeined.FullImage": "An encrypted image with data disks can't be shared.",
    "QuotaExceed.Image": "Delete old images or ask for a higher image quota in that region, then run again.",
    "QuotaExceed.ShareImageUser": "Remove accounts from the image or ask for a higher quota of accounts per image.",
    "QuotaExceed.Snapshot": "Delete old snapshots or ask for a higher snapshot quota in that region, then run again.",
    "RegionNotSupportCopy": "This region has no image copies: leave it out.",
    "SignatureDoesNotMatch": "Check the AccessKey secret.",
    "SizeExceed.Image": (
        "The image is too large for CopyImage: copy its snapshots and make an image from them in that region."
    ),
    "SnapshotCreatedDisk": "Disks were made from the snapshot: set force_snapshots=true to delete it all the same.",
}


def hint_for(code: str, action: str = "") -> str | None:
    """The remedy for an error code, or None. The longest matching prefix wins.

    :param action: the RAM action that the call needs, for refusals for lack of a right
    """
    prefixes = [key for key in HINTS if key.endswith(".") and code.startswith(key)]
    hint = HINTS.get(code) or (HINTS[max(prefixes, key=len)] if prefixes else None)
    return hint.format(action=action or "the missing RAM permission") if hint else None
