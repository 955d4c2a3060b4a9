# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of ecs_image_copy do: copy, and let another run be faster."""

from __future__ import annotations

import typing as t

from functional.support import BEIJING, HOME, Lab, Outcome

COPY = "ecs_image_copy"


def copy(lab: Lab, source: str, *regions: str, **params: t.Any) -> Outcome:
    return lab(COPY, region=HOME, image_id=source, destination_regions=list(regions or [BEIJING]), **params)


def start_by_another_run(lab: Lab, source: str, name: str = "golden") -> None:
    from alibabacloud_ecs20140526 import models
    from simulator_tests.helpers import sdk

    markers = {"imageops:copied-from": f"{HOME}/{source}", "imageops:copied-as": name}
    request = models.CopyImageRequest(
        region_id=HOME,
        image_id=source,
        destination_region_id=BEIJING,
        destination_image_name=name,
        encrypted=False,
        tag=[models.CopyImageRequestTag(key=key, value=value) for key, value in markers.items()],
    )
    sdk(lab.sim).copy_image(request)
