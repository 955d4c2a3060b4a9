# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imports, exports and their tasks: one function an API action, which returns plain data."""

from __future__ import annotations

import functools

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import Calls, id_in, took_effect
from ansible_collections.imageops.alicloud.plugins.module_utils._api.ecs import EcsApi
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, text
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Transfer

IMPORT, EXPORT = "ImportImage", "ExportImage"


class Transfers:
    """Between the images of one account and its buckets. The API names a task for each."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @classmethod
    def of(cls, api: EcsApi) -> Transfers:
        """Those that an API's credentials reach."""
        return cls(api.calls())

    def begin_import(self, region: str, fields: Data, token: str) -> Data:
        """Start making an image of objects in a bucket. Not repeated after a lost answer: look first.

        :param fields: ImportImage's fields under the API's own names
        :returns: ``image_id``, ``task_id`` and ``request_id``
        """
        operation = f"import image {fields.get('ImageName')} in {region}"
        answer = self._calls.write_once(operation, region, IMPORT, **fields, ClientToken=token)
        return {
            "image_id": id_in(operation, answer, "ImageId"),
            "task_id": text(answer.get("TaskId")),
            "request_id": text(answer.get("RequestId")),
        }

    def begin_export(
        self, region: str, image_id: str, bucket: str, prefix: str | None, form: str, role: str | None
    ) -> str:
        """Start an export. It takes no token, and is not repeated after a lost answer: look first.

        :param form: the objects' format
        :returns: the id of its task
        """
        operation = f"export image {image_id} in {region}"
        fields = {"ImageId": image_id, "OSSBucket": bucket, "OSSPrefix": prefix, "ImageFormat": form, "RoleName": role}
        return id_in(operation, self._calls.write_once(operation, region, EXPORT, **fields), "TaskId")

    def of_image(self, region: str, action: str, image_id: str) -> list[Transfer]:
        """The tasks of an image, the newest first: the way to one whose id was lost.

        :param action: ``ImportImage`` or ``ExportImage``
        """
        found = self._calls.pages(
            f"look for tasks of image {image_id} in {region}",
            region,
            "DescribeTasks",
            ("TaskSet", "Task"),
            TaskAction=action,
            ResourceIds=[image_id],
        )
        tasks = [models.transfer(entry, region) for entry in found]
        # Compared again: an answer that filters less than it was asked to must not name another image's task.
        own = [task for task in tasks if task["image_id"] in ("", image_id)]
        return sorted(own, key=lambda task: task["created_at"], reverse=True)

    def get(self, region: str, task_id: str) -> Transfer:
        """One task with what only this look tells: how far it is, why it failed, and what it has written."""
        operation = f"look at task {task_id} in {region}"
        return models.transfer(self._calls.read(operation, region, "DescribeTaskAttribute", TaskId=task_id), region)

    def cancel(self, region: str, task_id: str) -> bool:
        """Tell a task to end. One that has ended is no error: an answer may have been lost.

        :param task_id: of a task that was seen, so that one that is not known any more has ended
        :returns: whether it was still to end
        """
        operation = f"cancel task {task_id} in {region}"
        call = functools.partial(self._calls.write_again, operation, region, "CancelTask", TaskId=task_id)
        try:
            return took_effect(error_codes.NO_SUCH_TASK, call)
        except ApiError as error:
            if error.code != error_codes.TASK_HAS_ENDED:
                raise
            return False
