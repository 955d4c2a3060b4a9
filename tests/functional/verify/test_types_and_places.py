# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""As what, and where, ecs_image_verify starts its instance."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import Lab
from functional.verify.verifying import VERIFY, throw_aways
from simulator.state.instance_types import INSTANCE_TYPES

_ARM = INSTANCE_TYPES["ecs.g8y.large"]


def test_a_refused_start_is_an_error_with_its_code(lab: Lab, call: dict[str, t.Any]) -> None:
    outcome = lab.fails(VERIFY, "InvalidVSwitchId.NotFound", **{**call, "vswitch_id": "vsw-none"})
    assert outcome.result["error"]["request_id"] and "Check vswitch_id" in outcome.msg
    assert outcome.changed is False and throw_aways(lab) == []
    lab.fails(VERIFY, "Check security_group_id", **{**call, "security_group_id": "sg-none"})


def test_the_next_type_and_subnet_is_taken_where_there_is_no_room(lab: Lab, call: dict[str, t.Any]) -> None:
    """A type that is sold out says nothing about the image."""
    lab.fault("error", "RunInstances", code="OperationDenied.NoStock", status=403, times=1)
    outcome = lab.ok(VERIFY, **{**call, "instance_type": ["ecs.g7.large", "ecs.c7.large"]})
    assert outcome.result["verified"] is True and outcome.result["instance"]["instance_type"] == "ecs.c7.large"
    sold_out = {"instance_type": "ecs.g7.large", "vswitch_id": call["vswitch_id"], "code": "OperationDenied.NoStock"}
    assert outcome.result["without_room"] == [sold_out]
    assert throw_aways(lab) == []


def test_where_no_place_has_room_each_was_asked_once(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.fault("error", "RunInstances", code="OperationDenied.NoStock", status=403, times=None)
    places = {"instance_type": "ecs.g7.large,ecs.c7.large", "vswitch_id": [call["vswitch_id"], "vsw-another"]}
    outcome = lab.fails(VERIFY, "OperationDenied.NoStock", **{**call, **places})
    asked = [(one["params"]["InstanceType"], one["params"]["VSwitchId"]) for one in lab.calls("RunInstances")]
    types, subnets = ("ecs.g7.large", "ecs.c7.large"), (call["vswitch_id"], "vsw-another")
    assert asked == [(one, subnet) for one in types for subnet in subnets]
    assert outcome.result["error"]["code"] == "OperationDenied.NoStock" and len(outcome.result["without_room"]) == 4
    lab.fails(VERIFY, "instance_type is empty", **{**call, "instance_type": []})


def test_another_refusal_tries_no_other_place(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.fails(VERIFY, "InvalidVSwitchId", **{**call, "vswitch_id": ["vsw-none", call["vswitch_id"]]})
    assert len(lab.calls("RunInstances")) == 1


@pytest.mark.parametrize("check", [False, True])
def test_a_type_that_the_image_can_not_run_on_is_passed_over(lab: Lab, call: dict[str, t.Any], check: bool) -> None:
    types = ["ecs.g8y.large", "nonsense", "ecs.c7.large", "ecs.g7.large"]
    outcome = lab.ok(VERIFY, **{**call, "instance_type": types}, check=check)
    assert [one["instance_type"] for one in outcome.result["unsuitable"]] == types[:2]
    assert outcome.result["instance"]["instance_type"] == "ecs.c7.large"
    assert [one for one in outcome.warnings if "ecs.g8y.large is passed over" in one and call["image_id"] in one]
    started = [one["params"]["InstanceType"] for one in lab.calls("RunInstances")]
    assert started == ([] if check else ["ecs.c7.large"])
    assert len(lab.calls("DescribeImageSupportInstanceTypes")) == 1


@pytest.mark.parametrize("check", [False, True])
def test_where_no_type_fits_nothing_is_started_and_those_that_would_are_named(
    lab: Lab, call: dict[str, t.Any], check: bool
) -> None:
    types = ["ecs.g8y.xlarge", "ecs.c6r.xlarge"]
    outcome = lab.fails(VERIFY, "can't run on ecs.g8y.xlarge, ecs.c6r.xlarge", "ecs.c7.xlarge", "instance_type",
                        **{**call, "instance_type": types}, check=check)  # fmt: skip
    assert outcome.result["error"]["code"] == "UnsuitableInstanceType" and not outcome.changed
    assert [one["instance_type"] for one in outcome.result["unsuitable"]] == types
    assert lab.writes() == []


@pins.offered_all
def test_a_type_that_only_the_start_refuses_is_passed_over_too(lab: Lab, call: dict[str, t.Any]) -> None:
    """The API is not known to mind the disks that a type has."""
    with lab.sim.lock:
        lab.image(call["image_id"]).features["NvmeSupport"] = "unsupported"
    subnets = [call["vswitch_id"], "vsw-another"]
    places = {"instance_type": ["ecs.g9i.large", "ecs.g7.large"], "vswitch_id": subnets}
    outcome = lab.ok(VERIFY, **{**call, **places})
    (passed_over,) = outcome.result["unsuitable"]
    assert passed_over["instance_type"] == "ecs.g9i.large" and "requires NVMe" in passed_over["reason"]
    tried = [(one["params"]["InstanceType"], one["params"]["VSwitchId"]) for one in lab.calls("RunInstances")]
    assert tried == [("ecs.g9i.large", subnets[0]), ("ecs.g7.large", subnets[0])]
    lab.fails(VERIFY, "InvalidParameter.NotMatch", **{**call, "instance_type": "ecs.g9i.large"})
    assert throw_aways(lab) == []


def test_no_room_is_what_a_boot_failed_by_if_anything_had_none(lab: Lab, call: dict[str, t.Any]) -> None:
    """It says that the image was not tried, which another refusal does not."""
    with lab.sim.lock:
        lab.image(call["image_id"]).features["NvmeSupport"] = "unsupported"
    lab.fault("error", "RunInstances", code="OperationDenied.NoStock", status=403, times=1)
    lab.fails(VERIFY, "OperationDenied.NoStock", **{**call, "instance_type": ["ecs.g7.large", "ecs.g9i.large"]})


@pytest.mark.parametrize(("code", "status"), [("Forbidden.RAM", 403), ("InvalidImageId.NotFound", 404)])
def test_who_is_not_told_the_types_is_warned_and_goes_on(
    lab: Lab, call: dict[str, t.Any], code: str, status: int
) -> None:
    lab.fault("error", "DescribeImageSupportInstanceTypes", code=code, status=status, times=None)
    outcome = lab.ok(VERIFY, **call)
    assert outcome.result["verified"] is True and outcome.result["unsuitable"] == []
    (warning,) = outcome.warnings
    assert code in warning and "ecs.g7.large" in warning
    assert ("ecs:DescribeImageSupportInstanceTypes" in warning) is (status == 403)


def test_an_answer_without_any_type_says_nothing(lab: Lab, call: dict[str, t.Any], monkeypatch: t.Any) -> None:
    monkeypatch.setattr("simulator.actions.instance_types.INSTANCE_TYPES", {"ecs.g8y.large": _ARM})
    monkeypatch.setattr("simulator.actions.launching.check_type", lambda call, image, kind: None)
    assert lab.ok(VERIFY, **call).result["verified"] is True


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
@pytest.mark.parametrize(
    "empty",
    [{"vswitch_id": [""]}, {"instance_type": ["", "ecs.g7.large"]}, {"security_group_id": ""}, {"image_id": ""}],
)
def test_what_is_named_with_nothing_is_refused_before_the_api_is_asked(
    lab: Lab, call: dict[str, t.Any], empty: dict[str, t.Any], check: bool
) -> None:
    """Check mode foretold an instance, which the API then refused."""
    (name,) = empty
    lab.fails(VERIFY, "The input is refused", name, check=check, **{**call, **empty})
    assert lab.calls() == []
