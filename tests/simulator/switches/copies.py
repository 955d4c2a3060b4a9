# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of copies: what starts one, what it carries over, how it ends."""

# A table is read by its rows, and its defaults are made by functions.
# ruff: noqa: RUF009

from __future__ import annotations

from dataclasses import dataclass

from ..state.images import FEATURES
from ..values import list_of, one_of, whole
from .switch import COPY, DIFFER, NO, NOT_KNOWN, READ, choice, flag, seconds, setting

LOSABLE = ("SecureBootSupport", "LicenseType", "ImageVersion", "IsSupportCloudinit", "LoginAsNonRootSupported")


# fmt: off
@dataclass
class Copies:
    """CopyImage, CopySnapshot, CancelCopyImage."""

    detection_seconds: float = seconds(
        5.0,
        "how long the check of a new image takes after the image is Available.",
        page=NOT_KNOWN,
        kinder=(0.0,),
        level=COPY,
        probe="CreateImage with DetectionStrategy=Standard, then DescribeImages until Finished",
    )
    copy_finish_seconds: float = seconds(
        0.0,
        "how long a copy shows 100% and is still Creating.",
        page=NOT_KNOWN,
        stricter=(3.0,),
        why="no source tells of such a time.",
        level=COPY,
        probe="CopyImage, then DescribeImages often near the end",
    )
    copy_slots: str = choice(
        "both",
        "destination",
        "source",
        text='which region the limit counts in. "both": a copy needs a slot in either role.',
        page=NOT_KNOWN,
        level=COPY,
        probe="six copies at once out of one region into two, and out of two into one: whether one is Waiting",
    )
    copy_conflict: str = choice(
        "source_and_destination",
        "source",
        "none",
        text="when a second copy of one image is refused. Same source and destination, or any of that source.",
        page=NOT_KNOWN,
        stricter=("source",),
        why="clients in wide use start copies of one image to several regions at once.",
        level=COPY,
        probe="CopyImage of one image to two regions, and to one of them again under another name",
    )
    copy_conflict_code: str = choice(
        "OperationDenied.ImageCopyConflict",
        "OperationDenied.ImageCopying",
        "InvalidOperation.Conflict",
        text="which of the listed codes says so.",
        page=NOT_KNOWN,
        neither=True,
        why="a client has to know them all.",
        level=COPY,
        probe="the code of the refusal that copy_conflict is told by",
    )
    copy_conflict_before_name: bool = flag(
        False,
        "whether a blind repeat meets the conflict or the name already taken first.",
        page=NOT_KNOWN,
        neither=True,
        why="both refuse it.",
        level=COPY,
        probe="the same CopyImage twice, without a ClientToken",
    )
    copy_checks_first: str = choice(
        "request",
        "source",
        text="what CopyImage looks at first: its own tags, texts and name, or the state of its source.",
        page=NOT_KNOWN,
        neither=True,
        why="both refuse a call with two faults, by one of them.",
        level=READ,
        probe="CopyImage of an unknown image with a name that is not allowed",
    )
    copy_size_limit_gib: int = setting(
        2048,
        whole(),
        "the largest image CopyImage takes (SizeExceed.Image), all disks together.",
        page=NOT_KNOWN,
        kinder=(32768,),
        level=NO,
        probe="an image of more than 2 TiB is too dear for a probe",
    )
    copy_key_without_encryption_code: str = choice(
        "InvalidParameter.EncryptedIllegal",
        "InvalidEncrypted.NotMatchKmsKeyId",
        text="which of the listed codes answers a KMSKeyId without Encrypted=true.",
        page=NOT_KNOWN,
        neither=True,
        why="both refuse it.",
        level=READ,
        probe="CopyImage into its own region with KMSKeyId and Encrypted=false",
    )
    copy_same_region_code: str = choice(
        "OperationDeined.EncryptedSnapshot",
        "IncorrectDestinationRegion",
        text="which of the listed codes answers a plain copy of an encrypted image into its own region.",
        page=NOT_KNOWN,
        neither=True,
        why="both refuse it.",
        level=COPY,
        probe="CopyImage of an encrypted image into its own region with Encrypted=false",
    )
    copy_duplicated_text: str = choice(
        "newer",
        "older",
        text="how InvalidImageName.Duplicated of CopyImage is worded: as the page has it, or as it was recorded in "
        "2023.",
        page=DIFFER,
        neither=True,
        why="no client lives by it.",
        level=COPY,
        probe="the same CopyImage twice, without a ClientToken",
    )
    copy_encrypted_omitted: str = choice(
        "false",
        "source",
        text='what an omitted Encrypted means. "source": as the source image.',
        page=NOT_KNOWN,
        level=COPY,
        probe="CopyImage of an encrypted image without Encrypted",
    )
    copy_destination_omitted: str = choice(
        "refused",
        "same",
        text='what an omitted DestinationRegionId means. "same": the source\'s region.',
        page=NOT_KNOWN,
        level=READ,
        probe="CopyImage without DestinationRegionId, with Encrypted=false",
    )
    copy_name_omitted: str = choice(
        "source",
        "made_up",
        text='what a copy without DestinationImageName is called. "source": as its source; "made_up": by its own id.',
        page=NOT_KNOWN,
        level=COPY,
        probe="CopyImage without DestinationImageName, then DescribeImages",
    )
    copy_rights: str = choice(
        "any_image",
        "both",
        text='what CopyImage asks rights on. "any_image": image/* alone; "both": the source image by its id as well.',
        page=DIFFER,
        stricter=("both",),
        why="only a page that is gone names both.",
        level=NO,
        probe="it takes RAM users with policies of their own",
    )
    copy_tags_from_source: bool = flag(
        False,
        "whether the source's tags come along where the source is the caller's own.",
        page=NOT_KNOWN,
        neither=True,
        why="without them a client has to give all tags itself, with them a copy has tags that nobody gave and may "
        "have too many.",
        level=COPY,
        probe="CopyImage of a tagged image, then DescribeImages",
    )
    copy_tags_visible: str = choice(
        "at_once",
        "when_available",
        text="whether a copy shows its tags while Waiting or Creating.",
        page=NOT_KNOWN,
        stricter=("when_available",),
        why="markers in the copy call itself are how clients find a running copy again.",
        level=COPY,
        probe="CopyImage with a tag, then DescribeImages at once",
    )
    copy_tags_after_failure: str = choice(
        "lost",
        "kept",
        text="whether a CreateFailed copy still has its tags.",
        page=NOT_KNOWN,
        level=NO,
        probe="no call makes a copy fail",
    )
    copy_snapshot_links: bool = flag(
        False,
        "whether a copy's snapshots carry SourceSnapshotId and SourceRegionId.",
        page=NOT_KNOWN,
        level=COPY,
        probe="CopyImage, then DescribeSnapshots of the copy's disks",
    )
    copy_failed_record: str = choice(
        "kept",
        "removed",
        text="whether a failed copy stays as CreateFailed, holding name and quota.",
        page=NOT_KNOWN,
        level=NO,
        probe="no call makes a copy fail",
    )
    copy_cancelled_snapshots: str = choice(
        "left",
        "removed",
        text='what becomes of the snapshots of a cancelled or failed copy. "left": they stay, as failed.',
        page=NOT_KNOWN,
        level=COPY,
        probe="CopyImage, CancelCopyImage, then DescribeSnapshots",
    )
    features_lost_on_copy: list[str] = setting(
        ["NvmeSupport"], list_of(one_of(*FEATURES)), "Features that a copy no longer has."
    )
    attributes_lost_on_copy: list[str] = setting(
        ["SecureBootSupport", "LicenseType", "ImageVersion"],
        list_of(one_of(*LOSABLE)),
        "what else a copy does not take over from its source.",
        page=NOT_KNOWN,
        stricter=(list(LOSABLE),),
        kinder=([],),
        why="the other two tell of what is on its disks, which a copy has as well.",
        level=COPY,
        probe="CopyImage of an image with a version and secure boot, then DescribeImages",
    )
    snapshot_copy_disk_id: str = choice(
        "empty",
        "kept",
        text="whether the copy of a snapshot shows the disk of its source.",
        page=NOT_KNOWN,
        level=COPY,
        probe="CopySnapshot, then DescribeSnapshots",
    )
    cancel_seconds: float = seconds(
        1.0,
        "how long a cancelled copy is still shown, in the state it had.",
        page=NOT_KNOWN,
        kinder=(0.0,),
        level=COPY,
        probe="CopyImage, CancelCopyImage, then DescribeImages until it is gone",
    )
    cancel_repeated: str = choice(
        "refused",
        "accepted",
        text="the answer to a second cancel while the first is being worked on.",
        page=NOT_KNOWN,
        level=COPY,
        probe="CopyImage, then CancelCopyImage twice",
    )
