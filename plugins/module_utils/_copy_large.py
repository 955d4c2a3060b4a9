# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copying an image that CopyImage does not take: its snapshots one by one, then a new image made of them.

Every step leaves something that is marked, so that the next run goes on where this one stopped.
"""

from __future__ import annotations

import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils import _copy_start, _plan_copy, _plan_large
from ansible_collections.imageops.alicloud.plugins.module_utils._destination import Destination
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import ApiError, TimedOut
from ansible_collections.imageops.alicloud.plugins.module_utils._plan_copy import Decision
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import CREATING, Data, is_unfinished
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot_copies import SnapshotCopies

MAYBE_EARLY = frozenset({"InvalidImageName.Duplicated", "InvalidSnapshotId.NotReady", "SnapshotNotReady"})


def start(one: Destination, decision: Decision, reason: str) -> t.Generator[float, None, Data | None]:
    """Copy the snapshots, wait for them, and start making the image.

    :param reason: why it is done this way, for the result
    :returns: the image that is to be waited for, or None if the task does not wait for the snapshots
    """
    yield from _copy_start.source_available(one)
    copies = _copies(one, reason)
    copies.look()
    yield from _copy_start.remove_failed(one, decision.failed)
    try:
        yield from copies.work()
    except TimedOut as error:
        raise _out_of_time(one, copies, error) from None
    finally:  # also after a failure: what is there is in the record, and the next run uses it
        _record(one, copies)
    for copy in copies.copies:
        if copy.duplicates:
            one.warnings.append(
                f"{one.region}: {', '.join(copy.duplicates)} are further copies of snapshot {copy.wanted.source_id}"
            )
    if not copies.accomplished:  # and the task does not wait for them: a later one makes the image
        _leave(one, decision, copies)
        return None
    found = {copy.wanted.source_id: t.cast(Data, copy.snapshot)["snapshot_id"] for copy in copies.copies}
    return (yield from _make_image(one, found))


def predict(one: Destination, decision: Decision, reason: str) -> bool:
    """Check mode: what the copying would come to in this run.

    :returns: whether it would get as far as making the image
    """
    source = t.cast(Data, one.source)
    if source.get("planned") or is_unfinished(source):  # its snapshots are not known yet
        one.record.method, one.record.method_reason = _plan_large.METHOD, reason
        if not one.run.params["wait"]:
            one.record.status = CREATING
            one.written()
        return bool(one.run.params["wait"])
    copies = _copies(one, reason)
    copies.look()
    _record(one, copies)
    if one.run.params["wait"] or copies.accomplished:
        return True
    if copies.to_start or decision.failed:
        one.written()
    _leave(one, decision, copies)
    return False


def _copies(one: Destination, reason: str) -> SnapshotCopies:
    """
    :raises Refused: if no image can be made of the source's snapshots
    """
    one.record.method, one.record.method_reason = _plan_large.METHOD, reason
    source = t.cast(Data, one.source)
    refusal = _plan_large.refusal(source)
    if refusal:
        one.record.action = _plan_copy.REFUSED
        raise refusal
    return SnapshotCopies(one.run, one.region, _plan_large.snapshots(source, one.wanted), one.written, _progress(one))


def _record(one: Destination, copies: SnapshotCopies) -> None:
    one.record.snapshot_ids = [copy.snapshot["snapshot_id"] for copy in copies.copies if copy.snapshot]


def _leave(one: Destination, decision: Decision, copies: SnapshotCopies) -> None:
    """The snapshots are on their way. If this run has started none of them, there is nothing that it did."""
    one.record.status, one.record.action = CREATING, decision.action
    if decision.action == _plan_copy.STARTED and not copies.to_start:
        one.record.action = _plan_copy.ADOPTED


def _out_of_time(one: Destination, copies: SnapshotCopies, error: TimedOut) -> TimedOut:
    """What the message says is what has become of each copy."""
    if one.run.params["on_timeout"] != "cancel":
        return error
    cancelled, left = copies.cancel_own()
    if not cancelled:
        return error
    one.record.action = _plan_copy.CANCELLED
    go_on = f"; {', '.join(left)} may be another run's and go on" if left else ""
    return TimedOut(
        f"the snapshots were not copied to {one.region} in time: {', '.join(cancelled)} were cancelled{go_on}",
        "Give it more time with wait_timeout.",
    )


def _progress(one: Destination) -> t.Callable[[int], None]:
    def seen(percent: int) -> None:
        # The image itself is made of them in moments, so that the snapshots are nearly all of the way.
        one.record.status, one.record.progress = CREATING, percent * 95 // 100
        one.record.size = one.source["size"] if one.source else None
        one.tell()

    return seen


def _make_image(one: Destination, found: t.Mapping[str, str]) -> t.Generator[float, None, Data]:
    """CreateImage until it is accepted, or until a look shows that the image is there.

    :param found: from a source's snapshot to its copy
    """
    fields = _plan_large.create_request(t.cast(Data, one.source), one.wanted, found)
    token = str(uuid.uuid4())
    return (
        yield from _copy_start.until_accepted(one, lambda: one.api.create_image(one.region, fields, token), MAYBE_EARLY)
    )


def is_too_large(error: ApiError) -> bool:
    return error.code == "SizeExceed.Image"


def refused(error: ApiError) -> str:
    """Why the snapshots are copied, after CopyImage has refused."""
    return f"CopyImage refused the image ({error.code}); the traffic of snapshot copies is billed"
