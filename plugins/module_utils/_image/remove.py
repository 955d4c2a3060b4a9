# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing an image: take it from whoever has it, delete it, wait until it is gone, then delete its snapshots."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    Refused,
    refuse,
    sentence_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import CREATE_FAILED, SETTLED, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._image import importing, in_the_way, plan_remove
from ansible_collections.imageops.alicloud.plugins.module_utils._image.in_the_way import RunningCopies
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import RemoveOptions
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.changes import for_diff
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run, Task

OptionsT = t.TypeVar("OptionsT", bound=RemoveOptions)

# What a diff shows of an image, beside its tags and features.
DIFF_KEYS = ("image_id", "name", "description", "family", "status", "boot_mode", "resource_group_id")


def diff(before: t.Mapping[str, t.Any] | None, after: t.Mapping[str, t.Any] | None) -> Data:
    """What the task shows of an image before and after."""
    return {side: for_diff(image, DIFF_KEYS) if image else {} for side, image in (("before", before), ("after", after))}


def remove(
    run: Task[OptionsT],
    image: Image | None,
    copies: RunningCopies | None = None,
    seen: t.Sequence[Snapshot] | None = None,
    instances: t.Sequence[Data] | None = None,
) -> Data:
    """Bring an image to state absent. What is gone already is unchanged.

    :param copies: the running copies of this image and others, if they were looked for already, as a job must have them
    :param seen: its snapshots, if all of them were looked at already
    :param instances: those made from it, if they were looked for already
    """
    unshared: list[str] = []
    warnings: list[str] = []
    left, kept = _without_locked(run, run.options.region, _left_behind(run, image))
    if image is None:
        deleted, region = left, run.options.region
        named = run.options.image_id or run.options.name
        warnings.append(f"image {named} is not seen in {region}: there was nothing to remove")
        warnings += run.visibility_warnings([region])
        if run.options.delete_snapshots != "none" and not (left or kept):
            warnings += run.visibility_warnings([region], snapshots=True)
    else:
        in_the_way.refuse_foreign(image)
        refuse(plan_remove.refusal_of_keep(image, run.options.ignore_keep, run.api.time))
        image, snapshots = _without_import(run, image, seen)
        deleted, spared = plan_remove.split_snapshots(image["image_id"], snapshots, run.options.delete_snapshots)
        deleted, locked = _without_locked(run, image["region"], deleted)
        kept += spared + locked
        unshared = _remove_image(run, image, _Marks(run, image, snapshots, deleted, warnings), copies, instances)
        deleted += left
    deleted, stuck = _delete_snapshots(run, deleted)
    return {
        "changed": run.changed,
        "warnings": [
            *warnings,
            *(f"snapshot {snapshot['snapshot_id']} could not be deleted: {snapshot['reason']}" for snapshot in stuck),
        ],
        "image": image,
        "snapshots": deleted,
        "snapshots_kept": kept + stuck,
        "unshared": unshared,
        "diff": diff(image, None),
    }


def _without_import(run: Run, image: Image, seen: t.Sequence[Snapshot] | None) -> tuple[Image, list[Snapshot]]:
    """An image and all its snapshots, once its import has been cancelled if one is under way."""
    snapshots = waiter.snapshots_of(run, image) if seen is None else list(seen)
    if image["status"] in SETTLED or image["is_copied"]:
        return image, snapshots
    left = importing.cancelled(run, image)
    if left is None:
        # Nothing that could be deleted. That it has gone is seen when its share list is read.
        return models.with_values(image, status=CREATE_FAILED), []
    return left, snapshots


class _Marks:
    """What an image's snapshots say while it goes. They can only be deleted after it, and a run may be killed between.

    So those that are to be deleted are tagged before with the image's id and name, and those that are to stay lose
    such tags of an earlier run. Neither must hold up the removal: what can't be done is a warning.
    """

    def __init__(
        self, run: Run, image: Image, snapshots: t.Sequence[Snapshot], wanted: t.Collection[str], warnings: list[str]
    ) -> None:
        self._run = run
        self._image = image
        self._tags = {markers.LEFTOVER_OF: image["image_id"], markers.LEFTOVER_NAME: image["name"]}
        self._wanted = list(wanted)
        self._changed_before = False
        self._unmarked = [
            snapshot["snapshot_id"]
            for snapshot in snapshots
            if snapshot["snapshot_id"] in wanted and not self._tags.items() <= snapshot["tags"].items()
        ]
        self._stale = [
            snapshot["snapshot_id"]
            for snapshot in snapshots
            if snapshot["snapshot_id"] not in wanted and markers.LEFTOVER_OF in snapshot["tags"]
        ]
        self.warnings = warnings

    def put(self) -> None:
        self._changed_before = self._run.changed
        if self._unmarked:
            self._try("tagged as its leftovers", self._run.api.tags.put, self._unmarked, self._tags)
        self._take_off(self._stale)

    def take_off(self) -> None:
        """The image stays after all. Tags that this run has put on and taken off again are no change."""
        trouble = list(self.warnings)
        self._take_off(self._wanted)
        if self.warnings == trouble and set(self._wanted) == set(self._unmarked) and not self._stale:
            self._run.changed = self._changed_before

    def _take_off(self, snapshot_ids: t.Sequence[str]) -> None:
        for snapshot_id in snapshot_ids:
            self._try("cleared of the tags of leftovers", self._run.api.tags.remove, snapshot_id, sorted(self._tags))

    def _try(self, what: str, call: t.Callable[..., None], of: t.Any, tags: t.Any) -> None:
        try:
            call(self._image["region"], "snapshot", of, tags)
            self._run.mark_changed()
        except ApiError as error:
            self.warnings.append(
                f"snapshots of {self._image['image_id']} in {self._image['region']} could not be {what}: {error.msg}"
            )


def _remove_image(
    run: Task[OptionsT],
    image: Image,
    marks: _Marks,
    copies: RunningCopies | None,
    instances: t.Sequence[Data] | None,
) -> list[str]:
    """
    :returns: the accounts that it was, or would be, taken from
    """
    if instances is None:
        instances = [] if run.options.force else in_the_way.instances_of(run, image)
    try:
        unshared = in_the_way.unshare_all(run, image, functools.partial(_refusal_to_remove, run, copies, instances))
    except ApiError as error:
        if error.code != error_codes.NO_SUCH_IMAGE:
            raise
        # It has been seen, and is going: somebody is removing it, such as a run that was killed.
        waiter.until_gone(run, image["region"], image["image_id"])
        return []
    try:
        _delete(run, image, marks, unshared)
    except ImageOpsError as error:
        # Others may use what only they see, and copies may show no tags: the API's word alone tells that.
        if isinstance(error, ApiError) and error.code in error_codes.HELD_BY_UNSEEN:
            unshared = in_the_way.given_back(run, image, unshared)
        # Who has lost it all the same, and what its snapshots may still say.
        error.extra.update(unshared=unshared, warnings=marks.warnings)
        raise
    return unshared


def _refusal_to_remove(
    run: Task[OptionsT],
    copies: RunningCopies | None,
    instances: t.Sequence[Data],
    image: Image,
    accounts: t.Sequence[str],
    options: RemoveOptions,
) -> Refused | None:
    """Why an image can't be removed, with who is in the way, or None as far as can be known before."""
    refusal = plan_remove.refusal_to_remove(image, accounts, options, instances)
    if refusal or not (accounts or image["is_shared"] or image["is_public"]):
        return refusal
    # The API would say so too, but only after everybody has lost the image.
    return plan_remove.refusal_for_copies(image, (copies or RunningCopies(run, [image])).of(image))


def _left_behind(run: Task[OptionsT], image: Image | None) -> list[str]:
    """The snapshots that an interrupted removal left, or the one of an earlier image of this name.

    They still say whose they were. Those that an image uses again are nobody's leftovers.

    :param image: that is to go now. One that was asked for by its id, and is there, has left nothing.
    """
    region, image_id, which = run.options.region, run.options.image_id, run.options.delete_snapshots
    if which == "none" or (image is not None and image_id):
        return []
    own = image["snapshot_ids"] if image else []
    keys = [markers.SNAPSHOT_OF, *([] if which == "own" else [markers.LEFTOVER_OF])]
    ways = [{key: image_id} for key in keys] if image_id else [{markers.LEFTOVER_NAME: str(run.options.name)}]
    # Compared again, so that nothing is touched by a loose match.
    found = [
        snapshot
        for tags in ways
        for snapshot in run.api.snapshots.tagged(region, tags)
        if tags.items() <= snapshot["tags"].items()
    ]
    left = dict.fromkeys(snapshot["snapshot_id"] for snapshot in found if plan_remove.is_left(snapshot, which))
    return [snapshot_id for snapshot_id in left if snapshot_id not in own]


def _without_locked(run: Run, region: str, snapshot_ids: list[str]) -> tuple[list[str], list[Data]]:
    """Known beforehand, so that check mode says what will stay, and nothing is tried in vain."""
    locks = run.api.snapshots.locked(region) if snapshot_ids else {}
    return plan_remove.without_locked(snapshot_ids, locks)


def _delete(run: Task[OptionsT], image: Image, marks: _Marks, unshared: list[str]) -> None:
    region, image_id, force = image["region"], image["image_id"], run.options.force
    if run.check:
        run.mark_changed()
        return
    marks.put()
    try:
        in_the_way.unshared_late(run, image, unshared, lambda: run.api.images.delete(region, image_id, force=force))
    except ApiError as error:
        if error.answered:
            marks.take_off()
        raise
    run.mark_changed()
    waiter.until_gone(run, region, image_id)


def _delete_snapshots(run: Task[OptionsT], wanted: list[str]) -> tuple[list[str], list[Data]]:
    """Delete what was chosen. One that can't be deleted is kept, with the reason."""
    if run.check:
        run.changed = run.changed or bool(wanted)
        return wanted, []
    deleted, stuck = [], []
    for snapshot_id in wanted:
        try:
            if run.api.snapshots.delete(run.options.region, snapshot_id, force=run.options.force_snapshots):
                deleted.append(snapshot_id)
                run.mark_changed()
        except ApiError as error:
            stuck.append({"snapshot_id": snapshot_id, "reason": sentence_of(error.as_dict())})
    return deleted, stuck
