# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retiring old images in many regions: look, plan, deprecate or remove each, and tell what became of it."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import stamp
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    failing,
    failure_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import DEPRECATED, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._image import in_the_way, plan_remove, remove
from ansible_collections.imageops.alicloud.plugins.module_utils._image.in_the_way import RunningCopies
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import RemoveOptions
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import export, selection, told, use
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import plan as retire_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._retire.plan import Options, Verdict
from ansible_collections.imageops.alicloud.plugins.module_utils._retire.region import Region, seen_again
from ansible_collections.imageops.alicloud.plugins.module_utils._task import changes, waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run, Task, regions_of
from ansible_collections.imageops.alicloud.plugins.module_utils._usage.look import Looks

MOST_LISTS = 10  # share lists that are read for people alone
UNREAD = ". Others have it and would lose it: who, is not read for so many images in check mode"


def retire_images(run: Task[Options]) -> Data:
    """The flow of ecs_image_retire."""
    named = regions_of(run, retire_plan.buckets_of(run.options.export))
    regions = [Region(name, run.clock.places(1)) for name in named]
    run.jobs.run(lambda region: _look(run, region), regions)
    run.jobs.run(lambda pair: _read_shares(run, *pair), _share_lists(run, regions))
    run.jobs.run(lambda region: _look_at_snapshots(run, region), [region for region in regions if region.went])
    looks = _see_use(run, regions)
    for region in regions:
        _judge(run, region)
    verdicts = retire_plan.limit((verdict for region in regions for verdict in region.verdicts), run.options.max_images)
    entries: list[Data] = []
    leaving = [verdict.image for verdict in verdicts if verdict.action == retire_plan.DELETE]
    had = [image for image in leaving if image["is_public"] or image["is_shared"] or image.get("shares")]
    seen = {region.name: region for region in regions if not region.error}
    # Check mode has just looked, and a run looks again.
    copies = RunningCopies(run, had, {name: region.images for name, region in seen.items()} if run.check else None)
    warnings = run.visibility_warnings([region.name for region in regions if region.blind and not region.error])
    warnings += [*looks.warnings(), *(warning for region in regions for warning in region.warnings)]
    run.jobs.run(lambda verdict: _retire(run, verdict, entries, warnings, copies, seen, looks), verdicts)
    snapshots = [_orphan(run, region, snapshot) for region in regions for snapshot in region.orphans]
    return {**_result(run, regions, entries, snapshots), "not_looked": looks.not_looked, "warnings": warnings}


@contextlib.contextmanager
def _looking(region: Region) -> t.Iterator[None]:
    """Keep why a region could not be looked at, where nothing is retired then."""
    try:
        yield
    except Exception as error:
        region.error = failure_of(error)
        region.images = []


def _look(run: Task[Options], region: Region) -> None:
    with _looking(region):
        region.images = run.api.images.find(region.name)
        region.blind, region.seen_at = not region.images, run.clock.now()
        _look_at_snapshots(run, region)


def _look_at_snapshots(run: Task[Options], region: Region) -> None:
    options = run.options
    with _looking(region):
        if options.orphans != "ignore" or options.delete_snapshots != "none":
            region.snapshots = run.api.snapshots.tagged(region.name, {})


def _see_use(run: Task[Options], regions: t.Sequence[Region]) -> Looks:
    """See who uses the images that would go if nobody did."""
    if not run.options.keep_used:
        return Looks()
    own = {region.name: region.images for region in regions}
    going: dict[str, list[Image]] = {}
    for region in regions:
        verdicts = _plan(run, region.images, run.options.shared)
        going[region.name] = [verdict.image for verdict in verdicts if verdict.action != retire_plan.KEEP]
    found, looks = use.users(run, run.options.role_arns or [], own, going)
    for region in regions:
        region.uses = found.get(region.name, {})
        region.unseen = looks.may_hold(region.name)
    return looks


def _judge(run: Task[Options], region: Region) -> None:
    """Decide about a region, once it is known who has the images that would go."""
    options = run.options
    region.verdicts = _plan(run, region.images, options.shared, use.sentences(region.uses), region.unseen)
    region.left = selection.select(region.images, options).left
    region.warnings = told.strange_dates(verdict.image for verdict in region.verdicts)
    known = {image["image_id"] for image in region.images}
    orphans = retire_plan.orphans(region.snapshots, known, options.delete_snapshots)
    region.orphans = [snapshot for snapshot in orphans if snapshot["begun"] or options.orphans != "ignore"]


def _share_lists(run: Task[Options], regions: t.Sequence[Region]) -> list[tuple[Region, Image]]:
    """The images whose share lists are read, a call each: those that would go if nobody had them.

    Where the API has told whether others have an image, the list is only for people to read, and so has a limit.
    """
    going = [
        (region, verdict.image)
        for region in regions
        for verdict in _plan(run, region.images, shared=True)
        if verdict.action != retire_plan.KEEP and verdict.image["is_shared"] is not False
    ]
    going.sort(key=lambda pair: age.order(pair[1]))
    told = [(region, image) for region, image in going if image["is_shared"]]
    return [(region, image) for region, image in going if image["is_shared"] is None] + told[:MOST_LISTS]


def _read_shares(run: Task[Options], region: Region, image: Image) -> None:
    """Read who has an image. One that is only shown any more goes: somebody is removing it, such as a killed run."""
    with _looking(region):
        try:
            image["shares"] = run.api.images.shares(image["region"], image["image_id"])
        except ApiError as error:
            if error.code != error_codes.NO_SUCH_IMAGE:
                raise
            waiter.until_gone(run, region.name, image["image_id"])
            region.images.remove(image)
            region.went = True


def _plan(
    run: Task[Options],
    images: t.Sequence[Image],
    shared: bool,
    used: t.Mapping[str, str] | None = None,
    unseen: str = "",
) -> list[Verdict]:
    found = selection.select(images, run.options)
    return retire_plan.plan(found, dataclasses.replace(run.options, shared=shared), run.api.time, used, unseen)


def _snapshots_of(region: Region, image: Image) -> list[Snapshot] | None:
    """The snapshots behind an image, if the look at its region has shown all of them."""
    found = [snapshot for snapshot in region.snapshots if snapshot["snapshot_id"] in image["snapshot_ids"]]
    return found if len(found) == len(image["snapshot_ids"]) else None


def _instances_of(run: Task[Options], image: Image, looks: Looks) -> list[Data] | None:
    """The instances of an image that goes, None if they were not looked at: what is used stays."""
    return [] if run.options.keep_used and looks.is_whole(image["region"]) else None


def _is_unread(run: Task[Options], verdict: Verdict) -> bool:
    """Whether check mode knows that others would lose an image, and not who."""
    writes = verdict.action in retire_plan.WRITING
    return bool(run.check and writes and verdict.image["is_shared"] and "shares" not in verdict.image)


def _retire(
    run: Task[Options],
    verdict: Verdict,
    entries: list[Data],
    warnings: list[str],
    copies: RunningCopies,
    seen: t.Mapping[str, Region],
    looks: Looks,
) -> None:
    """The job for one image. It keeps its own failure, so that none hides another's outcome."""
    uses = seen[verdict.image["region"]].uses if verdict.image["region"] in seen else {}
    entry = told.entry(verdict, uses.get(verdict.image["image_id"], []))
    entries.append(entry)
    if _is_unread(run, verdict):
        verdict.image["shares"] = []
        entry["reason"] += UNREAD
    # A run of its own, with the options that removing one image has.
    removal = RemoveOptions(
        region=verdict.image["region"],
        image_id=verdict.image["image_id"],
        unshare=run.options.shared,
        delete_snapshots=run.options.delete_snapshots,
    )
    task, begun = Task.of(run, removal), run.clock.now()
    try:
        writes = verdict.action in retire_plan.WRITING
        goes = writes and export.export_first(task, verdict.image, run.options, entry)
        goes = goes and _still_goes(run, verdict, seen[verdict.image["region"]], entry, begun)
        if goes and verdict.action == retire_plan.DELETE:
            known = _snapshots_of(seen[verdict.image["region"]], verdict.image)
            done = remove.remove(task, verdict.image, copies, known, _instances_of(run, verdict.image, looks))
            entry.update({key: done[key] for key in ("snapshots", "snapshots_kept", "unshared")})
            entry["gib"] = told.weight(verdict.image, done["snapshots"])
            warnings += done["warnings"]
        elif goes:
            entry["unshared"] = _deprecate(task, verdict)
        elif verdict.restored:
            _repair(task, verdict.image, changes.Repairs(untag=[markers.DEPRECATED_AT]))
    except Exception as error:
        failure = failure_of(error)
        entry["outcome"], entry["error"] = "not_retired", failure.as_dict()
        entry["unshared"] = failure.extra.get("unshared", [])
        warnings += failure.extra.get("warnings", [])
        task.changed = task.changed or failure.in_doubt
    run.changed = run.changed or task.changed


def _still_goes(run: Task[Options], verdict: Verdict, region: Region, entry: Data, begun: float) -> bool:
    """Whether an image may go as it is now. An export takes long, and others may need the image since."""
    waited = (entry["export"] or {}).get("action") in export.WAITED
    images = None if run.check else seen_again(run, region, begun if waited else None)
    if images is None:
        return True
    verdicts = _plan(run, images, run.options.shared, use.sentences(region.uses))
    now = next((one for one in verdicts if one.image["image_id"] == verdict.image["image_id"]), verdict)
    if now.action != verdict.action:
        entry["outcome"], entry["reason"] = told.DONE[retire_plan.KEEP], f"{now.reason}, since this run has begun"
    return now.action == verdict.action


def _deprecate(run: Task[RemoveOptions], verdict: Verdict) -> list[str]:
    image = verdict.image
    unshared = in_the_way.unshare_all(run, image, plan_remove.refusal_to_withdraw)
    attributes = {"Status": DEPRECATED} if image["status"] != DEPRECATED else {}
    repairs = changes.Repairs(attributes, tags={markers.DEPRECATED_AT: stamp(run.api.time)})
    in_the_way.unshared_late(run, image, unshared, lambda: _repair(run, image, repairs))
    return unshared


def _repair(run: Run, image: Image, repairs: changes.Repairs) -> None:
    if run.check:
        run.mark_changed()
    else:
        changes.apply(run.api, image["region"], image["image_id"], repairs, run.mark_changed)


def _orphan(run: Task[Options], region: Region, snapshot: Data) -> Data:
    entry: Data = {**snapshot, "deleted": False, "reason": "", "error": None}
    # Where no own image is to be seen, none is known to be gone. What was to be deleted by a run before was seen by it.
    if not snapshot["begun"] and (run.options.orphans != "delete" or region.blind):
        return entry
    try:
        locks = run.api.snapshots.locked(region.name)
        for locked in plan_remove.without_locked([snapshot["snapshot_id"]], locks)[1]:
            return {**entry, "reason": locked["reason"]}
        if run.check or run.api.snapshots.delete(region.name, snapshot["snapshot_id"]):
            run.mark_changed()
            entry["deleted"] = True
        else:
            entry["reason"] = retire_plan.GONE
    except ImageOpsError as error:
        entry["error"] = error.as_dict()
        run.changed = run.changed or error.in_doubt
    return entry


def _result(run: Task[Options], regions: t.Sequence[Region], entries: list[Data], snapshots: list[Data]) -> Data:
    by_outcome = {
        outcome: [entry for entry in entries if entry["outcome"] == outcome]
        for outcome in ("deprecated", "deleted", "kept", "postponed", "not_retired")
    }
    gone = [snapshot for snapshot in snapshots if snapshot["deleted"]]
    there = [one for one in snapshots if not one["deleted"] and one["reason"] != retire_plan.GONE]
    result: Data = {
        "changed": run.changed,
        **by_outcome,
        "not_selected": [told.unselected(image) for region in regions for image in region.left],
        "orphaned_snapshots": snapshots,
        "gib_freed": sum(entry["gib"] for entry in by_outcome["deleted"]) + sum(snapshot["size"] for snapshot in gone),
        "gib_orphaned": sum(snapshot["size"] for snapshot in there),
        "diff": told.diff(by_outcome, gone),
    }
    wrong = [f"{region.name}: {region.error.msg}" for region in regions if region.error]
    wrong += [told.sentence(entry) for entry in [*by_outcome["not_retired"], *snapshots] if entry["error"]]
    return failing(result, wrong)
