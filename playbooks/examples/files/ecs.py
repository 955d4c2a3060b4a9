# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of the ECS API, for the examples that work with instances: ``python ecs.py ACTION REGION JSON``.

The request's fields come as a JSON object under the API's own names, and the answer goes out as JSON. The credentials
are those of the SDK's own chain, the endpoint is that of the region or of ALIBABA_CLOUD_ECS_ENDPOINT.
"""

from __future__ import annotations

import json
import os
import re
import sys

from alibabacloud_credentials.client import Client as Credentials
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions


def call(action: str, region: str, fields: dict[str, object]) -> dict[str, object]:
    scheme, _separator, host = os.environ.get("ALIBABA_CLOUD_ECS_ENDPOINT", "").rpartition("://")
    config = Config(
        credential=Credentials(),
        region_id=region,
        endpoint=host.format(region=region) or None,
        protocol=scheme or "https",
    )
    request = getattr(models, f"{action}Request")()
    request.from_map({**fields, "RegionId": region} if hasattr(request, "region_id") else fields)
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()
    answer = getattr(Client(config), f"{name}_with_options")(request, RuntimeOptions())
    return dict(answer.body.to_map())


def main() -> int:
    action, region, fields = sys.argv[1:]
    try:
        print(json.dumps(call(action, region, json.loads(fields))))
    except AlibabaCloudException as error:
        # Not its whole text, which may hold a signed address.
        print(f"{action}: {error.code} (request id {error.request_id})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
