# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stopping copies: the last tool that may say that nothing runs while something does."""

from __future__ import annotations

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, Data, Lab
from simulator.profiles import profile

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


@pytest.mark.parametrize("way", ["source", "all_marked"])
def test_copies_whose_tags_show_late_are_stopped(lab: Lab, running: Data, way: str) -> None:
    asked = running if way == "source" else {"regions": running["regions"], "all_marked": True}
    outcome = lab.ok(CANCEL, **asked)
    assert len(outcome.result["cancelled"]) == 2
    assert lab.own(BEIJING) == lab.own(FRANKFURT) == []


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


def test_another_sources_copy_is_no_suspect(lab: Lab, running: Data) -> None:
    lab.pass_time(30)
    lab.setting(tags_shown_late={})
    other = lab.source(name="other")
    lab.ok(COPY, region=HOME, image_id=other, destination_regions=[BEIJING], wait=False)
    before = lab.clock.now()
    outcome = lab.ok(CANCEL, **running, wait=False)
    assert outcome.result["not_cancelled"] == []
    assert lab.clock.now() - before < 5


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


# One copy, by its id


def started(lab: Lab) -> Data:
    """A copy that was just started, as it is named to cancel it."""
    source = lab.source()
    made = lab.ok(COPY, region=HOME, image_id=source, destination_regions=[BEIJING], wait=False).result["images"]
    lab.sim.journal.clear()
    return {"region": BEIJING, "image_id": made[BEIJING]}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("wait", [True, False])
def test_a_copy_that_is_listed_late_is_stopped(lab: Lab, wait: bool, check: bool) -> None:
    lab.setting(**profile("stricter"), copy_gib_per_second=0.1)
    copy = started(lab)
    outcome = lab.ok(CANCEL, **copy, wait=wait, check=check)
    assert outcome.changed
    assert [one["image_id"] for one in outcome.result["cancelled"]] == [copy["image_id"]]
    lab.pass_time(30)
    assert len(lab.own(BEIJING)) == (1 if check else 0)


def test_a_copy_that_is_to_be_seen_is_looked_at_once(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.1, found_late={})
    lab.ok(CANCEL, **started(lab), wait=False)
    assert lab.actions() == ["DescribeImages", "DescribeSnapshots", "TagResources", "CancelCopyImage"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("seconds", [0, 120])
def test_an_id_that_never_shows_is_told_as_not_visible(lab: Lab, seconds: float, check: bool) -> None:
    before = lab.clock.now()
    outcome = lab.ok(CANCEL, region=BEIJING, image_id="m-nothing", consistency_wait=seconds, check=check)
    assert seconds <= lab.clock.now() - before < seconds + 60
    assert not outcome.changed
    assert [one["reason"] for one in outcome.result["not_cancelled"]] == ["unknown"]
    assert "m-nothing is not visible" in " ".join(outcome.warnings)


def test_a_copy_that_was_cancelled_before_is_not_waited_for(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.1)
    copy = started(lab)
    lab.ok(CANCEL, **copy)
    before = lab.clock.now()
    (entry,) = lab.ok(CANCEL, **copy).result["not_cancelled"]
    assert entry["reason"] == "unknown" and entry["snapshots_left"]
    assert lab.clock.now() - before < 5


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
