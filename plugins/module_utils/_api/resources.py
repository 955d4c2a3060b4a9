# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function an API action, for what stands around images: snapshots, instances, disks, tags, resource groups."""

from __future__ import annotations

import contextlib
import functools
import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.base import (
    MOST_PAGES,
    PAGE,
    EcsBase,
    Listing,
    Tags,
    accepting,
    id_in,
    passing_refusals,
    tag_list,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base import models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, SdkTooOld
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, text
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import Backoff
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Disk, Image, Snapshot

LOCKED = ("compliance-cooloff", "compliance")  # states of a lock that holds
BATCH_TAGGED = 50  # resources that one TagResources call takes


class EcsResources(EcsBase):
    """Snapshots, instances, disks, tags and resource groups."""

    # Whether encrypted snapshots are only shown when they are asked for. The API's page can be read like that, and it
    # shows when a snapshot turns up that a look without that question has not shown.
    _hides_encrypted = False

    consistency_wait = 0.0  # seconds for which what was made may be invisible

    @functools.cached_property
    def _encrypted(self) -> dict[str, bool]:
        """Whether snapshots that were asked for it are encrypted, by their ids."""
        return {}

    def snapshots(self, region: str, snapshot_ids: t.Sequence[str]) -> list[Snapshot]:
        """The given snapshots, as far as they exist. At most 100 at a time."""
        found = self._snapshots_by_id(region, snapshot_ids)
        hidden = sorted(set(snapshot_ids) - {one["snapshot_id"] for one in found})
        shown = self._snapshots_by_id(region, hidden, encrypted=True)
        if shown:
            self._hides_encrypted = True
        return found + shown

    def with_encryption(self, region: str, images: list[Image]) -> list[Image]:
        """Finished images with what their snapshots say of encryption, where their own answers leave it out.

        Each snapshot is asked for once, since its encryption never changes. What can't be seen stays None.
        """
        wanted = {
            disk["snapshot_id"]
            for image in images
            if image["status"] not in models.UNFINISHED
            for disk in image["disks"]
            if disk["encrypted"] is None and disk["snapshot_id"]
        }
        if not wanted:
            return images
        ids = sorted(wanted - set(self._encrypted))
        for start in range(0, len(ids), PAGE):
            with passing_refusals():
                for one in self.snapshots(region, ids[start : start + PAGE]):
                    if one["encrypted"] is not None:
                        self._encrypted[one["snapshot_id"]] = one["encrypted"]
        return [models.with_encryption(image, self._encrypted) for image in images]

    def _snapshots_by_id(
        self, region: str, snapshot_ids: t.Sequence[str], encrypted: bool | None = None
    ) -> list[Snapshot]:
        if not snapshot_ids:
            return []
        answer = self._read(
            f"look at snapshots {', '.join(snapshot_ids)} in {region}",
            region,
            "DescribeSnapshots",
            SnapshotIds=json.dumps(list(snapshot_ids)),
            Encrypted=encrypted,
            MaxResults=PAGE,
        )
        return [models.snapshot(entry, region) for entry in models.items(answer, "Snapshots", "Snapshot")]

    def sees_snapshots(self, region: str) -> bool:
        """Whether these credentials see any snapshot in a region at all."""
        answer = self._read(f"look for snapshots in {region}", region, "DescribeSnapshots", MaxResults=10)
        return bool(models.items(answer, "Snapshots", "Snapshot"))

    def locked_snapshots(self, region: str) -> dict[str, str]:
        """The snapshots that a lock keeps from being deleted, and until when; none if that can't be seen.

        Each region is asked once a task. An id that has no lock would be refused, so that all are listed.
        """
        if region not in self._locked:
            self._locked[region] = {}  # also where it is refused, so that it is not asked for each image
            with passing_refusals(), contextlib.suppress(SdkTooOld):
                self._locked[region] = {
                    text(one.get("SnapshotId")): text(one.get("LockExpiredTime")) for one in self._locks(region)
                }
        return self._locked[region]

    def _locks(self, region: str) -> list[Data]:
        operation = f"look for locked snapshots in {region}"
        listing, token = Listing(operation, "SnapshotId"), None
        for page in range(1, MOST_PAGES + 1):
            self._refuse_if_over(operation, page)
            answer = self._read(operation, region, "DescribeLockedSnapshots", MaxResults=PAGE, NextToken=token)
            found = answer.get("LockedSnapshotsInfo")
            listing.take([one for one in found if isinstance(one, dict)] if isinstance(found, list) else [])
            token = text(answer.get("NextToken")) or None
            if token is None:
                break
        return [one for one in listing.entries if text(one.get("LockStatus")) in LOCKED]

    @functools.cached_property
    def _locked(self) -> dict[str, dict[str, str]]:
        return {}

    def snapshots_tagged(self, region: str, tags: Tags, encrypted: bool = False) -> list[Snapshot]:
        """Snapshots with these tags, every page.

        :param encrypted: be sure to see encrypted ones, with one call more
        """
        found = self._snapshots_tagged(region, tags, None)
        if not (encrypted or self._hides_encrypted):
            return found
        known = {one["snapshot_id"] for one in found}
        shown = self._snapshots_tagged(region, tags, True)
        return found + [one for one in shown if one["snapshot_id"] not in known]

    def _snapshots_tagged(self, region: str, tags: Tags, encrypted: bool | None) -> list[Snapshot]:
        entries = self._tokens(
            f"look for snapshots in {region}",
            region,
            "DescribeSnapshots",
            ("Snapshots", "Snapshot"),
            Tag=tag_list(tags),
            Encrypted=encrypted,
        )
        return [models.snapshot(entry, region) for entry in entries]

    def copy_snapshot(self, wanted: Data, token: str) -> Data:
        """Start copying a snapshot. Not repeated after a lost answer: look first.

        :param wanted: ``source_region``, ``source_id``, ``region``, ``name``, ``description``, ``encrypted``,
            ``kms_key_id``, ``tags``, ``retention_days``
        :returns: ``snapshot_id`` of the copy and ``request_id``
        """
        operation = f"copy snapshot {wanted['source_id']} from {wanted['source_region']} to {wanted['region']}"
        answer = self._write_once(
            operation,
            wanted["source_region"],
            "CopySnapshot",
            SnapshotId=wanted["source_id"],
            DestinationRegionId=wanted["region"],
            DestinationSnapshotName=wanted["name"],
            DestinationSnapshotDescription=wanted["description"],
            Encrypted=wanted["encrypted"],
            KMSKeyId=wanted["kms_key_id"],
            RetentionDays=wanted["retention_days"],
            Tag=tag_list(wanted["tags"]),
            ClientToken=token,
        )
        return {"snapshot_id": id_in(operation, answer, "SnapshotId"), "request_id": text(answer.get("RequestId"))}

    def delete_snapshot(self, region: str, snapshot_id: str, force: bool = False) -> None:
        """Delete a snapshot, which also cancels its copying. One that is gone is no error."""
        operation = f"delete snapshot {snapshot_id} in {region}"
        with accepting("InvalidSnapshotId.NotFound"):
            self._write_again(operation, region, "DeleteSnapshot", SnapshotId=snapshot_id, Force=force or None)

    def instance(self, region: str, instance_id: str) -> Data | None:
        """One instance, or None if these credentials don't see it there."""
        answer = self._read(
            f"look at instance {instance_id} in {region}",
            region,
            "DescribeInstances",
            InstanceIds=json.dumps([instance_id]),
        )
        found = [models.instance(entry, region) for entry in models.items(answer, "Instances", "Instance")]
        return next((entry for entry in found if entry["instance_id"] == instance_id), None)

    def instances_of(self, region: str, image_id: str) -> list[Data]:
        """The account's instances that were made from an image, every page."""
        entries = self._tokens(
            f"look for instances of image {image_id} in {region}",
            region,
            "DescribeInstances",
            ("Instances", "Instance"),
            ImageId=image_id,
        )
        return [one for one in (models.instance(entry, region) for entry in entries) if one["image_id"] == image_id]

    def instances_tagged(self, region: str, tags: Tags) -> list[Data]:
        """Instances with these tags, every page. The answer is compared again."""
        entries = self._tokens(
            f"look for instances in {region}",
            region,
            "DescribeInstances",
            ("Instances", "Instance"),
            Tag=tag_list(tags),
        )
        found = [models.instance(entry, region) for entry in entries]
        return [one for one in found if all(one["tags"].get(key) == value for key, value in tags.items())]

    def run_instance(self, region: str, fields: Data, token: str) -> Data:
        """Start one instance. The token lets the call be repeated after a lost answer.

        :param fields: RunInstances' fields under the API's own names
        :returns: ``instance_id``, empty if the answer does not tell it, and ``request_id``
        """
        operation = f"start an instance of image {fields['ImageId']} in {region}"
        answer = self._write_again(operation, region, "RunInstances", **fields, Amount=1, ClientToken=token)
        instance_id = next(iter(models.texts(answer, "InstanceIdSets", "InstanceIdSet")), "")
        return {"instance_id": instance_id, "request_id": text(answer.get("RequestId"))}

    def delete_instance(self, region: str, instance_id: str) -> None:
        """Release an instance, running or not. One that is gone is no error."""
        operation = f"delete instance {instance_id} in {region}"
        with accepting("InvalidInstanceId.NotFound"):
            self._write_again(operation, region, "DeleteInstance", InstanceId=instance_id, Force=True)

    def stop_instance(self, region: str, instance_id: str) -> None:
        """Stop an instance. It goes on costing, so that it is sure to start again."""
        operation = f"stop instance {instance_id} in {region}"
        self._write_again(operation, region, "StopInstance", InstanceId=instance_id, StoppedMode="KeepCharging")

    def start_instance(self, region: str, instance_id: str) -> None:
        """Start an instance."""
        operation = f"start instance {instance_id} in {region}"
        self._write_again(operation, region, "StartInstance", InstanceId=instance_id)

    def disks(self, region: str, instance_id: str) -> list[Disk]:
        """The disks of an instance."""
        entries = self._tokens(
            f"look at the disks of {instance_id} in {region}",
            region,
            "DescribeDisks",
            ("Disks", "Disk"),
            InstanceId=instance_id,
        )
        return [models.disk(entry) for entry in entries]

    def tag(self, region: str, kind: str, ids: t.Sequence[str], tags: Tags) -> None:
        """Set tags, overwriting equal keys.

        :param kind: ``image``, ``snapshot`` or ``instance``
        """
        for start in range(0, len(ids), BATCH_TAGGED):
            batch = list(ids[start : start + BATCH_TAGGED])
            operation = f"tag {kind} {', '.join(batch)} in {region}"
            self._when_seen(
                functools.partial(
                    self._write_again,
                    operation,
                    region,
                    "TagResources",
                    ResourceType=kind,
                    ResourceId=batch,
                    Tag=tag_list(tags),
                )
            )

    def _when_seen(self, call: t.Callable[[], t.Any]) -> None:
        """Make a call on what was just made, which the API need not know of everywhere yet."""
        ends, backoff = self._retry.clock.now() + self.consistency_wait, Backoff()
        while True:
            try:
                call()
                return
            except ApiError as error:
                if error.code != "InvalidResourceId.NotFound" or self._retry.clock.now() >= ends:
                    raise
            self._retry.clock.sleep(backoff.pause())

    def untag(self, region: str, kind: str, resource_id: str, keys: t.Sequence[str]) -> None:
        """Take tags off, by their keys."""
        operation = f"remove tags from {kind} {resource_id} in {region}"
        self._write_again(
            operation, region, "UntagResources", ResourceType=kind, ResourceId=[resource_id], TagKey=sorted(keys)
        )

    def join_resource_group(self, region: str, kind: str, resource_id: str, group: str) -> None:
        """Move a resource. One that is in the group already is no error."""
        operation = f"move {kind} {resource_id} in {region} to resource group {group}"
        with accepting("InvalidResourceGroup.Duplicate"):
            self._write_again(
                operation, region, "JoinResourceGroup", ResourceType=kind, ResourceId=resource_id, ResourceGroupId=group
            )
