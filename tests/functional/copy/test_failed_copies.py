# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of copies and sources that fail, linger or can't be put back, and of what is left of them."""

from __future__ import annotations

import pytest
from functional import pins
from functional.copy.copying import copy
from functional.support import BEIJING, HOME, VALLEY, Lab

LEFTOVER = "imageops:leftover-of"


# Snapshots that are called leftovers


def mark_as_leftovers(lab: Lab, image_id: str) -> list[str]:
    """What a cancelling does before it is killed or refused."""
    image = lab.image(image_id)
    pair = {key: image.tags[key] for key in ("imageops:copied-from", "imageops:copied-as")}
    snapshots = lab.sim.world.image_snapshots(image)
    for one in snapshots:
        one.tags.update({LEFTOVER: image_id, "imageops:leftover-name": image.name, **pair})
    return [one.snapshot_id for one in snapshots]


@pins.tags_at_once
@pytest.mark.parametrize("when", ["running, ours", "running, another run's", "finished"])
def test_a_live_copy_s_snapshots_are_no_leftovers_any_more(lab: Lab, when: str) -> None:
    lab.setting(copy_gib_per_second=0.5)
    source = lab.source()
    if when == "running, ours":
        lab.clock.after(10, lambda: mark_as_leftovers(lab, lab.one(BEIJING).image_id))
        outcome = copy(lab, source)
    else:
        copy(lab, source, wait=when == "finished")
        mark_as_leftovers(lab, lab.one(BEIJING).image_id)
        outcome = copy(lab, source)
    assert outcome.code == 0 and outcome.changed
    made = lab.one(BEIJING)
    tags = [one.tags for one in lab.sim.world.image_snapshots(made)]
    assert not [key for one in tags for key in one if key.startswith("imageops:leftover")]
    assert all(one["imageops:snapshot-of"] == made.image_id for one in tags)
    assert not copy(lab, source).changed


def test_snapshots_that_were_kept_are_not_deleted_as_leftovers(lab: Lab) -> None:
    """Their image was finished, and whoever removed it has kept them."""
    source = lab.source()
    copy(lab, source)
    kept = mark_as_leftovers(lab, lab.one(BEIJING).image_id)
    tags = {one: dict(lab.sim.world.snapshots[one].tags) for one in kept}
    lab.ok("ecs_image", region=BEIJING, image_id=lab.one(BEIJING).image_id, state="absent", delete_snapshots="none")
    for one in kept:  # whatever the removal has put right
        lab.sim.world.snapshots[one].tags = tags[one]
    assert copy(lab, source).actions == {BEIJING: "started"}
    assert set(kept) <= set(lab.sim.world.snapshots)


# Available, but not usable yet


def test_a_copy_that_is_available_but_not_usable_is_waited_for(lab: Lab) -> None:
    lab.setting(usable_seconds=100.0)
    source = lab.source()
    lab.pass_time(200)
    copy(lab, source, wait=False)
    lab.pass_time(30)
    began = lab.clock.now()
    predicted = copy(lab, source, check=True)
    outcome = copy(lab, source)
    assert outcome.code == 0 and outcome.actions == predicted.actions == {BEIJING: "adopted"}
    assert outcome.changed == predicted.changed
    assert lab.clock.now() - began >= 70


def test_a_source_that_is_available_but_not_usable_is_waited_for(lab: Lab) -> None:
    lab.setting(usable_seconds=100.0)
    source = lab.source()
    lab.image(source).made = lab.clock.now()
    copy(lab, source, wait=False)
    assert lab.clock.slept >= 100
    assert len(lab.calls("CopyImage")) == 1


# Failed copies of the pair


def test_a_copy_of_another_run_that_comes_and_fails_meanwhile_is_replaced(lab: Lab) -> None:
    source, held = lab.source(), list[str]()
    lab.fault("hold", "CopyImage", when="before")
    other = lab.when_held(lambda: held.append(lab.twin(source, BEIJING, status="CreateFailed")))
    outcome = copy(lab, source)
    other.join(5)
    assert outcome.code == 0, outcome.result
    assert outcome.actions == {BEIJING: "replaced"}
    assert outcome.copy_in(BEIJING)["replaced"]["image_id"] == held[0]
    assert lab.one(BEIJING).status == "Available"
    assert lab.clock.slept < 60


def test_all_failed_copies_of_a_pair_are_replaced_by_one(lab: Lab) -> None:
    source = lab.source()
    failed = [lab.twin(source, BEIJING, status="CreateFailed", name=name) for name in ("golden", "renamed")]
    snapshots = [disk.snapshot_id for one in failed for disk in lab.image(one).disks]
    outcome = copy(lab, source)
    assert outcome.code == 0, outcome.result
    told = outcome.copy_in(BEIJING)["replaced"]
    assert {told["image_id"]} < set(failed) and sorted(told["snapshot_ids"]) == sorted(snapshots)
    assert any(one in warning for one in failed for warning in outcome.warnings)
    assert lab.one(BEIJING).status == "Available"
    assert not set(snapshots) & set(lab.sim.world.snapshots)


@pytest.mark.parametrize("by", ["CopyImage", "DeleteSnapshot"])
def test_a_failed_copy_that_went_is_told_no_more_where_no_other_came(lab: Lab, by: str) -> None:
    """Its id stood in the result, and the release's manifest took it for an image."""
    source = lab.source()
    failed = {lab.twin(source, BEIJING, status="CreateFailed", name=name) for name in ("golden", "renamed")}
    lab.fault("error", by, code="Forbidden.RAM", status=403, times=None)
    outcome = copy(lab, source)
    told, left = outcome.copy_in(BEIJING), {one.image_id for one in lab.own(BEIJING)}
    assert told["error"]["code"] == "Forbidden.RAM" and left < failed
    assert (told["image_id"], told["status"], {*told["seen_ids"]}) == (None, None, left)


@pins.counted
@pins.failed_stays
def test_a_failed_copy_whose_going_nobody_may_see_is_told_no_more(lab: Lab) -> None:
    source = lab.source()
    lab.twin(source, BEIJING, status="CreateFailed")
    # By marker, by name, and the first look for whether it has gone.
    lab.fault("error", "DescribeImages", region=BEIJING, nth=3, code="Forbidden.RAM", status=403, times=None)
    outcome = copy(lab, source)
    told = outcome.copy_in(BEIJING)
    assert told["error"]["code"] == "Forbidden.RAM" and all(one.deleting for one in lab.own(BEIJING))
    assert (told["image_id"], told["status"], told["seen_ids"]) == (None, None, [])


def test_a_copy_by_snapshots_that_fails_meanwhile_is_replaced(lab: Lab) -> None:
    source = lab.source(disks=[{"size": 20, "disk_id": "d-one"}])
    lab.fault("hold", "CreateImage", when="before")
    other = lab.when_held(lambda: lab.twin(source, BEIJING, status="CreateFailed"))
    outcome = copy(lab, source, method="snapshots")
    other.join(5)
    assert outcome.code == 0, outcome.result
    assert outcome.actions == {BEIJING: "replaced"}
    assert lab.one(BEIJING).status == "Available"


# What can't be put back


@pins.tags_at_once
@pytest.mark.parametrize("reading", ["refused", "kept", "cleared"])
def test_an_empty_description_is_for_new_copies_only(lab: Lab, reading: str) -> None:
    lab.setting(modify_empty_value=reading)
    source = lab.source()
    copy(lab, source)
    lab.sim.journal.clear()
    outcome = copy(lab, source, BEIJING, VALLEY, description="")
    assert outcome.code == 0 and outcome.actions == {BEIJING: "present", VALLEY: "started"}
    assert (lab.one(BEIJING).description, lab.one(VALLEY).description) == ("Golden image", "")
    assert not copy(lab, source, BEIJING, VALLEY, description="").changed


@pins.tags_at_once
def test_hardened_metadata_that_the_source_has_not_is_kept_with_a_warning(lab: Lab) -> None:
    source = lab.source(features={"ImdsSupport": "v1"})
    lab.twin(source, BEIJING, features={"ImdsSupport": "v2"})
    copy(lab, source)
    for check in (True, False):
        outcome = copy(lab, source, check=check)
        assert outcome.code == 0 and not outcome.changed
        assert any("imds_support v2" in warning for warning in outcome.warnings)
    assert lab.one(BEIJING).features["ImdsSupport"] == "v2"


# The source's own region


@pytest.mark.parametrize("status", ["CreateFailed", "UnAvailable"])
def test_a_source_of_no_use_is_no_destination_either(lab: Lab, status: str) -> None:
    source = lab.source(status=status)
    for check in (True, False):
        outcome = copy(lab, source, HOME, check=check)
        error = outcome.copy_in(HOME)["error"]
        assert (error["code"], outcome.result["images"]) == ("SourceNotUsable", {})
        assert status in error["message"] and error["hint"]
    assert lab.writes() == []


def test_a_deprecated_source_is_present_in_its_own_region_with_a_warning(lab: Lab) -> None:
    source = lab.source(status="Deprecated")
    outcome = copy(lab, source, HOME)
    assert outcome.code == 0 and outcome.actions == {HOME: "present"}
    assert any("Deprecated" in warning and source in warning for warning in outcome.warnings)


def test_a_source_that_fails_while_it_is_made_is_told_with_a_remedy_and_stays(lab: Lab) -> None:
    source = lab.plant("images", region=HOME, name="fresh", status="Creating")

    def fails() -> None:
        lab.image(source).status = "CreateFailed"

    lab.clock.after(3, fails)
    outcome = copy(lab, source, HOME, BEIJING, wait_interval=1)
    for region in (HOME, BEIJING):
        error = outcome.copy_in(region)["error"]
        assert error["code"] == "SourceNotUsable" and error["hint"]
    assert lab.image(source).status == "CreateFailed" and lab.writes() == []
