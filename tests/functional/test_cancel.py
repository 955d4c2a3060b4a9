# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_copy_cancel: the truth about every copy, and nothing deleted."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, VALLEY, Lab, Outcome

from ansible_collections.imageops.alicloud.plugins.module_utils._api.images import Images

CANCEL = "ecs_image_copy_cancel"


@pytest.fixture
def running(lab: Lab) -> dict[str, str]:
    """Region → id of copies that take 100 s, of one source, side by side."""
    lab.setting(copy_gib_per_second=0.2, copy_conflict="source_and_destination")
    source = lab.source()
    regions = [BEIJING, VALLEY]
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=regions, wait=False)
    lab.until_shown()
    lab.sim.journal.clear()
    return {"source": source, **{region: lab.one(region).image_id for region in regions}}


def one(outcome: Outcome, what: str) -> dict[str, t.Any]:
    (entry,) = outcome.result[what]
    return t.cast("dict[str, t.Any]", entry)


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


@pytest.mark.parametrize("code", ["CancelNotSupported", "Forbidden.RAM", "ImageCreatedNotFromCopy"])
def test_a_refused_cancelling_says_nothing_of_the_copy_s_snapshots(
    lab: Lab, running: dict[str, str], code: str
) -> None:
    lab.fault("error", "CancelCopyImage", code=code, status=403)
    outcome = lab.fails(CANCEL, code, region=BEIJING, image_id=running[BEIJING])
    assert one(outcome, "not_cancelled")["reason"] == "still_running"
    snapshots = [lab.sim.world.snapshots[disk.snapshot_id] for disk in lab.one(BEIJING).disks]
    assert [snapshot.tags for snapshot in snapshots] == [{}]


def test_snapshots_of_a_copy_that_is_not_cancelled_are_kept_when_it_is_removed(
    lab: Lab, running: dict[str, str]
) -> None:
    """And no later copy takes them for what is left of it."""
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    lab(CANCEL, region=BEIJING, image_id=running[BEIJING])
    lab.pass_time(200)
    (kept,) = [disk.snapshot_id for disk in lab.one(BEIJING).disks]
    lab.ok("ecs_image", region=BEIJING, image_id=running[BEIJING], state="absent")
    lab.ok("ecs_image_copy", region=HOME, image_id=running["source"], destination_regions=[BEIJING])
    assert kept in lab.sim.world.snapshots


def test_a_copy_that_finishes_although_it_was_cancelled_keeps_its_snapshots(
    lab: Lab, running: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Images, "cancel_copy", lambda api, region, image_id: {"RequestId": "1"})
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    assert one(outcome, "not_cancelled")["reason"] == "completed"
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


def test_tags_that_can_not_be_taken_off_hide_no_reason(lab: Lab, running: dict[str, str]) -> None:
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    lab.fault("error", "UntagResources", code="Forbidden.RAM", status=403)
    outcome = lab.fails(CANCEL, "CancelNotSupported", region=BEIJING, image_id=running[BEIJING])
    assert "ecs:UntagResources" in " ".join(outcome.warnings)
    assert outcome.changed


@pins.tags_at_once
def test_tags_of_an_earlier_cancelling_are_not_put_on_again_and_go_if_the_copy_stays(
    lab: Lab, running: dict[str, str]
) -> None:
    image_id = running[BEIJING]
    lab.pass_time(2)  # until tags find what was just made
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    lab.fault("error", "UntagResources", code="Forbidden.RAM", status=403)
    lab.fails(CANCEL, "CancelNotSupported", region=BEIJING, image_id=image_id)
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    assert lab.fails(CANCEL, "CancelNotSupported", region=BEIJING, image_id=image_id).changed
    writes = [call["action"] for call in lab.writes()]
    assert writes == ["TagResources", "CancelCopyImage", "UntagResources", "CancelCopyImage", "UntagResources"]
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    assert not lab.fails(CANCEL, "CancelNotSupported", region=BEIJING, image_id=image_id).changed


@pins.left_by_cancelling
@pytest.mark.parametrize("rights", ["empty", "refused"])
@pytest.mark.parametrize("delete", [False, True])
def test_snapshots_that_can_not_be_seen_are_not_taken_for_gone(
    lab: Lab, running: dict[str, str], rights: str, delete: bool
) -> None:
    lab.setting(rights_describe_snapshots=rights)
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "ecs:DescribeSnapshots", "Resource": "*"}
    key = {"id": "simulator-blind-key", "secret": "simulator-blind-secret"}
    lab.plant("users", name="blind", policies=[{"Version": "1", "Statement": [allow, deny]}], access_keys=[key])
    snapshots = [disk.snapshot_id for disk in lab.one(BEIJING).disks]
    outcome = lab.ok(CANCEL, who="blind", region=BEIJING, image_id=running[BEIJING], delete_snapshots=delete)
    assert one(outcome, "cancelled")["snapshots_deleted" if delete else "snapshots_left"] == snapshots
    assert "ecs:DescribeSnapshots" in " ".join(outcome.warnings)
    assert ({*snapshots} & {*lab.sim.world.snapshots} == set()) is delete


def test_snapshots_that_went_with_the_copy_are_not_left(lab: Lab, running: dict[str, str]) -> None:
    lab.setting(copy_cancelled_snapshots="removed")
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    assert one(outcome, "cancelled")["snapshots_left"] == [] and outcome.warnings == []


@pins.tags_at_once
@pins.left_by_cancelling
def test_what_is_left_of_a_cancelled_copy_can_still_be_deleted_later(lab: Lab, running: dict[str, str]) -> None:
    copies = {"source_region": HOME, "source_image_id": running["source"], "regions": [BEIJING]}
    snapshots = [disk.snapshot_id for disk in lab.one(BEIJING).disks]
    lab.ok(CANCEL, **copies)
    assert lab.own(BEIJING) == []
    for selection in (copies, {"region": BEIJING, "image_id": running[BEIJING]}):
        told = lab.ok(CANCEL, **selection)
        entry = one(told, "not_cancelled")
        assert (entry["image_id"], entry["reason"], entry["snapshots_left"]) == (running[BEIJING], "unknown", snapshots)
        assert not told.changed
    planned = lab.ok(CANCEL, **copies, delete_snapshots=True, check=True)
    assert "DeleteSnapshot" not in lab.actions()
    done = lab.ok(CANCEL, **copies, delete_snapshots=True)
    for outcome in (planned, done):
        assert outcome.changed and one(outcome, "not_cancelled")["snapshots_deleted"] == snapshots
    assert not lab.ok(CANCEL, **copies, delete_snapshots=True).changed


def test_snapshots_that_an_image_uses_are_never_what_is_left_of_one(lab: Lab) -> None:
    source = lab.source()
    copy = lab.twin(source, BEIJING)
    (disk,) = lab.image(copy).disks
    pair = {key: value for key, value in lab.image(copy).tags.items() if key.startswith("imageops:copied")}
    lab.sim.world.snapshots[disk.snapshot_id].tags.update({"imageops:leftover-of": "m-gone", **pair})
    outcome = lab.ok(CANCEL, source_region=HOME, source_image_id=source, regions=[BEIJING], delete_snapshots=True)
    assert [entry["image_id"] for entry in outcome.result["not_cancelled"]] == [copy]
    assert not outcome.changed and lab.writes() == []


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


@pins.left_by_cancelling
def test_the_snapshots_that_stay_are_named(lab: Lab, running: dict[str, str]) -> None:
    snapshots = [disk.snapshot_id for disk in lab.one(BEIJING).disks]
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    assert one(outcome, "cancelled")["snapshots_left"] == snapshots


def test_a_cancelled_copy_can_be_made_again(lab: Lab, running: dict[str, str]) -> None:
    lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    lab.setting(copy_gib_per_second=5.0)
    again = lab.ok("ecs_image_copy", region=HOME, image_id=running["source"], destination_regions=[BEIJING])
    assert again.actions == {BEIJING: "started"}
    assert lab.one(BEIJING).image_id != running[BEIJING]
