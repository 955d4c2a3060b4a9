# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of calls as such: rights, tokens, dry runs, parameters."""

# A table is read by its rows, and its defaults are made by functions.

from __future__ import annotations

from dataclasses import dataclass

from ..values import number, optional, whole
from .switch import COPY, DIFFER, NO, NOT_KNOWN, READ, choice, setting

_BLIND = (
    'what {} answers to a RAM user or role without the right. "refused": 403; "empty": a list without the account\'s '
    "objects."
)
_BLIND_PROBE = "the call by a RAM user without the right: the account's own keys cannot tell"


def _list_rights(default: str, action: str, page: str) -> str:
    other = "empty" if default == "refused" else "refused"
    stricter = ("refused",) if default == "empty" else ()
    why = "the provider's notice of 2025-12-20 names DescribeInstances and DescribeDisks alone." if stricter else ""
    made: str = choice(
        default, other, text=_BLIND.format(action), page=page, stricter=stricter, why=why, level=NO, probe=_BLIND_PROBE
    )
    return made


# fmt: off
@dataclass
class Calls:
    """What holds for many actions alike."""

    unknown_parameters: str = choice(
        "refused_here", "refused", "ignored",
        text='what becomes of a parameter that an action does not know. "refused_here": it is refused at this '
        "machine's own addresses and ignored at the provider's.",
        page=NOT_KNOWN, stricter=("refused",),
        why="clients in use send such, and those that do insist on the provider's addresses.",
        level=READ, probe="DescribeRegions with a parameter of its own invention",
    )
    action_case: str = choice(
        "any", "exact", text="whether the name of an action may be written with other capitals, such as copyImage.",
        page=NOT_KNOWN, stricter=("exact",), why="a client in use leaves it to its caller, and shows it in small ones.",
        level=READ, probe="describeRegions",
    )
    rights_describe_images: str = _list_rights("empty", "DescribeImages", NOT_KNOWN)
    rights_describe_snapshots: str = _list_rights("empty", "DescribeSnapshots", NOT_KNOWN)
    rights_describe_instances: str = _list_rights("refused", "DescribeInstances", DIFFER)
    rights_describe_instance_status: str = _list_rights("empty", "DescribeInstanceStatus", NOT_KNOWN)
    rights_describe_disks: str = _list_rights("refused", "DescribeDisks", DIFFER)
    rights_by_resource_tag: str = choice(
        "by_set", "by_shown", "absent",
        text='by which tags of a thing conditions on acs:ResourceTag/... are judged. "by_set": by those that calls '
        'have set; "by_shown": by those that reads show then; "absent": as if it had none.',
        page=NOT_KNOWN, stricter=("by_shown", "absent"),
        why="a policy that hangs on tags is of use only so, and nothing says that they count later than they are set.",
        level=NO, probe="it takes RAM users with policies of their own",
    )
    unsigned_code: str = choice(
        "MissingParameter",
        "IncompleteSignature",
        text="which code answers a call with the headers of the newer signature and no Authorization.",
        page=NOT_KNOWN,
        neither=True,
        why="both refuse it.",
        level=READ,
        probe="such a call",
    )
    timestamp_milliseconds: str = choice(
        "accepted", "refused", text="whether a time stamp of the older signature may have milliseconds.",
        page=DIFFER, stricter=("refused",), why="a client in use sends nothing else.",
        level=READ, probe="DescribeRegions with such a time stamp",
    )
    tag_value_omitted: str = choice(
        "refused",
        "accepted",
        text="whether TagResources takes a key without Tag.N.Value.",
        page=DIFFER,
        level=READ,
        probe="TagResources of an unknown image with a key alone",
    )
    token_seconds: float | None = setting(
        None,
        optional(number()),
        "how long a ClientToken is remembered. null: forever.",
        page=NOT_KNOWN,
        stricter=(600.0,),
        why="no source gives a number, and one that is made up would decide how late a client may ask again.",
        level=NO,
        probe="a probe would have to wait for as long as it takes",
    )
    token_mismatch_code: str = choice(
        "IdempotentParameterMismatch",
        "InvalidIdempotenceParameter.Mismatch",
        text="which code answers a ClientToken that was used with other parameters, where an action lists none of its "
        "own.",
        page=NOT_KNOWN,
        neither=True,
        why="both refuse it.",
        level=COPY,
        probe="CopyImage twice with one ClientToken and two names",
    )
    token_of_gone: str = choice(
        "remembered",
        "anew",
        text="what a repeat with the same ClientToken answers when the image or snapshot it made is gone. "
        '"remembered": the same as before, the id of something that is not there; "anew": it is made once more.',
        page=NOT_KNOWN,
        level=COPY,
        probe="CopyImage with a ClientToken, CancelCopyImage, then the same call again",
    )
    token_of_failed: str = choice(
        "remembered",
        "forgotten",
        text='what a ClientToken of a refused call is good for. "remembered": with other parameters it is refused; '
        '"forgotten": it is as new.',
        page=DIFFER,
        level=READ,
        probe="CopyImage of an unknown image twice, with one ClientToken and two names",
    )
    dry_run_checks: str = choice(
        "documented",
        "full",
        text='what a dry run checks. "documented": key, rights, required parameters; "full": everything.',
        page=NOT_KNOWN,
        level=READ,
        probe="CopyImage of an unknown image with DryRun=true",
    )
    dry_run_undocumented: str = choice(
        "ignored",
        "honoured",
        text='whether DryRun works where it has no text (CreateImage, DeleteImage, ...). "ignored": it writes!',
        page=NOT_KNOWN,
        level=COPY,
        probe="ModifyImageAttribute of an image of the probe's own with DryRun=true",
    )
    snapshot_ids_malformed: str = choice(
        "InvalidSnapshotIds.Malformed",
        "InvalidParameter",
        text="what DescribeSnapshots answers to SnapshotIds that are no list.",
        page=DIFFER,
        neither=True,
        why="both refuse it.",
        level=READ,
        probe="DescribeSnapshots with SnapshotIds=x",
    )
    snapshot_ids_empty: str = choice(
        "refused",
        "all",
        text="what an empty SnapshotIds of DescribeSnapshots means.",
        page=DIFFER,
        level=READ,
        probe="DescribeSnapshots with SnapshotIds=",
    )
    image_ids_with_commas: str = choice(
        "one",
        "several",
        text="whether several ids with commas between them in ImageId of DescribeImages are several.",
        page=DIFFER,
        level=READ,
        probe="DescribeImages with one id twice, a comma between",
    )
    default_group_filter: str = choice(
        "nothing",
        "everything",
        text="what a filter by the default resource group finds: nothing, as it cannot be filtered by, or its objects "
        "whatever group is asked for.",
        page=DIFFER,
        neither=True,
        why="one hides what is there, the other shows what was not asked for.",
        level=COPY,
        probe="DescribeImages with the group of an image that was made without one",
    )
    tag_page_size: int = setting(
        30,
        whole(1),
        "entries on a page of ListTagResources.",
        page=DIFFER,
        other=(50,),
        why="whoever follows NextToken sees them all.",
        level=COPY,
        probe="ListTagResources with three images that have twenty tags each",
    )
