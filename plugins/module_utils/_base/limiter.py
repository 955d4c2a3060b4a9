# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One limiter for all calls of a task.

How many a second, so that a wide fan-out does not run into the account's quotas by itself, and how many at once, so
that it does not run out of memory.
"""

from __future__ import annotations

import contextlib
import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import Clock
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError

CALLS_PER_SECOND = 50.0
BURST = 120  # calls that may be made at once after a pause: quotas count by region, and this is three in each
MOST_AT_ONCE = 16  # calls under way to hosts that have answered, and as many to others


class Limiter:
    """Spaces calls out. Safe to use from many threads."""

    def __init__(self, clock: Clock, per_second: float = CALLS_PER_SECOND, burst: int = BURST) -> None:
        self._clock = clock
        self._gap = 1 / per_second
        self._slack = burst * self._gap
        self._next = clock.now() - self._slack
        self._lock = threading.Lock()
        self._answering: set[str] = set()  # hosts whose last call was answered
        self._places = {True: threading.Semaphore(MOST_AT_ONCE), False: threading.Semaphore(MOST_AT_ONCE)}

    @contextlib.contextmanager
    def turn(self, host: str) -> t.Iterator[None]:
        """Make one call meanwhile. Hosts that don't answer hold their calls long, and take no place from the others."""
        self._wait_for_turn()
        with self._places[host in self._answering]:
            try:
                yield
            except ApiError as error:
                self._note(host, error.code not in (ApiError.NO_ANSWER, ApiError.UNTRUSTED))
                raise
            self._note(host, True)

    def _note(self, host: str, answered: bool) -> None:
        with self._lock:
            (self._answering.add if answered else self._answering.discard)(host)

    def _wait_for_turn(self) -> None:
        """Sleep until the next call may be made."""
        with self._lock:
            now = self._clock.now()
            self._next = max(self._next, now - self._slack) + self._gap
            pause = self._next - now
        if pause > 0:
            self._clock.sleep(pause)
