# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One limiter for all calls of a task, so that a wide fan-out does not run into the account's quotas by itself."""

from __future__ import annotations

import threading

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import Clock

CALLS_PER_SECOND = 50.0
BURST = 120  # calls that may be made at once after a pause: quotas count by region, and this is three in each


class Limiter:
    """Spaces calls out. Safe to use from many threads."""

    def __init__(self, clock: Clock, per_second: float = CALLS_PER_SECOND, burst: int = BURST) -> None:
        self._clock = clock
        self._gap = 1 / per_second
        self._slack = burst * self._gap
        self._next = clock.now() - self._slack
        self._lock = threading.Lock()

    def wait_for_turn(self) -> None:
        """Sleep until the next call may be made."""
        with self._lock:
            now = self._clock.now()
            self._next = max(self._next, now - self._slack) + self._gap
            pause = self._next - now
        if pause > 0:
            self._clock.sleep(pause)
