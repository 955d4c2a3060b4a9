# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one family of exceptions of this collection. Only the modules' common runner turns them into a failed task."""

from __future__ import annotations

import typing as t


class ImageOpsError(Exception):
    """A failure that a person can act on. ``extra`` travels into the task's result beside ``msg``."""

    def __init__(self, msg: str, **extra: t.Any) -> None:
        super().__init__(msg)
        self.msg = msg
        self.extra = extra

    def as_dict(self) -> dict[str, t.Any]:
        """The ``error`` block of a result: code, message, request_id, hint."""
        return {"code": type(self).__name__, "message": self.msg, "request_id": None, "hint": None}


class InvalidInput(ImageOpsError):
    """Everything that is wrong with the input, at once, before the first write."""

    def __init__(self, faults: t.Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__("The input is refused, nothing was changed: " + "; ".join(self.faults), faults=self.faults)


class Refused(ImageOpsError):
    """What is asked would touch something that was not selected, or can't be done to what is there."""

    def __init__(self, code: str, msg: str, hint: str | None = None, **extra: t.Any) -> None:
        super().__init__(msg, **extra)
        self.code = code
        self.hint = hint

    def as_dict(self) -> dict[str, t.Any]:
        return {"code": self.code, "message": self.msg, "request_id": None, "hint": self.hint}


class TimedOut(Refused):
    """The work still goes on in the cloud, but this run's time is over."""

    def __init__(self, msg: str, hint: str | None = None) -> None:
        super().__init__("TimedOut", msg, hint)


class CredentialsError(ImageOpsError):
    """No usable credentials. The library's own text is never passed on: it may hold signed URLs."""


class ApiError(ImageOpsError):
    """The API refused a call, or nothing that looks like its answer came back.

    :param deed: what was being done, for example ``copy image m-1 from cn-hangzhou to cn-beijing``
    :param code: the API's error code, or ``NoAnswer`` when the connection broke or timed out
    :param status: the HTTP status, 0 when there was none
    """

    NO_ANSWER = "NoAnswer"

    def __init__(self, deed: str, code: str, message: str, *, status: int = 0, request_id: str | None = None) -> None:
        self.deed = deed
        self.code = code
        self.message = message
        self.status = status
        self.request_id = request_id
        self.hint = hint_for(code)
        super().__init__(self._text())

    def _text(self) -> str:
        parts = [f"Could not {self.deed}: {self.code}: {self.message}"]
        if self.request_id:
            parts.append(f"(request id {self.request_id})")
        if self.hint:
            parts.append(self.hint)
        return " ".join(parts)

    @property
    def answered(self) -> bool:
        """Whether the API itself answered. If not, the call may or may not have taken effect."""
        return self.code != self.NO_ANSWER and self.status < 500

    def as_dict(self) -> dict[str, t.Any]:
        return {"code": self.code, "message": self.message, "request_id": self.request_id, "hint": self.hint}


# What to do next, by error code. A code that ends in "." stands for all codes that begin with it.
HINTS: dict[str, str] = {
    "Account.Arrearage": "Settle the account's bills, then run again.",
    "AssumeRoleError": "Create the RAM role AliyunECSShareEncryptImageDefaultRole, then share again.",
    "CancelNotSupported": "This copy can't be cancelled: wait until it has finished, then remove it with ecs_image and state=absent.",
    "Forbbiden": "Grant the missing RAM permission, also on the resource group (resource_group_id) if one is used.",
    "Forbidden": "Grant the missing RAM permission to these credentials.",
    "Forbidden.": "Grant the missing RAM permission to these credentials.",
    "ImageIsPublic": "Make the image private first (public=false in ecs_image_share, or unshare=true).",
    "ImageUseShared": "Unshare the image first (ecs_image_share with state=absent, or unshare=true).",
    "ImageUsingByInstance": "Instances use the image: set force=true to delete it all the same.",
    "IncompleteSignature": "Check the AccessKey secret.",
    "IncorrectImageStatus": "The image must be Available.",
    "InvalidAccessKeyId.": "Check the AccessKey id and that the key is active.",
    "InvalidAccount.Forbbiden": "Take your own account out of the list.",
    "InvalidAccount.NotFound": "Check the account id: it is the 16-digit id of an account of the same site.",
    "InvalidImageId.BidMismatch": "An image can't be shared between the China site and the international site.",
    "InvalidEncrypted.NotMatchDiskDefaultEncryption": "The account encrypts by default in that region: set encrypted=true there, or change the account's setting.",
    "InvalidImageId.NotFound": "Check the id, the region and the account: the image is not visible to these credentials there.",
    "InvalidImageName.Duplicated": "Another image has this name in that region: choose another name.",
    "InvalidOperation.ServiceKeyEncryptedImageUnsupported": "Only images encrypted with a customer key can be shared: copy the image again with kms_key_id under another name.",
    "InvalidParameter.KMSKeyId.": "Check the KMS key of that region: it must exist there, be enabled, and ECS must be allowed to use it.",
    "InvalidRegionId.NotFound": "Check the region, and that the endpoint belongs to it.",
    "InvalidSecurityToken.": "Get new temporary credentials, then run again: copies that were started go on and will be adopted.",
    "InvalidTimeStamp.Expired": "Set this machine's clock.",
    "NoAnswer": "Check the network, the proxy and the endpoint, then run again: what was started will be found.",
    "OperationDenied.CommunityImage": "Community images can't be copied: make the image private first.",
    "OperationDenied.InvalidImageStatus": "Only an Available image can be shared.",
    "OperationDenied.NonCompliantDestinationRegion": "The provider bars this destination region: leave it out.",
    "OperationDenied.SameRegionOnly": "An image shared by another account can only be copied inside its own region, and encrypted.",
    "OperationDeined.EncryptedSnapshot": "The image is encrypted: its copies must be encrypted too (encrypted=true).",
    "OperationDeined.FullImage": "An encrypted image with data disks can't be shared.",
    "QuotaExceed.Image": "Delete old images or ask for a higher image quota in that region, then run again.",
    "QuotaExceed.ShareImageUser": "Remove accounts from the image or ask for a higher quota of accounts per image.",
    "QuotaExceed.Snapshot": "Delete old snapshots or ask for a higher snapshot quota in that region, then run again.",
    "RegionNotSupportCopy": "This region has no image copies: leave it out.",
    "SignatureDoesNotMatch": "Check the AccessKey secret.",
    "SizeExceed.Image": "The image is too large for CopyImage: copy its snapshots and make an image from them in that region.",
    "SnapshotCreatedDisk": "Disks were made from the snapshot: set force_snapshots=true to delete it all the same.",
}


def hint_for(code: str) -> str | None:
    """The remedy for an error code, or None. The longest matching prefix wins."""
    if code in HINTS:
        return HINTS[code]
    prefixes = [key for key in HINTS if key.endswith(".") and code.startswith(key)]
    return HINTS[max(prefixes, key=len)] if prefixes else None
