# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one loop that waits, and the waits for an image that several flows share."""

from __future__ import annotations

import math
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import PollInterval
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError, Refused, TimedOut
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    AVAILABLE,
    CHECKING,
    SETTLED,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import LAST_LOOK
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run

T = t.TypeVar("T")


def until(
    run: Run,
    look: t.Callable[[], T | None],
    done: t.Callable[[T], bool],
    *,
    late: t.Callable[[T | None], ImageOpsError],
    failed: t.Callable[[T], ImageOpsError | None] = lambda seen: None,
    hidden: t.Callable[[bool], ImageOpsError | None] = lambda ever_seen: None,
    hidden_for: float | None = None,
    deadline: float | None = None,
    progress: t.Callable[[T], int] = lambda seen: 0,
) -> T:
    """Look until it is done. Nothing but what ``done`` names is: what nobody knows is waited for.

    :param look: returns None while it is not to be seen
    :param late: the error when the time is over, by what the last look has shown
    :param failed: why what is seen will never be done, or None
    :param hidden: the error after ``hidden_for`` seconds without seeing it, by whether it was ever seen. None: look on
    :param hidden_for: ``consistency_wait`` if left out
    :param deadline: clock time; the run's if left out
    :param progress: percent, which guides how long until the next look
    """
    clock, interval = run.clock, PollInterval(run.params["wait_interval"])
    deadline = run.deadline if deadline is None else deadline
    hidden_for = run.params.get("consistency_wait", 0.0) if hidden_for is None else hidden_for
    last_seen, ever_seen, percent = clock.now(), False, 0
    while True:
        seen = look()
        if seen is not None:
            last_seen, ever_seen, percent = clock.now(), True, progress(seen)
            if done(seen):
                return seen
            error = failed(seen)
        else:
            error = hidden(ever_seen) if clock.now() - last_seen >= hidden_for else None
        if error is None and clock.now() >= deadline:
            error = late(seen)
        if error is not None:
            raise error
        clock.sleep(min(interval.next(clock.now(), percent), max(LAST_LOOK, deadline - clock.now())))


def first_pause(run: Run) -> None:
    """Wait for the first look at something that was just started."""
    run.clock.sleep(PollInterval(run.params["wait_interval"]).next(run.clock.now(), 0))


def until_settled(
    run: Run,
    region: str,
    image_id: str,
    seen: t.Callable[[Image], None] = lambda image: None,
    first: Image | None = None,
) -> Image:
    """Wait until an image is in a state that it stays in. One that is Available must be usable too.

    :param seen: is told about the image after every look that showed it
    :param first: what a look a moment ago has shown, which then is the first of these looks
    :returns: the image, Available or in whatever other state it has ended
    :raises Refused: with code ``Vanished`` or ``NeverSeen`` if it is not to be seen for ``consistency_wait`` seconds
    :raises TimedOut: when the run's time is over
    """
    where = f"image {image_id} in {region}"
    looked = [first] if first else []

    def look() -> Image | None:
        image = looked.pop() if looked else run.api.image(region, image_id)
        if image is not None:
            seen(image)
        return image

    return until(
        run,
        look,
        lambda image: image["status"] in SETTLED and (image["usable"] or image["status"] != AVAILABLE),
        late=lambda image: _late(f"{where} is {image['status'] if image else 'not to be seen'} and"),
        hidden=lambda ever_seen: _vanished(where) if ever_seen else _never_seen(where),
        progress=lambda image: int(image["progress"]),
    )


def until_checked(run: Run, image: Image, just_made: bool) -> Image:
    """Wait until the check that was asked for with an Available image is over.

    :param just_made: the check may not have begun yet. Elsewhere, none that shows means none that was asked for.
    :returns: the image with what the check has found
    :raises TimedOut: when the run's time is over
    """
    begun, known, looked = run.clock.now(), image, False

    def look() -> Image:
        nonlocal known, looked
        if looked:
            known = run.api.image(image["region"], image["image_id"]) or known
        looked = True
        return known

    def done(image: Image) -> bool:
        status = image["detection_options"]["status"]
        is_late = just_made and not status and run.clock.now() - begun < run.params["consistency_wait"]
        return status != CHECKING and not is_late

    return until(
        run,
        look,
        done,
        late=lambda seen: _late(f"image {image['image_id']} in {image['region']} is Available, but its check is"),
    )


def _late(what: str) -> TimedOut:
    return TimedOut(
        f"{what} not finished in time: it goes on and the next run waits for it", "Give it more time with wait_timeout."
    )


def _vanished(where: str) -> Refused:
    return Refused(
        "Vanished",
        f"{where} has vanished while it was waited for: somebody cancelled or deleted it",
        "It is not started again in this run; run again if it is wanted.",
    )


def _never_seen(where: str) -> Refused:
    return Refused(
        "NeverSeen",
        f"{where} was accepted but never showed up, though it may well be in the making",
        "Grant ecs:DescribeImages in that region.",
    )


def until_gone(run: Run, region: str, image_id: str, seen: t.Callable[[Image], bool] = lambda image: True) -> None:
    """Wait until an image that these credentials have seen is not to be seen any more.

    :param seen: is told about the image after every look that showed it, and says whether to go on
    :raises TimedOut: when the run's time is over
    """

    def look() -> bool:
        image = run.api.image(region, image_id)
        return image is None or not seen(image)

    until(
        run,
        look,
        bool,
        late=lambda gone: TimedOut(
            f"image {image_id} in {region} was told to go and is still there", "Run again later."
        ),
    )


def snapshots_of(run: Run, image: Image) -> list[Snapshot]:
    """All snapshots behind an image, which may be visible a little later than the image.

    :raises Refused: if one stays invisible: the image holds it, so that only a missing right can hide it
    """
    lacking: list[str] = []

    def look() -> list[Snapshot] | None:
        found = run.api.snapshots(image["region"], image["snapshot_ids"])
        lacking[:] = sorted(set(image["snapshot_ids"]) - {snapshot["snapshot_id"] for snapshot in found})
        return None if lacking else found

    def hidden(ever_seen: bool) -> Refused:
        return Refused(
            "SnapshotsNotVisible",
            f"{', '.join(lacking)} behind image {image['image_id']} in {image['region']} can't be seen",
            "Grant ecs:DescribeSnapshots in that region, then run again.",
        )

    return until(run, look, lambda found: True, hidden=hidden, late=lambda found: hidden(False), deadline=math.inf)
