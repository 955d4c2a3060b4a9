# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images that come from a bucket: one is imported, and another's import is cancelled."""

from __future__ import annotations

import typing as t

from functional.support import HOME, Lab
from functional.test_export import plant_archive
from functional.test_image_import import plant_bucket

from .releases import WAITING

Data = dict[str, t.Any]
Report = t.Callable[[Data], None]

IMPORTS = 2
EXPORTS = 1
GIVEN_UP = "given-up"
TO_BE_SEEN = 12.0  # seconds after which no read is so old that it hides what was begun
DISK = {"bucket": "builds", "object": "base.qcow2", "format": "qcow2"}
OTHER = {"bucket": "builds", "object": "data.raw"}


def prepare(lab: Lab) -> None:
    """A bucket, and an import that is under way and can be seen."""
    plant_bucket(lab)
    lab.setting(create_gib_per_second=4.1)
    lab.ok("ecs_image", region=HOME, name=GIVEN_UP, import_from=[OTHER], wait=False)
    lab.clock.sleep(TO_BE_SEEN)


def imports(lab: Lab, report: Report) -> None:
    """One is given up while it is under way, and one stays, with all that follows it."""
    wanted: Data = {"family": "base", "nvme_support": "supported", "tags": {"stage": "test"}}
    steps: list[Data] = [
        {"name": GIVEN_UP, "state": "absent", "delete_snapshots": "all"},
        {"name": "imported", "import_from": [DISK], "detection_strategy": "Standard", **wanted},
    ]
    for params in steps:
        outcome = lab("ecs_image", region=HOME, **params, **WAITING)
        report({"module": "ecs_image", "code": outcome.code, "result": outcome.result})
        if outcome.code:
            return


class Export:
    """An image that is exported."""

    def __init__(self) -> None:
        self._image = ""

    def prepare(self, lab: Lab) -> None:
        """A bucket, and an image whose export takes a while."""
        plant_archive(lab)
        lab.setting(create_gib_per_second=4.1)
        self._image = lab.source()

    def __call__(self, lab: Lab, report: Report) -> None:
        outcome = lab("ecs_image_export", region=HOME, image_id=self._image, bucket="archive", **WAITING)
        report({"module": "ecs_image_export", "code": outcome.code, "result": outcome.result})
