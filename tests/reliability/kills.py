# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kill matrix: a run is killed at every one of its calls, before and after the call takes effect, and run again."""

from __future__ import annotations

import collections
import dataclasses
import random
import signal
import typing as t

from .arena import Arena, Prepare, Work, judge, uninterrupted
from .forks import Data, Fork, wait_for

Kind = t.Literal["before", "after", "late"]
WRITES = ("Copy", "Create", "Import", "Export", "Modify", "Tag", "Delete", "Cancel")
TRIES = 5  # runs that a look is waited for: where two regions are waited for at once, some runs take a look fewer


@dataclasses.dataclass(frozen=True)
class Cell:
    """
    :param nth: which call of that action and region
    :param when: ``before``: the call never takes effect; ``after``: it did, and its answer is lost; ``late``: it takes
        effect when the killed run's successor is at work already
    """

    action: str
    region: str | None
    nth: int
    when: Kind
    signal: int = signal.SIGKILL

    @property
    def is_write(self) -> bool:
        return self.action.startswith(WRITES)

    @property
    def kind(self) -> tuple[str, ...]:
        """What a sample has one of: of each write all moments, of each look any, of each kind signal both sorts."""
        if self.signal != signal.SIGKILL:
            return "write" if self.is_write else "look", signal.Signals(self.signal).name
        return (self.action, self.when) if self.is_write else (self.action,)

    def __str__(self) -> str:
        name = signal.Signals(self.signal).name
        return f"{name} {self.when} {self.action} {self.region or ''} {self.nth}"


def calls_of(journal: t.Sequence[Data]) -> list[tuple[str, str | None, int]]:
    """The calls of a run by action, region and number: in every run the same writes, in whatever order they come."""
    count = collections.Counter((call["action"], call["region"]) for call in journal)
    return [(action, region, nth) for (action, region), most in count.items() for nth in range(1, most + 1)]


def cells_of(journal: t.Sequence[Data]) -> list[Cell]:
    """Every call, twice; both signals that ask kindly at every tenth; and every write late."""
    calls = sorted(calls_of(journal), key=str)
    cells = [Cell(*call, when) for call in calls for when in t.get_args(Kind)[:2]]
    cells += [
        dataclasses.replace(cell, signal=number) for cell in cells[::10] for number in (signal.SIGINT, signal.SIGTERM)
    ]
    return cells + [late for call in calls if (late := Cell(*call, "late")).is_write]


class Kills:
    """One matrix: a run, the end that it must come to, and how a cell is tried."""

    def __init__(self, arena: Arena, work: Work, prepare: Prepare, modules: int) -> None:
        self.arena = arena
        self.work = work
        self.prepare = prepare
        self.modules = modules
        self.wanted, journal = uninterrupted(arena, work, prepare)
        self.cells = cells_of(journal)
        self.unreached: set[Cell] = set()
        self._false: list[str] = []

    def try_cell(self, cell: Cell, number: int) -> list[str]:
        """Kill, run again, compare. Returns what is wrong.

        A cell whose look comes in none of ``TRIES`` runs is put among ``unreached``. A write has to come.
        """
        self._false = []
        for dummy in range(TRIES):
            release = self._kill(cell)
            if release is not None:
                return self._false + self._run_again(cell, release, number)
            found = self._false + judge(self.arena, self.wanted)
            if found or cell.is_write:
                return ["the call never came", *found]
        self.unreached.add(cell)
        return []

    def _run_again(self, cell: Cell, release: t.Callable[[], None], number: int) -> list[str]:
        again = self.arena.fork(self.work, seed=number)
        if cell.when == "late":
            self._arrive_late(again, release, number)
        found = self._faults_of(again)
        found += judge(self.arena, self.wanted, is_late=cell.when == "late")
        return found if number % 10 else found + self._not_silent(number)

    def _kill(self, cell: Cell) -> t.Callable[[], None] | None:
        """Let a run in a fresh world come to the cell's call and end it there.

        :returns: what lets a late call take effect, or None if the run ended without that call
        """
        sim = self.arena.sim
        self.arena.fresh()
        self.prepare(self.arena.lab)
        sim.journal.clear()
        where = {"action": cell.action, "region": cell.region, "nth": cell.nth}
        hold = sim.faults.add({"kind": "hold", "when": "after" if cell.when == "after" else "before", **where})
        if cell.when == "before" and cell.signal == signal.SIGKILL:
            # The call is let go after the kill, and must not take effect then.
            sim.faults.add({"kind": "reset_before", **where})
        fork = self.arena.fork(self.work)
        if not self.arena.held(fork, hold):
            fork.kill()
            self._false += fork.false_claims()
            return None
        sim.faults.remove(hold)
        fork.signal(cell.signal)
        if cell.signal == signal.SIGKILL:
            fork.wait()
            self._false += fork.false_claims()
            if cell.when == "late":
                return lambda: self._let_go(hold)
        self._let_go(hold)
        fork.wait(20)
        self._false += fork.false_claims()
        return lambda: None

    def _let_go(self, hold: int) -> None:
        self.arena.sim.faults.release(hold)
        wait_for(lambda: not self.arena.is_held(hold))

    def _arrive_late(self, again: Fork, release: t.Callable[[], None], number: int) -> None:
        """The killed run's last call takes effect while some call of the second run, whichever, is under way."""
        sim = self.arena.sim
        second = sim.faults.add({"kind": "hold", "nth": random.Random(number).randint(1, 60)})
        self.arena.held(again, second)
        known = len(sim.journal.calls())
        release()
        wait_for(lambda: len(sim.journal.calls()) > known, 5)
        sim.faults.remove(second)
        self._let_go(second)

    def _faults_of(self, fork: Fork) -> list[str]:
        found = [] if fork.wait() else ["the second run hangs"]
        results = fork.results()
        found += [f"{done['module']}: {done['result'].get('msg')}" for done in results if done["code"]]
        if len(results) != self.modules and not found:
            found.append(f"{len(results)} of {self.modules} modules were run: {fork.complaint()}")
        return found

    def _not_silent(self, number: int) -> list[str]:
        """A third run has nothing left to do."""
        self.arena.sim.journal.clear()
        found = self._faults_of(self.arena.fork(self.work, seed=number))
        writes = [f"{call['action']} in {call['region']}" for call in self.arena.sim.journal.writes()]
        return found + ([f"a third run still writes: {', '.join(writes)}"] if writes else [])
