# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From progress events to the lines that people watch. Pure: it is told the time."""

from __future__ import annotations

import json
import typing as t

STEP = 10  # percent that are worth a line
LARGEST = 1e15  # nothing that is counted here comes near it
HEARTBEAT = 60.0  # seconds after which a region that still works says so
MANY = 8  # more images than this have one line for all of them
HEARTBEAT_OF_MANY = 300.0  # seconds after which they say so

# What a person sees at a glance: how many images are in which of these.
DONE, FAILED, QUEUED, RUNNING = "done", "failed", "queued", "running"
PHASES = {"Available": DONE, "CreateFailed": FAILED, "Waiting": QUEUED}


class ProgressLines:
    """Chooses which events become lines.

    Of a few images, each says every 10 percent, every change of status, and once a minute that it still works. Many
    have one line for all, every 10 percent of the whole and every 5 minutes; one that fails has its own.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._last: dict[tuple[str, str], tuple[str, int, float]] = {}
        self._phases: dict[tuple[str, str], str] = {}
        self._begun: dict[tuple[str, str, str], tuple[int, int]] = {}  # where each image was when it was first seen
        self._percent: dict[tuple[str, str], int] = {}
        self._whole: tuple[int, float] | None = None

    def line(self, raw: str, now: float) -> str | None:
        """The line for one event, or None if it says nothing new.

        :param raw: the event as JSON, as the module wrote it
        :param now: seconds, on any clock
        """
        try:
            event = json.loads(raw)
        except ValueError:
            return None
        if not isinstance(event, dict):
            return None
        key = (plain(event.get("region")), plain(event.get("account")))
        left = self._left(event, key)
        status = plain(event.get("error") or event.get("status"))
        step = number(event.get("progress")) // STEP
        last = self._last.get(key)
        if last and last[:2] == (status, step) and now - last[2] < HEARTBEAT:
            return None
        self._last[key] = (status, step, now)
        self._phases[key] = FAILED if event.get("error") else PHASES.get(plain(event.get("status")), RUNNING)
        self._percent[key] = 100 if self._phases[key] in (DONE, FAILED) else min(100, number(event.get("progress")))
        if len(self._phases) > MANY and not event.get("error"):
            return self._line_of_all(now)
        return f"[{self._host}] {key[0]:<16} {plain(event.get('image_id')):<24} {self._state(event, left)}{self._all()}"

    def _line_of_all(self, now: float) -> str | None:
        percent = sum(self._percent.values()) // len(self._percent)
        last = self._whole
        if last and last[0] == percent // STEP and now - last[1] < HEARTBEAT_OF_MANY:
            return None
        self._whole = (percent // STEP, now)
        return f"[{self._host}] {len(self._phases)} images: {percent:3d} %{self._all()}"

    def _left(self, event: dict[str, t.Any], key: tuple[str, str]) -> str:
        """How long it will take, by how fast it went since it was first seen to move.

        What was before that says nothing: it may have waited in the queue, or have been far on when it was found.
        """
        if event.get("error") or PHASES.get(plain(event.get("status")), RUNNING) != RUNNING:
            return ""
        now = (number(event.get("elapsed")), number(event.get("progress")))
        begun = self._begun.setdefault((*key, plain(event.get("image_id"))), now)
        seconds, percent = now[0] - begun[0], now[1] - begun[1]
        if seconds <= 0 or percent <= 0:
            return ""
        left = seconds * max(0, 100 - now[1]) // percent
        return f", about {duration(left)} left" if left else ""

    def _all(self) -> str:
        """How many are where, if there is more than one."""
        phases = list(self._phases.values())
        counts = [f"{phases.count(phase)} {phase}" for phase in (RUNNING, QUEUED, DONE, FAILED) if phase in phases]
        return f"  ({', '.join(counts)})" if len(phases) > 1 else ""

    @staticmethod
    def _state(event: dict[str, t.Any], left: str) -> str:
        percent, size = number(event.get("progress")), number(event.get("size"))
        elapsed = number(event.get("elapsed"))
        if event.get("error"):
            return f"failed: {plain(event['error'])}"
        phase = PHASES.get(plain(event.get("status")), RUNNING)
        if phase == QUEUED:
            return f"queued for {duration(elapsed)}"
        if phase != RUNNING:
            return f"{phase} after {duration(elapsed)}"
        copied = f", {size * percent // 100} of {size} GiB" if size else ""
        return f"{percent:3d} %{copied}{left}"


def number(value: t.Any) -> int:
    """A number that can be shown; what is none, or too large to be one, is 0."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and -LARGEST < value < LARGEST
    return int(value) if usable else 0


def plain(value: t.Any) -> str:
    """Text without anything that a terminal would obey: it comes from the cloud."""
    return "".join(character for character in str(value or "") if character.isprintable())[:80]


def duration(seconds: int) -> str:
    """Seconds as people say them: up to two minutes in seconds, up to two hours in minutes."""
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
