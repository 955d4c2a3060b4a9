# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports and exports, and their tasks."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Simulator
from simulator_tests.error_lab import Lab
from simulator_tests.helpers import HOME, ONE
from simulator_tests.switches_of_copies import code, shown

DISK = {"DiskDeviceMapping.1.OSSBucket": "bucket", "DiskDeviceMapping.1.OSSObject": "disk.raw"}


@pytest.fixture
def lab(sim: Simulator) -> Lab:
    lab = Lab(sim)
    objects: dict[str, Any] = {
        "disk.raw": {"size": 30},
        "bad.raw": {"good": False},
        "empty.raw": {"size": 0},
        "cold.raw": {"archived": True},
    }
    lab.plant("buckets", name="bucket", region=HOME, objects=objects)
    lab.plant("buckets", name="theirs", region=HOME, account=ONE, objects=objects)
    lab.plant("buckets", name="secret", region=HOME, encrypted=True, objects=objects)
    for what in ("Import", "Export"):
        lab.plant("roles", name=f"AliyunECSImage{what}DefaultRole", trust=["ecs.aliyuncs.com"])
    return lab


def begin(lab: Lab, **params: str) -> tuple[str, str]:
    answer = lab.ok("ImportImage", RegionId=HOME, **{**DISK, **params})
    return answer["ImageId"], answer["TaskId"]


def attribute(lab: Lab, task: str) -> Any:
    return lab.ok("DescribeTaskAttribute", RegionId=HOME, TaskId=task)


def snapshots(lab: Lab, image: str) -> list[str]:
    return [one.status for one in lab.sim.world.image_snapshots(lab.sim.world.region_images(HOME)[image])]


def test_an_import_from_its_start_to_a_usable_image(lab: Lab) -> None:
    image, task = begin(lab, ImageName="imported", **{"Tag.1.Key": "a"})
    assert (
        lab.raw.v1("DescribeTaskAttribute", {"RegionId": HOME, "TaskId": task})[1]["Code"] == "InvalidTaskId.NotFound"
    )
    assert shown(lab, image)["Status"] == "Waiting"
    lab.sim.clock.advance(4)
    assert shown(lab, image)["Status"] == "Creating"
    assert snapshots(lab, image) == ["failed"], "until the import is done"
    assert code(lab, "DeleteImage", ImageId=image) == "ImageIsImporting"
    assert attribute(lab, task)["TaskProcess"] == "57%"
    lab.sim.clock.advance(3.5)
    assert (attribute(lab, task)["TaskStatus"], shown(lab, image)["Status"]) == ("Finished", "Creating")
    assert code(lab, "CopyImage", ImageId=image) == "IncorrectImageStatus", "the task is done before the image is"
    lab.sim.clock.advance(2)
    found = shown(lab, image)
    disk = found["DiskDeviceMappings"]["DiskDeviceMapping"][0]
    assert (found["Status"], found["ImageName"], disk["Size"]) == ("Available", "imported", "30")
    assert (disk["ImportOSSBucket"], disk["ImportOSSObject"]) == ("bucket", "disk.raw")
    assert snapshots(lab, image) == ["accomplished"]
    assert code(lab, "CopyImage", ImageId=image) == "OperationDenied.ImageCopying"
    lab.sim.clock.advance(2)
    assert code(lab, "CopyImage", ImageId=image) == "ok"


@pytest.mark.parametrize("leaves", ["record", "nothing"])
@pytest.mark.parametrize("how", ["fails", "cancelled"])
def test_an_import_that_comes_to_nothing(lab: Lab, how: str, leaves: str) -> None:
    lab.set(import_fail_leaves=leaves, import_cancel_leaves=leaves, task_visible_after=0)
    params = {"DiskDeviceMapping.1.OSSObject": "bad.raw"} if how == "fails" else {}
    image, task = begin(lab, **params)
    if how == "cancelled":
        lab.ok("CancelTask", RegionId=HOME, TaskId=task)
    lab.sim.clock.advance(60)
    told = attribute(lab, task)
    assert told["TaskStatus"] == ("Failed" if how == "fails" else "Deleted")
    progress = told["OperationProgressSet"]["OperationProgress"][0]
    assert progress["ErrorCode"] == ("ImportImageFailed" if how == "fails" else "")
    found = shown(lab, image)
    assert (found and found["Status"]) == ("CreateFailed" if leaves == "record" else None)
    again = lab.raw.v1("CancelTask", {"RegionId": HOME, "TaskId": task})[1]
    assert again["Code"] == "InvalidTaskId.IncorrectTaskStatus"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"DiskDeviceMapping.1.OSSBucket": "none"}, "InvalidOSSBucket.NotFound"),
        ({"DiskDeviceMapping.1.OSSBucket": "theirs"}, "InvalidOSS.NotAuthorized"),
        ({"DiskDeviceMapping.1.OSSBucket": "secret"}, "InvalidOSSBucket.EncryptUnsupported"),
        ({"DiskDeviceMapping.1.OSSObject": "none"}, "InvalidOSSObject.NotFound"),
        ({"DiskDeviceMapping.1.OSSObject": "empty.raw"}, "InvalidOSSObject.Size"),
        ({"DiskDeviceMapping.1.OSSObject": "cold.raw"}, "InvalidOSSObject.NeedRestore"),
        ({"DiskDeviceMapping.1.OSSObject": ""}, "MissingParameter"),
        ({"DiskDeviceMapping.1.Format": "iso"}, "InvalidImageFormat.Malformed"),
        ({"DiskDeviceMapping.1.DiskImageSize": "4096"}, "InvalidImageSize"),
        ({"ImageName": "1"}, "InvalidImageName.Malformed"),
        ({"ImageName": "golden"}, "InvalidImageName.Duplicated"),
        ({"Architecture": "z80"}, "InvalidArchitecture.Malformed"),
        ({"Architecture": "arm64", "BootMode": "BIOS"}, "InvalidBootMode.NotSupport"),
        ({"Platform": "None"}, "InvalidPlatform.Malformed"),
        ({"OSType": "dos"}, "InvalidOSType.Malformed"),
        ({"LicenseType": "None"}, "InvalidLicenseType.NotSupported"),
        ({"RoleName": "other"}, "NoSetRoletoECSServiceAcount"),
        ({"DryRun": "true"}, "DryRunOperation"),
    ],
)
def test_imports_that_are_refused(lab: Lab, params: dict[str, str], refusal: str) -> None:
    lab.image()
    before = set(lab.sim.world.region_images(HOME))
    answer = lab.raw.v1("ImportImage", {"RegionId": HOME, **DISK, **params})[1]
    assert answer.get("Code") == refusal
    assert set(lab.sim.world.region_images(HOME)) == before


def test_an_import_needs_its_role_and_its_disks(lab: Lab) -> None:
    assert lab.raw.v1("ImportImage", {"RegionId": HOME})[1]["Code"] == "MissingParameter.DiskDeviceMapping"
    lab.sim.world.roles.clear()
    answer = lab.raw.v1("ImportImage", {"RegionId": HOME, **DISK})[1]
    assert answer["Code"] == "NoSetRoletoECSServiceAcount"


def test_switches_of_imports(lab: Lab) -> None:
    begin(lab)
    assert lab.raw.v1("ImportImage", {"RegionId": HOME, **DISK})[1]["Code"] == "ImageIsImporting"
    lab.set(import_dup="accepted", import_foreign_bucket="accepted", import_role_exact=False, task_image_lag=0)
    begin(lab, RoleName="other")
    begin(lab, **{"DiskDeviceMapping.1.OSSBucket": "theirs"})
    lab.set(import_bad_object_at="call")
    bad = {"DiskDeviceMapping.1.OSSObject": "bad.raw"}
    assert lab.raw.v1("ImportImage", {"RegionId": HOME, **DISK, **bad})[1]["Code"] == "InvalidImageFormat.Malformed"


def test_an_export_writes_an_object_a_disk(lab: Lab) -> None:
    image = lab.image(disks=[{"size": 20}, {"size": 40}])
    task = lab.ok("ExportImage", RegionId=HOME, ImageId=image, OSSBucket="bucket", OSSPrefix="old")["TaskId"]
    assert code(lab, "DeleteImage", ImageId=image) == "ImageIsExporting"
    again = lab.raw.v1("ExportImage", {"RegionId": HOME, "ImageId": image, "OSSBucket": "bucket"})[1]
    assert again["Code"] == "ImageIsExporting"
    lab.sim.clock.advance(60)
    items = attribute(lab, task)["OperationProgressSet"]["OperationProgress"][0]["RelatedItemSet"]["RelatedItem"]
    written = [item["Value"] for item in items if item["Name"] == "OSSObject"]
    assert written == [f"old_{image}_system.raw.tar.gz", f"old_{image}_data_xvdb.raw.tar.gz"]
    assert set(written) <= set(lab.sim.world.buckets["bucket"].objects)
    tasks = lab.ok("DescribeTasks", RegionId=HOME, TaskAction="ExportImage", **{"ResourceIds.1": image})
    assert [(one["TaskId"], one["TaskStatus"]) for one in tasks["TaskSet"]["Task"]] == [(task, "Finished")]
    assert lab.ok("DescribeTasks", RegionId=HOME, TaskIds=task, TaskStatus="Failed")["TotalCount"] == 0
    assert code(lab, "DeleteImage", ImageId=image) == "ok"


@pytest.mark.parametrize(
    ("entry", "params", "refusal"),
    [
        ({"status": "Deprecated"}, {}, "IncorrectImageStatus"),
        ({"disks": [{"size": 20, "encrypted": True}]}, {}, "ImageNotSupported"),
        ({"os_type": "windows"}, {}, "InvalidImageLicense.NotSupported"),
        ({"disks": [{"size": 20}, {"size": 600}]}, {}, "InvalidImage.DiskAmountOrSize"),
        ({}, {"OSSPrefix": "a_b"}, "InvalidOSSPrefix.Malformed"),
        ({}, {"ImageFormat": "vhd"}, "InvalidImageFormat.RegionNotSupported"),
        ({}, {"ImageFormat": "iso"}, "InvalidImageFormat.Malformed"),
        ({}, {"ImageId": "m-none"}, "InvalidImageId.NotFound"),
        ({"account": ONE, "shares": ["1000000000000001"]}, {}, "InvalidImageCategory.NotSupported"),
    ],
)
def test_exports_that_are_refused(lab: Lab, entry: dict[str, Any], params: dict[str, str], refusal: str) -> None:
    asked = {"RegionId": HOME, "ImageId": lab.image(**entry), "OSSBucket": "bucket", **params}
    assert lab.raw.v1("ExportImage", asked)[1]["Code"] == refusal
    if entry.get("status"):
        lab.set(export_deprecated="accepted")
        assert lab.raw.v1("ExportImage", asked)[0] == 200


@pytest.mark.parametrize(("left", "found"), [("stays", ["_system.raw.tar.gz"]), ("removed", [])])
def test_a_cancelled_export_takes_a_moment_and_leaves_a_part(lab: Lab, left: str, found: list[str]) -> None:
    lab.set(task_visible_after=0, export_partial=left)
    image = lab.image()
    before = set(lab.sim.world.buckets["bucket"].objects)
    task = lab.ok("ExportImage", RegionId=HOME, ImageId=image, OSSBucket="bucket")["TaskId"]
    lab.ok("CancelTask", RegionId=HOME, TaskId=task)
    assert attribute(lab, task)["TaskStatus"] == "Processing"
    lab.sim.clock.advance(2)
    assert attribute(lab, task)["TaskStatus"] == "Deleted"
    assert [name.removeprefix(image) for name in set(lab.sim.world.buckets["bucket"].objects) - before] == found


def test_tasks_that_are_over_are_forgotten(lab: Lab) -> None:
    lab.set(task_visible_after=0, task_kept=60)
    task = begin(lab)[1]
    lab.sim.clock.advance(60)
    assert attribute(lab, task)["TaskStatus"] == "Finished"
    lab.sim.clock.advance(10)
    assert (
        lab.raw.v1("DescribeTaskAttribute", {"RegionId": HOME, "TaskId": task})[1]["Code"] == "InvalidTaskId.NotFound"
    )


@pytest.mark.parametrize(("value", "status"), [("refused", "ExportImageFailed"), ("overwritten", None)])
def test_an_object_of_the_same_name(lab: Lab, value: str, status: str | None) -> None:
    lab.set(export_overwrite=value)
    wanted = {"RegionId": HOME, "ImageId": lab.image(), "OSSBucket": "bucket"}
    lab.ok("ExportImage", **wanted)
    lab.sim.clock.advance(60)
    assert lab.raw.v1("ExportImage", wanted)[1].get("Code") == status


def test_the_older_names_of_exported_objects(lab: Lab) -> None:
    lab.set(export_name="old", task_visible_after=0)
    image = lab.image()
    task = lab.ok("ExportImage", RegionId=HOME, ImageId=image, OSSBucket="bucket")["TaskId"]
    lab.sim.clock.advance(60)
    items = attribute(lab, task)["OperationProgressSet"]["OperationProgress"][0]["RelatedItemSet"]["RelatedItem"]
    assert items[1]["Value"] == f"{image}_{task}_xvda.raw.tar.gz"


@pytest.mark.parametrize(
    ("value", "tagged", "with_more"),
    [("counted", True, "OperationDenied.QuotaExceed"), ("uncounted", True, "ok"), ("none", False, "ok")],
)
def test_a_passed_check_adds_tags_of_the_provider(lab: Lab, value: str, tagged: bool, with_more: str) -> None:
    lab.set(check_tags=value, detection_items=[])
    image = begin(lab, DetectionStrategy="Standard")[0]
    lab.sim.clock.advance(120)
    keys = [tag["TagKey"] for tag in shown(lab, image)["Tags"]["Tag"]]
    assert ("acs:ecs:image:osVersion" in keys) == tagged
    more = {f"Tag.{number}.Key": f"key-{number}" for number in range(1, 20)}
    more |= {f"Tag.{number}.Value": "" for number in range(1, 20)}
    resource = {"RegionId": HOME, "ResourceType": "image", "ResourceId.1": image}
    assert lab.raw.v1("TagResources", {**resource, **more})[1].get("Code", "ok") == with_more
    gone = lab.raw.v1("UntagResources", {**resource, "TagKey.1": "acs:ecs:image:osVersion"})[1]
    assert gone["Code"] == "NoPermission.Tag"


def test_an_import_that_does_not_wait(lab: Lab) -> None:
    lab.set(import_waits=0, import_copy_lag=0, task_cancel_seconds=0, task_visible_after=0)
    image, task = begin(lab)
    assert shown(lab, image)["Status"] == "Creating"
    lab.ok("CancelTask", RegionId=HOME, TaskId=task)
    lab.sim.clock.advance(0.1)
    assert attribute(lab, task)["TaskStatus"] == "Deleted"
