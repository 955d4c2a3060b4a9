# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many jobs at once, in the one pool of threads that a task has."""

from __future__ import annotations

import collections
import functools
import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import Clock

T = t.TypeVar("T")
Job = t.Callable[[], None]  # does its calls, sleeps between them, and keeps its own failures

MOST_THREADS = 64


class Jobs:
    """The pool. It has no threads but while it runs, and never more than jobs.

    :param threads: how many there are at most
    """

    def __init__(self, clock: Clock, threads: int = MOST_THREADS) -> None:
        self._clock = clock
        self._most = threads
        self._queue: collections.deque[Job] = collections.deque()
        self._threads = 0
        self._escaped: list[BaseException] = []
        self._changed = threading.Condition()

    def run(self, job: t.Callable[[T], None], things: t.Iterable[T]) -> None:
        """Run a job for each of the things to its end, and those that they add. None waits for another.

        An exception that escapes from one is raised after all have ended.

        :raises RuntimeError: inside a job, which adds others instead
        """
        if self._threads:
            raise RuntimeError("a job can't run others: it adds them")
        try:
            self.add(*(functools.partial(job, thing) for thing in things))
            with self._changed:
                self._changed.wait_for(lambda: not self._threads)
        finally:
            self._queue.clear()  # after an interruption: what has not begun never begins
        escaped, self._escaped = self._escaped, []
        if escaped:
            raise escaped[0]

    def add(self, *jobs: Job) -> None:
        """Have more jobs run, by a job that does not wait for them."""
        with self._changed:
            self._queue.extend(jobs)
            wanted = min(len(jobs), self._most - self._threads)
            self._threads += wanted
        begun = self._clock.start_threads([self._work] * wanted)
        with self._changed:
            self._threads -= wanted - begun
            if self._queue and not self._threads:
                raise RuntimeError("the machine lets no thread begin")

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._queue:
                    self._threads -= 1
                    self._changed.notify_all()
                    return
                job = self._queue.popleft()
            try:
                job()
            except BaseException as error:  # raised where the jobs were started
                self._escaped.append(error)
