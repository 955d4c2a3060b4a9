# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""Who uses the images that would go: looked at once for each region where some would."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run
from ansible_collections.imageops.alicloud.plugins.module_utils._usage import look as usage_look
from ansible_collections.imageops.alicloud.plugins.module_utils._usage import plan as usage_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._usage.look import Looks
from ansible_collections.imageops.alicloud.plugins.module_utils._usage.plan import Asked

Uses = dict[str, list[Data]]  # by the id of the image


def users(
    run: Run, role_arns: t.Sequence[str], own: t.Mapping[str, list[Image]], going: t.Mapping[str, t.Sequence[Image]]
) -> tuple[dict[str, Uses], Looks]:
    """
    :param own: all own images by region
    :param going: those of each region that would go
    :returns: who uses those, by region, and what was looked at
    """
    regions = [region for region, images in going.items() if images]
    if not regions:
        return {}, Looks()
    looks = usage_look.look(run, regions, role_arns, own)
    found: dict[str, Uses] = {region: {} for region in regions}
    asked = {region: _asked(run, own[region], going[region]) for region in regions}
    for seen in looks.seen:
        for image in asked[seen.region]:
            found[seen.region].setdefault(image.image_id, []).extend(usage_plan.users(image, seen))
    return found, looks


def _asked(run: Run, own: t.Sequence[Image], going: t.Sequence[Image]) -> list[Asked]:
    leading = usage_plan.leaders(own)
    return [usage_plan.asked_of(image, run.account_id, leading) for image in going]


def sentences(uses: Uses) -> dict[str, str]:
    """By whom each image is held, by id; empty for one that nobody holds."""
    return {image_id: usage_plan.holders(found) for image_id, found in uses.items()}
