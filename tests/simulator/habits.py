# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Habits of a real cloud: what shows late, statuses that no page names, lists that shift, cancels that do nothing."""

from __future__ import annotations

from .actions.call import Answer, Call
from .faults import COPIES, SHIFTS, Fault, Faults
from .state import making
from .state.images import Image, ImageDisk
from .state.instances import Instance
from .state.snapshots import Snapshot

# Actions that make images or snapshots which a fault can spoil.
MAKERS = ("CopyImage", "CreateImage", "CopySnapshot")
PASSING = "passing-"


def mark_new(call: Call, answer: Answer) -> None:
    """Have what a call has just made show as late as the switches say."""
    settings, now = call.world.settings, call.world.now()
    listed, tagged = settings.listed_late.get(call.action, 0.0), settings.tags_shown_late.get(call.action, 0.0)
    for thing in _made(call, answer):
        if thing.created != now:
            continue
        thing.made, thing.listed_from = now, now + listed
        if tagged and isinstance(thing, Image) and settings.tags_late_from == "available":
            thing.hold_tags_until_available(list(thing.tags), tagged)
        elif tagged:
            thing.hold_tags(list(thing.tags), now + tagged)


def _made(call: Call, answer: Answer) -> list[Image | Snapshot | Instance]:
    world = call.world
    image_id, snapshot_id = answer.get("ImageId"), answer.get("SnapshotId")
    made: list[Image | Snapshot | Instance] = [image for image in world.all_images() if image.image_id == image_id]
    for image in [one for one in made if isinstance(one, Image)]:
        made += world.image_snapshots(image)
    made += [snapshot for snapshot in world.snapshots.values() if snapshot.snapshot_id == snapshot_id]
    sets = answer.get("InstanceIdSets")
    ids = sets["InstanceIdSet"] if isinstance(sets, dict) else [answer.get("InstanceId")]
    return made + [instance for instance in world.instances.values() if instance.instance_id in ids]


def spoil(call: Call, answer: Answer, faults: Faults) -> None:
    """Copies are chosen by destination, where they live, not by the source region that started them."""
    if call.action not in MAKERS:
        return
    region = call.text("DestinationRegionId") or call.here
    image = call.world.region_images(region).get(str(answer.get("ImageId")))
    snapshot = call.world.snapshots.get(str(answer.get("SnapshotId")))
    kinds = ("odd_status",) if call.action == "CreateImage" else COPIES
    for fault in faults.take(call, kinds, region):
        if image is not None and image.work is not None:
            _spoil_image(call, image, fault)
        elif snapshot is not None and fault.kind in ("copy_fails", "copy_hangs"):
            making.spoil_snapshot(call.world, snapshot, fault.percent, hangs=fault.kind == "copy_hangs")


def _spoil_image(call: Call, image: Image, fault: Fault) -> None:
    assert image.work is not None
    if fault.kind == "not_cancellable":
        image.work.cancellable = False
    elif fault.kind == "cancel_ignored":
        image.work.cancel_ignored = True
    elif fault.kind == "odd_status":
        image.work.odd_status, image.work.odd_seconds = fault.status_text, fault.seconds
    else:
        making.spoil(call.world, image, fault.percent, hangs=fault.kind == "copy_hangs")


def shift_list(call: Call, faults: Faults) -> None:
    """Somebody else adds or takes away an image of the account just before this call: what comes after it slides."""
    for fault in faults.take(call, SHIFTS):
        world = call.world
        own = world.own_images(call.account_id, call.here)
        if fault.shift == "in":
            image_id = world.new_id("m-")
            disk = ImageDisk("/dev/xvda", "system", 20)
            image = Image(
                image_id, call.account_id, call.here, f"{PASSING}{image_id}", created=world.now(), disks=[disk]
            )
            image.resource_group_id = world.default_group(call.account_id)
            world.add_image(image)
        elif passing := [image for image in own if image.name.startswith(PASSING)]:
            world.drop_image(max(passing, key=lambda image: image.created))
