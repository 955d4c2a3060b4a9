# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One limiter for all calls of a task.

How many a second in a region, so that a wide fan-out does not run into the account's quotas by itself, and how many at
once, so that it does not run out of memory. The API counts by account, region and action: what is asked in one region
takes nothing from another.
"""

from __future__ import annotations

import contextlib
import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import Clock
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError

CALLS_PER_SECOND = 50.0  # in one region
BURST = 120  # calls that may be made there at once after a pause
MOST_AT_ONCE = 16  # calls under way to hosts that answer, and as many to those that do not


class Limiter:
    """Spaces calls out. Safe to use from many threads."""

    def __init__(self, clock: Clock, per_second: float = CALLS_PER_SECOND, burst: int = BURST) -> None:
        self._clock = clock
        self._gap = 1 / per_second
        self._slack = burst * self._gap
        self._next: dict[str, float] = {}  # when the next call may be made, by regions
        self._lock = threading.Lock()
        self._known: set[str] = set()  # hosts that were asked before
        self._answering: set[str] = set()  # those whose last call was answered
        self._places = {True: clock.places(MOST_AT_ONCE), False: clock.places(MOST_AT_ONCE)}

    @contextlib.contextmanager
    def turn(self, region: str, host: str) -> t.Iterator[None]:
        """Make one call meanwhile. Hosts that don't answer hold their calls long, and take no place from the others.

        Whether a host answers is not known before it was asked: nobody waits for the first call to one.

        :param region: whose quota the call counts for
        """
        self._wait_for_turn(region)
        with self._place(host):
            try:
                yield
            except ApiError as error:
                self._note(host, error.code not in (ApiError.NO_ANSWER, ApiError.UNTRUSTED))
                raise
            self._note(host, True)

    def _place(self, host: str) -> contextlib.AbstractContextManager[t.Any]:
        with self._lock:
            if host in self._known:
                return self._places[host in self._answering]
            self._known.add(host)
            return contextlib.nullcontext()

    def _note(self, host: str, answered: bool) -> None:
        with self._lock:
            (self._answering.add if answered else self._answering.discard)(host)

    def _wait_for_turn(self, region: str) -> None:
        """Sleep until the next call may be made."""
        with self._lock:
            now = self._clock.now()
            earliest = now - self._slack
            self._next[region] = max(self._next.get(region, earliest), earliest) + self._gap
            pause = self._next[region] - now
        if pause > 0:
            self._clock.sleep(pause)
