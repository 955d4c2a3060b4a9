# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots: create, list, change, delete."""

from __future__ import annotations

from ..state import making, rules
from ..state.clock import stamp
from ..state.snapshots import Snapshot
from ..state.world import World
from .call import Answer, Call
from .common import (
    TagFilter,
    Window,
    checked_description,
    creation_window,
    either_page,
    has_tags,
    in_group,
    is_listed_now,
    json_ids,
    new_tags,
    resource_group,
    tag_filters,
    tag_list,
)
from .locks import is_locked


def own_snapshot(call: Call, snapshot_id: str) -> Snapshot | None:
    """Found in any region: these calls carry no RegionId; a host that names a region narrows the search."""
    snapshot = call.world.snapshots.get(snapshot_id)
    if snapshot is None or snapshot.account_id != call.account_id:
        return None
    return snapshot if call.region in (None, snapshot.region) else None


def create_snapshot(call: Call) -> Answer:
    world = call.world
    if call.given("SnapshotName") and not rules.snapshot_name(call.text("SnapshotName")):
        raise call.error("InvalidSnapshotName.Malformed")
    if call.given("Category") and call.text("Category") != "Standard":
        raise call.error("InvalidSnapshotCategory.Malformed")
    description = checked_description(call, "Description")
    days = retention(call)
    tags = new_tags(call)
    disk = world.disks.get(call.text("DiskId"))
    if disk is None or disk.account_id != call.account_id or call.region not in (None, disk.region):
        raise call.error("InvalidDiskId.NotFound")
    instance = world.instances.get(disk.instance_id or "")
    if instance is not None and instance.status not in ("Running", "Stopped"):
        raise call.error("IncorrectInstanceStatus")
    group = resource_group(call)
    _check_disk_is_free(call, disk.disk_id, disk.region)
    key = world.kms_keys.get(disk.kms_key_id)
    if disk.encrypted and key is not None and key.state != "Enabled":
        raise call.error("InvalidParameter.KMSKeyId.CMKNotEnabled")
    snapshot = Snapshot(
        snapshot_id=world.new_id("s-"),
        account_id=call.account_id,
        region=disk.region,
        size=disk.size,
        disk_kind=disk.kind,
        disk_id=disk.disk_id,
        name=call.text("SnapshotName"),
        description=description,
        encrypted=disk.encrypted,
        kms_key_id=disk.kms_key_id,
        retention_days=days,
        created=world.now(),
        modified=world.now(),
        resource_group_id=group,
        tags=tags,
    )
    world.snapshots[snapshot.snapshot_id] = snapshot
    making.make_snapshot(world, snapshot)
    return {"SnapshotId": snapshot.snapshot_id}


def _check_disk_is_free(call: Call, disk_id: str, region: str) -> None:
    settings, snapshots = call.world.settings, call.world.snapshots.values()
    of_disk = [snapshot for snapshot in snapshots if snapshot.disk_id == disk_id]
    if any(snapshot.status == "progressing" for snapshot in of_disk):
        raise call.error("IncorrectDiskStatus.CreatingSnapshot")
    held = sum(snapshot.account_id == call.account_id and snapshot.region == region for snapshot in snapshots)
    if len(of_disk) >= settings.snapshots_per_disk or held >= settings.snapshot_quota:
        raise call.error("QuotaExceed.Snapshot")


def retention(call: Call) -> int:
    """Days a new or changed snapshot is kept; 0 is for ever."""
    days = call.number("RetentionDays")
    if days is not None and not 1 <= days <= 65536:
        raise call.error("InvalidRetentionDays.Malformed")
    return days or 0


def describe_snapshots(call: Call) -> Answer:
    _check_values(call)
    ids = _ids(call)
    tags, window = tag_filters(call), creation_window(call)
    found = [
        snapshot
        for snapshot in call.world.snapshots.values()
        if snapshot.account_id == call.account_id
        and snapshot.region == call.here
        and is_listed_now(call, snapshot)
        and (ids is None or snapshot.snapshot_id in ids)
        and _matches(call, snapshot, tags, window)
    ]
    if call.text("SnapshotLinkId") and not found:
        raise call.error("InvalidSnapshotLinkId.NotFound")
    found.sort(key=_order)
    shown, paging = either_page(call, found, 100, _order)
    return {**paging, "Snapshots": {"Snapshot": [snapshot_view(call.world, snapshot) for snapshot in shown]}}


def _order(snapshot: Snapshot) -> tuple[float, str]:
    return -snapshot.created, snapshot.snapshot_id


def _ids(call: Call) -> list[str] | None:
    settings = call.world.settings
    if not call.text("SnapshotIds") and settings.snapshot_ids_empty == "all":
        return None
    too_many = call.error("InvalidSnapshotIds.Malformed")
    if settings.snapshot_ids_malformed == "InvalidParameter":
        return json_ids(call, "SnapshotIds", call.error("InvalidParameter", "SnapshotIds"), too_many)
    return json_ids(call, "SnapshotIds", too_many, too_many)


def _check_values(call: Call) -> None:
    checks = (
        ("Status", ("progressing", "accomplished", "failed", "all"), "InvalidStatus.NotFound"),
        ("SnapshotType", ("auto", "user", "all"), "InvalidSnapshotType.NotFound"),
        ("Usage", ("image", "disk", "image_disk", "none"), "InvalidUsage"),
        ("SourceDiskType", ("system", "data"), "InvalidSourceDiskType"),
        ("Category", ("Standard", "Flash", "archive"), "InvalidSnapshotCategory.Malformed"),
    )
    for name, allowed, code in checks:
        # The API's own pages write these values in either case.
        if call.text(name) and call.text(name).lower() not in [value.lower() for value in allowed]:
            raise call.error(code)


def _matches(call: Call, snapshot: Snapshot, tags: list[TagFilter], window: Window) -> bool:
    instance_id = call.text("InstanceId")
    disk_ids = {disk.disk_id for disk in call.world.disks_of(instance_id)} if instance_id else set()
    encrypted = call.flag("Encrypted")
    if encrypted is None and call.world.settings.snapshots_encrypted_omitted == "plain":
        encrypted = False
    exact = (
        (call.text("DiskId"), snapshot.disk_id),
        (call.text("SnapshotName"), snapshot.name),
        (call.text("KMSKeyId"), snapshot.kms_key_id),
        (call.text("SnapshotLinkId"), link_id(snapshot)),
        (call.text("SourceDiskType").lower(), snapshot.disk_kind),
        (call.text("Usage"), usage(call.world, snapshot)),
        (call.text("Status") if call.text("Status") != "all" else "", snapshot.status),
        (call.text("SnapshotType") if call.text("SnapshotType") != "all" else "", snapshot.kind),
        (call.text("Category").lower(), "standard"),
    )
    return (
        all(not wanted or wanted == value for wanted, value in exact)
        and (not instance_id or snapshot.disk_id in disk_ids)
        and (encrypted is None or encrypted == snapshot.encrypted)
        and window[0] <= snapshot.created <= window[1]
        and has_tags(snapshot.shown_of(snapshot.tags, call.world.now()), tags)
        and in_group(call, snapshot.resource_group_id)
    )


def usage(world: World, snapshot: Snapshot) -> str:
    image = bool(world.images_using(snapshot.snapshot_id))
    disk = bool(world.disks_from(snapshot.snapshot_id))
    return "image_disk" if image and disk else "image" if image else "disk" if disk else "none"


def link_id(snapshot: Snapshot) -> str:
    """Snapshots of one disk form a chain; a copy begins one of its own."""
    return "sl-" + (snapshot.disk_id or snapshot.snapshot_id).partition("-")[2]


_OF_COPIES_AND_KEYS = ("KMSKeyId", "SourceSnapshotId", "SourceRegionId")


def snapshot_view(world: World, snapshot: Snapshot) -> Answer:
    now = world.now()
    size = snapshot.size if world.settings.source_disk_size == "number" else str(snapshot.size)
    view: Answer = {
        "Available": snapshot.status == "accomplished",
        "Category": "standard",
        "CreationTime": stamp(snapshot.created),
        "Description": snapshot.description,
        "Encrypted": snapshot.encrypted,
        "FullSnapshotSizeInBytes": snapshot.size * 2**30 if snapshot.status == "accomplished" else 0,
        "InstantAccess": False,
        "InstantAccessRetentionDays": 0,
        "KMSKeyId": snapshot.kms_key_id,
        "LastModifiedTime": stamp(snapshot.modified),
        "ProductCode": "",
        "Progress": f"{snapshot.percent(now)}%",
        "RegionId": snapshot.region,
        "RemainTime": snapshot.work.remaining(snapshot.size, now) if snapshot.work else 0,
        "ResourceGroupId": snapshot.resource_group_id,
        "RetentionDays": snapshot.retention_days,
        "SnapshotId": snapshot.snapshot_id,
        "SnapshotLinkId": link_id(snapshot),
        "SnapshotName": snapshot.name,
        "SnapshotSN": "",
        "SnapshotType": snapshot.kind,
        "SourceDiskId": snapshot.disk_id,
        "SourceDiskSize": size,
        "SourceDiskType": snapshot.disk_kind,
        "SourceRegionId": snapshot.source_region,
        "SourceSnapshotId": snapshot.source_snapshot_id,
        "SourceStorageType": "disk",
        "Status": snapshot.status,
        "Tags": tag_list(snapshot.shown_of(snapshot.tags, now)),
        "Usage": usage(world, snapshot),
    }
    if not snapshot.name and world.settings.snapshot_name_unset == "absent":
        del view["SnapshotName"]
    if world.settings.snapshot_fields == "few":
        del view["RegionId"]
        return {name: value for name, value in view.items() if value or name not in _OF_COPIES_AND_KEYS}
    return view


def delete_snapshot(call: Call) -> Answer:
    world = call.world
    snapshot = own_snapshot(call, call.text("SnapshotId"))
    if snapshot is None:
        if world.settings.delete_unknown_snapshot == "ignored":
            return {}
        raise call.error("InvalidSnapshotId.NotFound")
    if snapshot.shares:
        raise call.error("InvalidOperation.DeleteSharedSnapshotUnsupported")
    if is_locked(call, snapshot):
        raise call.error(world.settings.lock_delete_code)
    if world.images_using(snapshot.snapshot_id):
        raise call.error("SnapshotCreatedImage")
    if world.disks_from(snapshot.snapshot_id) and not call.flag("Force"):
        raise call.error("SnapshotCreatedDisk")
    del world.snapshots[snapshot.snapshot_id]
    return {}


def modify_snapshot_attribute(call: Call) -> Answer:
    snapshot = own_snapshot(call, call.text("SnapshotId"))
    if snapshot is None:
        raise call.error("InvalidSnapshotId.NotFound")
    names = ("SnapshotName", "Description", "RetentionDays", "DisableInstantAccess")
    if not any(call.given(name) for name in names):
        raise call.error("NoAttributeToModify")
    name, text = call.text("SnapshotName"), call.text("Description")
    if call.given("SnapshotName") and not rules.snapshot_name(name):
        raise call.error("InvalidSnapshotName.Malformed")
    if text and not rules.description(text):
        raise call.error("InvalidDescription.Malformed")
    days = retention(call)
    if days:
        if not snapshot.retention_days or days < snapshot.retention_days:
            raise call.error("InvalidOperation.DecreaseRetentionDaysUnsupported")
        if snapshot.status != "accomplished":
            raise call.error("InvalidSnapshotId.NotReady")
        snapshot.retention_days = days
    snapshot.name = name or snapshot.name
    # Unlike an image's, a snapshot's description may be emptied.
    snapshot.description = text if call.given("Description") else snapshot.description
    snapshot.modified = call.world.now()
    return {}
