# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance that stands still while an image is made of it, and runs again after that, whatever happens."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    Refused,
    refuse,
    with_hint,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    Data,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_instance_stop
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import Options
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task

PATIENCE = 900.0  # seconds that an instance may take to stop or to start, whatever is left of wait_timeout
REMEDY = f"run again, which starts it, or start it yourself and remove its tag {markers.STOPPED_BY}"
SHOWN_BY = {
    "stopped": (STOPPING, STOPPED),
    "started": (STARTING, RUNNING),
}


class Pause:
    """The pause of one run's instance. Does nothing at all unless ``consistency`` is ``stopped``."""

    def __init__(self, run: Task[Options]) -> None:
        options = run.options
        self._run = run
        self._region, self._id, self._name = options.region, options.instance_id or "", options.name or ""
        self._wanted = bool(options.consistency == "stopped" and self._id and self._name)
        self._tried = ""  # what was refused, and may have happened all the same
        self._marked = False  # by this run, whether its tags show that yet or not
        self.report: Data | None = None
        if self._wanted:
            self.report = {"instance_id": self._id, "stopped": False, "started": False}

    def begin(self) -> None:
        """Stop the instance and wait until it is Stopped. Check mode only foretells it.

        :raises Refused: if it was stopped for another image, is gone, or does not stop
        """
        if self._wanted:
            self._go(self._step_to_stop, "stop")

    def end(self) -> None:
        """Start the instance if it was stopped for this image, by this run or by one that was interrupted.

        :raises Refused: if it does not start
        """
        if not self._wanted:
            return
        try:
            self._start()
        except ImageOpsError as error:
            sure = isinstance(error, ApiError) and error.answered
            self._tell(error, f"{'is' if sure else 'may be'} left stopped: {REMEDY}")
            error.extra["instance"] = self.report
            raise

    def _start(self) -> None:
        self._go(self._step_to_start, "start")

    def end_after(self, error: ImageOpsError, find: t.Callable[[], Image | None]) -> None:
        """Start the instance although the image has failed, but not while the image is still being made.

        :param error: why the run fails; what becomes of the instance is added to it
        :param find: looks for the image
        """
        if not self._wanted:
            return
        try:
            with self._time():
                image = find()
            if plan_instance_stop.must_stay_stopped(image, self._id, self._run.api.time):
                self._tell(error, "is left stopped until the image is finished: run again, which starts it")
            else:
                self._start()
        except ImageOpsError as another:
            self._tell(error, f"may be left stopped ({another.msg}): {REMEDY}")
        error.extra["instance"] = self.report

    def _tell(self, error: ImageOpsError, what: str) -> None:
        error.msg = with_hint(error.msg, f"Instance {self._id} {what}.")

    def _step_to_stop(self, instance: Data) -> plan_instance_stop.Step:
        refuse(plan_instance_stop.refusal_to_stop(instance, self._name))
        step = plan_instance_stop.step_to_stop(instance, self._name)
        if self._run.check:
            self._foretell(stopped=plan_instance_stop.would_be_stopped(instance))
            return "none"
        return step

    def _step_to_start(self, instance: Data) -> plan_instance_stop.Step:
        step = plan_instance_stop.step_to_start(instance, self._name)
        if self._run.check:
            if step != "none":
                self._run.mark_changed()
            foretold = self.report is not None and self.report["stopped"]
            self._foretell(started=foretold or plan_instance_stop.would_be_started(instance, self._name))
            return "none"
        return step

    def _foretell(self, **operations: bool) -> None:
        for operation, done in operations.items():
            if done:
                self._done(operation)

    def _done(self, operation: str) -> None:
        t.cast(Data, self.report)[operation] = True
        self._run.mark_changed()

    def _go(self, next_step: t.Callable[[Data], plan_instance_stop.Step], operation: str) -> None:
        """Look and take the next step until none is left."""
        deadline = self._run.clock.now() + PATIENCE

        def step_taken() -> tuple[Data | None, plan_instance_stop.Step]:
            instance = self._run.api.instances.get(self._region, self._id)
            if instance and instance["status"] in SHOWN_BY.get(self._tried, ()):
                self._done(self._tried)
            step = next_step(self._with_mark(instance)) if instance else "none"
            if self._run.clock.now() < deadline or step == "unmark":
                self._take(step)
            return instance, step

        def late(seen: tuple[Data | None, plan_instance_stop.Step] | None) -> Refused:
            status = seen[0]["status"] if seen and seen[0] else "not visible"
            return Refused(
                "InstanceStuck",
                f"instance {self._id} in {self._region} does not {operation}: it is {status} after "
                f"{PATIENCE:g} seconds",
                "Look at it in the console.",
            )

        with self._time():
            waiter.until(
                self._run, step_taken, lambda seen: seen[1] in ("none", "unmark"), late=late, deadline=deadline
            )

    def _with_mark(self, instance: Data) -> Data:
        if not self._marked:
            return instance
        return {**instance, "tags": {markers.STOPPED_BY: self._name, **instance["tags"]}}

    def _time(self) -> contextlib.AbstractContextManager[None]:
        """What passes by waiting is waited for as long as the instance may take, whatever is left of wait_timeout."""
        return self._run.api.until(max(self._run.api.deadline, self._run.clock.now() + PATIENCE))

    def _take(self, step: plan_instance_stop.Step) -> None:
        api = self._run.api
        if step == "mark and stop":
            api.tags.put(self._region, "instance", [self._id], {markers.STOPPED_BY: self._name})
            self._marked = True
            self._run.mark_changed()
        if step == "unmark":
            api.tags.remove(self._region, "instance", self._id, [markers.STOPPED_BY])
            self._marked = False
            self._run.mark_changed()
        if step in ("mark and stop", "stop"):
            self._change(lambda: api.instances.stop(self._region, self._id), "stopped")
        if step == "start":
            self._change(lambda: api.instances.start(self._region, self._id), "started")

    def _change(self, call: t.Callable[[], None], operation: str) -> None:
        try:
            call()
        except ApiError as error:
            if error.code not in error_codes.INSTANCE_MOVES:
                raise
            self._tried = operation
        else:
            self._done(operation)
