# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The other end of an image's life: copies are cancelled, accounts lose access, images are deprecated and removed."""

from __future__ import annotations

import typing as t

from functional.support import BEIJING, FRANKFURT, HOME, VALLEY, Lab, accounts

from .releases import SHANGHAI, WAITING

Data = dict[str, t.Any]
Report = t.Callable[[Data], None]

MODULES = 7
SLOW = 0.05  # GiB/s: the copies that are to be cancelled are far from their end
HOLDERS = accounts(12)
SOME = HOLDERS[:3]
OLD = ("older", "oldest")


class Retirement:
    """Prepares the same world every time, and then runs the modules that end it."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def prepare(self, lab: Lab) -> None:
        """A shared source, two finished copies that are shared, and two that are still being made."""
        source = lab.source(shares=HOLDERS)
        lab.setting(copy_gib_per_second=SLOW, cancel_seconds=5.0)
        self._ids = {HOME: source}
        for region in (BEIJING, FRANKFURT):
            self._ids[region] = copy = lab.twin(source, region, shares=HOLDERS)
            for disk in lab.image(copy).disks:
                lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = copy
        lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[VALLEY, SHANGHAI], wait=False)
        # One that is removed by its name, and one with backups behind it.
        self._ids["named"], self._ids["backups"] = (lab.plant("images", region=HOME, name=name) for name in OLD)
        for disk in lab.image(self._ids["named"]).disks:
            lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = self._ids["named"]

    def __call__(self, lab: Lab, report: Report) -> None:
        ids = self._ids
        source = {"source_region": HOME, "source_image_id": ids[HOME]}
        steps: list[tuple[str, Data]] = [
            ("ecs_image_copy_cancel", {**source, "regions": [VALLEY, SHANGHAI], "delete_snapshots": True, **WAITING}),
            ("ecs_image_share", {"image_id": ids[HOME], "region": HOME, "accounts": HOLDERS, "state": "absent"}),
            ("ecs_image_share", {**source, "regions": [BEIJING, FRANKFURT], "accounts": SOME, "state": "absent"}),
            ("ecs_image", {"image_id": ids[BEIJING], "region": BEIJING, "state": "deprecated", "unshare": True}),
            ("ecs_image", {"image_id": ids[FRANKFURT], "region": FRANKFURT, "state": "absent", "unshare": True,
                           "delete_snapshots": "own"}),
            ("ecs_image", {"name": OLD[0], "region": HOME, "state": "absent", "delete_snapshots": "own"}),
            ("ecs_image", {"image_id": ids["backups"], "region": HOME, "state": "absent", "delete_snapshots": "all"}),
        ]  # fmt: skip
        for module, params in steps:
            outcome = lab(module, **params)
            report({"module": module, "code": outcome.code, "result": outcome.result})
            if outcome.code:
                return


# The module ecs_image_retire, which goes by age

FAMILIES = 2
RETIRED = [HOME, BEIJING]
DAY = 86400.0


def age(lab: Lab) -> None:
    """Two families: images to deprecate, to delete after their grace, to delete with backups, and to give back."""
    for region in RETIRED:
        for number, (days, status, mark) in enumerate(
            [(10, "Available", 60), (50, "Available", None), (100, "Deprecated", 60), (150, "Deprecated", 60)]
        ):
            shares = HOLDERS if number == 1 else []
            _old(lab, region, "base", days, status=status, shares=shares, mark=mark, disks=[{"size": 20}, {"size": 40}])
        for days in (10, 100):
            _old(lab, region, "backups", days)


def _old(lab: Lab, region: str, family: str, days: int, mark: int | None = None, **other: t.Any) -> None:
    now = lab.clock.wall()
    tags = {"imageops:created-from": f"i-{days}"}
    if mark:
        tags["imageops:deprecated-at"] = lab.stamp(now - mark * DAY)
    image = lab.plant(
        "images",
        region=region,
        name=f"{family}-{days}",
        family=family,
        created=lab.stamp(now - days * DAY),
        tags=tags,
        **other,
    )
    for disk in lab.image(image).disks if family == "base" else ():
        lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = image


def retire(lab: Lab, report: Report) -> None:
    calls: list[Data] = [
        {"families": ["base"], "grace_days": 14, "shared": True},
        {"families": ["backups"], "grace_days": 0, "delete_snapshots": "all"},
    ]
    for call in calls:
        outcome = lab("ecs_image_retire", regions=RETIRED, keep=1, **call, **WAITING)
        report({"module": "ecs_image_retire", "code": outcome.code, "result": outcome.result})
        if outcome.code:
            return
