# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator itself: a thousand copies in all regions, asked for and watched by many clients at once."""

from __future__ import annotations

import collections
import itertools
import os
import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from simulator_tests.helpers import Line

from benchmarks import lab
from benchmarks.lab import Simulation
from benchmarks.results import Report

COPIES = 1000
CLIENTS = 64
COPY = 3.0  # seconds that each copy takes once it runs
GROUP = "simulator"


class Target(t.NamedTuple):
    """One copy to be made."""

    number: int
    source: str  # region
    image: str
    region: str


class Process:
    """What a process has used of the machine so far."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")

    def cpu(self) -> float:
        """Seconds, user and system."""
        fields = (self._folder / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, what: str = "VmRSS") -> float:
        """MiB: what is resident, or with VmHWM the most that ever was."""
        words = (self._folder / "status").read_text(encoding="ascii").split()
        return int(words[words.index(f"{what}:") + 1]) / 1024


def measure(report: Report) -> None:
    with Simulation() as sim:
        crowd(report, sim, COPIES, CLIENTS)


def crowd(report: Report, sim: Simulation, copies: int, clients: int) -> None:
    """So many copies by so many clients, until the last of them is Available."""
    sim.fresh(COPY, {"copy_slots": "both", "image_quota": copies})
    targets = targets_of(sim, copies)
    process = Process(int(sim.ready["pid"]))
    before, cpu, began = process.memory(), process.cpu(), time.monotonic()
    answers = work(sim, targets, clients)
    wall, used = time.monotonic() - began, process.cpu() - cpu
    calls = sum(sim.calls().values())
    here = len({target.region for target in targets})
    label = f"{copies} copies in {here} regions, {clients} clients"
    report.add(GROUP, f"{label}: calls", calls, "")
    report.add(GROUP, f"{label}: calls a second", calls / wall, "")
    report.add(GROUP, f"{label}: calls a second of the simulator's CPU", calls / used, "")
    report.add(GROUP, f"{label}: half of the answers within", answers.quantile(0.5) * 1000, "ms")
    report.add(GROUP, f"{label}: 99 of 100 answers within", answers.quantile(0.99) * 1000, "ms")
    report.add(GROUP, f"{label}: refused calls", answers.refused, "", budget=0)
    report.add(GROUP, f"{label}: copies not finished", copies - finished(sim, targets), "", budget=0)
    report.add(GROUP, f"{label}: memory before", before, "MiB")
    report.add(GROUP, f"{label}: peak memory", process.memory("VmHWM"), "MiB")
    report.add(GROUP, f"{label}: memory a call, copies and journal included", grown(process, before, calls), "KiB")


def grown(process: Process, before: float, calls: int) -> float:
    return (process.memory() - before) * 1024 / calls


def targets_of(sim: Simulation, copies: int) -> list[Target]:
    """One image in every region, copied to one region after the other."""
    regions = lab.regions()
    sources = sim.control("seed", {"images": [{"region": region, "name": "golden"} for region in regions]})
    images = dict(zip(regions, sources["ids"]["images"], strict=True))
    pairs = (
        (here, regions[(at + step) % len(regions)])
        for step in range(1, len(regions))
        for at, here in enumerate(regions)
    )
    chosen = itertools.islice(pairs, copies)
    return [Target(number, here, images[here], there) for number, (here, there) in enumerate(chosen)]


class Answers:
    """How long each answer took, and how many were refusals."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.refused = 0

    def quantile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def work(sim: Simulation, targets: t.Sequence[Target], clients: int) -> Answers:
    """Each client starts its part of the copies, then looks at them one after the other until all are finished."""
    answers, gate, place = Answers(), threading.Barrier(clients), Place(str(sim.ready["endpoint"]))

    def client(number: int) -> None:
        line = Client(place, answers)
        gate.wait()
        started = collections.deque(line.copy(target) for target in targets[number::clients])
        while started:
            region, image = started.popleft()
            if image and not line.is_available(region, image):
                started.append((region, image))
        line.close()

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    return answers


class Place(t.NamedTuple):
    """Where the simulator is, as the signing helper of its tests wants to know it."""

    endpoint: str


class Client:
    """One client with a connection of its own, and no patience between two calls."""

    def __init__(self, place: Place, answers: Answers) -> None:
        self._line, self._answers = Line(place), answers
        self.close = self._line.connection.close

    def _call(self, action: str, **params: str) -> t.Any:
        began = time.monotonic()
        try:
            return self._line.call(action, **params)
        except AssertionError:
            self._answers.refused += 1
            return None
        finally:
            self._answers.seconds.append(time.monotonic() - began)

    def copy(self, target: Target) -> tuple[str, str]:
        """Region and id of a copy that has been started; no id if it was refused."""
        asked = {"RegionId": target.source, "ImageId": target.image, "DestinationRegionId": target.region}
        name = f"copy-{target.number}"
        done = self._call("CopyImage", **asked, DestinationImageName=name, ClientToken=name)
        return target.region, done["ImageId"] if done else ""

    def is_available(self, region: str, image: str) -> bool:
        done = self._call("DescribeImages", RegionId=region, ImageId=image, Status="ALL")
        return bool(done) and [found["Status"] for found in done["Images"]["Image"]] == ["Available"]


def finished(sim: Simulation, targets: t.Sequence[Target]) -> int:
    made = {image["name"]: image["status"] for image in sim.images() if image["is_copied"]}
    return sum(made.get(f"copy-{target.number}") == "Available" for target in targets)
