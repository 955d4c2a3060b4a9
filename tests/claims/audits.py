# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What audits say: findings, each of which must be so, and families, which must have all images."""

from __future__ import annotations

import typing as t

from .facts import Data, Facts

# Without the right to see them, the API tells of no image. Then a finding says so, and claims no more.
DOUBT = "no own image is visible there at all"


def audit(result: Data, facts: Facts) -> list[str]:
    """Of one account's audit, as the module tells it."""
    found = [claim for one in result["findings"] for claim in finding(one, facts)]
    blind = {one["region"] for one in result["not_looked"] if one["what"] == "images"}
    blind |= {one["region"] for one in result["findings"] if DOUBT in one["message"]}
    for region in [one for one in result["regions"] if one not in blind]:
        found += _families([one for one in result["families"] if one["region"] == region], result, region, facts)
    return found


def _families(told: t.Sequence[Data], result: Data, region: str, facts: Facts) -> list[str]:
    owner = (result["account_id"], region)
    own = [one for one in facts.images.values() if (one["account_id"], one["region"]) == owner]
    real: dict[str, tuple[int, int]] = {}
    for image in own:
        count, gib = real.get(image["family"], (0, 0))
        real[image["family"]] = (count + 1, gib + sum(disk["size"] for disk in image["disks"]))
    said = {one["family"]: (one["images"], one["gib"]) for one in told}
    return [] if said == real else [f"families of {region} are {real}, not {said}"]


def finding(told: Data, facts: Facts) -> list[str]:
    """Of one finding, whichever audit has it."""
    where, kind = f"finding {told['kind']} {told['region']} {told['id']}", told["kind"]
    image = facts.images.get(told["id"])
    if kind == "missing":
        return [f"{where}: it is there"] if image and DOUBT not in told["message"] else []
    if kind == "near_quota":
        return []
    if kind.startswith("orphaned_snapshot"):
        return [] if told["id"] in facts.snapshots else [f"{where}: it is not there"]
    if kind.endswith("_instance"):
        return [] if told["id"] in facts.things["instances"] else [f"{where}: it is not there"]
    if image is None:
        return [f"{where}: it is not there"]
    return [] if _is_so(kind, told, image, facts) else [f"{where}: it is not so"]


def _is_so(kind: str, told: Data, image: Data, facts: Facts) -> bool:
    accounts, has = {*told["accounts"]}, {*facts.accounts(image["image_id"])}
    encrypted, keys = facts.encryption(image["image_id"])
    ways = {
        "overshared": accounts <= has,
        "unshared": not accounts & has,
        "not_shared": not accounts & has,
        "organisation": accounts <= {*image["organisation"]},
        "public": image["is_public"],
        "unfinished": True,  # it was looked at before it arrived
        "failed": image["status"] in ("CreateFailed", "UnAvailable"),
        "deprecated": image["status"] == "Deprecated",
        "unencrypted": not encrypted,
        "wrong_key": bool(keys),
        "renamed": told["name"] == image["name"],
    }
    return bool(ways[kind])


def of_audit(document: Data, facts: Facts) -> list[str]:
    """Of the file of an audit over accounts. What this run has not seen itself says so and is as it was."""
    found = [claim for one in document["findings"] if not one["last_seen_at"] for claim in finding(one, facts)]
    unmarked = [one for one in [*document["gone"], *document["elsewhere"]] if not one["last_seen_at"]]
    found += [f"{one['kind']} {one['id']} is told as if it was seen now" for one in unmarked]
    for entry in document["gone"]:
        # What has gone from the list is not so any more, or nobody asks for it now.
        if entry["kind"] in ("orphaned_snapshot", "failed", "unfinished") and not finding(entry, facts):
            found.append(f"gone: {entry['kind']} {entry['id']} is still so")
    return found
