# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an audit is told."""

from __future__ import annotations

import dataclasses

from ansible_collections.imageops.alicloud.plugins.module_utils._base import regions as base_regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What ecs_image_audit_info is told."""

    region: str | None = None
    regions: list[str] | None = None
    expected: list[Data] | None = None
    allowed: list[str] | None = None
    organisation: bool = True
    image_quota: int = 100

    def expected_of(self, account_id: str) -> list[Data]:
        """The images that must be there in one account."""
        return [image for image in self.expected or [] if (image["account_id"] or account_id) == account_id]


def validate(options: Options) -> list[str]:
    """What is wrong with the options."""
    faults = [] if options.regions or options.region else ["regions is needed: where to look"]
    if options.image_quota < 1:
        faults.append(f"image_quota must be at least 1, not {options.image_quota}")
    for place, image in enumerate(options.expected or []):
        if not (image["image_id"] or image["name"]):
            faults.append(f"expected[{place}] has neither image_id nor name")
        if image["account_id"] and not validation.is_account(image["account_id"]):
            faults.append(f"expected[{place}]: account_id {image['account_id']!r} {validation.ACCOUNT_RULE}")
        for name in ("accounts", "shared_with"):
            if not all(account.strip() for account in image[name] or []):
                faults.append(f"expected[{place}]: {name} has an empty entry: leave it out")
        if not base_regions.is_region(image["region"]):
            faults.append(base_regions.fault(image["region"], where=f"expected[{place}]: "))
    return faults
