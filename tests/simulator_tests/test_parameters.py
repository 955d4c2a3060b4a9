# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unknown, missing and mistyped parameters; regions and hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
import simulator
from simulator import Simulator
from simulator.actions import SERVED
from simulator.actions.parameters import KNOWN
from simulator.errors import BY_ACTION, COMMON
from simulator_tests.helpers import HOME, Raw

REGION = {"RegionId": HOME}


def code(answer: tuple[int, dict[str, str]]) -> tuple[int, str]:
    return answer[0], answer[1].get("Code", "")


def test_every_served_action_has_its_parameters() -> None:
    assert set(SERVED) == set(KNOWN)
    assert set(BY_ACTION) <= set(SERVED)


def test_no_code_is_raised_that_is_not_listed() -> None:
    import re

    listed = set(COMMON).union(*BY_ACTION.values())
    for path in Path(simulator.__file__ or "").parent.rglob("*.py"):
        for name in re.findall(r'call\.error\(\s*"([\w.#]+)"', path.read_text(encoding="utf-8")):
            assert name in listed, f"{path.name}: {name}"


@pytest.mark.parametrize("action", sorted(SERVED))
def test_unknown_parameter(raw: Raw, action: str) -> None:
    headers = {"x-acs-version": SERVED[action].version}
    status, answer = raw.v3(action, {**REGION, "Nonsense": "1"}, headers=headers)
    assert status == 400
    assert answer["Code"] == "InvalidParameter"


@pytest.mark.parametrize("name", ["Nonsense", "Tag.0.Key", "Tag.1.Color", "Tag", "AddAccount.1.Key"])
def test_unknown_names_are_named(raw: Raw, name: str) -> None:
    status, answer = raw.v1("CopyImage", {**REGION, "ImageId": "m-x", name: "1"})
    assert (status, answer["Code"]) == (400, "InvalidParameter")
    assert f'"{name}"' in answer["Message"]


def test_the_same_parameter_twice(raw: Raw) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert code(raw.v3("DescribeImages", REGION, body=b"RegionId=cn-hangzhou", headers=form))[0] == 400


def test_legacy_owner_parameters_are_ignored(raw: Raw) -> None:
    assert raw.v1("DescribeImages", {**REGION, "OwnerId": "1", "ResourceOwnerAccount": "x"})[0] == 200


@pytest.mark.parametrize(
    ("action", "params", "expected", "text"),
    [
        ("CopyImage", {"ImageId": "m-x"}, (400, "MissingParameter"), '"RegionId"'),
        ("CopyImage", {**REGION, "ImageId": ""}, (400, "MissingParameter"), '"ImageId"'),
        ("CopyImage", {**REGION, "ImageId": "m-x"}, (400, "MissingParameter"), '"DestinationRegionId"'),
        ("DescribeImageSharePermission", REGION, (400, "MissingParameter"), '"ImageId "that'),
        ("DeleteSnapshot", {}, (400, "MissingParameter"), "parameter SnapshotId that"),
        ("TagResources", {**REGION, "ResourceType": "image"}, (404, "MissingParameter.ResourceIds"), "ResourceIds.N"),
        ("DescribeDisks", {}, (400, "MissingParamter.RegionId"), ""),
        ("CreateImage", REGION, (400, "MissingParameter"), "SnapshotId or InstanceId or DiskDeviceMapping"),
        ("JoinResourceGroup", {**REGION, "ResourceType": "image", "ResourceGroupId": "rg"}, (403, "MissingParameter"),
         "ResourceId"),
    ],
)  # fmt: skip
def test_missing(raw: Raw, action: str, params: dict[str, str], expected: tuple[int, str], text: str) -> None:
    answer = raw.v1(action, params)
    assert code(answer) == expected
    assert text in answer[1]["Message"]


@pytest.mark.parametrize("value", ["TRUE", "1", "yes", ""])
def test_no_boolean(raw: Raw, value: str) -> None:
    params = {**REGION, "ImageId": "m-x", "Encrypted": value}
    assert code(raw.v1("CopyImage", params)) == (400, "InvalidParameter")


@pytest.mark.parametrize("value", ["true", "True", "false", "False"])
def test_booleans(raw: Raw, value: str) -> None:
    assert raw.v1("DescribeImages", {**REGION, "IsSupportCloudinit": value})[0] == 200


@pytest.mark.parametrize("name", ["PageNumber", "PageSize", "ImageOwnerId"])
def test_no_number(raw: Raw, name: str) -> None:
    assert code(raw.v1("DescribeImages", {**REGION, name: "1x"})) == (400, "InvalidParamter")
    assert code(raw.v1("DescribeImageSharePermission", {**REGION, "ImageId": "m-x", "PageSize": "x"}))[0] == 400


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("DescribeImages", (404, "InvalidRegionId.NotFound")),
        ("CopyImage", (400, "SourceRegion.NotFound")),
        ("DescribeDisks", (400, "InvalidRegion.NotFound")),
    ],
)
@pytest.mark.parametrize("region", ["cn-nowhere", "ap-south-1"])
def test_unknown_and_closed_regions(raw: Raw, action: str, expected: tuple[int, str], region: str) -> None:
    assert (
        code(raw.v1(action, {"RegionId": region, **({"ImageId": "m-x"} if action == "CopyImage" else {})})) == expected
    )


@pytest.mark.parametrize(
    ("host", "region", "status"),
    [
        ("ecs.cn-beijing.aliyuncs.com", "cn-beijing", 200),
        ("ecs-vpc.cn-beijing.aliyuncs.com", "cn-beijing", 200),
        ("ecs-cn-hangzhou.aliyuncs.com", "cn-hangzhou", 200),
        ("ecs-cn-hangzhou.aliyuncs.com", "cn-shanghai-finance-1", 200),
        ("ecs.aliyuncs.com", "cn-beijing", 200),
        ("ecs.cn-beijing.aliyuncs.com", "cn-hangzhou", 404),
        ("ecs-cn-hangzhou.aliyuncs.com", "cn-beijing", 200),
        ("ecs-cn-hangzhou.aliyuncs.com", "cn-chengdu", 404),
    ],
)
def test_hosts(raw: Raw, host: str, region: str, status: int) -> None:
    answer = raw.v1("DescribeImages", {"RegionId": region}, host=host)
    assert answer[0] == status
    if status != 200:
        assert answer[1]["Code"] == "InvalidRegionId.NotFound"
        assert answer[1]["HostId"] == host


def test_region_from_host_is_a_switch(sim: Simulator, raw: Raw) -> None:
    host = "ecs.cn-beijing.aliyuncs.com"
    assert code(raw.v1("DescribeImages", {}, host=host)) == (400, "MissingParameter")
    sim.settings.region_from_host = True
    assert raw.v1("DescribeImages", {}, host=host)[1]["RegionId"] == "cn-beijing"


def test_calls_without_region_find_ids_anywhere_but_a_host_narrows(sim: Simulator, raw: Raw) -> None:
    from simulator.seed import plant

    with sim.lock:
        snapshot = plant(sim.world, {"snapshots": [{"region": "cn-beijing"}]})["snapshots"][0]
    params = {"SnapshotId": snapshot}
    assert code(raw.v1("DeleteSnapshot", params, host="ecs.cn-shanghai.aliyuncs.com"))[0] == 404
    assert raw.v1("DeleteSnapshot", params)[0] == 200
