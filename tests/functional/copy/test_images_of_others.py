# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images of other people's that stand where a copy is to be, or come there while it is started."""

from __future__ import annotations

import threading
import typing as t

import pytest
from functional import pins
from functional.copy.copying import copy, start_by_another_run
from functional.support import BEIJING, HOME, Lab
from simulator.state import making


def start_by_a_stranger(lab: Lab, source: str) -> str:
    """What another tool does: CopyImage under the same name, and not one tag."""
    from alibabacloud_ecs20140526 import models
    from simulator_tests.helpers import sdk

    request = models.CopyImageRequest(
        region_id=HOME,
        image_id=source,
        destination_region_id=BEIJING,
        destination_image_name="golden",
        encrypted=False,
    )
    return str(sdk(lab.sim).copy_image(request).body.image_id)


def writes_about(lab: Lab, image_id: str) -> list[str]:
    names = ("ImageId", "ResourceId.1")
    return [call["action"] for call in lab.writes() if image_id in [call["params"].get(name) for name in names]]


def lose_the_call(lab: Lab, meanwhile: t.Callable[[], t.Any]) -> threading.Thread:
    """CopyImage gets no answer and has no effect, and something else happens in that moment."""
    lab.fault("hold", "CopyImage", when="before")
    lab.fault("reset_before", "CopyImage")
    return lab.when_held(meanwhile)


# One that runs, without a marker of anybody's


@pins.failed_stays
@pins.at_defaults("copy_cancelled_snapshots")
@pytest.mark.parametrize("of", ["the same source", "another source"])
def test_a_stranger_s_copy_that_fails_is_not_ours_to_replace(lab: Lab, of: str) -> None:
    lab.setting(copy_gib_per_second=0.5)
    source, other = lab.source(), lab.source(name="other")
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50)
    theirs = start_by_a_stranger(lab, source if of == "the same source" else other)
    snapshots = [disk.snapshot_id for disk in lab.one(BEIJING).disks]
    outcome = copy(lab, source)
    entry = outcome.copy_in(BEIJING)
    assert (entry["action"], entry["error"]["code"], entry["replaced"]) == ("refused", "NameTaken", None)
    assert theirs in outcome.msg and "adopt_unmarked=true" in entry["error"]["hint"]
    assert lab.one(BEIJING).image_id == theirs and set(snapshots) <= set(lab.sim.world.snapshots)
    assert writes_about(lab, theirs) == [] and not outcome.changed


def test_a_stranger_s_image_that_fails_to_be_made_is_not_ours_to_replace(lab: Lab) -> None:
    """It is no copy at all, and could never be."""
    lab.setting(create_gib_per_second=0.5)
    source = lab.source()
    backup = lab.plant("snapshots", region=BEIJING, name="theirs")
    made = lab.ok("ecs_image", region=BEIJING, snapshot_id=backup, name="golden", wait=False)
    theirs = lab.image(made.result["image"]["image_id"])
    theirs.tags.clear()
    with lab.sim.lock:
        making.spoil(lab.sim.world, theirs, 50, False)
    for adopt in (False, True):
        outcome = copy(lab, source, adopt_unmarked=adopt)
        assert outcome.copy_in(BEIJING)["error"]["code"] == ("NotThisCopy" if adopt else "NameTaken")
        assert lab.one(BEIJING) is theirs and not outcome.changed


@pins.tags_at_once
def test_an_image_that_this_collection_makes_there_is_not_waited_for(lab: Lab) -> None:
    lab.setting(create_gib_per_second=0.1)
    source = lab.source()
    backup = lab.plant("snapshots", region=BEIJING, name="theirs")
    lab.ok("ecs_image", region=BEIJING, snapshot_id=backup, name="golden", wait=False)
    outcome = copy(lab, source)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"
    assert lab.one(BEIJING).status == "Creating"


@pins.failed_stays
def test_adopt_unmarked_replaces_a_copy_that_fails_while_it_is_waited_for(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.5)
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50)
    theirs = start_by_a_stranger(lab, source)
    outcome = copy(lab, source, adopt_unmarked=True)
    assert outcome.actions == {BEIJING: "replaced"}
    assert outcome.copy_in(BEIJING)["replaced"]["image_id"] == theirs
    assert lab.one(BEIJING).status == "Available"


@pytest.mark.parametrize("status", ["Deprecated", "UnAvailable"])
def test_a_stranger_s_copy_that_ends_otherwise_is_not_taken_for_ours(lab: Lab, status: str) -> None:
    lab.setting(copy_gib_per_second=0.5)
    source = lab.source()
    theirs = start_by_a_stranger(lab, source)

    def ends() -> None:
        lab.image(theirs).status = status

    lab.clock.after(20, ends)
    outcome = copy(lab, source)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"
    assert outcome.result["images"] == {} and not outcome.changed


@pins.tags_at_once
@pins.failed_stays
def test_a_copy_that_was_seen_with_our_markers_is_replaced_though_they_are_gone(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.5, copy_tags_after_failure="lost")
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50)
    start_by_another_run(lab, source)
    outcome = copy(lab, source)
    assert outcome.actions == {BEIJING: "replaced"}
    assert lab.one(BEIJING).status == "Available"


# A lost answer, and somebody else at the same moment


def test_what_holds_the_name_after_a_lost_answer_is_not_stamped(lab: Lab) -> None:
    source, held = lab.source(), list[str]()
    other = lose_the_call(lab, lambda: held.append(lab.plant("images", region=BEIJING, name="golden", is_copied=True)))
    outcome = copy(lab, source)
    other.join(5)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"
    assert lab.image(held[0]).tags == {} and writes_about(lab, held[0]) == []
    assert not outcome.changed


def test_a_running_copy_of_another_source_is_judged_after_a_lost_answer(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.5)
    source, stranger, held = lab.source(), lab.source(name="other"), list[str]()
    other = lose_the_call(lab, lambda: held.append(start_by_a_stranger(lab, stranger)))
    outcome = copy(lab, source)
    other.join(5)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"
    assert outcome.result["images"] == {} and not outcome.changed
    assert lab.image(held[0]).tags == {} and writes_about(lab, held[0]) == []


def test_another_run_s_copy_is_not_cancelled_after_a_lost_answer(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.01)
    source = lab.source()
    other = lose_the_call(lab, lambda: start_by_another_run(lab, source))
    outcome = copy(lab, source, on_timeout="cancel", wait_timeout=100)
    other.join(5)
    assert outcome.actions == {BEIJING: "timed_out"}
    assert lab.calls("CancelCopyImage") == []
    assert lab.one(BEIJING).status == "Creating"


@pins.shown_at_once
@pytest.mark.parametrize("visible", ["at_once", "when_available"])
def test_a_copy_whose_answer_was_lost_is_told_as_started(lab: Lab, visible: str) -> None:
    lab.setting(copy_tags_visible=visible)
    lab.fault("reset_after", "CopyImage")
    outcome = copy(lab, lab.source())
    assert outcome.code == 0, outcome.result
    assert outcome.actions == {BEIJING: "started"} and outcome.changed
    assert len(lab.calls("CopyImage")) == 1


@pins.tags_at_once
def test_an_answer_that_was_lost_earlier_still_counts(lab: Lab) -> None:
    """The look after it shows nothing yet, and the repeat is told that the name is taken."""
    source = lab.source(created="2026-01-01T00:00:00Z")
    lab.setting(image_read_lag=5.0, token_seconds=0.0)
    lab.fault("reset_after", "CopyImage")
    outcome = copy(lab, source, wait=False)
    assert outcome.code == 0, outcome.result
    assert outcome.actions == {BEIJING: "started"} and outcome.changed
    assert len(lab.calls("CopyImage")) > 1 and len(lab.own(BEIJING)) == 1


# Markers that somebody has forged


@pytest.mark.parametrize("status", ["Available", "CreateFailed"])
def test_an_image_that_is_older_than_the_source_is_no_copy_of_it(lab: Lab, status: str) -> None:
    source = lab.source()
    forged = lab.twin(source, BEIJING, created="2020-01-01T00:00:00Z", status=status)
    for check in (True, False):
        outcome = copy(lab, source, check=check)
        assert outcome.copy_in(BEIJING)["error"]["code"] == "NotThisCopy"
        assert forged in outcome.msg and "older" in outcome.msg
    assert lab.one(BEIJING).image_id == forged and lab.writes() == []


def test_a_failed_image_that_no_copying_made_is_not_deleted(lab: Lab) -> None:
    source = lab.source()
    forged = lab.twin(source, BEIJING, is_copied=False, status="CreateFailed")
    for check in (True, False):
        outcome = copy(lab, source, check=check)
        assert outcome.actions == {BEIJING: "refused"}
        assert outcome.copy_in(BEIJING)["error"]["code"] == "NotThisCopy"
    assert lab.one(BEIJING).image_id == forged and lab.writes() == []
