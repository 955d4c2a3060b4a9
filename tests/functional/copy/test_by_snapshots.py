# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies by snapshots, which no unique name guards: looks by marker, and tokens that say the same again."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, Lab, Outcome, four_steps
from simulator.settings import SWITCHES


@pytest.fixture
def call(lab: Lab) -> dict[str, t.Any]:
    source = lab.source(disks=[{"size": 20, "disk_id": "d-one"}, {"size": 40, "disk_id": "d-two"}])
    return {"region": HOME, "image_id": source, "destination_regions": [BEIJING], "method": "snapshots"}


def copies(lab: Lab) -> list[str]:
    world = lab.sim.world
    return sorted(one.snapshot_id for one in world.snapshots.values() if one.region == BEIJING)


def run(lab: Lab, call: dict[str, t.Any], **params: t.Any) -> Outcome:
    return lab("ecs_image_copy", **call, **params)


def tokens(lab: Lab) -> dict[str, set[str]]:
    """Source snapshot → the tokens that its copy was asked for with."""
    found: dict[str, set[str]] = {}
    for call in lab.calls("CopySnapshot"):
        found.setdefault(call["params"]["SnapshotId"], set()).add(call["params"]["ClientToken"])
    return found


@pins.tags_at_once
def test_an_image_of_copied_snapshots_and_silence_after_it(lab: Lab, call: dict[str, t.Any]) -> None:
    real = four_steps(lab, "ecs_image_copy", **call)
    made = lab.one(BEIJING)
    assert real.actions == {BEIJING: "started"}
    assert real.copy_in(BEIJING)["method"] == "snapshots"
    assert made.status == "Available" and not made.is_copied
    assert made.tags["imageops:copied-from"] == f"{HOME}/{call['image_id']}"
    assert sorted(disk.snapshot_id for disk in made.disks) == copies(lab)


@pins.shown_at_once
def test_snapshots_that_an_earlier_run_has_started_are_used(lab: Lab, call: dict[str, t.Any]) -> None:
    run(lab, call, wait=False)
    started = copies(lab)
    outcome = run(lab, call)
    assert outcome.code == 0, outcome.result
    assert copies(lab) == started and len(started) == 2
    assert len(lab.calls("CopySnapshot")) == 2


@pytest.mark.parametrize("trouble", ["throttle", "internal", "reset_before", "reset_after"])
def test_a_troubled_call_is_repeated_with_the_same_token(lab: Lab, call: dict[str, t.Any], trouble: str) -> None:
    lab.fault(trouble, "CopySnapshot", times=2)
    outcome = run(lab, call)
    assert outcome.code == 0, outcome.result
    assert len(copies(lab)) == 2
    assert all(len(ones) == 1 for ones in tokens(lab).values())


def test_the_next_run_says_the_same_token_again(lab: Lab, call: dict[str, t.Any]) -> None:
    """It is killed before it heard an answer, and the next one's look does not show the copy yet."""
    lab.fault("reset_after", "CopySnapshot", times=None)
    # The look after the call. Where answers of images say nothing of encryption, the source's snapshots are asked, too.
    nth = 3 if lab.asks_snapshots else 2
    lab.fault("error", "DescribeSnapshots", code="Forbidden.RAM", status=403, nth=nth, times=None)
    run(lab, call)
    lab.sim.faults.clear()
    assert lab.calls("CopySnapshot")
    lab.fault("stale", "DescribeSnapshots", seconds=1000, times=1)
    assert run(lab, call).code == 0
    assert all(len(ones) == 1 for ones in tokens(lab).values())
    assert len(copies(lab)) == 2


def test_further_copies_of_a_snapshot_are_told_and_left_alone(lab: Lab) -> None:
    source = lab.plant("snapshots", region=HOME, name="backup", disk_id="d-one")
    call: dict[str, t.Any] = {"region": HOME, "snapshot_id": source, "destinations": [{"region": BEIJING}]}
    lab.ok("ecs_snapshot_copy", **call)
    (first,) = copies(lab)
    tags = dict(lab.sim.world.snapshots[first].tags)
    more = {"tags": tags, "source_snapshot_id": source, "source_region": HOME}
    lab.pass_time(5)
    second = lab.plant("snapshots", region=BEIJING, **more)
    outcome = lab.ok("ecs_snapshot_copy", **call)
    assert outcome.copy_in(BEIJING)["snapshot_id"] == first
    assert outcome.copy_in(BEIJING)["duplicates"] == [second]
    assert any(second in warning for warning in outcome.warnings)
    assert copies(lab) == sorted([first, second])


@pytest.mark.parametrize("code", SWITCHES["token_mismatch_code"].choices)
def test_a_copy_that_is_gone_is_made_again_with_other_options(lab: Lab, code: str) -> None:
    """The token is the same, but the API remembers it together with the options of the first time."""
    lab.setting(token_mismatch_code=code)
    source = lab.plant("snapshots", region=HOME, name="backup", disk_id="d-one")
    call: dict[str, t.Any] = {"region": HOME, "snapshot_id": source, "destinations": [{"region": BEIJING}]}
    lab.ok("ecs_snapshot_copy", **call)
    del lab.sim.world.snapshots[copies(lab)[0]]
    outcome = lab.ok("ecs_snapshot_copy", tags={"stage": "release"}, **call)
    assert outcome.actions == {BEIJING: "started"} and outcome.changed
    (made,) = copies(lab)
    assert lab.sim.world.snapshots[made].tags["stage"] == "release"
    assert not lab.ok("ecs_snapshot_copy", tags={"stage": "release"}, **call).changed


@pins.shown_at_once
def test_nobody_says_how_a_copy_of_another_run_is_encrypted_before_it_shows(lab: Lab) -> None:
    source = lab.plant("snapshots", region=HOME, name="backup", disk_id="d-one")
    call: dict[str, t.Any] = {"region": HOME, "snapshot_id": source, "destinations": [{"region": BEIJING}]}
    assert lab.ok("ecs_snapshot_copy", wait=False, **call).copy_in(BEIJING)["encrypted"] is False
    wish = {"encrypted": True, "kms_key_id": lab.key(BEIJING)}
    for check in (True, False):
        adopted = lab.ok("ecs_snapshot_copy", wait=False, check=check, **wish, **call).copy_in(BEIJING)
        assert (adopted["action"], adopted["encrypted"], adopted["kms_key_id"]) == ("adopted", None, None)
    lab.fails("ecs_snapshot_copy", "EncryptionDrift", **wish, **call)
    assert lab.ok("ecs_snapshot_copy", **call).copy_in(BEIJING)["encrypted"] is False


@pins.tags_at_once
def test_names_that_only_automatic_snapshots_have_are_no_obstacle(lab: Lab) -> None:
    """The API gives automatic snapshots names with auto in front, and refuses those to all others."""
    call: dict[str, t.Any] = {"region": HOME, "destination_regions": [BEIJING]}
    source = lab.source(name="autoscaling-base")
    assert four_steps(lab, "ecs_image_copy", image_id=source, method="snapshots", **call).actions == {
        BEIJING: "started"
    }
    snapshot = lab.plant("snapshots", region=HOME, name="auto2.0_20261101_sp-1", disk_id="d-one")
    made = lab.ok("ecs_snapshot_copy", snapshot_id=snapshot, **call).copy_in(BEIJING)
    assert (made["name"], made["action"]) == ("auto2.0_20261101_sp-1", "started")
    assert not lab.ok("ecs_snapshot_copy", snapshot_id=snapshot, **call).changed
    assert not lab.sim.world.snapshots[made["snapshot_id"]].name.startswith("auto")


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_failed_snapshot_is_refused_at_once(lab: Lab, check: bool) -> None:
    """The call was repeated until the time was over, and check mode foretold a copy."""
    snapshot = lab.plant("snapshots", region=HOME, status="failed")
    call: dict[str, t.Any] = {"region": HOME, "snapshot_id": snapshot, "destination_regions": [BEIJING]}
    outcome = lab.fails("ecs_snapshot_copy", snapshot, "has failed", check=check, **call)
    assert not outcome.changed and lab.writes() == [] and lab.clock.slept < 60


def test_a_key_for_all_copies_of_a_snapshot_is_none_for_one_that_stays_plain(lab: Lab) -> None:
    """As ecs_image_copy takes it."""
    snapshot = lab.plant("snapshots", region=HOME, disk_id="d-one")
    entries = [{"region": BEIJING}, {"region": FRANKFURT, "encrypted": False}]
    call = {"region": HOME, "snapshot_id": snapshot, "encrypted": True, "kms_key_id": lab.key(BEIJING)}
    outcome = lab.ok("ecs_snapshot_copy", destinations=entries, **call)
    assert outcome.copy_in(BEIJING)["kms_key_id"] == lab.key(BEIJING)
    assert (outcome.copy_in(FRANKFURT)["encrypted"], outcome.copy_in(FRANKFURT)["kms_key_id"]) == (False, None)
