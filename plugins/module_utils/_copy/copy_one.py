# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One copy from the first look to its end: decide, start, wait, finish. This is the copy logic."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import timestamp
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    Refused,
    TimedOut,
    failure_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    AVAILABLE,
    SETTLED,
    is_unfinished,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import (
    by_snapshots,
    judge,
    plan_by_snapshots,
    proof,
    start,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.destination import Destination, Ended, summary
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.plan import Decision
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot.plan import DRIFTS
from ansible_collections.imageops.alicloud.plugins.module_utils._task import changes, leftovers, waiter


def copy_to(destination: Destination) -> None:
    """The job for one destination. It keeps its own failures, so that none hides another's outcome."""
    destination.record.planned = destination.run.check
    try:
        if destination.source_error:
            raise destination.source_error
        _copy_to(destination)
    except Ended as end:
        destination.outcome(end.action, end.error)
    except TimedOut as error:
        destination.outcome(copy_plan.TIMED_OUT, error)
    except Exception as problem:  # a fault of ours must not lose what the other destinations came to
        failure = failure_of(problem)
        is_drift = failure.as_dict()["code"] in DRIFTS
        destination.outcome(copy_plan.REFUSED if is_drift else copy_plan.FAILED, failure)
    destination.record.elapsed_seconds = destination.run.elapsed(destination.begun)
    if destination.available_since is not None:
        destination.record.finishing_seconds = destination.run.elapsed(destination.available_since)


def _copy_to(destination: Destination) -> None:
    decision = proof.decide(destination)
    destination.record_decision(decision)
    if decision.refusal:
        raise Ended(decision.action, decision.refusal)
    if destination.run.check:
        _predict(destination, decision)
        return
    image = decision.image
    if decision.action in start.TO_START:
        image = _start(destination, decision)
    if image and is_unfinished(image):
        if not destination.run.waiting.wait:
            proof.prove(destination, image)
            return
        image = _until_available(destination, image)
    if image and image["status"] == AVAILABLE and not destination.wanted.is_source:
        _finish(destination, image)


def _start(destination: Destination, decision: Decision) -> Image | None:
    """Start a copy in the way that its size asks for."""
    reason = _reason_for_snapshots(destination)
    if reason is None:
        try:
            return start.start(destination, decision)
        except ApiError as error:
            reason = by_snapshots.reason_after(error, destination.run.options.method)
            decision = Decision(decision.action)  # what had failed is removed by now
    return by_snapshots.start(destination, decision, reason)


def _reason_for_snapshots(destination: Destination) -> str | None:
    return plan_by_snapshots.reason(
        t.cast(Image, destination.source), destination.run.options.method, destination.run.options.large_image_gib
    )


def _predict(destination: Destination, decision: Decision) -> None:
    """Check mode: what the rest of the way would come to."""
    image = decision.image
    if decision.action in start.TO_START:
        if destination.source:
            destination.record.size = destination.source["size"]
            destination.record.disk_count = len(destination.source["disks"])
        if _predict_start(destination, decision):
            destination.mark_changed()
            destination.after = summary(destination.as_wanted())
    elif image and image["status"] not in SETTLED:
        if destination.run.waiting.wait:
            _predict_finish(destination, image)
        else:
            proof.prove(destination, image)
    elif image and image["status"] == AVAILABLE and not destination.wanted.is_source:
        _finish(destination, image)


def _predict_finish(destination: Destination, image: Image) -> None:
    """Of a copy that is being made. To finish it is to tag its snapshots at least, which is a write."""
    destination.mark_changed()
    # Its disks need not show yet whether they are encrypted.
    encrypted = destination.wanted.encrypted if image["encrypted"] is None else image["encrypted"]
    finished = models.with_values(image, status=AVAILABLE, encrypted=encrypted)
    repairs = copy_plan.repairs(destination.source, destination.wanted, finished, [], destination.run.options)
    destination.after = summary(repairs.applied_to(finished))
    if not destination.knows(image["image_id"]):
        # The run judges it when it is finished: no next step may plan with it.
        destination.record.image_id = None


def _predict_start(destination: Destination, decision: Decision) -> bool:
    """
    :returns: whether the making of an image would begin in this run
    """
    start.judge_failed(destination, decision.failed)
    reason = _reason_for_snapshots(destination)
    try:
        if reason is None and decision.action == copy_plan.STARTED:
            start.preflight(destination)
    except ApiError as error:
        reason = by_snapshots.reason_after(error, destination.run.options.method)
    return by_snapshots.predict(destination, decision, reason) if reason else True


def _until_available(destination: Destination, image: Image) -> Image:
    """Wait for a copy that was started or found; replace it if it fails, at most once."""

    def seen(image: Image) -> None:
        destination.update_from(image)
        destination.report_progress()

    while True:
        image_id, first = str(image["image_id"]), t.cast("Image | None", image)
        try:
            if destination.started_here:
                waiter.first_pause(destination.run)
                image_id, first = start.resolve_duplicate(destination, image_id)
            image = waiter.until_settled(destination.run, destination.region, image_id, seen, first)
        except (TimedOut, ApiError):
            # The time may as well be over while no look is answered.
            if destination.run.clock.now() >= destination.run.deadline:
                _cancel_if_asked(destination, image_id)
            raise
        except Refused as error:
            image = _successor(destination, image_id, error)
            continue
        if image["status"] == AVAILABLE:
            destination.available_since = destination.run.clock.now()
            destination.record.finished_at = timestamp(destination.run.clock)
            return image
        # It has ended in some other way. Whether it may be touched for that depends on whose it is.
        decision = destination.decide_about(image)
        if decision.refusal:
            raise Ended(copy_plan.FAILED if destination.knows(image_id) else copy_plan.REFUSED, decision.refusal)
        if decision.action not in start.TO_START:
            destination.warnings += decision.warnings
            return image
        image = t.cast(Image, _start(destination, decision))


def _successor(destination: Destination, image_id: str, error: Refused) -> Image:
    """What has come in place of a copy that is not visible: another run may have replaced it after it failed.

    :raises Refused: the given error, if there is nothing. It is not started again, since somebody may have cancelled it
    """
    decision = destination.decide()
    is_back = decision.image is not None and decision.image["image_id"] == image_id
    if not is_back:
        destination.is_gone(image_id)
    if decision.refusal or decision.image is None or is_back:
        raise error
    destination.record_decision(decision)
    return decision.image


def _cancel_if_asked(destination: Destination, image_id: str) -> None:
    """Put an end to a copy that has had its time. The API has ``consistency_wait`` to take the call, and to show it."""
    if destination.run.options.on_timeout != "cancel" or not destination.started_here:
        return
    with destination.run.api.until(waiter.consistency_end(destination.run)):
        if not _told_to_stop(destination, image_id):
            # It finished or went at the last moment.
            if destination.look_at(image_id) is None:
                destination.is_gone(image_id)
            return
    where = f"the copy {image_id} in {destination.region} did not finish in time"
    remedy = "Give it more time with wait_timeout."
    with destination.run.api.until(waiter.consistency_end(destination.run)):
        what_is_left = _what_is_left(destination, image_id)
    if what_is_left:
        raise TimedOut(f"{where}. It was told to stop and {what_is_left}", remedy)
    destination.is_gone(image_id)
    raise Ended(copy_plan.CANCELLED, TimedOut(f"{where} and was cancelled", remedy))


def _told_to_stop(destination: Destination, image_id: str) -> bool:
    """Whether the API has taken the cancelling, or may have taken it: told again as long as its answer is lost."""
    is_lost = False

    def refusal() -> ApiError | None:
        nonlocal is_lost
        try:
            destination.run.api.images.cancel_copy(destination.region, image_id, just_made=not is_lost)
        except ApiError as error:
            if error.answered and error.code not in error_codes.NO_RUNNING_COPY:
                raise
            is_lost = is_lost or not error.answered
            return error
        return None

    last, _is_over = waiter.last_look(
        destination.run,
        refusal,
        lambda error: error is None or error.answered,
        deadline=destination.run.api.deadline,
    )
    return last is None or is_lost


def _what_is_left(destination: Destination, image_id: str) -> str | None:
    """What has come of a copy that was told to stop, if it has not gone. It may finish all the same."""
    try:
        image, _is_over = waiter.last_look(
            destination.run,
            lambda: destination.look_at(image_id),
            lambda image: image is None or not is_unfinished(image),
            deadline=destination.run.api.deadline,
        )
    except ApiError as error:
        return f"can't be seen: {error.message}"
    return f"is {image['status']} all the same" if image else None


def _snapshots(destination: Destination, image: Image) -> list[Snapshot]:
    """The snapshots behind a copy. Those of a plain one that this run has made need no look: no key, no tags yet."""
    if destination.started_here and image["encrypted"] is False:
        return [
            models.snapshot({"SnapshotId": snapshot_id, "Status": "accomplished"}, image["region"])
            for snapshot_id in image["snapshot_ids"]
        ]
    return waiter.snapshots_of(destination.run, image)


def _finish(destination: Destination, image: Image) -> None:
    """Judge a finished copy, then give it what the copying could not."""
    image = proof.with_its_tags(destination, image)
    snapshots = _snapshots(destination, image)
    keys = [snapshot["kms_key_id"] for snapshot in snapshots if snapshot["kms_key_id"]]
    destination.record.kms_key_id = keys[0] if keys else None
    refusal = (
        judge.encryption_drift(destination.wanted, image)
        if destination.started_here
        else judge.judge(destination.source, destination.wanted, image, destination.run.options, snapshots)
    )
    refusal = refusal or judge.key_drift(destination.wanted, image, snapshots)
    if refusal:
        raise Ended(copy_plan.REFUSED, refusal)
    start.claim(destination, image)
    destination.ids.paired.add(image["image_id"])  # it has stood the comparison
    destination.differences = copy_plan.differences(destination.source, image)
    repairs = copy_plan.repairs(destination.source, destination.wanted, image, snapshots, destination.run.options)
    where = f"the copy {image['image_id']} in {destination.region}"
    changes.refuse_clashing_tags(where, image["tags"], repairs.tags, repairs.untag)
    changes.refuse_too_many_tags(where, image["tags"], repairs, destination.run.options.max_tags)
    destination.after = summary(repairs.applied_to(image))
    if not repairs:
        return
    if destination.record.action == copy_plan.PRESENT:
        destination.outcome(copy_plan.UPDATED)
    if destination.run.check:
        destination.mark_changed()
        return
    if repairs.snapshots:
        # The first to finish this copy removes what is left of failed ones before it; the tag says that it was done.
        unmark = leftovers.clear(destination.run.api, image, destination.wanted.markers, destination.mark_changed)
        repairs = dataclasses.replace(repairs, unmark=sorted({*repairs.unmark, *unmark}))
    changes.apply(destination.run.api, destination.region, image["image_id"], repairs, destination.mark_changed)
    destination.record.actual_name = repairs.applied_to(image)["name"]
