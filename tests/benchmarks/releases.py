# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many releases as hosts of an inventory, cut into slices that run at the same time."""

from __future__ import annotations

import collections
import json
import os
import subprocess
import threading
import time
import typing as t
from pathlib import Path

from benchmarks.lab import BENCH, HOME, PATIENCE, Data, Simulation
from benchmarks.results import Report

RELEASES, SLICES = 12, 4
ASKED = 500  # the number that the cost of one is multiplied to
REGIONS = ("cn-beijing", "eu-central-1")
CONSUMER = "1000000000000011"
BOOK = "imageops.alicloud.create_copy_share"
FOLDER = BENCH / "releases"


def measure(report: Report) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Simulation() as sim:
        sim.fresh(1.0, {"copy_slots": "destination", "image_quota": 10 * RELEASES})
        hosts = {f"release{number:03}": release(sim, number) for number in range(RELEASES)}
        for old in FOLDER.glob("record-*.json"):
            old.unlink()
        first, again = Crowd(sim, hosts), Crowd(sim, hosts)
        figures(report, "first run", first.run())
        copies = collections.Counter(
            (image["region"], image["name"]) for image in sim.images() if image["region"] != HOME
        )
        figures(report, "second run", again.run())
    wanted = RELEASES * len(REGIONS)
    report.add("releases", "copies that are there twice or not at all", abs(copies.total() - wanted), "", budget=0)
    report.add("releases", "tasks changed in the second run", again.changed, "", budget=0)


def release(sim: Simulation, number: int) -> Data:
    """The variables of one host: one image to two regions, shared with one account."""
    name = f"golden-{number:03}"
    return {
        "image_release_source": {"region": HOME, "image_id": sim.source(name=name)},
        "image_release_name": name,
        "image_release_destinations": [{"region": region} for region in REGIONS],
        "image_release_accounts": [CONSUMER],
        "image_release_wait_interval": 1,
        "image_release_manifest": str(FOLDER / f"record-{name}.json"),
    }


def figures(report: Report, label: str, crowd: Crowd) -> None:
    name = f"{RELEASES} releases in {SLICES} slices, {label}"
    report.add("releases", f"{name}: wall", crowd.wall, "s")
    report.add("releases", f"{name}: CPU a release", crowd.cpu / RELEASES, "s")
    report.add(
        "releases", f"{name}: peak memory a slice", crowd.memory / SLICES, "MiB", note="shared pages counted once"
    )
    report.add(
        "releases", f"{ASKED} releases, {label}: CPU", crowd.cpu / RELEASES * ASKED / 60, "min", note="worked out"
    )


class Crowd:
    """One ansible-playbook process a slice, all at the same time."""

    def __init__(self, sim: Simulation, hosts: t.Mapping[str, Data]) -> None:
        self._sim = sim
        self._slices = [dict(list(hosts.items())[number::SLICES]) for number in range(SLICES)]
        self.wall = self.cpu = self.memory = 0.0
        self.changed = 0

    def run(self) -> Crowd:
        began = time.monotonic()
        processes = [self._start(number, hosts) for number, hosts in enumerate(self._slices)]
        watch = Memory([process.pid for process in processes])
        for number, process in enumerate(processes):
            _dummy_pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu += usage.ru_utime + usage.ru_stime
            out = (FOLDER / f"slice{number}.log").read_text(encoding="utf-8")
            if process.returncode:
                raise SystemExit(f"slice {number} ended with {process.returncode}:\n{out[-4000:]}")
            self.changed += sum(int(word[8:]) for word in out.split() if word.startswith("changed="))
        self.wall, self.memory = time.monotonic() - began, watch.end()
        return self

    def _start(self, number: int, hosts: t.Mapping[str, Data]) -> subprocess.Popen[bytes]:
        inventory = FOLDER / f"slice{number}.json"
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        command = [
            "ansible-playbook",
            BOOK,
            "-i",
            str(inventory),
            "-e",
            "image_release_hosts=all",
            "-f",
            str(len(hosts)),
        ]
        with open(FOLDER / f"slice{number}.log", "wb") as log:
            return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=self._sim.env, cwd=BENCH)


class Memory(threading.Thread):
    """Adds up the memory of processes and all their descendants, each page shared out among those that have it."""

    def __init__(self, roots: t.Sequence[int]) -> None:
        super().__init__(daemon=True)
        self._roots, self._most, self._over = set(roots), 0, threading.Event()
        self.start()

    def end(self) -> float:
        self._over.set()
        self.join()
        return self._most / 1024

    def run(self) -> None:
        began = time.monotonic()
        while not self._over.wait(0.5) and time.monotonic() - began < PATIENCE:
            self._most = max(self._most, sum(map(share_of_memory, family(self._roots))))


def family(roots: set[int]) -> set[int]:
    """The processes and their descendants."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text(encoding="ascii").rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    found = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def share_of_memory(pid: int) -> int:
    """KiB of one process."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    except (OSError, StopIteration, ValueError):
        return 0
