# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time: one clock that tests can replace, and how long to wait between two looks at a running copy."""

from __future__ import annotations

import contextlib
import random
import threading
import time
import typing as t

JITTER = 0.25  # of a pause, more or less


class Clock:
    """The machine's clock, in seconds. Tests hand in one that moves the simulator's time instead of sleeping."""

    def now(self) -> float:
        """Seconds on a clock that never jumps."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds; none if it is less than nothing."""
        time.sleep(max(0.0, seconds))

    def places(self, count: int) -> contextlib.AbstractContextManager[t.Any]:
        """Room for so many threads at once; the others wait. Tests know who waits there, since time goes on for him."""
        return threading.Semaphore(count)

    def start_threads(self, works: t.Sequence[t.Callable[[], None]]) -> int:
        """Start a thread for each. Tests count them: their time moves on when all of them sleep.

        :returns: how many have begun, which is less than asked for where the machine lets no more begin
        """
        for begun, work in enumerate(works):
            try:
                threading.Thread(target=work, daemon=True).start()
            except RuntimeError:
                return begun
        return len(works)


def stamp(moment: float) -> str:
    """A time in seconds since the epoch as ECS writes it: ``2026-01-31T23:59:59Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def timestamp(clock: Clock) -> str:
    """Now, by this machine's clock, as ECS writes it."""
    return stamp(clock.wall())


def jittered(seconds: float) -> float:
    """``seconds``, give or take a quarter, so that many runs don't call in step."""
    return seconds * random.uniform(1 - JITTER, 1 + JITTER)


class PollInterval:
    """Seconds until the next look at a copy: short at first, then guided by its progress, 60 at most.

    A fixed interval (the option ``wait_interval``) is used as it is.
    """

    SHORTEST = 2.0
    LONGEST = 60.0
    LOOKS_TO_THE_END = 8

    def __init__(self, fixed: float | None = None) -> None:
        self._fixed = fixed
        self._started: float | None = None

    def next(self, now: float, progress: int) -> float:
        """
        :param now: seconds, from the clock
        :param progress: percent
        """
        if self._fixed is not None:
            return self._fixed
        if self._started is None:
            self._started = now
        elapsed = now - self._started
        if progress > 0 and elapsed > 0:
            wanted = elapsed * (100 - progress) / progress / self.LOOKS_TO_THE_END
        else:
            wanted = elapsed / self.LOOKS_TO_THE_END
        return jittered(min(self.LONGEST / (1 + JITTER), max(self.SHORTEST, wanted)))
