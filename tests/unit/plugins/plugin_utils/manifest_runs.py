# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of one release, each with the manifest of the one before."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest, _manifest_file

Data = dict[str, t.Any]
HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
OWN, ONE, TWO = "1000000000000001", "1000000000000011", "1000000000000012"
FIRST, SECOND, THIRD = "2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z", "2026-11-03T10:00:00Z"
SOURCE: Data = {"region": HOME, "image_id": "m-1", "name": "golden", "status": "Available", "owner_id": OWN}
IDS = {BEIJING: "m-2", FRANKFURT: "m-3"}


def copied(region: str, **changes: t.Any) -> Data:
    usual: Data = {
        "region": region,
        "image_id": IDS[region],
        "name": "golden",
        "actual_name": "golden",
        "status": "Available",
        "action": "present",
        "seen_ids": [IDS[region]],
        "error": None,
    }
    return {**usual, **changes}


def unread(region: str) -> Data:
    """A copy whose region could not be looked at."""
    error = {"code": "Forbidden.RAM", "message": "not allowed (request id 1-2-3)", "request_id": "1-2-3", "hint": None}
    return copied(region, image_id=None, actual_name=None, status=None, action="failed", seen_ids=None, error=error)


def shared(region: str, *accounts: str, **changes: t.Any) -> Data:
    image = IDS.get(region, "m-1")
    return {
        "region": region, "image_id": image, "before": [], "after": list(accounts), "removed": [], "failed": [],
        "changed_at": FIRST, "error": None, **changes,
    }  # fmt: skip


def run(
    *copies: Data,
    at: str = FIRST,
    shares: t.Sequence[Data] | None = None,
    previous: t.Any = None,
    **more: t.Any,
) -> Data:
    """The manifest of one run."""
    parts = {
        "host": "localhost", "began": at, "ended": at, "check": False, "job_id": None, "failures": [], "image": SOURCE,
        "created": {}, "copies": {"account_id": OWN, "caller": "arn", "copies": list(copies)},
        "shares": {} if shares is None else {"account_id": OWN, "shares": list(shares)}, **more,
    }  # fmt: skip
    made = _manifest.manifest(parts, previous)
    assert _manifest_file.read(_manifest_file.as_text(made)) == made
    return made


def image(manifest: Data, region: str) -> Data:
    (found,) = [one for one in manifest["images"] if one["region"] == region]
    return t.cast(Data, found)


def whole() -> Data:
    """The manifest of a release that has gone well."""
    return run(copied(BEIJING), copied(FRANKFURT), shares=[shared(BEIJING, ONE), shared(FRANKFURT, ONE)])
