# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is to have which image of a release. Nobody else works that out. Pure."""

from __future__ import annotations

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation

Data = dict[str, t.Any]


def wanted(settings: Data, region: str | None = None) -> set[str]:
    """Who is to have the image of a region.

    :param settings: the variables of the role, without its name in front
    :param region: of a destination; None for an image that no destination says anything of
    """
    own = named_by(settings["destinations"], region)
    return {*_texts(settings["accounts"]), *own} - {*_texts(settings["denied_accounts"])}


def wanted_again(settings: Data, before: t.Iterable[str], image: Data) -> set[str]:
    """Who is to have an image of an earlier release after another run has shared it.

    :param before: who was to have it until then
    :param image: with the ``accounts`` that this run names for it alone
    """
    purges = boolean(settings["purge_accounts"] or False, strict=False)
    stay = {*([] if purges else _texts(before)), *_texts(image["accounts"])}
    return wanted(settings) | stay.difference(_texts(settings["denied_accounts"]))


def named_by(destinations: t.Iterable[Data], region: str | None) -> list[str]:
    """The accounts that a region's destination names, besides those that get every image."""
    return [
        account
        for destination in destinations
        if destination["region"] == region
        for account in _texts(destination.get("accounts"))
    ]


def most_accounts(images: t.Iterable[Data], allowed: int = validation.MOST_ACCOUNTS) -> int:
    """How many accounts an image that takes another one's place may be shared with.

    :param images: each with the ``accounts`` that had the other one: where more had it, the quota was raised
    :param allowed: how many may be in any case
    """
    return max([allowed, *(len(image["accounts"]) for image in images)])


def named(settings: Data) -> list[str]:
    """The accounts that are to have some image, each once, the denied ones among them."""
    own = [account for destination in settings["destinations"] for account in _texts(destination.get("accounts"))]
    return list(dict.fromkeys([*_texts(settings["accounts"]), *own]))


def regained(settings: Data, found: t.Sequence[Data], shares: t.Sequence[Data]) -> list[Data]:
    """Who gets an image back with an older release, and had none of its family there: somebody may have cut it off.

    :param found: what the family held before, as ecs_image_info tells it, with ``shares``
    :param shares: ``shares[]`` of ecs_image_share
    """
    given = []
    for share in shares:
        held = [one for one in found if one["region"] == share["region"] and one["status"] == "Available"]
        held = [one for one in held if one["family"] == settings["family"]]
        had = {holder["account_id"] for image in held for holder in image.get("shares") or []}
        accounts = sorted({*(share.get("added") or [])} - had - wanted(settings, share["region"]))
        if accounts and not any(image["is_public"] for image in held):
            given.append({"region": share["region"], "image_id": share["image_id"], "accounts": accounts})
    return given


def is_nobody_named(settings: Data) -> bool:
    """Whether the step share gives to nobody and takes from nobody."""
    takes = settings["denied_accounts"] or boolean(settings["purge_accounts"] or False, strict=False)
    return not (named(settings) or takes)


def of_source(settings: Data) -> set[str] | None:
    """Who is to have the image itself; None if it is not shared in this run."""
    itself = next((destination for destination in settings["destinations"] if is_itself(settings, destination)), None)
    if itself:
        return wanted(settings, itself["region"])
    return wanted(settings) if is_shared_itself(settings) else None


def is_shared_itself(settings: Data) -> bool:
    """Whether the image itself is shared although no destination is that image."""
    others = has_destinations(settings) or settings["from_manifest"]
    return boolean(settings["share_source"] or False, strict=False) or not others


def has_destinations(settings: Data) -> bool:
    """Whether the image is to be anywhere besides where it is."""
    return bool(settings["destinations"] or settings.get("every_region"))


def is_itself(settings: Data, destination: Data) -> bool:
    """Whether a destination is the image itself, so that nothing is copied."""
    here = destination["region"] == (settings["source"] or {}).get("region")
    return here and not is_encrypted(settings, destination)


def is_encrypted(settings: Data, destination: Data) -> bool | None:
    """What is asked of a copy; None for as the source is."""
    own = destination.get("encrypted")
    value = own if own is not None else settings["encrypted"]
    return None if value is None else boolean(value, strict=False)


def _texts(values: t.Iterable[t.Any] | None) -> list[str]:
    """Account ids, which YAML makes numbers of without quotes."""
    return [str(value) for value in values or []]
