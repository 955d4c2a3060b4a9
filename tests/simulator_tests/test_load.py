# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many copies, many clients, at once: no wrong answer, and no memory that keeps growing."""

from __future__ import annotations

import gc
import http.client
import json
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from simulator import Simulator
from simulator.seed import plant
from simulator.state.regions import open_regions
from simulator_tests.helpers import Raw

COPIES, CLIENTS, ROUNDS = 1000, 64, 3
REGIONS = [region.region_id for region in open_regions()][:40]
pytestmark = pytest.mark.slow


class Line:
    """One client with a connection that stays open."""

    def __init__(self, sim: Simulator) -> None:
        self.raw = Raw(sim)
        self.connection = http.client.HTTPConnection(self.raw.address, timeout=60)
        self.calls = 0

    def call(self, action: str, **params: str) -> Any:
        signed = self.raw.v1_params(action, params)
        signed["Signature"] = self.raw.v1_signature("GET", signed)
        self.connection.request("GET", "/?" + urllib.parse.urlencode(signed))
        answer = self.connection.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 200, body
        self.calls += 1
        return body


def resident() -> float:
    """Memory of this process in MiB."""
    gc.collect()
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def one_round(sim: Simulator) -> int:
    """All copies from start to end; the number of calls."""
    per_region = -(-COPIES // len(REGIONS))
    with sim.lock:
        sources = plant(
            sim.world,
            {"images": [{"region": region, "name": f"source-{n}"} for region in REGIONS for n in range(per_region)]},
        )["images"]
    pairs = [(REGIONS[n // per_region], source) for n, source in enumerate(sources)][:COPIES]
    lines = [Line(sim) for dummy in range(CLIENTS)]
    gate = threading.Barrier(CLIENTS)

    def work(number: int) -> list[tuple[str, str]]:
        line, made = lines[number], []
        gate.wait()
        for at in range(number, COPIES, CLIENTS):
            region, source = pairs[at]
            target = REGIONS[(at + 1 + at // per_region) % len(REGIONS)]
            target = target if target != region else REGIONS[(REGIONS.index(region) + 1) % len(REGIONS)]
            asked = {"RegionId": region, "ImageId": source, "DestinationRegionId": target}
            asked |= {"DestinationImageName": f"copy-{at}", "ClientToken": f"t-{at}"}
            copied, again = (line.call("CopyImage", **asked)["ImageId"] for dummy in range(2))
            assert again == copied
            made.append((target, copied))
            found = line.call("DescribeImages", RegionId=target, ImageId=copied, Status="ALL")["Images"]["Image"]
            assert [(image["ImageId"], image["ImageName"]) for image in found] == [(copied, f"copy-{at}")]
        return made

    with ThreadPoolExecutor(CLIENTS) as pool:
        made = [copy for copies in pool.map(work, range(CLIENTS)) for copy in copies]
    assert len({copied for dummy, copied in made}) == COPIES
    for dummy in range(100):
        sim.clock.advance(60)
        if not sim.world.copy_queue + sim.world.running_copies:
            break
    assert {sim.world.region_images(region)[copied].status for region, copied in made} == {"Available"}
    for line in lines:
        line.connection.close()
    return sum(line.calls for line in lines)


def test_a_thousand_copies_by_64_clients(capsys: pytest.CaptureFixture[str]) -> None:
    with Simulator(clock="manual", settings={"image_quota": 10_000}) as sim:
        memory, begin, calls = [], (time.monotonic(), time.process_time()), 0
        for dummy in range(ROUNDS):
            sim.reset()
            calls += one_round(sim)
            memory.append(resident())
        seconds, busy = time.monotonic() - begin[0], time.process_time() - begin[1]
    with capsys.disabled():
        shown = ", ".join(f"{size:.0f}" for size in memory)
        print(f"\n{calls} calls by {CLIENTS} clients in this process: {calls / seconds:.0f} a second,", end=" ")
        print(f"{calls / busy:.0f} a second of processor time; MiB after each round: {shown}")
    assert memory[-1] < memory[0] + 30, "memory grows from round to round"
