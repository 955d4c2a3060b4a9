# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world as it was: what stale reads show.

Kept only while a rule for stale reads is there, by whole copies of the world. A copy carries its own events, so it
can be let run on to any later moment: it then is what the world would be if nothing had been written since.
"""

from __future__ import annotations

import copy

from .state.clock import Clock
from .state.world import World


class StoppedClock(Clock):
    """Shows one moment."""

    def __init__(self, moment: float) -> None:
        super().__init__("manual")
        self._base = moment


class History:
    """Copies of the world, oldest first; the oldest one stands for everything before it."""

    def __init__(self) -> None:
        self._copies: list[World] = []
        self.depth = 0.0
        """Seconds that any rule looks back; 0: nothing is kept."""

    def watch(self, seconds: float) -> None:
        self.depth = max(self.depth, seconds)

    def clear(self) -> None:
        self._copies.clear()
        self.depth = 0.0

    def keep(self, world: World) -> None:
        """Remember the state of this moment; a later one of the same moment takes its place, but not the oldest's."""
        if not self.depth:
            return
        if len(self._copies) > 1 and self._copies[-1].settled == world.settled:
            self._copies.pop()
        self._copies.append(copy.deepcopy(world))
        limit = world.settled - self.depth
        while len(self._copies) > 1 and self._copies[1].settled <= limit:
            self._copies.pop(0)

    def at(self, moment: float, world: World) -> World:
        """The state of a moment, for reading only."""
        known = [one for one in self._copies if one.settled <= moment] or self._copies[:1] or [world]
        then = copy.deepcopy(known[-1])
        then.clock = StoppedClock(max(moment, then.settled))
        then.settle()
        return then
