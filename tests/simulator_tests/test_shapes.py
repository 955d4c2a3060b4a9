# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of what answers look like, and the profile `recorded` as a whole."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from simulator import Simulator
from simulator.profiles import profile
from simulator_tests.error_lab import Lab
from simulator_tests.helpers import HOME, MAIN, ONE, PATIENCE, Raw
from simulator_tests.switches_of_copies import code, shown


@pytest.fixture
def lab(sim: Simulator) -> Lab:
    return Lab(sim)


def disk(lab: Lab) -> Any:
    return shown(lab, lab.image())["DiskDeviceMappings"]["DiskDeviceMapping"][0]


def test_mapping_encrypted(lab: Lab) -> None:
    assert disk(lab)["Encrypted"] is False
    lab.sim.reset()
    lab.set(mapping_encrypted="absent")
    assert "Encrypted" not in disk(lab)


@pytest.mark.parametrize(("value", "wanted"), [("full", ("100%", 0)), ("empty", ("", None)), ("absent", (None, None))])
def test_finished_progress(lab: Lab, value: str, wanted: tuple[Any, Any]) -> None:
    lab.set(finished_progress=value)
    found = disk(lab)
    assert (found.get("Progress"), found.get("RemainTime")) == wanted
    copy = shown(lab, lab.copy(), "cn-beijing")["DiskDeviceMappings"]["DiskDeviceMapping"][0]
    assert (copy["Progress"], copy["RemainTime"]) == ("0%", 4), "while it is made"


def test_image_owner_id(lab: Lab) -> None:
    theirs = lab.image(account=ONE, shares=[MAIN], name="theirs")
    own = lab.image()
    assert shown(lab, own)["ImageOwnerId"] == int(MAIN)
    lab.set(image_owner_id="others")
    assert "ImageOwnerId" not in shown(lab, own)
    assert shown(lab, theirs)["ImageOwnerId"] == int(ONE)


@pytest.mark.parametrize(
    ("value", "wanted"), [("lower", ["false", "true"]), ("capital", ["False", "True"]), ("empty", ["", "true"])]
)
def test_self_shared_form(lab: Lab, value: str, wanted: list[str]) -> None:
    lab.set(self_shared_form=value)
    images = [lab.image(name="own"), lab.image(name="shared", shares=[ONE])]
    assert [shown(lab, image)["IsSelfShared"] for image in images] == wanted


@pytest.mark.parametrize(
    ("value", "wanted"), [("object", {"Status": "", "Items": {"Item": []}}), ("empty", {}), ("absent", None)]
)
def test_detection_unchecked(lab: Lab, value: str, wanted: Any) -> None:
    lab.set(detection_unchecked=value)
    assert shown(lab, lab.image()).get("DetectionOptions") == wanted


def test_features_shown(lab: Lab) -> None:
    assert len(shown(lab, lab.image())["Features"]) == 6
    lab.set(features_shown="nvme")
    assert shown(lab, lab.image(name="other"))["Features"] == {"NvmeSupport": "unsupported"}


def snapshot(lab: Lab, **entry: Any) -> Any:
    wanted = lab.snapshot(**entry)
    return lab.ok("DescribeSnapshots", RegionId=HOME, SnapshotIds=json.dumps([wanted]))["Snapshots"]["Snapshot"][0]


def test_source_disk_size_and_snapshot_name_unset(lab: Lab) -> None:
    plain = snapshot(lab, size=40)
    assert (plain["SourceDiskSize"], "SnapshotName" in plain) == (40, False)
    assert snapshot(lab, name="named")["SnapshotName"] == "named"
    lab.set(source_disk_size="text", snapshot_name_unset="empty")
    plain = snapshot(lab, size=40)
    assert (plain["SourceDiskSize"], plain["SnapshotName"]) == ("40", "")


def test_snapshot_fields(lab: Lab) -> None:
    unset = {"KMSKeyId", "SourceSnapshotId", "SourceRegionId", "RegionId"}
    assert unset <= set(snapshot(lab))
    lab.set(snapshot_fields="few")
    assert not unset & set(snapshot(lab))
    key = lab.sim.world.demo["kms_keys"][HOME]
    assert snapshot(lab, encrypted=True, kms_key_id=key)["KMSKeyId"] == key


@pytest.mark.parametrize(
    ("value", "begins"),
    [("international", "https://api.alibabacloud.com/"), ("china", "https://api.aliyun.com/"), ("empty", ""),
     ("absent", None)],
)  # fmt: skip
def test_recommend(lab: Lab, value: str, begins: str | None) -> None:
    lab.set(recommend=value)
    answer = lab.raw.v1("DescribeImages", {})[1]
    found = answer.get("Recommend")
    assert found == begins or (begins and found.startswith(begins) and answer["RequestId"] in found)


def test_empty_list(lab: Lab) -> None:
    asked = {"RegionId": "eu-west-1", "ImageOwnerAlias": "self"}
    assert lab.ok("DescribeImages", **asked)["Images"] == {"Image": []}
    lab.set(empty_list="request_id")
    for action in ("DescribeImages", "DescribeSnapshots", "DescribeInstances", "DescribeDisks"):
        asked = {"RegionId": "eu-west-1", **({"ImageId": "m-none"} if action == "DescribeImages" else {})}
        assert set(lab.ok(action, **asked)) == {"RequestId"}
    assert lab.ok("DescribeImages", RegionId=HOME, ImageId=lab.image())["TotalCount"] == 1
    assert "RegionId" in lab.ok("DescribeRegions")["Regions"]["Region"][0]


def test_gateway_headers(lab: Lab) -> None:
    def headers() -> Any:
        connection = http.client.HTTPConnection(lab.sim.endpoint.removeprefix("http://"), timeout=PATIENCE)
        connection.request("GET", "/?Action=DescribeRegions")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return {name.lower() for name in dict(answer.headers)}

    assert "x-acs-trace-id" not in headers()
    lab.set(gateway_headers=True)
    assert {"x-acs-trace-id", "access-control-allow-origin"} <= headers()


def test_the_profile_of_the_recordings() -> None:
    with Simulator(clock="manual", settings=profile("recorded")) as sim:
        lab = Lab(sim)
        image = lab.image()
        found = shown(lab, image)
        assert set(found["Features"]) == {"NvmeSupport"}
        assert (found["IsSelfShared"], found["DetectionOptions"]) == ("False", {})
        mapping = found["DiskDeviceMappings"]["DiskDeviceMapping"][0]
        assert "ImageOwnerId" not in found and not {"Encrypted", "RemainTime"} & set(mapping)
        assert mapping["Progress"] == ""
        assert set(lab.ok("DescribeImages", RegionId=HOME, ImageId="m-none")) == {"RequestId"}
        assert "api.aliyun.com" in Raw(sim).v1("DescribeImages", {})[1]["Recommend"]
        snapshots = lab.ok("DescribeSnapshots", RegionId=HOME, SnapshotIds="")["Snapshots"]["Snapshot"]
        assert isinstance(snapshots[0]["SourceDiskSize"], int) and "RegionId" not in snapshots[0]
        assert code(lab, "DescribeSnapshots", RegionId=HOME, SnapshotIds="x") == "InvalidParameter"
        copy = lab.copy(DestinationImageName="")
        assert shown(lab, copy, "cn-beijing")["ImageName"] == copy
