# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Places that never answer, sessions that end before their time, and clocks that stand apart."""

from __future__ import annotations

import typing as t

import pytest
import urllib3
from functional import pins
from functional.credential_modes import KEYS, Place
from functional.support import BEIJING, FRANKFURT, HOME, VALLEY, Lab
from simulator.control import expire

from ansible_collections.imageops.alicloud.plugins.module_utils._base.age import seconds
from ansible_collections.imageops.alicloud.plugins.module_utils._base.regions import REGIONS
from ansible_collections.imageops.alicloud.plugins.module_utils._client import wire

COPY = "ecs_image_copy"
GOOD = [BEIJING, FRANKFURT, VALLEY, "cn-shanghai"]
HANG = {"connect": 5.0, "read": 30.0}  # seconds: the default of connect_timeout and of read_timeout


@pytest.fixture
def apart(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """Options with which every region has a host of its own, as the provider's have."""
    monkeypatch.setenv("HTTP_PROXY", lab.sim.proxy)
    place = {"endpoint": "http://ecs.{region}.aliyuncs.com", "sts_endpoint": "http://sts.aliyuncs.com"}
    return {**place, "who": None, "allow_plain_http": True, "region": HOME, **KEYS}


@pytest.fixture(params=[*HANG])
def silent(lab: Lab, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> list[str]:
    """Twenty regions behind a firewall that drops what is sent to them: first the connections, or the answers."""
    regions = [region for region in sorted(REGIONS) if region not in [HOME, *GOOD]][:20]
    hosts = {f"ecs.{region}.aliyuncs.com" for region in regions}
    post = wire.Wire.post

    def dropped(self: wire.Wire, endpoint: t.Any, *rest: t.Any) -> t.Any:
        if endpoint.host not in hosts:
            return post(self, endpoint, *rest)
        lab.clock.sleep(HANG[request.param])
        raise urllib3.exceptions.TimeoutError("timed out")

    monkeypatch.setattr(wire.Wire, "post", dropped)
    return regions


@pins.counted
@pins.side_by_side
def test_places_that_never_answer_hold_up_no_other(lab: Lab, silent: list[str], apart: dict[str, t.Any]) -> None:
    source = lab.source()
    begun = lab.clock.now()
    outcome = lab.fails(COPY, "20 of 24", image_id=source, destination_regions=[*silent, *GOOD], **apart)
    first = {call["params"]["DestinationRegionId"]: seconds(call["time"]) - begun for call in lab.calls("CopyImage")}
    assert sorted(first) == sorted(GOOD)
    assert max(first.values()) <= 5, first
    assert sorted(outcome.result["images"]) == sorted(GOOD)
    lost = [outcome.copy_in(region)["elapsed_seconds"] for region in silent]
    # The last look of the 15 seconds hangs for as long as a look does.
    assert max(lost) <= 15 + max(HANG.values()) + 5, lost
    assert max(outcome.copy_in(region)["elapsed_seconds"] for region in GOOD) <= 10


def test_a_session_that_ends_before_its_time_is_begun_anew(place: Place) -> None:
    lab = place.lab
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source()
    lab.clock.after(50, lambda: expire(lab.sim.world, {}))
    endpoints = {"endpoint": lab.sim.endpoint, "sts_endpoint": lab.sim.endpoint, "region": HOME}
    role = {"ram_role_arn": lab.demo("roles", "main"), **KEYS}
    outcome = lab(COPY, who=None, image_id=source, destination_regions=GOOD, **role, **endpoints)
    assert outcome.code == 0, outcome.result
    assert sorted(outcome.result["images"]) == sorted(GOOD)
    # All notice it at once, and one begins the new session.
    assert len(lab.sim.journal.calls("AssumeRole")) == 2


def test_a_session_is_begun_anew_once_for_a_call(place: Place) -> None:
    lab = place.lab
    lab.fault("error", "DescribeImages", code="InvalidSecurityToken.Expired", status=403, times=None)
    endpoints = {"endpoint": lab.sim.endpoint, "sts_endpoint": lab.sim.endpoint, "region": HOME}
    role = {"ram_role_arn": lab.demo("roles", "main"), **KEYS}
    outcome = lab("ecs_image_info", who=None, **role, **endpoints)
    assert outcome.code == 1 and "InvalidSecurityToken.Expired" in outcome.text
    assert len(lab.sim.journal.calls("AssumeRole")) == 2


def test_keys_that_end_are_told_as_such(lab: Lab) -> None:
    lab.fault("error", "DescribeImages", code="InvalidSecurityToken.Expired", status=403, times=None)
    lab.fails("ecs_image_info", region=HOME)
    assert len(lab.calls("DescribeImages")) == 1


@pytest.mark.parametrize(("ahead", "word"), [(600, "10 minutes behind"), (-600, "10 minutes ahead of"), (200, "")])
def test_a_clock_that_is_wrong_is_told(lab: Lab, apart: dict[str, t.Any], ahead: float, word: str) -> None:
    lab.setting(clock_ahead=ahead)
    told = [one for one in lab.ok("ecs_image_info", **apart).warnings if "clock of this machine" in one]
    assert [word in one for one in told] == ([True] if word else [])


def test_the_clock_of_a_simulator_on_this_machine_is_no_reason_for_words(lab: Lab) -> None:
    lab.setting(clock_ahead=600)
    assert [one for one in lab.ok("ecs_image_info", region=HOME).warnings if "clock" in one] == []
