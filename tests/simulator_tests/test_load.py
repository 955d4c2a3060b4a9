# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many copies, many clients, at once: no wrong answer, and no memory that keeps growing."""

from __future__ import annotations

import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from simulator import Simulator, authenticate
from simulator.seed import plant
from simulator.state import regions
from simulator_tests.helpers import Line

COPIES, CLIENTS, ROUNDS = 1000, 64, 3
# 39: all that the provider names, the closed ones too.
REGIONS = sorted(regions.REGIONS)
JOURNAL = 5_000
GROWTH = 12  # MiB a round: what is left of 1,000 copies is their snapshots, client tokens and nonces
pytestmark = pytest.mark.slow


def resident() -> float:
    """Memory of this process in MiB."""
    gc.collect()
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def route(number: int) -> tuple[str, str]:
    """Source and destination of a copy: every region is as often the one as the other, give or take one."""
    at, step = number % len(REGIONS), 1 + number // len(REGIONS) % (len(REGIONS) - 1)
    return REGIONS[at], REGIONS[(at + step) % len(REGIONS)]


def plant_sources(sim: Simulator, round_: int) -> list[str]:
    entries = [{"region": route(number)[0], "name": f"source-{round_}-{number}"} for number in range(COPIES)]
    with sim.lock:
        return plant(sim.world, {"images": entries})["images"]


def one_round(sim: Simulator, round_: int) -> int:
    """All copies from start to end, and deleted; the number of calls."""
    sources = plant_sources(sim, round_)
    lines = [Line(sim) for dummy in range(CLIENTS)]
    gate = threading.Barrier(CLIENTS)

    def work(client: int) -> list[tuple[str, str]]:
        line, made = lines[client], []
        gate.wait()
        for number in range(client, COPIES, CLIENTS):
            source, target = route(number)
            name = f"copy-{round_}-{number}"
            asked = {"RegionId": source, "ImageId": sources[number], "DestinationRegionId": target}
            asked |= {"DestinationImageName": name, "ClientToken": f"t-{name}"}
            copied, again = (line.call("CopyImage", **asked)["ImageId"] for dummy in range(2))
            assert again == copied
            made.append((target, copied))
            found = line.call("DescribeImages", RegionId=target, ImageId=copied, Status="ALL")["Images"]["Image"]
            assert [(image["ImageId"], image["ImageName"]) for image in found] == [(copied, name)]
        return made

    def delete(client: int) -> None:
        for region, copied in made[client]:
            lines[client].call("DeleteImage", RegionId=region, ImageId=copied)

    with ThreadPoolExecutor(CLIENTS) as pool:
        made = list(pool.map(work, range(CLIENTS)))
        finish(sim, [copy for copies in made for copy in copies])
        list(pool.map(delete, range(CLIENTS)))
    sim.clock.advance(60)
    forget(sim, sources)
    for line in lines:
        line.connection.close()
    return sum(line.calls for line in lines)


def finish(sim: Simulator, made: list[tuple[str, str]]) -> None:
    assert len({copied for dummy, copied in made}) == COPIES
    assert len({region for region, dummy in made}) == len(REGIONS)
    for dummy in range(100):
        sim.clock.advance(60)
        if not sim.world.copy_queue + sim.world.running_copies:
            break
    assert {sim.world.region_images(region)[copied].status for region, copied in made} == {"Available"}


def forget(sim: Simulator, sources: list[str]) -> None:
    """Nothing of the round's images is left, neither of those that were planted nor of the deleted copies."""
    with sim.lock:
        for number, source in enumerate(sources):
            sim.world.region_images(route(number)[0]).pop(source)
        assert {image.alias for image in sim.world.all_images()} == {"system"}


def test_a_thousand_copies_by_64_clients(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is reset between the rounds, as nothing is reset in a long rehearsal."""
    monkeypatch.setattr(regions, "REGIONS", regions.open_all())
    monkeypatch.setattr(authenticate, "WINDOW", 86_400)  # seconds: no nonce is forgotten, however slow the machine
    assert len(regions.open_regions()) == len(REGIONS) == 39
    with Simulator(clock="manual", settings={"image_quota": 10_000, "journal_limit": JOURNAL}) as sim:
        memory, begin, calls = [], (time.monotonic(), time.process_time()), 0
        for round_ in range(ROUNDS):
            calls += one_round(sim, round_)
            memory.append(resident())
        seconds, busy = time.monotonic() - begin[0], time.process_time() - begin[1]
        assert len(sim.world.nonces) == calls > 10_000
        assert (len(sim.journal.entries()), sim.journal.dropped) == (JOURNAL, calls - JOURNAL)
    with capsys.disabled():
        shown = ", ".join(f"{size:.0f}" for size in memory)
        print(f"\n{calls} calls by {CLIENTS} clients in this process: {calls / seconds:.0f} a second,", end=" ")
        print(f"{calls / busy:.0f} a second of processor time; MiB after each round: {shown}")
    assert memory[-1] - memory[0] < GROWTH * (ROUNDS - 1), "memory grows from round to round"
