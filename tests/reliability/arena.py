# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator and the processes let loose on it, from one fresh world to the next."""

from __future__ import annotations

import gc
import json
import typing as t
import urllib.request
from pathlib import Path

import claims
from functional.support import Lab
from simulator import Simulator

from .forks import Data, Fork, ForkClock, Report, SharedClock, wait_for
from .releases import FAILS_ONCE, Release, faults
from .states import differences, end_state, too_many

Work = t.Callable[[Lab, Report], object]  # what a fork does, and how it reports
Prepare = t.Callable[[Lab], object]  # what the world is given before a run

SPEED = 20.0  # simulated seconds a second, where processes run beside each other
# Ten seconds a copy: with looks every two seconds, no end falls on a look, so that every run makes the same calls.
GIB_PER_SECOND = 20 / 9.0
SETTLED = 120.0  # simulated seconds after which whatever still goes on by itself has come to its end


class ForkLab(Lab):
    """A lab for use in a fork, where only the clock and the address are left of the simulator."""

    def __init__(self, sim: Simulator, folder: Path, connection: Data) -> None:
        super().__init__(sim, folder)
        self.clock = ForkClock(sim.clock)  # type: ignore[assignment]
        self._more = connection
        self._demo = sim.world.demo

    def connection(self, who: str = "main") -> Data:
        return {**super().connection(who), **self._more}

    def facts(self, began: float = 0.0) -> claims.Facts:
        """Asked of the simulator itself: a fork has its state of when it began."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.sim.endpoint}/_simulator/state", timeout=120) as answer:
            return claims.Facts.of(json.loads(answer.read()), self.unsettled(began))

    def demo(self, *path: str) -> t.Any:
        value: t.Any = self._demo
        for key in path:
            value = value[key]
        return value


class Arena:
    """
    :param clock: ``manual``: time moves when somebody sleeps, for one process after the other; ``real``: by itself,
        for processes beside each other
    """

    def __init__(self, folder: Path, clock: str = "manual") -> None:
        self.folder = folder
        speed = SPEED if clock == "real" else 1.0
        self.sim = Simulator(clock=clock, speed=speed)
        self.sim.clock = SharedClock(clock, speed)
        self.sim.reset()
        self.sim.start()
        self.connection: Data = {}  # more of the connection options, for all forks to come
        self.lab = self.new_lab()
        self._forks = 0
        self._warm_up()

    def _warm_up(self) -> None:
        """A release in this process, so that every fork has all that a module imports on its way."""
        self.fresh()
        faults(self.lab)
        Release(self.lab)()
        gc.collect()
        gc.freeze()

    def new_lab(self) -> ForkLab:
        return ForkLab(self.sim, self.folder, self.connection)

    def fresh(self, **settings: t.Any) -> None:
        """The world of every cell: nothing there but what the simulator begins with."""
        self.sim.reset()
        self.connection = {}
        self.sim.settings.change({"copy_gib_per_second": GIB_PER_SECOND, "copy_tags_after_failure": "kept", **settings})

    def fork(self, work: Work, seed: int = 0) -> Fork:
        """A process whose results are each held against the simulator."""
        self._forks += 1
        # Made before the fork: in it, whoever held one of the simulator's locks would hold it for ever.
        lab = self.new_lab()
        return Fork(lambda report: work(lab, report), self.folder, f"run-{self._forks}", seed)

    def held(self, fork: Fork, fault_id: int) -> bool:
        """Wait until a call is held. False if the process ends without it."""
        wait_for(lambda: self.is_held(fault_id) or fork.ended())
        return self.is_held(fault_id)

    def is_held(self, fault_id: int) -> bool:
        return fault_id in [hold["fault"] for hold in self.sim.faults.held()]

    def settle(self) -> None:
        """Let whatever still goes on by itself come to its end."""
        wait_for(lambda: not self.sim.faults.held(), 5)
        with self.sim.lock:
            self.sim.clock.advance(SETTLED)
            self.sim.world.settle()

    def end(self) -> Data:
        self.settle()
        return end_state(self.sim)

    def close(self) -> None:
        self.sim.stop()


def uninterrupted(arena: Arena, work: Work, prepare: Prepare) -> tuple[Data, list[Data]]:
    """A run as it should be: the end that all others are measured by, and its journal."""
    arena.fresh()
    prepare(arena.lab)
    arena.sim.journal.clear()
    fork = arena.fork(work)
    assert fork.wait() and not fork.complaint(), fork.complaint()
    broken = [done["result"] for done in fork.results() if done["code"]]
    assert not broken, broken
    return arena.end(), arena.sim.journal.calls()


def judge(arena: Arena, wanted: Data, *, is_late: bool = False) -> list[str]:
    """What is wrong with what is there, and with what was made on the way."""
    return differences(wanted, arena.end()) + too_many(arena.sim.journal.calls(), FAILS_ONCE, is_late=is_late)
