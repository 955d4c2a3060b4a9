# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_verify: it starts one instance, and leaves none, whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import typing as t

import pytest
from functional import pins
from functional.support import HOME, Lab, Outcome
from simulator.state.instance_types import INSTANCE_TYPES

from ansible_collections.imageops.alicloud.plugins.module_utils._verify import removal
from ansible_collections.imageops.alicloud.plugins.module_utils._verify import task as verify_task

VERIFY = "ecs_image_verify"
_ARM = INSTANCE_TYPES["ecs.g8y.large"]
TAG = "imageops:verify-of"


@pytest.fixture
def call(lab: Lab) -> dict[str, t.Any]:
    return {
        "region": HOME,
        "image_id": lab.source(),
        "instance_type": "ecs.g7.large",
        "vswitch_id": f"vsw-simulator-{HOME}",
        "security_group_id": f"sg-simulator-{HOME}",
    }


@contextlib.contextmanager
def unhandled(handler: t.Any) -> t.Iterator[t.Any]:
    """A thread of a test can't have signals handled."""
    yield handler


def throw_aways(lab: Lab) -> list[str]:
    with lab.sim.lock:
        lab.sim.world.settle()
        return [one.instance_id for one in lab.sim.world.instances.values() if TAG in one.tags]


def test_an_image_that_boots(lab: Lab, call: dict[str, t.Any]) -> None:
    outcome = lab.ok(VERIFY, **call)
    assert outcome.changed and outcome.result["verified"] is True
    (started,) = lab.calls("RunInstances")
    assert started["params"]["Tag.1.Key"] == TAG and started["params"]["Tag.1.Value"] == call["image_id"]
    assert started["params"]["InternetMaxBandwidthOut"] == "0"
    assert outcome.result["running_after_seconds"] > 0
    assert throw_aways(lab) == [] and len(lab.calls("DeleteInstance")) == 1


def test_an_image_boots_securely_if_it_is_asked_for(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.ok(VERIFY, **call)
    lab.image(call["image_id"]).secure_boot = "supported"
    for wanted in (True, False):
        lab.ok(VERIFY, **call, secure_boot=wanted)
    told = [one["params"].get("SecurityOptions.EnableSecureBoot") for one in lab.calls("RunInstances")]
    assert told == [None, "true", "false"], "unset, it is not sent"


def test_an_image_that_does_not_support_secure_boot_is_refused_before_it_costs(
    lab: Lab, call: dict[str, t.Any]
) -> None:
    for check in (True, False):
        lab.fails(
            VERIFY, "does not support secure boot", "secure_boot=supported", check=check, **call, secure_boot=True
        )
    assert lab.writes() == []


def test_check_mode_starts_nothing(lab: Lab, call: dict[str, t.Any]) -> None:
    outcome = lab.ok(VERIFY, **call, check=True)
    assert outcome.changed and outcome.result["verified"] is None and outcome.result["planned"]
    assert lab.writes() == []


def test_what_a_killed_run_left_is_removed_first(lab: Lab, call: dict[str, t.Any]) -> None:
    left = lab.plant("instances", region=HOME, tags={TAG: call["image_id"]})
    other = lab.plant("instances", region=HOME, tags={TAG: "m-another"})
    outcome = lab.ok(VERIFY, **call)
    assert outcome.result["removed_leftovers"] == [left]
    assert throw_aways(lab) == [other]
    actions = [entry["action"] for entry in lab.writes()]
    assert actions == ["DeleteInstance", "RunInstances", "DeleteInstance"]


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_two_runs_at_once_leave_each_other_s_instance_alone(
    lab: Lab, call: dict[str, t.Any], nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.setting(instance_seconds=20.0)
    second: list[Outcome] = []
    monkeypatch.setattr(verify_task, "handled_by", unhandled)
    lab.fault("hold", "DescribeInstances", nth=nth)
    other = lab.when_held(lambda: second.append(lab(VERIFY, **call)))
    first = lab(VERIFY, **call)
    other.join(60)
    assert [one.result.get("verified") for one in (first, *second)] == [True, True], (first.msg, second[0].msg)
    assert [one.result["removed_leftovers"] for one in (first, *second)] == [[], []]
    assert throw_aways(lab) == []


def test_what_another_run_has_started_is_told_and_removed_when_that_is_over(lab: Lab, call: dict[str, t.Any]) -> None:
    ends = lab.stamp(lab.clock.now() + lab.sim.settings.clock_ahead + 1800)  # by the clock of the provider
    other = lab.plant("instances", region=HOME, tags={TAG: call["image_id"], "imageops:verify-run": f"abc/{ends}"})
    assert any(other in one and "left alone" in one for one in lab.ok(VERIFY, **call).warnings)
    assert throw_aways(lab) == [other]
    lab.pass_time(2000)
    assert lab.ok(VERIFY, **call).result["removed_leftovers"] == [other]
    assert throw_aways(lab) == []


def test_an_instance_that_vanishes_ends_the_wait_at_once(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(instance_seconds=300.0)

    def remove() -> None:
        lab.sim.world.instances = {key: one for key, one in lab.sim.world.instances.items() if TAG not in one.tags}

    lab.clock.after(20, remove)
    begun = lab.clock.now()
    lab.fails(VERIFY, "has vanished", "nothing of the image", **call)
    assert lab.clock.now() - begun < 60


def test_an_instance_that_takes_too_long_is_an_error_and_removed(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(instance_seconds=300.0)
    outcome = lab.fails(VERIFY, "is Pending after 60 seconds", **call, timeout=60)
    assert outcome.changed and outcome.result["verified"] is False
    assert outcome.result["instance"]["instance_id"]
    assert throw_aways(lab) == []


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


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "throttle", "internal"])
@pytest.mark.parametrize("action", ["RunInstances", "DeleteInstance", "DescribeInstances"])
def test_a_troubled_call_leaves_nothing_and_starts_no_second_one(
    lab: Lab, call: dict[str, t.Any], action: str, kind: str
) -> None:
    lab.fault(kind, action)
    assert lab.ok(VERIFY, **call).result["verified"] is True
    assert throw_aways(lab) == []
    ids = {entry["answer"]["InstanceIdSets"]["InstanceIdSet"][0] for entry in lab.calls("RunInstances")
           if entry["status"] == 200 and "answer" in entry}  # fmt: skip
    assert len(ids) <= 1


def test_an_instance_that_can_not_be_removed_is_named(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.fault("error", "DeleteInstance", code="Forbidden.RAM", status=403, times=None)
    outcome = lab.fails(VERIFY, "ecs:DeleteInstance", **call)
    assert outcome.result["instance"]["instance_id"] in throw_aways(lab)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait_and_removes_the_instance(lab: Lab, call: dict[str, t.Any], number: int) -> None:
    lab.setting(instance_seconds=100.0)
    lab.clock.after(20, lambda: os.kill(os.getpid(), number))
    outcome = lab.fails(VERIFY, f"stopped by {signal.Signals(number).name}", **call)
    assert outcome.result["error"]["code"] == "Interrupted"
    assert throw_aways(lab) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("action", "nth"), [("RunInstances", 1), ("DescribeInstances", 2), ("DescribeInstances", 3)])
def test_a_signal_during_a_call_ends_the_run_and_leaves_nothing(
    lab: Lab, call: dict[str, t.Any], action: str, nth: int, when: str, number: int
) -> None:
    lab.setting(instance_seconds=100.0)
    lab.fault("hold", action, nth=nth, when=when)

    def stop() -> None:
        os.kill(os.getpid(), number)
        time.sleep(0.2)  # so that it is told before the answer comes

    other = lab.when_held(stop)
    outcome = lab.fails(VERIFY, f"stopped by {signal.Signals(number).name}", **call)
    other.join(5)
    assert outcome.result["error"]["code"] == "Interrupted" and outcome.result["verified"] is False
    assert throw_aways(lab) == [] and len(lab.calls("RunInstances")) == (0 if nth == 2 else 1)


def test_a_signal_during_the_removal_does_not_hinder_it(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.fault("hold", "DeleteInstance")
    other = lab.when_held(lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert lab.ok(VERIFY, **call).result["verified"] is True
    other.join(5)
    assert throw_aways(lab) == []


def test_a_run_of_many_hours_gets_over_what_passes_like_any_other(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(instance_seconds=5300.0)
    lab.clock.after(4500, lambda: lab.fault("throttle", "DescribeInstances"))
    lab.clock.after(5100, lambda: lab.setting(instance_seconds=5.0))
    lab.fault("throttle", "DeleteInstance", times=3)
    lab.fails(VERIFY, "is Pending after 5000 seconds", **call, timeout=5000)
    assert throw_aways(lab) == []


def test_removing_is_not_given_up_when_the_region_is_silent_for_a_while(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.clock.after(1, lambda: lab.fault("reset_before", "DeleteInstance", times=20))
    assert lab.ok(VERIFY, **call, unreachable_timeout=5).result["verified"] is True
    assert throw_aways(lab) == []


@pytest.mark.parametrize(
    ("action", "kind", "words"),
    [
        ("DeleteInstance", "throttle", ("could not be removed", "Throttling")),
        ("DescribeInstances", "reset_before", ("not seen to be gone", "NoAnswer")),
    ],
)
def test_removing_ends_with_the_reason_if_it_never_works(
    lab: Lab, call: dict[str, t.Any], action: str, kind: str, words: tuple[str, ...]
) -> None:
    lab.clock.after(1, lambda: lab.fault(kind, action, times=None))
    begun = lab.clock.now()
    outcome = lab.fails(VERIFY, *words, "remove it by hand", **call, unreachable_timeout=5)
    assert outcome.result["instance"]["instance_id"] in outcome.msg
    assert len(throw_aways(lab)) == (action == "DeleteInstance")
    assert lab.clock.now() - begun < removal.LONGEST + 300


def test_an_image_that_is_not_there_or_not_finished_is_refused(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.fails(VERIFY, "not visible", **{**call, "image_id": "m-nothing"})
    running = lab.plant("images", region=HOME, name="running", status="Creating")
    lab.fails(VERIFY, "is Creating", **{**call, "image_id": running})
    assert lab.writes() == []
