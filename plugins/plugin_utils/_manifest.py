# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of a release: what is there now, and apart from it how this run came to it. Pure."""

from __future__ import annotations

import json
import typing as t

Data = dict[str, t.Any]

SCHEMA = 1

# What is known of a copy only in the run that made it, and so kept from the previous record.
KEPT = ("started_at", "finished_at", "request_ids")


def destinations_only(destinations: list[Data]) -> list[Data]:
    """The destinations as ecs_image_copy takes them: without the accounts."""
    return [{key: value for key, value in entry.items() if key != "accounts"} for entry in destinations]


def share_targets(image: Data, copies: list[Data], destinations: list[Data], with_source: bool) -> list[Data]:
    """The images to share, as ecs_image_share takes them, each with the accounts of its own destination.

    Copies that failed or are not Available are left out: they are in the record already.
    """
    accounts = {entry["region"]: entry.get("accounts") or [] for entry in destinations}
    targets = [_target(image, [])] if with_source and image else []
    for copy in copies:
        if copy.get("error") or (copy.get("status") != "Available" and not copy.get("planned")):
            continue
        if _same(copy, image):
            # The image itself as a destination: share it, once, with what that destination asks for.
            targets = [one for one in targets if not _same(one, image)]
        targets.append(_target(copy, accounts.get(copy["region"], [])))
    return targets


def _target(image: Data, accounts: list[str]) -> Data:
    return {
        "region": image["region"],
        "image_id": image.get("image_id"),
        "name": image.get("name"),
        "accounts": accounts,
        "planned": bool(image.get("planned")),
    }


def manifest(parts: Data, previous: str = "") -> Data:
    """Put the record of a release together.

    :param parts: ``host``, ``began``, ``ended``, ``check``, ``job_id``, ``failures``, and the results of the steps as
        ``image``, ``created``, ``copies``, ``shares``
    :param previous: the previous record's text, for times and request ids that only an earlier run knew
    """
    image, shares = parts["image"] or {}, parts["shares"].get("shares") or []
    results = (parts["shares"], parts["copies"], parts["created"])
    images = [_image_entry(image, "source", shares)] if image else []
    images += [
        _image_entry(copy, "copy", shares) for copy in parts["copies"].get("copies") or [] if not _same(copy, image)
    ]
    record = {
        "schema": SCHEMA,
        "collection": "imageops.alicloud",
        "host": parts["host"],
        "account_id": next((one["account_id"] for one in results if one.get("account_id")), image.get("owner_id")),
        "name": image.get("name"),
        "complete": not parts["failures"],
        "images": images,
        "failures": parts["failures"],
        "run": {
            "began_at": parts["began"],
            "ended_at": parts["ended"],
            "check": parts["check"],
            "job_id": parts["job_id"],
            "caller": next((one["caller"] for one in results if one.get("caller")), None),
            "changed": any(bool(one.get("changed")) for one in results),
            "actions": {copy["region"]: copy.get("action", "present") for copy in parts["copies"].get("copies") or []},
        },
    }
    return _with_memory(record, _parsed(previous))


def _image_entry(image: Data, role: str, shares: list[Data]) -> Data:
    share = next((one for one in shares if _same(one, image)), {})
    entry = {
        "role": role,
        "region": image["region"],
        "image_id": image.get("image_id"),
        "name": image.get("name"),
        "status": image.get("status"),
        "size": image.get("size"),
        "encrypted": image.get("encrypted"),
        "kms_key_id": image.get("kms_key_id"),
        "snapshot_ids": image.get("snapshot_ids") or [],
        **{key: image.get(key) or None for key in KEPT},
        "shares": [{"account_id": one, "shared_at": share.get("changed_at")} for one in share.get("after") or []],
        "unshared": share.get("removed") or [],
        "not_shared": [one["account_id"] for one in share.get("failed") or []],
        "error": image.get("error") or share.get("error"),
    }
    entry["outcome"] = "failed" if entry["error"] or entry["not_shared"] else "ok"
    return entry


def _same(one: Data, other: Data) -> bool:
    return (one["region"], one.get("image_id"), one.get("name")) == (
        other["region"],
        other.get("image_id"),
        other.get("name"),
    )


def _parsed(text: str) -> Data:
    try:
        record = json.loads(text) if text else {}
    except ValueError:
        return {}
    return record if isinstance(record, dict) and record.get("schema") == SCHEMA else {}


def _with_memory(record: Data, previous: Data) -> Data:
    """Take over what this run can't know: when an image was made and shared, if an earlier run did it."""
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
