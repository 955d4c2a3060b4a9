# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many releases as hosts of an inventory, cut into slices that run at the same time.

A few whole releases show what each costs. Hundreds of small ones, with few destinations and short copies, show that
so many come to their end: each copies its image in a task of its own, and its slice shares all copies in one more.
"""

from __future__ import annotations

import collections
import json
import os
import subprocess
import threading
import time
import typing as t
from pathlib import Path

from benchmarks.lab import BENCH, HOME, Data, Simulation
from benchmarks.results import Report

RELEASES, SLICES = 12, 4
MANY, MANY_SLICES, FORKS = 500, 5, 8
LONGEST = 600.0  # seconds that many releases may take on two cores
LIMIT = 3600.0  # seconds after which a crowd is taken to hang
FORK = 100.0  # MiB that AWX reckons with for a fork, and as much for the job
REGIONS = ("cn-beijing", "eu-central-1")
CONSUMER = "1000000000000011"
BOOK = "imageops.alicloud.create_copy_share"
FOLDER = BENCH / "releases"
INTERPRETER = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}


def measure(report: Report) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    whole_releases(report)
    many_releases(report)


def whole_releases(report: Report) -> None:
    with Simulation() as sim:
        sim.fresh(1.0, {"copy_slots": "destination", "image_quota": 10 * RELEASES})
        hosts = {f"release{number:03}": release(sim, number) for number in range(RELEASES)}
        for old in FOLDER.glob("record-*.json"):
            old.unlink()
        first, again = (Crowd(sim, BOOK, hosts, SLICES, RELEASES // SLICES) for dummy in range(2))
        figures(report, f"{RELEASES} releases in {SLICES} slices, first run", first.run())
        report.add("releases", f"{RELEASES} releases: copies twice or not at all", wrong(sim, hosts), "", budget=0)
        figures(report, f"{RELEASES} releases in {SLICES} slices, second run", again.run())
    report.add("releases", f"{RELEASES} releases, second run: tasks changed", again.changed, "", budget=0)


def many_releases(report: Report) -> None:
    """All of them, and then one slice of them again."""
    name = f"{MANY} small releases in {MANY_SLICES} slices"
    with Simulation() as sim:
        sim.fresh(1.0, {"copy_slots": "destination", "image_quota": 10 * MANY})
        hosts = {f"small{number:03}": {"image": sim.source(name=f"small-{number:03}")} for number in range(MANY)}
        book = small_book()
        crowd = Crowd(sim, str(book), hosts, MANY_SLICES, FORKS)
        sim.calls()
        figures(report, name, crowd.run(), fork=FORK, longest=LONGEST)
        calls = sim.calls()
        report.add("releases", f"{name}: calls of ECS a release", calls.total() / MANY, "calls")
        report.add("releases", f"{name}: copies twice or not at all", wrong(sim, hosts), "", budget=0)
        report.add("releases", f"{name}: copies not shared", unshared(sim), "", budget=0)
        again = Crowd(sim, str(book), dict(list(hosts.items())[::MANY_SLICES]), 1, FORKS)
        figures(report, f"{MANY // MANY_SLICES} of them in a slice, again", again.run(), fork=FORK)
        report.add("releases", f"{name}: tasks changed in one slice, run again", again.changed, "", budget=0)


def small_book() -> Path:
    """The playbook of one slice: a task that copies for each release, and one that shares for all."""
    copy = {
        "region": HOME,
        "image_id": "{{ image }}",
        "destination_regions": list(REGIONS),
        "wait_interval": 1,
        "progress": False,
    }
    copies = "{{ ansible_play_hosts | map('extract', hostvars, ['copied', 'copies']) | flatten }}"
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": INTERPRETER,
        "tasks": [
            {"name": "Copy", "imageops.alicloud.ecs_image_copy": copy, "register": "copied"},
            {
                "name": "Share",
                "imageops.alicloud.ecs_image_share": {"images": copies, "accounts": [CONSUMER]},
                "run_once": True,
            },
        ],
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "small.json"  # which is YAML, too
    path.write_text(json.dumps([play]), encoding="utf-8")
    return path


def wrong(sim: Simulation, hosts: t.Collection[str]) -> int:
    """How many copies are missing, or there more than once."""
    copies = collections.Counter((image["region"], image["name"]) for image in sim.images() if image["region"] != HOME)
    twice = copies.total() - len(copies)
    return twice + len(hosts) * len(REGIONS) - len(copies)


def unshared(sim: Simulation) -> int:
    """How many copies the account has not got."""
    copies = [image for image in sim.images() if image["region"] != HOME]
    return sum(CONSUMER not in [share["account_id"] for share in image["shares"]] for image in copies)


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


def figures(report: Report, name: str, crowd: Crowd, fork: float | None = None, longest: float | None = None) -> None:
    """
    :param fork: MiB that each fork of a slice, and the slice itself, may have
    :param longest: seconds that it may take
    """
    report.add("releases", f"{name}: wall", crowd.wall, "s", budget=longest)
    report.add("releases", f"{name}: CPU a release", crowd.cpu / crowd.releases, "s")
    memory, note = crowd.memory / crowd.slices, "shared pages counted once"
    budget = fork * (crowd.forks + 1) if fork else None
    report.add("releases", f"{name}: peak memory a slice", memory, "MiB", note=note, budget=budget)


class Crowd:
    """One ansible-playbook process a slice, all at the same time."""

    def __init__(
        self,
        sim: Simulation,
        book: str,
        hosts: t.Mapping[str, Data],
        slices: int,
        forks: int,
        env: t.Mapping[str, str] | None = None,
    ) -> None:
        self._book, self._env = book, dict(env or sim.env)
        self.releases, self.slices, self.forks = len(hosts), slices, forks
        self._slices = [dict(list(hosts.items())[number::slices]) for number in range(slices)]
        self.wall = self.cpu = self.memory = 0.0
        self.changed = 0

    def run(self) -> Crowd:
        began = time.monotonic()
        processes = [self._start(number, hosts) for number, hosts in enumerate(self._slices)]
        watch = Memory([process.pid for process in processes])
        limit = threading.Timer(LIMIT, lambda: [process.terminate() for process in processes])
        limit.start()
        for number, process in enumerate(processes):
            _dummy_pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu += usage.ru_utime + usage.ru_stime
            out = (FOLDER / f"slice{number}.log").read_text(encoding="utf-8")
            if process.returncode:
                limit.cancel()
                raise SystemExit(f"slice {number} ended with {process.returncode}:\n{out[-4000:]}")
            self.changed += sum(int(word[8:]) for word in out.split() if word.startswith("changed="))
        limit.cancel()
        self.wall, self.memory = time.monotonic() - began, watch.end()
        return self

    def _start(self, number: int, hosts: t.Mapping[str, Data]) -> subprocess.Popen[bytes]:
        inventory = FOLDER / f"slice{number}.json"
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        command = [
            "ansible-playbook",
            self._book,
            "-i",
            str(inventory),
            "-e",
            "image_release_hosts=all",
            "-f",
            str(self.forks),
        ]
        with open(FOLDER / f"slice{number}.log", "wb") as log:
            return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=self._env, cwd=BENCH)


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
        while not self._over.wait(0.5) and time.monotonic() - began < LIMIT:
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
