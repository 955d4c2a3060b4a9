# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole cancel task: which copies, one job each, and the truth about every one of them."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils import _markers, _plan_cancel, _watch
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import check_regions
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import ApiError, ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._fanout import Job, run_jobs
from ansible_collections.imageops.alicloud.plugins.module_utils._module import Run
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import UNFINISHED, Data


def faults_of(params: dict[str, t.Any]) -> list[str]:
    """What is wrong with a cancel task's options."""
    faults = []
    ways = [bool(params["image_id"]), bool(params["source_image_id"]), params["all_marked"]]
    if sum(ways) != 1:
        faults.append(
            "name the copies in one way: image_id with region, source_image_id with source_region and regions, "
            "or all_marked=true with regions"
        )
    if params["image_id"] and not params["region"]:
        faults.append("image_id needs region, the region of the copy")
    if params["source_image_id"] and not params["source_region"]:
        faults.append("source_image_id needs source_region")
    if (params["source_image_id"] or params["all_marked"]) and not params["regions"]:
        faults.append("regions is needed: where to look for copies")
    return faults


def cancel_copies(run: Run) -> Data:
    """The flow of ecs_image_copy_cancel."""
    params = run.params
    check_regions(run, [params["region"], params["source_region"], *(params["regions"] or [])])
    run.refuse_faults()
    cancels, errors = _targets(run)
    run_jobs((cancel.work() for cancel in cancels), run.clock)
    return _result(cancels, errors)


def _targets(run: Run) -> tuple[list[Cancel], list[Data]]:
    """The copies to cancel, and the regions that could not be looked at."""
    params = run.params
    if params["image_id"]:
        return [
            Cancel(
                run,
                params["region"],
                params["image_id"],
                run.api.image(params["region"], params["image_id"], owner="self"),
            )
        ], []
    cancels, errors = [], []
    for region in params["regions"]:
        try:
            images = _marked(run, region)
        except ImageOpsError as error:
            errors.append({"region": region, "image_id": None, "reason": "not_looked_at", "error": error.as_dict()})
            continue
        cancels += [Cancel(run, region, image["image_id"], image) for image in images]
    return cancels, errors


def _marked(run: Run, region: str) -> list[Data]:
    params = run.params
    if params["all_marked"]:
        return [
            image for image in run.api.images(region, statuses=sorted(UNFINISHED)) if _markers.is_marked_copy(image)
        ]
    origin = _markers.source_ref(params["source_region"], params["source_image_id"])
    return [
        image
        for image in run.api.images(region, tags={_markers.COPIED_FROM: origin})
        if image["tags"].get(_markers.COPIED_FROM) == origin
    ]


class Cancel:
    """Cancels one copy and waits until it is gone."""

    def __init__(self, run: Run, region: str, image_id: str, image: Data | None) -> None:
        self.run = run
        self.region = region
        self.image_id = image_id
        self.image = image
        self.changed = False
        self.cancelled = False
        self.failed = False
        self.entry: Data = {
            "region": region,
            "image_id": image_id,
            "name": image["name"] if image else None,
            "status": image["status"] if image else None,
            "progress": image["progress"] if image else None,
            "reason": None,
            "request_id": None,
            "snapshots_left": [],
            "error": None,
            "planned": run.check,
        }

    def work(self) -> Job:
        """The job. It keeps its own failures."""
        try:
            yield from self._work()
        except ImageOpsError as error:
            self._leave(_plan_cancel.STILL_RUNNING, error)

    def _work(self) -> Job:
        reason = _plan_cancel.reason_to_leave(self.image)
        if reason:
            self._leave(reason)
            return
        if self.run.check:
            self.cancelled = self.changed = True
            return
        try:
            answer = self.run.api.cancel_copy(self.region, self.image_id)
        except ApiError as error:
            self._lost_race(error)
            return
        self.changed = True
        self.entry["request_id"] = answer.get("RequestId")
        if self.run.params["wait"]:
            yield from self._until_gone()
        else:
            self.cancelled = True

    def _lost_race(self, error: ApiError) -> None:
        """The API refused: it may have finished, failed or gone in the meantime."""
        if error.code not in ("IncorrectImageStatus", "InvalidImageId.NotFound"):
            raise error
        image = self.run.api.image(self.region, self.image_id)
        self._see(image)
        reason = _plan_cancel.reason_to_leave(image)
        self._leave(reason or _plan_cancel.STILL_RUNNING, None if reason else error)

    def _see(self, image: Data | None) -> bool:
        """Remember a look. Says whether the copy still runs."""
        if image:
            # Once it is going, its disks may not be shown any more: keep those that were seen.
            snapshot_ids = image["snapshot_ids"] or (self.image or image)["snapshot_ids"]
            self.entry.update(status=image["status"], progress=image["progress"])
            image = {**image, "snapshot_ids": snapshot_ids}
            self.image = image
        return _plan_cancel.reason_to_leave(image) is None

    def _until_gone(self) -> Job:
        """These credentials have seen the copy, so that not seeing it any more means that it is gone."""
        yield from _watch.until_gone(self.run, self.region, self.image_id, self._see)
        reason = _plan_cancel.reason_to_leave(self.image)
        if reason:  # finished after all, and so never deleted
            self._leave(reason)
            return
        self.cancelled = True
        self.entry["status"] = None
        left = self.run.api.snapshots(self.region, self.image["snapshot_ids"] if self.image else [])
        self.entry["snapshots_left"] = [one["snapshot_id"] for one in left]

    def _leave(self, reason: str, error: ImageOpsError | None = None) -> None:
        self.entry["reason"] = reason
        self.entry["error"] = error.as_dict() if error else None
        self.failed = reason == _plan_cancel.STILL_RUNNING


def _result(cancels: t.Sequence[Cancel], errors: list[Data]) -> Data:
    cancelled = [cancel for cancel in cancels if cancel.cancelled]
    running = [cancel.entry for cancel in cancels if cancel.failed] + errors
    result: Data = {
        "changed": any(cancel.changed for cancel in cancels),
        "cancelled": [cancel.entry for cancel in cancelled],
        "not_cancelled": [cancel.entry for cancel in cancels if not cancel.cancelled] + errors,
        "diff": {
            "before": {f"{one.region}/{one.image_id}": "running" for one in cancelled},
            "after": {f"{one.region}/{one.image_id}": "gone" for one in cancelled},
        },
    }
    if running:
        told = "; ".join(_sentence(entry) for entry in running)
        result.update(failed=True, msg=f"{len(running)} copies were not cancelled: {told}")
    return result


def _sentence(entry: Data) -> str:
    error = entry["error"]
    told = f": {error['code']}: {error['message']} {error['hint'] or ''}".rstrip() if error else ""
    return f"{entry['region']}/{entry['image_id'] or '?'} {entry['reason']}{told}"
