# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A write that was accepted, and whose answer does not say what it made: what it made is looked for."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, HOME, Lab, Outcome
from simulator.wire.envelope import Reply

IDS = {"CopyImage": "ImageId", "CreateImage": "ImageId", "CopySnapshot": "SnapshotId", "RunInstances": "InstanceIdSets"}
ODD: list[t.Any] = [None, "", 5, {"a": 1}, ["m-1"]]
NOT_THERE = "not there"


@pytest.fixture
def nameless(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> t.Callable[[str, t.Any], None]:
    """Let all answers to an action have something else for an id."""

    def spoil(action: str, odd: t.Any) -> None:
        reply = lab.sim._dispatcher.reply

        def spoiled(exchange: t.Any) -> Reply:
            given = reply(exchange)
            if exchange.action != action or given.status != 200:
                return given
            body = json.loads(given.body)
            body[IDS[action]] = odd
            if odd == NOT_THERE:
                del body[IDS[action]]
            return dataclasses.replace(given, body=json.dumps(body).encode())

        monkeypatch.setattr(lab.sim._dispatcher, "reply", spoiled)

    return spoil


def copy(lab: Lab) -> Outcome:
    return lab("ecs_image_copy", region=HOME, image_id=lab.source(), destination_regions=[BEIJING])


def copy_by_snapshots(lab: Lab) -> Outcome:
    return lab("ecs_image_copy", region=HOME, image_id=lab.source(), destination_regions=[BEIJING], method="snapshots")


def create(lab: Lab) -> Outcome:
    return lab("ecs_image", region=HOME, name="base", instance_id=lab.demo("instances", "demo"))


def copy_snapshot(lab: Lab) -> Outcome:
    snapshot = lab.plant("snapshots", region=HOME, size=20, name="backup")
    return lab("ecs_snapshot_copy", region=HOME, snapshot_id=snapshot, destinations=[{"region": BEIJING}])


def verify(lab: Lab) -> Outcome:
    place = {"vswitch_id": f"vsw-simulator-{HOME}", "security_group_id": f"sg-simulator-{HOME}"}
    return lab("ecs_image_verify", region=HOME, image_id=lab.source(), instance_type="ecs.g7.large", **place)


WAYS: list[tuple[str, t.Callable[[Lab], Outcome]]] = [
    ("CopyImage", copy),
    ("CreateImage", create),
    ("CreateImage", copy_by_snapshots),
    ("CopySnapshot", copy_by_snapshots),
    ("CopySnapshot", copy_snapshot),
    ("RunInstances", verify),
]


@pytest.mark.parametrize("odd", [*ODD, NOT_THERE], ids=str)
@pytest.mark.parametrize(("action", "run"), WAYS)
def test_what_was_made_is_found(lab: Lab, nameless: t.Any, action: str, run: t.Any, odd: t.Any) -> None:
    nameless(action, odd)
    outcome = run(lab)
    assert outcome.code == 0 and outcome.changed, outcome.result
    # Nothing was made twice.
    assert {call["status"] for call in lab.calls(action)} == {200}
    made = {call["image_id"] or call["snapshot_id"] for call in lab.calls(action)}
    assert len(made) == 1
    if action == "CopyImage":
        assert outcome.copy_in(BEIJING)["image_id"] == lab.one(BEIJING).image_id
        assert outcome.actions == {BEIJING: "started"}
    if action == "RunInstances":
        assert outcome.result["verified"] and outcome.result["instance"]["instance_id"].startswith("i-")
        assert not [one for one in lab.sim.world.instances.values() if "imageops:verify-of" in one.tags]


def test_an_instance_that_never_shows_up_is_told(lab: Lab, nameless: t.Any) -> None:
    nameless("RunInstances", None)
    lab.fault("stale", "DescribeInstances", seconds=1000, times=None)
    outcome = verify(lab)
    assert outcome.code == 1 and "NeverSeen" in str(outcome.result["error"]), outcome.result


@pins.tags_at_once
@pins.shown_at_once
@pytest.mark.parametrize("seen", [True, False])
def test_a_dry_run_that_was_none(lab: Lab, nameless: t.Any, seen: bool) -> None:
    source = lab.source()
    lab.setting(dry_run_ignored_regions=[HOME], copy_gib_per_second=0.1)
    nameless("CopyImage", None)
    if not seen:
        lab.fault("stale", "DescribeImages", region=BEIJING, seconds=100, times=None)
    outcome = lab("ecs_image_copy", check=True, region=HOME, image_id=source, destination_regions=[BEIJING])
    assert outcome.code == 1 and outcome.changed
    assert outcome.copy_in(BEIJING)["error"]["code"] == "DryRunIgnored" and "may have started" in outcome.msg
    assert "CancelCopyImage" not in lab.actions()  # it may be another run's
    (started,) = lab.own(BEIJING)
    assert (started.image_id in outcome.msg) == seen
