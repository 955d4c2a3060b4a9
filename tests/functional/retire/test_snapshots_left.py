# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The snapshots of images that go, and those that are left of such as are gone."""

from __future__ import annotations

import re

import pytest
from functional.interruptions import killed_at
from functional.retire.retiring import OLD, OPTIONS, RETIRE, chosen, names
from functional.support import BEIJING, FRANKFURT, HOME, Lab, surprises

from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _retired

pytestmark = pytest.mark.slow


def test_snapshots_without_their_image_are_found_weighed_and_deleted_if_asked(lab: Lab) -> None:
    lab.plant("images", region=HOME, name="another")
    tags = {"imageops:snapshot-of": "m-gone"}
    orphan = lab.plant("snapshots", region=HOME, size=40, tags=tags)
    lab.plant("snapshots", region=HOME, size=10, name="backup")
    lab.plant("snapshots", region=FRANKFURT, size=40, tags=tags)
    call = {"regions": [HOME, FRANKFURT], "families": ["base"]}
    told = lab.ok(RETIRE, **call)
    assert [one["made_for"] for one in told.result["orphaned_snapshots"]] == ["m-gone", "m-gone"]
    assert (told.result["gib_orphaned"], told.changed) == (80, False)
    # Nothing of this account is to be seen in Frankfurt, so that nothing is known to be gone there.
    assert any("ecs:DescribeImages" in warning for warning in told.warnings)
    planned = lab.ok(RETIRE, **call, orphans="delete", check=True)
    done = lab.ok(RETIRE, **call, orphans="delete")
    assert planned.changed and done.changed and surprises(planned, done) == {}
    assert [one["snapshot_id"] for one in done.result["orphaned_snapshots"] if one["deleted"]] == [orphan]
    assert (done.result["gib_freed"], done.result["gib_orphaned"]) == (40, 40)
    assert len(lab.sim.journal.calls("DeleteSnapshot")) == 1


def test_what_was_retired_is_told_although_locks_can_not_be_looked_at(lab: Lab, images: dict[str, str]) -> None:
    """Locks are looked at when the images have gone. That this look failed lost the whole result."""
    orphan = lab.plant("snapshots", region=HOME, tags={"imageops:snapshot-of": "m-gone"})
    lab.fault("unavailable", "DescribeLockedSnapshots", times=10000)
    done = lab.fails(RETIRE, orphan, **OPTIONS, orphans="delete", unreachable_timeout=10)
    assert names(done, "deprecated") == chosen(images, *OLD)
    (told,) = done.result["orphaned_snapshots"]
    assert (done.changed, told["deleted"], told["error"]["code"]) == (True, False, "ServiceUnavailable")
    lab.sim.faults.clear()
    assert lab.ok(RETIRE, **OPTIONS, orphans="delete").result["orphaned_snapshots"][0]["deleted"]


def test_what_is_locked_is_said_beforehand_and_stays(lab: Lab, images: dict[str, str]) -> None:
    (disk,) = lab.image(images["home 200"]).disks
    orphan = lab.plant("snapshots", region=HOME, size=40, tags={"imageops:snapshot-of": "m-gone"})
    for snapshot_id in (disk.snapshot_id, orphan):
        lab.lock(snapshot_id)
    call = {**OPTIONS, "grace_days": 0, "orphans": "delete"}
    planned, done = (lab.ok(RETIRE, **call, check=check) for check in (True, False))
    assert surprises(planned, done) == {}
    for outcome in (planned, done):
        (old,) = [one for one in outcome.result["deleted"] if one["image_id"] == images["home 200"]]
        assert (old["gib"], old["snapshots"]) == (0, [])
        (told,) = outcome.result["orphaned_snapshots"]
        (kept,) = old["snapshots_kept"]
        for snapshot in (kept, told):
            assert re.match(r"locked until 2\d{3}-", snapshot["reason"])
        assert (told["deleted"], told["error"]) == (False, None)
        lines = " ".join(_retired.summary(outcome.result))
        assert f"without {disk.snapshot_id} (locked" in lines and "made for m-gone, locked" in lines
    assert not {disk.snapshot_id, orphan} & {call["params"]["SnapshotId"] for call in lab.calls("DeleteSnapshot")}
    lab.pass_time(5)
    # The snapshot of the image that is gone is an orphan itself from now on.
    again = [lab.ok(RETIRE, **call, check=check) for check in (True, False)]
    assert [one.changed for one in again] == [False, False]
    assert {one["snapshot_id"] for one in again[1].result["orphaned_snapshots"]} == {disk.snapshot_id, orphan}


def test_images_that_go_side_by_side_all_know_of_the_locks(lab: Lab, images: dict[str, str]) -> None:
    labels = ("home 200", "home 100", "home 50")
    snapshots = {images[label]: lab.image(images[label]).disks[0].snapshot_id for label in labels}
    for snapshot_id in snapshots.values():
        lab.lock(snapshot_id)
    lab.fault("delay", "DescribeLockedSnapshots", seconds=0.5, times=None)
    for check in (True, False):
        done = lab.ok(RETIRE, regions=[HOME], families=["base"], keep=1, grace_days=0, check=check)
        gone = done.result["deleted"]
        kept = {one["image_id"]: [left["snapshot_id"] for left in one["snapshots_kept"]] for one in gone}
        assert kept == {image_id: [snapshot_id] for image_id, snapshot_id in snapshots.items()}
    assert not lab.calls("DeleteSnapshot")


@pytest.mark.parametrize("orphans", ["ignore", "report", "delete"])
def test_what_an_interrupted_removal_was_to_delete_is_deleted_and_nothing_else(
    lab: Lab, images: dict[str, str], orphans: str
) -> None:
    call = {**OPTIONS, "grace_days": 0}
    stray = lab.plant("snapshots", region=HOME, size=5, tags={"imageops:snapshot-of": "m-gone"})
    cancelled = lab.plant("snapshots", region=HOME, size=5, tags={"imageops:leftover-of": "m-gone"})
    old = [disk.snapshot_id for label in OLD for disk in lab.image(images[label]).disks]
    assert killed_at(lab, "DeleteSnapshot", 1, "before", RETIRE, **call)
    lab.pass_time(5)  # until no image is shown that was deleted
    used = {disk.snapshot_id for region in (HOME, BEIJING) for one in lab.own(region) for disk in one.disks}
    begun = set(old) & set(lab.sim.world.snapshots) - used
    assert begun
    call["orphans"] = orphans
    predicted, real = (lab.ok(RETIRE, **call, check=check) for check in (True, False))
    assert predicted.changed and real.changed and surprises(predicted, real) == {}
    told = real.result["orphaned_snapshots"]
    gone = {one["snapshot_id"] for one in told if one["deleted"]}
    assert {one["snapshot_id"] for one in told if one["begun"]} == begun
    assert gone == (begun | {stray, cancelled} if orphans == "delete" else begun)
    assert len(told) == len(begun) + (0 if orphans == "ignore" else 2)
    assert not set(old) & set(lab.sim.world.snapshots)
    assert {stray, cancelled} <= set(lab.sim.world.snapshots) or orphans == "delete"
    assert not lab.ok(RETIRE, **call).changed


@pytest.mark.parametrize("shared", ["lower", "empty"], ids=["told who is shared", "every share list is read"])
def test_an_image_that_is_shown_although_it_is_going_is_waited_for(
    lab: Lab, images: dict[str, str], shared: str
) -> None:
    call = {**OPTIONS, "grace_days": 0, "regions": [HOME]}
    lab.setting(delete_seconds=30.0, self_shared_form=shared)
    assert killed_at(lab, "DeleteImage", 1, "after", RETIRE, **call)
    lab.ok(RETIRE, **call)
    assert [one.image_id for one in lab.own(HOME)] == [images["home 10"]]
    behind = {disk.snapshot_id for region in (HOME, BEIJING) for one in lab.own(region) for disk in one.disks}
    assert set(lab.sim.world.snapshots) == behind


def test_backups_stay_if_a_run_that_was_to_delete_them_is_not_repeated_as_it_was(
    lab: Lab, images: dict[str, str]
) -> None:
    backup = lab.image(images["home 200"]).disks[0].snapshot_id
    del lab.sim.world.snapshots[backup].tags["imageops:snapshot-of"]
    call = {**OPTIONS, "grace_days": 0, "max_images": 1, "regions": [HOME]}
    assert killed_at(lab, "DeleteSnapshot", 1, "before", RETIRE, **call, delete_snapshots="all")
    lab.until_shown()
    for which in ("own", "none"):
        lab.ok(RETIRE, **{**call, "keep": 9}, delete_snapshots=which)
    assert backup in lab.sim.world.snapshots
    lab.ok(RETIRE, **{**call, "keep": 9}, delete_snapshots="all")
    assert backup not in lab.sim.world.snapshots


def test_a_snapshot_that_is_gone_and_still_listed_is_no_change(lab: Lab, images: dict[str, str]) -> None:
    """It was told as deleted, and its GiB as freed, by each run until the list was up to date."""
    lab.ok(RETIRE, **OPTIONS)
    lab.until_shown()
    lab.plant("snapshots", region=HOME, size=40, tags={"imageops:snapshot-of": "m-gone"})
    lab.fault("error", "DeleteSnapshot", code="InvalidSnapshotId.NotFound", status=404)
    lab.checks_claims = False  # the API is made to say that it is gone
    done = lab.ok(RETIRE, **OPTIONS, orphans="delete")
    (told,) = done.result["orphaned_snapshots"]
    assert (done.changed, told["deleted"], done.result["gib_freed"]) == (False, False, 0)
    assert "gone already" in told["reason"]
    assert done.result["gib_orphaned"] == 0
