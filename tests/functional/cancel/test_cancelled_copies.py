# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_copy_cancel: the truth about every copy, and nothing deleted."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.cancel.cancelling import CANCEL, one
from functional.support import BEIJING, FRANKFURT, HOME, VALLEY, Lab

from ansible_collections.imageops.alicloud.plugins.module_utils._api.images import Images


@pytest.mark.parametrize("percent", [0, 60])
def test_a_running_copy_is_cancelled_and_gone(lab: Lab, running: dict[str, str], percent: int) -> None:
    lab.pass_time(percent)
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    assert outcome.changed
    assert one(outcome, "cancelled")["image_id"] == running[BEIJING]
    assert lab.own(BEIJING) == []
    assert lab.one(VALLEY).image_id == running[VALLEY]
    assert lab.calls("DeleteImage") == []


@pins.queued
@pins.side_by_side
def test_a_queued_copy_is_cancelled(lab: Lab) -> None:
    lab.setting(copy_slot_limit=1, copy_gib_per_second=0.2)
    source = lab.source()
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING, VALLEY], wait=False)
    lab.until_shown()
    waiting = next(image for region in (BEIJING, VALLEY) for image in lab.own(region) if image.status == "Waiting")
    outcome = lab.ok(CANCEL, region=waiting.region, image_id=waiting.image_id)
    assert outcome.changed and lab.own(waiting.region) == []


def test_a_finished_copy_is_reported_and_never_deleted(lab: Lab, running: dict[str, str]) -> None:
    lab.pass_time(200)
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    assert not outcome.changed
    assert one(outcome, "not_cancelled")["reason"] == "completed"
    assert lab.one(BEIJING).status == "Available"
    assert lab.writes() == []


def test_an_unknown_id_is_unchanged(lab: Lab) -> None:
    outcome = lab.ok(CANCEL, region=BEIJING, image_id="m-nothing")
    assert not outcome.changed
    assert one(outcome, "not_cancelled")["reason"] == "unknown"


def test_a_failed_copy_is_reported(lab: Lab) -> None:
    source = lab.source()
    failed = lab.twin(source, BEIJING, status="CreateFailed")
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=failed)
    assert one(outcome, "not_cancelled")["reason"] == "failed"
    assert lab.one(BEIJING).image_id == failed


@pins.shown_at_once
def test_an_image_that_is_being_made_is_not_cancelled(lab: Lab) -> None:
    made = lab.ok("ecs_image", region=HOME, instance_id=lab.demo("instances", "demo"), name="base", wait=False)
    outcome = lab.ok(CANCEL, region=HOME, image_id=made.result["image"]["image_id"])
    assert one(outcome, "not_cancelled")["reason"] == "not_a_copy"
    assert lab.calls("CancelCopyImage") == []


@pins.tags_at_once
def test_the_copies_of_one_source(lab: Lab, running: dict[str, str]) -> None:
    other = lab.source(name="other")
    lab.ok("ecs_image_copy", region=HOME, image_id=other, destination_regions=[BEIJING], wait=False)
    finished = lab.twin(running["source"], FRANKFURT)
    outcome = lab.ok(
        CANCEL, source_region=HOME, source_image_id=running["source"], regions=[BEIJING, VALLEY, FRANKFURT]
    )
    assert {entry["image_id"] for entry in outcome.result["cancelled"]} == {running[BEIJING], running[VALLEY]}
    assert [(entry["image_id"], entry["reason"]) for entry in outcome.result["not_cancelled"]] == [
        (finished, "completed")
    ]
    assert lab.one(BEIJING).name == "other"


@pins.tags_at_once
def test_all_marked_copies_and_nobody_else_s(lab: Lab, running: dict[str, str]) -> None:
    from alibabacloud_ecs20140526 import models
    from simulator_tests.helpers import sdk

    by_hand = models.CopyImageRequest(
        region_id=HOME,
        image_id=lab.source(name="other"),
        destination_region_id=BEIJING,
        destination_image_name="by-hand",
        encrypted=False,
    )
    sdk(lab.sim).copy_image(by_hand)
    outcome = lab.ok(CANCEL, regions=[BEIJING, VALLEY], all_marked=True, accept_suspects=True)
    assert {entry["image_id"] for entry in outcome.result["cancelled"]} == {running[BEIJING], running[VALLEY]}
    assert [image.name for image in lab.own(BEIJING)] == ["by-hand"]


def test_a_copy_that_finishes_first_is_reported(lab: Lab, running: dict[str, str]) -> None:
    lab.fault("hold", "CancelCopyImage", when="before")
    other = lab.when_held(lambda: lab.pass_time(200))
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    other.join(5)
    assert one(outcome, "not_cancelled")["reason"] == "completed"
    assert lab.one(BEIJING).status == "Available"
    assert not outcome.changed
    # What was said of its snapshots before the race was lost is taken back.
    snapshots = [lab.sim.world.snapshots[disk.snapshot_id] for disk in lab.one(BEIJING).disks]
    assert [snapshot.tags for snapshot in snapshots] == [{}]


@pins.tags_at_once
def test_a_fault_of_ours_loses_no_other_copy(
    lab: Lab, running: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = Images.cancel_copy

    def surprising(api: Images, region: str, image_id: str) -> dict[str, t.Any]:
        if region == BEIJING:
            raise ValueError("nobody thought of that")
        return cancel(api, region, image_id)

    monkeypatch.setattr(Images, "cancel_copy", surprising)
    outcome = lab.fails(
        CANCEL, "unexpected ValueError in module_utils/_cancel/", regions=[BEIJING, VALLEY], all_marked=True
    )
    assert one(outcome, "not_cancelled")["error"]["code"] == "InternalError"
    assert "nobody thought of that" not in outcome.text  # it may hold a value that is nobody's business
    assert one(outcome, "cancelled")["region"] == VALLEY


def test_a_copy_that_somebody_else_cancels_first_is_gone(lab: Lab, running: dict[str, str]) -> None:
    lab.setting(cancel_seconds=0.0)
    lab.fault("hold", "CancelCopyImage", when="before")
    other = lab.when_held(lambda: lab.cancel_by_hand(lab.one(BEIJING)))
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    other.join(5)
    assert lab.own(BEIJING) == []
    assert one(outcome, "not_cancelled")["reason"] == "unknown"


@pins.side_by_side
@pins.tags_at_once
@pins.shown_at_once
@pytest.mark.parametrize("kind", ["copy", "call"])
def test_a_copy_that_can_not_be_cancelled_fails_the_task(lab: Lab, kind: str) -> None:
    lab.setting(copy_gib_per_second=0.2)
    source = lab.source()
    lab.fault("not_cancellable", "CopyImage" if kind == "copy" else "CancelCopyImage", region=BEIJING)
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING, VALLEY], wait=False)
    outcome = lab(CANCEL, source_region=HOME, source_image_id=source, regions=[BEIJING, VALLEY])
    assert outcome.code == 1 and outcome.changed
    entry = one(outcome, "not_cancelled")
    assert (entry["region"], entry["reason"]) == (BEIJING, "still_running")
    assert entry["error"]["code"] == "CancelNotSupported"
    assert one(outcome, "cancelled")["region"] == VALLEY
    assert lab.one(BEIJING).status in ("Creating", "Waiting")


@pins.tags_at_once
def test_a_region_that_can_not_be_looked_at_fails_the_task_after_the_others(lab: Lab, running: dict[str, str]) -> None:
    lab.fault("error", "DescribeImages", region=BEIJING, code="Forbidden.RAM", status=403, times=None)
    outcome = lab(CANCEL, regions=[BEIJING, VALLEY], all_marked=True)
    assert outcome.code == 1
    assert one(outcome, "not_cancelled")["reason"] == "not_looked_at"
    assert one(outcome, "cancelled")["image_id"] == running[VALLEY]


@pins.tags_at_once
@pins.one_look_at_snapshots
@pytest.mark.parametrize("code", ["ServiceUnavailable", "Forbidden.RAM"])
def test_what_was_cancelled_is_told_although_the_last_look_fails(lab: Lab, running: dict[str, str], code: str) -> None:
    """Whether snapshots are to be seen at all is asked for a warning. That this look failed lost the whole result."""
    call = {"regions": [BEIJING, VALLEY], "source_image_id": running["source"], "source_region": HOME}
    lab.fault("error", "DescribeSnapshots", region=VALLEY, code=code, status=403, nth=3, times=10000)
    outcome = lab.ok(CANCEL, **call, wait=False, unreachable_timeout=10)
    assert outcome.changed
    assert {entry["image_id"] for entry in outcome.result["cancelled"]} == {running[BEIJING], running[VALLEY]}
    assert any("own snapshots are visible in us-west-1 is not known" in warning for warning in outcome.warnings)


@pins.goes_slowly
def test_not_waiting_comes_back_before_it_is_gone(lab: Lab, running: dict[str, str]) -> None:
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING], wait=False)
    assert outcome.changed and lab.own(BEIJING)


def test_time_that_runs_out_fails(lab: Lab, running: dict[str, str]) -> None:
    lab.setting(cancel_seconds=5000.0)
    outcome = lab(CANCEL, region=BEIJING, image_id=running[BEIJING], wait_timeout=60)
    assert outcome.code == 1
    assert one(outcome, "not_cancelled")["reason"] == "still_running"


def test_a_cancelled_copy_can_be_made_again(lab: Lab, running: dict[str, str]) -> None:
    lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    lab.setting(copy_gib_per_second=5.0)
    again = lab.ok("ecs_image_copy", region=HOME, image_id=running["source"], destination_regions=[BEIJING])
    assert again.actions == {BEIJING: "started"}
    assert lab.one(BEIJING).image_id != running[BEIJING]
