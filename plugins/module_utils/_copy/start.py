# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting a copy: CopyImage until it is accepted, or until a look shows that the copy is there."""

from __future__ import annotations

import contextlib
import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import timestamp
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, Refused, refuse
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    CREATE_FAILED,
    CREATING,
    is_unfinished,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import judge, proof
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.destination import Destination, Ended, summary
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.plan import Decision
from ansible_collections.imageops.alicloud.plugins.module_utils._task import leftovers, waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt

TO_START = (copy_plan.STARTED, copy_plan.REPLACED)


def preflight(destination: Destination) -> None:
    """In check mode: ask the API whether CopyImage would be accepted.

    :raises ApiError: for a refusal that the real run could neither wait out nor work around
    :raises Refused: if the endpoint ignored DryRun and made a copy, which is cancelled at once
    """
    source, options = t.cast(Image, destination.source), destination.run.options
    if options.preflight != "dry_run" or (options.image or {}).get("planned"):
        return  # what is not there, or not Available yet, would be refused
    try:
        made = destination.run.api.images.copy_dry_run(
            source["region"], source["image_id"], destination.wanted.request(source)
        )
    except ApiError as error:
        passed = error_codes.DRY_RUN_PASSED | error_codes.EARLY_COPY
        if not (error.code in passed or is_transient(error) or is_conflict(error)):
            raise
        return
    destination.mark_changed()
    remedy = "Set preflight=none for this endpoint."
    if made:
        destination.record.image_id = made
        what = f"the endpoint ignored DryRun and started the copy {made} in {destination.region}"
        raise Refused("DryRunIgnored", f"{what}, {_cancelled(destination, made)}", remedy)
    # An answer without an id proves nothing: what is being made there by now may be another run's.
    seen = [image["image_id"] for image in destination.marked() if is_unfinished(image)]
    what = f"the endpoint ignored DryRun and may have started a copy in {destination.region}"
    raise Refused(
        "DryRunIgnored",
        f"{what}: {', '.join(seen) or 'none'} is being made there",
        f"{remedy} Cancel what nobody else has started, with ecs_image_copy_cancel.",
    )


def _cancelled(destination: Destination, made: str) -> str:
    """What became of a copy that nobody wanted. It may be so new that the call that cancels does not find it yet."""
    try:
        attempt(
            destination.run,
            lambda: destination.run.api.images.cancel_copy(destination.region, made, just_made=True),
            passes=is_transient,
        )
    except ApiError as error:
        return f"which could not be cancelled ({error.code}): look at it, and cancel or delete it"
    return "which was cancelled at once"


def start(destination: Destination, decision: Decision) -> Image:
    """Start a copy, in place of failed ones if the decision names some.

    :returns: the image that is to be waited for: this run's own, or one that was there all at once
    """
    source_available(destination)
    remove_failed(destination, decision.failed)
    source, token = t.cast(Image, destination.source), str(uuid.uuid4())
    try:
        return until_started(
            destination,
            lambda: destination.run.api.images.copy(
                source["region"], source["image_id"], destination.wanted.request(source), token
            ),
            error_codes.EARLY_COPY,
        )
    except ApiError as error:
        if error.code in error_codes.EARLY_COPY - error_codes.NAME_IS_HELD:
            _refuse_changed_source(destination, source, error)
        raise


def _refuse_changed_source(destination: Destination, source: Image, error: ApiError) -> None:
    """The API speaks of an image without its name. If it is the source that has changed, that is told.

    :raises Refused: if the source is gone, or can't be copied any more
    """
    with contextlib.suppress(ApiError):
        now = destination.run.api.images.get(source["region"], source["image_id"])
        refusal = copy_plan.source_refusal(now, destination.wanted)
        if now is None:
            what = f"the source {source['image_id']} in {source['region']} was there before and is not any more"
            refusal = Refused("Vanished", what, "Make a new source image, then run again.")
        if refusal:
            refusal.in_doubt = error.in_doubt
            raise refusal


def until_started(
    destination: Destination, call: t.Callable[[], dict[str, t.Any]], maybe_early: t.Collection[str]
) -> Image:
    """Make the call that starts an image until it is accepted, or until a look shows that the image is there.

    :param call: says the same token every time
    :param maybe_early: refusals that pass within ``consistency_wait``
    """
    failed: t.Sequence[Image] = ()

    def look(error: ApiError) -> Image | None:
        nonlocal failed
        destination.unanswered = destination.unanswered or not error.answered
        destination.name_is_held = error.code in error_codes.NAME_IS_HELD
        decision = proof.decide(destination)
        failed = decision.failed
        return None if decision.action in TO_START else found_instead(destination, decision)

    return attempt(
        destination.run,
        lambda: started(destination, call()),
        look,
        passes=lambda error: is_conflict(error) or is_transient(error),
        early=lambda error: error.code in maybe_early,
        # Another run's may have come and failed since the first look.
        before_repeat=lambda: remove_failed(destination, failed),
    )


def source_available(destination: Destination) -> None:
    """Wait until the source can be copied."""
    if destination.source and is_unfinished(destination.source):
        source = waiter.until_settled(destination.run, destination.source["region"], destination.source["image_id"])
        refuse(copy_plan.source_refusal(source, destination.wanted))
        destination.source = source


def started(destination: Destination, answer: t.Mapping[str, t.Any]) -> Image:
    """Put down what the answer to a call has named."""
    destination.mark_changed()
    destination.ids.started.add(answer["image_id"])
    destination.record.image_id, destination.record.status = answer["image_id"], CREATING
    destination.record.request_ids.append(answer["request_id"])
    destination.record.started_at = timestamp(destination.run.clock)
    destination.after = summary(destination.as_wanted())
    destination.report_progress()
    return models.with_values(destination.as_wanted(), status=CREATING)


def found_instead(destination: Destination, decision: Decision) -> Image:
    """A look while starting showed an image."""
    destination.record_decision(decision)
    if decision.refusal:
        raise Ended(decision.action, decision.refusal)
    claim(destination, t.cast(Image, decision.image))
    return t.cast(Image, decision.image)


def claim(destination: Destination, image: Image) -> None:
    """After a lost answer: tell an image with our pair of markers as started by this run.

    Nobody can say whether it is the lost call's, or that of an equal run in the same moment. It was not there before
    the call and it is exactly what the call asked for, so that to tell it as a change is right as far as anybody can
    know. Nothing else rests on it: the image is judged like any that was found, and never cancelled. One without our
    pair is not told as this run's at all.
    """
    found = destination.record.action in (copy_plan.ADOPTED, copy_plan.PRESENT)
    if not (destination.unanswered and found and image["image_id"] in destination.ids.paired):
        return
    destination.unanswered = False
    destination.mark_changed()
    destination.before = None
    destination.outcome(copy_plan.REPLACED if destination.record.replaced else copy_plan.STARTED)
    destination.record.started_at = timestamp(destination.run.clock)


def resolve_duplicate(destination: Destination, image_id: str) -> tuple[str, Image | None]:
    """Look for a second copy of the same identity, as a rename at the wrong moment lets it come about.

    The younger one goes, if it is this run's.

    :returns: the copy to wait for, and what the look has shown of it
    """
    pair = [image for image in destination.marked() if markers.made_as(image) == destination.wanted.name]
    live = sorted(
        (image for image in pair if image["status"] != CREATE_FAILED),
        key=lambda image: (image["created_at"], image["image_id"]),
    )
    if image_id not in [image["image_id"] for image in live[1:]]:
        return image_id, next((image for image in pair if image["image_id"] == image_id), None)
    destination.run.api.images.cancel_copy(destination.region, image_id)
    destination.warnings.append(
        f"{destination.region}: {live[0]['image_id']} is the same copy and older: {image_id} was cancelled"
    )
    destination.record_decision(Decision(copy_plan.ADOPTED, live[0]))
    return str(live[0]["image_id"]), live[0]


def judge_failed(destination: Destination, failed: t.Sequence[Image]) -> None:
    """
    :raises Refused: if one of them can't be what was to become this copy. What this run has started needs no look.
    """
    for image in failed:
        if image["image_id"] in destination.ids.started:
            continue
        snapshots = (
            None if image["is_copied"] else destination.run.api.snapshots.get(destination.region, image["snapshot_ids"])
        )
        refusal = judge.failed_misfit(destination.source, destination.wanted, image, snapshots)
        if refusal:
            raise Ended(copy_plan.REFUSED, refusal)


def remove_failed(destination: Destination, seen: t.Sequence[Image]) -> None:
    """Delete failed copies and their snapshots, at most once a run."""
    failed = [image for image in seen if image["image_id"] not in destination.ids.removed]
    if not failed:
        return
    if destination.record.replaced:
        raise Refused(
            CREATE_FAILED,
            f"the copy {failed[0]['image_id']} in {destination.region} has failed again",
            "Look at the image and its snapshots, then run again.",
        )
    judge_failed(destination, failed)
    destination.record.replaced = {
        "image_id": failed[0]["image_id"],
        "snapshot_ids": [snapshot_id for image in failed for snapshot_id in image["snapshot_ids"]],
    }
    destination.outcome(copy_plan.REPLACED)
    destination.warnings += [
        f"{destination.region}: {image['image_id']}, one more failed copy of the same, was deleted too"
        for image in failed[1:]
    ]
    for image in failed:
        _remove(destination, image)


def _mark_again(destination: Destination, failed: Image) -> None:
    """A copy may lose its tags when it fails, and the right to delete it may hang on them."""
    lost = {key: value for key, value in destination.wanted.markers.items() if failed["tags"].get(key) != value}
    if lost:
        with contextlib.suppress(ApiError):  # then the deletion tells what is missing
            destination.run.api.tags.put(destination.region, "image", [failed["image_id"]], lost)
            destination.mark_changed()


def _remove(destination: Destination, failed: Image) -> None:
    _mark_again(destination, failed)
    if failed["is_copied"]:
        warning = leftovers.mark(destination.run.api, failed, destination.wanted.markers, destination.mark_changed)
        destination.warnings += [warning] if warning else []
    destination.run.api.images.delete(destination.region, failed["image_id"])
    destination.ids.removed.add(failed["image_id"])
    destination.mark_changed()
    destination.is_gone(failed["image_id"])
    waiter.until_gone(destination.run, destination.region, failed["image_id"])
    if not failed["is_copied"]:
        return  # made of copied snapshots, which are good and will be used again
    for snapshot_id in failed["snapshot_ids"]:  # without a look, which may be behind; one that is gone is no error
        destination.run.api.snapshots.delete(destination.region, snapshot_id)
