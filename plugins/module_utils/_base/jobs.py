# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many waits at once in few threads.

A job is a generator: it does its calls and yields the seconds until it wants to go on. While it waits it holds no
thread, so that 16 threads serve as many regions as there are.
"""

from __future__ import annotations

import concurrent.futures
import heapq
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import Clock

T = t.TypeVar("T")
Job = t.Generator[float, None, None]

MOST_THREADS = 16


def drive(job: t.Generator[float, None, T], clock: Clock) -> T:
    """Run one job by itself, sleeping whenever it waits, and return its value."""
    while True:
        try:
            seconds = next(job)
        except StopIteration as end:
            return t.cast(T, end.value)
        clock.sleep(seconds)


def run_jobs(jobs: t.Iterable[Job], clock: Clock, threads: int = MOST_THREADS) -> None:
    """Run all jobs to their ends. None waits for another.

    A job must keep its own failures; an exception that escapes from one is raised after all have ended.
    """
    waiting = [(clock.now(), number, job) for number, job in enumerate(jobs)]
    heapq.heapify(waiting)
    running: dict[concurrent.futures.Future[float | None], tuple[int, Job]] = {}
    escaped: list[BaseException] = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(threads, max(1, len(waiting)))) as pool:
        while waiting or running:
            while waiting and waiting[0][0] <= clock.now():
                _due, number, job = heapq.heappop(waiting)
                running[pool.submit(next, job, None)] = (number, job)
            pause = waiting[0][0] - clock.now() if waiting else None
            if not running:
                clock.sleep(pause or 0.0)
                continue
            clock.wait_any(running, pause)
            for future in [one for one in running if one.done()]:
                number, job = running.pop(future)
                if future.exception() is not None:
                    escaped.append(t.cast(BaseException, future.exception()))
                elif future.result() is not None:
                    heapq.heappush(waiting, (clock.now() + t.cast(float, future.result()), number, job))
    if escaped:
        raise escaped[0]
