# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of shares, deletions, changes and reads."""

# A table is read by its rows, and its defaults are made by functions.

from __future__ import annotations

from dataclasses import dataclass

from .switch import COPY, DIFFER, NO, NOT_KNOWN, PAIR, READ, choice, flag, seconds


# fmt: off
@dataclass
class Images:
    """What happens to images that are there."""

    share_unfinished: str = choice(
        "refused",
        "allowed",
        text="whether an image can be shared before it is Available. Some clients in use share a copy at once.",
        page=NOT_KNOWN,
        level=PAIR,
        probe="CopyImage, then ModifyImageSharePermission at once",
    )
    share_on_error: str = choice(
        "partial",
        "atomic",
        text="whether the accounts before a bad one in the list are shared all the same.",
        page=NOT_KNOWN,
        level=PAIR,
        probe="ModifyImageSharePermission with a good account and a bad one",
    )
    share_quota_order: str = choice(
        "adds_first",
        "net",
        text="whether the removals of the same call make room.",
        page=NOT_KNOWN,
        level=NO,
        probe="it takes fifty accounts",
    )
    share_checks_first: str = choice(
        "image",
        "accounts",
        text="what is looked at first: the encryption of the image, or the accounts.",
        page=NOT_KNOWN,
        neither=True,
        why="both refuse a call with two faults, by one of them.",
        level=COPY,
        probe="ModifyImageSharePermission of an image under the service key, with an unknown account",
    )
    unshare_absent: str = choice(
        "refused",
        "ignored",
        text="the answer to removing an account that is not on the list.",
        page=NOT_KNOWN,
        level=PAIR,
        probe="ModifyImageSharePermission with RemoveAccount of an account that the image is not shared with",
    )
    share_present: str = choice(
        "accepted",
        "refused",
        text='the answer to adding an account that is on the list already. "refused": InvalidAccount.NotFound, as for '
        "removing one that is not.",
        page=NOT_KNOWN,
        stricter=("refused",),
        why="no page has a code for it, and a refusal here would be invented.",
        level=PAIR,
        probe="ModifyImageSharePermission with the same account twice",
    )
    is_public_with_accounts: str = choice(
        "refused",
        "true_refused",
        text="whether only IsPublic=true clashes with accounts in one call, or IsPublic=false as well.",
        page=NOT_KNOWN,
        level=PAIR,
        probe="ModifyImageSharePermission with IsPublic=false and AddAccount",
    )
    unpublish_regular: str = choice(
        "refused",
        "ignored",
        text="IsPublic=false on an image that is not public.",
        page=DIFFER,
        level=COPY,
        probe="ModifyImageSharePermission with IsPublic=false",
    )
    delete_seconds: float = seconds(
        1.0,
        "how long a deleted image is still shown.",
        page=NOT_KNOWN,
        kinder=(0.0,),
        level=COPY,
        probe="DeleteImage, then DescribeImages until it is gone",
    )
    delete_unknown_image: str = choice(
        "refused",
        "ignored",
        text="DeleteImage on an unknown id.",
        page=DIFFER,
        level=READ,
        probe="such a call",
    )
    delete_unknown_snapshot: str = choice(
        "refused",
        "ignored",
        text="DeleteSnapshot on an unknown id.",
        page=DIFFER,
        level=READ,
        probe="such a call",
    )
    delete_source_while_copying: str = choice(
        "refused",
        "allowed",
        text="deleting the source of a running copy.",
        page=DIFFER,
        level=COPY,
        probe="CopyImage, then DeleteImage of its source",
    )
    delete_while_creating: str = choice(
        "refused",
        "allowed",
        text="deleting an image that CreateImage is still making.",
        page=DIFFER,
        level=COPY,
        probe="CreateImage, then DeleteImage at once",
    )
    rs_share_blocks: str = choice(
        "refused", "allowed", text="whether an image that is shared with an organisation can be deleted or deprecated.",
        page=NOT_KNOWN, level=NO, probe="it takes a resource directory",
    )
    rs_share_visible: str = choice(
        "hidden", "listed", text="whether DescribeImageSharePermission lists whom an organisation's share reaches.",
        page=NOT_KNOWN, level=NO, probe="it takes a resource directory",
    )
    lock_delete_code: str = choice(
        "InvalidOperation.SnapshotLocked", "OperationDenied.SnapshotLocked",
        text="which code answers the deletion of a locked snapshot.", page=NOT_KNOWN, neither=True,
        why="both are invented: a client looks at the lock, not at the code.",
        level=NO, probe="a probe that is killed would leave a snapshot that nobody can delete for a day",
    )
    lock_describe_mixed: str = choice(
        "refused", "shown", text="what DescribeLockedSnapshots does when one of the ids asked for has no lock.",
        page=NOT_KNOWN, level=READ, probe="such a call with a snapshot that has no lock",
    )
    modify_empty_value: str = choice(
        "refused",
        "kept",
        "cleared",
        text="what an empty name or description in ModifyImageAttribute does (a name is never cleared).",
        page=NOT_KNOWN,
        level=COPY,
        probe="ModifyImageAttribute with an empty Description, then DescribeImages",
    )
    image_name_match: str = choice(
        "fuzzy",
        "exact",
        text='"fuzzy" finds every name that contains the text, with * as a wildcard.',
        page=NOT_KNOWN,
        level=COPY,
        probe="DescribeImages with a part of a name",
    )
    snapshots_encrypted_omitted: str = choice(
        "all",
        "plain",
        text="whether DescribeSnapshots without Encrypted hides encrypted ones.",
        page=NOT_KNOWN,
        stricter=("plain",),
        why="later texts about the same parameter say that it sets no limit.",
        level=COPY,
        probe="DescribeSnapshots by the id of an encrypted snapshot, without Encrypted",
    )
    usable_seconds: float = seconds(
        0.0,
        "how long after Available an image becomes Usable.",
        page=NOT_KNOWN,
        stricter=(5.0,),
        why="there is a time, but nobody has measured it, and the times in the benchmarks are stated without it.",
        level=COPY,
        probe="CopyImage, then DescribeImages until Usable",
    )
    family_newest: str = choice(
        "created",
        "available",
        text="which date makes an image the newest of its family.",
        page=NOT_KNOWN,
        neither=True,
        why="only the order differs.",
        level=COPY,
        probe="CopyImage, and CreateImage that is done earlier; then DescribeImageFromFamily",
    )
    image_read_lag: float = seconds(
        0.0,
        "seconds until reads show a new image.",
        page=NOT_KNOWN,
        stricter=(5.0,),
        why="there is a delay, but nobody has measured it; a fault of kind stale shows single reads the past.",
        level=COPY,
        probe="CopyImage, then DescribeImages at once and often",
    )
    share_read_lag: float = seconds(
        0.0,
        "seconds until reads show a changed share list.",
        page=NOT_KNOWN,
        stricter=(5.0,),
        why="as image_read_lag.",
        level=PAIR,
        probe="ModifyImageSharePermission, then DescribeImageSharePermission at once and often",
    )
    usage_counts_recipients: bool = flag(
        True,
        "whether other accounts' instances count for Usage and keep an image from being deleted.",
        page=NOT_KNOWN,
        level=NO,
        probe="no probe starts an instance, least of all in an account of somebody else's",
    )
    secure_boot_unsupported: str = choice(
        "refused",
        "ignored",
        text="what RunInstances says to EnableSecureBoot with an image that does not support it. The code is invented.",
        page=NOT_KNOWN,
        level=NO,
        probe="no probe starts an instance",
    )
    instance_while_snapshots: str = choice(
        "refused",
        "allowed",
        text="whether an instance can be stopped and started while snapshots of its disks are made. The page on "
        "snapshots says not to.",
        page=NOT_KNOWN,
        level=NO,
        probe="no probe stops an instance",
    )
    support_minds_nvme: bool = flag(
        False,
        "whether DescribeImageSupportInstanceTypes leaves out types that need NVMe where the image lacks it. "
        "RunInstances refuses them in any case.",
        page=NOT_KNOWN,
        level=READ,
        probe="DescribeImageSupportInstanceTypes of an image without NvmeSupport, and a look for ecs.g9i.large",
    )
    family_shared_plain: bool = flag(
        False,
        "whether the family of an image that another account shares is also found by its plain name. It is shown as "
        "acs:<owner>:<family>.",
        page=NOT_KNOWN,
        level=NO,
        probe="it takes a second account that shares an image with a family",
    )
