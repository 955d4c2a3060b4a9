# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients in use call beside the rest: old tag calls, key pairs, the location service, tags in lower case."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from simulator import Simulator
from simulator.actions.parameters import KNOWN
from simulator_tests.error_lab import Lab
from simulator_tests.helpers import HOME, ONE, Raw
from simulator_tests.switches_of_copies import keys, shown

LOCATION = "2015-06-12"


@pytest.fixture
def lab(sim: Simulator) -> Lab:
    return Lab(sim)


def test_old_tag_calls(lab: Lab) -> None:
    image, other = lab.image(), lab.image(name="other", tags={"type": "golden"})
    of_image = {"RegionId": HOME, "ResourceType": "image", "ResourceId": image}
    lab.ok("AddTags", **of_image, **{"Tag.1.Key": "type", "Tag.1.Value": "golden", "Tag.2.Key": "a", "Tag.2.Value": ""})
    assert keys(shown(lab, image)) == ["a", "type"]
    found = lab.ok("DescribeTags", RegionId=HOME, ResourceType="image", **{"Tag.1.Key": "type"})["Tags"]["Tag"]
    counts = {(tag["TagKey"], tag["TagValue"]): tag["ResourceTypeCount"]["Image"] for tag in found}
    assert counts == {("a", ""): 1, ("type", "golden"): 2}
    resources = lab.ok("DescribeResourceByTags", RegionId=HOME, **{"Tag.1.Key": "type", "Tag.1.Value": "golden"})
    assert {entry["ResourceId"] for entry in resources["Resources"]["Resource"]} == {image, other}
    lab.ok("RemoveTags", **of_image, **{"Tag.1.Key": "type", "Tag.1.Value": "other", "Tag.2.Key": "a"})
    assert keys(shown(lab, image)) == ["type"], "a value that is given must be the tag's"


@pytest.mark.parametrize("action", ["AddTags", "RemoveTags"])
def test_old_tag_calls_on_what_is_not_ones_own(lab: Lab, action: str) -> None:
    theirs = lab.image(account=ONE)
    asked = {"RegionId": HOME, "ResourceType": "image", "ResourceId": theirs, "Tag.1.Key": "a", "Tag.1.Value": ""}
    status, answer = lab.raw.v1(action, asked)
    assert (status, answer["Code"]) == (404, "InvalidResourceId.NotFound")


def test_key_pairs(lab: Lab) -> None:
    made = lab.ok("CreateKeyPair", RegionId=HOME, KeyPairName="packer")
    assert load_pem_private_key(made["PrivateKeyBody"].encode(), None)
    assert lab.raw.v1("CreateKeyPair", {"RegionId": HOME, "KeyPairName": "packer"})[1]["Code"] == "KeyPair.AlreadyExist"
    assert lab.raw.v1("CreateKeyPair", {"RegionId": HOME, "KeyPairName": "1"})[0] == 400

    def named() -> list[str]:
        found = lab.ok("DescribeKeyPairs", RegionId=HOME, KeyPairName="pack*")["KeyPairs"]["KeyPair"]
        return [pair["KeyPairName"] for pair in found]

    assert named() == ["packer"]
    demo = lab.defaults("CreateImage")["InstanceId"]
    attached = lab.ok("AttachKeyPair", RegionId=HOME, KeyPairName="packer", InstanceIds=json.dumps([demo, "i-none"]))
    assert [result["Success"] for result in attached["Results"]["Result"]] == ["true", "false"]
    unknown = {"RegionId": HOME, "KeyPairName": "none", "InstanceIds": "[]"}
    assert lab.raw.v1("DetachKeyPair", unknown)[1]["Code"] == "InvalidKeyPair.NotFound"
    lab.ok("DeleteKeyPairs", RegionId=HOME, KeyPairNames=json.dumps(["packer", "none"]))
    assert named() == []
    assert lab.raw.v1("DeleteKeyPairs", {"RegionId": HOME, "KeyPairNames": "x"})[1]["Code"] == "InvalidParameter"


@pytest.mark.parametrize(
    ("region", "service", "host"),
    [
        ("na-south-1", "ecs", "ecs.na-south-1.aliyuncs.com"),
        ("cn-hangzhou", "ecs", "ecs.cn-hangzhou.aliyuncs.com"),
        ("cn-beijing", "sts", "sts.cn-beijing.aliyuncs.com"),
    ],
)
def test_the_location_service(sim: Simulator, region: str, service: str, host: str) -> None:
    asked = {"Id": region, "ServiceCode": service, "Type": "openAPI"}
    for name in ("location.aliyuncs.com", "location-readonly.aliyuncs.com", None):
        status, answer = Raw(sim).v1("DescribeEndpoints", asked, host=name, Version=LOCATION)
        assert status == 200, answer
        assert answer["Endpoints"]["Endpoint"][0]["Endpoint"] == host
    assert Raw(sim).v1("DescribeEndpoints", asked, host="ecs.aliyuncs.com", Version=LOCATION)[0] == 404
    assert Raw(sim).v1("DescribeRegions", host="location.aliyuncs.com")[0] == 404


@pytest.mark.parametrize("bad", [{"Id": "mars"}, {"ServiceCode": "bread"}])
def test_the_location_service_refuses(sim: Simulator, bad: dict[str, str]) -> None:
    asked = {"Id": HOME, "ServiceCode": "ecs", **bad}
    assert Raw(sim).v1("DescribeEndpoints", asked, Version=LOCATION)[0] == 400


def test_tags_in_lower_case(lab: Lab) -> None:
    lower = {"Tag.1.key": "made by", "Tag.1.value": "an older client"}
    image = lab.ok("CreateImage", **lab.defaults("CreateImage"), **lower)["ImageId"]
    assert keys(shown(lab, image)) == ["made by"]
    found = lab.ok("DescribeImages", RegionId=HOME, Status="ALL", **lower)["Images"]["Image"]
    assert [entry["ImageId"] for entry in found] == [image]
    accepted = {
        action for action in KNOWN if "Tag.N.Key" in KNOWN[action]
        and lab.raw.v1(action, {"RegionId": HOME, "Tag.1.key": "a"})[1].get("Code") != "InvalidParameter"
    }  # fmt: skip
    assert {"DescribeImages", "DescribeSnapshots", "DescribeDisks", "DescribeInstances"} <= accepted
    assert lab.raw.v1("CopyImage", {**lab.of_copy(), "Tag.1.key": "a"})[1]["Code"] == "InvalidParameter"


def test_the_refusal_of_an_unfinished_image_does_not_speak_of_deprecation(lab: Lab) -> None:
    copy = lab.copy()
    asked = {"RegionId": "cn-beijing", "ImageId": copy, "AddAccount.1": ONE}
    answer = lab.raw.v1("ModifyImageSharePermission", asked)[1]
    assert (answer["Code"], "deprecated" in answer["Message"]) == ("OperationDenied.InvalidImageStatus", False)


def test_variables_for_clients_with_addresses_of_their_own(sim: Simulator) -> None:
    assert sim.env_proxy["ALIBABA_CLOUD_CA_BUNDLE"] == sim.env_proxy["SSL_CERT_FILE"]
