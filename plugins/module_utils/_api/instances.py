# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances and their disks: one function an API action, which returns plain data."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import Calls, Tags, accepting, tag_list
from ansible_collections.imageops.alicloud.plugins.module_utils._base import models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.fields import MADE_DISK, shaped
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, text
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Disk


class Instances:
    """Instances of one account."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def get(self, region: str, instance_id: str) -> Data | None:
        """One instance, or None if these credentials don't see it there."""
        answer = self._calls.read(
            f"look at instance {instance_id} in {region}",
            region,
            "DescribeInstances",
            InstanceIds=json.dumps([instance_id]),
        )
        found = [models.instance(entry, region) for entry in models.items(answer, "Instances", "Instance")]
        return next((entry for entry in found if entry["instance_id"] == instance_id), None)

    def of_image(self, region: str, image_id: str) -> list[Data]:
        """The account's instances that were made from an image, every page."""
        found = self._listed(region, f" of image {image_id}", ImageId=image_id)
        return [instance for instance in found if instance["image_id"] == image_id]

    def of_region(self, region: str) -> list[Data]:
        """The account's instances in a region, every page."""
        return self._listed(region)

    def tagged(self, region: str, tags: Tags) -> list[Data]:
        """Instances with these tags, every page. The answer is compared again."""
        found = self._listed(region, Tag=tag_list(tags))
        return [
            instance for instance in found if all(instance["tags"].get(key) == value for key, value in tags.items())
        ]

    def with_tag(self, region: str, key: str) -> list[Data]:
        """Instances that have a tag, whatever its value, every page. The answer is compared again."""
        return [instance for instance in self._listed(region, Tag=[{"Key": key}]) if key in instance["tags"]]

    def _listed(self, region: str, which: str = "", **fields: t.Any) -> list[Data]:
        operation = f"look for instances{which} in {region}"
        entries = self._calls.by_tokens(operation, region, "DescribeInstances", ("Instances", "Instance"), **fields)
        return [models.instance(entry, region) for entry in entries]

    def disks_of_region(self, region: str) -> list[Data]:
        """The account's disks in a region, every page: ``disk_id``, ``name``, and what each was made of."""
        operation = f"look for disks in {region}"
        entries = self._calls.by_tokens(operation, region, "DescribeDisks", ("Disks", "Disk"))
        return [shaped(MADE_DISK, entry) for entry in entries]

    def run(self, region: str, fields: Data, token: str) -> Data:
        """Start one instance. The token lets the call be repeated after a lost answer.

        :param fields: RunInstances' fields under the API's own names
        :returns: ``instance_id``, empty if the answer does not tell it, and ``request_id``
        """
        operation = f"start an instance of image {fields['ImageId']} in {region}"
        answer = self._calls.write_again(operation, region, "RunInstances", **fields, Amount=1, ClientToken=token)
        instance_id = next(iter(models.texts(answer, "InstanceIdSets", "InstanceIdSet")), "")
        return {"instance_id": instance_id, "request_id": text(answer.get("RequestId"))}

    def delete(self, region: str, instance_id: str) -> None:
        """Release an instance, running or not. One that is gone is no error."""
        operation = f"delete instance {instance_id} in {region}"
        with accepting("InvalidInstanceId.NotFound"):
            self._calls.write_again(operation, region, "DeleteInstance", InstanceId=instance_id, Force=True)

    def stop(self, region: str, instance_id: str) -> None:
        """Stop an instance. It goes on costing, so that it is sure to start again."""
        operation = f"stop instance {instance_id} in {region}"
        self._calls.write_again(operation, region, "StopInstance", InstanceId=instance_id, StoppedMode="KeepCharging")

    def start(self, region: str, instance_id: str) -> None:
        """Start an instance."""
        operation = f"start instance {instance_id} in {region}"
        self._calls.write_again(operation, region, "StartInstance", InstanceId=instance_id)

    def disks(self, region: str, instance_id: str) -> list[Disk]:
        """The disks of an instance."""
        entries = self._calls.by_tokens(
            f"look at the disks of {instance_id} in {region}",
            region,
            "DescribeDisks",
            ("Disks", "Disk"),
            InstanceId=instance_id,
        )
        return [models.disk(entry) for entry in entries]
