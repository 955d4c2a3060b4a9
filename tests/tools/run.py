# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run phases, each with its name, duration and CPU time, and start no more after the first that fails.

Usage: ``run.py [--go-on] PHASE|SET...``; ``run.py --list`` shows both. ``--go-on`` runs the rest, too, and names what
failed. Those of BESIDE run beside each other, one for each core, and each is shown when it has ended; the others run by
themselves and are seen as they go.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import itertools
import os
import subprocess
import sys
import tempfile
import time
import typing as t

import environment
from phases import BESIDE, CORES, PHASES, SETS, VARIABLES


@dataclasses.dataclass
class Outcome:
    """What a phase came to, and what it took."""

    phase: str
    code: int
    wall: float  # seconds
    cpu: float  # seconds, of all its processes

    def __str__(self) -> str:
        how = f"FAILED: {self.phase}, exit code {self.code}" if self.code else f"ok: {self.phase}"
        return f"{how}, {self.wall:.1f} s, {self.cpu:.1f} s of CPU"


class Runner:
    """Runs phases until one has failed."""

    def __init__(self, goes_on: bool) -> None:
        self.goes_on = goes_on
        self.outcomes: list[Outcome] = []

    @property
    def bad(self) -> list[str]:
        return [outcome.phase for outcome in self.outcomes if outcome.code]

    @property
    def stops(self) -> bool:
        return bool(self.bad) and not self.goes_on

    def run_all(self, wanted: t.Sequence[str]) -> None:
        for goes_beside, phases in itertools.groupby(wanted, BESIDE.__contains__):
            group = list(phases)
            if goes_beside and len(group) > 1 and CORES > 1:
                with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
                    list(pool.map(self.beside_others, group))
            else:
                for phase in group:
                    self.by_itself(phase)

    def by_itself(self, phase: str) -> None:
        if not self.stops:
            print(f"\n=== {phase}", flush=True)
            self.outcomes.append(run(phase, None))
            print(f"=== {self.outcomes[-1]}", flush=True)

    def beside_others(self, phase: str) -> None:
        if self.stops:
            return
        print(f"=== {phase} begins", flush=True)
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            outcome = run(phase, said)
            said.seek(0)
            self.outcomes.append(outcome)
            print(f"\n=== {phase}\n{said.read()}=== {outcome}", flush=True)


def run(phase: str, said: t.TextIO | None) -> Outcome:
    """Run one phase.

    :param said: where its words go; without it, to where ours go
    """
    start, env = time.monotonic(), environment.clean() | VARIABLES.get(phase, {})
    process = subprocess.Popen(PHASES[phase], cwd=environment.ROOT, env=env, stdout=said, stderr=said)
    _pid, status, used = os.wait4(process.pid, 0)  # the only way to learn what one of several children has used
    process.returncode = os.waitstatus_to_exitcode(status)
    return Outcome(phase, process.returncode, time.monotonic() - start, used.ru_utime + used.ru_stime)


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--go-on"]
    wanted = [phase for name in words for phase in SETS.get(name, [name])]
    if not wanted or not set(wanted) <= set(PHASES):
        print("sets:  ", ", ".join(SETS), "\nphases:", ", ".join(PHASES))
        return 0 if wanted == ["--list"] else 2
    environment.link_checkout()
    start, runner = time.monotonic(), Runner("--go-on" in sys.argv)
    runner.run_all(wanted)
    if len(wanted) > 1:
        wall, cpu = time.monotonic() - start, sum(outcome.cpu for outcome in runner.outcomes)
        print("\n" + "\n".join(f"=== {outcome}" for outcome in runner.outcomes))
        whole = f"FAILED: {', '.join(runner.bad)}" if runner.bad else f"all {len(wanted)} phases ok"
        print(f"\n=== {whole}, {wall:.0f} s, {cpu:.0f} s of CPU", flush=True)
    return 1 if runner.bad else 0


if __name__ == "__main__":
    sys.exit(main())
