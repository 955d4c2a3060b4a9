# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image: create, keep, deprecate and remove."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import HOME, ONE, VALLEY, Lab

IMAGE = "ecs_image"


# Present


def test_an_image_of_an_instance_with_two_disks(lab: Lab) -> None:
    instance = lab.demo("instances", "stopped")
    wanted = {"description": "A base image", "family": "base", "tags": {"stage": "release"}}
    outcome = lab.ok(IMAGE, region=HOME, instance_id=instance, name="base", **wanted)
    made = lab.one(HOME)
    image = outcome.result["image"]
    assert outcome.changed
    assert (image["image_id"], image["status"], image["size"]) == (made.image_id, "Available", 60)
    assert (made.description, made.family) == ("A base image", "base")
    assert made.tags == {"stage": "release", "imageops:created-from": instance}
    assert outcome.result["snapshots"] == [disk.snapshot_id for disk in made.disks]
    tags = [lab.sim.world.snapshots[one].tags for one in outcome.result["snapshots"]]
    assert tags == [{"imageops:snapshot-of": made.image_id}] * 2


@pytest.mark.parametrize("way", ["snapshot_id", "disk_mappings"])
def test_an_image_of_snapshots(lab: Lab, way: str) -> None:
    system = lab.plant("snapshots", region=HOME, size=20, disk_id="d-1")
    data = lab.plant("snapshots", region=HOME, size=40, type="data", disk_id="d-2")
    disks = [{"snapshot_id": system, "device": "/dev/xvda"}, {"snapshot_id": data, "size": 50, "device": "/dev/xvdb"}]
    source: dict[str, t.Any] = {way: system if way == "snapshot_id" else disks}
    call = {"region": HOME, "name": "base", **source}
    outcome = lab.ok(IMAGE, **call)
    assert outcome.result["image"]["size"] == (20 if way == "snapshot_id" else 70)
    assert not lab.ok(IMAGE, **call).changed
    own = [lab.sim.world.snapshots[one].tags for one in (system, data)]
    assert own == [{}, {}], "a user's backup is not this image's"


@pins.tags_at_once
def test_a_second_run_changes_nothing_and_makes_nothing(lab: Lab) -> None:
    call = {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "base"}
    first = lab.ok(IMAGE, **call)
    lab.sim.journal.clear()
    again = lab.ok(IMAGE, **call)
    assert not again.changed and lab.writes() == []
    assert again.result["image"]["image_id"] == first.result["image"]["image_id"]


def test_an_image_of_something_else_is_never_used_instead(lab: Lab) -> None:
    lab.ok(IMAGE, region=HOME, instance_id=lab.demo("instances", "demo"), name="base")
    made = lab.one(HOME).image_id
    other = lab.demo("instances", "stopped")
    outcome = lab.fails(IMAGE, made, other, region=HOME, instance_id=other, name="base")
    assert outcome.result["error"]["code"] == "NameTaken"
    assert len(lab.own(HOME)) == 1


def test_an_unmarked_image_of_that_name_is_never_used_instead(lab: Lab) -> None:
    lab.source(name="base")
    lab.fails(IMAGE, "something unknown", region=HOME, instance_id=lab.demo("instances", "demo"), name="base")


@pins.counted
def test_not_waiting_and_then_waiting(lab: Lab) -> None:
    call = {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "base"}
    first = lab.ok(IMAGE, wait=False, **call)
    assert first.changed and first.result["image"]["status"] == "Creating"
    second = lab.ok(IMAGE, **call)
    assert second.result["image"]["status"] == "Available"
    assert len(lab.calls("CreateImage")) == 1


def test_time_that_runs_out_is_no_loss(lab: Lab) -> None:
    lab.setting(create_gib_per_second=0.01)
    call = {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "base"}
    outcome = lab.fails(IMAGE, "wait_timeout", wait_timeout=60, **call)
    assert outcome.changed, "the image was started"
    assert lab.image(outcome.result["image"]["image_id"]).name == "base"
    assert outcome.result["image"]["status"] == "Creating" and outcome.result["request_id"]
    lab.setting(create_gib_per_second=5.0)
    lab.pass_time(2000)
    lab.ok(IMAGE, **call)
    assert len(lab.calls("CreateImage")) == 1


def test_an_image_whose_snapshots_can_not_be_tagged_is_told_with_the_failure(lab: Lab) -> None:
    call = {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "base"}
    lab.fault("error", "TagResources", code="Forbidden.RAM", status=403)
    outcome = lab.fails(IMAGE, "Forbidden.RAM", **call)
    told = outcome.result
    assert told["changed"] and lab.image(told["image"]["image_id"]).name == "base"
    assert told["image"]["status"] == "Available" and told["request_id"] and told["finished_at"]


def test_the_image_of_somebody_else_is_not_told_as_ours_by_a_failure(lab: Lab) -> None:
    lab.ok(IMAGE, region=HOME, instance_id=lab.demo("instances", "demo"), name="base")
    lab.source(name="another")
    outcome = lab.fails(IMAGE, "another", region=HOME, instance_id=lab.demo("instances", "demo"), name="another")
    assert outcome.result["image"] is None


@pins.tags_at_once
def test_what_is_asked_of_an_image_is_kept(lab: Lab) -> None:
    source = lab.source(tags={"stage": "old", "extra": "1", "acs:rm": "x"})
    group = lab.plant("resource_groups")
    wanted: dict[str, t.Any] = {
        "image_id": source,
        "name": "renamed",
        "description": "Another text",
        "family": "base",
        "boot_mode": "BIOS",
        "imds_support": "v2",
        "nvme_support": "unsupported",
        "resource_group_id": group,
        "tags": {"stage": "new"},
        "purge_tags": True,
    }
    lab.ok(IMAGE, region=HOME, **wanted)
    image = lab.image(source)
    assert (image.name, image.description, image.family) == ("renamed", "Another text", "base")
    assert (image.boot_mode, image.resource_group_id) == ("BIOS", group)
    assert (image.features["ImdsSupport"], image.features["NvmeSupport"]) == ("v2", "unsupported")
    assert image.tags == {"stage": "new", "acs:rm": "x"}
    assert not lab.ok(IMAGE, region=HOME, **wanted).changed


def test_what_is_not_asked_is_left_alone(lab: Lab) -> None:
    source = lab.source(family="base", tags={"stage": "release"})
    before = lab.state()
    assert not lab.ok(IMAGE, region=HOME, image_id=source).changed
    assert lab.state() == before


def test_an_image_that_is_not_there_is_not_made_of_nothing(lab: Lab) -> None:
    lab.fails(IMAGE, "base", region=HOME, name="base")
    lab.fails(IMAGE, "m-nothing", region=HOME, image_id="m-nothing")
    lab.fails(IMAGE, region=HOME, name="base", instance_id=lab.demo("instances", "demo"), state="deprecated")
    assert lab.writes() == []


@pytest.mark.parametrize(
    "source", [{"instance_id": "i-nothing"}, {"snapshot_id": "s-nothing"}], ids=["instance", "snapshot"]
)
@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_an_unknown_source_is_refused_before_the_first_write(lab: Lab, source: dict[str, str], check: bool) -> None:
    (word,) = source.values()
    lab.fails(IMAGE, word, region=HOME, name="base", check=check, **source)
    assert lab.writes() == []


# Deprecated


def test_deprecated_and_back(lab: Lab) -> None:
    source = lab.source()
    assert lab.ok(IMAGE, region=HOME, image_id=source, state="deprecated").changed
    assert lab.image(source).status == "Deprecated"
    assert not lab.ok(IMAGE, region=HOME, image_id=source, state="deprecated").changed
    assert lab.ok(IMAGE, region=HOME, image_id=source).changed
    assert lab.image(source).status == "Available"


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_withdrawn_image_stays_so_without_restore(lab: Lab, check: bool) -> None:
    source = lab.source()
    lab.ok(IMAGE, region=HOME, image_id=source, state="deprecated")
    kept = lab.ok(IMAGE, region=HOME, image_id=source, restore=False, description="known", check=check)
    assert kept.changed and kept.result["image"]["status"] == lab.image(source).status == "Deprecated"
    assert any(f"image {source} in {HOME} is Deprecated: left as it is" in warning for warning in kept.warnings)
    restored = lab.ok(IMAGE, region=HOME, image_id=source, check=check)
    assert restored.changed and restored.result["image"]["status"] == "Available" and not restored.warnings


@pytest.mark.parametrize("state", ["deprecated", "absent"])
@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_shared_image_is_not_withdrawn_unasked(lab: Lab, state: str, check: bool) -> None:
    source = lab.source(shares=[ONE])
    lab.fails(IMAGE, ONE, "unshare=true", region=HOME, image_id=source, state=state, check=check)
    assert lab.image(source).accounts() == [ONE]
    assert lab.writes() == []


@pytest.mark.parametrize("state", ["deprecated", "absent"])
def test_a_public_image_is_not_withdrawn_unasked(lab: Lab, state: str) -> None:
    source = lab.source(region=VALLEY, is_public=True)
    lab.fails(IMAGE, "public", region=VALLEY, image_id=source, state=state)
    lab.ok(IMAGE, region=VALLEY, image_id=source, state=state, unshare=True)
    if state == "deprecated":
        assert not lab.image(source).is_public
    else:
        assert lab.own(VALLEY) == []
