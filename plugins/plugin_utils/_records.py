# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of earlier releases as the input of a new run. Pure."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import SCHEMA

Data = dict[str, t.Any]

NEEDED = ("region", "image_id", "name", "role")


def read(text: str) -> Data:
    """
    :param text: what the file holds
    :raises ValueError: if it is no record of a release
    """
    try:
        record = json.loads(text)
    except ValueError as error:
        raise ValueError(f"it is not JSON: {error}") from None
    if not isinstance(record, dict) or record.get("collection") != "imageops.alicloud":
        raise ValueError("it is not a record of imageops.alicloud")
    if record.get("schema") != SCHEMA:
        raise ValueError(f"its schema is {record.get('schema')!r}, and {SCHEMA} is the one that is known")
    images = record.get("images")
    if not isinstance(images, list) or not all(_is_image(image) for image in images):
        raise ValueError(f"its images are not what they should be: each has {', '.join(NEEDED)}")
    return record


def _is_image(image: t.Any) -> bool:
    return isinstance(image, dict) and all(isinstance(image.get(key), (str, type(None))) for key in NEEDED)


def recorded(texts: t.Sequence[str]) -> Data:
    """What several records hold together.

    :returns: ``account_id`` and ``name``; ``images`` that can be used, and their ``regions``; those ``set_aside``
        because they never came to be or have failed; and the ``sources`` that they are copies of
    :raises ValueError: if one is no record, or they belong to different accounts
    """
    records = [read(text) for text in texts]
    accounts = sorted({str(record.get("account_id")) for record in records})
    if len(accounts) > 1:
        raise ValueError(
            f"the records belong to different accounts: {', '.join(accounts)}; give those of one at a time"
        )
    names = {record.get("name") for record in records}
    entries = [image for record in records for image in record["images"]]
    images = {
        (image["region"], image["image_id"]): {**image, "planned": False} for image in entries if _is_usable(image)
    }
    return {
        "account_id": accounts[0] if accounts else None,
        "name": names.pop() if len(names) == 1 else None,
        "images": list(images.values()),
        "set_aside": [image for image in entries if not _is_usable(image)],
        "regions": sorted({image["region"] for image in images.values()}),
        "sources": [
            {"region": image["region"], "image_id": image["image_id"], "regions": _others(record, image)}
            for record in records
            for image in record["images"]
            if image["role"] == "source" and image["image_id"]
        ],
    }


def _is_usable(image: Data) -> bool:
    return bool(image["image_id"]) and not image.get("error")


def _others(record: Data, source: Data) -> list[str]:
    return sorted({image["region"] for image in record["images"] if image is not source})


def with_accounts(copies: t.Sequence[Data], shares: t.Sequence[Data]) -> list[Data]:
    """New images as ecs_image_share takes them, each with the accounts that have the old one of its region.

    :param copies: ``copies[]`` of ecs_image_copy
    :param shares: ``shares[]`` of ecs_image_share_info, of the old images and of new ones that are there already
    """
    accounts: dict[str, list[str]] = {}
    for share in shares:
        accounts[share["region"]] = sorted({*accounts.get(share["region"], []), *share["accounts"]})
    return [
        {
            "region": copy["region"],
            "image_id": copy["image_id"],
            "name": copy["name"],
            "accounts": accounts.get(copy["region"], []),
            "planned": bool(copy.get("planned")),
        }
        for copy in copies
        if not copy.get("error")
    ]
