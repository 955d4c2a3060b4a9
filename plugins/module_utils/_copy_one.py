# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One destination of a copy on its way: look, decide, start, wait, finish. What it comes to stands in its record."""

from __future__ import annotations

import dataclasses
import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils import _markers, _plan_copy
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import (
    ApiError,
    ImageOpsError,
    Refused,
    TimedOut,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._fanout import Job
from ansible_collections.imageops.alicloud.plugins.module_utils._module import Run
from ansible_collections.imageops.alicloud.plugins.module_utils._plan_copy import (
    Decision,
    Found,
    Options,
    Repairs,
    Wanted,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._retry import Backoff, is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import (
    AVAILABLE,
    CREATE_FAILED,
    UNAVAILABLE,
    UNFINISHED,
    Data,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._wait import PollInterval, timestamp

# Answers to CopyImage that may be right or may only be early: a name that a deleted image still holds, a source too fresh.
MAYBE_EARLY = frozenset({"InvalidImageName.Duplicated", "IncorrectImageStatus", "InvalidImageId.NotFound"})

# Refusals that a dry run may give and a real run works around by waiting.
DRY_RUN_PASSED = frozenset({"DryRunOperation", "DRYRUN.SUCCESS"})


class CopyFailed(Refused):
    """The copy itself ended badly."""


@dataclasses.dataclass
class Record:
    """One entry of ``copies[]``."""

    region: str
    name: str
    image_id: str | None = None
    status: str | None = None
    progress: int = 0
    action: str = ""
    encrypted: bool | None = None
    kms_key_id: str | None = None
    snapshot_ids: list[str] = dataclasses.field(default_factory=list)
    size: int | None = None
    started_at: str | None = None
    finished_at: str | None = None
    elapsed_seconds: float | None = None
    method: str = "image"
    method_reason: str = "CopyImage copies an image of this size in one call, and its traffic is free"
    request_ids: list[str] = dataclasses.field(default_factory=list)
    error: Data | None = None
    replaced: Data | None = None
    planned: bool = False

    def as_result(self) -> Data:
        return dataclasses.asdict(self)


class Destination:
    """Carries one wanted copy from the first look to its end."""

    def __init__(self, run: Run, source: Data | None, wanted: Wanted, options: Options) -> None:
        self.run = run
        self.api = run.api
        self.source = source
        self.wanted = wanted
        self.options = options
        self.record = Record(wanted.region, wanted.name, encrypted=wanted.encrypted, kms_key_id=wanted.kms_key_id)
        self.changed = False
        self.became_available = False
        self.warnings: list[str] = []
        self.before: Data | None = None
        self.after: Data | None = None
        self._begun = run.clock.now()
        self._mine = False  # this run started the copy that it waits for

    def work(self) -> Job:
        """The job. It keeps its own failures, so that no destination hides another's outcome."""
        try:
            yield from self._work()
        except ImageOpsError as error:
            self._fail(error)
        except Exception as error:  # a fault of ours must not lose what the other destinations came to
            self._fail(Refused("InternalError", f"unexpected {type(error).__name__}: {error}", "Please report this."))
        self.record.elapsed_seconds = round(self.run.clock.now() - self._begun, 1)

    def _work(self) -> Job:
        decision = self._decide()
        self._take(decision)
        if decision.refusal:
            raise decision.refusal
        if self.run.check:
            self._predict(decision)
            return
        image = decision.image
        if decision.action in (_plan_copy.STARTED, _plan_copy.REPLACED):
            yield from self._until_source_available()
            image = yield from self._start(decision)
        if image and image["status"] in UNFINISHED:
            if not self.run.params["wait"]:
                return
            image = yield from self._until_available(image["image_id"])
        if image and image["status"] == AVAILABLE and not self.wanted.is_source:
            self._finish(image)

    # Look and decide

    def _decide(self) -> Decision:
        return _plan_copy.decide(self.source, self.wanted, self._look(), self.options)

    def _look(self) -> Found:
        """By marker first. Only if that does not settle it, the name is looked up too: the one other thing that can be in the way."""
        if self.wanted.is_source:
            return Found([], [])
        origin = self.wanted.markers[_markers.COPIED_FROM]
        marked = []
        if not (self.source or {}).get("planned"):
            # Asked by tag, and compared again: nothing is ours by a loose match.
            marked = [
                image
                for image in self.api.images(self.wanted.region, tags={_markers.COPIED_FROM: origin})
                if image["tags"].get(_markers.COPIED_FROM) == origin
            ]
        if any(
            image["tags"].get(_markers.COPIED_AS) == self.wanted.name and image["status"] != CREATE_FAILED
            for image in marked
        ):
            return Found(marked, [])
        named = self.api.images(self.wanted.region, name=self.wanted.name)
        return Found(marked, [image for image in named if image["name"] == self.wanted.name])

    def _take(self, decision: Decision) -> None:
        self.record.action = decision.action
        self.warnings += decision.warnings
        if decision.image:
            self._see(decision.image)
            self.before = self.after = summary(decision.image)

    def _see(self, image: Data) -> None:
        record = self.record
        record.image_id, record.status, record.progress = image["image_id"], image["status"], image["progress"]
        record.size, record.snapshot_ids = image["size"], image["snapshot_ids"]
        if image["status"] not in UNFINISHED:  # before that, the disks need not show it
            record.encrypted = image["encrypted"]

    # Check mode: the same decision, and what the rest of the way would come to

    def _predict(self, decision: Decision) -> None:
        self.record.planned = True
        image = decision.image
        if decision.action in (_plan_copy.STARTED, _plan_copy.REPLACED):
            self._preflight(decision)
            self.changed = True
            self.record.size = self.source["size"] if self.source else None
            self.after = summary(self._as_wanted())
        elif image and image["status"] in UNFINISHED:
            # Finishing it means to tag its snapshots at least.
            self.changed = bool(self.run.params["wait"])
        elif image and image["status"] == AVAILABLE and not self.wanted.is_source:
            self._repair(image, self._repairs(image))

    def _preflight(self, decision: Decision) -> None:
        if self.run.params["preflight"] != "dry_run" or decision.action != _plan_copy.STARTED:
            return
        source = t.cast(Data, self.source)
        if source.get("planned"):
            return
        try:
            made = self.api.copy_image_dry_run(source["region"], source["image_id"], self.wanted.request(source))
        except ApiError as error:
            if error.code in DRY_RUN_PASSED or is_transient(error) or is_conflict(error) or error.code in MAYBE_EARLY:
                return
            raise
        if made:
            self.record.image_id = made
            self.api.cancel_copy(self.wanted.region, made)
            raise Refused(
                "DryRunIgnored",
                f"the endpoint ignored DryRun and started the copy {made} in {self.wanted.region}, "
                "which was cancelled at once",
                "Set preflight=none for this endpoint.",
            )

    def _as_wanted(self) -> Data:
        source, wanted = t.cast(Data, self.source), self.wanted
        return {
            **source,
            "region": wanted.region,
            "image_id": None,
            "name": wanted.name,
            "status": AVAILABLE,
            "description": wanted.description if wanted.description is not None else source["description"],
            "family": wanted.family or "",
            "encrypted": wanted.encrypted,
            "tags": {**wanted.tags, **wanted.markers},
            "resource_group_id": wanted.resource_group_id or "",
        }

    # Start

    def _until_source_available(self) -> Job:
        interval = PollInterval(self.run.params["wait_interval"])
        while self.source and self.source["status"] in UNFINISHED:
            self._check_time(f"the source {self.source['image_id']} is still {self.source['status']}")
            yield interval.next(self.run.clock.now(), self.source["progress"])
            source = self.api.image(self.source["region"], self.source["image_id"])
            if source is None or source["status"] not in (AVAILABLE, *UNFINISHED):
                raise Refused(
                    "SourceNotUsable",
                    f"the source {self.source['image_id']} is {source['status'] if source else 'gone'}",
                )
            self.source = source

    def _start(self, decision: Decision) -> t.Generator[float, None, Data]:
        """Send CopyImage until it is accepted, or until a look shows that the copy is there."""
        if decision.failed:
            yield from self._remove_failed(decision.failed)
        source = t.cast(Data, self.source)
        token, backoff, early_until = str(uuid.uuid4()), Backoff(), None
        while True:
            try:
                answer = self.api.copy_image(source["region"], source["image_id"], self.wanted.request(source), token)
            except ApiError as error:
                now = self.run.clock.now()
                if error.code in MAYBE_EARLY:
                    early_until = early_until or now + self.run.params["consistency_wait"]
                elif not (is_conflict(error) or is_transient(error)):
                    raise
                # Whatever it was, look before the call is repeated: the copy may be there by now.
                again = self._decide()
                if again.action not in (_plan_copy.STARTED, _plan_copy.REPLACED):
                    return self._found_instead(again, lost_answer=not error.answered)
                if now >= self.run.deadline or (early_until and now >= early_until):
                    raise
                yield backoff.pause()
            else:
                return self._started(answer)

    def _started(self, answer: Data) -> Data:
        self.changed = self._mine = True
        self.record.image_id, self.record.status = answer["image_id"], "Creating"
        self.record.request_ids.append(answer["request_id"])
        self.record.started_at = timestamp(self.run.clock)
        self.after = summary({**self._as_wanted(), "image_id": answer["image_id"], "status": "Creating"})
        self._tell()
        return {"image_id": answer["image_id"], "status": "Creating"}

    def _found_instead(self, decision: Decision, lost_answer: bool) -> Data:
        """A look in the middle of starting showed an image. After a lost answer it is taken to be the one that was asked for."""
        if decision.refusal:
            raise decision.refusal
        failed = self.record.replaced
        self._take(decision)
        if lost_answer:
            self.changed = self._mine = True
            self.before = None
            self.record.action = _plan_copy.REPLACED if failed else _plan_copy.STARTED
            self.record.started_at = timestamp(self.run.clock)
        return t.cast(Data, decision.image)

    def _remove_failed(self, failed: Data) -> Job:
        """Delete a failed copy and its snapshots, at most once a run."""
        if self.record.replaced:
            raise CopyFailed(
                CREATE_FAILED,
                f"the copy {failed['image_id']} in {self.wanted.region} has failed again",
                "Look at the image and its snapshots, then run again.",
            )
        self.record.replaced = {"image_id": failed["image_id"], "snapshot_ids": failed["snapshot_ids"]}
        self.record.action = _plan_copy.REPLACED
        try:
            self.api.delete_image(self.wanted.region, failed["image_id"])
            self.changed = True
        except ApiError as error:
            if error.code != "InvalidImageId.NotFound":
                raise
        interval = PollInterval(self.run.params["wait_interval"])
        while self.api.image(self.wanted.region, failed["image_id"], owner="self"):
            self._check_time(f"the failed copy {failed['image_id']} is not gone yet")
            yield interval.next(self.run.clock.now(), 0)
        for snapshot in self.api.snapshots(self.wanted.region, failed["snapshot_ids"]):
            self.api.delete_snapshot(self.wanted.region, snapshot["snapshot_id"])

    # Wait

    def _until_available(self, image_id: str) -> t.Generator[float, None, Data]:
        clock, interval = self.run.clock, PollInterval(self.run.params["wait_interval"])
        last_seen, ever_seen = clock.now(), False
        while True:
            image = self.api.image(self.wanted.region, image_id, owner="self")
            if image is None:
                self._check_vanished(image_id, last_seen, ever_seen)
            else:
                last_seen, ever_seen = clock.now(), True
                self._see(image)
                self._tell()
                if image["status"] == AVAILABLE and image["usable"]:
                    self.became_available = True
                    self.record.finished_at = timestamp(clock)
                    return image
                if image["status"] == CREATE_FAILED:
                    image_id = yield from self._replace(image)
                    last_seen, ever_seen = clock.now(), False
                elif image["status"] == UNAVAILABLE:
                    raise CopyFailed(
                        UNAVAILABLE,
                        f"the copy {image_id} in {self.wanted.region} has become UnAvailable",
                        "Look at it, delete it by hand if it is of no use, then run again.",
                    )
            if clock.now() >= self.run.deadline:
                yield from self._time_out(image_id)
            pause = interval.next(clock.now(), self.record.progress)
            yield min(pause, max(1.0, self.run.deadline - clock.now()))

    def _check_vanished(self, image_id: str, last_seen: float, ever_seen: bool) -> None:
        if self.run.clock.now() - last_seen < self.run.params["consistency_wait"]:
            return
        where = f"the copy {image_id} in {self.wanted.region}"
        if ever_seen:
            raise CopyFailed(
                "Vanished",
                f"{where} has vanished while it was waited for: it was cancelled or deleted",
                "It is not started again in this run; run again if it is wanted.",
            )
        raise CopyFailed(
            "NeverSeen",
            f"{where} was accepted but never showed up",
            "Grant ecs:DescribeImages in that region: without it a copy can't be seen. The copy may well be running.",
        )

    def _replace(self, failed: Data) -> t.Generator[float, None, str]:
        if not self.options.replace_failed or self.record.replaced:
            raise CopyFailed(
                CREATE_FAILED,
                f"the copy {failed['image_id']} in {self.wanted.region} has failed",
                "Run again to replace it (replace_failed=true).",
            )
        image = yield from self._start(Decision(_plan_copy.REPLACED, failed=failed))
        return str(image["image_id"])

    def _time_out(self, image_id: str) -> Job:
        where = f"the copy {image_id} in {self.wanted.region}"
        if self.run.params["on_timeout"] == "cancel" and self._mine:
            try:
                self.api.cancel_copy(self.wanted.region, image_id)
            except ApiError as error:
                if error.code not in ("IncorrectImageStatus", "InvalidImageId.NotFound"):
                    raise
                return  # finished or gone at the last moment: the next look says which
            self.record.action = "cancelled"
            raise TimedOut(f"{where} did not finish in time and was cancelled", "Give it more time with wait_timeout.")
        self.record.action = "timed_out"
        raise TimedOut(
            f"{where} did not finish in time: it goes on and the next run adopts it",
            "Give it more time with wait_timeout, or stop it with ecs_image_copy_cancel.",
        )
        yield 0.0  # makes this a job like the others

    # Finish

    def _finish(self, image: Data) -> None:
        """Judge the finished image, then give it what CopyImage can't."""
        if not self._mine:
            refusal = _plan_copy.judge(self.source, self.wanted, image, self.options)
            if refusal:
                raise refusal
        self._repair(image, self._repairs(image))

    def _repairs(self, image: Data) -> Repairs:
        snapshots = self.api.snapshots(self.wanted.region, image["snapshot_ids"])
        keys = [one["kms_key_id"] for one in snapshots if one["kms_key_id"]]
        self.record.kms_key_id = keys[0] if keys else None
        drift = _plan_copy.key_drift(self.wanted, image, snapshots)
        if drift:
            raise drift
        return _plan_copy.repairs(self.source, self.wanted, image, snapshots, self.options)

    def _repair(self, image: Data, repairs: Repairs) -> None:
        self.after = summary(_plan_copy.repaired(image, repairs))
        if not repairs:
            return
        if self.record.action == _plan_copy.PRESENT:
            self.record.action = _plan_copy.UPDATED
        if not self.run.check:
            self._apply(image["image_id"], repairs)
        self.changed = True

    def _apply(self, image_id: str, repairs: Repairs) -> None:
        region = self.wanted.region
        writes: list[tuple[t.Any, t.Callable[[], t.Any]]] = [
            (repairs.attributes, lambda: self.api.modify_image(region, image_id, **repairs.attributes)),
            (repairs.tags, lambda: self.api.tag(region, "image", [image_id], repairs.tags)),
            (repairs.untag, lambda: self.api.untag(region, "image", image_id, repairs.untag)),
            (
                repairs.resource_group_id,
                lambda: self.api.join_resource_group(region, "image", image_id, str(repairs.resource_group_id)),
            ),
            (
                repairs.snapshots,
                lambda: self.api.tag(region, "snapshot", repairs.snapshots, {_markers.SNAPSHOT_OF: image_id}),
            ),
        ]
        for needed, write in writes:
            if needed:
                write()
                self.changed = True

    # Small things

    def _check_time(self, what: str) -> None:
        if self.run.clock.now() >= self.run.deadline:
            self.record.action = "timed_out"
            raise TimedOut(f"{self.wanted.region}: {what}", "Give it more time with wait_timeout, then run again.")

    def _fail(self, error: ImageOpsError) -> None:
        self.record.error = error.as_dict()
        self.record.planned = self.run.check
        if self.record.action not in (_plan_copy.REFUSED, "timed_out", "cancelled"):
            self.record.action = "failed"
        self._tell()

    def _tell(self) -> None:
        record = self.record
        self.run.progress.tell(
            account=self.run.account_id,
            region=record.region,
            image_id=record.image_id,
            status=record.status,
            progress=record.progress,
            size=record.size,
            action=record.action,
            error=(record.error or {}).get("code"),
            elapsed=round(self.run.clock.now() - self._begun, 1),
        )


def summary(image: Data) -> Data:
    """What a diff shows of an image."""
    keys = ("image_id", "name", "description", "family", "status", "encrypted", "resource_group_id", "tags", "features")
    return {key: image.get(key) for key in keys}
