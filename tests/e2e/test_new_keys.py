# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook image_rekey: images get a new key, in all regions or in those that are to."""

from __future__ import annotations

import json
import typing as t

import pytest

from .beside import another_run
from .releases import families, release

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE = "1000000000000011"


def test_images_get_a_new_key_everywhere(stage: Stage) -> None:
    source = stage.image(name="base-1")
    given = {"image_release_accounts": [ONE], "image_release_share_source": True, "image_release_promote": True}
    variables = release(stage, "base-1", source, encrypted=True, **given)
    stage.playbook("create_copy_share", variables)
    keys = {region: stage.control("seed", {"keys": [{"region": region}]})["ids"]["keys"][0] for region in
            (HOME, BEIJING, FRANKFURT)}  # fmt: skip
    rekey = {
        "image_rekey_manifests": [variables["image_release_manifest"]],
        "image_rekey_name": "base-1-rekeyed",
        "image_rekey_keys": keys,
    }
    stage.forget()
    planned = stage.playbook("image_rekey", rekey, "--check")
    assert stage.writes() == []
    for region, key in keys.items():
        assert f"{region} base-1-rekeyed would be made with the key {key}" in planned.out
        assert f"{region} base-1-rekeyed would be shared with {ONE}" in planned.out
    assert planned.out.count(f"base-1 would be deprecated and taken from {ONE}") == len(keys)
    done = stage.playbook("image_rekey", rekey)
    assert planned.changed == done.changed
    for region, key in keys.items():
        images = {image["name"]: image for image in stage.in_region(region)}
        old, new = images["base-1"], images["base-1-rekeyed"]
        assert (old["status"], stage.shares(old["image_id"])) == ("Deprecated", [])
        assert (new["status"], stage.shares(new["image_id"])) == ("Available", [ONE])
        assert {snapshot["kms_key_id"] for snapshot in stage.control("state")["snapshots"]
                if snapshot["snapshot_id"] in {disk["snapshot_id"] for disk in new["disks"]}} == {key}  # fmt: skip
    assert families(stage) == {region: ["base-1-rekeyed"] for region in keys}
    record = json.loads((stage.folder / "image_rekey-localhost-base-1-rekeyed.json").read_text())
    assert record["name"] == "base-1-rekeyed" and {image["kms_key_id"] for image in record["images"]} == set(
        keys.values()
    )
    assert all([one["account_id"] for one in image["shares"]] == [ONE] for image in record["images"])
    stage.forget()
    assert stage.playbook("image_rekey", rekey).changed == 0
    assert stage.writes() == []


@pytest.mark.parametrize("action", ["CopyImage", "ModifyImageSharePermission"])
def test_a_new_key_that_fails_on_the_way_leaves_a_manifest_of_what_was_made(stage: Stage, action: str) -> None:
    """The copies that were made were billed, and no file named them."""
    variables = release(stage, "base-1", stage.image(name="base-1"), encrypted=True, image_release_accounts=[ONE])
    stage.playbook("create_copy_share", variables)
    keys = {region: stage.control("seed", {"keys": [{"region": region}]})["ids"]["keys"][0] for region in
            (HOME, BEIJING, FRANKFURT)}  # fmt: skip
    rekey = {"image_rekey_manifests": variables["image_release_manifest"], "image_rekey_name": "new"}
    rekey |= {"image_rekey_keys": keys}
    rule = {"kind": "error", "action": action, "code": "InvalidParameter.KMSKeyId.NotFound", "status": 404}
    place = {"destination": FRANKFURT} if action == "CopyImage" else {}
    stage.control("faults", {**rule, **place, "times": None})
    failed = stage.playbook("image_rekey", rekey, code=2)
    assert "run again, which goes on with it" in failed.out and f"{FRANKFURT} new has the key" not in failed.out
    record = json.loads((stage.folder / "image_rekey-localhost-new.json").read_text())
    (new,) = (image for image in stage.in_region(BEIJING) if image["name"] == "new")
    assert not record["complete"]
    assert new["image_id"] in [image["image_id"] for image in record["images"] if image["region"] == BEIJING]
    stage.control("faults", method="DELETE")
    stage.playbook("image_rekey", rekey)
    record = json.loads((stage.folder / "image_rekey-localhost-new.json").read_text())
    assert record["complete"] and [one["name"] for one in stage.in_region(BEIJING)].count("new") == 1


def test_a_new_key_whose_manifest_was_lost_still_says_which_images_it_has_withdrawn(stage: Stage) -> None:
    """The next run found them deprecated already, wrote none of them, and an audit found them unshared."""
    given = {"image_release_accounts": [ONE], "image_release_share_source": True}
    stage.playbook("create_copy_share", release(stage, "base-1", stage.image(name="base-1"), **given))
    keys = {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, BEIJING)}
    rekey = {"image_rekey_manifests": "base-1.json", "image_rekey_name": "new", "image_rekey_keys": keys}
    stage.playbook("image_rekey", rekey)
    record = stage.folder / "image_rekey-localhost-new.json"
    made = json.loads(record.read_text())["deprecated"]
    assert [image["accounts"] for image in made] == [[ONE], [ONE]]
    assert stage.playbook("image_rekey", rekey).changed == 0
    record.unlink()
    stage.playbook("image_rekey", rekey)
    again = json.loads(record.read_text())["deprecated"]
    assert [image["image_id"] for image in again] == [image["image_id"] for image in made]
    audit = {"image_audit_manifests": ["base-1.json", record.name], "image_audit_regions": [*keys]}
    assert "0 findings in 4 images" in stage.playbook("image_audit", audit).out


def test_a_region_without_a_new_key_is_named_before_anything(stage: Stage) -> None:
    variables = release(stage, "base-1", stage.image(name="base-1"), encrypted=True)
    stage.playbook("create_copy_share", variables)
    stage.forget()
    rekey = {"image_rekey_manifests": [variables["image_release_manifest"]], "image_rekey_name": "new"}
    refused = stage.playbook("image_rekey", {**rekey, "image_rekey_keys": {HOME: "k"}}, code=2)
    assert f"lacks {BEIJING}, {FRANKFURT}" in refused.out
    assert stage.writes() == []


def test_a_key_that_an_image_has_already_is_refused_and_it_can_keep_it(stage: Stage) -> None:
    """It was copied all the same, and the copy was billed beside it."""
    variables = release(stage, "base-1", stage.image(name="base-1"), encrypted=True)
    stage.playbook("create_copy_share", variables)
    record = json.loads((stage.folder / "base-1.json").read_text())
    had = {image["region"]: image["kms_key_id"] for image in record["images"] if image["kms_key_id"]}
    assert FRANKFURT in had
    (copy,) = stage.in_region(FRANKFURT)
    new = stage.control("seed", {"keys": [{"region": region} for region in (HOME, BEIJING)]})["ids"]["keys"]
    rekey = {"image_rekey_manifests": [variables["image_release_manifest"]], "image_rekey_name": "new"}
    keys = {HOME: new[0], BEIJING: new[1], FRANKFURT: had[FRANKFURT]}
    stage.forget()
    for words in (["--check"], []):
        refused = stage.playbook("image_rekey", {**rekey, "image_rekey_keys": {**keys, HOME: 1}}, *words, code=2)
        assert f"{copy['image_id']} in {FRANKFURT} has that key already" in refused.out
        assert f"the key of {HOME} must be a text" in refused.out
    assert stage.writes() == []
    done = stage.playbook("image_rekey", {**rekey, "image_rekey_keys": {**keys, FRANKFURT: "keep"}})
    assert f"{FRANKFURT}: the image keeps its key" in done.out
    assert stage.in_region(FRANKFURT) == [copy]
    assert {image["name"]: image["status"] for image in stage.in_region(BEIJING)} == {
        "base-1": "Deprecated", "new": "Available"}  # fmt: skip
    made = json.loads((stage.folder / "image_rekey-localhost-new.json").read_text())
    assert sorted(image["region"] for image in made["deprecated"]) == [BEIJING, HOME]


def test_a_second_new_key_that_stops_on_its_way_goes_on_with_the_images_of_the_first(stage: Stage) -> None:
    """By default it wrote its manifest over the one that it read, so that nothing named those images any more."""
    given = release(stage, "base-1", stage.image(name="base-1"), image_release_accounts=[ONE])
    stage.playbook("create_copy_share", given)
    (home, first, second) = stage.control(
        "seed", {"keys": [{"region": region} for region in (HOME, BEIJING, BEIJING)]}
    )["ids"]["keys"]
    rekey = {"image_rekey_manifests": "base-1.json", "image_rekey_name": "one"}
    rekey |= {"image_rekey_keys": {HOME: home, BEIJING: first}}
    stage.playbook("image_rekey", rekey)
    again = {"image_rekey_manifests": "image_rekey-localhost-one.json", "image_rekey_name": "two"}
    again |= {"image_rekey_keys": {HOME: "keep", BEIJING: second}}
    stage.forget()
    over = {"image_rekey_manifest": "image_rekey-localhost-one.json", "image_rekey_name": "one"}
    refused = stage.playbook("image_rekey", {**again, **over}, code=2)
    assert "in cn-beijing is called one itself" in refused.out and stage.writes() == []
    refused = stage.playbook("image_rekey", {**again, **over, "image_rekey_name": "two"}, code=2)
    assert "image_rekey_manifests and image_rekey_manifest name the same file" in refused.out
    stage.control(
        "faults", {"kind": "error", "action": "ModifyImageSharePermission", "code": "Forbidden.RAM", "times": None}
    )
    stage.playbook("image_rekey", again, code=2)
    stage.control("faults", method="DELETE")
    stage.playbook("image_rekey", again)
    told = {image["name"]: (image["status"], stage.shares(image["image_id"])) for image in stage.in_region(BEIJING)}
    assert told == {"base-1": ("Deprecated", []), "one": ("Deprecated", []), "two": ("Available", [ONE])}
    records = {name: json.loads((stage.folder / f"image_rekey-localhost-{name}.json").read_text()) for name in
               ("one", "two")}  # fmt: skip
    assert {name: record["name"] for name, record in records.items()} == {"one": "one", "two": "two"}
    assert [image["name"] for image in records["two"]["deprecated"]] == ["one"]


def test_copies_with_a_new_key_are_stopped_by_their_manifest(stage: Stage) -> None:
    """It names no source, and was refused, although its report offers the command."""
    stage.playbook("create_copy_share", release(stage, "base-1", stage.image(name="base-1"), encrypted=True))
    (key,) = stage.control("seed", {"keys": [{"region": BEIJING}]})["ids"]["keys"]
    stage.control("settings", {"copy_gib_per_second": 0.001})
    stage.control(
        "faults", {"kind": "unavailable", "action": "DescribeImages", "region": BEIJING, "nth": 6, "times": None}
    )
    rekey = {"image_rekey_manifests": "base-1.json", "image_rekey_name": "new", "image_rekey_manifest": "new.json"}
    rekey |= {"image_rekey_keys": {HOME: "keep", FRANKFURT: "keep", BEIJING: key}}
    stage.playbook("image_rekey", {**rekey, "image_release_connection": {"unreachable_timeout": 1}}, code=2)
    stage.control("faults", method="DELETE")
    (copy,) = (image for image in stage.in_region(BEIJING) if image["name"] == "new")
    for words in (["--check"], []):
        stopped = stage.playbook("stop_copies", {"stop_copies_manifests": ["new.json"]}, *words)
        be = "would be" if words else "was"
        assert f"{BEIJING} {copy['image_id']} new {be} stopped at" in stopped.out
        assert f"1 copy {be} stopped in {BEIJING}, out of 1 copy that the manifests name" in stopped.out
    assert [image["name"] for image in stage.in_region(BEIJING)] == ["base-1"]
    again = stage.playbook("stop_copies", {"stop_copies_manifests": ["new.json"]})
    assert again.changed == 0 and "was stopped before, or is gone" in again.out


def test_a_new_key_does_not_bring_back_a_release_that_was_taken_back(stage: Stage) -> None:
    """Somebody went back to an older one between two runs: the bad one led again by its new name, and nobody had it."""
    promoted = {
        "image_release_accounts": [ONE],
        "image_release_promote": True,
        "image_release_deprecate_previous": True,
    }
    promoted |= {"image_release_unshare_previous": True}
    for name in ("base-1", "base-2"):
        source = stage.image(name=name, created=f"2026-0{name[-1]}-01T00:00:00Z")
        stage.playbook("create_copy_share", release(stage, name, source, **promoted))
    keys = {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, BEIJING)}
    rekey = {"image_rekey_manifests": "base-2.json", "image_rekey_name": "new", "image_rekey_keys": keys}
    refused = {"kind": "error", "action": "ModifyImageSharePermission", "code": "Forbidden.RAM", "status": 403}
    stage.control("faults", refused)
    stage.playbook("image_rekey", rekey, code=2)
    stage.control("faults", method="DELETE")
    back = {"image_release_from_manifest": "base-1.json", "image_release_family": "base", "image_release_manifest": ""}
    stage.playbook("rollback", {**back, "image_release_unshare_previous": True})
    stage.forget()
    for words in (["--check"], []):
        told = stage.playbook("image_rekey", rekey, *words)
        (old,) = (image for image in stage.in_region(BEIJING) if image["name"] == "base-2")
        assert f"{BEIJING}: {old['image_id']} (base-2) is Deprecated and does not lead the family base" in told.out
    assert stage.writes() == [] and families(stage) == {HOME: ["base-1"], BEIJING: ["base-1"]}
    record = json.loads((stage.folder / "image_rekey-localhost-new.json").read_text())
    assert {image["family"] for image in record["images"]} == {None}


def test_a_release_that_is_promoted_while_another_one_gets_a_new_key_is_told(stage: Stage) -> None:
    """The new images of the older release joined the family after it, were taken for the newest, and all was well."""
    promoted = {"image_release_promote": True, "image_release_deprecate_previous": True}
    younger = stage.image(name="base-2", created="2026-02-01T00:00:00Z")
    given = release(stage, "base-1", stage.image(name="base-1", created="2026-01-01T00:00:00Z"), **promoted)
    stage.playbook("create_copy_share", given)
    rekey = {"image_rekey_manifests": "base-1.json", "image_rekey_name": "new"}
    rekey |= {"image_rekey_keys": {HOME: stage.ready["demo"]["kms_keys"][HOME], BEIJING: "keep"}}
    # The first one sets again what copying loses.
    stage.control("faults", {"kind": "hold", "action": "ModifyImageAttribute", "nth": 2})
    stage.holds_claims = False  # what the other one does is no claim of a task
    with another_run(stage, (HOME, {"ImageId": younger, "ImageFamily": "base"})):
        done = stage.playbook("image_rekey", rekey, code=2)
    assert f"{HOME}: family base holds {younger} (base-2) of 2026-02-01T00:00:00Z as well as" in done.out
    assert not json.loads((stage.folder / "image_rekey-localhost-new.json").read_text())["complete"]
    assert {image["name"]: image["status"] for image in stage.in_region(HOME)}["base-1"] == "Deprecated"
