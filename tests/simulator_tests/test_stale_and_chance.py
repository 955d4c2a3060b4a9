# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads that show the past, faults by chance, and ids that come out the same again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator.seed import plant
from simulator_tests.helpers import HOME, ONE, Raw, control

Start = Callable[..., str]
Look = Callable[..., Any]


def test_stale_reads_show_the_state_of_before(
    sim: Simulator, client: Client, image: str, copy: Start, look: Look
) -> None:
    sim.faults.add({"kind": "stale", "action": "DescribeImages", "seconds": 3, "times": None})
    sim.clock.advance(10)
    copied = copy(image)
    assert look(copied) is None
    sim.clock.advance(2.9)
    assert look(copied) is None
    sim.clock.advance(0.1)
    assert (look(copied).status, look(copied).progress) == ("Creating", "0%")
    sim.clock.advance(2.4)
    assert look(copied).progress == "60%", "what the past brought by itself is there too"
    assert sim.world.region_images("cn-beijing")[copied].status == "Available", "the truth is another"
    sim.clock.advance(1.6)
    assert look(copied).status == "Available"
    client.delete_image(ecs.DeleteImageRequest(region_id="cn-beijing", image_id=copied))
    sim.clock.advance(2)
    assert look(copied).status == "Available", "gone, and still shown"
    sim.clock.advance(3)
    assert look(copied) is None
    entries = sim.journal.calls("DescribeImages")
    assert {entry["fault"] for entry in entries} == {"stale"}


def test_stale_reads_see_planted_objects_in_time(sim: Simulator, look: Look) -> None:
    sim.faults.add({"kind": "stale", "seconds": 5, "times": None})
    sim.clock.advance(10)
    with sim.lock:
        planted = plant(sim.world, {"images": [{"region": HOME}]})["images"][0]
    assert look(planted, HOME) is None
    sim.clock.advance(6)
    assert look(planted, HOME) is not None


def test_writes_are_never_stale(sim: Simulator, client: Client, image: str, copy: Start) -> None:
    sim.faults.add({"kind": "stale", "seconds": 5, "times": None})
    copied = copy(image)
    client.cancel_copy_image(ecs.CancelCopyImageRequest(region_id="cn-beijing", image_id=copied))
    sim.clock.advance(2)
    assert copied not in sim.world.region_images("cn-beijing")
    assert sim.world.region_images("cn-beijing") != {}


def test_stale_reads_of_some_calls_only(sim: Simulator, image: str, copy: Start, look: Look) -> None:
    copied = copy(image)
    sim.faults.add({"kind": "stale", "action": "DescribeImages", "region": "cn-beijing", "seconds": 60, "nth": 2})
    sim.clock.advance(10)
    assert look(copied).status == "Available"
    assert look(copied).status == "Creating", "as of when the rule came"
    assert look(copied).status == "Available"


def test_stale_keeps_little(sim: Simulator, raw: Raw) -> None:
    sim.faults.add({"kind": "stale", "seconds": 5, "times": None})
    for dummy in range(15):
        raw.v1("DescribeRegions")
        sim.clock.advance(1)
    assert len(sim._dispatcher.history._copies) < 10
    sim.faults.clear()
    raw.v1("DescribeRegions")
    assert sim._dispatcher.history._copies == []


def pattern(sim: Simulator, raw: Raw, **rule: Any) -> str:
    sim.faults.clear()
    sim.faults.add({"kind": "throttle", "times": None, **rule})
    return "".join("x" if raw.v1("DescribeRegions")[0] != 200 else "." for dummy in range(30))


def test_chance(sim: Simulator, raw: Raw) -> None:
    first = pattern(sim, raw, probability=0.3)
    assert 2 < first.count("x") < 18
    assert pattern(sim, raw, probability=0.3) == first, "the same seed, the same calls"
    assert pattern(sim, raw, probability=0.3, seed=2) != first
    assert pattern(sim, raw, probability=0) == "." * 30
    limited = pattern(sim, raw, probability=0.5, times=2, nth=5)
    assert (limited.count("x"), limited[:4]) == (2, "....")


@pytest.mark.parametrize("rule", [{"kind": "throttle", "probability": 2}, {"kind": "stale"}])
def test_bad_rules(sim: Simulator, rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        sim.faults.add(rule)


def test_rules_are_shown(sim: Simulator) -> None:
    control(sim, "POST", "faults", {"kind": "stale", "seconds": 2, "probability": 0.5, "seed": 7, "account": ONE})
    shown = control(sim, "GET", "faults")["faults"][0]
    assert (shown["seconds"], shown["probability"], shown["seed"], shown["used"]) == (2, 0.5, 7, 0)
    assert "draw" not in shown


def test_ids_depend_on_the_seed_alone() -> None:
    def ids(seed: int | None) -> list[str]:
        sim = Simulator(clock="manual", seed=seed)
        with sim.lock:
            made = plant(sim.world, {"images": [{"region": HOME}], "snapshots": [{"region": HOME}]})
        return [*sim.world.instances, *made["images"], *made["snapshots"], *sim.world.kms_keys]

    assert ids(7) == ids(7)
    assert ids(None) == ids(1)
    assert not set(ids(7)) & set(ids(8))
