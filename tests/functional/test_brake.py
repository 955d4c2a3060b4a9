# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stopping copies: the last tool that may say that nothing runs while something does."""

from __future__ import annotations

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, Data, Lab

CANCEL, COPY = "ecs_image_copy_cancel", "ecs_image_copy"


@pytest.fixture
def running(lab: Lab) -> Data:
    """Two copies that were just started, whose tags show late, and the arguments that cancel them by their source."""
    lab.setting(copy_gib_per_second=0.001)
    source = lab.source()
    lab.ok(COPY, region=HOME, image_id=source, destination_regions=[BEIJING, FRANKFURT], wait=False)
    return {"source_image_id": source, "source_region": HOME, "regions": [BEIJING, FRANKFURT]}


@pytest.fixture(autouse=True)
def tags_are_late(lab: Lab) -> None:
    lab.setting(tags_shown_late={"CopyImage": 20})


@pins.shown_at_once
@pins.tags_at_once
@pins.side_by_side
@pytest.mark.parametrize("way", ["source", "all_marked"])
def test_copies_whose_tags_show_late_are_stopped(lab: Lab, running: Data, way: str) -> None:
    asked = running if way == "source" else {"regions": running["regions"], "all_marked": True}
    outcome = lab.ok(CANCEL, **asked)
    assert len(outcome.result["cancelled"]) == 2
    assert lab.own(BEIJING) == lab.own(FRANKFURT) == []


@pins.shown_at_once
@pins.tags_at_once
@pins.side_by_side
def test_what_shows_no_tags_at_all_is_a_suspect(lab: Lab, running: Data) -> None:
    lab.setting(tags_shown_late={})
    stranger = lab.one(BEIJING)
    with lab.sim.lock:
        stranger.tags.clear()
    outcome = lab.fails(CANCEL, stranger.image_id, "accept_suspects", **running)
    assert [one["image_id"] for one in outcome.result["cancelled"]] != []
    (suspect,) = [one for one in outcome.result["not_cancelled"] if one["reason"] == "suspect"]
    assert (suspect["region"], suspect["image_id"]) == (BEIJING, stranger.image_id)
    assert lab.image(stranger.image_id).status == "Creating"
    assert lab.ok(CANCEL, accept_suspects=True, **running).result["not_cancelled"][0]["reason"] == "suspect"


@pins.tags_at_once
@pins.side_by_side
def test_another_sources_copy_is_no_suspect(lab: Lab, running: Data) -> None:
    lab.pass_time(30)
    lab.setting(tags_shown_late={})
    other = lab.source(name="other")
    lab.ok(COPY, region=HOME, image_id=other, destination_regions=[BEIJING], wait=False)
    before = lab.clock.now()
    outcome = lab.ok(CANCEL, **running, wait=False)
    assert outcome.result["not_cancelled"] == []
    assert lab.clock.now() - before < 5


@pins.tags_at_once
@pins.side_by_side
@pins.list_counted
@pytest.mark.parametrize("kind", ["throttle", "reset_before"])
def test_suspects_that_can_not_be_looked_for_in_time_fail_their_region_alone(
    lab: Lab, running: Data, kind: str
) -> None:
    lab.pass_time(30)
    lab.fault(kind, "DescribeImages", region=BEIJING, nth=2, times=None)
    asked = {**running, "wait": False, "wait_timeout": 100, "unreachable_timeout": 30}
    outcome = lab.fails(CANCEL, BEIJING, **asked)
    (entry,) = outcome.result["not_cancelled"]
    assert (entry["region"], entry["reason"]) == (BEIJING, "not_looked_at") and entry["error"]
    # What was seen before that is stopped there, too.
    assert {one["region"] for one in outcome.result["cancelled"]} == {BEIJING, FRANKFURT}


def test_a_copy_that_finishes_in_spite_of_its_cancelling_is_told_as_it_is(lab: Lab) -> None:
    lab.setting(tags_shown_late={}, copy_gib_per_second=0.15)
    source = lab.source()
    lab.fault("cancel_ignored", "CopyImage", region=BEIJING)
    outcome = lab.fails(
        COPY, region=HOME, image_id=source, destination_regions=[BEIJING], wait_timeout=100, on_timeout="cancel"
    )
    entry = outcome.copy_in(BEIJING)
    assert (entry["action"], entry["status"]) == ("timed_out", "Available")
    assert "told to stop and is Available" in outcome.msg
    assert lab.one(BEIJING).status == "Available"
