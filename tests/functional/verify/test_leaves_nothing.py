# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_verify leaves no instance, whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import typing as t

import pytest
from functional.support import HOME, Lab, Outcome
from functional.verify.verifying import TAG, VERIFY, throw_aways

from ansible_collections.imageops.alicloud.plugins.module_utils._verify import removal
from ansible_collections.imageops.alicloud.plugins.module_utils._verify import task as verify_task

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def unhandled(handler: t.Any) -> t.Iterator[t.Any]:
    """A thread of a test can't have signals handled."""
    yield handler


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


@pytest.mark.parametrize("nth", [5, 6])
def test_an_instance_is_released_even_if_nobody_may_look_any_more(lab: Lab, call: dict[str, t.Any], nth: int) -> None:
    """Its id is known. It was left running, and the message did not name it."""
    lab.fault("error", "DescribeInstances", code="Forbidden.RAM", status=403, nth=nth, times=None)
    outcome = lab.fails(VERIFY, "Forbidden.RAM", **call)
    assert outcome.result["instance"]["instance_id"] in outcome.msg
    lab.pass_time(60)
    assert throw_aways(lab) == []
