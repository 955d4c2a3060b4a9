# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated time: the machine's clock at some speed, or stepped by hand.

Signatures are never checked against this clock: a client signs with the machine's.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

MODES = ("real", "manual")
# With room for what lies ahead: no time after the year 9999 can be written.
LATEST = 221_845_392_000.0
FASTEST = 1_000_000


class Clock:
    """Seconds since the epoch, as the simulated provider sees them."""

    def __init__(self, mode: str = "real", speed: float = 1.0) -> None:
        self.restart(mode, speed)

    def restart(self, mode: str = "real", speed: float = 1.0) -> None:
        """Begin at the machine's present time."""
        self.mode, self.speed = "manual", 1.0
        self._base, self._anchor = float(int(time.time())), time.monotonic()
        self.change(mode, speed)

    def now(self) -> float:
        if self.mode == "manual":
            return self._base
        return min(LATEST, self._base + (time.monotonic() - self._anchor) * self.speed)

    def check(self, mode: str | None = None, speed: float | None = None, seconds: float = 0) -> None:
        """ValueError for what `change` or `advance` cannot do."""
        if mode is not None and mode not in MODES:
            raise ValueError(f"clock mode is one of {', '.join(MODES)}")
        if speed is not None and not 0 < speed <= FASTEST:
            raise ValueError(f"clock speed is above zero and at most {FASTEST}")
        if seconds < 0:
            raise ValueError("time does not run backwards")
        if not self.now() + seconds <= LATEST:
            raise ValueError("time ends with the year 9000")

    def advance(self, seconds: float) -> float:
        """Jump forward, in either mode."""
        self.check(seconds=seconds)
        self._base += seconds
        return self.now()

    def change(self, mode: str | None = None, speed: float | None = None) -> None:
        """Go on from the present moment in another mode or at another speed."""
        self.check(mode, speed)
        self._base, self._anchor = self.now(), time.monotonic()
        self.mode = mode or self.mode
        self.speed = speed or self.speed

    def describe(self) -> dict[str, object]:
        now = self.now()
        return {"mode": self.mode, "speed": self.speed, "now": now, "time": stamp(now)}


def stamp(seconds: float) -> str:
    """The API's form of a time."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_stamp(text: str, form: str = "%Y-%m-%dT%H:%M:%SZ") -> float:
    """Seconds of a time in the API's form; ValueError if it is not one."""
    return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
