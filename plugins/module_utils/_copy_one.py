# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One copy from the first look to its end: decide, start, wait, finish. This is the copy logic."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils import (
    _copy_large,
    _copy_start,
    _leftovers,
    _plan_copy,
    _plan_judge,
    _plan_large,
    _repairs,
    _watch,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._destination import Destination, summary
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import (
    ApiError,
    ImageOpsError,
    Refused,
    TimedOut,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._fanout import Job
from ansible_collections.imageops.alicloud.plugins.module_utils._plan_copy import Decision
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import (
    AVAILABLE,
    UNFINISHED,
    Data,
    is_unfinished,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._wait import timestamp


def copy_to(one: Destination) -> Job:
    """The job for one destination. It keeps its own failures, so that none hides another's outcome."""
    one.record.planned = one.run.check
    try:
        if one.source_error:
            raise one.source_error
        yield from _copy_to(one)
    except TimedOut as error:
        if one.record.action != _plan_copy.CANCELLED:
            one.record.action = _plan_copy.TIMED_OUT
        one.fail(error)
    except ImageOpsError as error:
        one.fail(error)
    except Exception as error:  # a fault of ours must not lose what the other destinations came to
        one.fail(Refused("InternalError", f"unexpected {type(error).__name__}: {error}", "Please report this."))
    one.record.elapsed_seconds = one.elapsed()
    if one.available_since is not None:
        one.record.finishing_seconds = round(one.run.clock.now() - one.available_since, 1)


def _copy_to(one: Destination) -> Job:
    decision = one.decide()
    one.take(decision)
    if decision.refusal:
        raise decision.refusal
    if one.run.check:
        yield from _predict(one, decision)
        return
    image = decision.image
    if decision.action in _copy_start.TO_START:
        image = yield from _start(one, decision)
    if image and is_unfinished(image):
        if not one.run.params["wait"]:
            return
        image = yield from _until_available(one, image)
    if image and image["status"] == AVAILABLE and not one.wanted.is_source:
        yield from _finish(one, image)


def _start(one: Destination, decision: Decision) -> t.Generator[float, None, Data | None]:
    """Start a copy in the way that its size asks for."""
    reason = _reason_for_snapshots(one)
    if reason is None:
        try:
            return (yield from _copy_start.start(one, decision))
        except ApiError as error:
            if not _copy_large.is_too_large(error) or one.run.params["method"] == "image":
                raise
            reason, decision = _copy_large.refused(error), Decision(decision.action)
    return (yield from _copy_large.start(one, decision, reason))


def _reason_for_snapshots(one: Destination) -> str | None:
    return _plan_large.reason(t.cast(Data, one.source), one.run.params["method"], one.run.params["large_image_gib"])


def _predict(one: Destination, decision: Decision) -> Job:
    """Check mode: what the rest of the way would come to."""
    image = decision.image
    if decision.action in _copy_start.TO_START:
        if one.source:
            one.record.size, one.record.disk_count = one.source["size"], len(one.source["disks"])
        if _predict_start(one, decision):
            one.written()
            one.after = summary(one.as_wanted())
    elif image and image["status"] in UNFINISHED:
        if one.run.params["wait"]:
            # To finish it is to tag its snapshots at least, which is a write.
            one.written()
            finished = {**image, "status": AVAILABLE}
            repairs = _plan_copy.repairs(one.source, one.wanted, finished, [], one.options)
            one.after = summary(repairs.applied_to(finished))
    elif image and image["status"] == AVAILABLE and not one.wanted.is_source:
        yield from _finish(one, image)


def _predict_start(one: Destination, decision: Decision) -> bool:
    """
    :returns: whether the making of an image would begin in this run
    """
    _copy_start.judge_failed(one, decision.failed)
    reason = _reason_for_snapshots(one)
    try:
        if reason is None and decision.action == _plan_copy.STARTED:
            _copy_start.preflight(one)
    except ApiError as error:
        if not _copy_large.is_too_large(error) or one.run.params["method"] == "image":
            raise
        reason = _copy_large.refused(error)
    return _copy_large.predict(one, decision, reason) if reason else True


def _until_available(one: Destination, image: Data) -> t.Generator[float, None, Data]:
    """Wait for a copy that was started or found; replace it if it fails, at most once."""

    def seen(image: Data) -> None:
        one.see(image)
        one.tell()

    while True:
        image_id, first = str(image["image_id"]), t.cast("Data | None", image)
        if one.mine:
            yield _watch.first_pause(one.run)
            image_id, first = _copy_start.give_way(one, image_id)
        try:
            image = yield from _watch.until_settled(one.run, one.region, image_id, seen, first)
        except TimedOut:
            _cancel_if_asked(one, image_id)
            raise
        except Refused as error:
            image = _successor(one, image_id, error)
            continue
        if image["status"] == AVAILABLE:
            one.available_since = one.run.clock.now()
            one.record.finished_at = timestamp(one.run.clock)
            return image
        # It has ended in some other way. Whether it may be touched for that depends on whose it is.
        decision = one.decide_about(image)
        if decision.refusal:
            one.record.action = _plan_copy.FAILED if one.knows(image_id) else _plan_copy.REFUSED
            raise decision.refusal
        if decision.action not in _copy_start.TO_START:
            one.warnings += decision.warnings
            return image
        image = t.cast(Data, (yield from _start(one, decision)))


def _successor(one: Destination, image_id: str, error: Refused) -> Data:
    """What has come in place of a copy that is not to be seen: another run may have replaced it after it failed.

    :raises Refused: the given error, if there is nothing. It is not started again, since somebody may have cancelled it
    """
    decision = one.decide()
    if decision.refusal or decision.image is None or decision.image["image_id"] == image_id:
        raise error
    one.take(decision)
    return decision.image


def _cancel_if_asked(one: Destination, image_id: str) -> None:
    if one.run.params["on_timeout"] != "cancel" or not one.mine:
        return
    try:
        one.api.cancel_copy(one.region, image_id)
    except ApiError as error:
        if error.code in ("IncorrectImageStatus", "InvalidImageId.NotFound"):
            return  # it finished or went at the last moment; the next run sees which
        raise
    one.record.action = _plan_copy.CANCELLED
    raise TimedOut(
        f"the copy {image_id} in {one.region} did not finish in time and was cancelled",
        "Give it more time with wait_timeout.",
    )


def _snapshots(one: Destination, image: Data) -> t.Generator[float, None, list[Data]]:
    """The snapshots behind a copy. Those of a plain one that this run has made need no look: no key, no tags yet."""
    if one.mine and not image["encrypted"]:
        return [{"snapshot_id": snapshot_id, "kms_key_id": "", "tags": {}} for snapshot_id in image["snapshot_ids"]]
    return (yield from _watch.snapshots_of(one.run, image))


def _finish(one: Destination, image: Data) -> Job:
    """Judge a finished copy, then give it what the copying could not."""
    snapshots = yield from _snapshots(one, image)
    keys = [snapshot["kms_key_id"] for snapshot in snapshots if snapshot["kms_key_id"]]
    one.record.kms_key_id = keys[0] if keys else None
    refusal = (
        _plan_judge.encryption_drift(one.wanted, image)
        if one.mine
        else _plan_judge.judge(one.source, one.wanted, image, one.options, snapshots)
    )
    refusal = refusal or _plan_judge.key_drift(one.wanted, image, snapshots)
    if refusal:
        one.record.action = _plan_copy.REFUSED
        raise refusal
    _copy_start.claim(one, image)
    one.warnings += _plan_copy.features_kept(one.source, image)
    repairs = _plan_copy.repairs(one.source, one.wanted, image, snapshots, one.options)
    one.after = summary(repairs.applied_to(image))
    if not repairs:
        return
    if one.record.action == _plan_copy.PRESENT:
        one.record.action = _plan_copy.UPDATED
    if one.run.check:
        one.written()
        return
    if repairs.snapshots:
        # The first to finish this copy removes what is left of failed ones before it; the tag says that it was done.
        unmark = _leftovers.clear(one.api, image, one.wanted.markers, one.written)
        repairs = dataclasses.replace(repairs, unmark=sorted({*repairs.unmark, *unmark}))
    _repairs.apply(one.api, one.region, image["image_id"], repairs, one.written)
