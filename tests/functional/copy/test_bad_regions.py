# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_copy meets regions that refuse or never answer: they hide and undo nothing elsewhere."""

from __future__ import annotations

import typing as t

import pytest
from functional.copy.copying import copy
from functional.support import BEIJING, FRANKFURT, VALLEY, Lab


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
