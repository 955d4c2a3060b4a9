# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of a release: what is there now, and apart from it how this run came to it. Pure."""

from __future__ import annotations

import json
import typing as t

Data = dict[str, t.Any]

SCHEMA = 1

# The actions of ecs_image_copy by which a copy is there, also in check mode.
THERE = ("present", "updated", "adopted")

# What is known of a copy only in the run that made it, and so kept from the previous record.
KEPT = ("started_at", "copying_at", "finished_at", "finishing_seconds", "request_ids")


def destinations_only(destinations: list[Data]) -> list[Data]:
    """The destinations as ecs_image_copy takes them: without the accounts."""
    return [{key: value for key, value in entry.items() if key != "accounts"} for entry in destinations]


def present(looked: Data) -> Data:
    """The copies that are there, out of what ecs_image_copy foretells in check mode."""
    copies = [
        {**copy, "planned": False}
        for copy in looked["copies"]
        if copy["action"] in THERE and copy["image_id"] and not copy["error"]
    ]
    return {**{key: looked.get(key) for key in ("account_id", "caller")}, "copies": copies}


def share_targets(image: Data, copies: list[Data], destinations: list[Data], with_source: bool) -> list[Data]:
    """The images to share, as ecs_image_share takes them, each with the accounts of its own destination.

    Copies that failed or are not Available are left out: they are in the record already.
    """
    accounts = {entry["region"]: entry.get("accounts") or [] for entry in destinations}
    born = {"source_created_at": image.get("created_at")} if image else {}
    targets = [{**_target(image, []), **born}] if with_source and image else []
    for copy in copies:
        if copy.get("error") or (copy.get("status") != "Available" and not copy.get("planned")):
            continue
        if _same(copy, image):
            # The image itself as a destination: share it, once, with what that destination asks for.
            targets = [one for one in targets if not _same(one, image)]
        target = _target(copy, accounts.get(copy["region"], []))
        targets.append({**target, "name": target["name"] or image.get("name"), **born})
    return targets


def _target(image: Data, accounts: list[str]) -> Data:
    """
    :param image: the source or a copy. How a copy is encrypted decides whether it can be shared, planned or not
    """
    disks = image.get("disks")
    return {
        "region": image["region"],
        "image_id": image.get("image_id"),
        "name": image.get("name"),
        "accounts": accounts,
        "planned": bool(image.get("planned")),
        "encrypted": image.get("encrypted"),
        "disk_count": len(disks) if disks else image.get("disk_count"),
        # An image that is made of an instance says no key: it gets those of the disks.
        **({"kms_key_id": image["kms_key_id"]} if "kms_key_id" in image else {}),
    }


def manifest(parts: Data, previous: str = "") -> Data:
    """Put the record of a release together.

    :param parts: ``host``, ``began``, ``ended``, ``check``, ``job_id``, ``failures``, and the results of the steps as
        ``image``, ``created``, ``copies``, ``shares``; ``unverified`` images with their errors; ``recorded`` as the
        filter release_recorded tells it, if the images were taken from earlier records
    :param previous: the previous record's text, for what only an earlier run knew
    """
    image, recorded = parts["image"] or {}, parts.get("recorded") or {}
    results = (parts["shares"], parts["copies"], parts["created"])
    failed = bool(parts["failures"]) or bool(recorded.get("set_aside"))
    record = {
        "schema": SCHEMA,
        "collection": "imageops.alicloud",
        "host": parts["host"],
        "account_id": next((one["account_id"] for one in results if one.get("account_id")), image.get("owner_id")),
        "name": image.get("name") or recorded.get("name"),
        "complete": not failed,
        "images": _images(parts),
        "failures": parts["failures"],
        "run": _run(parts, results),
    }
    return _with_memory(record, _parsed(previous), looked="copies" in parts["copies"])


def _run(parts: Data, results: t.Sequence[Data]) -> Data:
    return {
        "began_at": parts["began"],
        "ended_at": parts["ended"],
        "check": parts["check"],
        "job_id": parts["job_id"],
        "caller": next((one["caller"] for one in results if one.get("caller")), None),
        "changed": any(bool(one.get("changed")) for one in results),
        "actions": {copy["region"]: copy.get("action", "present") for copy in parts["copies"].get("copies") or []},
    }


def _images(parts: Data) -> list[Data]:
    image, copies = parts["image"] or {}, parts["copies"].get("copies") or []
    shares, errors = parts["shares"].get("shares") or [], parts.get("unverified") or []
    images = [_image_entry(image, "source", shares, errors)] if image else []
    images += [_image_entry(copy, "copy", shares, errors) for copy in copies if not image or not _same(copy, image)]
    # What earlier records know of images that did not come to be, or that failed, stays in this one.
    return images + ((parts.get("recorded") or {}).get("set_aside") or [])


def _image_entry(image: Data, role: str, shares: list[Data], errors: list[Data]) -> Data:
    """
    :param image: the source, a copy, or the entry of an earlier record
    """
    share = next((one for one in shares if _same(one, image)), None)
    failure = next((one["error"] for one in errors if _same(one, image)), None)
    entry = {
        "role": image.get("role") or role,
        "region": image["region"],
        "image_id": image.get("image_id"),
        "name": image.get("name"),
        "status": image.get("status"),
        "size": image.get("size"),
        "encrypted": image.get("encrypted"),
        "kms_key_id": image.get("kms_key_id"),
        "snapshot_ids": image.get("snapshot_ids") or [],
        **{key: image.get(key) or None for key in KEPT},
        **_sharing(image, share),
        "error": image.get("error") or failure or (share or {}).get("error"),
    }
    entry["outcome"] = "failed" if entry["error"] or entry["not_shared"] else "ok"
    return entry


def _sharing(image: Data, share: Data | None) -> Data:
    """Who has an image. One of an earlier record that was not shared in this run is as it was."""
    if share is None and image.get("role"):
        return {key: image.get(key) or [] for key in ("shares", "unshared", "not_shared")}
    share = share or {}
    return {
        "shares": [{"account_id": one, "shared_at": share.get("changed_at")} for one in share.get("after") or []],
        "unshared": share.get("removed") or [],
        "not_shared": [one["account_id"] for one in share.get("failed") or []],
    }


def _same(one: Data, other: Data) -> bool:
    """By its id, and by its name only while it has none: one image can be told under two names."""
    keys = ("region", "image_id") if one.get("image_id") or other.get("image_id") else ("region", "name")
    return all(one.get(key) == other.get(key) for key in keys)


def _parsed(text: str) -> Data:
    try:
        record = json.loads(text) if text else {}
    except ValueError:
        return {}
    return record if isinstance(record, dict) and record.get("schema") == SCHEMA else {}


def _with_memory(record: Data, previous: Data, looked: bool) -> Data:
    """Take over what this run can't know: when an image was made and shared, if an earlier run did it.

    :param looked: whether this run has come so far as to look at the copies. If it failed before, they are as they were
    """
    if record["failures"] and not looked and record["name"] and previous.get("name") == record["name"]:
        known = {(one["region"], one["image_id"]) for one in record["images"]}
        before = previous.get("images") or []
        record["images"] += [one for one in before if (one.get("region"), one.get("image_id")) not in known]
    remembered = {
        (one.get("region"), one.get("image_id")): one for one in previous.get("images") or [] if one.get("image_id")
    }
    for image in record["images"]:
        old = remembered.get((image["region"], image["image_id"]))
        if not old:
            continue
        for key in KEPT:
            image[key] = image[key] or old.get(key)
        times = {one["account_id"]: one["shared_at"] for one in old.get("shares") or []}
        for share in image["shares"]:
            share["shared_at"] = times.get(share["account_id"]) or share["shared_at"]
        image["unshared"] = sorted(
            {*image["unshared"], *(old.get("unshared") or [])} - {one["account_id"] for one in image["shares"]}
        )
    return record


def differs(record: Data, previous: str) -> bool:
    """Whether a record says anything new but for its ``run`` block, and so is worth writing."""
    old = _parsed(previous)
    return {**record, "run": None} != {**old, "run": None}


def summary(record: Data) -> Data:
    """What is worth handing on to other jobs: the images that can be used, and whether that is all of them."""
    usable = [image for image in record["images"] if not image["error"] and image["image_id"]]
    return {
        "account_id": record["account_id"],
        "name": record["name"],
        "complete": record["complete"],
        "images": {image["region"]: image["image_id"] for image in usable},
        "failures": record["failures"],
    }
