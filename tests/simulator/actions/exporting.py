# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ExportImage, and the tasks of imports and exports."""

from __future__ import annotations

import re
from functools import partial

from ..state.clock import stamp
from ..state.images import Image
from ..state.tasks import EXPORT, IMPORT, RUNNING, StoredObject, Task
from ..state.world import World
from .call import Answer, Call
from .common import page_of, running_tasks
from .importing import bucket_of, check_role, give_up

ROLE = "AliyunECSImageExportDefaultRole"
FORMATS = ("raw", "vhd", "qcow2", "vmdk", "vdi")
# Where an image can be exported in another format than raw.
ANY_FORMAT = frozenset(
    (
        "ap-northeast-1", "ap-southeast-5", "eu-central-1", "me-east-1", "us-east-1", "eu-west-1", "ap-southeast-1",
        "ap-southeast-3", "us-west-1",
    )
)  # fmt: skip


def export_image(call: Call) -> Answer:
    prefix, form = call.text("OSSPrefix"), (call.text("ImageFormat") or "raw").lower()
    if prefix and not re.fullmatch(r"[A-Za-z0-9]{1,30}", prefix):
        raise call.error("InvalidOSSPrefix.Malformed")
    if form not in FORMATS:
        raise call.error("InvalidImageFormat.Malformed")
    if form != "raw" and call.here not in ANY_FORMAT:
        raise call.error("InvalidImageFormat.RegionNotSupported")
    check_role(call, ROLE)
    image = _exportable(call)
    bucket = bucket_of(call, call.text("OSSBucket"))
    if any(task.action == EXPORT for task in running_tasks(call.world, image)):
        raise call.error("ImageIsExporting")
    world, size = call.world, max(disk.size for disk in image.disks)
    seconds = size / world.settings.create_gib_per_second
    task = Task(world.new_id("tsk-"), EXPORT, call.account_id, call.here, image.image_id, world.now(), seconds)
    task.bucket, task.names = bucket.name, _names(task, image, prefix, form, world.settings.export_name)
    if world.settings.export_overwrite == "refused" and set(task.names) & set(bucket.objects):
        raise call.error("ExportImageFailed")
    world.tasks[task.task_id] = task
    world.at(world.now() + seconds, partial(_exported, world, task, form, size))
    return {"TaskId": task.task_id, "RegionId": call.here}


def _exportable(call: Call) -> Image:
    world = call.world
    image = world.readable_image(call.account_id, call.here, call.text("ImageId"))
    if image is None:
        raise call.error("InvalidImageId.NotFound")
    if image.account_id != call.account_id or image.is_public:
        raise call.error("InvalidImageCategory.NotSupported")
    allowed = ("Available", "Deprecated") if world.settings.export_deprecated == "accepted" else ("Available",)
    if image.status not in allowed:
        raise call.error("IncorrectImageStatus")
    if any(snapshot.encrypted for snapshot in world.image_snapshots(image)):
        raise call.error("ImageNotSupported")
    if image.os_type == "windows":
        raise call.error("InvalidImageLicense.NotSupported", "The licence of the image does not allow it.")
    data = [disk for disk in image.disks if disk.kind == "data"]
    if len(data) > 4 or any(disk.size > 500 for disk in data):
        raise call.error("InvalidImage.DiskAmountOrSize", "Too many data disks, or one of more than 500 GiB.")
    return image


def _names(task: Task, image: Image, prefix: str, form: str, way: str) -> list[str]:
    """One object a disk. Raw ones come packed; of the others no page says the ending."""
    start, end = f"{prefix}_" if prefix else "", "raw.tar.gz" if form == "raw" else form
    if way == "old":
        return [f"{start}{image.image_id}_{task.task_id}_{disk.device[5:]}.{end}" for disk in image.disks]
    return [
        f"{start}{image.image_id}_{'system' if disk.kind == 'system' else 'data_' + disk.device[5:]}.{end}"
        for disk in image.disks
    ]


def _exported(world: World, task: Task, form: str, size: int, at: float) -> None:
    if task.status not in RUNNING:
        return
    task.end("Finished", at)
    for name in task.names:
        world.buckets[task.bucket].objects[name] = StoredObject(size)
        task.items += [("OSSBucket", task.bucket), ("OSSObject", name), ("ImageFormat", form.upper())]


# Tasks


def _own(call: Call) -> list[Task]:
    """Those that show: a new one does so only after a while, and an old one is forgotten."""
    now, settings = call.world.now(), call.world.settings
    return [
        task
        for task in call.world.tasks.values()
        if (task.account_id, task.region) == (call.account_id, call.here)
        and task.created <= now - settings.task_visible_after
        and (task.finished is None or now <= task.finished + settings.task_kept)
    ]


def describe_tasks(call: Call) -> Answer:
    ids, images = [word for word in call.text("TaskIds").split(",") if word], call.items("ResourceIds")
    # Other values are no filter at all.
    status = call.text("TaskStatus") if call.text("TaskStatus") in ("Finished", "Processing", "Failed") else ""
    found = [
        task
        for task in _own(call)
        if (not ids or task.task_id in ids)
        and (not images or task.image_id in images)
        and call.text("TaskAction") in ("", task.action)
        and status in ("", task.status)
    ]
    found.sort(key=lambda task: (-task.created, task.task_id))
    shown, paging = page_of(call, [_view(task) for task in found])
    return {**paging, "RegionId": call.here, "TaskSet": {"Task": shown}}


def _minutes(moment: float | None) -> str:
    return stamp(moment)[:16] + "Z" if moment is not None else ""


def _view(task: Task) -> Answer:
    return {
        "TaskId": task.task_id,
        "TaskAction": task.action,
        "TaskStatus": task.status,
        "SupportCancel": "true" if task.status in RUNNING else "false",
        "CreationTime": _minutes(task.created),
        "FinishedTime": _minutes(task.finished),
        "ResourceId": task.image_id,
    }


def _task(call: Call) -> Task:
    for task in _own(call):
        if task.task_id == call.text("TaskId"):
            return task
    raise call.error("InvalidTaskId.NotFound")


def describe_task_attribute(call: Call) -> Answer:
    task = _task(call)
    failed, done = task.status in ("Failed", "Deleted"), task.status == "Finished"
    progress: Answer = {
        "OperationStatus": "Failed" if failed else "Success" if done else "Processing",
        "ErrorCode": task.code,
        "ErrorMsg": task.message,
        "RelatedItemSet": {"RelatedItem": [{"Name": name, "Value": value} for name, value in task.items]},
    }
    view = _view(task)
    del view["ResourceId"]
    return {
        **view,
        "RegionId": call.here,
        "TaskProcess": f"{task.percent(call.world.now())}%",
        "TotalCount": 1,
        "SuccessCount": int(done),
        "FailedCount": int(failed),
        "OperationProgressSet": {"OperationProgress": [progress]},
    }


def cancel_task(call: Call) -> Answer:
    task, world = _task(call), call.world
    if task.action not in (IMPORT, EXPORT):
        raise call.error("InvalidTaskId.TaskActionNotSupport")
    if task.status not in RUNNING:
        raise call.error("InvalidTaskId.IncorrectTaskStatus")
    cancel(world, task)
    return {}


def cancel(world: World, task: Task) -> None:
    """Tell a task to end, as CancelTask and the console do. It does so a little later, if it has not finished then."""
    world.at(world.now() + world.settings.task_cancel_seconds, partial(_cancelled, world, task))


def _cancelled(world: World, task: Task, at: float) -> None:
    if task.status not in RUNNING:
        return
    task.end("Deleted", at)
    image = world.region_images(task.region).get(task.image_id)
    if task.action == IMPORT and image is not None:
        give_up(world, image, world.settings.import_cancel_leaves)
    if task.action == EXPORT and world.settings.export_partial == "stays":
        world.buckets[task.bucket].objects[task.names[0]] = StoredObject(0, good=False)
