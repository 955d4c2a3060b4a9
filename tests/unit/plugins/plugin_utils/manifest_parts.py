# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the steps of a release hand to its manifest."""

from __future__ import annotations

import typing as t

Data = dict[str, t.Any]
HOME, BEIJING = "cn-hangzhou", "cn-beijing"
OWN = "1000000000000001"
ONE, TWO, THREE = "1000000000000011", "1000000000000012", "1000000000000013"
SOURCE: Data = {"region": HOME, "image_id": "m-1", "name": "golden", "status": "Available", "owner_id": OWN}


def copied(**changes: t.Any) -> Data:
    usual: Data = {
        "region": BEIJING,
        "image_id": "m-2",
        "name": "golden",
        "status": "Available",
        "action": "started",
        "size": 20,
        "encrypted": False,
        "snapshot_ids": ["s-2"],
        "started_at": "2026-11-01T10:00:00Z",
        "finished_at": "2026-11-01T10:05:00Z",
        "request_ids": ["R-1"],
        "error": None,
    }
    return {**usual, **changes}


def shared(**changes: t.Any) -> Data:
    usual: Data = {
        "region": BEIJING,
        "image_id": "m-2",
        "name": "golden",
        "after": [ONE, TWO],
        "removed": [],
        "failed": [],
        "changed_at": "2026-11-01T10:06:00Z",
        "error": None,
    }
    return {**usual, **changes}


def parts(**changes: t.Any) -> Data:
    usual: Data = {
        "host": "localhost",
        "began": "2026-11-01T09:00:00Z",
        "ended": "2026-11-01T11:00:00Z",
        "check": False,
        "job_id": None,
        "failures": [],
        "image": SOURCE,
        "created": {},
        "copies": {"changed": True, "account_id": OWN, "caller": "arn", "copies": [copied()]},
        "shares": {"changed": True, "account_id": OWN, "shares": [shared()]},
    }
    return {**usual, **changes}
