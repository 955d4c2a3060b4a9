# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole cancel task: look in every region, cancel every copy, wait, and tell the truth about each."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ImageOpsError,
    failing,
    failure_of,
    sentence_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import SETTLED, UNFINISHED, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.texts import counted
from ansible_collections.imageops.alicloud.plugins.module_utils._cancel.cancel_one import (
    Cancel,
    CancelImage,
    CancelSnapshot,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._cancel.plan import (
    NOT_LOOKED_AT,
    Options,
    running_snapshots,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._task import leftovers, waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task, check_regions


def validate(options: Options) -> list[str]:
    """What is wrong with a cancel task's options."""
    faults = []
    ways = [bool(options.image_id), bool(options.source_image_id), options.all_marked]
    if sum(ways) != 1:
        faults.append(
            "name the copies in one way: image_id with region, source_image_id with source_region and regions, "
            "or all_marked=true with regions"
        )
    if options.image_id and not options.region:
        faults.append("image_id needs region, the region of the copy")
    if options.source_image_id and not options.source_region:
        faults.append("source_image_id needs source_region")
    if (options.source_image_id or options.all_marked) and not options.regions:
        faults.append("regions is needed: where to look for copies")
    return faults


def cancel_copies(run: Task[Options]) -> Data:
    """The flow of ecs_image_copy_cancel."""
    options = run.options
    check_regions(run, [options.region, options.source_region, *(options.regions or [])])
    run.refuse_faults()
    regions = list(dict.fromkeys([str(options.region)] if options.image_id else options.regions or []))
    found: dict[str, list[Cancel]] = {region: [] for region in regions}
    errors: dict[str, ImageOpsError] = {}
    run.jobs.run(lambda region: _cancel_in(run, region, found[region], errors), regions)
    cancels = [cancel for region in regions for cancel in found[region]]
    run.jobs.run(Cancel.wait, cancels)
    # Where no copy is found, that is only as good as what these credentials can see.
    unsure = [
        region for region in regions if region not in errors and all(cancel.is_unknown for cancel in found[region])
    ]
    warnings = run.visibility_warnings(unsure)
    # A copy that is named is seen by itself, but what is left of one that is gone is not.
    searched = unsure if run.options.image_id else [region for region in regions if region not in errors]
    warnings += run.visibility_warnings(searched, snapshots=True)
    warnings += [warning for cancel in cancels for warning in cancel.warnings]
    if not errors:
        warnings += _unknown(run, cancels)
    return {**_result(cancels, errors), "warnings": warnings}


def _unknown(run: Task[Options], cancels: t.Sequence[Cancel]) -> list[str]:
    """A warning if what is named is nowhere: a mistyped id would look like a success."""
    options = run.options
    if not all(cancel.is_unknown for cancel in cancels):
        return []
    if options.image_id:
        named = f"Image {options.image_id} is not visible in {options.region}"
    elif options.source_image_id:
        source = f"{options.source_image_id} in {options.source_region}"
        named = f"No copy of {source} is visible in {', '.join(dict.fromkeys(options.regions or []))}"
    else:
        return []
    return [f"{named}: nothing was cancelled. Check the id and the region if a copy should be there."]


def _cancel_in(run: Task[Options], region: str, cancels: list[Cancel], errors: dict[str, ImageOpsError]) -> None:
    """The job for one region: all of its copies are told to stop, and none is waited for before that."""
    try:
        cancels += _copies_in(run, region)
    except Exception as error:
        errors[region] = failure_of(error)
        return
    # A job each, so that one that can't be stopped holds up no other.
    run.jobs.add(*(cancel.tell_to_stop for cancel in cancels))
    if not run.options.image_id:
        run.jobs.add(lambda: _look_at_suspects(run, region, cancels, errors))


def _look_at_suspects(run: Task[Options], region: str, cancels: list[Cancel], errors: dict[str, ImageOpsError]) -> None:
    """Copies that are running and carry no marker: one of ours that was just started may not show its tags yet.

    They are looked at again through ``consistency_wait``. What is selected then is cancelled; what still has no tags is
    told as a suspect.
    """
    known = {cancel.entry["image_id"] for cancel in cancels}
    tags = _selected_tags(run.options)
    try:
        running, _all_marked = waiter.last_look(
            run,
            lambda: [image for image in run.api.images.find(region, statuses=sorted(UNFINISHED)) if image["is_copied"]],
            lambda images: all(markers.is_marked_copy(image) for image in images),
            deadline=waiter.consistency_end(run),
        )
    except Exception as error:
        errors[region] = failure_of(error)
        return
    for image in running:
        cancel = CancelImage(run, region, image["image_id"], image)
        if image["image_id"] in known or (markers.is_marked_copy(image) and not _is_selected(image, tags)):
            continue
        cancels.append(cancel)
        if markers.is_marked_copy(image):
            run.jobs.add(cancel.tell_to_stop)
        else:
            cancel.suspect()


def _selected_tags(options: Options) -> dict[str, str]:
    """The marker of the source whose copies are meant; empty for all of ours."""
    if not options.source_image_id:
        return {}
    return {markers.COPIED_FROM: markers.source_ref(str(options.source_region), options.source_image_id)}


def _copies_in(run: Task[Options], region: str) -> list[Cancel]:
    options = run.options
    if options.image_id:
        return [_copy(run, region, options.image_id)]
    tags = _selected_tags(options)
    images = [image for image in run.api.images.find(region, tags=tags) if _is_selected(image, tags)]
    snapshots = [snapshot for snapshot in run.api.snapshots.tagged(region, tags) if _is_selected(snapshot, tags)]
    left = leftovers.left_behind(snapshots, tags)
    # Of one source the finished copies are reported too; of a whole region that would be all that there is.
    listed = images if tags else [image for image in images if image["status"] not in SETTLED]
    return [
        *(CancelImage(run, region, image["image_id"], image) for image in listed),
        *(CancelImage(run, region, image_id, None, ids) for image_id, ids in left.items()),
        *(CancelSnapshot(run, region, snapshot) for snapshot in running_snapshots(snapshots, images)),
    ]


def _copy(run: Task[Options], region: str, image_id: str) -> CancelImage:
    """One copy by its id. If it is gone, an interrupted run may have left its snapshots."""
    image = run.api.images.get(region, image_id, owner="self")
    tags = {markers.LEFTOVER_OF: image_id}
    left = {} if image else leftovers.left_behind(run.api.snapshots.tagged(region, tags), tags)
    return CancelImage(run, region, image_id, image, left.get(image_id, []))


def _is_selected(resource: t.Mapping[str, t.Any], tags: t.Mapping[str, str]) -> bool:
    """Compared again, so that nothing is touched by a loose match."""
    return markers.is_marked_copy(resource) and all(resource["tags"].get(key) == value for key, value in tags.items())


def _result(cancels: t.Sequence[Cancel], errors: t.Mapping[str, ImageOpsError]) -> Data:
    cancelled = [cancel for cancel in cancels if cancel.cancelled]
    blind = [
        {"region": region, "image_id": None, "snapshot_id": None, "reason": NOT_LOOKED_AT, "error": error.as_dict()}
        for region, error in errors.items()
    ]
    running = [cancel.entry for cancel in cancels if cancel.failed] + blind
    result: Data = {
        "changed": any(cancel.changed for cancel in cancels),
        "cancelled": [cancel.entry for cancel in cancelled],
        "not_cancelled": [cancel.entry for cancel in cancels if not cancel.cancelled] + blind,
        "diff": {
            "before": {cancel.label: "running" for cancel in cancelled},
            "after": {cancel.label: "gone" for cancel in cancelled},
        },
    }
    told = f"{counted(len(running), 'copy', 'copies')} could not be cancelled: "
    return failing(result, [_sentence(entry) for entry in running], told)


def _sentence(entry: Data) -> str:
    why = f": {sentence_of(entry['error'])}" if entry["error"] else ""
    return f"{entry['region']}/{entry['image_id'] or entry['snapshot_id'] or '?'} {entry['reason']}{why}"
