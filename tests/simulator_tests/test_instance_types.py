# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which instance types an image runs on: DescribeImageSupportInstanceTypes, and the calls that find out."""

from __future__ import annotations

import pytest
from simulator import Simulator
from simulator_tests.error_lab import Lab
from simulator_tests.helpers import HOME, MAIN, ONE

ASK = "DescribeImageSupportInstanceTypes"
PLACE = {"VSwitchId": f"vsw-simulator-{HOME}", "SecurityGroupId": f"sg-simulator-{HOME}"}


@pytest.fixture
def lab(sim: Simulator) -> Lab:
    return Lab(sim)


def types(lab: Lab, image: str, **params: str) -> set[str]:
    answer = lab.ok(ASK, RegionId=HOME, ImageId=image, **params)
    assert (answer["RegionId"], answer["ImageId"]) == (HOME, image)
    return {one["InstanceTypeId"] for one in answer["InstanceTypes"]["InstanceType"]}


def refusal(lab: Lab, action: str, **params: str) -> str:
    return str(lab.raw.v1(action, params)[1]["Code"])


def start(lab: Lab, image: str, kind: str) -> str:
    status, answer = lab.raw.v1("RunInstances", {"RegionId": HOME, "ImageId": image, "InstanceType": kind, **PLACE})
    return "" if status == 200 else f"{status} {answer['Code']}"


def test_an_image_runs_on_its_architecture(lab: Lab) -> None:
    plain, arm = lab.image(), lab.image(name="arm", architecture="arm64")
    assert "ecs.g7.large" in types(lab, plain) and "ecs.g8y.large" not in types(lab, plain)
    assert "ecs.g8y.large" in types(lab, arm) and "ecs.g7.large" not in types(lab, arm, ActionType="ChangeOS")
    assert start(lab, arm, "ecs.g8y.large") == ""
    assert start(lab, arm, "ecs.g7.large") == "403 ImageNotSupportInstanceType"
    assert start(lab, plain, "ecs.nothing.large") == "400 InvalidInstanceType.ValueNotSupported"


@pytest.mark.parametrize("told", [False, True])
def test_a_type_with_nvme_disks_alone(lab: Lab, told: bool) -> None:
    """A switch decides whether the question says it; the start says it in any case."""
    lab.set(support_minds_nvme=told)
    plain, able = lab.image(), lab.image(name="able")
    lab.ok("ModifyImageAttribute", RegionId=HOME, ImageId=plain, **{"Features.NvmeSupport": "unsupported"})
    lab.ok("ModifyImageAttribute", RegionId=HOME, ImageId=able, **{"Features.NvmeSupport": "supported"})
    assert ("ecs.g9i.large" in types(lab, plain)) is not told and "ecs.g9i.large" in types(lab, able)
    assert start(lab, plain, "ecs.g9i.large") == "403 InvalidParameter.NotMatch"
    assert start(lab, able, "ecs.g9i.large") == ""


def test_a_stopped_instance_gets_no_image_that_it_can_not_run(lab: Lab) -> None:
    arm, instance = lab.image(architecture="arm64"), lab.instance(status="Stopped")
    assert refusal(lab, "ReplaceSystemDisk", InstanceId=instance, ImageId=arm) == "ImageNotSupportInstanceType"


@pytest.mark.parametrize("image", ["", "m-none"])
def test_an_image_that_is_not_there(lab: Lab, image: str) -> None:
    assert refusal(lab, ASK, RegionId=HOME, ImageId=image) == "InvalidImageId.NotFound"


def test_only_an_available_image_is_found_and_one_that_is_shared_with_the_caller_is(lab: Lab) -> None:
    theirs = lab.image(account=ONE)
    assert refusal(lab, ASK, RegionId=HOME, ImageId=theirs) == "InvalidImageId.NotFound"
    shared = lab.image(name="shared", account=ONE, shares=[MAIN])
    assert "ecs.g7.large" in types(lab, shared)
    old = lab.image(name="old", status="Deprecated")
    assert refusal(lab, ASK, RegionId=HOME, ImageId=old) == "InvalidImageId.NotFound"


def test_the_action_must_be_one_of_two(lab: Lab) -> None:
    assert refusal(lab, ASK, RegionId=HOME, ImageId=lab.image(), ActionType="Upgrade") == "InvalidParamter"
    assert refusal(lab, ASK, ImageId="m-1") == "MissingParameter"
