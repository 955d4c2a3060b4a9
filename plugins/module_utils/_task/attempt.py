# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call that starts something, made until it is accepted or until a look shows that it is not needed any more."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import LAST_LOOK, Backoff
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run

T = t.TypeVar("T")


def never(error: ApiError) -> bool:
    """No refusal passes."""
    return False


def attempt(
    run: Run,
    call: t.Callable[[], T],
    look: t.Callable[[ApiError], T | None] = lambda error: None,
    *,
    passes: t.Callable[[ApiError], bool] = never,
    early: t.Callable[[ApiError], bool] = never,
    early_for: float | None = None,
    before_repeat: t.Callable[[], None] = lambda: None,
) -> T:
    """Make a call whose repeat might do its work twice. Whatever came instead of an answer, look before it is repeated.

    :param call: returns what it has made
    :param look: is told of what went wrong, and returns what was found instead of it
    :param passes: refusals that are over some time, waited for until the run's deadline
    :param early: refusals that may only be early, and are believed ``early_for`` seconds after the first of them
    :param early_for: ``consistency_wait`` if left out
    :param before_repeat: what must be seen to each time
    :returns: what was made, or found
    :raises ApiError: the last refusal
    """
    clock, backoff, believed_at = run.clock, Backoff(), None
    while True:
        try:
            return call()
        except ApiError as error:
            is_early = early(error)
            if not (is_early or passes(error)):
                raise
            now = clock.now()
            if is_early:
                span = run.waiting.consistency_wait if early_for is None else early_for
                believed_at = believed_at if believed_at is not None else now + span
            found = _seen(look, error)
            if found is not None:
                return found
            if now >= run.deadline or (is_early and believed_at is not None and now >= believed_at):
                raise
        ends = min(run.deadline, believed_at) if is_early and believed_at is not None else run.deadline
        clock.sleep(min(backoff.pause(), max(LAST_LOOK, ends - now)))
        before_repeat()


def _seen(look: t.Callable[[ApiError], T | None], error: ApiError) -> T | None:
    """What a look shows. Where it fails, too, nobody knows what the call has come to."""
    try:
        return look(error)
    except ImageOpsError as failure:
        failure.in_doubt = failure.in_doubt or error.in_doubt
        raise
