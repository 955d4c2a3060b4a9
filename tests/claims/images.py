# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What results say of images: copies, share lists, what was cancelled, and single ones."""

from __future__ import annotations

from .facts import LOOKED_AT_EARLIER, UNFINISHED, Data, Facts, differing, status_of, there

COPIED_FROM, COPIED_AS = "imageops:copied-from", "imageops:copied-as"


def copy(entry: Data, facts: Facts) -> list[str]:
    """An entry of ``copies``, of an image or of a snapshot."""
    where = f"copies, {entry['region']}"
    if entry.get("planned"):
        return []
    if "source_snapshot_id" in entry or not entry.get("image_id"):
        missing = entry.get("snapshot_id") and entry["snapshot_id"] not in facts.snapshots
        return [f"{where}: {entry['snapshot_id']} is not there"] if missing else []
    found = there(entry["region"], entry["image_id"], facts, where)
    if found or entry.get("error"):
        return found
    image = facts.images[entry["image_id"]]
    found = status_of(entry["status"], image, where)
    if entry["status"] == image["status"] == "Available":
        found += _looks(entry, facts, where)
    return found


def _looks(entry: Data, facts: Facts, where: str) -> list[str]:
    """What is told of a finished image beside its status. A key may be left out, or be unknown: null."""
    encrypted, keys = facts.encryption(entry["image_id"])
    real: Data = {
        "snapshot_ids": facts.snapshots_behind(entry["image_id"]),
        "size": sum(disk["size"] for disk in facts.images[entry["image_id"]]["disks"]),
        "encrypted": encrypted,
    }
    if entry.get("kms_key_id") and keys:
        real["kms_key_id"] = keys[0]
    return differing({key: value for key, value in entry.items() if value is not None}, real, where)


def images(result: Data, facts: Facts) -> list[str]:
    """``images`` from region to id: what the next step works with, so that each must be proved to be ours."""
    errors = {entry["region"] for entry in result.get("copies") or [] if entry.get("error")}
    found = [f"images: {region} is in it, and has failed" for region in result["images"] if region in errors]
    told = {entry["region"]: entry.get("status") for entry in result.get("copies") or []}
    for region, image_id in result["images"].items():
        missing = there(region, image_id, facts, "images")
        found += missing
        if missing:
            continue
        if told.get(region) not in (None, "Available", *UNFINISHED):
            found.append(f"images: {image_id} in {region} is in it, and was seen as {told[region]}")
        image = facts.images[image_id]
        is_expected = image["status"] in ("Available", "Deprecated", *UNFINISHED)
        if not is_expected and told.get(region) not in LOOKED_AT_EARLIER:
            found.append(f"images: {image_id} in {region} is {image['status']}")
        found += _ours(image, result, facts)
    return found


def _ours(image: Data, result: Data, facts: Facts) -> list[str]:
    """The proof: it is the source itself, or was made from it, by its marker or by what its snapshots tell."""
    sources = result.get("sources") or ([result["source"]] if result.get("source") else [])
    if not sources or any(source["image_id"] == image["image_id"] for source in sources):
        return []
    origins = [f"{source['region']}/{source['image_id']}" for source in sources]
    if image["tags"].get(COPIED_FROM) in origins:
        return []
    return [f"images: {image['image_id']} in {image['region']} is not proved to be a copy of {', '.join(origins)}"]


def share(entry: Data, facts: Facts) -> list[str]:
    image_id = entry.get("image_id")
    where = f"shares, {entry.get('region')} {image_id}"
    if entry.get("planned") or entry.get("error") or not image_id:
        return []
    if image_id not in facts.images:
        claims = entry.get("after") or entry.get("accounts")
        return [f"{where}: it is not there, and is said to be with {claims}"] if claims else []
    told = entry.get("after", entry.get("accounts"))
    real = facts.accounts(image_id)
    return (
        []
        if told is None or not facts.wrong_accounts(image_id, told)
        else [f"{where}: it is with {real}, not with {sorted(told)}"]
    )


def cancelled(entry: Data, facts: Facts) -> list[str]:
    where = f"cancelled, {entry['region']}"
    if entry.get("planned"):
        return []
    found = []
    if entry.get("image_id") in facts.images and not _is_going(facts.images[entry["image_id"]]):
        found.append(f"{where}: {entry['image_id']} is {facts.images[entry['image_id']]['status']}")
    found += [
        f"{where}: {one} is said to be left, and is gone"
        for one in entry.get("snapshots_left") or []
        if one not in facts.snapshots
    ]
    found += [
        f"{where}: {one} is said to be deleted, and is there"
        for one in entry.get("snapshots_deleted") or []
        if one in facts.snapshots
    ]
    return found


def _is_going(image: Data) -> bool:
    return bool(image["deleting"] or (image["work"] or {}).get("cancelling"))


def image(told: Data, facts: Facts) -> list[str]:
    """An image as ``ecs_image_info`` or ``ecs_image`` tells it. The provider's own images are not among the facts."""
    image_id, where = told.get("image_id"), f"image {told.get('image_id')}"
    if not image_id or told.get("owner_alias", "self") not in ("self", ""):
        return []
    found = there(told["region"], image_id, facts, where)
    if found:
        return found
    image = facts.images[image_id]
    found = status_of(told["status"], image, where)
    if told["status"] in LOOKED_AT_EARLIER:
        return found
    real = {key: image[key] for key in ("name", "description", "family")}
    return found + differing(told, real, where) + _looks(told, facts, where)
