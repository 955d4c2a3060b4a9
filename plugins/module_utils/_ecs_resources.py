# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function an API action, for what stands around images: snapshots, instances, disks, tags, resource groups."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils import _shapes
from ansible_collections.imageops.alicloud.plugins.module_utils._ecs_base import (
    MOST_PAGES,
    PAGE,
    EcsBase,
    Tags,
    accepting,
    tag_list,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import Data, text

BATCH_TAGGED = 50  # resources that one TagResources call takes


class EcsResources(EcsBase):
    """Snapshots, instances, disks, tags and resource groups."""

    def snapshots(self, region: str, snapshot_ids: t.Sequence[str]) -> list[Data]:
        """The given snapshots, as far as they exist. At most 100 at a time."""
        if not snapshot_ids:
            return []
        answer = self._read(
            f"look at snapshots {', '.join(snapshot_ids)} in {region}",
            region,
            "DescribeSnapshots",
            SnapshotIds=json.dumps(list(snapshot_ids)),
            MaxResults=PAGE,
        )
        return [_shapes.snapshot(entry, region) for entry in _shapes.items(answer, "Snapshots", "Snapshot")]

    def sees_snapshots(self, region: str) -> bool:
        """Whether these credentials see any snapshot in a region at all."""
        answer = self._read(f"look for snapshots in {region}", region, "DescribeSnapshots", MaxResults=10)
        return bool(_shapes.items(answer, "Snapshots", "Snapshot"))

    def snapshots_tagged(self, region: str, tags: Tags) -> list[Data]:
        """Snapshots with these tags, every page."""
        found: list[Data] = []
        token: str | None = None
        for _page in range(MOST_PAGES):
            answer = self._read(
                f"look for snapshots in {region}",
                region,
                "DescribeSnapshots",
                Tag=tag_list(tags),
                MaxResults=PAGE,
                NextToken=token,
            )
            found += [_shapes.snapshot(entry, region) for entry in _shapes.items(answer, "Snapshots", "Snapshot")]
            token = text(answer.get("NextToken")) or None
            if token is None:
                break
        return found

    def copy_snapshot(self, wanted: Data, token: str) -> Data:
        """Start copying a snapshot. Not repeated after a lost answer: look first.

        :param wanted: ``source_region``, ``source_id``, ``region``, ``name``, ``description``, ``encrypted``,
            ``kms_key_id``, ``tags``, ``retention_days``
        :returns: ``snapshot_id`` of the copy and ``request_id``
        """
        answer = self._write_once(
            f"copy snapshot {wanted['source_id']} from {wanted['source_region']} to {wanted['region']}",
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
        return {"snapshot_id": text(answer.get("SnapshotId")), "request_id": text(answer.get("RequestId"))}

    def delete_snapshot(self, region: str, snapshot_id: str, force: bool = False) -> None:
        """Delete a snapshot, which also cancels its copying. One that is gone is no error."""
        deed = f"delete snapshot {snapshot_id} in {region}"
        with accepting("InvalidSnapshotId.NotFound"):
            self._write_again(deed, region, "DeleteSnapshot", SnapshotId=snapshot_id, Force=force or None)

    def instance(self, region: str, instance_id: str) -> Data | None:
        answer = self._read(
            f"look at instance {instance_id} in {region}",
            region,
            "DescribeInstances",
            InstanceIds=json.dumps([instance_id]),
        )
        found = [_shapes.instance(entry, region) for entry in _shapes.items(answer, "Instances", "Instance")]
        return next((entry for entry in found if entry["instance_id"] == instance_id), None)

    def disks(self, region: str, instance_id: str) -> list[Data]:
        answer = self._read(
            f"look at the disks of {instance_id} in {region}",
            region,
            "DescribeDisks",
            InstanceId=instance_id,
            PageSize=PAGE,
        )
        return [_shapes.disk(entry) for entry in _shapes.items(answer, "Disks", "Disk")]

    def tag(self, region: str, kind: str, ids: t.Sequence[str], tags: Tags) -> None:
        """Set tags, overwriting equal keys.

        :param kind: ``image``, ``snapshot`` or ``instance``
        """
        for start in range(0, len(ids), BATCH_TAGGED):
            batch = list(ids[start : start + BATCH_TAGGED])
            deed = f"tag {kind} {', '.join(batch)} in {region}"
            self._write_again(deed, region, "TagResources", ResourceType=kind, ResourceId=batch, Tag=tag_list(tags))

    def untag(self, region: str, kind: str, resource_id: str, keys: t.Sequence[str]) -> None:
        deed = f"remove tags from {kind} {resource_id} in {region}"
        self._write_again(
            deed, region, "UntagResources", ResourceType=kind, ResourceId=[resource_id], TagKey=sorted(keys)
        )

    def join_resource_group(self, region: str, kind: str, resource_id: str, group: str) -> None:
        """Move a resource. One that is in the group already is no error."""
        deed = f"move {kind} {resource_id} in {region} to resource group {group}"
        with accepting("InvalidResourceGroup.Duplicate"):
            self._write_again(
                deed, region, "JoinResourceGroup", ResourceType=kind, ResourceId=resource_id, ResourceGroupId=group
            )
