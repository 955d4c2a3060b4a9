# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the index of many releases shows, out of their manifests. Pure."""

from __future__ import annotations

import typing as t
import urllib.parse

from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _view

Data = dict[str, t.Any]


def view(manifests: t.Sequence[Data], passed_over: t.Sequence[str]) -> Data:
    """
    :param manifests: each with its ``file`` if it was read from one
    :param passed_over: sentences about files that could not be read
    :returns: what the template of the index needs, the newest release first
    """
    rows = sorted((_row(manifest) for manifest in manifests), key=lambda row: (row["name"], row["account_id"]))
    rows.sort(key=lambda row: str(row["ended_at"]), reverse=True)
    return {
        "rows": rows,
        "counts": {state: len([row for row in rows if row["state"] == state]) for state in ("complete", "incomplete")},
        "passed_over": list(passed_over),
        "stored": sum(row["stored"] for row in rows),
    }


def _row(manifest: Data) -> Data:
    seen = _view.view(manifest, {}, "")
    there = [image for image in seen["images"] if image["image_id"]]
    return {
        "name": str(manifest["name"] or "unnamed"),
        "host": manifest["host"] if manifest["host"] != "localhost" else "",
        "account_id": str(manifest["account_id"] or ""),
        "state": "complete" if manifest["complete"] else "incomplete",
        "sound": seen["sound"],
        "asked": seen["asked"],
        "ended_at": seen["run"]["ended_at"],
        "regions": sorted({image["region"] for image in there}),
        "accounts": seen["reached"],
        "stored": seen["stored"],
        "failures": [failure["text"] for failure in seen["failures"]],
        "file": manifest.get("file") or "",
        "link": urllib.parse.quote(manifest.get("file") or ""),
    }
