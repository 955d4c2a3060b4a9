# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in the simulator at a moment, and what would be there later if nobody did anything."""

from __future__ import annotations

import copy
import typing as t

from functional.support import MAIN, Data, Lab
from simulator.history import StoppedClock
from simulator.settings import Settings
from simulator.state.images import UNFINISHED, Image
from simulator.state.snapshots import Snapshot
from simulator.state.world import World

COPIED_FROM, COPIED_AS, SNAPSHOT_OF = "imageops:copied-from", "imageops:copied-as", "imageops:snapshot-of"
CREATED_FROM = "imageops:created-from"

Pair = tuple[str, str, str, str]  # account, region, copied-from, copied-as


class Moment:
    """A copy of the world. It holds still, whatever is done to the simulator after it."""

    def __init__(self, world: World) -> None:
        self._world = _copied(world)

    @classmethod
    def of(cls, lab: Lab) -> Moment:
        with lab.sim.lock:
            return cls(lab.sim.world)

    def untouched(self, now: float) -> Moment:
        """The same world at a later time, with all that was on its way by then, and nothing else."""
        later = Moment(self._world)
        later._world.clock = StoppedClock(max(now, later._world.settled))
        later._world.settle()
        return later

    @property
    def settings(self) -> Settings:
        return self._world.settings

    @property
    def images(self) -> dict[str, Image]:
        return {image.image_id: image for image in self._world.all_images() if image.alias == "self"}

    @property
    def snapshots(self) -> dict[str, Snapshot]:
        return self._world.snapshots

    def own(self, region: str) -> list[Image]:
        """The main account's images of a region, the oldest first."""
        return self._world.own_images(MAIN, region)

    def snapshots_of(self, image_ids: t.Iterable[str]) -> set[str]:
        images = [self.images[image_id] for image_id in image_ids if image_id in self.images]
        return {disk.snapshot_id for image in images for disk in image.disks if disk.snapshot_id}

    def encryption(self, image_id: str) -> tuple[bool, list[str]]:
        """Whether an image is encrypted, and with which keys."""
        found = self._world.image_snapshots(self.images[image_id])
        return any(one.encrypted for one in found), sorted({one.kms_key_id for one in found if one.kms_key_id})

    def faces(self) -> dict[str, Data]:
        """What a client could tell of each image and snapshot, by id."""
        return {
            **{image_id: face_of_image(image) for image_id, image in self.images.items()},
            **{snapshot_id: face_of_snapshot(one) for snapshot_id, one in self.snapshots.items()},
        }

    def live_pairs(self) -> dict[Pair, list[str]]:
        """The live images of each identity."""
        found: dict[Pair, list[str]] = {}
        for image in self.images.values():
            if COPIED_FROM in image.tags and COPIED_AS in image.tags and image.status != "CreateFailed":
                key = (image.account_id, image.region, image.tags[COPIED_FROM], image.tags[COPIED_AS])
                found.setdefault(key, []).append(image.image_id)
        return found

    def doomed(self) -> bool:
        """Whether something is on its way that will fail or hang, which nobody can foresee."""
        works = [image.work for image in self.images.values() if image.status != "CreateFailed"]
        works += [snapshot.work for snapshot in self.snapshots.values()]
        return any(work is not None and (work.stops_at is not None or work.hangs) for work in works)

    def has_failed(self) -> bool:
        return any(image.status == "CreateFailed" for image in self.images.values())

    def going(self) -> bool:
        """Whether somebody has told something to go that is still to be seen."""
        return any(face_of_image(image)["going"] for image in self.images.values())

    def busy(self) -> bool:
        """Whether anything is on its way at all."""
        return any(image.status in UNFINISHED or image.deleting for image in self.images.values()) or any(
            snapshot.status == "progressing" for snapshot in self.snapshots.values()
        )


def _copied(world: World) -> World:
    # Nonces pile up and matter to nobody here; the switches do not change during a call.
    return copy.deepcopy(world, {id(world.nonces): {}, id(world.settings): world.settings})


def face_of_image(image: Image) -> Data:
    return {
        "kind": "image",
        "account": image.account_id,
        "region": image.region,
        "name": image.name,
        "status": image.status,
        "description": image.description,
        "family": image.family,
        "boot_mode": image.boot_mode,
        "resource_group": image.resource_group_id,
        "is_copied": image.is_copied,
        "is_public": image.is_public,
        "tags": dict(image.tags),
        "features": dict(image.features),
        "accounts": sorted(image.accounts()),
        "disks": [(disk.device, disk.kind, disk.size, disk.snapshot_id) for disk in image.disks],
        "going": image.deleting or bool(image.work and image.work.cancelling),
    }


def face_of_snapshot(snapshot: Snapshot) -> Data:
    return {
        "kind": "snapshot",
        "account": snapshot.account_id,
        "region": snapshot.region,
        "name": snapshot.name,
        "status": snapshot.status,
        "description": snapshot.description,
        "tags": dict(snapshot.tags),
        "encrypted": snapshot.encrypted,
        "key": snapshot.kms_key_id,
        "size": snapshot.size,
    }


def differing(one: Data, other: Data) -> set[str]:
    """The keys in which two faces differ."""
    return {key for key in one if one[key] != other[key]}
