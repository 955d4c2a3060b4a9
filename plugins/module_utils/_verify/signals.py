# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signals while a throw-away instance is there: they end the wait instead of the process."""

from __future__ import annotations

import contextlib
import signal
import types
import typing as t

H = t.TypeVar("H")

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(BaseException):
    """A signal came. The SDK takes every Exception in a call for a broken connection, and makes the call again."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.name = signal.Signals(number).name


class Stop:
    """What signals do: they end the wait instead of the process, so that the instance is still removed."""

    def __init__(self) -> None:
        self._put_off = False
        self._came: int | None = None

    def __call__(self, number: int, frame: types.FrameType | None) -> None:
        self._came = number
        self._unless_put_off()

    @contextlib.contextmanager
    def put_off(self) -> t.Iterator[None]:
        """Let no signal come between a call that starts an instance and the id that it answers with."""
        self._put_off = True
        try:
            yield
        finally:
            self._put_off = False
        self._unless_put_off()

    def _unless_put_off(self) -> None:
        if self._came is not None and not self._put_off:
            raise Stopped(self._came)


@contextlib.contextmanager
def handled_by(handler: H) -> t.Iterator[H]:
    """Handle signals like this meanwhile."""
    before = {number: signal.signal(number, t.cast(t.Any, handler)) for number in SIGNALS}
    try:
        yield handler
    finally:
        for number, old in before.items():
            signal.signal(number, old)
