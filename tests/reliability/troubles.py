# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault matrix: each API action that a run uses meets with each kind of trouble, and nothing changes in the end."""

from __future__ import annotations

import collections
import dataclasses
import time
import typing as t

from .arena import Arena, Prepare, Work, judge, uninterrupted
from .forks import Data
from .kills import WRITES

# Real seconds: how long a late answer takes, and how long the client waits for it.
LATE, PATIENCE = 0.8, 0.4
REFUSED = ("throttled", "throttled six times", "503")
STALE = 10.0  # simulated seconds that reads look back

TROUBLES: dict[str, Data] = {
    "throttled": {"kind": "throttle"},
    "throttled six times": {"kind": "throttle", "times": 6},
    "500": {"kind": "internal"},
    "503": {"kind": "unavailable"},
    "reset before": {"kind": "reset_before"},
    "reset after": {"kind": "reset_after"},
    "timed out": {"kind": "delay", "seconds": LATE},
    "truncated": {"kind": "truncate"},
    "stale": {"kind": "stale", "seconds": STALE, "times": None},
}
# Calls beyond those of the smooth run: one trouble is a repeat, a look or two, and what time that passes brings.
# What reads that look back do not show yet is looked for again and again, in each region.
MOST_MORE = {"throttled six times": 16, "stale": 100}
MORE = 10


@dataclasses.dataclass(frozen=True)
class Cell:
    action: str
    nth: int
    trouble: str

    # What a sample has one of each of.

    @property
    def met(self) -> tuple[str, ...]:
        """Each write meets with what surely keeps it from happening and with what may not; each look with anything."""
        is_refused = self.trouble in REFUSED
        return (self.action, "refused" if is_refused else "in doubt") if self._is_write else (self.action,)

    @property
    def meeting(self) -> tuple[str, bool]:
        """Each trouble meets with a write and with a look."""
        return self.trouble, self._is_write

    @property
    def _is_write(self) -> bool:
        return self.action.startswith(WRITES)

    def __str__(self) -> str:
        return f"{self.trouble}: {self.action} {self.nth}"


def cells_of(journal: t.Sequence[Data]) -> list[Cell]:
    """The first and the last call of each action, with each trouble that it can have."""
    count = collections.Counter(call["action"] for call in journal)
    cells = []
    for action, most in sorted(count.items()):
        for trouble in TROUBLES:
            if trouble == "stale" and not action.startswith("Describe"):
                continue
            numbers = {1} if trouble == "stale" else {1, most}
            cells += [Cell(action, nth, trouble) for nth in sorted(numbers)]
    return cells


class Troubles:
    """One matrix: a run, the end that it must come to, and how a cell is tried."""

    def __init__(self, arena: Arena, work: Work, prepare: Prepare, modules: int) -> None:
        self.arena = arena
        self.work = work
        self.prepare = prepare
        self.modules = modules
        self.wanted, journal = uninterrupted(arena, work, prepare)
        self.smooth = len(journal)
        self.cells = cells_of(journal)

    def try_cell(self, cell: Cell) -> tuple[list[str], int]:
        """Returns what is wrong, and how many calls there were beyond those of the smooth run."""
        arena, rule = self.arena, TROUBLES[cell.trouble]
        arena.fresh()
        self.prepare(arena.lab)
        arena.sim.journal.clear()
        if rule["kind"] == "delay":
            arena.connection = {"read_timeout": PATIENCE}
        arena.sim.faults.add({"action": cell.action, "nth": cell.nth, **rule})
        fork = arena.fork(self.work)
        found = [] if fork.wait() else ["the run hangs"]
        if rule["kind"] == "delay":
            time.sleep(LATE)  # so that what was given up takes effect all the same
        results = fork.results()
        found += [f"{done['module']}: {done['result'].get('msg')}" for done in results if done["code"]]
        if len(results) != self.modules and not found:
            found.append(f"{len(results)} of {self.modules} modules were run: {fork.complaint()}")
        used = [one["used"] for one in arena.sim.faults.describe() if one["kind"] == rule["kind"]]
        if not any(used):
            found.append("the trouble never came")
        more = len(arena.sim.journal.calls()) - self.smooth
        if more > (most := MOST_MORE.get(cell.trouble, MORE)):
            found.append(f"{more} calls more than without trouble, {most} are allowed")
        return found + judge(arena, self.wanted, is_late=rule["kind"] == "delay"), more
