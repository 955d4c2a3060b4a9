# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time that moves only when somebody sleeps, among threads too: when all jobs of a task sleep, the earliest wakes."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks

Sleeper = tuple[float, int, threading.Event]


class _Group:
    """The threads of one task."""

    def __init__(self) -> None:
        self.threads = 0
        self.sleeping: list[Sleeper] = []
        self.woken = 0


class SteppingClock(clocks.Clock):
    """A thread that no task has started moves the time by itself."""

    LONGEST_CALL = 30.0  # seconds of the machine's time without any waking after which a call is taken to hang

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._numbers = itertools.count()
        self._mine = threading.local()  # .group: that of this thread, while it is not itself moving the time

    def move_to(self, moment: float) -> None:
        """Make it that late, unless it is later."""
        raise NotImplementedError

    def sleep(self, seconds: float) -> None:
        end = self.now() + max(0.0, seconds)
        group: _Group | None = getattr(self._mine, "group", None)
        if group is None:
            self.move_to(end)
            return
        wake = threading.Event()
        with self._turn:
            heapq.heappush(group.sleeping, (end, next(self._numbers), wake))
            self._wake_one_of(group)
        woken = -1
        while not wake.wait(self.LONGEST_CALL):
            if woken == group.woken:
                raise AssertionError("a call hangs")
            woken = group.woken

    def _wake_one_of(self, group: _Group) -> None:
        """Called with the turn held."""
        if not group.sleeping or len(group.sleeping) < group.threads:
            return
        due, _number, wake = heapq.heappop(group.sleeping)
        mine, self._mine.group = getattr(self._mine, "group", None), None
        try:
            self.move_to(due)
        finally:
            self._mine.group = mine
            group.woken += 1
            wake.set()

    def places(self, count: int) -> contextlib.AbstractContextManager[None]:
        return _Places(self, count)

    def _step_out(self, group: _Group | None) -> None:
        """This thread waits for another, and not for time. Called with the turn held."""
        if group is not None:
            group.threads -= 1
            self._wake_one_of(group)

    def start_threads(self, works: t.Sequence[t.Callable[[], None]]) -> int:
        group = getattr(self._mine, "group", None) or _Group()
        with self._turn:
            group.threads += len(works)

        def counted(work: t.Callable[[], None]) -> t.Callable[[], None]:
            def run() -> None:
                self._mine.group = group
                try:
                    work()
                finally:
                    with self._turn:
                        group.threads -= 1
                        self._wake_one_of(group)

            return run

        begun = super().start_threads([counted(work) for work in works])
        with self._turn:
            group.threads -= len(works) - begun
        return begun


class _Places(contextlib.AbstractContextManager[None]):
    """A semaphore whose waiting threads hold up no time."""

    def __init__(self, clock: SteppingClock, count: int) -> None:
        self._clock = clock
        self._free = count
        self._waiting: list[tuple[_Group | None, threading.Event]] = []

    def __enter__(self) -> None:
        clock = self._clock
        group: _Group | None = getattr(clock._mine, "group", None)
        turn = threading.Event()
        with clock._turn:
            if self._free:
                self._free -= 1
                return
            self._waiting.append((group, turn))
            clock._step_out(group)
        if not turn.wait(clock.LONGEST_CALL * 10):
            raise AssertionError("a place never gets free")

    def __exit__(self, *dummy: object) -> None:
        with self._clock._turn:
            if not self._waiting:
                self._free += 1
                return
            group, turn = self._waiting.pop(0)
            if group is not None:
                group.threads += 1
            turn.set()
