# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of snapshots in one region: looked up by marker first, since no unique name guards them."""

from __future__ import annotations

import dataclasses
import hashlib
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils import _markers
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import ApiError, Refused, TimedOut
from ansible_collections.imageops.alicloud.plugins.module_utils._fanout import Job
from ansible_collections.imageops.alicloud.plugins.module_utils._module import Run
from ansible_collections.imageops.alicloud.plugins.module_utils._retry import Backoff, is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._wait import PollInterval

ACCOMPLISHED, FAILED = "accomplished", "failed"

# The disk is busy with another copy to the same region, or the source is not finished: it passes.
BUSY_DISK = frozenset(
    {
        "InvalidOperation.UnfinishedCrossRegionCopy",
        "InvalidOperation.UnfinishedEncryptedSnapshotCopy",
        "InvalidSnapshotId.NotReady",
    }
)

# The token was used for the same copy with other options, such as tags. If that copy is gone, a new token is due.
OTHER_OPTIONS = frozenset({"IdempotentParameterMismatch", "IdempotenceParamNotMatch"})

MOST_GENERATIONS = 5  # how many forgotten ids a token is allowed to answer with


@dataclasses.dataclass(frozen=True)
class WantedSnapshot:
    """One snapshot that should be in another region."""

    source_region: str
    source_id: str
    region: str
    name: str
    description: str
    encrypted: bool
    kms_key_id: str | None
    tags: dict[str, str]  # with the markers
    retention_days: int | None = None

    def token(self, generation: int) -> str:
        """The same for the same wish, so that a repeat after a lost answer makes no second copy.

        :param generation: goes up when the id that a token answers with turns out to be gone
        """
        markers = (self.tags[_markers.COPIED_FROM], self.tags[_markers.COPIED_AS])
        parts = (self.source_region, self.source_id, self.region, self.kms_key_id or "", *markers, str(generation))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def is_met_by(self, snapshot: Data) -> bool:
        """Whether a snapshot in the destination is the copy that is wanted, by its link and both markers."""
        return bool(
            snapshot["source_snapshot_id"] == self.source_id
            and snapshot["tags"].get(_markers.COPIED_FROM) == self.tags[_markers.COPIED_FROM]
            and snapshot["tags"].get(_markers.COPIED_AS) == self.tags[_markers.COPIED_AS]
        )


@dataclasses.dataclass
class SnapshotCopy:
    """One wanted snapshot and what has become of it."""

    wanted: WantedSnapshot
    snapshot: Data | None = None
    action: str = "present"
    duplicates: list[str] = dataclasses.field(default_factory=list)
    request_id: str | None = None
    generation: int = 0
    replaced: bool = False


class SnapshotCopies:
    """Brings snapshots to one region: starts what is missing, then waits for all of them at once.

    :param written: is called after each write that was accepted
    :param seen: is told after each look how far all of them are, in percent
    """

    def __init__(
        self,
        run: Run,
        region: str,
        wanted: t.Sequence[WantedSnapshot],
        written: t.Callable[[], None],
        seen: t.Callable[[int], None] = lambda percent: None,
    ) -> None:
        self.run = run
        self.region = region
        self.copies = [SnapshotCopy(one) for one in wanted]
        self._written = written
        self._seen = seen

    def look(self) -> None:
        """Find what is there already, by marker. What a look misses, CopySnapshot's token still guards."""
        origin = self.copies[0].wanted.tags[_markers.COPIED_FROM]
        found = self.run.api.snapshots_tagged(self.region, {_markers.COPIED_FROM: origin})
        for copy in self.copies:
            mine = [snapshot for snapshot in found if copy.wanted.is_met_by(snapshot)]
            live = [snapshot for snapshot in mine if snapshot["status"] != FAILED] or mine
            # Accomplished ones first, then the oldest: every run chooses the same.
            live.sort(key=lambda one: (one["status"] != ACCOMPLISHED, one["created_at"], one["snapshot_id"]))
            copy.snapshot = live[0] if live else None
            copy.duplicates = [snapshot["snapshot_id"] for snapshot in live[1:]]
            copy.action = self._action(copy)

    @staticmethod
    def _action(copy: SnapshotCopy) -> str:
        if copy.snapshot is None:
            return "started"
        if copy.snapshot["status"] == FAILED:
            return "replaced"
        return "present" if copy.snapshot["status"] == ACCOMPLISHED else "adopted"

    def work(self) -> Job:
        """Start what is missing and, if the task waits, wait until all are accomplished."""
        self.look()
        for copy in self.copies:
            if copy.action in ("started", "replaced"):
                yield from self._start(copy)
        if self.run.params["wait"]:
            yield from self._until_accomplished()

    def _start(self, copy: SnapshotCopy) -> Job:
        if copy.action == "replaced":
            self._delete_failed(copy)
        wanted, backoff, early_until = copy.wanted, Backoff(), None
        while True:
            try:
                answer = self.run.api.copy_snapshot(dataclasses.asdict(wanted), wanted.token(copy.generation))
            except ApiError as error:
                used = error.code in OTHER_OPTIONS and copy.generation < MOST_GENERATIONS
                passes = used or error.code in BUSY_DISK or is_conflict(error) or is_transient(error)
                if not passes or self.run.clock.now() >= self.run.deadline:
                    raise
                # The copy that is in the way may be this one, started by a run that was killed or runs beside us.
                found = self._found_again(copy)
                if found:
                    copy.snapshot = found
                    copy.action = copy.action if not error.answered else "adopted"
                    if not error.answered:
                        self._written()
                    return
                if used:  # by a copy that may only be too fresh to be seen
                    now = self.run.clock.now()
                    early_until = early_until or now + self.run.params["consistency_wait"]
                    if now >= early_until:
                        copy.generation, early_until = copy.generation + 1, None
            else:
                self._written()
                copy.request_id = answer["request_id"]
                copy.snapshot = {
                    "snapshot_id": answer["snapshot_id"],
                    "status": "progressing",
                    "progress": 0,
                    "size": 0,
                }
                return
            yield backoff.pause()

    def _found_again(self, copy: SnapshotCopy) -> Data | None:
        origin = copy.wanted.tags[_markers.COPIED_FROM]
        found = self.run.api.snapshots_tagged(self.region, {_markers.COPIED_FROM: origin})
        mine = [one for one in found if copy.wanted.is_met_by(one) and one["status"] != FAILED]
        return mine[0] if mine else None

    def _delete_failed(self, copy: SnapshotCopy) -> None:
        snapshot = t.cast(Data, copy.snapshot)
        if copy.replaced:
            raise Refused(
                "SnapshotFailed",
                f"{snapshot['snapshot_id']} in {self.region}, a copy of {copy.wanted.source_id}, has failed again",
                "Look at the source snapshot, then run again.",
            )
        copy.replaced = True
        copy.generation += 1
        self.run.api.delete_snapshot(self.region, snapshot["snapshot_id"])
        self._written()

    def _until_accomplished(self) -> Job:
        clock, interval = self.run.clock, PollInterval(self.run.params["wait_interval"])
        last_seen = {copy.wanted.source_id: clock.now() for copy in self.copies}
        while True:
            ids = [t.cast(Data, copy.snapshot)["snapshot_id"] for copy in self.copies]
            found = {one["snapshot_id"]: one for one in self.run.api.snapshots(self.region, ids)}
            for copy in self.copies:
                seen = found.get(t.cast(Data, copy.snapshot)["snapshot_id"])
                if seen:
                    copy.snapshot, last_seen[copy.wanted.source_id] = seen, clock.now()
                    if seen["status"] == FAILED:
                        copy.action = "replaced"
                        yield from self._start(copy)
                elif clock.now() - last_seen[copy.wanted.source_id] >= self.run.params["consistency_wait"]:
                    last_seen[copy.wanted.source_id] = clock.now()
                    yield from self._forgotten(copy)
            percent = self.percent()
            self._seen(percent)
            if all(t.cast(Data, copy.snapshot)["status"] == ACCOMPLISHED for copy in self.copies):
                return
            if clock.now() >= self.run.deadline:
                raise TimedOut(
                    f"the snapshots are not copied to {self.region} in time: they go on, the next run waits for them",
                    "Give it more time with wait_timeout.",
                )
            yield min(interval.next(clock.now(), percent), max(1.0, self.run.deadline - clock.now()))

    def cancel_own(self) -> None:
        """Delete what this run has started and is not accomplished, which cancels it."""
        for copy in self.copies:
            if copy.request_id and copy.snapshot and copy.snapshot["status"] != ACCOMPLISHED:
                self.run.api.delete_snapshot(self.region, copy.snapshot["snapshot_id"])

    def _forgotten(self, copy: SnapshotCopy) -> Job:
        """An id that is not to be seen: deleted by somebody, replaced by another run, or the answer to an old token."""
        snapshot = t.cast(Data, copy.snapshot)
        where = f"snapshot {snapshot['snapshot_id']} in {self.region}"
        found = self._found_again(copy)
        if found:
            copy.snapshot, copy.action = found, "adopted"
            return
        if snapshot.get("created_at") or copy.generation >= MOST_GENERATIONS:
            raise Refused(
                "Vanished",
                f"{where} has vanished while it was waited for",
                "Somebody deleted it, which cancels the copy. Run again if it is wanted.",
            )
        if not self._is_gone(copy):
            raise Refused(
                "NeverSeen",
                f"{where} was accepted but never showed up, though it may well be in the making",
                "Grant ecs:DescribeSnapshots in that region.",
            )
        copy.generation += 1
        yield from self._start(copy)

    def _is_gone(self, copy: SnapshotCopy) -> bool:
        """Whether there is no such snapshot. Not to see it proves nothing to credentials that may not look.

        Setting the tags that it has anyway changes nothing, and is refused for what is not there.
        """
        try:
            self.run.api.tag(self.region, "snapshot", [t.cast(Data, copy.snapshot)["snapshot_id"]], copy.wanted.tags)
        except ApiError as error:
            return error.code == "InvalidResourceId.NotFound"
        return False

    def percent(self) -> int:
        """How far all of them are, weighed by size."""
        snapshots = [t.cast(Data, copy.snapshot) for copy in self.copies]
        sizes = [max(1, one["size"]) for one in snapshots]
        done = [100 if one["status"] == ACCOMPLISHED else one["progress"] for one in snapshots]
        return int(sum(size * percent for size, percent in zip(sizes, done, strict=True)) / sum(sizes))
