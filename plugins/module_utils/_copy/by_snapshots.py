# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copying an image that CopyImage does not take: its snapshots one by one, then a new image made of them.

Every step leaves something that is marked, so that the next run goes on where this one stopped.
"""

from __future__ import annotations

import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, TimedOut
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import CREATING, is_unfinished
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan_by_snapshots
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import start as copy_start
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.destination import Destination, Ended
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.plan import Decision
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot.copies import SnapshotCopies
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter


def start(destination: Destination, decision: Decision, reason: str) -> Image | None:
    """Copy the snapshots, wait for them, and start making the image.

    :param reason: why it is done this way, for the result
    :returns: the image that is to be waited for, or None if the task does not wait for the snapshots
    """
    copy_start.source_available(destination)
    copies = _copies(destination, reason)
    copies.look()
    copy_start.remove_failed(destination, decision.failed)
    try:
        copies.work()
    except (TimedOut, ApiError) as error:
        # The time may as well be over while no look is answered.
        if destination.run.clock.now() < destination.run.deadline:
            raise
        raise _out_of_time(destination, copies, error) from None
    finally:  # also after a failure: what is there is in the record, and the next run uses it
        _record(destination, copies)
    for copy in copies.copies:
        if copy.duplicates:
            further = ", ".join(copy.duplicates)
            what = f"{further} are further copies of snapshot {copy.wanted.source_id}"
            destination.warnings.append(f"{destination.region}: {what}")
    if not copies.accomplished:  # and the task does not wait for them: a later one makes the image
        _leave(destination, decision, copies)
        return None
    found = {copy.wanted.source_id: t.cast(Snapshot, copy.snapshot)["snapshot_id"] for copy in copies.copies}
    return _make_image(destination, found)


def predict(destination: Destination, decision: Decision, reason: str) -> bool:
    """Check mode: what the copying would come to in this run.

    :returns: whether it would get as far as making the image
    """
    source = t.cast(Image, destination.source)
    if source.get("planned") or is_unfinished(source):  # its snapshots are not known yet
        destination.record.method, destination.record.method_reason = plan_by_snapshots.METHOD, reason
        if not destination.run.waiting.wait:
            destination.record.status = CREATING
            destination.mark_changed()
        return bool(destination.run.waiting.wait)
    copies = _copies(destination, reason)
    copies.look()
    _record(destination, copies)
    if destination.run.waiting.wait or copies.accomplished:
        return True
    if copies.to_start or decision.failed:
        destination.mark_changed()
    _leave(destination, decision, copies)
    return False


def _copies(destination: Destination, reason: str) -> SnapshotCopies:
    """
    :raises Refused: if no image can be made of the source's snapshots
    """
    destination.record.method, destination.record.method_reason = plan_by_snapshots.METHOD, reason
    source = t.cast(Image, destination.source)
    refusal = plan_by_snapshots.refusal(source)
    if refusal:
        raise Ended(copy_plan.REFUSED, refusal)
    return SnapshotCopies(
        destination.run,
        destination.region,
        plan_by_snapshots.snapshots(source, destination.wanted),
        destination.mark_changed,
        _progress(destination),
    )


def _record(destination: Destination, copies: SnapshotCopies) -> None:
    destination.record.snapshot_ids = [copy.snapshot["snapshot_id"] for copy in copies.copies if copy.snapshot]


def _leave(destination: Destination, decision: Decision, copies: SnapshotCopies) -> None:
    """The snapshots are on their way. If this run has started none of them, there is nothing that it did."""
    destination.record.status = CREATING
    began = decision.action != copy_plan.STARTED or copies.to_start
    destination.outcome(decision.action if began else copy_plan.ADOPTED)


def _out_of_time(
    destination: Destination, copies: SnapshotCopies, error: TimedOut | ApiError
) -> TimedOut | ApiError | Ended:
    """What the message says is what has become of each copy."""
    if destination.run.options.on_timeout != "cancel":
        return error
    with destination.run.api.until(waiter.consistency_end(destination.run)):
        cancelled, left = copies.cancel_own()
    if not cancelled:
        return error
    go_on = f"; {', '.join(left)} may be another run's and go on" if left else ""
    where = f"the snapshots were not copied to {destination.region} in time"
    late = TimedOut(f"{where}: {', '.join(cancelled)} were cancelled{go_on}", "Give it more time with wait_timeout.")
    return Ended(copy_plan.CANCELLED, late)


def _progress(destination: Destination) -> t.Callable[[int], None]:
    def seen(percent: int) -> None:
        # The image itself is made of them in moments, so that the snapshots are nearly all of the way.
        destination.record.status, destination.record.progress = CREATING, percent * 95 // 100
        destination.record.size = destination.source["size"] if destination.source else None
        destination.report_progress()

    return seen


def _make_image(destination: Destination, found: t.Mapping[str, str]) -> Image:
    """CreateImage until it is accepted, or until a look shows that the image is there.

    :param found: from a source's snapshot to its copy
    """
    fields = plan_by_snapshots.create_request(t.cast(Image, destination.source), destination.wanted, found)
    token = str(uuid.uuid4())
    return copy_start.until_started(
        destination,
        lambda: destination.run.api.images.create(destination.region, fields, token),
        error_codes.EARLY_IMAGE,
    )


def reason_after(error: ApiError, method: str) -> str:
    """Why the snapshots are copied, after CopyImage has refused the image for its size.

    :param method: the option, which may want no other way
    :raises ApiError: the given one, if it says something else
    """
    if error.code not in error_codes.TOO_LARGE or method == "image":
        raise error
    return f"CopyImage refused the image ({error.code}); the traffic of snapshot copies is billed"
