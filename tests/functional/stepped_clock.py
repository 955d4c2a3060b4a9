# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that only moves when somebody waits."""

from __future__ import annotations

import typing as t

from simulator import Simulator
from stepping import SteppingClock

Event = t.Callable[[], t.Any]


class SteppedClock(SteppingClock):
    """The simulator's clock: whoever sleeps moves it, so that nobody waits. Things can be made to happen on the way."""

    def __init__(self, sim: Simulator) -> None:
        super().__init__()
        self._sim = sim
        self._events: list[tuple[float, Event]] = []
        self.slept = 0.0

    def now(self) -> float:
        return self._sim.clock.now()

    def wall(self) -> float:
        return self._sim.clock.now()

    def sleep(self, seconds: float) -> None:
        self.slept += max(0.0, seconds)
        super().sleep(seconds)

    def move_to(self, moment: float) -> None:
        with self._sim.lock:
            for due in sorted((event for event in self._events if event[0] <= moment), key=lambda event: event[0]):
                self._events.remove(due)
                self._move(due[0])
                due[1]()
            self._move(moment)

    def _move(self, moment: float) -> None:
        self._sim.clock.advance(max(0.0, moment - self.now()))
        self._sim.world.settle()

    def after(self, seconds: float, event: Event) -> None:
        """Let something happen when somebody waits past that moment."""
        self._events.append((self.now() + seconds, event))
