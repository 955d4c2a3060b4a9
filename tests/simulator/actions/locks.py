# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks on snapshots: until one is over, nobody can delete the snapshot."""

from __future__ import annotations

from ..state.clock import stamp
from ..state.snapshots import COOL_OFF, EXPIRED, HOLDS, Lock, Snapshot
from .call import Answer, Call
from .common import bad_value, is_listed_now, token_page

DAY, HOUR = 86400.0, 3600.0


def _snapshot(call: Call) -> Snapshot:
    snapshot = call.world.snapshots.get(call.text("SnapshotId"))
    if snapshot is None or (snapshot.account_id, snapshot.region) != (call.account_id, call.here):
        raise call.error("InvalidSnapshotId.NotFound")
    return snapshot


def _ranged(call: Call, name: str, least: int, most: int) -> int:
    value = call.number(name)
    if value is None or not least <= value <= most:
        raise call.error("InvalidParameter", name)
    return value


def lock_snapshot(call: Call) -> Answer:
    if call.text("LockMode") != "compliance":
        raise call.error("InvalidLockMode.Malformed")
    days, hours = _ranged(call, "LockDuration", 1, 36500), _ranged(call, "CoolOffPeriod", 0, 72)
    if hours > days * 24:
        raise call.error("InvalidCoolOffPeriod.ExceedLockDuration")
    snapshot, now = _snapshot(call), call.world.now()
    if snapshot.status == "failed":
        raise call.error("InvalidOperation.SnapshotNotAvailable")
    if snapshot.shares:
        raise call.error("InvalidOperation.LockSharedSnapshotUnsupported")
    if snapshot.retention_days and now + days * DAY > snapshot.created + snapshot.retention_days * DAY:
        raise call.error("InvalidLockDuration.ExceedRetentionDays")
    held = snapshot.lock
    lock = Lock(now, now + hours * HOUR, hours, days)
    if held is not None and held.status(now) == "compliance":
        # It can only be made longer now, and has no second time to think it over.
        if hours or lock.ends <= held.ends:
            raise call.error("InvalidOperation.CoolOffPeriodExpired")
        lock = Lock(held.created, held.cool_off_until, held.cool_off_hours, days, now)
    snapshot.lock = lock
    return {"LockedSnapshotInfo": _view(snapshot, lock, now)}


def unlock_snapshot(call: Call) -> Answer:
    snapshot = _snapshot(call)
    if snapshot.lock is None or snapshot.lock.status(call.world.now()) == EXPIRED:
        raise call.error("InvalidSnapshotLock.NotFound")
    if snapshot.lock.status(call.world.now()) != COOL_OFF:
        raise call.error("InvalidOperation.CoolOffPeriodExpired")
    snapshot.lock = None
    return {}


def describe_locked_snapshots(call: Call) -> Answer:
    ids, now = call.items("SnapshotIds"), call.world.now()
    if len(ids) > 100:
        raise call.error("InvalidParameter", "SnapshotIds")
    locked = [
        (snapshot, snapshot.lock)
        for snapshot in call.world.snapshots.values()
        if (snapshot.account_id, snapshot.region) == (call.account_id, call.here)
        and snapshot.lock is not None
        and is_listed_now(call, snapshot)
    ]
    strict = call.world.settings.lock_describe_mixed == "refused"
    if strict and set(ids) - {snapshot.snapshot_id for snapshot, dummy in locked}:
        raise call.error("InvalidSnapshotLock.NotFound")
    status = call.text("LockStatus")
    found = [
        _view(snapshot, lock, now)
        for snapshot, lock in sorted(locked, key=lambda pair: pair[0].snapshot_id)
        if (not ids or snapshot.snapshot_id in ids) and status in ("", lock.status(now))
    ]
    asked = call.number("MaxResults")
    size = min(max(asked or 10, 10), 100)
    shown, paging = token_page(call, found, size, bad_value(call, "NextToken"), lambda entry: (entry["SnapshotId"],))
    return {**paging, "LockedSnapshotsInfo": shown}


def _view(snapshot: Snapshot, lock: Lock, now: float) -> Answer:
    return {
        "SnapshotId": snapshot.snapshot_id,
        "LockMode": "compliance",
        "LockStatus": lock.status(now),
        "LockCreationTime": stamp(lock.created),
        "LockDuration": lock.days,
        "LockDurationStartTime": stamp(lock.starts),
        "LockExpiredTime": stamp(lock.ends),
        "CoolOffPeriod": lock.cool_off_hours,
        "CoolOffPeriodExpiredTime": stamp(lock.cool_off_until),
    }


def is_locked(call: Call, snapshot: Snapshot) -> bool:
    return snapshot.lock is not None and snapshot.lock.status(call.world.now()) in HOLDS
