# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults by script, and what the journal says of them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import ThrottlingException
from simulator import Simulator
from simulator_tests.helpers import HOME, ONE, Raw, control, refused, sdk

Start = Callable[..., str]
Look = Callable[..., Any]


def test_starts_of_copies_to_one_region(sim: Simulator, image: str, copy: Start) -> None:
    sim.faults.add({"kind": "throttle", "action": "CopyImage", "destination": "us-west-1", "times": None})
    assert copy(image)
    with refused("Throttling", 400):
        copy(image, "us-west-1")


@pytest.mark.parametrize(
    ("rule", "code", "status"),
    [
        ({"kind": "throttle"}, "Throttling", 400),
        ({"kind": "unavailable"}, "ServiceUnavailable", 503),
        ({"kind": "internal"}, "InternalError", 500),
        ({"kind": "error", "code": "Odd.One", "status": 409, "message": "odd"}, "Odd.One", 409),
    ],
)
def test_errors(sim: Simulator, image: str, copy: Start, rule: dict[str, Any], code: str, status: int) -> None:
    sim.faults.add({"action": "CopyImage", **rule})
    with refused(code, status):
        copy(image)
    assert len(sim.world.region_images("cn-beijing")) == 1
    assert copy(image), "once is the default"


def test_choice(sim: Simulator, raw: Raw) -> None:
    def codes(region: str = HOME, count: int = 4) -> list[int]:
        return [raw.v1("DescribeImages", {"RegionId": region})[0] for dummy in range(count)]

    sim.faults.add({"kind": "throttle", "action": "DescribeImages", "nth": 2, "times": 2})
    assert codes() == [200, 400, 400, 200]
    sim.faults.clear()
    sim.faults.add({"kind": "unavailable", "action": "*", "region": "cn-beijing", "times": None})
    assert codes() == [200] * 4
    assert codes("cn-beijing") == [503] * 4
    sim.faults.clear()
    sim.faults.add({"kind": "unavailable", "account": ONE, "times": None})
    assert codes() == [200] * 4
    with pytest.raises(ValueError, match="unknown fault keys: colour"):
        sim.faults.add({"kind": "throttle", "colour": "red"})
    with pytest.raises(ValueError, match="fault kind"):
        sim.faults.add({"kind": "explode"})


BAD_RULES: list[Any] = [
    {"kind": "delay", "seconds": "5"},
    {"kind": "delay", "seconds": -1},
    {"kind": "throttle", "times": "2"},
    {"kind": "throttle", "times": 0},
    {"kind": "throttle", "nth": "2"},
    {"kind": "throttle", "nth": 0},
    {"kind": "throttle", "action": "CopyImages"},
    {"kind": "throttle", "region": "mars"},
    {"kind": "throttle", "action": "DescribeImages", "destination": "cn-beijing"},
    {"kind": "throttle", "account": 1000000000000001},
    {"kind": "throttle", "account": "acme"},
    {"kind": "throttle", "probability": "half"},
    {"kind": "throttle", "retry_after": 0.5},
    {"kind": "internal", "retry_after": 100},
    {"kind": "copy_fails", "percent": 500},
    {"kind": "copy_fails", "percent": "60"},
    {"kind": "error", "status": "404"},
    {"kind": "error", "status": 200},
    {"kind": "error", "code": ""},
    {"kind": "hold", "when": "later"},
    {"kind": "stale"},
    {"kind": ["throttle"]},
    {"action": "CopyImage"},
    "throttle",
]


@pytest.mark.parametrize("rule", BAD_RULES, ids=str)
def test_bad_rules_are_refused_with_the_good_ones_beside_them(sim: Simulator, raw: Raw, rule: Any) -> None:
    body = json.dumps({"faults": [{"kind": "throttle"}, rule]}).encode()
    assert raw.send("POST", "/_simulator/faults", body=body)[0] == 400
    assert sim.faults.describe() == []
    assert raw.v1("DescribeRegions")[0] == 200


def test_a_throttled_call_may_say_when_to_ask_again(sim: Simulator) -> None:
    sim.faults.add_all([{"kind": "throttle", "retry_after": 1500}, {"kind": "throttle", "nth": 2}])
    with pytest.raises(ThrottlingException) as caught:
        sdk(sim).describe_regions(ecs.DescribeRegionsRequest())
    assert caught.value.retry_after == 1500
    with refused("Throttling", 400):
        sdk(sim).describe_regions(ecs.DescribeRegionsRequest())


@pytest.mark.parametrize(("kind", "copies"), [("reset_before", 0), ("reset_after", 1), ("truncate", 1)])
def test_lost_answers(sim: Simulator, image: str, copy: Start, kind: str, copies: int) -> None:
    sim.faults.add({"kind": kind, "action": "CopyImage"})
    with pytest.raises(Exception, match=r"(?i)reset|closed|incomplete|broken|expecting|unterminated|aborted"):
        copy(image)
    assert len(sim.world.copy_queue + sim.world.running_copies) == copies
    entry = sim.journal.writes()[0]
    assert (entry["fault"], entry["status"]) == (kind, 200 if copies else None)
    assert bool(entry["image_id"]) == bool(copies)


def test_delay(sim: Simulator, raw: Raw) -> None:
    sim.faults.add({"kind": "delay", "seconds": 0.2})
    begin = time.monotonic()
    assert raw.v1("DescribeRegions")[0] == 200
    assert time.monotonic() - begin > 0.19


def test_copy_fails_at_a_percentage(sim: Simulator, client: Client, image: str, copy: Start, look: Look) -> None:
    sim.faults.add({"kind": "copy_fails", "action": "CopyImage", "region": "cn-beijing", "percent": 60})
    other = copy(image, "cn-shanghai")
    failing = copy(image, tag=[ecs.CopyImageRequestTag(key="a", value="b")])
    sim.clock.advance(2.3)
    assert look(failing).status == "Creating"
    sim.clock.advance(0.2)
    assert (look(failing).status, look(failing).progress) == ("CreateFailed", "60%")
    assert look(failing).tags.tag == []
    sim.clock.advance(60)
    assert look(failing).status == "CreateFailed"
    assert look(other, "cn-shanghai").status == "Available"
    with refused("IncorrectImageStatus", 400, "failed"):
        client.cancel_copy_image(ecs.CancelCopyImageRequest(region_id="cn-beijing", image_id=failing))
    with refused("InvalidImageName.Duplicated"):
        copy(image)


def test_copy_hangs_but_can_be_cancelled(sim: Simulator, client: Client, image: str, copy: Start, look: Look) -> None:
    sim.faults.add({"kind": "copy_hangs", "action": "CopyImage", "percent": 30})
    hanging = copy(image)
    sim.clock.advance(100_000)
    assert (look(hanging).status, look(hanging).progress) == ("Creating", "30%")
    client.cancel_copy_image(ecs.CancelCopyImageRequest(region_id="cn-beijing", image_id=hanging))
    sim.clock.advance(1)
    assert look(hanging) is None


@pytest.mark.parametrize("action", ["CopyImage", "CancelCopyImage"])
def test_not_cancellable(sim: Simulator, client: Client, image: str, copy: Start, look: Look, action: str) -> None:
    sim.faults.add({"kind": "not_cancellable", "action": action})
    copied = copy(image)
    with refused("CancelNotSupported", 400):
        client.cancel_copy_image(ecs.CancelCopyImageRequest(region_id="cn-beijing", image_id=copied))
    sim.clock.advance(4)
    assert look(copied).status == "Available"


def wait_until_held(sim: Simulator) -> None:
    deadline = time.monotonic() + 5
    while not control(sim, "GET", "faults")["held"] and time.monotonic() < deadline:
        time.sleep(0.005)


@pytest.mark.parametrize(("when", "copies"), [("before", 0), ("after", 1)])
def test_hold(sim: Simulator, image: str, when: str, copies: int) -> None:
    fault = sim.faults.add({"kind": "hold", "action": "CopyImage", "when": when})
    request = ecs.CopyImageRequest(region_id=HOME, image_id=image, destination_region_id="cn-beijing")
    ids: list[str] = []
    thread = threading.Thread(target=lambda: ids.append(sdk(sim).copy_image(request).body.image_id))
    thread.start()
    wait_until_held(sim)
    assert control(sim, "GET", "faults")["held"] == [{"fault": fault, "action": "CopyImage", "when": when}]
    assert len(sim.world.region_images("cn-beijing")) == 1 + copies
    assert not ids
    assert control(sim, "POST", "faults/release", {}) == {"released": 1}
    thread.join(5)
    assert len(ids) == 1


@pytest.mark.parametrize("rules", [[], [{"kind": "reset_before"}], [{"kind": "throttle"}]])
def test_a_call_that_is_held_while_all_is_put_back_is_none_of_the_new_world(
    sim: Simulator, raw: Raw, rules: list[dict[str, Any]]
) -> None:
    sim.faults.add_all({"action": "DescribeImages", **rule} for rule in [{"kind": "hold"}, *rules])
    ends: list[Any] = []

    def ask() -> None:
        try:
            ends.append(raw.v1("DescribeImages", {"RegionId": HOME}))
        except OSError as error:
            ends.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until_held(sim)
    with sim.lock:
        sim.faults.release()
        time.sleep(0.05)  # the call is on its way again, and the old world still there
        sim.reset()
    thread.join(5)
    assert len(ends) == 1 and isinstance(ends[0], ConnectionResetError), ends
    assert sim.journal.calls() == []


def test_dry_runs_do_not_use_up_copy_faults(sim: Simulator, image: str, copy: Start, look: Look) -> None:
    sim.faults.add({"kind": "copy_fails", "action": "CopyImage", "percent": 0})
    with refused("DryRunOperation"):
        copy(image, dry_run=True)
    copied = copy(image)
    assert look(copied).status == "CreateFailed"
