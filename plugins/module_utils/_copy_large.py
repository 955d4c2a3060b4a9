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
from ansible_collections.imageops.alicloud.plugins.module_utils._retry import Backoff, is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot_copies import SnapshotCopies

MAYBE_EARLY = frozenset({"InvalidImageName.Duplicated", "InvalidSnapshotId.NotReady", "SnapshotNotReady"})


def start(one: Destination, decision: Decision, reason: str) -> t.Generator[float, None, Data | None]:
    """Copy the snapshots, wait for them, and start making the image.

    :param reason: why it is done this way, for the result
    :returns: the image that is to be waited for, or None if the task does not wait for the snapshots
    """
    one.record.method, one.record.method_reason = _plan_large.METHOD, reason
    yield from _copy_start.prepare(one, decision)
    source = t.cast(Data, one.source)
    refusal = _plan_large.refusal(source)
    if refusal:
        raise refusal
    copies = SnapshotCopies(one.run, one.region, _plan_large.snapshots(source, one.wanted), one.written, _progress(one))
    try:
        yield from copies.work()
    except TimedOut:
        if one.run.params["on_timeout"] == "cancel":
            copies.cancel_own()
            one.record.action = _plan_copy.CANCELLED
        raise
    finally:  # also after a failure: what is there is in the record, and the next run uses it
        one.record.snapshot_ids = [copy.snapshot["snapshot_id"] for copy in copies.copies if copy.snapshot]
    for copy in copies.copies:
        if copy.duplicates:
            one.warnings.append(
                f"{one.region}: {', '.join(copy.duplicates)} are further copies of snapshot {copy.wanted.source_id}"
            )
    if not one.run.params["wait"]:
        one.record.status, one.record.action = "Creating", decision.action
        return None
    found = {copy.wanted.source_id: t.cast(Data, copy.snapshot)["snapshot_id"] for copy in copies.copies}
    return (yield from _make_image(one, found))


def _progress(one: Destination) -> t.Callable[[int], None]:
    def seen(percent: int) -> None:
        # The image itself is made of them in moments, so that the snapshots are nearly all of the way.
        one.record.status, one.record.progress = "Creating", percent * 95 // 100
        one.record.size = one.source["size"] if one.source else None
        one.tell()

    return seen


def _make_image(one: Destination, found: t.Mapping[str, str]) -> t.Generator[float, None, Data]:
    """CreateImage until it is accepted, or until a look shows that the image is there.

    :param found: from a source's snapshot to its copy
    """
    fields = _plan_large.create_request(t.cast(Data, one.source), one.wanted, found)
    token, backoff = str(uuid.uuid4()), Backoff()
    early_until = one.run.clock.now() + one.run.params["consistency_wait"]
    while True:
        try:
            return _copy_start.started(one, one.api.create_image(one.region, fields, token))
        except ApiError as error:
            now = one.run.clock.now()
            passes = is_conflict(error) or is_transient(error) or (error.code in MAYBE_EARLY and now < early_until)
            if not passes or now >= one.run.deadline:
                raise
            again = one.decide()
            if again.action not in _copy_start.TO_START:
                return _copy_start.found_instead(one, again, lost_answer=not error.answered)
        yield backoff.pause()


def is_too_large(error: ApiError) -> bool:
    return error.code == "SizeExceed.Image"


def refused(error: ApiError) -> str:
    """Why the snapshots are copied, after CopyImage has refused."""
    return f"CopyImage refused the image ({error.code}); the traffic of snapshot copies is billed"
