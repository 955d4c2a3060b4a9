# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_audit_info: what is not as it should be, found with one look at each kind in each region."""

from __future__ import annotations

import collections

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, MAIN, ONE, THREE, TWO, Data, Lab, Outcome
from simulator.state.regions import REGIONS

AUDIT = "ecs_image_audit_info"


def kinds(outcome: Outcome) -> list[str]:
    return [one["kind"] for one in outcome.result["findings"]]


def only(outcome: Outcome, kind: str) -> Data:
    (found,) = [one for one in outcome.result["findings"] if one["kind"] == kind]
    return dict(found)


def as_made(lab: Lab, image_id: str, **more: object) -> Data:
    image = lab.image(image_id)
    return {"region": image.region, "image_id": image_id, "name": image.name, "release": "base.json", **more}


def test_what_is_as_it_should_be_is_no_finding(lab: Lab) -> None:
    source = lab.source(shares=[ONE, TWO], family="base")
    lab.twin(source, BEIJING, shares=[ONE], family="base")
    expected = [as_made(lab, source, accounts=[ONE, TWO], shared_with=[ONE, TWO])]
    outcome = lab.ok(AUDIT, regions=[HOME, BEIJING, FRANKFURT], expected=expected, allowed=[ONE])
    assert outcome.result["findings"] == [] and outcome.result["not_looked"] == []
    assert not outcome.changed and lab.writes() == []
    told = [
        (one["region"], one["family"], one["images"], one["newest"]["image_id"]) for one in outcome.result["families"]
    ]
    assert told[0] == (HOME, "base", 1, source) and told[1][:3] == (BEIJING, "base", 1)
    assert (
        outcome.result["families"][1]["newest"]["created_at"] == outcome.result["families"][0]["newest"]["created_at"]
    )


@pytest.mark.parametrize("status", ["Deprecated", "Available"])
@pytest.mark.parametrize("withdrawn", [True, False])
def test_who_has_lost_what_was_withdrawn_is_no_finding_while_it_is_so(lab: Lab, status: str, withdrawn: bool) -> None:
    """A rollback had unshared it, as its manifest says, and the audit told that as drift."""
    image = lab.source(status=status)
    expected = as_made(lab, image, accounts=[ONE, TWO], shared_with=[ONE], withdrawn=withdrawn)
    outcome = lab.ok(AUDIT, region=HOME, expected=[expected, {**expected, "withdrawn": False}])
    drift = [] if withdrawn and status == "Deprecated" else ["not_shared", "unshared"]
    assert kinds(outcome) == [*(["deprecated"] * 2 if status == "Deprecated" else []), *drift]


def test_drift_against_what_is_expected(lab: Lab) -> None:
    encrypted = [{"size": 20, "encrypted": True, "kms_key_id": lab.key(HOME)}]
    keyed, plain = lab.source(name="keyed", disks=encrypted), lab.source(name="plain")
    old = lab.source(name="old", status="Deprecated")
    expected = [
        as_made(lab, keyed, encrypted=True, kms_key_id="another-key"),
        {**as_made(lab, plain, encrypted=True), "name": "before"},
        as_made(lab, old),
        {"region": HOME, "image_id": "m-gone", "name": "gone", "release": "base.json"},
        {"region": HOME, "image_id": None, "name": "never", "release": "base.json"},
        {"region": HOME, "image_id": "m-of-others", "name": "theirs", "account_id": ONE},
    ]
    outcome = lab.ok(AUDIT, region=HOME, expected=expected)
    assert kinds(outcome) == ["deprecated", "missing", "missing", "renamed", "unencrypted", "wrong_key"]
    assert only(outcome, "renamed")["message"] == "the image of base.json was named before"
    assert lab.key(HOME) in only(outcome, "wrong_key")["message"]
    assert {one["message"].rpartition(": ")[2] for one in outcome.result["findings"] if one["kind"] == "missing"} == {
        "it is gone",
        "it has never been made",
    }
    as_asked = lab.ok(AUDIT, region=HOME, expected=[as_made(lab, keyed, encrypted=True, kms_key_id=lab.key(HOME))])
    assert kinds(as_asked) == []


@pins.shown_at_once
def test_an_image_that_goes_before_its_share_list_is_read_is_none(lab: Lab) -> None:
    """The audit failed for a share list that there is no more."""
    gone = lab.source(shares=[ONE])
    lab.fault("hold", "DescribeImageSharePermission")
    other = lab.when_held(lambda: lab.delete_by_hand(lab.image(gone)))
    outcome = lab.ok(AUDIT, region=HOME, expected=[as_made(lab, gone)], allowed=[TWO])
    other.join(5)
    assert kinds(outcome) == ["missing"] and outcome.result["not_looked"] == []


def test_several_manifests_may_name_one_image(lab: Lab) -> None:
    image = lab.source(shares=[ONE, TWO, THREE])
    lists: list[dict[str, object]] = [{"accounts": [ONE], "shared_with": [ONE]}, {"accounts": [TWO]}, {}]
    for expected in (lists, lists[::-1]):
        outcome = lab.ok(AUDIT, region=HOME, expected=[as_made(lab, image, **given) for given in expected])
        assert only(outcome, "overshared")["accounts"] == [THREE] and len(kinds(outcome)) == 1


def test_an_empty_account_is_none_that_an_image_must_belong_to(lab: Lab) -> None:
    lost = {"region": HOME, "image_id": "m-lost", "account_id": ""}
    assert kinds(lab.ok(AUDIT, region=HOME, expected=[lost])) == ["missing"]
    lab.fails(AUDIT, "digits only", region=HOME, expected=[{**lost, "account_id": "prod"}])
    lab.fails(AUDIT, "accounts has an empty entry", region=HOME, expected=[{**lost, "accounts": ""}])
    for name in ("account_id", "accounts", "shared_with"):  # what YAML makes of 0100000000000011
        number = {name: 0o100000000000011}
        lab.fails(AUDIT, "account 4398046511113 has 13 digits", region=HOME, expected=[{**lost, **number}])
    lab.fails(AUDIT, "regions has an empty entry", regions="")


def test_who_has_an_image_and_who_should(lab: Lab) -> None:
    image = lab.source(shares=[ONE, THREE])
    given = {"accounts": [ONE, TWO], "shared_with": [ONE, MAIN[:-1] + "4"]}
    outcome = lab.ok(AUDIT, region=HOME, expected=[as_made(lab, image, **given)])
    assert kinds(outcome) == ["not_shared", "overshared", "unshared"]
    assert only(outcome, "not_shared")["accounts"] == [TWO]
    assert only(outcome, "overshared")["accounts"] == [THREE]
    assert only(outcome, "unshared")["accounts"] == [MAIN[:-1] + "4"]
    # Nobody has said who may have it.
    assert kinds(lab.ok(AUDIT, region=HOME)) == []
    assert kinds(lab.ok(AUDIT, region=HOME, allowed=[])) == ["overshared"]
    assert kinds(lab.ok(AUDIT, region=HOME, allowed=[ONE, THREE])) == []


@pins.organisation
def test_what_an_organisation_has_is_told_or_that_it_was_not_looked_at(lab: Lab) -> None:
    image = lab.source(organisation=["fd-1", TWO])
    outcome = lab.ok(AUDIT, region=HOME, allowed=[TWO])
    assert only(outcome, "organisation")["accounts"] == ["fd-1"] and kinds(outcome) == ["organisation"]
    assert kinds(lab.ok(AUDIT, region=HOME, allowed=[TWO, "fd-1"])) == []
    # Who has it by his organisation has it.
    assert kinds(lab.ok(AUDIT, region=HOME, expected=[as_made(lab, image, accounts=[TWO, "fd-1"])])) == []
    lab.fault("error", "ListSharedResources", code="NoPermission", status=403)
    refused = lab.ok(AUDIT, region=HOME, allowed=[])
    (entry,) = refused.result["not_looked"]
    assert (entry["what"], entry["optional"]) == ("organisation", True) and "NoPermission" in entry["reason"]
    lab.sim.journal.clear()
    assert lab.ok(AUDIT, region=HOME, allowed=[], organisation=False).result["not_looked"] == []
    assert lab.calls("ListSharedResources") == []


def test_what_is_left_and_what_it_weighs(lab: Lab) -> None:
    image = lab.source(name="new")
    gone = {"imageops:snapshot-of": "m-gone"}
    orphan = lab.plant("snapshots", region=HOME, size=40, tags=gone)
    lab.plant("snapshots", region=HOME, size=7, tags={"imageops:snapshot-of": image})
    boot = {"imageops:verify-of": image, "imageops:verify-run": f"abc/{lab.stamp(lab.clock.wall() - 3600)}"}
    left = lab.plant("instances", region=HOME, name="left", image_id=image, tags=boot)
    still = {**boot, "imageops:verify-run": f"abd/{lab.stamp(lab.clock.wall() + 3600)}"}
    lab.plant("instances", region=HOME, name="at work", image_id=image, tags=still)
    stopped = {"imageops:stopped-by": "other"}
    halted = lab.plant("instances", region=HOME, name="halted", status="Stopped", tags=stopped)
    lab.source(name="bad", status="CreateFailed")
    outcome = lab.ok(AUDIT, region=HOME)
    assert kinds(outcome) == ["failed", "orphaned_instance", "orphaned_snapshot", "stopped_instance"]
    assert (only(outcome, "orphaned_snapshot")["id"], only(outcome, "orphaned_snapshot")["gib"]) == (orphan, 40)
    assert (only(outcome, "orphaned_instance")["id"], only(outcome, "orphaned_instance")["gib"]) == (left, 20)
    assert only(outcome, "stopped_instance")["id"] == halted


@pins.shown_at_once
def test_unfinished_copies_and_a_full_region(lab: Lab) -> None:
    source = lab.source()
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], wait=False)
    outcome = lab.ok(AUDIT, regions=[HOME, BEIJING], image_quota=1)
    assert [(one["kind"], one["level"], one["region"]) for one in outcome.result["findings"]] == [
        ("near_quota", "bad", HOME),
        ("near_quota", "bad", BEIJING),
        ("unfinished", "note", BEIJING),
    ]


@pytest.mark.parametrize("action", ["DescribeImages", "DescribeSnapshots", "DescribeInstances"])
def test_a_region_that_refuses_hides_no_other(lab: Lab, action: str) -> None:
    lab.source(region=BEIJING, status="CreateFailed")
    lab.fault("error", action, region=HOME, code="Forbidden.RAM", status=403)
    outcome = lab.fails(AUDIT, "Forbidden.RAM", regions=[HOME, BEIJING])
    assert [one["region"] for one in outcome.result["not_looked"]] == [HOME]
    assert kinds(outcome) == ["failed"]


def test_regions_that_are_expected_and_not_looked_at_are_told(lab: Lab) -> None:
    expected = [{"region": BEIJING, "name": "base"}]
    outcome = lab.fails(AUDIT, "regions must be all or name it too", region=HOME, expected=expected)
    assert [one["region"] for one in outcome.result["not_looked"]] == [BEIJING]
    lab.fails(
        AUDIT,
        "neither image_id nor name",
        "image_quota must be",
        region=HOME,
        image_quota=0,
        expected=[{"region": HOME}],
    )


@pins.counted
@pins.organisation
def test_one_look_at_each_kind_in_each_region(lab: Lab) -> None:
    """All open regions, with an image that others have, a snapshot and an instance of ours in each."""
    regions = [name for name, region in REGIONS.items() if not region.closed]
    expected = []
    for region in regions:
        image = lab.source(region=region, shares=[ONE], organisation=["fd-1"])
        expected.append({"region": region, "image_id": image, "name": "golden", "accounts": [ONE]})
        lab.plant("snapshots", region=region, size=1, tags={"imageops:snapshot-of": "m-gone"})
    lab.sim.journal.clear()
    outcome = lab.ok(AUDIT, regions=["all"], expected=expected, allowed=[])
    calls = [call for call in lab.calls() if call["action"] != "DescribeRegions"]
    # A call to Resource Sharing names no region but by its host.
    by_region = collections.Counter((call["action"], call["region"]) for call in calls if call["region"])
    assert set(by_region.values()) <= {1, 2}
    shared = collections.Counter(call["action"] for call in calls if not call["region"])
    assert shared == {"ListSharedResources": len(regions), "ListSharedTargets": len(regions)}
    assert {action for action, _region in by_region} == {
        "DescribeImages",
        "DescribeSnapshots",
        "DescribeInstances",
        "DescribeImageSharePermission",
    }
    assert sorted({*kinds(outcome)}) == ["organisation", "orphaned_snapshot"]
    assert len(outcome.result["findings"]) == 2 * len(regions)


@pins.shared_at_once
def test_the_spaces_of_an_entry_s_list_belong_to_no_account(lab: Lab) -> None:
    """Somebody who has the image was told as one who has not, and as one whom no list names."""
    image = lab.source(shares=[ONE, TWO])
    both = f"{ONE}, {TWO}"
    expected = [{"region": HOME, "image_id": image, "accounts": both, "shared_with": both}]
    assert lab.ok(AUDIT, region=HOME, expected=expected).result["findings"] == []
