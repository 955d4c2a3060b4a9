# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An older release leads again, whatever its last run came to: in all regions, or in none."""

from __future__ import annotations

import json
import typing as t

import pytest

from .releases import release

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE, TWO = "1000000000000011", "1000000000000012"
SHARED = {"image_release_accounts": [ONE]}
PROMOTE = {
    "image_release_promote": True,
    "image_release_deprecate_previous": True,
    "image_release_unshare_previous": True,
}


def leaders(stage: Stage) -> set[str]:
    """The images that lead the family, each with who has it."""
    return {
        " ".join([image["region"], image["name"], *stage.shares(image["image_id"])])
        for image in stage.images()
        if image["status"] == "Available" and image["family"] == "base"
    }


def back(stage: Stage, name: str, *words: str, code: int = 0, **more: t.Any) -> t.Any:
    given = {"image_release_from_manifest": f"{name}.json", "image_release_family": "base", **more}
    given = {"image_release_unshare_previous": True, "image_release_manifest": "", **given}
    return stage.playbook("rollback", given, *words, code=code)


def refuse(stage: Stage, action: str) -> None:
    """Beijing refuses an action, until ``faults`` are deleted."""
    rule = {"kind": "error", "action": action, "region": BEIJING, "code": "Forbidden.RAM", "status": 403}
    stage.control("faults", {**rule, "times": None})


@pytest.mark.parametrize("refused", ["deprecated", "DescribeImages", "DescribeImageSharePermission"])
def test_a_run_that_failed_on_sound_images_does_not_keep_them_from_leading_again(stage: Stage, refused: str) -> None:
    """A job that runs every night, after the images were withdrawn or while a region refused it."""
    first, second = (stage.image(name=name, created=f"2026-0{name[-1]}-01T00:00:00Z") for name in ("base-1", "base-2"))
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED, **PROMOTE))
    if refused != "deprecated":
        refuse(stage, refused)
        stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED), code=2)
        stage.control("faults", method="DELETE")
        again = {"image_release_from_manifest": "base-1.json", "image_release_accounts": [ONE, TWO]}
        stage.playbook("share", {**again, "image_release_manifest": ""})
        assert leaders(stage) == {f"{HOME} base-1", f"{BEIJING} base-1 {ONE} {TWO}"}
    stage.playbook("create_copy_share", release(stage, "base-2", second, **SHARED, **PROMOTE))
    if refused == "deprecated":
        stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED), code=2)
    planned = back(stage, "base-1", "--check")
    assert f"would be made Available again, and shared again with {ONE}" in planned.out
    assert leaders(stage) == {f"{HOME} base-2", f"{BEIJING} base-2 {ONE}"}
    assert back(stage, "base-1").changed == planned.changed > 0
    assert leaders(stage) == {f"{HOME} base-1", f"{BEIJING} base-1 {ONE}"}


@pytest.mark.parametrize("way", ["rollback", "create_copy_share"])
def test_a_release_that_lacks_an_image_leads_nowhere(stage: Stage, way: str) -> None:
    first, second = (stage.image(name=name, created=f"2026-0{name[-1]}-01T00:00:00Z") for name in ("base-1", "base-2"))
    stage.control("faults", {"kind": "error", "action": "CopyImage", "code": "Forbidden.RAM", "status": 403})
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED), code=2)
    stage.control("faults", method="DELETE")
    if way == "rollback":
        stage.playbook("create_copy_share", release(stage, "base-2", second, **SHARED, **PROMOTE))
    led = leaders(stage)
    stage.forget()
    given = {"image_release_from_manifest": "base-1.json", "image_release_family": "base", **PROMOTE}
    given |= {"image_release_manifest": "", "image_release_steps": ["promote"]}
    for words in (["--check"], []):
        refused = back(stage, "base-1", *words, code=2) if way == "rollback" else stage.playbook(way, given, code=2)
        assert "nothing was changed" in refused.out and f"{BEIJING} base-1 is passed over" in refused.out
    assert stage.writes() == [] and leaders(stage) == led


@pytest.mark.parametrize("steps", [["create", "copy", "share"], ["share"]])
def test_a_release_whose_copies_were_refused_leads_nowhere_and_is_not_its_source_alone(
    stage: Stage, steps: list[str]
) -> None:
    """Its manifest named the source alone: that led at home, and was shared in place of the copies."""
    first = stage.image(name="base-1", created="2026-01-01T00:00:00Z")
    second = stage.image(name="base-2", created="2026-02-01T00:00:00Z", disks=[{"size": 20}, {"size": 40}])
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED, **PROMOTE))
    refused = release(stage, "base-2", second, encrypted=True, **SHARED)
    assert "have 2 disks" in stage.playbook("create_copy_share", refused, code=2).out
    stage.playbook("create_copy_share", {**refused, "image_release_steps": steps}, code=2)
    record = json.loads((stage.folder / "base-2.json").read_text())
    there = {image["region"]: image["image_id"] for image in record["images"]}
    assert there == {HOME: second, BEIJING: None, FRANKFURT: None}
    led = leaders(stage)
    stage.forget()
    given = {"image_release_from_manifest": "base-2.json", "image_release_family": "base", **PROMOTE}
    given |= {"image_release_manifest": "", "image_release_steps": ["promote"]}
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", given, *words, code=2)
        assert "nothing was changed" in refused.out and f"{BEIJING} base-2 is passed over" in refused.out
    share = {"image_release_from_manifest": "base-2.json", "image_release_manifest": "", **SHARED}
    assert f"{BEIJING} base-2 is passed over" in stage.playbook("share", share, code=2).out
    assert stage.writes() == [] and leaders(stage) == led and stage.shares(second) == []


@pytest.mark.parametrize("steps", [["create", "copy", "share"], ["share"]])
def test_a_release_to_all_regions_of_which_none_was_copied_leads_nowhere(stage: Stage, steps: list[str]) -> None:
    """No destination is named then, so that its manifest knew of none: the source led at home, and was shared."""
    first, second = (stage.image(name=name, created=f"2026-0{name[-1]}-01T00:00:00Z") for name in ("base-1", "base-2"))
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED, **PROMOTE))
    everywhere = {"image_release_destination_regions": "all", "image_release_destinations": []}
    refused = release(stage, "base-2", second, image_release_steps=steps, **everywhere, **SHARED)
    if "copy" in steps:
        rule = {"kind": "error", "action": "DescribeRegions", "code": "Forbidden.RAM", "status": 403}
        stage.control("faults", {**rule, "times": None})
    stage.playbook("create_copy_share", refused, code=2)
    stage.control("faults", method="DELETE")
    led = leaders(stage)
    stage.forget()
    given = {"image_release_from_manifest": "base-2.json", "image_release_family": "base", **PROMOTE}
    given |= {"image_release_manifest": "", "image_release_steps": ["promote"]}
    for words in (["--check"], []):
        told = stage.playbook("create_copy_share", given, *words, code=2).out
        assert "nothing was changed" in told and "A release leads its family everywhere or nowhere" in told
    share = {"image_release_from_manifest": "base-2.json", "image_release_manifest": "again.json", **SHARED}
    stage.playbook("share", share, code=2)
    again = {**share, "image_release_from_manifest": "again.json", "image_release_manifest": ""}
    stage.playbook("share", again, code=2)
    assert stage.writes() == [] and leaders(stage) == led and stage.shares(second) == []


def test_what_was_taken_back_gets_no_lead_from_the_job_that_made_it(stage: Stage) -> None:
    """The image of that job is made of an instance, and the job runs every night, as if nothing had happened."""
    first = stage.image(name="base-1", created="2026-01-01T00:00:00Z")
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED, **PROMOTE))
    made = release(stage, "base-2", first, **SHARED, **PROMOTE)
    made["image_release_source"] = {"region": HOME, "instance_id": stage.ready["demo"]["instances"]["demo"]}
    stage.playbook("create_copy_share", made)
    back(stage, "base-1")
    led = leaders(stage)
    assert led == {f"{HOME} base-1", f"{BEIJING} base-1 {ONE}"}
    stage.forget()
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", made, *words, code=2)
        assert "imageops.alicloud.rollback makes this release lead again" in refused.out
    plain = stage.playbook("create_copy_share", made | dict.fromkeys(PROMOTE, False), code=2)
    assert "is Deprecated: left as it is" in plain.err
    assert stage.writes() == [] and leaders(stage) == led
    back(stage, "base-2")
    # The older one stays, and is the newest of the family no more.
    assert leaders(stage) == {f"{HOME} base-2", f"{BEIJING} base-2 {ONE}"} | led


def test_images_with_the_former_key_lead_alone_again(stage: Stage) -> None:
    """Those with the new key are as old as they are, so that none of them looked like a younger release."""
    first = stage.image(name="base-1", created="2026-01-01T00:00:00Z")
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED, **PROMOTE))
    keys = {"image_rekey_keys": {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, BEIJING)}}
    named = {"image_rekey_manifests": "base-1.json", "image_rekey_manifest": "keyed.json", "image_rekey_name": "keyed"}
    stage.playbook("image_rekey", {**named, **keys})
    assert leaders(stage) == {f"{HOME} keyed", f"{BEIJING} keyed {ONE}"}
    keyed = [image for image in stage.images() if image["name"] == "keyed"]
    assert {image["tags"]["imageops:source-created"] for image in keyed} == {"2026-01-01T00:00:00Z"}
    planned = back(stage, "base-1", "--check")
    assert back(stage, "base-1").changed == planned.changed > 0
    assert leaders(stage) == {f"{HOME} base-1", f"{BEIJING} base-1 {ONE}"}
    assert back(stage, "base-1").changed == 0


def test_a_younger_release_where_the_older_one_has_no_image_is_named(stage: Stage) -> None:
    """It leads there still, and nothing said so."""
    first, second = (stage.image(name=name, created=f"2026-0{name[-1]}-01T00:00:00Z") for name in ("base-1", "base-2"))
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED, **PROMOTE))
    stage.playbook("create_copy_share", release(stage, "base-2", second, encrypted=True, **SHARED, **PROMOTE))
    (stays,) = stage.in_region(FRANKFURT)
    named = f"{FRANKFURT}: {stays['image_id']} (base-2)"
    why = "Available: the release that leads again has no image in this region"
    given = {"image_release_from_manifest": "base-1.json", "image_release_family": "base"}
    given |= {"image_release_unshare_previous": True, "image_release_manifest": "back.json"}
    planned = stage.playbook("rollback", given, "--check")
    assert f"{named} would stay {why}" in planned.out and "no launch template goes back" in planned.out
    done = stage.playbook("rollback", given)
    assert done.changed == planned.changed and f"{named} stays {why}" in done.out
    assert "no launch template goes back" in done.out
    assert leaders(stage) == {f"{HOME} base-1", f"{BEIJING} base-1 {ONE}", f"{FRANKFURT} base-2 {ONE}"}
    record = json.loads((stage.folder / "back.json").read_text())
    assert [(image["region"], image["name"]) for image in record["left"]] == [(FRANKFURT, "base-2")]
    # What can't be looked at is told, and keeps nothing from going back.
    rule = {"kind": "error", "action": "DescribeImages", "region": FRANKFURT, "code": "Forbidden.RAM", "status": 403}
    stage.control("faults", {**rule, "times": None})
    again = stage.playbook("rollback", given)
    assert again.changed == 0 and "in other regions was not seen everywhere" in again.out
    assert json.loads((stage.folder / "back.json").read_text()) == record


def test_an_image_of_the_release_that_its_older_manifest_does_not_know_is_no_younger_release(stage: Stage) -> None:
    """The manifest came from a backup. It was said that the release has no image there and that a younger one leads."""
    given = {**SHARED, **PROMOTE}
    first = stage.image(name="base-1", created="2026-01-01T00:00:00Z")
    stage.playbook("create_copy_share", release(stage, "base-1", first, **given))
    older = (stage.folder / "base-1.json").read_text()
    stage.control("clock", {"advance": 60})
    stage.playbook("create_copy_share", release(stage, "base-1", first, encrypted=True, **given))
    (stage.folder / "base-1.json").write_text(older)
    for words in (["--check"], []):
        told = back(stage, "base-1", *words, image_release_manifest="back.json")
        assert told.changed == 1 and f"{FRANKFURT}: " not in told.out
    assert json.loads((stage.folder / "back.json").read_text())["left"] == []


def test_an_account_that_is_denied_gets_nothing_back(stage: Stage) -> None:
    """It had the older release, and has left since."""
    first, second = (stage.image(name=name, created=f"2026-0{name[-1]}-01T00:00:00Z") for name in ("base-1", "base-2"))
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED, **PROMOTE))
    stage.playbook("create_copy_share", release(stage, "base-2", second, image_release_accounts=[TWO], **PROMOTE))
    given = {"image_release_from_manifest": "base-1.json", "image_release_family": "base"}
    given |= {"image_release_unshare_previous": True, "image_release_denied_accounts": [ONE]}
    stage.playbook("rollback", given)
    assert leaders(stage) == {f"{HOME} base-1", f"{BEIJING} base-1"}


def test_an_account_that_was_cut_off_is_named_where_a_rollback_gives_it_an_image_again(stage: Stage) -> None:
    """It got everything back that the older manifest names, and no line told it from those who have the bad release."""
    first, second = (stage.image(name=name, created=f"2026-0{name[-1]}-01T00:00:00Z") for name in ("base-1", "base-2"))
    both = {"image_release_accounts": [ONE, TWO]}
    stage.playbook("create_copy_share", release(stage, "base-1", first, **both, **PROMOTE))
    stage.playbook("create_copy_share", release(stage, "base-2", second, **both, **PROMOTE))
    cut = {"unshare_everywhere_accounts": [ONE], "unshare_everywhere_regions": "all"}
    stage.playbook("unshare_everywhere", cut)
    (old,) = (image for image in stage.in_region(BEIJING) if image["name"] == "base-1")
    denied = {"image_release_denied_accounts": [ONE]}
    way_out = "name in image_release_denied_accounts whoever was cut off"
    for words, told in ((["--check"], f"would get {old['image_id']} back"), ([], f"got {old['image_id']} back")):
        named = f"{BEIJING}: {ONE} {told}, and had no image of the family base there: {way_out}"
        assert ONE not in back(stage, "base-1", "--check", **denied).out.replace(json.dumps(denied), "")
        assert named in back(stage, "base-1", *words).out
    assert leaders(stage) == {f"{HOME} base-1", f"{BEIJING} base-1 {ONE} {TWO}"}
    assert way_out not in back(stage, "base-1").out


def test_an_image_that_leaves_its_family_for_another_one_is_named(stage: Stage) -> None:
    """The first family had no lead any more, and neither plan nor summary said so."""
    first = stage.image(name="base-1")
    stage.playbook("create_copy_share", release(stage, "base-1", first, **PROMOTE))
    given = {"image_release_from_manifest": "base-1.json", "image_release_manifest": "base-1.json", **PROMOTE}
    given |= {"image_release_steps": ["promote"], "image_release_family": "web"}
    planned = stage.playbook("create_copy_share", given, "--check")
    assert f"{HOME}: {first} would leave the family base: an image is in one alone" in planned.out
    assert leaders(stage) == {f"{HOME} base-1", f"{BEIJING} base-1"}
    done = stage.playbook("create_copy_share", given)
    (copy,) = (image["image_id"] for image in stage.in_region(BEIJING))
    for region, image_id in ((HOME, first), (BEIJING, copy)):
        assert f"{region}: {image_id} has left the family base: an image is in one alone" in done.out
    assert f"joined the family web: {first} in {HOME}, {copy} in {BEIJING}" in done.out
    # It has looked at them: an earlier run was told as the last that had.
    record = json.loads((stage.folder / "base-1.json").read_text())
    assert [image["last_seen_at"] for image in record["images"]] == [None, None] and "last seen" not in done.out
    assert leaders(stage) == set() and "has left" not in stage.playbook("create_copy_share", given).out
