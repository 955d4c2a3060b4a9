# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of snapshots in one region: looked up by marker first, since no unique name guards them."""

from __future__ import annotations

import math
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import timestamp
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, Refused, TimedOut, refuse
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot.plan import (
    ACCOMPLISHED,
    FAILED,
    TO_START,
    SnapshotCopy,
    WantedSnapshot,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run

MOST_GENERATIONS = 5  # how many forgotten ids a token is allowed to answer with


class SnapshotCopies:
    """Brings snapshots to one region: starts what is missing, then waits for all of them at once.

    :param mark_changed: is called after each write that was accepted
    :param seen: is told after each look how far all of them are, in percent
    """

    def __init__(
        self,
        run: Run,
        region: str,
        wanted: t.Sequence[WantedSnapshot],
        mark_changed: t.Callable[[], None],
        seen: t.Callable[[int], None] = lambda percent: None,
    ) -> None:
        self.run = run
        self.region = region
        self.copies = [SnapshotCopy(snapshot) for snapshot in wanted]
        self._mark_changed = mark_changed
        self._seen = seen

    def look(self) -> None:
        """Find what is there already, by marker. What a look misses, CopySnapshot's token still guards.

        :raises Refused: if a copy is there that is encrypted in another way
        """
        found = self._tagged()
        for copy in self.copies:
            chosen = copy.choose(found)
            if chosen:
                copy.update_from(chosen)

    def _tagged(self) -> list[Snapshot]:
        """Everything here that carries the marker of the source."""
        wanted = self.copies[0].wanted
        origin = wanted.tags[markers.COPIED_FROM]
        return self.run.api.snapshots.tagged(
            self.region, {markers.COPIED_FROM: origin}, encrypted=bool(wanted.encrypted)
        )

    @property
    def to_start(self) -> bool:
        """Whether anything was missing, or had failed."""
        return any(copy.action in TO_START for copy in self.copies)

    @property
    def accomplished(self) -> bool:
        """Whether all of them are finished."""
        return all(copy.is_accomplished for copy in self.copies)

    def work(self) -> None:
        """Start what the look has not shown and, if the task waits, wait until all are accomplished."""
        for copy in self.copies:
            if copy.action in TO_START:
                self._start(copy)
        if self.run.waiting.wait:
            self._until_accomplished()
        elif not all(copy.exists for copy in self.copies):
            self._until_proved()

    def _start(self, copy: SnapshotCopy) -> None:
        if copy.action == "replaced":
            self._delete_failed(copy)
        copy.asked_at, copy.request_id = timestamp(self.run.clock), None
        copy.exists = copy.own = copy.shown = False
        lost_answer, new_token_at = False, math.inf

        def call() -> bool:
            wanted = copy.wanted
            answer = self.run.api.snapshots.copy(wanted.request, wanted.token(copy.generation))
            self._mark_changed()
            copy.request_id = answer["request_id"]
            begun = {"snapshot_id": answer["snapshot_id"], "status": "progressing", "progress": 0, "size": 0}
            copy.snapshot = t.cast(Snapshot, begun)  # what is known of it so far
            self._look_at(copy)
            return True

        def look(error: ApiError) -> bool | None:
            nonlocal lost_answer, new_token_at
            # The copy that is in the way may be this one, started by a run that was killed or runs beside us.
            lost_answer = lost_answer or not error.answered
            found = self._found_again(copy)
            if found:
                copy.update_from(found)
                if lost_answer:  # taken for what the lost call has started, as far as telling goes
                    self._mark_changed()
                else:
                    copy.action = "adopted"
                return True
            if error.code in error_codes.TOKEN_USED:  # by a copy that may only be too fresh to be seen
                now = self.run.clock.now()
                new_token_at = min(new_token_at, now + self.run.waiting.consistency_wait)
                if now >= new_token_at:
                    copy.generation, new_token_at = copy.generation + 1, math.inf
            return None

        def passes(error: ApiError) -> bool:
            used = error.code in error_codes.TOKEN_USED and copy.generation < MOST_GENERATIONS
            return used or error.code in error_codes.BUSY_DISK or is_conflict(error) or is_transient(error)

        attempt(self.run, call, look, passes=passes)

    def _look_at(self, copy: SnapshotCopy) -> None:
        """Look at what was just answered, before anything else: what is there now and gone later was deleted.

        What is not there may be the answer of an old token, or only too fresh to be seen. Then a tag tells it.
        """
        found = self.run.api.snapshots.get(self.region, [t.cast(Snapshot, copy.snapshot)["snapshot_id"]])
        if found:
            copy.update_from(found[0])
        else:
            copy.exists = self._takes_tags(copy) is None

    def _found_again(self, copy: SnapshotCopy) -> Snapshot | None:
        found = (snapshot for snapshot in self._tagged() if copy.wanted.is_met_by(snapshot))
        return next((snapshot for snapshot in found if snapshot["status"] != FAILED), None)

    def _delete_failed(self, copy: SnapshotCopy) -> None:
        snapshot = t.cast(Snapshot, copy.snapshot)
        if copy.replaced:
            raise Refused(
                "SnapshotFailed",
                f"{snapshot['snapshot_id']} in {self.region}, a copy of {copy.wanted.source_id}, has failed again",
                "Look at the source snapshot, then run again.",
            )
        copy.replaced = True
        copy.generation += 1
        self.run.api.snapshots.delete(self.region, snapshot["snapshot_id"])
        copy.snapshot = None  # what went is told no more
        self._mark_changed()

    def _until_accomplished(self) -> None:
        last_seen = {copy.wanted.source_id: self.run.clock.now() for copy in self.copies}

        def look() -> int:
            self._look_at_all(last_seen)
            percent = self.percent()
            self._seen(percent)
            return percent

        waiter.until(
            self.run,
            look,
            lambda percent: self.accomplished,
            late=lambda percent: self._out_of_time(),
            progress=int,
        )

    def _until_proved(self) -> None:
        """Wait until all that was answered is seen: a derived token may be answered with what is gone by now."""
        last_seen = {copy.wanted.source_id: self.run.clock.now() for copy in self.copies}

        def look() -> bool:
            self._look_at_all(last_seen)
            return all(copy.exists for copy in self.copies)

        waiter.until(self.run, look, bool, late=lambda seen: self._out_of_time())

    def _out_of_time(self) -> TimedOut:
        return TimedOut(
            f"the snapshots are not copied to {self.region} in time: they go on, the next run waits for them",
            "Give it more time with wait_timeout.",
        )

    def _look_at_all(self, last_seen: dict[str, float]) -> None:
        """
        :param last_seen: clock time of the last look that has shown each, by its source. It is brought up to date
        """
        now, ids = self.run.clock.now(), [t.cast(Snapshot, copy.snapshot)["snapshot_id"] for copy in self.copies]
        found = {snapshot["snapshot_id"]: snapshot for snapshot in self.run.api.snapshots.get(self.region, ids)}
        for copy in self.copies:
            seen = found.get(t.cast(Snapshot, copy.snapshot)["snapshot_id"])
            if seen:
                copy.update_from(seen)
                last_seen[copy.wanted.source_id] = now
                if seen["status"] == FAILED:
                    copy.action = "replaced"
                    self._start(copy)
            elif now - last_seen[copy.wanted.source_id] >= self.run.waiting.consistency_wait:
                last_seen[copy.wanted.source_id] = now
                self._forgotten(copy)

    def cancel_own(self) -> tuple[list[str], list[str]]:
        """Delete what this run has started and is not accomplished, which cancels it.

        :returns: what was cancelled, and what goes on because it may be another run's
        :raises ApiError: the first refusal, after all were tried
        """
        running = [copy for copy in self.copies if copy.snapshot and not copy.is_accomplished]
        others = [t.cast(Snapshot, copy.snapshot)["snapshot_id"] for copy in running if not copy.own]
        own: list[str] = []
        refusals: list[ApiError] = []
        for copy in [copy for copy in running if copy.own]:
            snapshot_id = t.cast(Snapshot, copy.snapshot)["snapshot_id"]
            try:
                self.run.api.snapshots.delete(self.region, snapshot_id, just_made=True)
            except ApiError as error:
                refusals.append(error)
                continue
            own.append(snapshot_id)
            copy.snapshot = None  # what went is told no more
            self._mark_changed()
        refuse(next(iter(refusals), None))
        return own, others

    def _forgotten(self, copy: SnapshotCopy) -> None:
        """An id that is not visible: deleted by somebody, replaced by another run, or the answer to an old token."""
        snapshot = t.cast(Snapshot, copy.snapshot)
        where = f"snapshot {snapshot['snapshot_id']} in {self.region}"
        found = self._found_again(copy)
        if found:
            copy.update_from(found)
            copy.action, copy.own = "adopted", False
            return
        if copy.exists or copy.generation >= MOST_GENERATIONS:
            raise Refused(
                "Vanished",
                f"{where} has vanished while it was waited for",
                "Somebody deleted it, which cancels the copy. Run again if it is wanted.",
            )
        if self._takes_tags(copy) != error_codes.NO_SUCH_RESOURCE:
            raise Refused(
                "NeverSeen",
                f"{where} was accepted but never showed up, though it may well be in the making",
                "Grant ecs:DescribeSnapshots in that region.",
            )
        copy.generation += 1
        self._start(copy)

    def _takes_tags(self, copy: SnapshotCopy) -> str | None:
        """The code that refuses tags to a snapshot, or None. Not to see it proves nothing to those who may not look.

        Setting the tags that it has anyway changes nothing, and is refused for what is not there.
        """
        try:
            self.run.api.tags.put(
                self.region, "snapshot", [t.cast(Snapshot, copy.snapshot)["snapshot_id"]], copy.wanted.tags
            )
        except ApiError as error:
            return error.code
        return None

    def percent(self) -> int:
        """How far all of them are, weighed by size."""
        snapshots = [copy.snapshot or {"size": 0, "progress": 0} for copy in self.copies]
        sizes = [max(1, snapshot["size"]) for snapshot in snapshots]
        done = [100 if snapshot.get("status") == ACCOMPLISHED else snapshot["progress"] for snapshot in snapshots]
        return int(sum(size * percent for size, percent in zip(sizes, done, strict=True)) / sum(sizes))
