# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The other end of an image's life: copies are cancelled, accounts lose access, one copy is deprecated, one removed."""

from __future__ import annotations

import typing as t

from functional.support import BEIJING, FRANKFURT, HOME, VALLEY, Lab, accounts

from .releases import SHANGHAI, WAITING

Data = dict[str, t.Any]
Report = t.Callable[[Data], None]

MODULES = 5
SLOW = 0.05  # GiB/s: the copies that are to be cancelled are far from their end
HOLDERS = accounts(12)
SOME = HOLDERS[:3]


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
        ]  # fmt: skip
        for module, params in steps:
            outcome = lab(module, **params)
            report({"module": module, "code": outcome.code, "result": outcome.result})
            if outcome.code:
                return
