# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cancelling one copy, of an image or of a snapshot."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.ecs import EcsApi
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    Refused,
    failure_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import UNFINISHED, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import Backoff, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._cancel import plan as cancel_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._cancel.plan import Options
from ansible_collections.imageops.alicloud.plugins.module_utils._task import leftovers, waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task


class Cancel:
    """What both kinds have in common: an entry of the result, and that their failures stay their own."""

    def __init__(self, run: Task[Options], region: str, seen: Image | Snapshot | None, **ids: str | None) -> None:
        self.run = run
        self.region = region
        self.changed = False
        self.warnings: list[str] = []
        self.cancelled = False
        self.failed = False
        self.entry: Data = {
            "region": region,
            "image_id": None,
            "snapshot_id": None,
            **ids,
            "name": seen["name"] if seen else None,
            "status": seen["status"] if seen else None,
            "progress": seen["progress"] if seen else None,
            "reason": None,
            "request_id": None,
            "snapshots_left": [],
            "snapshots_deleted": [],
            "error": None,
            "planned": run.check,
        }

    @property
    def is_unknown(self) -> bool:
        """Whether there is no such copy, as far as these credentials can see."""
        return bool(self.entry["reason"] == cancel_plan.UNKNOWN)

    @property
    def label(self) -> str:
        """The copy in a diff."""
        return f"{self.region}/{self.entry['image_id'] or self.entry['snapshot_id']}"

    def tell_to_stop(self) -> None:
        """The job that sends the cancelling call, if there is anything to cancel."""
        self._keep_failure(self._tell_to_stop)

    def wait(self) -> None:
        """The job that waits until the copy is gone, if it was told to go."""
        if not (self.cancelled and self.run.waiting.wait) or self.run.check or self.failed or self.entry["reason"]:
            return
        self._keep_failure(self._wait)

    def _keep_failure(self, step: t.Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:
            self.cancelled = False
            failure = failure_of(error)
            self.leave(cancel_plan.STILL_RUNNING, failure)
            self.changed = self.changed or failure.in_doubt

    def mark_changed(self) -> None:
        """A write was accepted, or would be in check mode."""
        self.changed = True

    def leave(self, reason: str, error: ImageOpsError | None = None) -> None:
        """Put down why the copy was not cancelled."""
        self.entry["reason"] = reason
        self.entry["error"] = error.as_dict() if error else None
        self.failed = reason == cancel_plan.STILL_RUNNING

    def _tell_to_stop(self) -> None:
        raise NotImplementedError

    def _wait(self) -> None:
        raise NotImplementedError


class CancelImage(Cancel):
    """A copy made by CopyImage.

    :param left: snapshots that an interrupted cancelling left, if the copy is gone
    """

    def __init__(
        self,
        run: Task[Options],
        region: str,
        image_id: str,
        image: Image | None,
        left: t.Sequence[str] = (),
    ) -> None:
        super().__init__(run, region, image, image_id=image_id)
        self._image_id = image_id
        self._image = image
        self._left = list(left)
        self._accepted = False  # it is this run that has stopped it
        self._lost_answer = False
        # Snapshots that these credentials have seen: that they are gone can be known.
        self._visible: dict[str, Snapshot] = {}

    def suspect(self) -> None:
        """It may be one of ours: a person has to look, so that the task fails unless that was agreed to."""
        error = Refused(
            "Suspect",
            f"{self._image_id} in {self.region} is being copied and shows no tags: it may be one that was just started",
            "Look at it, and cancel it by image_id; or set accept_suspects=true.",
        )
        self.leave(cancel_plan.SUSPECT, error)
        self.failed = not self.run.options.accept_suspects

    def _tell_to_stop(self) -> None:
        reason = cancel_plan.reason_to_leave(self._image)
        if reason:
            self.leave(reason)
            self._clear(self._left)
            return
        if self.run.check:
            self.cancelled = True
            self.mark_changed()
            return
        image = t.cast(Image, self._image)
        self._visible = self._seen_now()
        self._warn(leftovers.mark(self.run.api, image, image["tags"], self.mark_changed, self._visible))
        try:
            self._cancel(self.run.api.without_retries())
        except ApiError as error:
            if not (is_transient(error) or error.code == error_codes.NO_SUCH_IMAGE):
                self._refused(error)
                return
            self._note(error)
            # All others are tried once before this one is tried again.
            self.run.jobs.add(functools.partial(self._keep_failure, self._insist))

    def _insist(self) -> None:
        """Send the call until it is accepted."""
        self.run.clock.sleep(Backoff().pause())
        try:
            attempt(self.run, lambda: self._cancel(self.run.api), self._note, passes=is_transient)
        except ApiError as error:
            self._refused(error)

    def _cancel(self, api: EcsApi) -> bool:
        self.entry["request_id"] = api.images.cancel_copy(self.region, self._image_id).get("RequestId")
        self._accepted = self.cancelled = True
        self.mark_changed()
        return True

    def _note(self, error: ApiError) -> None:
        self._lost_answer = self._lost_answer or not error.answered

    def _refused(self, error: ApiError) -> None:
        """Either the race is lost, or the copy is going already: told so by a lost call, or by somebody else.

        A copy that is going may be shown as it was for a while, and a second call is refused as if it were finished.
        """
        if error.code not in error_codes.NO_RUNNING_COPY:
            if error.answered and not self._lost_answer:
                self._stays()
            raise error
        image = self.run.api.images.get(self.region, self._image_id)
        self._see(image)
        reason = cancel_plan.reason_to_leave(image)
        if image and reason is None and image["status"] not in UNFINISHED:
            # In a state that no page names: it neither runs as far as the API says, nor has it finished.
            self._stays()
            raise error
        if reason is None or (self._lost_answer and reason == cancel_plan.UNKNOWN):
            self.cancelled = True
            self._accepted = self._lost_answer  # if not, it was going already
            if self._accepted:
                self.mark_changed()
        else:
            self._leave_as(reason)

    def _leave_as(self, reason: str) -> None:
        if reason == cancel_plan.COMPLETED:
            self._stays()
        self.leave(reason)

    def _stays(self) -> None:
        """The copy stays after all, and its snapshots are nobody's leftovers."""
        had_tags = any(markers.LEFTOVER_OF in snapshot["tags"] for snapshot in self._visible.values())
        warning = leftovers.unmark(self.run.api, t.cast(Image, self._image))
        self._warn(warning)
        # Tags that this run has put on and taken off again are no change.
        self.changed = bool(warning) or had_tags or self._accepted

    def _warn(self, warning: str | None) -> None:
        self.warnings += [warning] if warning else []

    def _see(self, image: Image | None) -> bool:
        """Remember a look. Says whether the copy still runs."""
        if image:
            # Once it is going, its disks may not be shown any more: keep those that were seen.
            snapshot_ids = image["snapshot_ids"] or (self._image or image)["snapshot_ids"]
            self.entry.update(status=image["status"], progress=image["progress"])
            self._image = {**image, "snapshot_ids": snapshot_ids}
        return cancel_plan.reason_to_leave(image) is None

    def _wait(self) -> None:
        # These credentials have seen the copy, so that not seeing it any more means that it is gone.
        waiter.until_gone(self.run, self.region, self._image_id, self._see)
        reason = cancel_plan.reason_to_leave(self._image)
        if reason:  # finished after all, and so never deleted
            self.cancelled = False
            self._leave_as(reason)
            return
        self.entry["status"] = None
        self._clear(self._left_of_it())

    def _seen_now(self) -> dict[str, Snapshot]:
        """The snapshots of the copy that are to be seen. Not being allowed to look must not hold up the cancelling."""
        try:
            found = self.run.api.snapshots.get(self.region, t.cast(Image, self._image)["snapshot_ids"])
        except ApiError:
            return {}
        return {snapshot["snapshot_id"]: snapshot for snapshot in found}

    def _left_of_it(self) -> list[str]:
        """The snapshots of the copy, without those that are gone: that were to be seen, and are no more."""
        found = self._seen_now()
        left = [
            snapshot_id
            for snapshot_id in t.cast(Image, self._image)["snapshot_ids"]
            if snapshot_id in found or snapshot_id not in self._visible
        ]
        hidden = [snapshot_id for snapshot_id in left if snapshot_id not in found]
        if hidden:
            self.warnings.append(
                f"whether {', '.join(hidden)} of the copy {self._image_id} in {self.region} are still there can't be "
                "seen. Grant ecs:DescribeSnapshots there."
            )
        return left

    def _clear(self, left: list[str]) -> None:
        """What a cancelled copy leaves behind costs storage: it is told, and deleted if asked."""
        if not self.run.options.delete_snapshots:
            self.entry["snapshots_left"] = left
            return
        for snapshot_id in left:
            if self.run.check or self.run.api.snapshots.delete(self.region, snapshot_id):
                self.mark_changed()
                self.entry["snapshots_deleted"].append(snapshot_id)


class CancelSnapshot(Cancel):
    """A copy of a snapshot, by itself or on its way to an image. To delete it is to cancel it."""

    def __init__(self, run: Task[Options], region: str, snapshot: Snapshot) -> None:
        super().__init__(run, region, snapshot, snapshot_id=snapshot["snapshot_id"])
        self._snapshot = snapshot

    def _tell_to_stop(self) -> None:
        if not self.run.check:
            self.run.api.snapshots.delete(self.region, self._snapshot["snapshot_id"])
        self.cancelled = True
        self.mark_changed()

    def _wait(self) -> None:
        self.entry["status"] = None
