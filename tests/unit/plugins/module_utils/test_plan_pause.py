# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan as image_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_instance_stop
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import HOME, image, snapshot

OURS = {"imageops:stopped-by": "base"}
OTHERS = {"imageops:stopped-by": "other"}


def instance(status: str, tags: dict[str, str] | None = None) -> dict[str, t.Any]:
    return {"region": HOME, "instance_id": "i-1", "status": status, "tags": tags or {}}


STEPS: list[t.Any] = [
    # status, tags, to stop it, to start it, would be stopped, would be started
    ("Running", {}, "mark and stop", "none", True, False),
    ("Running", OURS, "stop", "unmark", True, False),
    ("Starting", {}, "wait", "none", True, False),
    ("Starting", OURS, "wait", "wait", True, False),
    ("Pending", {}, "wait", "none", True, False),
    ("Stopping", {}, "wait", "none", False, False),
    ("Stopping", OURS, "wait", "wait", False, True),
    ("Stopped", {}, "none", "none", False, False),
    ("Stopped", OURS, "none", "start", False, True),
    ("Stopped", OTHERS, "none", "none", False, False),
    ("Running", OTHERS, "mark and stop", "none", True, False),
]


@pytest.mark.parametrize(("status", "tags", "stop", "start", "stopped", "started"), STEPS)
def test_the_next_step(status: str, tags: dict[str, str], stop: str, start: str, stopped: bool, started: bool) -> None:
    one = instance(status, tags)
    assert plan_instance_stop.step_to_stop(one, "base") == stop
    assert plan_instance_stop.step_to_start(one, "base") == start
    assert plan_instance_stop.would_be_stopped(one) == stopped
    assert plan_instance_stop.would_be_started(one, "base") == started


@pytest.mark.parametrize(("tags", "refused"), [({}, False), (OURS, False), (OTHERS, True)])
def test_an_instance_that_is_stopped_for_another_image_is_left_alone(tags: dict[str, str], refused: bool) -> None:
    assert bool(plan_instance_stop.refusal_to_stop(instance("Stopped", tags), "base")) == refused


@pytest.mark.parametrize(
    ("found", "stays"),
    [
        (None, False),
        (image(status="Creating", tags={"imageops:created-from": "i-1"}), True),
        (image(status="Creating", tags={"imageops:created-from": "i-2"}), False),
        (image(status="Available", tags={"imageops:created-from": "i-1"}), False),
        (image(status="CreateFailed", tags={"imageops:created-from": "i-1"}), False),
        (image(status="Creating", tags={}, created_at="2026-11-30T11:59:00Z"), True),
        (image(status="Creating", tags={}, created_at="2026-11-28T11:59:00Z"), False),
    ],
    ids=["none", "being made of it", "being made of another", "finished", "failed", "new, no tags yet", "old, no tags"],
)
def test_it_is_not_started_while_an_image_is_made_of_it(found: dict[str, t.Any] | None, stays: bool) -> None:
    assert plan_instance_stop.must_stay_stopped(found, "i-1", age.seconds("2026-11-30T12:00:00Z")) == stays


def test_what_the_check_finds_at_risk_is_told() -> None:
    risk = {"name": "Nvme", "value": "None", "risk_level": "High", "risk_code": "NVMe.NotInstallded"}
    fine = {"name": "Firewall", "value": "Normal", "risk_level": "", "risk_code": ""}
    checked = image(detection_options={"status": "Finished", "check_items": [risk, fine]})
    (told,) = image_plan.risks_of(checked)
    assert "Nvme is None (High, NVMe.NotInstallded)" in told


@pytest.mark.parametrize(
    ("on_it", "lacking"),
    [
        ({}, True),
        ({"imageops:snapshot-of": "m-source"}, True),
        ({"imageops:snapshot-of": "m-source", "stage": "old"}, True),
        ({"imageops:snapshot-of": "m-source", "stage": "test", "more": "1"}, False),
    ],
    ids=["none", "the marker", "another value", "all"],
)
def test_a_snapshot_that_lacks_one_of_the_tags_gets_them(on_it: dict[str, str], lacking: bool) -> None:
    one = snapshot(snapshot_id="s-1", tags=on_it)
    assert image_plan.snapshots_unmarked(image(), [one], {"stage": "test"}) == (["s-1"] if lacking else [])
