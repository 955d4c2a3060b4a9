# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report of a retirement shows, out of the module's result. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _retired

Data = dict[str, t.Any]

_MARKS = {"not_retired": "bad", "postponed": "wait", "kept": "good"}


def view(result: Data, check: bool) -> Data:
    """
    :param result: of ecs_image_retire
    :param check: whether it is what would be done
    :returns: what the templates of the report need
    """
    images = [_row(entry, check) for outcome in _retired.OUTCOMES for entry in result[outcome]]
    return {
        "account_id": result.get("account_id"),
        "check": check,
        "images": images,
        "outcomes": {name: len([image for image in images if image["outcome"] == name]) for name in _retired.OUTCOMES},
        "freed": result["gib_freed"],
        "orphaned": result["gib_orphaned"],
        "not_looked": [_retired.not_looked(entry) for entry in result.get("not_looked") or []],
        "not_selected": result.get("not_selected") or [],
        "orphans": result["orphaned_snapshots"],
    }


def _row(entry: Data, check: bool) -> Data:
    return {
        **{name: entry[name] for name in ("region", "image_id", "name", "outcome", "gib")},
        "what": _retired.deed(entry, check).replace("_", " "),
        "mark": _MARKS.get(entry["outcome"], "wait"),
        "made_at": entry["source_created_at"],
        "reason": _retired.reason_of(entry),
        "unshared": entry["unshared"],
        "objects": _retired.objects_of(entry.get("export")),
        "users": [_user(use) for use in entry.get("uses") or []],
    }


def _user(use: Data) -> Data:
    """One who uses an image, and whether that keeps it."""
    name = f" {use['name']}" if use["name"] and use["name"] != use["id"] else ""
    details = f" ({use['details']})" if use["details"] else ""
    return {
        "text": f"{use['kind'].replace('_', ' ')} {use['id']}{name}{details}",
        "account_id": use["account_id"],
        "holds": use["holds"],
    }
