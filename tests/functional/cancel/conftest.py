# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies that run."""

from __future__ import annotations

import pytest
from functional.support import BEIJING, HOME, VALLEY, Lab


@pytest.fixture
def running(lab: Lab) -> dict[str, str]:
    """Region → id of copies that take 100 s, of one source, side by side."""
    lab.setting(copy_gib_per_second=0.2, copy_conflict="source_and_destination")
    source = lab.source()
    regions = [BEIJING, VALLEY]
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=regions, wait=False)
    lab.until_shown()
    lab.sim.journal.clear()
    return {"source": source, **{region: lab.one(region).image_id for region in regions}}
