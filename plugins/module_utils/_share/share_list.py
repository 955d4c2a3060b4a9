# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One image's share list: reading it, and changing it call by call until every account is where it should be."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import had_no_effect, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._share import plan as share_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._share.plan import Batch, SharePlan
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run

Accounts = t.Sequence[str]

LAG = 60.0  # seconds that reads may be behind the truth


class ShareList:
    """
    :param changed: is told after each change which accounts were added and removed, and by which request if it is known
    :param refused: is told of an account that the API refuses for its own sake; the others go on
    :param found: is told who was, and who was not, on the list before any call of this run can have done that
    """

    def __init__(
        self,
        run: Run,
        region: str,
        image_id: str,
        changed: t.Callable[[Accounts, Accounts, str | None], None],
        refused: t.Callable[[str, ApiError], None],
        found: t.Callable[[Accounts, Accounts], None] = lambda *_told: None,
    ) -> None:
        self._run = run
        self._region = region
        self._image_id = image_id
        self._changed = changed
        self._refused = refused
        self._found = found
        self._tried: set[str] = set()  # accounts of calls that may have had an effect, whatever was answered
        self._first_doubt: float | None = None

    def read(self) -> list[str]:
        """The accounts that have the image."""
        return [share["account_id"] for share in self._run.api.images.shares(self._region, self._image_id)]

    def apply(self, change: SharePlan, limit: int) -> None:
        """The job that makes the change.

        :param limit: accounts that the image may be shared with
        :raises ApiError: for a refusal that concerns the whole image
        """
        todo = collections.deque(share_plan.batches(change, limit))
        while todo:
            todo.extendleft(reversed(self._send(todo.popleft())))

    def _send(self, batch: Batch) -> list[Batch]:
        """Make one call until it is accepted.

        :returns: the smaller calls to make instead
        """

        def call() -> list[Batch]:
            request_id = self._run.api.images.modify_shares(self._region, self._image_id, *batch)
            self._changed(*batch, request_id)
            return []

        def look(error: ApiError) -> list[Batch] | None:
            nonlocal batch
            batch = self._what_is_left(batch, error)
            if not any(batch):
                return []
            return None if is_transient(error) or self._is_doubtful(batch, error) else self._smaller(batch, error)

        try:
            return attempt(
                self._run,
                call,
                look,
                passes=lambda error: True,  # none is believed without a look
                early=lambda error: self._is_doubtful(batch, error),
                early_for=self._lag_left(batch),
            )
        except ApiError as error:
            return self._smaller(batch, error)

    def _what_is_left(self, batch: Batch, error: ApiError) -> Batch:
        """After an error: read the list again, and tell what took effect all the same from what was so before."""
        current = set(self.read())
        add, remove = batch
        # A call that was refused may have been worked off up to the account that it was refused for.
        if len(add + remove) > 1 or (is_transient(error) and not had_no_effect(error)):
            self._tried.update(add, remove)
        there, gone = current.intersection(add), set(remove) - current
        if (there | gone) & self._tried:
            self._changed(sorted(there & self._tried), sorted(gone & self._tried), None)
        if (there | gone) - self._tried:
            self._found(sorted(there - self._tried), sorted(gone - self._tried))
        return [account for account in add if account not in there], [
            account for account in remove if account not in gone
        ]

    def _is_doubtful(self, batch: Batch, error: ApiError) -> bool:
        """Whether the list may be behind: it does not show yet that the one account is on it, or not on it any more."""
        doubtful = len(batch[0] + batch[1]) == 1 and error.code == error_codes.NO_SUCH_ACCOUNT
        if doubtful and self._first_doubt is None:
            self._first_doubt = self._run.clock.now()
        return doubtful

    def _lag_left(self, batch: Batch) -> float:
        """Seconds that the list may be behind. Those that are to be added, and are no accounts, are waited for once."""
        if batch[1] or self._first_doubt is None:
            return LAG
        return max(0.0, self._first_doubt + LAG - self._run.clock.now())

    def _smaller(self, batch: Batch, error: ApiError) -> list[Batch]:
        """A refusal of one account refuses the whole call: cut it in two until that account is alone."""
        if error.code not in error_codes.ONE_ACCOUNT:
            raise error
        halves = share_plan.halves(batch)
        if not halves:
            self._refused((batch[0] + batch[1])[0], error)
        return halves
