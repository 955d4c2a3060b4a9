# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CopySnapshot. Names are not unique here, and cancelling is deleting the copy."""

from __future__ import annotations

from ..state import making, regions, rules
from ..state.snapshots import Snapshot
from .call import Answer, Call
from .common import checked_description, new_tags
from .encryption import customer_key, default_key
from .snapshots import link_id, retention


def copy_snapshot(call: Call) -> Answer:
    world = call.world
    destination = _destination(call)
    description, days = _texts(call)
    tags = new_tags(call)
    source = _source(call)
    key_id = _encryption_key(call, source, destination)
    _check_unfinished(call, source, destination)
    _check_quota(call, destination)
    kept = world.settings.snapshot_copy_disk_id == "kept"
    snapshot = Snapshot(
        snapshot_id=world.new_id("s-"),
        account_id=call.account_id,
        region=destination,
        size=source.size,
        disk_kind=source.disk_kind,
        disk_id=source.disk_id if kept else "",
        name=call.text("DestinationSnapshotName"),
        description=description,
        encrypted=bool(key_id),
        kms_key_id=key_id,
        retention_days=days,
        source_snapshot_id=source.snapshot_id,
        source_region=source.region,
        source_chain=link_id(source),
        created=world.now(),
        modified=world.now(),
        resource_group_id=world.default_group(call.account_id),
        tags=tags,
    )
    world.snapshots[snapshot.snapshot_id] = snapshot
    making.copy_snapshot(world, snapshot)
    return {"SnapshotId": snapshot.snapshot_id}


def _destination(call: Call) -> str:
    destination = call.text("DestinationRegionId")
    if not regions.is_open(destination):
        raise call.error("InvalidRegionId.NotExists")
    if destination in call.world.settings.copy_noncompliant_destinations:
        raise call.error("OperationDenied.NonCompliantDestinationRegion")
    # Three parameters that are not open to ordinary accounts.
    if call.objects("Arn"):
        raise call.error("InvalidParameter.Arns")
    if call.given("DestinationStorageLocationArn"):
        raise call.error("InvalidParameterDestinationStorageLocationArn.Unauthorized")
    if call.given("ResourceGroupId"):
        raise call.error("InvalidParameter", "ResourceGroupId")
    if not call.account.snapshot_service:
        raise call.error("InvalidAccountStatus.SnapshotServiceUnavailable")
    return destination


def _texts(call: Call) -> tuple[str, int]:
    if not rules.snapshot_name(call.text("DestinationSnapshotName")):
        raise call.error("InvalidSnapshotName.Malformed")
    return checked_description(call, "DestinationSnapshotDescription"), retention(call)


def _source(call: Call) -> Snapshot:
    """The source in the caller's own account, or one that was shared with it."""
    snapshot = call.world.snapshots.get(call.text("SnapshotId"))
    if (
        snapshot is None
        or snapshot.region != call.here
        or call.account_id not in (snapshot.account_id, *snapshot.shares)
        or not call.finds(snapshot)
    ):
        raise call.error("InvalidSnapshotId.NotFound")
    if snapshot.status != "accomplished":
        raise call.error("InvalidSnapshotId.NotReady")
    return snapshot


def _encryption_key(call: Call, source: Snapshot, destination: str) -> str:
    """The key of the copy; empty for a plain one."""
    asked = call.text("KMSKeyId")
    if not call.flag("Encrypted"):
        if asked:
            raise call.error("InvalidEncrypted.NotMatchKmsKeyId")
        if source.encrypted:
            raise call.error("InvalidEncrypted.NotSupportDecrypt")
        if destination == source.region:
            raise call.error("InvalidOperation.NotSupportCopyInSameRegion")
        return ""
    if asked:
        return customer_key(call, destination, asked)
    return default_key(call, [source], source.region, destination)


def _check_unfinished(call: Call, source: Snapshot, destination: str) -> None:
    """Of one disk, one copy at a time into one region."""
    chain = link_id(source)
    for other in call.world.snapshots.values():
        if (
            other.source_chain == chain
            and other.region == destination
            and other.account_id == call.account_id
            and other.status == "progressing"
        ):
            kind = "EncryptedSnapshot" if other.encrypted else "CrossRegion"
            raise call.error(f"InvalidOperation.Unfinished{kind}Copy")


def _check_quota(call: Call, destination: str) -> None:
    held = sum(
        snapshot.account_id == call.account_id and snapshot.region == destination
        for snapshot in call.world.snapshots.values()
    )
    if held >= call.world.settings.snapshot_quota:
        raise call.error("QuotaExceed.SnapshotQuota")
