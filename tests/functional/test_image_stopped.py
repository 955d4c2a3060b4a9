# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image with consistency=stopped: the instance stands still while the image is made, and is given back as found."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from functional.interruptions import killed_at
from functional.support import HOME, Lab, Outcome, four_steps
from simulator.state import making

from ansible_collections.imageops.alicloud.plugins.module_utils._image import instance_stop

pytestmark = pytest.mark.slow

IMAGE = "ecs_image"
TAG = "imageops:stopped-by"
WRITES = ["TagResources", "StopInstance", "CreateImage", "StartInstance", "UntagResources", "TagResources"]

Call = dict[str, t.Any]


@pytest.fixture
def call(lab: Lab) -> Call:
    return {
        "region": HOME,
        "name": "base",
        "instance_id": lab.demo("instances", "demo"),
        "consistency": "stopped",
        "nvme_support": "supported",
    }


def seen(lab: Lab, instance_id: str) -> tuple[str, dict[str, str]]:
    """What an instance does, and its tags."""
    with lab.sim.lock:
        lab.sim.world.settle()
        instance = lab.sim.world.instances[instance_id]
        return instance.status, dict(instance.tags)


def written(lab: Lab) -> list[str]:
    return [call["action"] for call in lab.writes()]


def report(outcome: Outcome) -> tuple[bool, bool]:
    told = outcome.result["instance"]
    return told["stopped"], told["started"]


def test_it_is_marked_and_stopped_before_and_started_and_unmarked_after(lab: Lab, call: Call) -> None:
    outcome = lab.ok(IMAGE, **call)
    assert written(lab) == WRITES
    first, stop = lab.writes()[0], lab.calls("StopInstance")[0]
    assert (first["params"]["Tag.1.Key"], first["params"]["Tag.1.Value"]) == (TAG, "base")
    assert stop["params"]["StoppedMode"] == "KeepCharging"
    assert seen(lab, call["instance_id"]) == ("Running", {})
    assert report(outcome) == (True, True)


def test_it_stands_still_from_the_first_snapshot_to_the_end_of_the_image(lab: Lab, call: Call) -> None:
    lab.setting(instance_while_snapshots="allowed", create_gib_per_second=0.2, instance_seconds=7.0)
    states: list[tuple[str, str]] = []

    def look() -> None:
        images = lab.own(HOME)
        states.append((images[0].status if images else "none", seen(lab, call["instance_id"])[0]))

    for second in range(1, 140):
        lab.clock.after(second, look)
    lab.ok(IMAGE, **call)
    assert {instance for image, instance in states if image == "Creating"} == {"Stopped"}
    assert ("none", "Stopping") in states and ("Available", "Starting") in states


def test_an_instance_that_was_stopped_already_stays_stopped(lab: Lab, call: Call) -> None:
    stopped = lab.demo("instances", "stopped")
    outcome = four_steps(lab, IMAGE, **{**call, "instance_id": stopped})
    assert report(outcome) == (False, False)
    assert seen(lab, stopped) == ("Stopped", {})
    assert not {"StopInstance", "StartInstance"} & set(lab.actions())


def test_check_mode_foretells_the_stop_and_then_all_is_silent(lab: Lab, call: Call) -> None:
    foretold = lab.ok(IMAGE, check=True, **call)
    assert report(foretold) == (True, True) and lab.writes() == []
    outcome = four_steps(lab, IMAGE, **call)
    assert report(outcome) == (True, True)
    again = lab.ok(IMAGE, **call)
    assert report(again) == (False, False)


@pytest.mark.parametrize("status", ["Starting", "Stopping", "Pending"])
def test_an_instance_on_its_way_is_waited_for(lab: Lab, call: Call, status: str) -> None:
    instance = lab.sim.world.instances[call["instance_id"]]
    instance.status = status
    lasting = "Stopped" if status == "Stopping" else "Running"
    lab.clock.after(30, lambda: setattr(instance, "status", lasting))
    lab.ok(IMAGE, **call)
    assert seen(lab, call["instance_id"]) == (lasting, {})


# Interrupted


def end_state(lab: Lab, call: Call) -> t.Any:
    made = lab.one(HOME)
    snapshots = [lab.sim.world.snapshots[disk.snapshot_id] for disk in made.disks]
    marks = [one.tags == {"imageops:snapshot-of": made.image_id} for one in snapshots]
    return (made.name, made.status, made.tags, marks, len(lab.sim.world.snapshots), seen(lab, call["instance_id"]))


@pytest.mark.parametrize("pause", [0, 1.5, 600], ids=["at once", "soon", "later"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, len(WRITES) + 1), ids=[f"{n}-{a}" for n, a in enumerate(WRITES, 1)])
def test_a_killed_run_s_successor_comes_to_the_same_end(
    lab: Lab, call: Call, number: int, when: str, pause: float
) -> None:
    lab.ok(IMAGE, **call)
    wanted = end_state(lab, call)
    lab.sim.reset(dataclasses.asdict(lab.sim.settings))
    call["instance_id"] = lab.demo("instances", "demo")
    assert killed_at(lab, "write", number, when, IMAGE, **call)
    lab.until_shown()
    lab.pass_time(pause)
    lab.sim.journal.clear()
    predicted = lab.ok(IMAGE, check=True, **call)
    assert lab.writes() == []
    real = lab.ok(IMAGE, **call)
    assert (predicted.changed, report(predicted)) == (real.changed, report(real))
    came = end_state(lab, call)
    assert came[1:2] + came[3:] == wanted[1:2] + wanted[3:]
    assert came[2] == {"imageops:created-from": call["instance_id"]}
    lab.until_shown()
    lab.sim.journal.clear()
    assert not lab.ok(IMAGE, **call).changed and lab.writes() == []


def test_the_kills_above_miss_no_write(lab: Lab, call: Call) -> None:
    assert not killed_at(lab, "write", len(WRITES) + 1, "before", IMAGE, **call)


# Troubles


@pytest.mark.parametrize("code", ["QuotaExceed.Image", "InvalidAccountStatus.SnapshotServiceUnavailable"])
def test_it_is_started_although_the_image_is_refused(lab: Lab, call: Call, code: str) -> None:
    lab.fault("error", "CreateImage", code=code, status=403)
    outcome = lab.fails(IMAGE, code, **call)
    assert seen(lab, call["instance_id"]) == ("Running", {})
    assert outcome.changed and report(outcome) == (True, True)


def test_it_is_started_although_the_image_fails_on_the_way(lab: Lab, call: Call) -> None:
    lab.setting(create_gib_per_second=0.2)
    lab.clock.after(30, lambda: making.spoil(lab.sim.world, lab.one(HOME), 50, hangs=False))
    outcome = lab.fails(IMAGE, "has failed", **call)
    assert outcome.result["error"]["code"] == "CreateFailed"
    assert seen(lab, call["instance_id"]) == ("Running", {})


def test_it_is_started_although_somebody_took_the_name(lab: Lab, call: Call) -> None:
    lab.fault("hold", "CreateImage", when="before")
    other = lab.when_held(lambda: lab.plant("images", region=HOME, name="base"))
    lab.fails(IMAGE, "something unknown", **call)
    other.join(5)
    assert seen(lab, call["instance_id"]) == ("Running", {})


@pytest.mark.parametrize("tags", [{}, {"tags_late_from": "available", "tags_shown_late": {"CreateImage": 5.0}}])
def test_it_is_left_stopped_while_the_image_is_made_and_the_next_run_starts_it(
    lab: Lab, call: Call, tags: dict[str, t.Any]
) -> None:
    lab.setting(create_gib_per_second=0.01, instance_while_snapshots="allowed", **tags)
    for changed in (True, False):
        outcome = lab.fails(IMAGE, "left stopped", "wait_timeout", wait_timeout=60, **call)
        assert report(outcome) == (changed, False)
        assert seen(lab, call["instance_id"]) == ("Stopped", {TAG: "base"})
    lab.pass_time(3000)
    assert report(lab.ok(IMAGE, **call)) == (False, True)
    assert seen(lab, call["instance_id"]) == ("Running", {})
    assert len(lab.calls("CreateImage")) == 1


def test_it_is_left_stopped_if_only_the_last_look_shows_the_image_and_its_tags_are_late(lab: Lab, call: Call) -> None:
    lab.setting(create_gib_per_second=0.01, instance_while_snapshots="allowed")
    lab.setting(tags_late_from="available", tags_shown_late={"CreateImage": 5.0})
    lab.fault("reset_after", "CreateImage")
    lab.fault("throttle", "DescribeImages", nth=2, times=8)
    outcome = lab.fails(IMAGE, "left stopped", wait_timeout=60, **call)
    assert report(outcome) == (True, False)
    assert seen(lab, call["instance_id"]) == ("Stopped", {TAG: "base"})


@pytest.mark.parametrize(("action", "code"), [("CreateImage", "QuotaExceed.Image"), ("StopInstance", "Forbidden.RAM")])
def test_it_is_started_and_unmarked_although_its_tags_show_late(lab: Lab, call: Call, action: str, code: str) -> None:
    lab.setting(tags_shown_late={"TagResources": 30.0})
    lab.fault("error", action, code=code, status=403)
    lab.fails(IMAGE, code, **call)
    assert seen(lab, call["instance_id"]) == ("Running", {})


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "throttle", "internal"])
@pytest.mark.parametrize("action", sorted({*WRITES, "DescribeInstances"}))
def test_a_troubled_call_is_got_over(lab: Lab, call: Call, action: str, kind: str) -> None:
    lab.fault(kind, action)
    outcome = lab.ok(IMAGE, **call)
    assert report(outcome) == (True, True)
    assert seen(lab, call["instance_id"]) == ("Running", {})
    assert len(lab.own(HOME)) == 1


@pytest.mark.parametrize("action", ["StopInstance", "StartInstance"])
def test_a_refused_stop_or_start_is_an_error_with_its_code(lab: Lab, call: Call, action: str) -> None:
    lab.fault("error", action, code="InstanceExpiredOrInArrears", status=403)
    lab.fails(IMAGE, "InstanceExpiredOrInArrears", call["instance_id"], **call)
    state = ("Running", {}) if action == "StopInstance" else ("Stopped", {TAG: "base"})
    assert seen(lab, call["instance_id"]) == state
    lab.ok(IMAGE, **call)
    assert seen(lab, call["instance_id"]) == ("Running", {})


def test_a_refused_start_says_that_the_instance_is_left_stopped_and_what_was_made(lab: Lab, call: Call) -> None:
    lab.fault("error", "StartInstance", code="InstanceExpiredOrInArrears", status=403)
    outcome = lab.fails(IMAGE, "is left stopped", "run again", TAG, **call)
    made = lab.one(HOME)
    assert outcome.result["image"]["image_id"] == made.image_id and outcome.changed
    assert report(outcome) == (True, False)
    assert outcome.result["error"]["code"] == "InstanceExpiredOrInArrears"
    assert seen(lab, call["instance_id"]) == ("Stopped", {TAG: "base"})
    again = lab.ok(IMAGE, **call)
    assert report(again) == (False, True) and again.result["image"]["image_id"] == made.image_id


def test_an_instance_that_does_not_start_may_be_left_stopped(lab: Lab, call: Call) -> None:
    lab.clock.after(8, lambda: lab.setting(instance_seconds=3 * instance_stop.PATIENCE))
    lab.setting(create_gib_per_second=1.0)
    outcome = lab.fails(IMAGE, "does not start", "may be left stopped", **call)
    assert outcome.result["error"]["code"] == "InstanceStuck" and outcome.result["image"]


@pytest.mark.parametrize("action", ["StartInstance", "DescribeInstances", "DescribeImages"])
def test_the_instance_is_started_although_the_time_is_over_and_the_api_is_busy(
    lab: Lab, call: Call, action: str
) -> None:
    lab.setting(instance_seconds=60.0)
    lab.clock.after(50, lambda: lab.fault("throttle", action, times=3))
    lab.fault("error", "CreateImage", code="QuotaExceed.Image", status=403)
    lab.fails(IMAGE, "QuotaExceed.Image", **call, wait_timeout=40)
    assert seen(lab, call["instance_id"]) == ("Running", {})


def test_an_instance_that_does_not_stop_is_an_error_and_no_image_is_made(lab: Lab, call: Call) -> None:
    lab.setting(instance_seconds=3 * instance_stop.PATIENCE)
    outcome = lab.fails(IMAGE, "does not stop", **call)
    assert "may be left stopped" in outcome.msg
    assert lab.own(HOME) == []


def test_an_instance_that_is_started_by_hand_is_stopped_again_before_the_image_is_made(lab: Lab, call: Call) -> None:
    lab.fault("error", "CreateImage", code="IncorrectInstanceStatus", status=400)
    lab.fault("hold", "CreateImage", when="before")
    instance = lab.sim.world.instances[call["instance_id"]]
    other = lab.when_held(lambda: setattr(instance, "status", "Running"))
    lab.ok(IMAGE, **call)
    other.join(5)
    begun = [action for action in written(lab) if action in ("StopInstance", "CreateImage")]
    assert begun == ["StopInstance", "CreateImage", "StopInstance", "CreateImage"]
    assert seen(lab, call["instance_id"]) == ("Running", {})


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_an_instance_that_is_stopped_for_another_image_is_refused(lab: Lab, call: Call, check: bool) -> None:
    lab.sim.world.instances[call["instance_id"]].tags[TAG] = "other"
    outcome = lab.fails(IMAGE, "'other'", TAG, check=check, **call)
    assert outcome.result["error"]["code"] == "InstanceTaken"
    assert lab.writes() == []
    assert seen(lab, call["instance_id"]) == ("Running", {TAG: "other"})


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"instance_id": None, "snapshot_id": "s-1"}, "only an instance can be stopped"),
        ({"instance_id": None}, "only an instance can be stopped"),
        ({"wait": False}, "wait=true"),
    ],
)
def test_only_an_instance_can_be_stopped(lab: Lab, call: Call, change: Call, word: str) -> None:
    given = {key: value for key, value in {**call, **change}.items() if value is not None}
    lab.fails(IMAGE, word, **given)
    assert lab.calls() == []
