# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for one image, until it is settled or gone."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import PollInterval
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused, TimedOut
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    AVAILABLE,
    CHECKING,
    UNFINISHED,
    Data,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run

LAST_LOOK = 1.0  # seconds: so that the looks before the time is over do not become a busy loop


def first_pause(run: Run) -> None:
    """Wait for the first look at something that was just started."""
    run.clock.sleep(PollInterval(run.params["wait_interval"]).next(run.clock.now(), 0))


def until_settled(
    run: Run,
    region: str,
    image_id: str,
    seen: t.Callable[[Data], None] = lambda image: None,
    first: Data | None = None,
) -> Data:
    """Wait until an image is neither queued nor being made. One that is Available must be usable too.

    :param seen: is told about the image after every look that showed it
    :param first: what a look a moment ago has shown, which then is the first of these looks
    :returns: the image, Available or in whatever other state it has ended
    :raises Refused: with code ``Vanished`` or ``NeverSeen`` if it is not to be seen for ``consistency_wait`` seconds
    :raises TimedOut: when the run's time is over
    """
    clock, interval = run.clock, PollInterval(run.params["wait_interval"])
    last_seen, progress, ever_seen = clock.now(), 0, False
    while True:
        image, first = first or run.api.image(region, image_id), None
        if image is not None:
            last_seen, ever_seen, progress = clock.now(), True, image["progress"]
            seen(image)
            if image["status"] not in UNFINISHED and (image["usable"] or image["status"] != AVAILABLE):
                return image
        elif clock.now() - last_seen >= run.params["consistency_wait"]:
            raise _not_seen(region, image_id, ever_seen)
        if clock.now() >= run.deadline:
            raise TimedOut(
                f"image {image_id} in {region} is not finished in time: it goes on and the next run waits for it",
                "Give it more time with wait_timeout.",
            )
        clock.sleep(min(interval.next(clock.now(), progress), max(LAST_LOOK, run.deadline - clock.now())))


def until_checked(run: Run, image: Data, just_made: bool) -> Data:
    """Wait until the check that was asked for with an Available image is over.

    :param just_made: the check may not have begun yet. Elsewhere, none that shows means none that was asked for.
    :returns: the image with what the check has found
    :raises TimedOut: when the run's time is over
    """
    clock, interval, begun = run.clock, PollInterval(run.params["wait_interval"]), run.clock.now()
    while True:
        status = image["detection_options"]["status"]
        is_late = just_made and not status and clock.now() - begun < run.params["consistency_wait"]
        if status != CHECKING and not is_late:
            return image
        if clock.now() >= run.deadline:
            raise TimedOut(
                f"image {image['image_id']} in {image['region']} is Available, but its check is not finished in time: "
                "it goes on and the next run waits for it",
                "Give it more time with wait_timeout.",
            )
        clock.sleep(min(interval.next(clock.now(), 0), max(LAST_LOOK, run.deadline - clock.now())))
        image = run.api.image(image["region"], image["image_id"]) or image


def _not_seen(region: str, image_id: str, ever_seen: bool) -> Refused:
    if ever_seen:
        return Refused(
            "Vanished",
            f"image {image_id} in {region} has vanished while it was waited for: somebody cancelled or deleted it",
            "It is not started again in this run; run again if it is wanted.",
        )
    return Refused(
        "NeverSeen",
        f"image {image_id} in {region} was accepted but never showed up, though it may well be in the making",
        "Grant ecs:DescribeImages in that region.",
    )


def until_gone(run: Run, region: str, image_id: str, seen: t.Callable[[Data], bool] = lambda image: True) -> None:
    """Wait until an image that these credentials have seen is not to be seen any more.

    :param seen: is told about the image after every look that showed it, and says whether to go on
    :raises TimedOut: when the run's time is over
    """
    clock, interval = run.clock, PollInterval(run.params["wait_interval"])
    while True:
        image = run.api.image(region, image_id)
        if image is None or not seen(image):
            return
        if clock.now() >= run.deadline:
            raise TimedOut(f"image {image_id} in {region} was told to go and is still there", "Run again later.")
        clock.sleep(interval.next(clock.now(), 0))


def snapshots_of(run: Run, image: Data) -> list[Data]:
    """All snapshots behind an image, which may be visible a little later than the image.

    :raises Refused: if one stays invisible: the image holds it, so that only a missing right can hide it
    """
    clock, interval, begun = run.clock, PollInterval(run.params["wait_interval"]), run.clock.now()
    while True:
        found = run.api.snapshots(image["region"], image["snapshot_ids"])
        hidden = sorted(set(image["snapshot_ids"]) - {one["snapshot_id"] for one in found})
        if not hidden:
            return found
        if clock.now() - begun >= run.params["consistency_wait"]:
            raise Refused(
                "SnapshotsNotVisible",
                f"{', '.join(hidden)} behind image {image['image_id']} in {image['region']} can't be seen",
                "Grant ecs:DescribeSnapshots in that region, then run again.",
            )
        clock.sleep(interval.next(clock.now(), 0))
