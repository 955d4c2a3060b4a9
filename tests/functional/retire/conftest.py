# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The images that are retired."""

from __future__ import annotations

import pytest
from functional.retire.retiring import DAY
from functional.support import BEIJING, HOME, Lab


@pytest.fixture
def images(lab: Lab) -> dict[str, str]:
    """Four releases of a family and their copies, the youngest ten days old."""
    found = {}
    for days in (200, 100, 50, 10):
        made = lab.stamp(lab.clock.wall() - days * DAY)
        ours = {"imageops:created-from": f"i-{days}"}
        source = lab.plant("images", region=HOME, name=f"base-{days}", family="base", created=made, tags=ours)
        found[f"home {days}"] = source
        found[f"copy {days}"] = lab.twin(source, BEIJING, family="base")
    for image_id in found.values():
        for disk in lab.image(image_id).disks:
            lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = image_id
    return found
