# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which failures pass by waiting, and the one loop that waits for them. Decided by error code, here only."""

from __future__ import annotations

import contextlib
import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import Clock, jittered
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.limiter import Limiter

T = t.TypeVar("T")

LAST_LOOK = 1.0  # seconds: the least pause, so that the end of the time is no busy loop
LONGEST_PAUSE = 60.0  # seconds: quotas are per minute, account, region and API
# Seconds after which a host is given up that has never answered in this task, and one that has.
NEVER_ANSWERED, HAD_ANSWERED = 15.0, 300.0
BRIEF = 8.0  # seconds for which a look that need not succeed is repeated: less than a host that is off takes


def is_throttled(error: ApiError) -> bool:
    """Whether there were too many calls for now."""
    return error.code.startswith("Throttling") or error.code == "Rejected.Throttling"


def is_conflict(error: ApiError) -> bool:
    """Whether another piece of work is in the way, which ends by itself."""
    return error.code in error_codes.CONFLICT


def had_no_effect(error: ApiError) -> bool:
    """Whether the API turned the call away before doing anything."""
    return is_throttled(error) or error.code in error_codes.BUSY


def is_transient(error: ApiError) -> bool:
    """Whether the same call may succeed later, whatever it was: throttled, busy, a server's fault, or no answer."""
    return (
        had_no_effect(error)
        or error.status >= 500
        or error.code in error_codes.UNDECIDED
        or error.code == ApiError.NO_ANSWER
    )


class Backoff:
    """Pauses in seconds: 1, 2, 4 … 60, each with jitter."""

    def __init__(self, first: float = 1.0) -> None:
        self._next = first

    def pause(self) -> float:
        """Seconds until the next call."""
        seconds, self._next = self._next, min(LONGEST_PAUSE, self._next * 2)
        return jittered(seconds)


class Retry:
    """Repeats calls for one run.

    :param patience: seconds without any answer after which a host is given up (option ``unreachable_timeout``); None
        for what it is if that is unset
    :param deadline: clock time after which nothing is repeated any more, in seconds
    """

    def __init__(self, clock: Clock, patience: float | None, deadline: float, limiter: Limiter | None = None) -> None:
        self.clock = clock
        self.limiter = limiter or Limiter(clock)
        self.patience = patience
        self.warnings: list[str] = []
        self._deadline = deadline
        self._is_brief = False
        self._scoped = threading.local()

    @property
    def deadline(self) -> float:
        """Clock time after which this thread repeats nothing any more."""
        return float(getattr(self._scoped, "deadline", self._deadline))

    @contextlib.contextmanager
    def until(self, moment: float) -> t.Iterator[None]:
        """Another deadline, for what this thread does meanwhile."""
        before, self._scoped.deadline = self.deadline, moment
        try:
            yield
        finally:
            self._scoped.deadline = before

    def once(self) -> Retry:
        """The same, with the same limiter, but nothing is repeated."""
        return Retry(self.clock, 0.0, self.deadline, self.limiter)

    def briefly(self) -> Retry:
        """The same, with the same limiter, for looks that need not succeed: one bad answer does not spoil them."""
        patience = BRIEF if self.patience is None else min(BRIEF, self.patience)
        brief = Retry(self.clock, patience, self.deadline, self.limiter)
        brief._is_brief = True
        return brief

    def retry_idempotent(self, region: str, host: str, call: t.Callable[[], T]) -> T:
        """Make a call that may take effect twice without harm: a read, a tag, a token-carrying write.

        :param region: whose quota the call counts for
        :raises ApiError: what can't pass by waiting, or the last failure when patience or time is over
        """
        return self._repeat(region, host, call, is_transient)

    def retry_rejected(self, region: str, host: str, call: t.Callable[[], T]) -> T:
        """Make a call that must not take effect twice: only refusals without effect are repeated.

        :raises ApiError: also when no answer came; then look before you repeat
        """
        return self._repeat(region, host, call, had_no_effect)

    def _repeat(self, region: str, host: str, call: t.Callable[[], T], passes: t.Callable[[ApiError], bool]) -> T:
        backoff = Backoff()
        failing_since, is_lost = self.clock.now(), False
        while True:
            try:
                with self.limiter.turn(region, host):
                    return call()
            except ApiError as error:
                now = self.clock.now()
                # Throttling is an answer: it proves the region alive, so that only the deadline ends it.
                if is_throttled(error) and not self._is_brief:
                    failing_since = now
                error.in_doubt = is_lost = is_lost or not (error.answered or had_no_effect(error))
                if not passes(error) or now >= self.deadline or now - failing_since >= self._patience_with(error):
                    raise
                self._mind(error)
                # The API may say when it wants to be asked again.
                pause = max(backoff.pause(), min(error.retry_after or 0.0, HAD_ANSWERED))
                self.clock.sleep(min(pause, max(LAST_LOOK, self.deadline - now)))

    def _patience_with(self, error: ApiError) -> float:
        if self.patience is not None:
            return self.patience
        if error.is_proxy_off:
            return 0.0
        return NEVER_ANSWERED if error.is_first_contact else HAD_ANSWERED

    def _mind(self, error: ApiError) -> None:
        """Keep a warning about a host that has not answered yet: it may be the wrong one."""
        warning = f"no answer yet, asked again: {error.message}"
        if error.is_first_contact and warning not in self.warnings:
            self.warnings.append(warning)
