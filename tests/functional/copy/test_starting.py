# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_copy starts copies: what the call asks for, what the result tells, and what copies get besides."""

from __future__ import annotations

import typing as t

from functional import pins
from functional.copy.copying import COPY, copy
from functional.support import BEIJING, FRANKFURT, HOME, ONE, VALLEY, Lab


@pins.tags_as_asked
def test_a_copy_gets_name_description_tags_and_markers_in_the_very_call(lab: Lab) -> None:
    source = lab.source(tags={"stage": "release", "acs:rm": "x", "imageops:created-from": "i-1"})
    outcome = copy(lab, source, tags={"stage": "copied", "team": "base"})
    assert outcome.code == 0
    (call,) = lab.calls("CopyImage")
    sent = {
        value: call["params"][key.replace(".Key", ".Value")]
        for key, value in call["params"].items()
        if key.startswith("Tag.") and key.endswith(".Key")
    }
    created = lab.stamp(lab.image(source).created)
    assert sent == {
        "stage": "copied",
        "team": "base",
        "imageops:copied-from": f"{HOME}/{source}",
        "imageops:copied-as": "golden",
        "imageops:source-created": created,
    }
    assert call["params"]["DestinationImageName"] == "golden"
    assert call["params"]["Encrypted"].lower() == "false"
    assert call["params"]["ClientToken"]
    made = lab.one(BEIJING)
    assert (made.name, made.description, made.tags) == ("golden", "Golden image", sent)


def test_the_result_tells_all_about_a_copy(lab: Lab) -> None:
    source = lab.source()
    outcome = copy(lab, source)
    made = lab.one(BEIJING)
    entry = outcome.copy_in(BEIJING)
    assert outcome.changed
    assert outcome.result["images"] == {BEIJING: made.image_id}
    assert outcome.result["became_available"] == [{"region": BEIJING, "image_id": made.image_id}]
    assert outcome.result["account_id"] == "1000000000000001"
    assert outcome.result["source"]["image_id"] == source
    assert entry["action"] == "started"
    assert (entry["status"], entry["progress"], entry["size"]) == ("Available", 100, 20)
    assert entry["snapshot_ids"] == [disk.snapshot_id for disk in made.disks]
    assert entry["request_ids"] == [lab.calls("CopyImage")[0]["request_id"]]
    assert entry["started_at"] < entry["finished_at"]
    assert entry["elapsed_seconds"] >= 4
    assert entry["error"] is None and entry["planned"] is False


def test_the_lost_feature_is_set_again_and_the_snapshots_are_tagged(lab: Lab) -> None:
    source = lab.source(disks=[{"size": 20}, {"size": 40}])
    copy(lab, source)
    made = lab.one(BEIJING)
    assert made.features["NvmeSupport"] == "supported"
    tags = [lab.sim.world.snapshots[disk.snapshot_id].tags for disk in made.disks]
    assert tags == [{"imageops:snapshot-of": made.image_id}] * 2


@pins.tags_as_asked
def test_without_copy_tags_the_source_s_stay_behind(lab: Lab) -> None:
    source = lab.source(tags={"stage": "release"})
    copy(lab, source, copy_tags=False, tags={"team": "base"})
    assert {key for key in lab.one(BEIJING).tags if not key.startswith("imageops:")} == {"team"}


@pins.shown_at_once
def test_not_waiting_leaves_the_copy_running_and_the_next_run_adopts_it(lab: Lab) -> None:
    source = lab.source()
    first = copy(lab, source, wait=False)
    running = lab.one(BEIJING)
    assert first.changed and first.copy_in(BEIJING)["status"] in ("Creating", "Waiting")
    assert first.result["became_available"] == []
    second = copy(lab, source)
    assert second.actions == {BEIJING: "adopted"}
    assert lab.one(BEIJING).image_id == running.image_id
    assert len(lab.calls("CopyImage")) == 1


@pins.shown_at_once
@pins.tags_at_once
def test_adopting_a_copy_that_lacks_nothing_is_no_change(lab: Lab) -> None:
    """Its snapshots are tagged by an earlier look, so that the waiting is all that is left to do."""
    source = lab.source(features={})
    copy(lab, source, wait=False)
    running = lab.one(BEIJING)
    for disk in running.disks:
        lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = running.image_id
    outcome = copy(lab, source)
    assert outcome.actions == {BEIJING: "adopted"}
    assert not outcome.changed


def test_the_source_itself_as_destination_is_no_copy(lab: Lab) -> None:
    source = lab.source()
    outcome = copy(lab, source, HOME)
    assert outcome.code == 0 and not outcome.changed
    assert outcome.actions == {HOME: "present"}
    assert outcome.result["images"] == {HOME: source}
    assert lab.writes() == []


def test_an_encrypted_copy_inside_the_source_s_region(lab: Lab) -> None:
    source = lab.source()
    key = lab.key(HOME)
    destination = {"region": HOME, "name": "golden-encrypted", "encrypted": True, "kms_key_id": key}
    outcome = lab.ok(COPY, region=HOME, image_id=source, destinations=[destination])
    made = next(image for image in lab.own(HOME) if image.name == "golden-encrypted")
    assert [one.kms_key_id for one in lab.sim.world.image_snapshots(made)] == [key]
    assert outcome.copy_in(HOME)["encrypted"] is True
    assert outcome.copy_in(HOME)["kms_key_id"] == key


def test_an_encrypted_source_gives_encrypted_copies(lab: Lab) -> None:
    source = lab.source(disks=[{"size": 20, "encrypted": True, "kms_key_id": lab.key(HOME)}])
    outcome = copy(lab, source)
    assert outcome.copy_in(BEIJING)["encrypted"] is True
    assert lab.calls("CopyImage")[0]["params"]["Encrypted"].lower() == "true"


@pins.tags_at_once
def test_images_of_several_regions_are_encrypted_where_they_are(lab: Lab) -> None:
    """A consumer takes over what is shared with it, with a key of its own."""
    shared = {HOME: lab.source(shares=[ONE]), BEIJING: lab.source(region=BEIJING, shares=[ONE])}
    keys = {region: lab.plant("keys", region=region, account=ONE) for region in shared}
    destinations = [{"region": region, "kms_key_id": key} for region, key in keys.items()]
    params: dict[str, t.Any] = {"images": shared, "destinations": destinations, "name": "taken-over", "encrypted": True}
    outcome = lab.ok(COPY, who="consumer-one", **params)
    assert outcome.actions == {HOME: "started", BEIJING: "started"}
    for region, key in keys.items():
        (made,) = lab.own(region, ONE)
        assert made.name == "taken-over"
        assert {one.kms_key_id for one in lab.sim.world.image_snapshots(made)} == {key}
        assert outcome.copy_in(region)["kms_key_id"] == key
    assert not lab.ok(COPY, who="consumer-one", **params).changed


def test_the_owner_s_key_is_no_use_to_who_takes_an_image_over(lab: Lab) -> None:
    shared = {HOME: lab.source(shares=[ONE])}
    params = {"images": shared, "name": "taken-over", "encrypted": True, "kms_key_id": lab.key(HOME)}
    lab.fails(COPY, "InvalidParameter.KMSKeyId", who="consumer-one", **params)
    assert lab.own(HOME, ONE) == []


@pins.side_by_side
def test_more_copies_than_run_at_once_are_queued_and_all_finish(lab: Lab) -> None:
    regions = ["cn-beijing", "cn-shanghai", "cn-shenzhen", "cn-qingdao", "cn-chengdu", "eu-central-1", "us-west-1"]
    source = lab.source()
    outcome = copy(lab, source, *regions)
    assert outcome.code == 0
    assert set(outcome.result["images"]) == set(regions)
    assert {lab.one(region).status for region in regions} == {"Available"}
    assert len(lab.calls("CopyImage")) == 7


def test_a_source_that_is_still_being_made_is_waited_for(lab: Lab) -> None:
    made = lab.ok("ecs_image", region=HOME, instance_id=lab.demo("instances", "demo"), name="base", wait=False)
    outcome = copy(lab, made.result["image"]["image_id"])
    assert outcome.code == 0, outcome.result
    assert lab.one(BEIJING).status == "Available"


def test_one_conflict_per_source_makes_the_copies_follow_each_other(lab: Lab) -> None:
    lab.setting(copy_conflict="source")
    source = lab.source()
    outcome = copy(lab, source, BEIJING, FRANKFURT, VALLEY)
    assert outcome.code == 0, outcome.result
    assert [lab.one(region).status for region in (BEIJING, FRANKFURT, VALLEY)] == ["Available"] * 3


def test_a_source_that_goes_before_it_is_copied_is_named(lab: Lab) -> None:
    """The API's message names no image, and stood behind the region of the copy, where the source has never been."""
    source = lab.source()
    lab.fault("hold", "CopyImage")
    other = lab.when_held(lambda: lab.delete_by_hand(lab.image(source)))
    outcome = lab.fails(
        COPY, f"the source {source} in {HOME} was there", region=HOME, image_id=source, destination_regions=[BEIJING]
    )
    other.join(60)
    assert (outcome.changed, outcome.copy_in(BEIJING)["error"]["code"]) == (False, "Vanished")
    assert lab.own(BEIJING) == []


def test_a_source_that_is_deprecated_before_it_is_copied_is_told(lab: Lab) -> None:
    source = lab.source()

    def deprecate() -> None:
        lab.image(source).status = "Deprecated"

    lab.fault("hold", "CopyImage")
    other = lab.when_held(deprecate)
    lab.fails(
        COPY,
        f"the source {source} is Deprecated",
        "Make it Available again",
        region=HOME,
        image_id=source,
        destination_regions=[BEIJING],
    )
    other.join(60)
