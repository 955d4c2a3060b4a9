# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting a copy: CopyImage until it is accepted, or until a look shows that the copy is there."""

from __future__ import annotations

import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils import (
    _leftovers,
    _markers,
    _plan_copy,
    _plan_judge,
    _watch,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._destination import Destination, summary
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import ApiError, Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._fanout import Job
from ansible_collections.imageops.alicloud.plugins.module_utils._plan_copy import Decision
from ansible_collections.imageops.alicloud.plugins.module_utils._retry import Backoff, is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import (
    CREATE_FAILED,
    CREATING,
    Data,
    is_unfinished,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._wait import timestamp

# Refusals that may only be early: of a name that a deleted image still holds, and of a source that is too fresh.
MAYBE_EARLY = frozenset({"InvalidImageName.Duplicated", "IncorrectImageStatus", "InvalidImageId.NotFound"})

# How a dry run says that the call would be accepted.
DRY_RUN_PASSED = frozenset({"DryRunOperation", "DRYRUN.SUCCESS"})

TO_START = (_plan_copy.STARTED, _plan_copy.REPLACED)


def preflight(one: Destination) -> None:
    """In check mode: ask the API whether CopyImage would be accepted.

    :raises ApiError: for a refusal that the real run could neither wait out nor work around
    :raises Refused: if the endpoint ignored DryRun and made a copy, which is cancelled at once
    """
    source = t.cast(Data, one.source)
    if one.run.params["preflight"] != "dry_run" or source.get("planned"):
        return
    try:
        made = one.api.copy_image_dry_run(source["region"], source["image_id"], one.wanted.request(source))
    except ApiError as error:
        passes = error.code in DRY_RUN_PASSED | MAYBE_EARLY or is_transient(error) or is_conflict(error)
        if not passes:
            raise
        return
    one.written()
    remedy = "Set preflight=none for this endpoint."
    if made:
        one.record.image_id = made
        one.api.cancel_copy(one.region, made)
        what = f"the endpoint ignored DryRun and started the copy {made} in {one.region}, which was cancelled at once"
        raise Refused("DryRunIgnored", what, remedy)
    # An answer without an id proves nothing: what is being made there by now may be another run's.
    seen = [image["image_id"] for image in one.marked() if is_unfinished(image)]
    what = f"the endpoint ignored DryRun and may have started a copy in {one.region}"
    raise Refused(
        "DryRunIgnored",
        f"{what}: {', '.join(seen) or 'none'} is being made there",
        f"{remedy} Cancel what nobody else has started, with ecs_image_copy_cancel.",
    )


def start(one: Destination, decision: Decision) -> t.Generator[float, None, Data]:
    """Start a copy, in place of failed ones if the decision names some.

    :returns: the image that is to be waited for: this run's own, or one that was there all at once
    """
    yield from source_available(one)
    yield from remove_failed(one, decision.failed)
    source, token = t.cast(Data, one.source), str(uuid.uuid4())
    return (
        yield from until_accepted(
            one,
            lambda: one.api.copy_image(source["region"], source["image_id"], one.wanted.request(source), token),
            MAYBE_EARLY,
        )
    )


def until_accepted(
    one: Destination, call: t.Callable[[], Data], maybe_early: t.Collection[str]
) -> t.Generator[float, None, Data]:
    """Make the call that starts an image until it is accepted, or until a look shows that the image is there.

    :param call: says the same token every time
    :param maybe_early: refusals that pass within ``consistency_wait``
    """
    backoff, early_until = Backoff(), None
    while True:
        try:
            return started(one, call())
        except ApiError as error:
            now = one.run.clock.now()
            if error.code in maybe_early:
                early_until = early_until or now + one.run.params["consistency_wait"]
            elif not (is_conflict(error) or is_transient(error)):
                raise
            one.unanswered = one.unanswered or not error.answered
            # Whatever it was, look before the call is repeated: the image may be there by now.
            again = one.decide()
            if again.action not in TO_START:
                return found_instead(one, again)
            if now >= one.run.deadline or (early_until and now >= early_until):
                raise
            # Another run's may have come and failed since the first look.
            yield from remove_failed(one, again.failed)
        yield backoff.pause()


def source_available(one: Destination) -> Job:
    """Wait until the source can be copied."""
    if one.source and is_unfinished(one.source):
        source = yield from _watch.until_settled(one.run, one.source["region"], one.source["image_id"])
        refusal = _plan_copy.source_refusal(source, one.wanted)
        if refusal:
            raise refusal
        one.source = source


def started(one: Destination, answer: Data) -> Data:
    one.written()
    one.started_ids.add(answer["image_id"])
    one.record.image_id, one.record.status = answer["image_id"], CREATING
    one.record.request_ids.append(answer["request_id"])
    one.record.started_at = timestamp(one.run.clock)
    one.after = summary(one.as_wanted())
    one.tell()
    return {"image_id": answer["image_id"], "status": CREATING}


def found_instead(one: Destination, decision: Decision) -> Data:
    """A look while starting showed an image."""
    if decision.refusal:
        one.take(decision)
        raise decision.refusal
    one.take(decision)
    claim(one, t.cast(Data, decision.image))
    return t.cast(Data, decision.image)


def claim(one: Destination, image: Data) -> None:
    """After a lost answer: tell an image with our pair of markers as started by this run.

    Nobody can say whether it is the lost call's, or that of an equal run in the same moment. It was not there before
    the call and it is exactly what the call asked for, so that to tell it as a change is right as far as anybody can
    know. Nothing else rests on it: the image is judged like any that was found, and never cancelled. One without our
    pair is not told as this run's at all.
    """
    found = one.record.action in (_plan_copy.ADOPTED, _plan_copy.PRESENT)
    if not (one.unanswered and found and image["image_id"] in one.pair_ids):
        return
    one.unanswered = False
    one.written()
    one.before = None
    one.record.action = _plan_copy.REPLACED if one.record.replaced else _plan_copy.STARTED
    one.record.started_at = timestamp(one.run.clock)


def give_way(one: Destination, image_id: str) -> tuple[str, Data | None]:
    """Look for a second copy of the same identity, as a rename at the wrong moment lets it come about.

    The younger one goes, if it is this run's.

    :returns: the copy to wait for, and what the look has shown of it
    """
    pair = [image for image in one.marked() if _markers.made_as(image) == one.wanted.name]
    live = sorted(
        (image for image in pair if image["status"] != CREATE_FAILED),
        key=lambda image: (image["created_at"], image["image_id"]),
    )
    if image_id not in [image["image_id"] for image in live[1:]]:
        return image_id, next((image for image in pair if image["image_id"] == image_id), None)
    one.api.cancel_copy(one.region, image_id)
    one.warnings.append(f"{one.region}: {live[0]['image_id']} is the same copy and older: {image_id} was cancelled")
    one.take(Decision(_plan_copy.ADOPTED, live[0]))
    return str(live[0]["image_id"]), live[0]


def judge_failed(one: Destination, failed: t.Sequence[Data]) -> None:
    """
    :raises Refused: if one of them can't be what was to become this copy. What this run has started needs no look.
    """
    for image in failed:
        if image["image_id"] in one.started_ids:
            continue
        snapshots = None if image["is_copied"] else one.api.snapshots(one.region, image["snapshot_ids"])
        refusal = _plan_judge.failed_misfit(one.source, one.wanted, image, snapshots)
        if refusal:
            one.record.action = _plan_copy.REFUSED
            raise refusal


def remove_failed(one: Destination, seen: t.Sequence[Data]) -> Job:
    """Delete failed copies and their snapshots, at most once a run."""
    failed = [image for image in seen if image["image_id"] not in one.removed_ids]
    if not failed:
        return
    if one.record.replaced:
        raise Refused(
            CREATE_FAILED,
            f"the copy {failed[0]['image_id']} in {one.region} has failed again",
            "Look at the image and its snapshots, then run again.",
        )
    judge_failed(one, failed)
    one.record.replaced = {
        "image_id": failed[0]["image_id"],
        "snapshot_ids": [snapshot_id for image in failed for snapshot_id in image["snapshot_ids"]],
    }
    one.record.action = _plan_copy.REPLACED
    one.warnings += [
        f"{one.region}: {image['image_id']}, one more failed copy of the same, was deleted too" for image in failed[1:]
    ]
    for image in failed:
        yield from _remove(one, image)


def _remove(one: Destination, failed: Data) -> Job:
    if failed["is_copied"]:
        warning = _leftovers.mark(one.api, failed, one.wanted.markers, one.written)
        one.warnings += [warning] if warning else []
    one.api.delete_image(one.region, failed["image_id"])
    one.removed_ids.add(failed["image_id"])
    one.written()
    yield from _watch.until_gone(one.run, one.region, failed["image_id"])
    if not failed["is_copied"]:
        return  # made of copied snapshots, which are good and will be used again
    for snapshot_id in failed["snapshot_ids"]:  # without a look, which may be behind; one that is gone is no error
        one.api.delete_snapshot(one.region, snapshot_id)
