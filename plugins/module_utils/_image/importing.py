# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an import has that a creation has not: a task, which says why it failed, and by which it is cancelled."""

from __future__ import annotations

import contextlib

from ansible_collections.imageops.alicloud.plugins.module_utils._api.transfers import IMPORT, Transfers
from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    Refused,
    TimedOut,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    CREATE_FAILED,
    SETTLED,
    TASK_CANCELLED,
    TASK_ENDED,
    TASK_FAILED,
    with_values,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Transfer
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_import
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run

_RIGHTS = "To be told why, grant ecs:DescribeTasks and ecs:DescribeTaskAttribute. "
_FORGOTTEN = "Its task is told of no more, so that nobody says why. "
_REMOVE = "Remove what is left of it with state=absent and delete_snapshots=all, then run again."


def explained(run: Run, region: str, image_id: str, refusal: Refused) -> Refused:
    """The failure of an import with the reason, which only its task tells.

    :param refusal: what the image alone has shown: it has failed, has vanished, or is late
    """
    task, why = _told(run, region, image_id)
    if task is not None and task["status"] not in (TASK_FAILED, TASK_CANCELLED):
        return refusal
    is_left = refusal.code == CREATE_FAILED
    what = f"image {image_id} in {region} could not be imported"
    remedy = _REMOVE if is_left else "Nothing of it is to be seen any more: run again if it is wanted."
    if task is None:
        return Refused(refusal.code, refusal.message, why + remedy) if is_left else refusal
    if task["status"] == TASK_CANCELLED:
        return Refused("ImportCancelled", f"{what}: its task {task['task_id']} was cancelled", remedy)
    reason = f"{task['code']}: {task['message']}" if task["code"] else f"task {task['task_id']} does not say why"
    return Refused("ImportFailed", f"{what}: {reason}", remedy)


def _told(run: Run, region: str, image_id: str) -> tuple[Transfer | None, str]:
    """The last import of an image with all that its task tells, or None and why that is not to be had."""
    with contextlib.suppress(ImageOpsError):  # the image has failed all the same
        tasks = Transfers.of(run.api).of_image(region, IMPORT, image_id)
        return (Transfers.of(run.api).get(region, tasks[0]["task_id"]) if tasks else None), _FORGOTTEN
    return None, _RIGHTS


def task_of(run: Run, region: str, image_id: str) -> str | None:
    """The task that imports an image, where the answer that names it was lost. None if nobody tells it.

    It may show later than the image.
    """
    with contextlib.suppress(ImageOpsError):  # the import runs all the same
        tasks = waiter.shown(run, lambda: Transfers.of(run.api).of_image(region, IMPORT, image_id), bool)
        return tasks[0]["task_id"] if tasks else None
    return None


def cancelled(run: Run, image: Image) -> Image | None:
    """What is left of an unfinished image once its import is cancelled. One that is no import is left alone.

    :returns: the image as it is after that, None if it is gone
    :raises TimedOut: if it does not end in time
    """
    region, image_id = image["region"], image["image_id"]
    tasks = _imports(run, image)
    if not tasks:
        return image
    if run.check:
        return with_values(image, status=CREATE_FAILED)
    if tasks[0]["status"] not in TASK_ENDED:
        Transfers.of(run.api).cancel(region, tasks[0]["task_id"])
        run.mark_changed()
    # It may have ended before it was told to, and its image follows a little later.
    left, is_over = waiter.last_look(
        run,
        lambda: run.api.images.get(region, image_id),
        lambda image: image is None or image["status"] in SETTLED,
    )
    if not is_over:
        raise TimedOut(f"the import of image {image_id} in {region} was told to end and goes on", "Run again later.")
    return left


def _imports(run: Run, image: Image) -> list[Transfer]:
    """The imports of an image, the newest first. The one that made an image of ours may show later than the image."""

    def look() -> list[Transfer]:
        return Transfers.of(run.api).of_image(image["region"], IMPORT, image["image_id"])

    if image["tags"].get(markers.CREATED_FROM, "").startswith(plan_import.PREFIX):
        return waiter.shown(run, look, bool) or []
    try:
        return look()
    except ApiError as error:  # credentials that may not look need not: it may be no import at all
        if not error.answered:
            raise
    return []
