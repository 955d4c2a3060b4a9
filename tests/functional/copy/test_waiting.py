# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_copy waits for copies that fail, hang, vanish or show late."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.copy.copying import COPY, copy
from functional.support import BEIJING, HOME, VALLEY, Lab


@pins.failed_stays
def test_a_failed_copy_of_an_earlier_run_is_replaced_with_its_snapshots(lab: Lab) -> None:
    lab.setting(copy_tags_after_failure="kept")
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50, times=1)
    failed = copy(lab, source, replace_failed=False)
    assert failed.code == 1
    wreck = lab.one(BEIJING)
    snapshots = [disk.snapshot_id for disk in wreck.disks]
    outcome = copy(lab, source)
    assert outcome.actions == {BEIJING: "replaced"}
    assert outcome.copy_in(BEIJING)["replaced"] == {"image_id": wreck.image_id, "snapshot_ids": snapshots}
    assert lab.one(BEIJING).status == "Available"
    assert not set(snapshots) & set(lab.sim.world.snapshots)


def test_snapshots_of_a_failed_copy_that_outlived_it_are_deleted_by_the_next_run(lab: Lab) -> None:
    source = lab.source()
    lab.twin(source, BEIJING, status="CreateFailed")
    wreck = lab.one(BEIJING)
    lab.fault("error", "DeleteSnapshot", code="Forbidden.RAM", status=403)
    lab.fails(COPY, "ecs:DeleteSnapshot", region=HOME, image_id=source, destination_regions=[BEIJING])
    assert lab.own(BEIJING) == []
    outcome = lab.ok(COPY, region=HOME, image_id=source, destination_regions=[BEIJING])
    assert outcome.actions == {BEIJING: "started"}
    deleted = [call["params"]["SnapshotId"] for call in lab.calls("DeleteSnapshot") if call["status"] == 200]
    assert deleted == [disk.snapshot_id for disk in wreck.disks]


@pins.failed_stays
def test_a_copy_that_fails_is_replaced_once_in_a_run_and_no_more(lab: Lab) -> None:
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50, times=None)
    outcome = copy(lab, source)
    assert outcome.code == 1
    assert outcome.copy_in(BEIJING)["error"]["code"] == "CreateFailed"
    assert len(lab.calls("CopyImage")) == 2
    assert [image.status for image in lab.own(BEIJING)] == ["CreateFailed"]


@pytest.mark.parametrize("tags_after", ["lost", "kept"])
@pytest.mark.parametrize("record", ["kept", "removed"])
def test_a_copy_that_fails_once_is_there_in_the_end(lab: Lab, tags_after: str, record: str) -> None:
    lab.setting(copy_tags_after_failure=tags_after, copy_failed_record=record, copy_gib_per_second=1.0)
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50)
    outcome = copy(lab, source)
    if record == "removed":
        # Nobody can tell it from one that an operator has cancelled.
        assert outcome.copy_in(BEIJING)["error"]["code"] == "Vanished"
        assert len(lab.calls("CopyImage")) == 1
    else:
        assert outcome.actions == {BEIJING: "replaced"}
        assert lab.one(BEIJING).status == "Available"


@pins.failed_stays
def test_a_failed_copy_of_an_earlier_run_that_lost_its_tags(lab: Lab) -> None:
    """Then only the name is left, and a failed image of that name that is no known copy is not deleted."""
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50)
    copy(lab, source, replace_failed=False)
    wreck = lab.one(BEIJING)
    outcome = copy(lab, source)
    assert outcome.code == 1
    assert wreck.image_id in outcome.msg
    assert lab.one(BEIJING).image_id == wreck.image_id


@pins.side_by_side
def test_a_copy_that_vanishes_is_failed_and_not_started_again(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source()
    lab.clock.after(30, lambda: lab.cancel_by_hand(lab.one(BEIJING)))
    outcome = copy(lab, source, BEIJING, VALLEY)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "Vanished"
    assert (outcome.copy_in(BEIJING)["image_id"], outcome.copy_in(BEIJING)["seen_ids"]) == (None, [])
    assert outcome.copy_in(VALLEY)["status"] == "Available"
    assert len([call for call in lab.calls("CopyImage") if call["params"]["DestinationRegionId"] == BEIJING]) == 1
    assert lab.own(BEIJING) == []


@pins.side_by_side
def test_time_that_runs_out_leaves_the_copy_running(lab: Lab) -> None:
    source = lab.source()
    lab.fault("copy_hangs", "CopyImage", region=BEIJING, percent=40)
    outcome = copy(lab, source, BEIJING, VALLEY, wait_timeout=120)
    assert outcome.changed
    assert outcome.actions == {BEIJING: "timed_out", VALLEY: "started"}
    assert set(outcome.result["images"]) == {VALLEY}
    assert lab.one(BEIJING).status == "Creating"
    assert "wait_timeout" in outcome.msg


@pytest.mark.parametrize(
    ("settings", "seconds", "gone_after"),
    [
        ({}, 120, 5),
        ({"total_count": "double"}, 1, 5),
        ({"image_read_lag": 20.0, "found_late": {"CancelCopyImage": 10.0}}, 1, 30),
    ],
    ids=["on its way", "a second copy is looked for", "not to be seen yet"],
)
def test_time_that_runs_out_cancels_the_copy_when_asked(
    lab: Lab, settings: dict[str, t.Any], seconds: int, gone_after: int
) -> None:
    lab.setting(**settings)
    source = lab.source(created="2026-01-01T00:00:00Z")
    lab.fault("copy_hangs", "CopyImage", region=BEIJING, percent=40)
    outcome = copy(lab, source, wait_timeout=seconds, on_timeout="cancel")
    assert outcome.actions == {BEIJING: "cancelled"}
    lab.pass_time(gone_after)
    assert lab.own(BEIJING) == []


@pytest.mark.parametrize("code", ["Throttling.User", "ServiceUnavailable", "InternalError"])
def test_time_that_runs_out_while_no_look_is_answered_cancels_the_copy_too(lab: Lab, code: str) -> None:
    source = lab.source()
    lab.fault("copy_hangs", "CopyImage", region=BEIJING, percent=40)
    fault = {"region": BEIJING, "code": code, "status": 503}
    lab.clock.after(30, lambda: lab.fault("error", "DescribeImages", times=10000, **fault))
    lab.clock.after(125, lab.sim.faults.clear)
    lab.fault("error", "CancelCopyImage", times=2, region=BEIJING, code="Throttling.User", status=400)
    outcome = copy(lab, source, wait_timeout=120, on_timeout="cancel")
    assert outcome.actions == {BEIJING: "cancelled"}
    lab.pass_time(5)
    assert lab.own(BEIJING) == []


def test_a_copy_that_is_told_to_stop_and_can_t_be_seen_is_told_as_that(lab: Lab) -> None:
    source = lab.source()
    lab.setting(copy_gib_per_second=0.001)
    lab.fault("cancel_ignored", "CopyImage", region=BEIJING)
    refused = {"region": BEIJING, "code": "Throttling.User", "status": 400}
    lab.clock.after(30, lambda: lab.fault("error", "DescribeImages", times=10000, **refused))
    outcome = copy(lab, source, wait_timeout=120, on_timeout="cancel")
    assert outcome.actions == {BEIJING: "timed_out"}
    assert "It was told to stop and can't be seen" in outcome.msg
    assert len(lab.calls("CancelCopyImage")) == 1


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "truncate", "internal"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_lost_answer_to_the_cancelling_leaves_no_copy_behind(lab: Lab, kind: str, times: int) -> None:
    """A call that did not arrive was not made again: the copy ran on, told to stop or not."""
    source = lab.source()
    lab.fault("copy_hangs", "CopyImage", region=BEIJING, percent=40)
    lab.fault(kind, "CancelCopyImage", region=BEIJING, times=times)
    outcome = copy(lab, source, wait_timeout=120, on_timeout="cancel")
    assert outcome.actions == {BEIJING: "cancelled"}
    lab.pass_time(5)
    assert lab.own(BEIJING) == []


def test_time_that_runs_out_never_cancels_another_run_s_copy(lab: Lab) -> None:
    source = lab.source()
    lab.fault("copy_hangs", "CopyImage", region=BEIJING, percent=40)
    copy(lab, source, wait=False)
    outcome = copy(lab, source, wait_timeout=120, on_timeout="cancel")
    assert outcome.actions == {BEIJING: "timed_out"}
    assert lab.calls("CancelCopyImage") == []
    assert lab.one(BEIJING).status == "Creating"


def test_a_copy_that_does_not_show_yet_is_waited_for(lab: Lab) -> None:
    lab.setting(image_read_lag=20.0)
    source = lab.source(created="2026-01-01T00:00:00Z")
    outcome = copy(lab, source)
    assert outcome.code == 0, outcome.result
    assert len(lab.calls("CopyImage")) == 1


def test_a_copy_that_never_shows_is_a_matter_of_rights(lab: Lab) -> None:
    lab.setting(image_read_lag=5000.0)
    source = lab.source(created="2026-01-01T00:00:00Z")
    outcome = copy(lab, source, wait_timeout=600)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NeverSeen"
    assert "DescribeImages" in outcome.msg
    (made,) = lab.own(BEIJING)
    assert made.image_id in outcome.msg
    assert outcome.copy_in(BEIJING)["image_id"] is None, "no next step may read what nobody has seen"


def test_a_copy_that_another_run_replaced_before_it_was_seen(lab: Lab) -> None:
    """It failed at once, and a run that was started together with this one has removed it and made another."""
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source(created="2026-01-01T00:00:00Z")
    lab.clock.after(0.1, lambda: lab.cancel_by_hand(lab.one(BEIJING)))
    lab.clock.after(4, lambda: lab.twin(source, BEIJING))
    outcome = copy(lab, source, wait_interval=5)
    assert outcome.code == 0, outcome.result
    assert outcome.copy_in(BEIJING)["image_id"] == lab.one(BEIJING).image_id
    assert outcome.copy_in(BEIJING)["status"] == "Available"
    assert len(lab.calls("CopyImage")) == 1


@pins.shown_at_once
@pins.tags_at_once
def test_tags_that_show_only_when_the_copy_is_finished(lab: Lab) -> None:
    lab.setting(copy_tags_visible="when_available")
    source = lab.source()
    copy(lab, source, wait=False)
    outcome = copy(lab, source)
    assert outcome.actions == {BEIJING: "adopted"}
    assert len(lab.own(BEIJING)) == 1


def test_a_stranger_s_copy_of_that_name_is_refused_once_it_is_finished(lab: Lab) -> None:
    source, other = lab.source(), lab.source(name="other")
    call = {"region": HOME, "image_id": other, "destinations": [{"region": BEIJING, "name": "golden"}]}
    lab.setting(copy_tags_visible="when_available")
    lab.ok(COPY, wait=False, **call)
    outcome = copy(lab, source)
    assert outcome.code == 1
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"
    assert len(lab.own(BEIJING)) == 1
