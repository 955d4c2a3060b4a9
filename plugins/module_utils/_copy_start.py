# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting a copy: CopyImage until it is accepted, or until a look shows that the copy is there."""

from __future__ import annotations

import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils import _markers, _plan_copy, _watch
from ansible_collections.imageops.alicloud.plugins.module_utils._destination import Destination, summary
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import ApiError, Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._fanout import Job
from ansible_collections.imageops.alicloud.plugins.module_utils._plan_copy import Decision
from ansible_collections.imageops.alicloud.plugins.module_utils._retry import Backoff, is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import (
    AVAILABLE,
    CREATE_FAILED,
    CREATING,
    UNFINISHED,
    Data,
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
    if made:
        one.record.image_id = made
        one.written()
        one.api.cancel_copy(one.region, made)
        raise Refused(
            "DryRunIgnored",
            f"the endpoint ignored DryRun and started the copy {made} in {one.region}, which was cancelled at once",
            "Set preflight=none for this endpoint.",
        )


def start(one: Destination, decision: Decision) -> t.Generator[float, None, Data]:
    """Start a copy, in place of a failed one if the decision names one.

    :returns: the image that is to be waited for: this run's own, or one that was there all at once
    """
    yield from prepare(one, decision)
    source = t.cast(Data, one.source)
    token, backoff, early_until = str(uuid.uuid4()), Backoff(), None
    while True:
        try:
            answer = one.api.copy_image(source["region"], source["image_id"], one.wanted.request(source), token)
            return started(one, answer)
        except ApiError as error:
            now = one.run.clock.now()
            if error.code in MAYBE_EARLY:
                early_until = early_until or now + one.run.params["consistency_wait"]
            elif not (is_conflict(error) or is_transient(error)):
                raise
            # Whatever it was, look before the call is repeated: the copy may be there by now.
            again = one.decide()
            if again.action not in TO_START:
                return found_instead(one, again, lost_answer=not error.answered)
            if now >= one.run.deadline or (early_until and now >= early_until):
                raise
        yield backoff.pause()


def prepare(one: Destination, decision: Decision) -> Job:
    """Wait for the source to be Available, and remove the failed copy that the decision names."""
    if one.source and one.source["status"] in UNFINISHED:
        source = yield from _watch.until_settled(one.run, one.source["region"], one.source["image_id"])
        if source["status"] != AVAILABLE:
            raise Refused("SourceNotUsable", f"the source {source['image_id']} has become {source['status']}")
        one.source = source
    if decision.failed:
        yield from _remove_failed(one, decision.failed)


def started(one: Destination, answer: Data) -> Data:
    one.written()
    one.mine = True
    one.record.image_id, one.record.status = answer["image_id"], CREATING
    one.record.request_ids.append(answer["request_id"])
    one.record.started_at = timestamp(one.run.clock)
    one.after = summary(one.as_wanted())
    one.tell()
    return {"image_id": answer["image_id"], "status": CREATING}


def found_instead(one: Destination, decision: Decision, lost_answer: bool) -> Data:
    """A look while starting showed an image. After a lost answer it is taken to be the one that was asked for."""
    if decision.refusal:
        raise decision.refusal
    one.take(decision)
    if lost_answer:
        one.written()
        one.mine = True
        one.before = None
        one.record.action = _plan_copy.REPLACED if one.record.replaced else _plan_copy.STARTED
        one.record.started_at = timestamp(one.run.clock)
    return t.cast(Data, decision.image)


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
    one.mine = False
    one.take(Decision(_plan_copy.ADOPTED, live[0]))
    return str(live[0]["image_id"]), live[0]


def _remove_failed(one: Destination, failed: Data) -> Job:
    """Delete a failed copy and its snapshots, at most once a run."""
    if one.record.replaced:
        raise Refused(
            CREATE_FAILED,
            f"the copy {failed['image_id']} in {one.region} has failed again",
            "Look at the image and its snapshots, then run again.",
        )
    one.record.replaced = {"image_id": failed["image_id"], "snapshot_ids": failed["snapshot_ids"]}
    one.record.action = _plan_copy.REPLACED
    one.api.delete_image(one.region, failed["image_id"])
    one.written()
    yield from _watch.until_gone(one.run, one.region, failed["image_id"])
    if not failed["is_copied"]:
        return  # made of copied snapshots, which are good and will be used again
    for snapshot_id in failed["snapshot_ids"]:  # without a look, which may be behind; one that is gone is no error
        one.api.delete_snapshot(one.region, snapshot_id)
