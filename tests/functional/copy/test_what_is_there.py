# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_copy meets what is there already: its own copies, changed or not, and what it must not touch."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.copy.copying import copy
from functional.support import BEIJING, HOME, VALLEY, Lab


def pair(lab: Lab, image_id: str) -> dict[str, str]:
    tags = lab.image(image_id).tags
    return {key: value for key, value in tags.items() if key.startswith("imageops:")}


@pins.tags_at_once
def test_a_converged_destination_is_left_alone(lab: Lab) -> None:
    source = lab.source()
    copy(lab, source)
    lab.sim.journal.clear()
    again = copy(lab, source)
    assert not again.changed
    assert again.actions == {BEIJING: "present"}
    assert lab.writes() == []


def test_two_live_copies_are_refused_and_both_named(lab: Lab) -> None:
    source = lab.source()
    twins = [lab.twin(source, BEIJING), lab.twin(source, BEIJING, name="renamed-in-the-console")]
    outcome = copy(lab, source)
    assert outcome.code == 1
    assert outcome.copy_in(BEIJING)["error"]["code"] == "Ambiguous"
    assert all(twin in outcome.msg for twin in twins)
    assert lab.writes() == []


def test_a_copy_under_another_name_is_refused_with_the_way_out(lab: Lab) -> None:
    source = lab.source()
    other = lab.twin(source, BEIJING, copied_as="golden-2")
    outcome = copy(lab, source)
    error = outcome.copy_in(BEIJING)["error"]
    assert outcome.copy_in(BEIJING)["action"] == "refused"
    assert other in error["message"] and "additional_copy=true" in error["hint"]
    assert copy(lab, source, additional_copy=True).actions == {BEIJING: "started"}


def test_a_name_held_by_a_copy_of_another_source_is_refused_naming_both(lab: Lab) -> None:
    source, stranger = lab.source(), lab.source(name="other")
    lab.twin(stranger, BEIJING, name="golden", copied_as="golden")
    outcome = copy(lab, source)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"
    assert f"{HOME}/{source}" in outcome.msg and f"{HOME}/{stranger}" in outcome.msg


def test_a_name_held_by_a_stranger_is_refused_naming_the_image(lab: Lab) -> None:
    source = lab.source()
    holder = lab.plant("images", region=BEIJING, name="golden", tags={"owner": "somebody"})
    outcome = copy(lab, source)
    assert holder in outcome.msg and "adopt_unmarked=true" in outcome.msg
    assert lab.writes() == []


def test_an_unmarked_copy_is_taken_over_when_asked(lab: Lab) -> None:
    source = lab.source()
    lab.pass_time(60)
    holder = lab.plant("images", region=BEIJING, name="golden", is_copied=True)
    outcome = copy(lab, source, adopt_unmarked=True)
    assert outcome.code == 0, outcome.result
    assert outcome.result["images"] == {BEIJING: holder}
    assert pair(lab, holder)["imageops:copied-from"] == f"{HOME}/{source}"


@pytest.mark.parametrize(
    "entry",
    [
        {"is_copied": False},
        {"is_copied": True, "disks": [{"size": 40}]},
        {"is_copied": True, "disks": [{"size": 20}, {"size": 20}]},
        {"is_copied": True, "architecture": "arm64"},
        {"is_copied": True, "platform": "CentOS"},
        {"is_copied": True, "disks": [{"size": 20, "encrypted": True}]},
        {"is_copied": True, "created": "2020-01-01T00:00:00Z"},
        {"is_copied": True, "status": "UnAvailable"},
    ],
    ids=["no copy", "another size", "more disks", "architecture", "platform", "encryption", "older", "not Available"],
)
def test_an_unmarked_image_that_can_not_be_the_copy_is_never_taken_over(lab: Lab, entry: dict[str, t.Any]) -> None:
    source = lab.source()
    holder = lab.plant("images", region=BEIJING, name="golden", **entry)
    outcome = copy(lab, source, adopt_unmarked=True)
    assert outcome.copy_in(BEIJING)["action"] in ("refused", "failed")
    assert holder in outcome.msg
    assert lab.writes() == []


def test_forged_markers_are_refused(lab: Lab) -> None:
    source = lab.source()
    forged = lab.twin(source, BEIJING, is_copied=False)
    outcome = copy(lab, source)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NotThisCopy"
    assert forged in outcome.msg
    assert lab.writes() == []


@pins.tags_at_once
def test_a_renamed_copy_is_kept_and_reported(lab: Lab) -> None:
    source = lab.source()
    copy(lab, source)
    lab.one(BEIJING).name = "renamed"
    lab.sim.journal.clear()
    outcome = copy(lab, source)
    assert not outcome.changed and lab.writes() == []
    assert any("'renamed'" in warning and "restore_name" in warning for warning in outcome.warnings)
    restored = copy(lab, source, restore_name=True)
    assert restored.actions == {BEIJING: "updated"}
    assert lab.one(BEIJING).name == restored.copy_in(BEIJING)["actual_name"] == "golden"


def test_drift_is_repaired(lab: Lab) -> None:
    source = lab.source(tags={"stage": "release"})
    group = lab.plant("resource_groups")
    wanted = {"description": "As it should be", "tags": {"team": "base"}, "resource_group_id": group}
    copy(lab, source, **wanted)
    made = lab.one(BEIJING)
    made.description, made.tags["team"], made.resource_group_id = "changed", "other", "rg-elsewhere"
    made.features["NvmeSupport"] = "unsupported"
    del made.tags["imageops:source-created"]
    made.tags["extra"] = "1"
    outcome = copy(lab, source, **wanted)
    assert outcome.actions == {BEIJING: "updated"} and outcome.changed
    made = lab.one(BEIJING)
    assert (made.description, made.resource_group_id) == ("As it should be", group)
    assert made.features["NvmeSupport"] == "supported"
    assert (made.tags["team"], made.tags["extra"]) == ("base", "1")
    assert "imageops:source-created" in made.tags


def test_purging_tags_spares_those_of_this_collection_and_of_the_provider(lab: Lab) -> None:
    source = lab.source(tags={"stage": "release"})
    lab.twin(source, BEIJING, tags={"extra": "1", "acs:rm": "2", "aliyun-x": "3", "imageops:verify-of": "m-1"})
    outcome = copy(lab, source, purge_tags=True)
    assert outcome.changed
    kept = {"stage", "acs:rm", "aliyun-x", "imageops:verify-of"}
    marks = {"imageops:copied-from", "imageops:copied-as", "imageops:source-created"}
    assert set(lab.one(BEIJING).tags) == kept | marks


def test_a_family_is_given_but_never_moved(lab: Lab) -> None:
    source = lab.source()
    lab.twin(source, BEIJING)
    lab.twin(source, VALLEY, family="old")
    outcome = copy(lab, source, BEIJING, VALLEY, family="base")
    assert (lab.one(BEIJING).family, lab.one(VALLEY).family) == ("base", "old")
    assert any("'old'" in warning for warning in outcome.warnings)


def test_other_encryption_than_asked_is_refused(lab: Lab) -> None:
    source = lab.source()
    lab.twin(source, BEIJING)
    outcome = copy(lab, source, encrypted=True)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "EncryptionDrift"
    assert lab.writes() == []


def test_another_key_than_asked_is_refused(lab: Lab) -> None:
    source = lab.source()
    other = lab.plant("keys", region=BEIJING)
    lab.twin(source, BEIJING, disks=[{"size": 20, "encrypted": True, "kms_key_id": other}])
    outcome = copy(lab, source, encrypted=True, kms_key_id=lab.key(BEIJING))
    assert outcome.copy_in(BEIJING)["error"]["code"] == "KeyDrift"
    assert other in outcome.msg and lab.key(BEIJING) in outcome.msg


@pytest.mark.parametrize("status", ["UnAvailable", "Deprecated"])
def test_a_copy_that_can_not_be_used_is_never_deleted(lab: Lab, status: str) -> None:
    source = lab.source()
    lab.twin(source, BEIJING, status=status)
    outcome = copy(lab, source)
    assert lab.one(BEIJING).status == status
    assert lab.writes() == []
    if status == "Deprecated":
        assert outcome.code == 0
        assert any("Deprecated" in warning for warning in outcome.warnings)
    else:
        assert outcome.copy_in(BEIJING)["action"] == "refused"


def test_a_deprecated_source_is_not_copied(lab: Lab) -> None:
    source = lab.source(status="Deprecated")
    outcome = copy(lab, source)
    assert outcome.code == 1 and "Deprecated" in outcome.msg
    assert lab.writes() == []


@pins.tags_at_once
def test_a_source_that_is_gone_does_not_matter_to_copies_that_are_there(lab: Lab) -> None:
    source = lab.source()
    copy(lab, source)
    with lab.sim.lock:
        lab.sim.world.drop_image(lab.image(source))
    outcome = copy(lab, source, name="golden")
    assert outcome.code == 0, outcome.result
    assert outcome.result["source"] is None
    assert outcome.actions == {BEIJING: "present"}
    refused = copy(lab, source, BEIJING, VALLEY, name="golden")
    assert refused.actions[BEIJING] == "present"
    assert refused.copy_in(VALLEY)["error"]["code"] == "SourceGone"
