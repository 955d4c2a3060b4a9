# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ecs_image: images that are imported from a bucket."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, HOME, Lab, four_steps
from simulator.actions import exporting

IMAGE = "ecs_image"
DISK = {"bucket": "builds", "object": "base.qcow2", "format": "qcow2"}


@pytest.fixture
def call(lab: Lab) -> dict[str, t.Any]:
    plant_bucket(lab)
    return {"region": HOME, "name": "base", "import_from": [DISK]}


def plant_bucket(lab: Lab) -> None:
    lab.plant("roles", name="AliyunECSImageImportDefaultRole", trust=["ecs.aliyuncs.com"])
    objects = {"base.qcow2": {"size": 40}, "data.raw": {"size": 100}, "broken.raw": {"good": False}}
    lab.plant("buckets", name="builds", region=HOME, objects=objects)


def imports(lab: Lab) -> list[dict[str, t.Any]]:
    return lab.calls("ImportImage")


def snapshots(lab: Lab) -> list[str]:
    with lab.sim.lock:
        return [one.status for one in lab.sim.world.snapshots.values() if one.region == HOME]


def test_an_image_with_everything_that_an_import_takes(lab: Lab, call: dict[str, t.Any]) -> None:
    disks = [{**DISK, "disk_size": 50}, {"bucket": "builds", "object": "data.raw"}]
    asked = {"architecture": "x86_64", "boot_mode": "UEFI", "platform": "Debian", "license_type": "BYOL"}
    features = {"nvme_support": "supported", "imds_support": "v2"}
    more = {"description": "Imported", "family": "base", "os_type": "linux", "tags": {"stage": "test"}}
    group = lab.plant("resource_groups")
    call |= {**asked, **features, **more, "import_from": disks, "resource_group_id": group}
    outcome = four_steps(lab, IMAGE, **call, detection_strategy="Standard", tag_snapshots=True)
    image, made = outcome.result["image"], lab.one(HOME)
    assert [image[key] for key in asked] == list(asked.values())
    assert features.items() <= image["features"].items() and image["family"] == made.family == "base"
    assert [disk["size"] for disk in image["disks"]] == [50, 100]
    assert outcome.result["task_id"] in lab.sim.world.tasks and image["detection_options"]["status"] == "Finished"
    assert made.tags["imageops:created-from"].startswith("oss:")
    tags = [lab.sim.world.snapshots[one].tags for one in outcome.result["snapshots"]]
    assert tags == [{"imageops:snapshot-of": made.image_id, "stage": "test"}] * 2
    assert len(lab.sim.world.tasks) == 1


def test_another_object_is_another_image(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.ok(IMAGE, **call)
    call["import_from"] = [{"bucket": "builds", "object": "data.raw"}]
    lab.fails(IMAGE, "was made from oss:", **call)
    assert len(imports(lab)) == 1


def test_finished_is_not_available(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(task_image_lag=300)
    outcome = lab.ok(IMAGE, **call)
    assert outcome.result["image"]["status"] == "Available"
    copied = lab.ok("ecs_image_copy", image=outcome.result["image"], destination_regions=[BEIJING])
    assert copied.actions == {BEIJING: "started"}


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_lost_answer_is_no_second_import(lab: Lab, call: dict[str, t.Any], kind: str) -> None:
    lab.fault(kind, "ImportImage")
    outcome = lab.ok(IMAGE, **call)
    assert outcome.changed
    (task_id,) = lab.sim.world.tasks
    assert outcome.result["task_id"] == task_id, "null would say that no import was begun"
    assert [image.name for image in lab.own(HOME)] == ["base"]
    assert len({task.image_id for task in lab.sim.world.tasks.values()}) == 1


@pins.shown_at_once
def test_a_lost_answer_whose_task_nobody_tells_is_an_import_all_the_same(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.fault("reset_after", "ImportImage")
    lab.fault("error", "DescribeTasks", code="Forbidden.RAM", status=403, times=None)
    outcome = lab.ok(IMAGE, **call)
    assert (outcome.result["task_id"], outcome.result["request_id"]) == (None, None)
    assert outcome.result["started_at"] and outcome.result["finished_at"]


def test_a_lost_answer_whose_image_does_not_show_yet_is_asked_for_again(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(image_read_lag=5.0)
    lab.fault("reset_after", "ImportImage")
    lab.fault("error", "DescribeTasks", code="Forbidden.RAM", status=403, times=None)
    outcome = lab.ok(IMAGE, **call)
    (task_id,) = lab.sim.world.tasks
    assert outcome.result["task_id"] == task_id, "the same token has the same answer"


def test_a_run_that_did_not_wait_is_followed_by_one_that_does(lab: Lab, call: dict[str, t.Any]) -> None:
    first = lab.ok(IMAGE, **call, family="base", wait=False)
    assert first.result["image"]["status"] == "Creating" and first.result["image"]["family"] == ""
    lab.until_shown()
    second = lab.ok(IMAGE, **call, family="base")
    assert second.result["image"]["family"] == "base" and second.result["task_id"] is None
    assert len(imports(lab)) == 1


def test_the_same_object_is_waited_for_while_it_is_imported_as_another_image(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.ok(IMAGE, **call, wait=False)
    lab.ok(IMAGE, **{**call, "name": "second"})
    assert sorted(image.name for image in lab.own(HOME)) == ["base", "second"]


@pins.import_fails_late
@pytest.mark.parametrize("leaves", ["record", "nothing"])
def test_a_failed_import_says_why_and_what_is_left(lab: Lab, call: dict[str, t.Any], leaves: str) -> None:
    lab.setting(import_fail_leaves=leaves)
    call["import_from"] = [{"bucket": "builds", "object": "broken.raw"}]
    outcome = lab.fails(IMAGE, "ImportImageFailed: Importing image is failed", **call)
    assert outcome.result["error"]["code"] == "ImportFailed" and outcome.changed
    if leaves == "nothing":
        assert "run again" in outcome.said and lab.own(HOME) == []
        assert outcome.result["image"] is None
        return
    again = lab.fails(IMAGE, "ImportImageFailed: Importing image is failed", "delete_snapshots=all", **call)
    assert not again.changed and len(imports(lab)) == 1
    lab.ok(IMAGE, region=HOME, name="base", state="absent", delete_snapshots="all")
    assert (lab.own(HOME), snapshots(lab)) == ([], [])


@pins.import_fails_late
def test_a_failed_import_whose_task_nobody_may_see(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.fault("error", "DescribeTasks", code="Forbidden.RAM", status=403, times=None)
    call["import_from"] = [{"bucket": "builds", "object": "broken.raw"}]
    outcome = lab.fails(IMAGE, "grant ecs:DescribeTasks", "state=absent", **call)
    assert outcome.result["error"]["code"] == "CreateFailed"


@pins.import_fails_late
def test_somebody_cancels_the_import_meanwhile(lab: Lab, call: dict[str, t.Any]) -> None:
    def by_hand() -> None:
        (task,) = lab.sim.world.tasks.values()
        exporting.cancel(lab.sim.world, task)

    lab.clock.after(3, by_hand)
    outcome = lab.fails(IMAGE, "was cancelled", "state=absent", **call)
    assert outcome.result["error"]["code"] == "ImportCancelled"


@pins.shown_at_once
@pytest.mark.parametrize("leaves", ["record", "nothing"])
def test_an_import_is_cancelled_and_what_is_left_is_removed(lab: Lab, call: dict[str, t.Any], leaves: str) -> None:
    lab.setting(import_cancel_leaves=leaves)
    lab.ok(IMAGE, **call, wait=False)
    lab.pass_time(3)
    gone = {"region": HOME, "name": "base", "state": "absent", "delete_snapshots": "all"}
    before = lab.state()
    check = lab.ok(IMAGE, **gone, check=True)
    assert check.changed and lab.state() == before
    outcome = lab.ok(IMAGE, **gone)
    assert outcome.changed and (lab.own(HOME), snapshots(lab)) == ([], [])
    assert [call["action"] for call in lab.writes()].count("CancelTask") == 1
    assert not lab.ok(IMAGE, **gone).changed


def test_a_role_that_is_missing_is_named_with_what_it_needs(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.sim.world.roles.clear()
    lab.fails(IMAGE, "AliyunECSImageImportDefaultRole", "ecs.aliyuncs.com", "oss:GetBucketInfo", **call)
    assert lab.own(HOME) == []


BAD: list[t.Any] = [
    pytest.param({"version": "1"}, "version can't be given with import_from", id="version"),
    pytest.param({"secure_boot": "supported"}, "secure_boot can't be given", id="secure boot"),
    pytest.param({"boot_mode": "UEFI-Preferred"}, "BIOS or UEFI", id="boot mode"),
    pytest.param({"architecture": "arm64", "boot_mode": "BIOS"}, "UEFI alone", id="arm64"),
    pytest.param({"import_from": []}, "import_from is empty", id="no disk"),
    pytest.param({"import_from": [DISK, DISK]}, "base.qcow2 is there twice", id="twice"),
    pytest.param({"import_from": [{**DISK, "bucket": "Builds"}]}, "bucket 'Builds'", id="bucket"),
    pytest.param({"import_from": [{**DISK, "object": "/x"}]}, "no slash in front", id="object"),
    pytest.param({"import_from": [{**DISK, "disk_size": 4096}]}, "between 1 and 2048", id="size"),
    pytest.param({"import_from": [{**DISK, "device": "/dev/xvdb"}]}, "whose device is /dev/xvda", id="device"),
    pytest.param(
        {"tags": {f"key{number}": "x" for number in range(18)}, "detection_strategy": "Standard"},
        "21 tags with the 1 of this collection and the 2 of the image's check",
        id="tags",
    ),
]


@pytest.mark.parametrize(("wrong", "words"), BAD)
def test_what_an_import_does_not_have_is_refused(
    lab: Lab, call: dict[str, t.Any], wrong: dict[str, t.Any], words: str
) -> None:
    for check in (True, False):
        lab.fails(IMAGE, words, **{**call, **wrong}, check=check)
    assert lab.writes() == []


@pytest.mark.parametrize("option", ["os_type", "license_type", "role_name"])
def test_what_only_an_import_has_is_refused_elsewhere(lab: Lab, option: str) -> None:
    value = {"os_type": "linux", "license_type": "BYOL", "role_name": "other"}[option]
    lab.fails(IMAGE, f"{option} needs import_from", region=HOME, name="base", instance_id="i-1", **{option: value})


@pins.checked
def test_the_tags_of_the_check_are_in_no_diff_and_count(lab: Lab, call: dict[str, t.Any]) -> None:
    call |= {"detection_strategy": "Standard", "purge_tags": True, "tags": {"stage": "test"}}
    lab.ok(IMAGE, **call)
    lab.until_shown()
    tags = lab.one(HOME).tags
    assert {"acs:ecs:image:osVersion", "acs:ecs:image:kernelVersion"} <= set(tags)
    again = lab.ok(IMAGE, **call)
    assert not again.changed and "acs:" not in str(again.result["diff"])
    del call["detection_strategy"], call["purge_tags"]
    call["tags"] = {f"key{number}": "x" for number in range(17)}
    outcome = lab.fails(IMAGE, "2 of them the provider's", **call)
    assert outcome.result["error"]["code"] == "QuotaExceed.Tags" and not outcome.changed


def test_what_an_import_can_do_its_copies_can(lab: Lab, call: dict[str, t.Any]) -> None:
    image = lab.ok(IMAGE, **call, nvme_support="supported").result["image"]
    lab.ok("ecs_image_copy", image=image, destination_regions=[BEIJING])
    assert lab.one(BEIJING).features["NvmeSupport"] == "supported"
