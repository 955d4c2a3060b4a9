# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flow of ecs_image: look, decide, then create, change, deprecate or remove."""

from __future__ import annotations

import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils import _markers, _plan_image
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import check_regions
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import ApiError, Refused, TimedOut
from ansible_collections.imageops.alicloud.plugins.module_utils._module import Run
from ansible_collections.imageops.alicloud.plugins.module_utils._plan_image import Changes
from ansible_collections.imageops.alicloud.plugins.module_utils._retry import Backoff, is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._rules import SHARE_BATCH
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import (
    AVAILABLE,
    CREATE_FAILED,
    DEPRECATED,
    UNAVAILABLE,
    UNFINISHED,
    Data,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._wait import PollInterval

# Refusals of CreateImage that pass when the instance or the snapshot is ready, or when a deleted image's name is free again.
MAYBE_EARLY = frozenset(
    {"InvalidImageName.Duplicated", "IncorrectInstanceStatus", "InvalidSnapshotId.NotReady", "SnapshotNotReady"}
)

# What a diff shows of an image.
DIFF_KEYS = (
    "image_id",
    "name",
    "description",
    "family",
    "status",
    "boot_mode",
    "resource_group_id",
    "tags",
    "features",
)


def manage_image(run: Run) -> Data:
    """The flow of ecs_image."""
    check_regions(run, [run.params["region"]])
    run.refuse_faults()
    image = _find(run)
    if run.params["state"] == "absent":
        return Removal(run).remove(image)
    return Present(run).ensure(image)


def _find(run: Run) -> Data | None:
    """The image by its id, or the own image of exactly this name."""
    region, image_id, name = run.params["region"], run.params["image_id"], run.params["name"]
    if image_id:
        return run.api.image(region, image_id)
    found = [image for image in run.api.images(region, name=name) if image["name"] == name]
    if len(found) > 1:
        raise Refused("Ambiguous", f"{len(found)} images in {region} have the name {name!r}", "Name one with image_id.")
    return found[0] if found else None


def _diff(before: Data | None, after: Data | None) -> Data:
    return {"before": _shown(before), "after": _shown(after)}


def _shown(image: Data | None) -> Data:
    return {key: image.get(key) for key in DIFF_KEYS} if image else {}


class Present:
    """Makes an image exist and be as asked, Available or Deprecated."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.api = run.api
        self.params = run.params
        self.region: str = run.params["region"]
        self.changed = False
        self.unshared: list[str] = []

    def ensure(self, image: Data | None) -> Data:
        before = image
        if image is None:
            image = self._create()
        else:
            refusal = _plan_image.refusal_to_keep(image, self.params)
            if refusal:
                raise refusal
        if image["status"] in UNFINISHED and self.params["wait"] and not self.run.check:
            image = self._until_available(image["image_id"])
        if image["status"] in (AVAILABLE, DEPRECATED) and not image.get("planned"):
            image = self._keep(image)
        return {
            "changed": self.changed,
            "image": image,
            "snapshots": image.get("snapshot_ids", []),
            "snapshots_kept": [],
            "unshared": self.unshared,
            "diff": _diff(before, image),
        }

    # Create

    def _create(self) -> Data:
        if not _plan_image.created_from(self.params):
            raise Refused(
                "InvalidImageId.NotFound",
                f"image {self.params['image_id'] or self.params['name']!r} is not there in {self.region}",
                "Give instance_id, snapshot_id or disk_mappings to create it.",
            )
        if self.params["state"] == "deprecated":
            raise Refused(
                "InvalidImageId.NotFound",
                f"image {self.params['name']!r} is not there in {self.region}",
                "An image that does not exist is not created just to be deprecated.",
            )
        if not self.params["name"]:
            raise Refused(
                "MissingName",
                "a new image needs name",
                "Names are unique, which is what makes a second run find the image.",
            )
        disks = self._source_disks()
        self.changed = True
        if self.run.check:
            return _plan_image.planned_image(self.params, disks, self.run.account_id)
        return self._send()

    def _source_disks(self) -> list[Data]:
        """The disks that the image would get. Fails for a source that can't be used, before the first write."""
        if self.params["instance_id"]:
            instance = self.api.instance(self.region, self.params["instance_id"])
            if instance is None:
                raise Refused(
                    "InvalidInstanceId.NotFound",
                    f"instance {self.params['instance_id']} is not there in {self.region}",
                    "Check the id, the region and the account.",
                )
            return self.api.disks(self.region, instance["instance_id"])
        disks = self.params["disk_mappings"] or [{"snapshot_id": self.params["snapshot_id"]}]
        wanted = [disk["snapshot_id"] for disk in disks if disk.get("snapshot_id")]
        found = {one["snapshot_id"]: one for one in self.api.snapshots(self.region, wanted)}
        missing = sorted(set(wanted) - set(found))
        if missing:
            raise Refused(
                "InvalidSnapshotId.NotFound",
                f"snapshots {', '.join(missing)} are not there in {self.region}",
                "Check the ids, the region and the account.",
            )
        return [self._mapped_disk(disk, found.get(disk.get("snapshot_id"))) for disk in disks]

    @staticmethod
    def _mapped_disk(disk: t.Mapping[str, t.Any], snapshot: Data | None) -> Data:
        return {
            "device": disk.get("device") or "",
            "type": disk.get("type") or (snapshot["disk_type"] if snapshot else "data"),
            "size": disk.get("size") or (snapshot["size"] if snapshot else 0),
            "encrypted": bool(snapshot and snapshot["encrypted"]),
        }

    def _send(self) -> Data:
        token, backoff = str(uuid.uuid4()), Backoff()
        early_until = self.run.clock.now() + self.params["consistency_wait"]
        while True:
            try:
                answer = self.api.create_image(self.region, _plan_image.request(self.params), token)
                return {
                    **_plan_image.planned_image(self.params, [], self.run.account_id),
                    "planned": False,
                    "image_id": answer["image_id"],
                    "status": "Creating",
                }
            except ApiError as error:
                early = error.code in MAYBE_EARLY and self.run.clock.now() < early_until
                if (
                    not (early or is_conflict(error) or is_transient(error))
                    or self.run.clock.now() >= self.run.deadline
                ):
                    raise
            # Look before the call is repeated: it may have taken effect, or another run may have been faster.
            found = _find(self.run)
            if found:
                refusal = _plan_image.refusal_to_keep(found, self.params)
                if refusal:
                    raise refusal
                return found
            self.run.clock.sleep(backoff.pause())

    # Wait

    def _until_available(self, image_id: str) -> Data:
        clock, interval = self.run.clock, PollInterval(self.params["wait_interval"])
        begun = last_seen = clock.now()
        while True:
            image = self.api.image(self.region, image_id, owner="self")
            if image:
                last_seen = clock.now()
                self._tell(image, last_seen - begun)
                if image["status"] == AVAILABLE and image["usable"]:
                    return image
                if image["status"] in (CREATE_FAILED, UNAVAILABLE):
                    raise Refused(
                        image["status"],
                        f"image {image_id} in {self.region} has become {image['status']}",
                        "Remove it with state=absent, then run again.",
                        changed=self.changed,
                    )
            elif clock.now() - last_seen >= self.params["consistency_wait"]:
                raise Refused(
                    "Vanished",
                    f"image {image_id} in {self.region} is not to be seen",
                    "Check that ecs:DescribeImages is allowed.",
                    changed=self.changed,
                )
            if clock.now() >= self.run.deadline:
                raise TimedOut(
                    f"image {image_id} in {self.region} is not finished in time; the next run goes on waiting for it",
                    "Give it more time with wait_timeout.",
                )
            clock.sleep(interval.next(clock.now(), image["progress"] if image else 0))

    def _tell(self, image: Data, elapsed: float) -> None:
        self.run.progress.tell(
            account=self.run.account_id,
            region=self.region,
            image_id=image["image_id"],
            status=image["status"],
            progress=image["progress"],
            size=image["size"],
            action="created",
            error=None,
            elapsed=round(elapsed, 1),
        )

    # Keep

    def _keep(self, image: Data) -> Data:
        made_here = self.params["instance_id"] and _markers.CREATED_FROM in image["tags"]
        snapshots = self.api.snapshots(self.region, image["snapshot_ids"]) if made_here else []
        change = _plan_image.changes(image, self.params, snapshots)
        if not change:
            return image
        if change.attributes.get("Status") == DEPRECATED:
            self.unshared = withdraw(self.run, image, _plan_image.refusal_to_withdraw)
        if not self.run.check:
            self._apply(image["image_id"], change)
        self.changed = True
        return _plan_image.changed_image(image, change)

    def _apply(self, image_id: str, change: Changes) -> None:
        if change.attributes:
            self.api.modify_image(self.region, image_id, **change.attributes)
        if change.tags:
            self.api.tag(self.region, "image", [image_id], change.tags)
        if change.untag:
            self.api.untag(self.region, "image", image_id, change.untag)
        if change.resource_group_id:
            self.api.join_resource_group(self.region, "image", image_id, change.resource_group_id)
        if change.snapshots:
            self.api.tag(self.region, "snapshot", change.snapshots, {_markers.SNAPSHOT_OF: image_id})


def withdraw(run: Run, image: Data, refusal_of: t.Callable[..., Refused | None]) -> list[str]:
    """Take an image from all who have it, after checking that nothing else will refuse.

    :returns: the accounts that it was, or would be, taken from
    """
    region, image_id = image["region"], image["image_id"]
    accounts = [one["account_id"] for one in run.api.shares(region, image_id)]
    refusal = refusal_of(image, accounts, run.params)
    if refusal:
        raise refusal
    if not run.check:
        for start in range(0, len(accounts), SHARE_BATCH):
            run.api.modify_shares(region, image_id, [], accounts[start : start + SHARE_BATCH])
        if image["is_public"]:
            run.api.publish(region, image_id, False)
    return accounts


class Removal:
    """Removes an image, then its snapshots as far as asked."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.api = run.api
        self.region: str = run.params["region"]

    def remove(self, image: Data | None) -> Data:
        if image is None:
            return {
                "changed": False,
                "image": None,
                "snapshots": [],
                "snapshots_kept": [],
                "unshared": [],
                "diff": _diff(None, None),
            }
        snapshots = self.api.snapshots(self.region, image["snapshot_ids"])
        delete, kept = _plan_image.split_snapshots(image["image_id"], snapshots, self.run.params["delete_snapshots"])
        unshared = withdraw(self.run, image, _plan_image.refusal_to_remove)
        if not self.run.check:
            self.api.delete_image(self.region, image["image_id"], force=self.run.params["force"])
            self._until_gone(image["image_id"])
            delete, kept = self._delete_snapshots(delete, kept)
        return {
            "changed": True,
            "image": image,
            "snapshots": delete,
            "snapshots_kept": kept,
            "unshared": unshared,
            "diff": _diff(image, None),
        }

    def _until_gone(self, image_id: str) -> None:
        clock, interval = self.run.clock, PollInterval(self.run.params["wait_interval"])
        while self.api.image(self.region, image_id, owner="self"):
            if clock.now() >= self.run.deadline:
                raise TimedOut(f"image {image_id} in {self.region} was deleted and is still there", "Run again later.")
            clock.sleep(interval.next(clock.now(), 0))

    def _delete_snapshots(self, delete: list[str], kept: list[Data]) -> tuple[list[str], list[Data]]:
        """Delete what was chosen. One that can't be deleted is kept, with the reason."""
        deleted = []
        for snapshot_id in delete:
            try:
                self.api.delete_snapshot(self.region, snapshot_id, force=self.run.params["force_snapshots"])
                deleted.append(snapshot_id)
            except ApiError as error:
                kept = [*kept, {"snapshot_id": snapshot_id, "reason": f"{error.code}: {error.message}"}]
        return deleted, kept
