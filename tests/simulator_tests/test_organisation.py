# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shares with an organisation."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Simulator
from simulator.actions import SHARING
from simulator_tests.error_lab import Lab
from simulator_tests.helpers import HOME, ONE
from simulator_tests.switches_of_copies import code


@pytest.fixture
def lab(sim: Simulator) -> Lab:
    return Lab(sim)


def ask(lab: Lab, action: str, name: str, **params: str) -> list[Any]:
    host = "resourcesharing.cn-hangzhou.aliyuncs.com"
    status, answer = lab.raw.v1(action, {"ResourceOwner": "Self", **params}, host=host, Version=SHARING)
    assert status == 200, answer
    return list(answer[name])


def test_who_has_what(lab: Lab) -> None:
    image = lab.image(organisation=["fd-1", ONE])
    lab.image(name="other", shares=[ONE])
    resources = ask(lab, "ListSharedResources", "SharedResources", ResourceType="Image")
    assert [entry["ResourceId"] for entry in resources] == [image]
    assert ask(lab, "ListSharedResources", "SharedResources", Target="fd-2") == []
    assert ask(lab, "ListSharedResources", "SharedResources", ResourceType="VSwitch") == []
    targets = ask(lab, "ListSharedTargets", "SharedTargets", ResourceId=image)
    assert [entry["TargetId"] for entry in targets] == [ONE, "fd-1"]
    bad = lab.raw.v1("ListSharedTargets", {"ResourceOwner": "Nobody"}, Version=SHARING)[1]
    assert bad["Code"] == "InvalidParameter"


def test_what_the_image_calls_say_of_it(lab: Lab) -> None:
    image = lab.image(organisation=[ONE])

    def listed() -> list[str]:
        shares = lab.ok("DescribeImageSharePermission", RegionId=HOME, ImageId=image)["Accounts"]["Account"]
        return [share["AliyunId"] for share in shares]

    assert listed() == []
    deprecate = {"RegionId": HOME, "ImageId": image, "Status": "Deprecated"}
    assert lab.raw.v1("ModifyImageAttribute", deprecate)[1]["Code"] == "ImageUseShared"
    assert code(lab, "DeleteImage", ImageId=image) == "ImageUseShared"
    lab.set(rs_share_visible="listed", rs_share_blocks="allowed")
    assert listed() == [ONE]
    assert code(lab, "DeleteImage", ImageId=image) == "ok"
