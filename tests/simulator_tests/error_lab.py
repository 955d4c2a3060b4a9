# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of error codes share: a world that each case prepares, and a call with everything it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator import Simulator
from simulator.seed import plant
from simulator_tests.helpers import HOME, MAIN, ONE, Raw

BEIJING = "cn-beijing"
OLD = "2013-07-14T00:00:00Z"
Params = dict[str, str | None]


class Lab:
    """A world to prepare, and one call in it."""

    def __init__(self, sim: Simulator) -> None:
        self.sim, self.raw = sim, Raw(sim)

    def plant(self, kind: str, **entry: Any) -> str:
        with self.sim.lock:
            return plant(self.sim.world, {kind: [entry]})[kind][0]

    def image(self, **entry: Any) -> str:
        return self.plant("images", **{"region": HOME, "name": "golden", **entry})

    def snapshot(self, **entry: Any) -> str:
        return self.plant("snapshots", **{"region": HOME, **entry})

    def instance(self, **entry: Any) -> str:
        return self.plant("instances", **{"region": HOME, **entry})

    def key(self, region: str = BEIJING, **entry: Any) -> str:
        return self.plant("keys", region=region, **entry)

    def account(self, **flags: Any) -> str:
        return self.plant("accounts", id=MAIN, **flags)

    def set(self, **settings: Any) -> None:
        self.sim.settings.change(settings)

    def ok(self, action: str, **params: str) -> Any:
        status, answer = self.raw.v1(action, params)
        assert status == 200, answer
        return answer

    def copy(self, **params: str) -> str:
        return str(self.ok("CopyImage", **{**self.of_copy(), **params})["ImageId"])

    # What each action is called with when a case says nothing else.

    def of_copy(self) -> dict[str, str]:
        images = [image for image in self.sim.world.own_images(MAIN, HOME) if image.name == "golden"]
        image_id = images[-1].image_id if images else self.image()
        return {"RegionId": HOME, "ImageId": image_id, "DestinationRegionId": BEIJING}

    def defaults(self, action: str) -> dict[str, str]:
        if action == "CopyImage":
            return self.of_copy()
        if action == "CancelCopyImage":
            copies = [image.image_id for image in self.sim.world.own_images(MAIN, BEIJING)]
            return {"RegionId": BEIJING, "ImageId": copies[0] if copies else self.copy()}
        if action == "ModifyImageSharePermission":
            return {"RegionId": HOME, "ImageId": self.of_copy()["ImageId"], "AddAccount.1": ONE}
        if action == "DescribeImages":
            return {"RegionId": HOME}
        if action == "DeleteImage":
            return {"RegionId": HOME, "ImageId": self.of_copy()["ImageId"]}
        if action == "CreateImage":
            demo: Any = self.sim.world.demo
            return {"RegionId": HOME, "InstanceId": demo["instances"]["demo"]}
        snapshots = [one.snapshot_id for one in self.sim.world.snapshots.values() if one.region == HOME]
        snapshot_id = snapshots[-1] if snapshots else self.snapshot()
        if action == "DeleteSnapshot":
            return {"SnapshotId": snapshot_id}
        return {
            "RegionId": HOME,
            "SnapshotId": snapshot_id,
            "DestinationRegionId": BEIJING,
            "DestinationSnapshotName": "copy",
            "DestinationSnapshotDescription": "a copy",
        }


Prepare = Callable[[Lab], object]


def nothing(dummy: Lab) -> None:
    """The call alone is wrong."""


@dataclass(frozen=True)
class Case:
    """`prepare` makes the world so that the call is refused, and may say more parameters."""

    action: str
    code: str
    prepare: Prepare = nothing
    params: Params = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.action}-{self.code}"


def given(**params: str | None) -> Params:
    """Parameters; a double underscore stands for the dot in their names."""
    return {name.replace("__", "."): value for name, value in params.items()}


def twice(prefix: str = "Tag") -> Params:
    return {f"{prefix}.1.Key": "a", f"{prefix}.2.Key": "a", f"{prefix}.1.Value": "", f"{prefix}.2.Value": ""}


def with_disk(lab: Lab, **entry: Any) -> Params:
    return {"InstanceId": lab.instance(disks=[{"size": 20, **entry}])}


def with_map(lab: Lab, *disks: dict[str, str]) -> Params:
    """A system disk and others as told."""
    mapping: Params = {"InstanceId": None, "DiskDeviceMapping.1.SnapshotId": lab.snapshot()}
    for number, disk in enumerate(disks, 2):
        mapping.update({f"DiskDeviceMapping.{number}.{name}": value for name, value in disk.items()})
    return mapping


def unprivileged(lab: Lab) -> None:
    lab.plant("users", name="nobody", access_keys=[{"id": "k-nobody", "secret": "s"}])
    lab.raw = Raw(lab.sim, "k-nobody", "s")


def fault(kind: str) -> Callable[[Lab], object]:
    return lambda lab: lab.sim.faults.add({"kind": kind})


def family(lab: Lab, **settings: int) -> Params:
    lab.set(**settings)
    lab.image(family="web")
    return {"ImageFamily": "web"}
