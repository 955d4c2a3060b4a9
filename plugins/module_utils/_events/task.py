# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking at images again and again for an event source, and once for an event filter."""

from __future__ import annotations

import dataclasses
import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError, failure_of
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._events import plan
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run, Task

LEAST_INTERVAL = 5.0  # seconds between two looks
PATIENCE = 120.0  # seconds for which one look puts up with throttling
NOTICE_PATIENCE = 10.0  # seconds, in which the other events of the source wait


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What the event source is told."""

    region: str | None = None
    regions: list[str] | None = None
    owner: str = "self"
    interval: float = 60.0
    initial: bool = False
    state_file: str | None = None

    @property
    def is_own(self) -> bool:
        """Whether the account's own images are watched."""
        return self.owner == "self"


@dataclasses.dataclass(frozen=True, kw_only=True)
class FilterOptions:
    """What the event filter is told."""

    look_up: bool = True
    state_file: str | None = None


def faults(options: Options) -> list[str]:
    """What is wrong with the options of the event source."""
    found = [] if options.regions or options.region else ["regions is needed: where to look"]
    if options.owner not in ("self", "others") and not validation.is_account(options.owner):
        found.append(f"owner must be self, others or an account id, not {options.owner!r}")
    if not LEAST_INTERVAL <= options.interval <= validation.LONGEST:
        bounds = f"from {LEAST_INTERVAL:g} to {validation.LONGEST}"
        found.append(f"interval must be {bounds} seconds, not {options.interval:g}")
    return found


def look(run: Task[Options], seen: Data, names: t.Sequence[str]) -> tuple[list[Data], Data, list[str]]:
    """Look at all regions once, a call for each and page.

    :param seen: what was known, by region
    :returns: what has happened, what is known now, and sentences about regions that could not be looked at
    """
    found: dict[str, list[Image]] = {}
    troubles: dict[str, str] = {}
    lock = threading.Lock()

    def job(region: str) -> None:
        try:
            with run.api.until(run.clock.now() + PATIENCE):
                images = _images(run, region)
            with lock:
                found[region] = images
        except Exception as error:
            troubles[region] = failure_of(error).msg

    run.jobs.run(job, names)
    is_blind = not any(found.values())
    events: list[Data] = []
    known = dict(seen)
    for region in sorted(found):
        initial = run.options.initial or region in seen
        happened, known[region] = plan.changes(seen.get(region, {}), region, found[region], is_blind, initial)
        events += [{**event, "account_id": run.account_id} for event in happened]
    return events, known, [f"{region}: {troubles[region]}" for region in sorted(troubles)]


def _images(run: Task[Options], region: str) -> list[Image]:
    if run.options.is_own:
        return run.api.images.own(region)
    owner = run.options.owner
    return run.api.images.of_others(region, None if owner == "others" else owner)


def look_up(run: Run, event: Data) -> tuple[Data, bool]:
    """A notice with what a look at its image tells, or with why it was not confirmed.

    :returns: the event, and whether the look has shown that it is not so
    """
    try:
        with run.api.until(run.clock.now() + NOTICE_PATIENCE):
            image = run.api.images.get(event["region"], event["image_id"], owner="self")
    except ImageOpsError as error:
        return {**event, "looked_up": False, "reason": error.msg}, False
    reason = plan.contradiction(event, image)
    if reason:
        return {**event, "looked_up": False, "reason": reason}, True
    return {**event, **(plan.facts_of(image) if image else {}), "looked_up": True}, False
