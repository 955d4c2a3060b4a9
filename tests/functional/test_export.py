# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_export: into a bucket, once."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import FRANKFURT, HOME, ONE, Lab

EXPORT = "ecs_image_export"


@pytest.fixture
def call(lab: Lab) -> dict[str, t.Any]:
    return {"region": HOME, "image_id": plant_export(lab), "bucket": "archive", "prefix": "old"}


def plant_export(lab: Lab) -> str:
    """Buckets, the role, and an image with a data disk."""
    plant_archive(lab)
    return lab.source(disks=[{"size": 20}, {"size": 40}])


def plant_archive(lab: Lab) -> None:
    """Buckets, and the role that lets the service write into them."""
    lab.plant("roles", name="AliyunECSImageExportDefaultRole", trust=["ecs.aliyuncs.com"])
    for region, name in ((HOME, "archive"), (HOME, "other"), (FRANKFURT, "frankfurt")):
        lab.plant("buckets", name=name, region=region)


def written(lab: Lab, bucket: str = "archive") -> list[str]:
    return sorted(lab.sim.world.buckets[bucket].objects)


def exports(lab: Lab) -> int:
    return len([task for task in lab.sim.world.tasks.values() if task.action == "ExportImage"])


@pins.tags_at_once
@pins.task_told
def test_an_export_is_foretold_done_and_kept_in_mind(lab: Lab, call: dict[str, t.Any]) -> None:
    before = lab.state()
    told = lab.ok(EXPORT, **call, check=True)
    assert (told.result["action"], told.changed, told.result["planned"]) == ("started", True, True)
    assert lab.state() == before
    done = lab.ok(EXPORT, **call)
    assert (done.result["action"], done.changed, done.result["status"]) == ("started", True, "Finished")
    assert sorted(done.result["objects"]) == written(lab)
    tags = lab.image(call["image_id"]).tags
    assert tags["imageops:exported-to"] == "raw:archive/old"
    assert tags["imageops:exported-object-1"] == done.result["objects"][0]
    lab.sim.world.tasks.clear()
    lab.sim.journal.clear()
    for check in (False, True):
        again = lab.ok(EXPORT, **call, check=check)
        assert (again.changed, again.result["action"]) == (False, "present")
        assert again.result["objects"] == done.result["objects"]
    assert lab.writes() == []


@pins.task_told
def test_names_are_those_that_the_task_tells(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(export_name="old")
    assert sorted(lab.ok(EXPORT, **call).result["objects"]) == written(lab)


@pins.task_told
@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_lost_answer_is_no_second_export(lab: Lab, call: dict[str, t.Any], kind: str) -> None:
    lab.fault(kind, "ExportImage")
    assert lab.ok(EXPORT, **call).changed
    assert exports(lab) == 1


@pins.task_told
def test_an_export_to_another_bucket_is_not_told_as_one_to_this(lab: Lab, call: dict[str, t.Any]) -> None:
    """Nothing says where it goes until it has ended. It was told as started, and as one to the other bucket."""
    lab.ok(EXPORT, **call, wait=False)
    other = {**call, "bucket": "other"}
    adopted = lab.ok(EXPORT, **other, wait=False)
    assert (adopted.result["action"], adopted.result["bucket"], adopted.changed) == ("adopted", None, False)
    assert lab.ok(EXPORT, **other, state="absent").result["bucket"] in (None, "archive")


@pins.task_told
def test_an_export_that_is_under_way_is_waited_for(lab: Lab, call: dict[str, t.Any]) -> None:
    first = lab.ok(EXPORT, **call, wait=False)
    assert first.result["objects"] == [] and first.result["task_id"]
    lab.pass_time(3)
    told = lab.ok(EXPORT, **call, check=True)
    assert not lab.ok(EXPORT, **call, check=True, wait=False).changed
    second = lab.ok(EXPORT, **call)
    assert (told.changed, told.result["action"]) == (second.changed, "adopted")
    assert (second.result["action"], second.result["task_id"]) == ("adopted", first.result["task_id"])
    assert sorted(second.result["objects"]) == written(lab) and exports(lab) == 1


@pins.task_told
def test_one_that_finished_while_nobody_looked_is_kept_in_mind(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.ok(EXPORT, **call, wait=False)
    lab.pass_time(60)
    told = lab.ok(EXPORT, **call, check=True)
    done = lab.ok(EXPORT, **call)
    assert (told.changed, done.changed, done.result["action"]) == (True, True, "present")
    assert exports(lab) == 1 and "imageops:exported-to" in lab.image(call["image_id"]).tags


@pins.exported_again
@pins.task_told
def test_an_export_to_somewhere_else_is_none(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.ok(EXPORT, **call)
    other = lab.ok(EXPORT, **{**call, "bucket": "other"})
    assert other.result["action"] == "started" and written(lab, "other")
    lab.ok(EXPORT, **{**call, "bucket": "other"}, force=True)
    assert exports(lab) == 3


@pins.task_told
def test_another_export_that_is_under_way_is_told(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.ok(EXPORT, **{**call, "bucket": "other"}, wait=False)
    lab.pass_time(3)
    outcome = lab.fails(EXPORT, "was being exported to other", "Run again", **call)
    assert outcome.result["error"]["code"] == "OtherExport" and not outcome.changed
    assert lab.ok(EXPORT, **call).result["action"] == "started"


@pins.exported_again
@pins.task_told
def test_an_export_is_cancelled(lab: Lab, call: dict[str, t.Any]) -> None:
    gone = {"region": HOME, "image_id": call["image_id"], "state": "absent"}
    assert not lab.ok(EXPORT, **gone).changed
    lab.ok(EXPORT, **call, wait=False)
    lab.pass_time(3)
    assert lab.ok(EXPORT, **gone, check=True).changed
    outcome = lab.ok(EXPORT, **gone)
    assert (outcome.result["action"], outcome.result["status"]) == ("cancelled", "Deleted")
    assert "may be left in its bucket" in outcome.warnings[0]
    assert lab.ok(EXPORT, **call).result["action"] == "started"


@pins.task_told
def test_an_export_that_is_not_cancelled_is_no_change(lab: Lab, call: dict[str, t.Any]) -> None:
    """Refused, or finished in the same moment: it said that something was changed."""
    gone = {"region": HOME, "image_id": call["image_id"], "state": "absent"}
    lab.ok(EXPORT, **call, wait=False)
    lab.pass_time(3)
    lab.fault("error", "CancelTask", code="Forbidden.RAM", status=403)
    assert not lab.fails(EXPORT, "ecs:CancelTask", **gone).changed
    lab.fault("hold", "CancelTask")
    other = lab.when_held(lambda: lab.sim.clock.advance(3000))
    outcome = lab.ok(EXPORT, **gone)
    other.join(60)
    assert (outcome.changed, outcome.result["action"], outcome.result["status"]) == (False, "none", "Finished")
    assert sorted(outcome.result["objects"]) == written(lab) and outcome.warnings == []


@pins.task_told
@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_lost_answer_to_the_cancelling_is_a_change(lab: Lab, call: dict[str, t.Any], kind: str) -> None:
    lab.ok(EXPORT, **call, wait=False)
    lab.pass_time(3)
    lab.fault(kind, "CancelTask")
    outcome = lab.ok(EXPORT, region=HOME, image_id=call["image_id"], state="absent")
    assert (outcome.changed, outcome.result["action"]) == (True, "cancelled")


def test_an_export_whose_end_nobody_tells(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(task_kept=0.0)
    outcome = lab.fails(EXPORT, "told of no more", "Look into bucket", **call)
    assert outcome.result["error"]["code"] == "Vanished" and written(lab)
    lab.ok(EXPORT, **{**call, "prefix": "again"}, wait=False)
    lab.pass_time(3)
    outcome = lab.ok(EXPORT, region=HOME, image_id=call["image_id"], state="absent")
    assert outcome.result["action"] == "cancelled"
    assert outcome.result["status"] is None or lab.sim.settings.task_cancel_seconds == 0, "nobody has seen it end"
    assert "may be left in its bucket" in outcome.warnings[0]


@pins.task_told
def test_somebody_cancels_the_export_meanwhile(lab: Lab, call: dict[str, t.Any]) -> None:
    from simulator.actions import exporting

    lab.clock.after(3, lambda: [exporting.cancel(lab.sim.world, task) for task in lab.sim.world.tasks.values()])
    outcome = lab.fails(EXPORT, "was cancelled", **call)
    assert outcome.result["error"]["code"] == "ExportCancelled"
    assert "imageops:exported-to" not in lab.image(call["image_id"]).tags


@pins.task_told
def test_an_export_that_is_not_kept_in_mind_is_told(lab: Lab, call: dict[str, t.Any]) -> None:
    """Its objects were lost with the failure, and the next run said that it had changed something."""
    lab.fault("error", "TagResources", code="Forbidden.RAM", status=403, times=None)
    for changed in (True, False):
        failed = lab.fails(EXPORT, "ecs:TagResources", **call)
        assert (failed.changed, sorted(failed.result["objects"])) == (changed, written(lab))
        assert failed.result["bucket"] == "archive" and failed.result["task_id"] in lab.sim.world.tasks


@pins.task_told
@pytest.mark.parametrize("way", ["new", "old"])
def test_a_prefix_that_begins_another_one_is_another_export(lab: Lab, call: dict[str, t.Any], way: str) -> None:
    lab.setting(export_name=way)
    lab.ok(EXPORT, **{**call, "prefix": "older"}, wait=False)
    lab.pass_time(60)
    done = lab.ok(EXPORT, **call)
    assert done.result["action"] == "started" and all(name.startswith("old_") for name in done.result["objects"])


@pins.task_told
@pytest.mark.parametrize("way", ["new", "old"])
def test_an_export_with_a_prefix_is_not_the_one_without(lab: Lab, call: dict[str, t.Any], way: str) -> None:
    lab.setting(export_name=way)
    plain = {**call, "prefix": None}
    lab.ok(EXPORT, **call, wait=False)
    lab.pass_time(60)
    done = lab.ok(EXPORT, **plain)
    assert done.result["action"] == "started" and all(name.startswith("m-") for name in done.result["objects"])
    again = lab.ok(EXPORT, **plain)
    assert (again.result["action"], again.result["objects"]) == ("present", done.result["objects"])


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_task_that_is_forgotten_once_it_is_cancelled(lab: Lab, call: dict[str, t.Any], kind: str) -> None:
    """The call was made again, and nobody knew the task any more."""
    lab.ok(EXPORT, **call, wait=False)
    lab.pass_time(3)
    lab.setting(task_kept=0.0, task_cancel_seconds=0.0)
    lab.fault(kind, "CancelTask")
    outcome = lab.ok(EXPORT, region=HOME, image_id=call["image_id"], state="absent")
    assert (outcome.changed, outcome.result["action"]) == (True, "cancelled")


def test_an_image_without_room_for_the_tags_is_not_exported(lab: Lab, call: dict[str, t.Any]) -> None:
    disks = [{"size": 20}, {"size": 40}]
    full = lab.plant(
        "images", region=HOME, name="full", disks=disks, tags={f"tag-{number}": "" for number in range(18)}
    )
    for check in (True, False):
        lab.fails(EXPORT, "would have 21 tags", **{**call, "image_id": full}, check=check)
    assert lab.writes() == [] and written(lab) == []


def test_an_export_that_the_api_refuses_has_changed_nothing(lab: Lab, call: dict[str, t.Any]) -> None:
    assert not lab.fails(EXPORT, "does not exist in this region", **{**call, "bucket": "frankfurt"}).changed


IMAGES: list[t.Any] = [
    ({"disks": [{"size": 20, "encrypted": True}]}, "is encrypted"),
    ({"status": "Deprecated"}, "make it Available again"),
    ({"account": ONE, "shares": ["1000000000000001"]}, "is another account's"),
    ({"is_public": True}, "is a community image"),
    ({"disks": [{"size": 20}, {"size": 600}]}, "1 data disks, the largest of 600 GiB"),
]


@pytest.mark.parametrize(("entry", "words"), IMAGES)
def test_images_that_cannot_be_exported_are_refused_before_anything_is_done(
    lab: Lab, call: dict[str, t.Any], entry: dict[str, t.Any], words: str
) -> None:
    image = lab.plant("images", region=HOME, name="other", **entry)
    for check in (True, False):
        lab.fails(EXPORT, words, **{**call, "image_id": image}, check=check)
    assert lab.writes() == []


BAD: list[t.Any] = [
    ({"format": "qcow2"}, "not offered in cn-hangzhou"),
    ({"bucket": "archive/old"}, "bucket 'archive/old' must have 3 to 63 characters"),
    ({"prefix": "a_b"}, "1 to 30 letters and digits"),
    ({"bucket": None}, "bucket is needed"),
    ({"image_id": ""}, "image_id is needed"),
    ({"image_id": "", "state": "absent"}, "image_id is needed"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD)
def test_what_the_api_does_not_offer_is_refused(
    lab: Lab, call: dict[str, t.Any], wrong: dict[str, t.Any], words: str
) -> None:
    lab.fails(EXPORT, words, **{**call, **wrong})
    assert lab.writes() == []


def test_a_role_that_is_missing_is_named_with_what_it_needs(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.sim.world.roles.clear()
    lab.fails(EXPORT, "AliyunECSImageExportDefaultRole", "oss:ListParts", **call)


@pins.task_told
def test_another_format_where_it_is_offered(lab: Lab, call: dict[str, t.Any]) -> None:
    image = lab.plant("images", region=FRANKFURT, name="there")
    done = lab.ok(EXPORT, region=FRANKFURT, image_id=image, bucket="frankfurt", format="qcow2")
    assert done.result["objects"] == written(lab, "frankfurt")
