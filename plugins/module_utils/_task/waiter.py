# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one loop that waits, and the waits for an image that several flows share."""

from __future__ import annotations

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

VANISHED = "Vanished"  # the code of what was waited for and is not there any more
T = t.TypeVar("T")


def last_look(
    run: Run,
    look: t.Callable[[], T],
    done: t.Callable[[T], bool],
    *,
    first: T | None = None,
    failed: t.Callable[[T], ImageOpsError | None] = lambda seen: None,
    deadline: float | None = None,
    progress: t.Callable[[T], int] = lambda seen: 0,
) -> tuple[T, bool]:
    """Look until it is done, or the time is over.

    :param first: what a look a moment ago has shown, which then is the first of these looks
    :param failed: why what is seen will never be done, or None
    :param deadline: clock time; the run's if left out
    :param progress: percent, which guides how long until the next look
    :returns: what the last look has shown, and whether it is done
    """
    clock, interval = run.clock, PollInterval(run.waiting.wait_interval)
    deadline = run.deadline if deadline is None else deadline
    seen = look() if first is None else first
    while not done(seen):
        error = failed(seen)
        if error is not None:
            raise error
        if clock.now() >= deadline:
            return seen, False
        clock.sleep(min(interval.next(clock.now(), progress(seen)), max(LAST_LOOK, deadline - clock.now())))
        seen = look()
    return seen, True


def until(
    run: Run,
    look: t.Callable[[], T | None],
    done: t.Callable[[T], bool],
    *,
    first: T | None = None,
    late: t.Callable[[T | None], ImageOpsError],
    failed: t.Callable[[T], ImageOpsError | None] = lambda seen: None,
    hidden: t.Callable[[bool], ImageOpsError | None] = lambda ever_seen: None,
    deadline: float | None = None,
    progress: t.Callable[[T], int] = lambda seen: 0,
) -> T:
    """Look until it is done. Nothing but what ``done`` names is: what nobody knows is waited for.

    :param look: returns None while it is not visible
    :param first: as of ``last_look``, and so are ``failed``, ``deadline`` and ``progress``
    :param late: the error when the time is over, by what the last look has shown
    :param hidden: the error after ``consistency_wait`` without seeing it, by whether it was ever seen. None: look on
    """
    hidden_for = run.waiting.consistency_wait
    last_seen, ever_seen, percent = run.clock.now(), False, 0

    def refusal(seen: T | None) -> ImageOpsError | None:
        nonlocal last_seen, ever_seen, percent
        if seen is None:
            return hidden(ever_seen) if run.clock.now() - last_seen >= hidden_for else None
        last_seen, ever_seen, percent = run.clock.now(), True, progress(seen)
        return failed(seen)

    last: tuple[T | None, bool] = last_look(
        run,
        look,
        lambda seen: seen is not None and done(seen),
        first=first,
        failed=refusal,
        deadline=deadline,
        progress=lambda seen: percent,
    )
    seen, is_done = last
    if seen is None or not is_done:
        raise late(seen)
    return seen


def consistency_end(run: Run) -> float:
    """Clock time after which what these credentials may see is to be seen."""
    return run.clock.now() + run.waiting.consistency_wait


def shown(run: Run, look: t.Callable[[], T | None], done: t.Callable[[T], bool] = lambda seen: True) -> T | None:
    """Look until something shows, through ``consistency_wait``: what was just made is seen by some calls later.

    :param done: whether what is seen shows all that is needed, such as its tags
    :returns: what the last look has shown, whatever it is; None for nothing
    """
    end = min(run.deadline, consistency_end(run))
    last: tuple[T | None, bool] = last_look(run, look, lambda seen: seen is not None and done(seen), deadline=end)
    return last[0]


def first_pause(run: Run) -> None:
    """Wait for the first look at something that was just started."""
    run.clock.sleep(PollInterval(run.waiting.wait_interval).next(run.clock.now(), 0))


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
    :raises Refused: with code ``Vanished`` or ``NeverSeen`` if it is not visible for ``consistency_wait`` seconds
    :raises TimedOut: when the run's time is over
    """
    where = f"image {image_id} in {region}"

    def is_settled(image: Image) -> bool:
        seen(image)
        return image["status"] in SETTLED and (image["usable"] or image["status"] != AVAILABLE)

    return until(
        run,
        lambda: run.api.images.get(region, image_id),
        is_settled,
        first=first,
        late=lambda image: _late(f"{where} is {image['status'] if image else 'not visible'} and"),
        hidden=lambda ever_seen: _vanished(where) if ever_seen else _never_seen(where),
        progress=lambda image: int(image["progress"]),
    )


def until_checked(run: Run, image: Image, just_made: bool) -> Image:
    """Wait until the check that was asked for with an Available image is over.

    :param just_made: the check may not have begun yet. Elsewhere, none that shows means none that was asked for.
    :returns: the image with what the check has found
    :raises TimedOut: when the run's time is over
    """
    begins_until = consistency_end(run) if just_made else run.clock.now()
    where = f"image {image['image_id']} in {image['region']}"

    def is_checked(image: Image) -> bool:
        status = image["detection_options"]["status"]
        return status != CHECKING and bool(status or run.clock.now() >= begins_until)

    return until(
        run,
        lambda: run.api.images.get(image["region"], image["image_id"]),
        is_checked,
        first=image,
        late=lambda seen: _late(f"{where} is Available, but its check is"),
        hidden=lambda ever_seen: _vanished(where),
    )


def _late(what: str) -> TimedOut:
    return TimedOut(
        f"{what} not finished in time: it goes on and the next run waits for it", "Give it more time with wait_timeout."
    )


def _vanished(where: str) -> Refused:
    return Refused(
        VANISHED,
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
    """Wait until an image that these credentials have seen is no longer visible.

    :param seen: is told about the image after every look that showed it, and says whether to go on
    :raises TimedOut: when the run's time is over
    """

    _image, is_over = last_look(
        run, lambda: run.api.images.get(region, image_id), lambda image: image is None or not seen(image)
    )
    if not is_over:
        raise TimedOut(f"image {image_id} in {region} was told to go and is still there", "Run again later.")


def snapshots_of(run: Run, image: Image) -> list[Snapshot]:
    """All snapshots behind an image, which may be visible a little later than the image.

    :raises Refused: if one stays invisible: the image holds it, so that only a missing right can hide it
    """

    def lacking(found: t.Sequence[Snapshot]) -> list[str]:
        return sorted(set(image["snapshot_ids"]) - {snapshot["snapshot_id"] for snapshot in found})

    found, _are_there = last_look(
        run,
        lambda: run.api.snapshots.get(image["region"], image["snapshot_ids"]),
        lambda found: not lacking(found),
        deadline=consistency_end(run),
    )
    if lacking(found):
        raise Refused(
            "SnapshotsNotVisible",
            f"{', '.join(lacking(found))} behind image {image['image_id']} in {image['region']} can't be seen",
            "Grant ecs:DescribeSnapshots in that region, then run again.",
        )
    return found
