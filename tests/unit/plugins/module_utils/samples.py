# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images and wishes to plan with, as the modules see them."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import models
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Wanted

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
SOURCE_ID, COPY_ID = "m-source", "m-copy"
CREATED, LATER = "2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z"
MARKERS = {
    "imageops:copied-from": f"{HOME}/{SOURCE_ID}",
    "imageops:copied-as": "golden",
    "imageops:source-created": CREATED,
}

Data = dict[str, t.Any]


def disk(size: int = 20, kind: str = "system", encrypted: bool = False, snapshot_id: str = "s-1") -> Data:
    return {"device": "/dev/xvda", "type": kind, "size": size, "snapshot_id": snapshot_id, "encrypted": encrypted}


def image(**changes: t.Any) -> Data:
    """An own, finished, plain image at home."""
    blank = models.image({}, HOME)
    usual: Data = {
        "image_id": SOURCE_ID,
        "name": "golden",
        "description": "Golden image",
        "status": "Available",
        "progress": 100,
        "usable": True,
        "owner_alias": "self",
        "owner_id": "1000000000000001",
        "architecture": "x86_64",
        "platform": "Aliyun",
        "created_at": CREATED,
        "size": 20,
        "disks": [disk()],
        "snapshot_ids": ["s-1"],
        "features": {"nvme_support": "supported", "imds_support": "v1"},
        "resource_group_id": "rg-default",
        "usage": "none",
    }
    return {**blank, **usual, **changes}


def copy(**changes: t.Any) -> Data:
    """A finished copy of that image, with its markers."""
    usual = {"region": BEIJING, "image_id": COPY_ID, "is_copied": True, "created_at": LATER, "tags": dict(MARKERS)}
    return image(**{**usual, **changes})


def snapshot(**changes: t.Any) -> Data:
    blank = models.snapshot({}, BEIJING)
    return {**blank, "snapshot_id": "s-1", "tags": {"imageops:snapshot-of": COPY_ID}, **changes}


def wanted(**changes: t.Any) -> Wanted:
    usual: Data = {
        "region": BEIJING,
        "name": "golden",
        "description": None,
        "encrypted": False,
        "kms_key_id": None,
        "resource_group_id": None,
        "family": None,
        "tags": {},
        "markers": dict(MARKERS),
    }
    return Wanted(**{**usual, **changes})
