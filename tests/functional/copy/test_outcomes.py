# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_copy: what is found in a destination, and what becomes of it."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, ONE, VALLEY, Lab, Outcome

COPY = "ecs_image_copy"


def copy(lab: Lab, source: str, *regions: str, **params: t.Any) -> Outcome:
    return lab(COPY, region=HOME, image_id=source, destination_regions=list(regions or [BEIJING]), **params)


def pair(lab: Lab, image_id: str) -> dict[str, str]:
    tags = lab.image(image_id).tags
    return {key: value for key, value in tags.items() if key.startswith("imageops:")}


# Starting


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


def test_without_copy_tags_the_source_s_stay_behind(lab: Lab) -> None:
    source = lab.source(tags={"stage": "release"})
    copy(lab, source, copy_tags=False, tags={"team": "base"})
    assert {key for key in lab.one(BEIJING).tags if not key.startswith("imageops:")} == {"team"}


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


# What is there already


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
    assert lab.one(BEIJING).name == "golden"


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


# Failing and waiting


def test_a_failed_copy_of_an_earlier_run_is_replaced_with_its_snapshots(lab: Lab) -> None:
    lab.setting(copy_tags_after_failure="kept")
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50, times=1)
    failed = copy(lab, source, replace_failed=False)
    assert failed.code == 1
    wreck = lab.one(BEIJING)
    snapshots = [disk.snapshot_id for disk in wreck.disks]
    outcome = copy(lab, source)
    assert outcome.actions == {BEIJING: "replaced"}
    assert outcome.copy_in(BEIJING)["replaced"] == {"image_id": wreck.image_id, "snapshot_ids": snapshots}
    assert lab.one(BEIJING).status == "Available"
    assert not set(snapshots) & set(lab.sim.world.snapshots)


def test_snapshots_of_a_failed_copy_that_outlived_it_are_deleted_by_the_next_run(lab: Lab) -> None:
    source = lab.source()
    lab.twin(source, BEIJING, status="CreateFailed")
    wreck = lab.one(BEIJING)
    lab.fault("error", "DeleteSnapshot", code="Forbidden.RAM", status=403)
    lab.fails(COPY, "ecs:DeleteSnapshot", region=HOME, image_id=source, destination_regions=[BEIJING])
    assert lab.own(BEIJING) == []
    outcome = lab.ok(COPY, region=HOME, image_id=source, destination_regions=[BEIJING])
    assert outcome.actions == {BEIJING: "started"}
    deleted = [call["params"]["SnapshotId"] for call in lab.calls("DeleteSnapshot") if call["status"] == 200]
    assert deleted == [disk.snapshot_id for disk in wreck.disks]


def test_a_copy_that_fails_is_replaced_once_in_a_run_and_no_more(lab: Lab) -> None:
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50, times=None)
    outcome = copy(lab, source)
    assert outcome.code == 1
    assert outcome.copy_in(BEIJING)["error"]["code"] == "CreateFailed"
    assert len(lab.calls("CopyImage")) == 2
    assert [image.status for image in lab.own(BEIJING)] == ["CreateFailed"]


@pytest.mark.parametrize("tags_after", ["lost", "kept"])
@pytest.mark.parametrize("record", ["kept", "removed"])
def test_a_copy_that_fails_once_is_there_in_the_end(lab: Lab, tags_after: str, record: str) -> None:
    lab.setting(copy_tags_after_failure=tags_after, copy_failed_record=record, copy_gib_per_second=1.0)
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50)
    outcome = copy(lab, source)
    if record == "removed":
        # Nobody can tell it from one that an operator has cancelled.
        assert outcome.copy_in(BEIJING)["error"]["code"] == "Vanished"
        assert len(lab.calls("CopyImage")) == 1
    else:
        assert outcome.actions == {BEIJING: "replaced"}
        assert lab.one(BEIJING).status == "Available"


def test_a_failed_copy_of_an_earlier_run_that_lost_its_tags(lab: Lab) -> None:
    """Then only the name is left, and a failed image of that name that is no known copy is not deleted."""
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50)
    copy(lab, source, replace_failed=False)
    wreck = lab.one(BEIJING)
    outcome = copy(lab, source)
    assert outcome.code == 1
    assert wreck.image_id in outcome.msg
    assert lab.one(BEIJING).image_id == wreck.image_id


def test_a_copy_that_vanishes_is_failed_and_not_started_again(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source()
    lab.clock.after(30, lambda: lab.cancel_by_hand(lab.one(BEIJING)))
    outcome = copy(lab, source, BEIJING, VALLEY)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "Vanished"
    assert outcome.copy_in(VALLEY)["status"] == "Available"
    assert len([call for call in lab.calls("CopyImage") if call["params"]["DestinationRegionId"] == BEIJING]) == 1
    assert lab.own(BEIJING) == []


def test_time_that_runs_out_leaves_the_copy_running(lab: Lab) -> None:
    source = lab.source()
    lab.fault("copy_hangs", "CopyImage", region=BEIJING, percent=40)
    outcome = copy(lab, source, BEIJING, VALLEY, wait_timeout=120)
    assert outcome.changed
    assert outcome.actions == {BEIJING: "timed_out", VALLEY: "started"}
    assert set(outcome.result["images"]) == {VALLEY}
    assert lab.one(BEIJING).status == "Creating"
    assert "wait_timeout" in outcome.msg


def test_time_that_runs_out_cancels_the_copy_when_asked(lab: Lab) -> None:
    source = lab.source()
    lab.fault("copy_hangs", "CopyImage", region=BEIJING, percent=40)
    outcome = copy(lab, source, wait_timeout=120, on_timeout="cancel")
    assert outcome.actions == {BEIJING: "cancelled"}
    lab.pass_time(5)
    assert lab.own(BEIJING) == []


def test_time_that_runs_out_never_cancels_another_run_s_copy(lab: Lab) -> None:
    source = lab.source()
    lab.fault("copy_hangs", "CopyImage", region=BEIJING, percent=40)
    copy(lab, source, wait=False)
    outcome = copy(lab, source, wait_timeout=120, on_timeout="cancel")
    assert outcome.actions == {BEIJING: "timed_out"}
    assert lab.calls("CancelCopyImage") == []
    assert lab.one(BEIJING).status == "Creating"


def test_a_copy_that_does_not_show_yet_is_waited_for(lab: Lab) -> None:
    lab.setting(image_read_lag=20.0)
    source = lab.source(created="2026-01-01T00:00:00Z")
    outcome = copy(lab, source)
    assert outcome.code == 0, outcome.result
    assert len(lab.calls("CopyImage")) == 1


def test_a_copy_that_never_shows_is_a_matter_of_rights(lab: Lab) -> None:
    lab.setting(image_read_lag=5000.0)
    source = lab.source(created="2026-01-01T00:00:00Z")
    outcome = copy(lab, source, wait_timeout=600)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NeverSeen"
    assert "DescribeImages" in outcome.msg
    assert len(lab.own(BEIJING)) == 1


def test_a_copy_that_another_run_replaced_before_it_was_seen(lab: Lab) -> None:
    """It failed at once, and a run that was started together with this one has removed it and made another."""
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source(created="2026-01-01T00:00:00Z")
    lab.clock.after(0.1, lambda: lab.cancel_by_hand(lab.one(BEIJING)))
    lab.clock.after(4, lambda: lab.twin(source, BEIJING))
    outcome = copy(lab, source, wait_interval=5)
    assert outcome.code == 0, outcome.result
    assert outcome.copy_in(BEIJING)["image_id"] == lab.one(BEIJING).image_id
    assert outcome.copy_in(BEIJING)["status"] == "Available"
    assert len(lab.calls("CopyImage")) == 1


def test_tags_that_show_only_when_the_copy_is_finished(lab: Lab) -> None:
    lab.setting(copy_tags_visible="when_available")
    source = lab.source()
    copy(lab, source, wait=False)
    outcome = copy(lab, source)
    assert outcome.actions == {BEIJING: "adopted"}
    assert len(lab.own(BEIJING)) == 1


def test_a_stranger_s_copy_of_that_name_is_refused_once_it_is_finished(lab: Lab) -> None:
    source, other = lab.source(), lab.source(name="other")
    call = {"region": HOME, "image_id": other, "destinations": [{"region": BEIJING, "name": "golden"}]}
    lab.setting(copy_tags_visible="when_available")
    lab.ok(COPY, wait=False, **call)
    outcome = copy(lab, source)
    assert outcome.code == 1
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"
    assert len(lab.own(BEIJING)) == 1


# Bad regions


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"copy_refused_regions": [BEIJING]}, "RegionNotSupportCopy"),
        ({"copy_noncompliant_destinations": [BEIJING]}, "OperationDenied.NonCompliantDestinationRegion"),
    ],
)
def test_a_region_that_refuses_hides_and_undoes_nothing(lab: Lab, setting: dict[str, t.Any], code: str) -> None:
    lab.setting(**setting)
    source = lab.source()
    outcome = copy(lab, source, FRANKFURT, BEIJING, VALLEY)
    assert outcome.code == 1 and outcome.changed
    assert outcome.copy_in(BEIJING)["error"]["code"] == code
    assert outcome.copy_in(BEIJING)["error"]["hint"]
    assert set(outcome.result["images"]) == {FRANKFURT, VALLEY}
    assert f"{BEIJING}: {code}" in outcome.msg
    assert len([call for call in lab.calls("CopyImage") if call["params"]["DestinationRegionId"] == BEIJING]) == 1


def test_encryption_by_default_that_asks_for_encryption_is_final_for_that_region(lab: Lab) -> None:
    lab.plant("accounts", id="1000000000000001", default_encryption=[BEIJING])
    source = lab.source()
    outcome = copy(lab, source, BEIJING, VALLEY)
    assert "encrypted=true" in outcome.copy_in(BEIJING)["error"]["hint"]
    assert set(outcome.result["images"]) == {VALLEY}


def test_a_region_that_never_answers_is_given_up(lab: Lab) -> None:
    source = lab.source()
    lab.fault("reset_before", "DescribeImages", region=BEIJING, times=None)
    outcome = copy(lab, source, BEIJING, VALLEY, unreachable_timeout=120)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NoAnswer"
    assert outcome.copy_in(VALLEY)["status"] == "Available"
    assert lab.clock.slept < 1000


def test_no_right_to_look_in_a_region_is_said(lab: Lab) -> None:
    source = lab.source()
    lab.fault("error", "DescribeImages", region=BEIJING, code="Forbidden.RAM", status=403, times=None)
    outcome = copy(lab, source, BEIJING, VALLEY)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "Forbidden.RAM"
    assert outcome.copy_in(BEIJING)["error"]["request_id"] in outcome.msg
    assert set(outcome.result["images"]) == {VALLEY}


# Another run in the way


def start_by_another_run(lab: Lab, source: str, name: str = "golden") -> None:
    from alibabacloud_ecs20140526 import models
    from simulator_tests.helpers import sdk

    markers = {"imageops:copied-from": f"{HOME}/{source}", "imageops:copied-as": name}
    request = models.CopyImageRequest(
        region_id=HOME,
        image_id=source,
        destination_region_id=BEIJING,
        destination_image_name=name,
        encrypted=False,
        tag=[models.CopyImageRequestTag(key=key, value=value) for key, value in markers.items()],
    )
    sdk(lab.sim).copy_image(request)


@pytest.mark.parametrize("before_name", [False, True], ids=["name first", "conflict first"])
@pytest.mark.parametrize("code", ["OperationDenied.ImageCopyConflict", "OperationDenied.ImageCopying"])
def test_two_runs_at_once_make_one_copy(lab: Lab, before_name: bool, code: str) -> None:
    lab.setting(copy_conflict_before_name=before_name, copy_conflict_code=code)
    source = lab.source()
    lab.fault("hold", "CopyImage", when="before")
    other = lab.when_held(lambda: start_by_another_run(lab, source))
    outcome = copy(lab, source)
    other.join(5)
    assert outcome.code == 0, outcome.result
    assert outcome.actions == {BEIJING: "adopted"}
    assert len(lab.own(BEIJING)) == 1


def test_a_name_that_is_taken_between_look_and_copy_is_refused(lab: Lab) -> None:
    source = lab.source()
    lab.fault("hold", "CopyImage", when="before")
    other = lab.when_held(lambda: lab.plant("images", region=BEIJING, name="golden"))
    outcome = copy(lab, source)
    other.join(5)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"


def test_a_deleted_image_s_name_is_free_again_soon(lab: Lab) -> None:
    """The look shows nothing any more while the API still holds the name."""
    source = lab.source()
    lab.fault("error", "CopyImage", code="InvalidImageName.Duplicated", status=400, times=3)
    outcome = copy(lab, source)
    assert outcome.code == 0, outcome.result
    assert lab.one(BEIJING).status == "Available"
