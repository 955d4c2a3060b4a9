# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's error codes that the flows know, in sets that say what they mean. Their remedies are in ``hints.py``."""

from __future__ import annotations

# Whatever the call was

# "Not now". The call had no effect, so that a repeat can't do anything twice.
BUSY = frozenset(
    {"ServiceUnavailable", "ServiceUnavailable.RegionMaintaining", "IdempotentProcessing", "LastTokenProcessing"}
)

# The call may or may not have had an effect, and the same call may be answered otherwise.
UNDECIDED = frozenset({"InternalError", "UnknownError", "RequestTimeout", "SignatureNonceUsed"})

# Another piece of work is in the way, and ends by itself. Look before you repeat: that work may be ours.
IS_COPIED = "OperationDenied.ImageCopying"  # an image of which copies are being made
CONFLICT = frozenset(
    {
        IS_COPIED,
        "OperationDenied.ImageCopyConflict",
        "InvalidOperation.Conflict",
        "Operation.Conflict",
        "OperationConflict",
        "IncorrectDiskStatus.CreatingSnapshot",
        "IncorrectDiskStatus.Transferring",
        "TooManySnapshot.Unfinished",
        "QuotaExceed.ConcurrentSnapshotQuota",
    }
)

# Refusals that may only be early: a deleted image still holds its name, or what is copied is too fresh

NO_SUCH_IMAGE = "InvalidImageId.NotFound"  # it is gone, or so new that this action does not find it yet
SNAPSHOT_IS_FRESH = frozenset({"InvalidSnapshotId.NotReady", "SnapshotNotReady"})
NAME_IS_HELD = frozenset({"InvalidImageName.Duplicated"})
EARLY_COPY = NAME_IS_HELD | {"IncorrectImageStatus", NO_SUCH_IMAGE}
EARLY_IMAGE = NAME_IS_HELD | SNAPSHOT_IS_FRESH
EARLY_IMAGE_OF_INSTANCE = EARLY_IMAGE | {"IncorrectInstanceStatus"}

# Imports and exports

NO_SUCH_TASK = "InvalidTaskId.NotFound"  # it is too new to show, or has ended and is forgotten
TASK_HAS_ENDED = "InvalidTaskId.IncorrectTaskStatus"
IS_EXPORTED = "ImageIsExporting"
EXPORT_RUNS = frozenset({IS_EXPORTED, "ConcurrentQuotaExceed.ExportImage"})  # until one of them has ended
# This image is never exported: of another's licence or category, encrypted, or of a form that is not offered there.
NOT_EXPORTABLE = frozenset(
    {
        "ImageNotSupported",
        "InvalidImage.DiskAmountOrSize",
        "InvalidImageCategory.NotSupported",
        "InvalidImageFormat.RegionNotSupported",
        "InvalidImageLicense.NotSupported",
        "InvalidRegion.NotSupport",
    }
)
OBJECT_IS_TAKEN = frozenset({"ImageIsImporting"})  # it is being imported, maybe by the call whose answer was lost

# Credentials

SESSION_OVER = frozenset({"InvalidSecurityToken.Expired"})
LACKS_RIGHT = ("Forbidden", "Forbbiden")  # how such codes begin

# Copies

DRY_RUN_PASSED = frozenset({"DryRunOperation", "DRYRUN.SUCCESS"})
TOO_LARGE = frozenset({"SizeExceed.Image"})
NO_RUNNING_COPY = frozenset({"IncorrectImageStatus", NO_SUCH_IMAGE})  # it has finished, or is gone

# Images that are changed or deleted

SET_ALREADY = frozenset({"ImageStatus.NotAvailable", "ImageStatus.NotDeprecated"})  # it has that status
IN_USE = "ImageUsingByInstance"
# By others, by copies that show no tags yet, or by an export, which nobody has looked for.
HELD_BY_UNSEEN = frozenset({IN_USE, IS_COPIED, IS_EXPORTED})

# Copies of snapshots

# The disk is busy with another copy to the same region, or the source is not finished: it passes.
BUSY_DISK = frozenset(
    {
        "InvalidOperation.UnfinishedCrossRegionCopy",
        "InvalidOperation.UnfinishedEncryptedSnapshotCopy",
        "InvalidSnapshotId.NotReady",
    }
)
# The token was used for the same copy with other options, such as tags. If that copy is gone, a new token is due.
TOKEN_USED = frozenset(
    {"IdempotentParameterMismatch", "IdempotenceParamNotMatch", "InvalidIdempotenceParameter.Mismatch"}
)

# Shares

SHARED = frozenset({"ImageUseShared"})  # somebody has the image, or an organisation does
NO_SUCH_ACCOUNT = "InvalidAccount.NotFound"  # none at all, or none of that kind on the list that it is to leave
# These concern one account of a call and not the image: the call is worth cutting in two.
ONE_ACCOUNT = frozenset(
    {NO_SUCH_ACCOUNT, "InvalidAccount.Forbbiden", "InvalidImageId.BidMismatch", "QuotaExceed.ShareImageUser"}
)

# Instances, which can be stopped, started or removed when they run or are stopped, and not on the way between the two

INSTANCE_MOVES = frozenset({"IncorrectInstanceStatus"})  # also what the repeat of a call gets whose answer was lost
# A zone has no room for an instance of this type, which says nothing about the image that it would start from.
NO_ROOM = frozenset({"OperationDenied.NoStock", "OperationDenied.ZoneNotSupported", "Zone.NotOnSale"})
# The image can't run on an instance of this type. The first is told of another architecture, the second of its disks.
UNSUITABLE_TYPE = frozenset({"ImageNotSupportInstanceType", "InvalidParameter.NotMatch"})
INSTANCE_NOT_REMOVABLE = INSTANCE_MOVES | {"IncorrectInstanceStatus.Initializing", "OperationConflict"}

# What a call is about is gone, or so new that the call does not find it yet

NO_SUCH_RESOURCE = "InvalidResourceId.NotFound"  # which is to get tags
NO_SUCH_SNAPSHOT = "InvalidSnapshotId.NotFound"
NO_SUCH_TEMPLATE = "InvalidLaunchTemplate.NotFound"
NO_SUCH_VERSION = "InvalidLaunchTemplateVersion.NotFound"  # of a launch template
