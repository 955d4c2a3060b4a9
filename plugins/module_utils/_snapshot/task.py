# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole snapshot copy task: one job a destination, each with its own outcome."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import failing, failure_of, sentence_of
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.texts import counted
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot.copies import SnapshotCopies
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot.plan import (
    DRIFTS,
    FAILED,
    TO_START,
    Options,
    WantedSnapshot,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import (
    Run,
    Task,
    check_regions,
    name_every_region,
)


def validate(options: Options) -> list[str]:
    """What is wrong with a snapshot copy task's options."""
    faults = [] if options.region else ["region is needed: where the snapshot is"]
    if options.retention_days is not None and not 1 <= options.retention_days <= 65536:
        faults.append("retention_days must be 1 to 65536")
    entries = options.entries
    if not entries:
        faults.append("there is no destination: give destination_regions or destinations")
    faults += validation.region_faults([entry["region"] for entry in entries])
    for entry in entries:
        found = validation.text_faults(entry["name"] or None, entry["description"], entry["tags"])
        if len(entry["tags"]) + 2 > options.max_tags:
            found.append(f"{len(entry['tags']) + 2} tags with our two are more than max_tags={options.max_tags}")
        if entry["kms_key_id"] and not entry["encrypted"]:
            found.append("kms_key_id needs encrypted=true")
        if entry["region"] == options.region and not entry["encrypted"]:
            found.append("a copy inside the source's region must be encrypted")
        faults += [f"destination {entry['region']}: {fault}" for fault in found]
    return faults


def copy_snapshot(run: Task[Options]) -> Data:
    """The flow of ecs_snapshot_copy."""
    region, snapshot_id = str(run.options.region), run.options.snapshot_id
    name_every_region(run, region)
    entries = run.options.entries
    check_regions(run, [region, *(entry["region"] for entry in entries)])
    source = None if run.faults else waiter.shown(run, lambda: _snapshot(run, region, snapshot_id))
    if source is None and not run.faults:
        run.faults.append(
            f"snapshot {snapshot_id} is not visible to account {run.account_id} in {region}: "
            "it is not there, or ecs:DescribeSnapshots is not granted"
        )
    if source and source["status"] == FAILED:
        run.faults.append(f"snapshot {snapshot_id} in {region} has failed: there is nothing to copy")
    run.faults += [
        f"destination {entry['region']}: {snapshot_id} is encrypted, and a copy of it can't be plain"
        for entry in entries
        if source and source["encrypted"] and entry["encrypted"] is False
    ]
    run.refuse_faults()
    copies = [_SnapshotTask(run, t.cast(Snapshot, source), entry) for entry in entries]
    run.jobs.run(_SnapshotTask.work, copies)
    return _result(copies, run.account_id)


def _snapshot(run: Run, region: str, snapshot_id: str) -> Snapshot | None:
    return next(iter(run.api.snapshots.get(region, [snapshot_id])), None)


class _SnapshotTask:
    """One destination: its job, and its entry of the result."""

    def __init__(self, run: Task[Options], source: Snapshot, entry: Data) -> None:
        self.run = run
        self.region: str = entry["region"]
        self.changed = False
        self._begun = run.clock.now()
        name = entry["name"] or source["name"] or source["snapshot_id"]
        origin = markers.source_ref(source["region"], source["snapshot_id"])
        self.wanted = WantedSnapshot(
            source_region=source["region"],
            source_id=source["snapshot_id"],
            region=self.region,
            name=name,
            description=entry["description"] or f"copy of {source['snapshot_id']} in {source['region']}",
            encrypted=source["encrypted"] if entry["encrypted"] is None else entry["encrypted"],
            kms_key_id=entry["kms_key_id"],
            tags={**entry["tags"], markers.COPIED_FROM: origin, markers.COPIED_AS: name},
            retention_days=run.options.retention_days,
        )
        self._copies = SnapshotCopies(run, self.region, [self.wanted], self._mark_changed, self._report_progress)
        self.error: Data | None = None

    def work(self) -> None:
        """The job. It keeps its own failures."""
        try:
            self._copies.look()
            if self.run.check:
                self.changed = self._copies.to_start
            else:
                self._copies.work()
        except Exception as error:  # a fault of ours must not lose what the other destinations came to
            failure = failure_of(error)
            self.error = failure.as_dict()
            self.changed = self.changed or failure.in_doubt

    def _mark_changed(self) -> None:
        self.changed = True

    def _report_progress(self, percent: int) -> None:
        snapshot: t.Mapping[str, t.Any] = self._copies.copies[0].snapshot or {}
        self.run.report_progress(
            self.region,
            self._begun,
            image_id=snapshot.get("snapshot_id"),
            status="Available" if snapshot.get("status") == "accomplished" else "Creating",
            progress=percent,
            size=snapshot.get("size"),
        )

    def _action(self) -> str:
        if self.error:
            return "refused" if self.error["code"] in DRIFTS else "failed"
        return self._copies.copies[0].action

    def entry(self) -> Data:
        copy = self._copies.copies[0]
        snapshot: t.Mapping[str, t.Any] = copy.snapshot or {}
        # What another run has started need not show it yet, and may turn out to be of no use when it is finished.
        known = copy.action != "adopted" or snapshot.get("encrypted") or copy.is_accomplished
        return {
            "region": self.region,
            "snapshot_id": snapshot.get("snapshot_id"),
            "name": self.wanted.name,
            "status": snapshot.get("status"),
            "progress": snapshot.get("progress", 0),
            "action": self._action(),
            "encrypted": self.wanted.encrypted if known else None,
            "kms_key_id": snapshot.get("kms_key_id") or (self.wanted.kms_key_id if known else None),
            "duplicates": copy.duplicates,
            "request_id": copy.request_id,
            "error": self.error,
            "planned": self.run.check,
        }


def _shown(entry: Data) -> Data | None:
    """What a diff shows of a copy: of one that does not come to be, nothing."""
    if not entry["snapshot_id"] and entry["action"] not in TO_START:
        return None
    keys = ("name", "encrypted", *(("kms_key_id",) if entry["encrypted"] else ()))
    return {"snapshot_id": entry["snapshot_id"] or "new", **{key: entry[key] for key in keys}}


def _result(copies: t.Sequence[_SnapshotTask], account_id: str) -> Data:
    entries = [copy.entry() for copy in copies]
    result: Data = {
        "changed": any(copy.changed for copy in copies),
        "copies": entries,
        "diff": {
            "before": {entry["region"]: None if entry["action"] in TO_START else _shown(entry) for entry in entries},
            "after": {entry["region"]: _shown(entry) for entry in entries},
        },
        "warnings": [
            f"{entry['region']}: {', '.join(entry['duplicates'])} are further copies of the same snapshot"
            for entry in entries
            if entry["duplicates"]
        ],
    }
    failed = [f"{entry['region']}: {sentence_of(entry['error'])}" for entry in entries if entry["error"]]
    told = f"{len(failed)} of {counted(len(entries), 'destination')} failed in account {account_id}: "
    return failing(result, failed, told)
