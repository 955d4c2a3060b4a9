# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots: one function an API action, which returns plain data."""

from __future__ import annotations

import contextlib
import functools
import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import (
    PAGE,
    Calls,
    Tags,
    id_in,
    passing_refusals,
    tag_list,
    took_effect,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import SdkTooOld
from ansible_collections.imageops.alicloud.plugins.module_utils._base.fields import LOCK, shaped
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, text
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot

LOCKED = ("compliance-cooloff", "compliance")  # states of a lock that holds


class Snapshots:
    """Snapshots of one account. What never changes is asked for once a task."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        # Whether encrypted snapshots are only shown when they are asked for. The API's page can be read like that, and
        # it shows when a snapshot turns up that a look without that question has not shown.
        self._hides_encrypted = False
        self._encrypted: dict[str, bool] = {}  # by the id of the snapshot
        self._locked: dict[str, dict[str, str]] = {}  # by region: until when, by the id of the snapshot

    def get(self, region: str, snapshot_ids: t.Sequence[str]) -> list[Snapshot]:
        """The given snapshots, as far as they exist. At most 100 at a time."""
        found = self._snapshots_by_id(region, snapshot_ids)
        hidden = sorted(set(snapshot_ids) - {snapshot["snapshot_id"] for snapshot in found})
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
                for snapshot in self.get(region, ids[start : start + PAGE]):
                    if snapshot["encrypted"] is not None:
                        self._encrypted[snapshot["snapshot_id"]] = snapshot["encrypted"]
        return [models.with_encryption(image, self._encrypted) for image in images]

    def _snapshots_by_id(
        self, region: str, snapshot_ids: t.Sequence[str], encrypted: bool | None = None
    ) -> list[Snapshot]:
        if not snapshot_ids:
            return []
        answer = self._calls.read(
            f"look at snapshots {', '.join(snapshot_ids)} in {region}",
            region,
            "DescribeSnapshots",
            SnapshotIds=json.dumps(list(snapshot_ids)),
            Encrypted=encrypted,
            MaxResults=PAGE,
        )
        return [models.snapshot(entry, region) for entry in models.items(answer, "Snapshots", "Snapshot")]

    def are_visible(self, region: str) -> bool:
        """Whether these credentials see any snapshot in a region at all."""
        answer = self._calls.read(f"look for snapshots in {region}", region, "DescribeSnapshots", MaxResults=10)
        return bool(models.items(answer, "Snapshots", "Snapshot"))

    def locked(self, region: str) -> dict[str, str]:
        """The snapshots that a lock keeps from being deleted, and until when; none if that can't be seen.

        Each region is asked once a task, or by each job that asks at the same moment. An id that has no lock would be
        refused, so that all are listed.
        """
        if region not in self._locked:
            found: list[Data] = []
            with passing_refusals(), contextlib.suppress(SdkTooOld):
                operation = f"look for locked snapshots in {region}"
                names = ("LockedSnapshotsInfo",)
                found = self._calls.by_tokens(operation, region, "DescribeLockedSnapshots", names)
            locks = [shaped(LOCK, lock) for lock in found]
            # Kept when it is known, also that it is refused: meanwhile another job must not take it for empty.
            self._locked[region] = {lock["snapshot_id"]: lock["expires"] for lock in locks if lock["status"] in LOCKED}
        return self._locked[region]

    def tagged(self, region: str, tags: Tags, encrypted: bool = False) -> list[Snapshot]:
        """Snapshots with these tags, every page.

        :param encrypted: be sure to see encrypted ones, with one call more
        """
        found = self._snapshots_tagged(region, tags, None)
        if not (encrypted or self._hides_encrypted):
            return found
        known = {snapshot["snapshot_id"] for snapshot in found}
        shown = self._snapshots_tagged(region, tags, True)
        return found + [snapshot for snapshot in shown if snapshot["snapshot_id"] not in known]

    def _snapshots_tagged(self, region: str, tags: Tags, encrypted: bool | None) -> list[Snapshot]:
        entries = self._calls.by_tokens(
            f"look for snapshots in {region}",
            region,
            "DescribeSnapshots",
            ("Snapshots", "Snapshot"),
            Tag=tag_list(tags),
            Encrypted=encrypted,
        )
        return [models.snapshot(entry, region) for entry in entries]

    def copy(self, wanted: Data, token: str) -> Data:
        """Start copying a snapshot. Not repeated after a lost answer: look first.

        :param wanted: ``source_region``, ``source_id``, ``region``, ``name``, ``description``, ``encrypted``,
            ``kms_key_id``, ``tags``, ``retention_days``
        :returns: ``snapshot_id`` of the copy and ``request_id``
        """
        operation = f"copy snapshot {wanted['source_id']} from {wanted['source_region']} to {wanted['region']}"
        answer = self._calls.write_once(
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

    def delete(self, region: str, snapshot_id: str, force: bool = False, just_made: bool = False) -> bool:
        """Delete a snapshot, which also cancels its copying. One that is gone is no error.

        :param just_made: the caller has made it: one that the API does not know may be too new
        :returns: whether it was still there
        """
        operation, fields = f"delete snapshot {snapshot_id} in {region}", {"SnapshotId": snapshot_id}
        call = functools.partial(
            self._calls.write_again, operation, region, "DeleteSnapshot", **fields, Force=force or None
        )
        known = functools.partial(self._calls.when_known, error_codes.NO_SUCH_SNAPSHOT, call, lambda: just_made)
        return took_effect(error_codes.NO_SUCH_SNAPSHOT, known)
