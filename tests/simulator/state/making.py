# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How images and snapshots come into being and go: the copy queue, progress, failure, cancelling, deleting."""

from __future__ import annotations

from collections import Counter
from functools import partial

from .images import UNFINISHED, Image, Work
from .snapshots import Snapshot
from .world import World


def copy_rate(world: World, region: str) -> float:
    settings = world.settings
    return settings.copy_gib_per_second_by_region.get(region, settings.copy_gib_per_second)


def queue_copy(world: World, image: Image, source: Image) -> None:
    """Take in a new copy; it starts at once if there is a slot."""
    work = Work(
        account_id=image.account_id,
        region=image.region,
        rate=copy_rate(world, image.region),
        size=max(disk.size for disk in image.disks),
        queued=world.now(),
        source_region=source.region,
        source_image_id=source.image_id,
        finish_seconds=world.settings.copy_finish_seconds,
    )
    image.work = work
    image.status = "Waiting"
    for snapshot in world.image_snapshots(image):
        snapshot.work = work
        snapshot.status = "progressing"
    world.copy_queue.append(image)
    start_waiting(world, [image])


def start_waiting(world: World, candidates: list[Image] | None = None) -> None:
    """Start queued copies in order; one that is blocked by its own region does not block the others.

    A new copy frees no slot, so it is the only candidate then.
    """
    taken: Counter[tuple[str, str, str]] = Counter()
    for image in world.running_copies:
        taken.update(_slots(world, image))
    for image in list(world.copy_queue if candidates is None else candidates):
        slots = _slots(world, image)
        blocked = any(taken[slot] >= world.settings.copy_slot_limit for slot in slots)
        if blocked or (image.work is not None and image.work.cancelling):
            continue
        taken.update(slots)
        world.copy_queue.remove(image)
        world.running_copies.append(image)
        image.status = "Creating"
        start(world, image)


def _slots(world: World, image: Image) -> list[tuple[str, str, str]]:
    """What a copy occupies while it runs: a slot in one of its regions, or in both."""
    work, mode = image.work, world.settings.copy_slots
    if work is None:
        return []
    roles = (("destination", work.region), ("source", work.source_region))
    return [(role, work.account_id, region) for role, region in roles if mode in ("both", role)]


def start(world: World, image: Image) -> None:
    """Begin the work on an image; also called again when a fault changes where it stops."""
    work = image.work
    assert work is not None
    if work.started is None:
        work.started = world.now()
    if work.hangs:
        return
    if work.stops_at is not None:
        world.at(work.stop_time(), partial(_fail, world, image, work))
    else:
        end = work.started + work.duration() + work.finish_seconds
        world.at(end, partial(_finish, world, image, work))


def spoil(world: World, image: Image, percent: int, hangs: bool) -> None:
    """Have an unfinished image fail or hang at a percentage."""
    if image.work is None or image.status not in UNFINISHED:
        return
    image.work.stops_at, image.work.hangs = percent, hangs
    if image.work.started is not None:
        start(world, image)


def _over(image: Image, work: Work) -> bool:
    return image.work is not work or work.cancelling or image.status not in UNFINISHED


def _finish(world: World, image: Image, work: Work, at: float) -> None:
    # An event planned before a fault set another end for this work is void.
    if _over(image, work) or work.stops_at is not None:
        return
    image.work = None
    if work.odd_status:
        image.status = work.odd_status
        if work.odd_seconds:
            world.at(at + work.odd_seconds, partial(_available, image))
    else:
        _available(image, at)
    for snapshot in _made_by(world, image, work):
        snapshot.status, snapshot.work, snapshot.modified = "accomplished", None, at
    tag_when_checked(world, image)
    _release(world, image)


def _available(image: Image, at: float) -> None:
    image.status, image.available_at = "Available", at
    image.shows_tags_from(at)


def tag_when_checked(world: World, image: Image) -> None:
    """The check of an image that has just become Available adds tags if it finds nothing."""
    passes = image.detection is not None and not any(item.get("RiskLevel") for item in image.detection)
    if passes and world.settings.check_tags != "none":
        world.at(world.now() + world.settings.detection_seconds, partial(_tag, image))


def _tag(image: Image, at: float) -> None:
    image.tags |= {"acs:ecs:image:osVersion": image.platform, "acs:ecs:image:kernelVersion": "6.1.0"}


def _fail(world: World, image: Image, work: Work, at: float) -> None:
    if _over(image, work):
        return
    work.frozen = at
    image.status = "CreateFailed"
    image.shows_tags_from(at)
    _leave_snapshots(world, image, work)
    if world.settings.copy_tags_after_failure == "lost":
        image.tags.clear()
    if world.settings.copy_failed_record == "removed" and image.is_copied:
        world.drop_image(image)
    _release(world, image)


def _made_by(world: World, image: Image, work: Work) -> list[Snapshot]:
    """The image's snapshots that came with it; it may also rest on older ones."""
    return [snapshot for snapshot in world.image_snapshots(image) if snapshot.work is work]


def _leave_snapshots(world: World, image: Image, work: Work) -> None:
    """What is left of a copy that was never finished."""
    for snapshot in _made_by(world, image, work):
        if world.settings.copy_cancelled_snapshots == "removed":
            world.snapshots.pop(snapshot.snapshot_id)
        else:
            snapshot.status = "failed"


def _release(world: World, image: Image) -> None:
    for copies in (world.running_copies, world.copy_queue):
        if image in copies:
            copies.remove(image)
    start_waiting(world)


def cancel(world: World, image: Image) -> None:
    """Stop a copy; it keeps slot and name until it is gone."""
    work = image.work
    assert work is not None
    if work.cancel_ignored:
        return
    work.cancelling, work.frozen = True, world.now()
    world.at(world.now() + world.settings.cancel_seconds, partial(_cancelled, world, image, work))


def _cancelled(world: World, image: Image, work: Work, dummy: float) -> None:
    _leave_snapshots(world, image, work)
    world.drop_image(image)
    _release(world, image)


def delete(world: World, image: Image) -> None:
    """Deletion takes a while; until then reads still show the image."""
    image.deleting = True
    if image.work is not None and image.status in UNFINISHED:
        image.work.cancelling, image.work.frozen = True, world.now()
    world.at(world.now() + world.settings.delete_seconds, partial(_deleted, world, image))


def _deleted(world: World, image: Image, dummy: float) -> None:
    if image.work is not None and image.status in UNFINISHED:
        _leave_snapshots(world, image, image.work)
    world.drop_image(image)


def make(world: World, image: Image, new_snapshots: list[Snapshot]) -> None:
    """Begin CreateImage's work: no queue, one speed everywhere."""
    work = Work(
        account_id=image.account_id,
        region=image.region,
        rate=world.settings.create_gib_per_second,
        size=max(disk.size for disk in image.disks),
        queued=world.now(),
    )
    image.work, image.status = work, "Creating"
    for snapshot in new_snapshots:
        snapshot.work, snapshot.status = work, "progressing"
    start(world, image)


def make_snapshot(world: World, snapshot: Snapshot) -> None:
    """Begin CreateSnapshot's work."""
    _work_on(world, snapshot, world.settings.create_gib_per_second)


def copy_snapshot(world: World, snapshot: Snapshot) -> None:
    """Begin CopySnapshot's work: no queue, the speed of its destination."""
    _work_on(world, snapshot, copy_rate(world, snapshot.region))


def _work_on(world: World, snapshot: Snapshot, rate: float) -> None:
    work = Work(
        account_id=snapshot.account_id,
        region=snapshot.region,
        rate=rate,
        size=snapshot.size,
        queued=world.now(),
        started=world.now(),
    )
    snapshot.work, snapshot.status = work, "progressing"
    world.at(world.now() + work.duration(), partial(_snapshot_done, snapshot, work))


def spoil_snapshot(world: World, snapshot: Snapshot, percent: int, hangs: bool) -> None:
    """Have an unfinished snapshot fail or hang at a percentage."""
    work = snapshot.work
    if work is None or snapshot.status != "progressing":
        return
    work.stops_at, work.hangs = percent, hangs
    if not hangs:
        world.at(work.stop_time(), partial(_snapshot_failed, snapshot, work))


def _snapshot_done(snapshot: Snapshot, work: Work, at: float) -> None:
    if snapshot.work is work and work.stops_at is None:
        snapshot.status, snapshot.work, snapshot.modified = "accomplished", None, at


def _snapshot_failed(snapshot: Snapshot, work: Work, at: float) -> None:
    if snapshot.work is work and snapshot.status == "progressing":
        work.frozen, snapshot.status, snapshot.modified = at, "failed", at
