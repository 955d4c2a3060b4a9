# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._cancel import plan as cancel_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan as image_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_remove
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import Options
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import HOME, copy, image, snapshot

Data = dict[str, t.Any]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (None, "unknown"),
        (copy(status="Creating"), None),
        (copy(status="Waiting"), None),
        (copy(status="Available"), "completed"),
        (copy(status="Deprecated"), "completed"),
        (copy(status="UnAvailable"), "completed"),
        (copy(status="CreateFailed"), "failed"),
        (image(status="Creating"), "not_a_copy"),
    ],
    ids=["unknown", "running", "queued", "finished", "deprecated", "broken", "failed", "being made"],
)
def test_only_a_running_copy_is_cancelled(found: Data | None, reason: str | None) -> None:
    assert cancel_plan.reason_to_leave(found) == reason


def params(**changes: t.Any) -> Options:
    return Options(**{"region": HOME, "name": "golden", **changes})


DISKS = [{"snapshot_id": "s-1", "size": 20, "device": None, "type": None}]

# Where an image is from


@pytest.mark.parametrize(
    ("options", "origin"),
    [({"instance_id": "i-1"}, "i-1"), ({"snapshot_id": "s-1"}, "s-1"), ({}, None)],
    ids=["instance", "snapshot", "none"],
)
def test_the_marker_names_the_origin(options: Data, origin: str | None) -> None:
    assert image_plan.created_from(params(**options)) == origin


def test_a_disk_map_is_named_by_a_hash_that_does_not_depend_on_what_is_left_out() -> None:
    first = image_plan.created_from(params(disk_mappings=DISKS))
    assert first == image_plan.created_from(params(disk_mappings=[{"size": 20, "snapshot_id": "s-1"}]))
    assert first != image_plan.created_from(params(disk_mappings=[{"size": 21, "snapshot_id": "s-1"}]))
    assert first and first.startswith("disks-") and len(first) <= 128


KEPT: list[t.Any] = [
    pytest.param({"tags": {"imageops:created-from": "i-1"}}, {"instance_id": "i-1"}, None, id="made from the same"),
    pytest.param({"tags": {"imageops:created-from": "i-2"}}, {"instance_id": "i-1"}, "NameTaken", id="from another"),
    pytest.param({"tags": {}}, {"instance_id": "i-1"}, "NameTaken", id="from something unknown"),
    pytest.param({"tags": {}}, {}, None, id="no origin asked for"),
    pytest.param({"status": "CreateFailed"}, {}, "CreateFailed", id="failed"),
    pytest.param({"status": "UnAvailable"}, {}, "UnAvailable", id="broken"),
    pytest.param({"status": "Creating"}, {}, None, id="being made"),
    pytest.param({"status": "Deprecated"}, {}, None, id="deprecated"),
]


@pytest.mark.parametrize(("found", "options", "reason"), KEPT)
def test_only_the_image_that_is_meant_is_kept(found: Data, options: Data, reason: str | None) -> None:
    refusal = image_plan.refusal_to_keep(image(**found), params(**options))
    assert (refusal.code if refusal else None) == reason


@pytest.mark.parametrize(
    ("found", "shared", "options", "reason"),
    [
        ({}, [], {}, None),
        ({}, ["1"], {}, "ImageUseShared"),
        ({}, ["1"], {"unshare": True}, None),
        ({"is_public": True}, [], {}, "ImageIsPublic"),
        ({"is_public": True}, [], {"unshare": True}, None),
        # What an image says of its usage is no proof.
        ({"usage": "instance"}, [], {}, None),
        ({"status": "Creating"}, [], {"unshare": True, "force": True}, "StillRunning"),
        ({"owner_alias": "others"}, [], {"unshare": True, "force": True}, "NotOwn"),
    ],
    ids=[
        "free",
        "shared",
        "shared, to be unshared",
        "public",
        "public, to be made private",
        "said to be in use",
        "being made",
        "not own",
    ],
)
def test_what_speaks_against_removing_is_known_before_anything_is_changed(
    found: Data, shared: list[str], options: Data, reason: str | None
) -> None:
    refusal = plan_remove.refusal_to_remove(image(**found), shared, params(**options))
    assert (refusal.code if refusal else None) == reason


@pytest.mark.parametrize(
    ("which", "deleted"), [("none", []), ("own", ["s-own"]), ("all", ["s-own", "s-user", "s-other"])]
)
def test_snapshots_are_deleted_as_asked_and_the_others_kept_with_a_reason(which: str, deleted: list[str]) -> None:
    behind = [
        snapshot(snapshot_id="s-own", tags={"imageops:snapshot-of": "m-source"}),
        snapshot(snapshot_id="s-user", tags={}),
        snapshot(snapshot_id="s-other", tags={"imageops:snapshot-of": "m-other"}),
    ]
    delete, kept = plan_remove.split_snapshots("m-source", behind, which)
    assert delete == deleted
    assert {one["snapshot_id"] for one in kept} == {"s-own", "s-user", "s-other"} - set(deleted)
    assert all(one["reason"] for one in kept)


@pytest.mark.parametrize(
    ("tags", "usage", "own", "every"),
    [
        ({"imageops:snapshot-of": "m-1"}, "none", True, True),
        ({"imageops:snapshot-of": "m-1", "imageops:leftover-of": "m-1"}, "disk", True, True),
        ({"imageops:snapshot-of": "m-1", "imageops:leftover-of": "m-2"}, "none", False, True),
        ({"imageops:leftover-of": "m-1"}, "none", False, True),
        ({"imageops:snapshot-of": "m-1", "imageops:leftover-of": "m-1"}, "image", False, False),
        ({"imageops:leftover-of": "m-1"}, "image_disk", False, False),
    ],
    ids=["made for it", "a disk was made of it", "made for another", "a backup", "used again", "a backup used again"],
)
def test_what_an_interrupted_removal_has_left_goes_as_asked(tags: Data, usage: str, own: bool, every: bool) -> None:
    one = snapshot(tags=tags, usage=usage)
    assert (plan_remove.is_left(one, "own"), plan_remove.is_left(one, "all")) == (own, every)


def test_who_is_in_the_way_is_named() -> None:
    users = [{"instance_id": "i-1"}]
    for shared in ([], ["1"]):
        in_use = plan_remove.refusal_to_remove(image(), shared, params(unshare=True), users)
        assert in_use and in_use.code == "ImageUsingByInstance" and "i-1" in in_use.message and in_use.hint
    assert plan_remove.refusal_to_remove(image(), [], params(force=True), users) is None
    copied = plan_remove.refusal_for_copies(image(), [{"image_id": "m-2", "region": "cn-beijing"}])
    assert copied and "m-2 in cn-beijing" in copied.message
    assert plan_remove.refusal_for_copies(image(), []) is None


# What it lacks


@pytest.mark.parametrize(
    ("found", "options", "attributes"),
    [
        ({}, {}, {}),
        ({}, {"description": "new"}, {"Description": "new"}),
        ({}, {"family": "base", "boot_mode": "UEFI"}, {"ImageFamily": "base", "BootMode": "UEFI"}),
        ({}, {"name": "renamed"}, {"ImageName": "renamed"}),
        ({}, {"imds_support": "v2", "nvme_support": "supported"}, {"Features": {"ImdsSupport": "v2"}}),
        ({}, {"state": "deprecated"}, {"Status": "Deprecated"}),
        ({"status": "Deprecated"}, {"state": "deprecated"}, {}),
        ({"status": "Deprecated"}, {}, {"Status": "Available"}),
    ],
    ids=["nothing", "description", "family, boot mode", "name", "features", "deprecate", "is deprecated", "back again"],
)
def test_what_is_given_is_kept_and_nothing_else(found: Data, options: Data, attributes: Data) -> None:
    todo = image_plan.repairs(image(**found), params(**options), [])
    assert todo.attributes == attributes


@pytest.mark.parametrize(
    ("tags", "purge", "untag"),
    [
        (None, True, []),
        ({}, True, ["extra", "stage"]),
        ({"stage": "new"}, True, ["extra"]),
        ({"stage": "new"}, False, []),
    ],
    ids=["tags not given", "no tags wanted", "one tag wanted", "nothing purged"],
)
def test_tags_are_purged_only_if_tags_are_given(tags: dict[str, str] | None, purge: bool, untag: list[str]) -> None:
    have = {"stage": "old", "extra": "1", "acs:x": "1", "imageops:created-from": "i-1"}
    todo = image_plan.repairs(image(tags=have), params(tags=tags, purge_tags=purge), [])
    assert todo.untag == untag
    assert todo.tags == (tags or {})


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"region": None}, "region is needed"),
        ({"name": None}, "no image is named"),
        ({"name": "x"}, "2 to 128"),
        ({"description": "x"}, "2 to 256"),
        ({"family": "-base"}, "family"),
        ({"tags": {"acs:x": "1"}}, "acs:"),
        ({"instance_id": "i-1", "tags": {str(number): "1" for number in range(20)}}, "max_tags=20"),
        ({"disk_mappings": [{"device": "/dev/xvdb"}]}, "snapshot_id"),
        ({"disk_mappings": [{"size": 20, "device": "/dev/xvdb"}] * 2}, "twice"),
        ({"disk_mappings": [{"size": 20}] * 18}, "16 data disks"),
    ],
)
def test_bad_options_are_told(options: Data, word: str) -> None:
    assert any(word in fault for fault in image_plan.validate(params(**options)))


def test_all_bad_options_are_told_at_once() -> None:
    assert len(image_plan.validate(params(region=None, name="x", description="y", tags={"aliyun": "1"}))) == 4
    assert image_plan.validate(params()) == []


def test_a_planned_image_has_every_key_of_a_real_one_that_others_use() -> None:
    planned = image_plan.planned_image(
        params(instance_id="i-1", tags={"stage": "x"}), [{"size": 20, "encrypted": True}], "1"
    )
    assert planned["image_id"] is None and planned["planned"] is True
    assert planned["encrypted"] is True and planned["size"] == 20
    assert planned["tags"] == {"stage": "x", "imageops:created-from": "i-1"}
