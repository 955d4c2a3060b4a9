# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow of ecs_image_export: look for an export, start it if there is none, wait, and keep what it has written."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import accepting
from ansible_collections.imageops.alicloud.plugins.module_utils._api.transfers import EXPORT, Transfers
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    Refused,
    TimedOut,
    refuse,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    TASK_CANCELLED,
    TASK_DONE,
    TASK_ENDED,
    Data,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Transfer
from ansible_collections.imageops.alicloud.plugins.module_utils._export import plan as export_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._export.plan import Options
from ansible_collections.imageops.alicloud.plugins.module_utils._task import changes, waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task, check_regions

PRESENT, ADOPTED, STARTED, CANCELLED, NONE = "present", "adopted", "started", "cancelled", "none"


class Begun(t.NamedTuple):
    """An export that is under way."""

    task_id: str
    action: str
    bucket: str | None = None  # where it goes, which nothing tells of one that no answer has named


def export_image(run: Task[Options]) -> Data:
    """The flow of ecs_image_export."""
    region, image_id = run.options.region, run.options.image_id
    check_regions(run, [region])
    run.refuse_faults()
    if run.options.state == "absent":
        return _cancel(run)
    image = waiter.shown(run, lambda: run.api.images.get(region, image_id, owner=None))
    if image is None:
        raise Refused(
            "InvalidImageId.NotFound",
            f"image {image_id} is not visible in {region}",
            "Check the id, the region and the account, and that ecs:DescribeImages is granted.",
        )
    known = export_plan.recorded(image, run.options)
    if known is not None:
        return _result(run, PRESENT, known)
    tasks = Transfers.of(run.api).of_image(region, EXPORT, image_id)
    there = export_plan.running(tasks)
    done = None if there or run.options.force else _finished(run, tasks)
    if done:
        return _kept(run, image, PRESENT, done)
    _refuse_too_many_tags(image, export_plan.tags_of(run.options, [disk["device"] for disk in image["disks"]]))
    if there is None:
        refuse(export_plan.refusal(image))
    if run.check:
        run.changed = there is None or run.waiting.wait  # one that is waited for is kept in tags
        return _result(run, ADOPTED if there else STARTED, [], there, planned=True)
    begun = Begun(there["task_id"], ADOPTED) if there else _start(run, {task["task_id"] for task in tasks})
    run.changed = begun.action == STARTED
    if not run.waiting.wait:
        return {**_result(run, begun.action, [], task_id=begun.task_id), "bucket": begun.bucket}
    try:
        return _kept(run, image, begun.action, _until_done(run, begun.task_id, image))
    except ImageOpsError as error:
        told = _result(run, begun.action, [], task_id=begun.task_id)
        del told["changed"]  # which the error knows better
        error.extra = {**told, "bucket": begun.bucket, **error.extra}
        raise


def _finished(run: Task[Options], tasks: t.Sequence[Transfer]) -> Transfer | None:
    """An export that was asked for and has finished, as after a run that was killed before it could say so."""
    for task in tasks:
        if task["status"] == TASK_DONE:
            told = Transfers.of(run.api).get(task["region"], task["task_id"])
            if export_plan.is_asked_for(told, run.options):
                return told
    return None


def _start(run: Task[Options], before: t.Collection[str]) -> Begun:
    """ExportImage until it is accepted, or until a look shows an export that is under way.

    :param before: the ids of the image's earlier tasks
    """
    options, transfers = run.options, Transfers.of(run.api)
    is_lost = False  # a call that got no answer may have begun what a look shows then

    def call() -> Begun:
        form, prefix, role = options.format, options.prefix, options.role_name
        bucket = str(options.bucket)
        task_id = transfers.begin_export(options.region, options.image_id, bucket, prefix, form, role)
        return Begun(task_id, STARTED, bucket)

    def look(error: ApiError) -> Begun | None:
        nonlocal is_lost
        is_lost = is_lost or not error.answered
        tasks = transfers.of_image(options.region, EXPORT, options.image_id)
        new = [task for task in tasks if task["task_id"] not in before or task["status"] not in TASK_ENDED]
        return Begun(new[0]["task_id"], STARTED if is_lost else ADOPTED) if new else None

    return attempt(
        run,
        call,
        look,
        passes=lambda error: is_conflict(error) or is_transient(error) or error.code in error_codes.EXPORT_RUNS,
    )


def _until_done(run: Task[Options], task_id: str, image: Image) -> Transfer:
    region, image_id, begun = run.options.region, image["image_id"], run.clock.now()
    where = f"the export of image {image_id} in {region} (task {task_id})"

    def look() -> Transfer | None:
        task = _told(run, region, task_id)
        if task is None:
            return None
        percent, size = task["progress"], image["size"]
        run.report_progress(region, begun, image_id=image_id, status=task["status"], progress=percent, size=size)
        return task

    task = waiter.until(
        run,
        look,
        lambda task: task["status"] in TASK_ENDED,
        late=lambda task: TimedOut(
            f"{where} is not finished in time: it goes on and the next run waits for it",
            "Give it more time with wait_timeout.",
        ),
        hidden=lambda ever_seen: _vanished(where, ever_seen, f"bucket {run.options.bucket} for {image_id} in names"),
        progress=lambda task: task["progress"],
    )
    if task["status"] == TASK_DONE and not task["objects"]:  # which it may tell a moment later
        task = waiter.shown(run, look, lambda task: bool(task["objects"])) or task
    if task["status"] == TASK_DONE:
        return task
    if task["status"] == TASK_CANCELLED:
        raise Refused("ExportCancelled", f"{where} was cancelled", "Run again if it is wanted.")
    reason = f"{task['code']}: {task['message']}" if task["code"] else "nobody says why"
    raise Refused("ExportFailed", f"{where} has failed: {reason}", "Look into the bucket for what it has left.")


def _told(run: Task[Options], region: str, task_id: str) -> Transfer | None:
    """What a task tells, or None: it does not show yet, or has ended and is told of no more."""
    task = None
    with accepting(error_codes.NO_SUCH_TASK):
        task = Transfers.of(run.api).get(region, task_id)
    return task


def _vanished(where: str, ever_seen: bool, place: str) -> Refused:
    if not ever_seen:
        return Refused("Vanished", f"{where} is not visible", "Run again: it is looked for.")
    return Refused("Vanished", f"{where} is told of no more: it has ended, and nobody says how", f"Look into {place}.")


def _refuse_too_many_tags(image: Image, tags: t.Mapping[str, str]) -> None:
    """Told before an export begins too, of which nothing could be kept in mind.

    :raises Refused: if an image has no room for these tags
    """
    where = f"image {image['image_id']} in {image['region']}"
    changes.refuse_too_many_tags(where, image["tags"], changes.Repairs(tags=dict(tags)), most=validation.MOST_TAGS)


def _kept(run: Task[Options], image: Image, action: str, task: Transfer) -> Data:
    """The result of a finished export, and its memory on the image: tasks are forgotten after a while."""
    options = run.options
    where = f"image {image['image_id']} in {image['region']}"
    if not task["objects"]:
        hint = f"Look into the bucket {options.bucket} for objects with the image's id in their names."
        raise Refused("ObjectsNotTold", f"task {task['task_id']} does not say what it has written of {where}", hint)
    if not export_plan.is_asked_for(task, options):
        raise Refused(
            "OtherExport",
            f"{where} was being exported to {task['bucket']} as {', '.join(task['objects'])}, which was waited for",
            "Run again for the export that is asked for.",
        )
    tags = export_plan.tags_of(options, task["objects"])
    _refuse_too_many_tags(image, tags)
    if any(image["tags"].get(key) != value for key, value in tags.items()):
        try:
            if not run.check:
                run.api.tags.put(image["region"], "image", [image["image_id"]], tags)
        except ImageOpsError as error:
            told = _result(run, action, task["objects"], task)
            del told["changed"]  # which the error knows better
            error.extra.update(told)
            raise
        run.mark_changed()
    return _result(run, action, task["objects"], task)


def _cancel(run: Task[Options]) -> Data:
    """Bring the export of an image to an end, and wait until it has ended."""
    region, image_id, transfers = run.options.region, run.options.image_id, Transfers.of(run.api)
    there = export_plan.running(transfers.of_image(region, EXPORT, image_id))
    if there is None:
        return _result(run, NONE, [])
    if run.check:
        run.mark_changed()
        return _result(run, CANCELLED, [], there, planned=True)
    task_id = there["task_id"]
    run.changed = transfers.cancel(region, task_id)
    # One that has ended may be told of no more.
    task, is_over = waiter.last_look(
        run, lambda: _told(run, region, task_id), lambda task: task is None or task["status"] in TASK_ENDED
    )
    if not is_over:
        raise TimedOut(f"task {task_id} in {region} was told to end and goes on", "Run again later.")
    is_cancelled = task["status"] == TASK_CANCELLED if task else run.changed
    run.changed = run.changed or is_cancelled  # by a call whose answer was lost
    action, objects = CANCELLED if is_cancelled else NONE, task["objects"] if task else []
    result = {**_result(run, action, objects, task or there), "status": task["status"] if task else None}
    left = f"objects that the export of image {image_id} had begun may be left in its bucket: look for its id there"
    return {**result, "warnings": [left]} if result["action"] == CANCELLED else result


def _result(
    run: Task[Options],
    action: str,
    objects: t.Sequence[str],
    task: Transfer | None = None,
    *,
    task_id: str | None = None,
    planned: bool = False,
) -> Data:
    return {
        "changed": run.changed,
        "action": action,
        "planned": planned,
        "image_id": run.options.image_id,
        "region": run.options.region,
        "task_id": task_id or (task["task_id"] if task else None),
        "status": task["status"] if task else None,
        # One that is under way was perhaps begun for another bucket than the one that is asked for.
        "bucket": (task["bucket"] if task else run.options.bucket) or None,
        "objects": list(objects),
    }
