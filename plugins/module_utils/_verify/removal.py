# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The throw-away instances of an image: which there are, and their removal."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, Refused, refuse
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task
from ansible_collections.imageops.alicloud.plugins.module_utils._verify import plan as verify_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._verify.plan import Options

LONGEST = 600.0  # seconds that removing an instance may take, whatever is left of the timeout


def throw_aways(run: Task[Options]) -> list[Data]:
    """What was started to try this image, by whatever run."""
    return run.api.instances.tagged(run.options.region, {markers.VERIFY_OF: run.options.image_id})


def own(run: Task[Options]) -> list[Data]:
    """What this run has started."""
    return [instance for instance in throw_aways(run) if verify_plan.is_of(instance, run.options.run_id)]


def remove(run: Task[Options], known: t.Sequence[str]) -> None:
    """Release what this run has started to try the image, and what no run looks after, and wait until that is gone.

    :param known: ids that may not be visible yet
    :raises Refused: if one is still there in the end
    """
    deadline = run.clock.now() + LONGEST
    left, released = set(known), set[str]()
    try:
        with run.api.until(deadline):
            troubles, are_gone = waiter.last_look(
                run,
                lambda: _removal_troubles(run, left, released),
                lambda troubles: not left and not troubles,
                deadline=deadline,
            )
    except ApiError as error:
        if not released & left:
            raise
        troubles, are_gone = [error], False
    if not are_gone:
        raise _not_removed(run, left, released, troubles)


def _removal_troubles(run: Task[Options], left: set[str], released: set[str]) -> list[ApiError]:
    """Look, and release what is not released yet.

    :param left: ids of what is, or may be, there. It is brought up to date.
    :param released: ids of what was released. More are added.
    :returns: what stands in the way for now
    """
    troubles: list[ApiError] = []
    refusals: list[ApiError] = []  # that no other look changes: none of them keeps the other instances
    with _putting_up_with(troubles, refusals):
        now, run_id = run.api.time, run.options.run_id
        there = {
            instance["instance_id"]
            for instance in throw_aways(run)
            if verify_plan.is_of(instance, run_id) or verify_plan.is_left(instance, now)
        }
        left.difference_update(released)
        left.update(there)
    for instance_id in sorted(left - released):
        with _putting_up_with(troubles, refusals):
            run.api.instances.delete(run.options.region, instance_id)
            released.add(instance_id)
    refuse(next(iter(refusals), None))
    return troubles


@contextlib.contextmanager
def _putting_up_with(troubles: list[ApiError], refusals: list[ApiError]) -> t.Iterator[None]:
    """Go on with the rest, and remember what may be over at the next look and what is not."""
    try:
        yield
    except ApiError as error:
        passes = error.code in error_codes.INSTANCE_NOT_REMOVABLE or is_transient(error)
        (troubles if passes else refusals).append(error)


def _not_removed(run: Task[Options], left: set[str], released: set[str], troubles: list[ApiError]) -> Refused:
    ids = ", ".join(sorted(left)) or f"what was started of image {run.options.image_id}"
    what = "was told to go and is not seen to be gone" if left and left <= released else "could not be removed"
    reason = f": {troubles[0].code}: {troubles[0].message}" if troubles else ""
    return Refused(
        "NotRemoved",
        f"{ids} in {run.options.region} {what}, and costs money while it is there{reason}",
        "Run again, which removes it, or remove it by hand.",
    )
