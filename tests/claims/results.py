# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module's result says, whichever module it is: keys mean the same everywhere."""

from __future__ import annotations

from . import audits, going, images, users
from .facts import Data, Facts


def of_result(result: Data, facts: Facts, check: bool = False) -> list[str]:
    """
    :param check: whether the module ran in check mode, in which some of it is what would be
    """
    if result.get("diff") and not isinstance(result["diff"], dict):
        return ["diff is no dictionary"]
    found = _of_images(result, facts, check)
    for name in ("created", "found", "copied", "shared"):  # whole results of other modules
        found += of_result(result[name], facts) if isinstance(result.get(name), dict) else []
    for entry in result.get("launch_templates") or []:
        found += users.template(entry, facts)
    if "usage" in result:
        found += users.usage(result, facts)
    if "not_selected" in result:
        found += going.retirement(result, facts, check)
    if "objects" in result:
        found += going.export(result, facts)
    if "removed_leftovers" in result:
        found += going.test_boot(result, facts, check)
    if "families" in result and "findings" in result:
        found += audits.audit(result, facts)
    if result.get("failed") and not result.get("msg"):
        found.append("failed without a word")
    return found


def _of_images(result: Data, facts: Facts, check: bool) -> list[str]:
    found: list[str] = []
    for entry in result.get("copies") or []:
        found += images.copy(entry, facts)
    for entry in result.get("shares") or []:
        found += images.share(entry, facts)
    for entry in result.get("cancelled") or []:
        found += images.cancelled(entry, facts)
    if isinstance(result.get("images"), dict):
        found += images.images(result, facts)
    if isinstance(result.get("images"), list):
        found += [claim for image in result["images"] for claim in images.image(image, facts)]
    image = result.get("image")
    if _is_removal(result):
        found += [] if result.get("failed") else going.removal(result, facts, check)
    elif isinstance(image, dict) and not image.get("planned"):
        found += images.image(image, facts)
    return found


def _is_removal(result: Data) -> bool:
    """By what it was told: in its result, an image that went looks like one that stays."""
    told = (result.get("invocation") or {}).get("module_args") or {}
    return "snapshots_kept" in result and told.get("state") == "absent"
