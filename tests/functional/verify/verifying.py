# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of ecs_image_verify share."""

from __future__ import annotations

from functional.support import Lab

VERIFY = "ecs_image_verify"
TAG = "imageops:verify-of"


def throw_aways(lab: Lab) -> list[str]:
    with lab.sim.lock:
        lab.sim.world.settle()
        return [one.instance_id for one in lab.sim.world.instances.values() if TAG in one.tags]
