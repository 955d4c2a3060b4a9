# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes to kill: forks of a warm process that run modules against the parent's simulator, and a clock they share.

A fork has everything imported and so costs milliseconds. The simulator lives on in the parent, which sees all calls,
can hold any of them, and can kill the fork while it waits for the answer.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import struct
import time
import traceback
import typing as t
from pathlib import Path

from functional.support import CLAIMS
from simulator.state.clock import Clock
from stepping import SteppingClock

Data = dict[str, t.Any]
Report = t.Callable[[Data], None]
Work = t.Callable[[Report], object]

PAUSE = 0.001  # seconds of the machine's time between two looks at something


class SharedClock(Clock):
    """The simulator's clock in memory that its forks share: stepped by hand, either side can move it."""

    def __init__(self, mode: str, speed: float = 1.0) -> None:
        self._memory = mmap.mmap(-1, 8)
        super().__init__(mode, speed)

    @property
    def _base(self) -> float:
        return float(struct.unpack("d", self._memory[:8])[0])

    @_base.setter
    def _base(self, value: float) -> None:
        self._memory[:8] = struct.pack("d", value)

    def __deepcopy__(self, memo: object) -> SharedClock:
        return self


class ForkClock(SteppingClock):
    """What modules in a fork take for time. Stepped, whoever sleeps moves the time; else it runs faster than ours."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> float:
        return self._clock.now()

    def wall(self) -> float:
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        if self._clock.mode == "real":
            time.sleep(max(0.0, seconds) / self._clock.speed)
        else:
            super().sleep(seconds)

    def move_to(self, moment: float) -> None:
        self._clock.advance(max(0.0, moment - self._clock.now()))


class Fork:
    """A forked process in a group of its own, and what it reports: one JSON line each."""

    def __init__(self, work: Work, folder: Path, name: str, seed: int = 0) -> None:
        self.reports = folder / f"{name}.jsonl"
        self.errors = folder / f"{name}.txt"
        self.reports.write_text("")
        self.status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            self._be_the_fork(work, seed)
        # Both sides do it, so that neither has to wait for the other.
        os.setpgid(self.pid, self.pid)

    def _be_the_fork(self, work: Work, seed: int) -> t.NoReturn:
        code = 1
        try:
            os.setpgid(0, 0)
            # Above all the simulator's ends of connections, which would not break while a fork has them open too.
            os.closerange(3, 4096)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            random.seed(seed)
            with open(self.reports, "a", encoding="utf-8") as file:
                work(lambda data: print(json.dumps(data), file=file, flush=True))
            code = 0
        except BaseException:  # whatever it is, the parent is to read of it
            self.errors.write_text(traceback.format_exc())
        finally:
            os._exit(code)

    def ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = status if pid else None
        return self.status is not None

    def signal(self, number: int) -> None:
        """To the whole group, as a terminal or a supervisor does it."""
        if not self.ended():
            os.killpg(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        if self.status is None:
            self.status = os.waitpid(self.pid, 0)[1]

    def wait(self, seconds: float = 60.0) -> bool:
        """Wait for its end. Says whether it came; if not, the process is killed."""
        if wait_for(self.ended, seconds):
            return True
        self.kill()
        return False

    def results(self) -> list[Data]:
        """What was reported, whole lines only: the last may have been cut by a kill."""
        lines = self.reports.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def complaint(self) -> str:
        return self.errors.read_text() if self.errors.exists() else ""

    def false_claims(self) -> list[str]:
        """What it said that was not so, also if it was killed after that."""
        return [line for line in self.complaint().splitlines() if CLAIMS in line]


def wait_for(what: t.Callable[[], object], seconds: float = 30.0) -> bool:
    """Look until something is so, in the machine's time."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE)
    return True
