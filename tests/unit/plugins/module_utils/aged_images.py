# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images of an age, and what a retirement does with them."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import plan
from ansible_collections.imageops.alicloud.plugins.module_utils._retire.selection import Selected

NOW = age.seconds("2026-11-30T00:00:00Z")
RULES = plan.Options(keep=1, min_age_days=30, grace_days=14)
OPTIONS: Data = {"regions": ["cn-hangzhou"], "families": ["base"], "keep": 1, "max_images": 1}


def ago(days: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW - days * plan.DAY))


def image(number: int, days: float, **other: t.Any) -> Data:
    tags = {"imageops:copied-from": f"cn-hangzhou/m-{number}", "imageops:copied-as": "base", **other.pop("tags", {})}
    source = {} if other.pop("no_source_time", False) else {"imageops:source-created": ago(days)}
    return {
        "region": "cn-hangzhou", "is_shared": None,
        "image_id": f"m-{number}", "name": f"base-{number}", "family": "base", "status": "Available",
        "owner_alias": "self", "owner_id": "1", "is_public": False, "usage": "none", "shares": [],
        "created_at": ago(0), "tags": {**source, **tags}, **other,
    }  # fmt: skip


def actions(*images: Data, rules: plan.Options = RULES) -> dict[str, str]:
    return {one.image["image_id"]: one.action for one in plan.plan(Selected([list(images)], [], []), rules, NOW)}


OLD = image(2, 100)
NEWEST = image(1, 40)
