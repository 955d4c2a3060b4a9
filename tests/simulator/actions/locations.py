# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The location service: older clients ask it where a region's API is."""

from __future__ import annotations

from ..state import regions
from .call import Answer, Call


def describe_endpoints(call: Call) -> Answer:
    region, service = call.text("Id"), call.text("ServiceCode").lower()
    if not regions.is_open(region):
        raise call.error("InvalidRegionId")
    hosts = {"ecs": regions.REGIONS[region].endpoint, "sts": f"sts.{region}.{regions.DOMAIN}"}
    if service not in hosts:
        raise call.error("InvalidServiceCode")
    endpoint = {
        "Endpoint": hosts[service],
        "Id": region,
        "Namespace": "",
        # The service writes it so.
        "SerivceCode": service,
        "Type": call.text("Type") or "openAPI",
        "Protocols": {"Protocols": ["HTTP", "HTTPS"]},
    }
    return {"Success": True, "Endpoints": {"Endpoint": [endpoint]}}
