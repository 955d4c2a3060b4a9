# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DescribeRegions."""

from __future__ import annotations

from ..state.regions import open_regions
from .call import Answer, Call


def describe_regions(call: Call) -> Answer:
    """Names come in English whatever the language asked for."""
    if call.text("AcceptLanguage") not in ("", "zh-CN", "en-US", "ja"):
        raise call.error("InvalidAcceptLanguage.NotFound")
    if call.text("ResourceType") not in ("", "instance", "disk", "reservedinstance", "scu"):
        raise call.error("InvalidResourceType.NotFound")
    if call.text("InstanceChargeType") not in ("", "PrePaid", "PostPaid", "SpotWithPriceLimit", "SpotAsPriceGo"):
        raise call.error("Invalid.InstanceChargeType")
    entries = [
        {
            "RegionId": region.region_id,
            "LocalName": region.name,
            "RegionEndpoint": region.endpoint,
            "Status": "available",
        }
        for region in open_regions()
    ]
    return {"Regions": {"Region": entries}}
