# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locked snapshots."""

from __future__ import annotations

import pytest
from simulator import Simulator
from simulator_tests.error_lab import BEIJING, Lab
from simulator_tests.helpers import HOME
from simulator_tests.switches_of_copies import OK, code


@pytest.fixture
def lab(sim: Simulator) -> Lab:
    return Lab(sim)


def lock(lab: Lab, snapshot: str, days: int = 10, hours: int = 0, **params: str) -> str:
    asked = {"RegionId": HOME, "SnapshotId": snapshot, "LockMode": "compliance", "LockDuration": str(days)}
    status, answer = lab.raw.v1("LockSnapshot", {**asked, "CoolOffPeriod": str(hours), **params})
    return OK if status == 200 else str(answer["Code"])


def unlock(lab: Lab, snapshot: str) -> str:
    status, answer = lab.raw.v1("UnlockSnapshot", {"RegionId": HOME, "SnapshotId": snapshot})
    return OK if status == 200 else str(answer["Code"])


def statuses(lab: Lab, **params: str) -> dict[str, str]:
    found = lab.ok("DescribeLockedSnapshots", RegionId=HOME, **params)["LockedSnapshotsInfo"]
    return {entry["SnapshotId"]: entry["LockStatus"] for entry in found}


def test_a_locked_snapshot_is_deleted_by_nobody_until_the_lock_ends(lab: Lab) -> None:
    snapshot = lab.snapshot()
    assert lock(lab, snapshot, days=10, hours=2) == OK
    assert statuses(lab) == {snapshot: "compliance-cooloff"}
    assert code(lab, "DeleteSnapshot", SnapshotId=snapshot) == "InvalidOperation.SnapshotLocked"
    lab.sim.clock.advance(2 * 3600)
    assert statuses(lab) == {snapshot: "compliance"}
    assert unlock(lab, snapshot) == "InvalidOperation.CoolOffPeriodExpired"
    lab.sim.clock.advance(10 * 86400)
    assert statuses(lab) == {snapshot: "expired"}
    assert code(lab, "DeleteSnapshot", SnapshotId=snapshot) == OK


def test_a_lock_can_be_taken_back_for_some_hours(lab: Lab) -> None:
    snapshot = lab.snapshot()
    lock(lab, snapshot, hours=2)
    assert unlock(lab, snapshot) == OK
    assert statuses(lab) == {}
    assert unlock(lab, snapshot) == "InvalidSnapshotLock.NotFound"
    assert code(lab, "DeleteSnapshot", SnapshotId=snapshot) == OK


def test_a_lock_can_only_be_made_longer(lab: Lab) -> None:
    snapshot = lab.snapshot()
    lock(lab, snapshot, days=10)
    assert lock(lab, snapshot, days=5) == "InvalidOperation.CoolOffPeriodExpired"
    assert lock(lab, snapshot, days=20, hours=1) == "InvalidOperation.CoolOffPeriodExpired"
    assert lock(lab, snapshot, days=20) == OK
    lab.sim.clock.advance(15 * 86400)
    assert statuses(lab, LockStatus="compliance") == {snapshot: "compliance"}


@pytest.mark.parametrize(
    ("entry", "params", "refusal"),
    [
        ({}, {"LockMode": "other"}, "InvalidLockMode.Malformed"),
        ({}, {"LockDuration": "0"}, "InvalidParameter"),
        ({}, {"CoolOffPeriod": "73"}, "InvalidParameter"),
        ({}, {"LockDuration": "1", "CoolOffPeriod": "25"}, "InvalidCoolOffPeriod.ExceedLockDuration"),
        ({"retention_days": 5}, {}, "InvalidLockDuration.ExceedRetentionDays"),
        ({"status": "failed"}, {}, "InvalidOperation.SnapshotNotAvailable"),
        ({"shares": ["1000000000000011"]}, {}, "InvalidOperation.LockSharedSnapshotUnsupported"),
        ({}, {"SnapshotId": "s-none"}, "InvalidSnapshotId.NotFound"),
    ],
)
def test_locks_that_are_refused(lab: Lab, entry: dict[str, object], params: dict[str, str], refusal: str) -> None:
    assert lock(lab, lab.snapshot(**entry), **params) == refusal


def test_the_list_by_ids_and_pages(lab: Lab) -> None:
    locked = [lab.snapshot(lock={"days": 5}) for dummy in range(12)]
    free = lab.snapshot()
    first = lab.ok("DescribeLockedSnapshots", RegionId=HOME)
    second = lab.ok("DescribeLockedSnapshots", RegionId=HOME, NextToken=first["NextToken"])
    told = [entry["SnapshotId"] for entry in first["LockedSnapshotsInfo"] + second["LockedSnapshotsInfo"]]
    assert (sorted(told), second["NextToken"]) == (sorted(locked), "")
    mixed = {"SnapshotIds.1": locked[0], "SnapshotIds.2": free}
    assert (
        lab.raw.v1("DescribeLockedSnapshots", {"RegionId": HOME, **mixed})[1]["Code"] == "InvalidSnapshotLock.NotFound"
    )
    lab.set(lock_describe_mixed="shown", lock_delete_code="OperationDenied.SnapshotLocked")
    assert set(statuses(lab, **mixed)) == {locked[0]}
    assert code(lab, "DeleteSnapshot", SnapshotId=locked[0]) == "OperationDenied.SnapshotLocked"


def test_an_image_goes_and_its_locked_snapshot_stays_and_a_copy_has_no_lock(lab: Lab) -> None:
    image = lab.image(disks=[{"size": 20, "lock": {"days": 5}}])
    (locked,) = statuses(lab)
    copy = lab.copy(ImageId=image)
    lab.sim.clock.advance(60)
    snapshots = [disk.snapshot_id for disk in lab.sim.world.region_images(BEIJING)[copy].disks]
    assert code(lab, "DeleteSnapshot", SnapshotId=snapshots[0]) == "SnapshotCreatedImage", "no lock is in the way"
    assert code(lab, "DeleteImage", ImageId=image) == OK
    lab.sim.clock.advance(60)
    assert locked in lab.sim.world.snapshots


def test_a_dry_run_locks_nothing(lab: Lab) -> None:
    snapshot = lab.snapshot()
    assert lock(lab, snapshot, DryRun="true") == "DryRunOperation"
    assert lock(lab, snapshot, DryRun="true", LockMode="other") == "InvalidLockMode.Malformed"
    assert statuses(lab) == {}
