# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the images that led a family, told once for all that it is the same for. Pure."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE
from ansible_collections.imageops.alicloud.plugins.module_utils._base.texts import counted
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _account

Data = dict[str, t.Any]

LATE = 60.0  # seconds that reads may be behind the truth


def look_at_leaders(
    begun: Data,
    leaving: t.Sequence[Data],
    joining: t.Sequence[Data],
    candidates: t.Sequence[Data],
    families: t.Iterable[str],
) -> Data:
    """Of ecs_image_info: whether images lead where they have joined, or others were deprecated for them.

    :param leaving: what is deprecated, and ``joining`` what is put into ``families``, each with its region
    :param candidates: the images that are to lead
    """
    left = {image["region"] for image in leaving}
    regions = list(dict.fromkeys(image["region"] for image in [*leaving, *joining]))
    if begun["check"] or not regions:
        return {}
    ids = [image["image_id"] for image in candidates if image["region"] in regions]
    # What has just joined a family may be shown late, so that the own ones are looked for by their ids. What was made
    # Available again may be, too.
    held = [f"family=='{family}'" for family in dict.fromkeys(families)]
    query = f"[?{' || '.join([*held, f'contains(`{json.dumps(ids)}`, image_id)'])}]"
    look = _account.call(
        begun["settings"], {"regions": regions, "query": query, "statuses": [AVAILABLE], "expect_images": False}
    )
    late = int(LATE / begun["look_every"]) if begun["settings"].get("rollback") else 0
    leading = [image["image_id"] for image in candidates if image["region"] in left]
    return {"leading": leading, "lead_call": look, "looks": late + 4}


def withdrawn(leading: t.Sequence[Data], seen: t.Sequence[Data] | None) -> list[str]:
    """A sentence for each image that another run has deprecated beside this one.

    :param leading: images that others were deprecated for
    :param seen: those of them that are Available after that, None if nobody has looked
    """
    ids = None if seen is None else {image["image_id"] for image in seen}
    return [
        f"{image['region']}: {image['image_id']} is not Available any more: another run has deprecated it, as this one "
        "has what it took the place of. Have the release that is to lead do so with the playbook rollback and its "
        "manifest"
        for image in leading
        if ids is not None and image["image_id"] not in ids
    ]


def moved_lines(images: t.Sequence[Data], is_planned: bool) -> list[str]:
    """Of images that join a family: which other one they leave.

    :param images: as ``promote`` of ``_promotion.promotion`` has them
    """
    leave = "would leave" if is_planned else "has left"
    return [
        f"{image['region']}: {image['image_id']} {leave} the family {image['former_family']}: an image is in one alone"
        for image in images
        if image.get("former_family")
    ]


def joined_lines(images: t.Sequence[Data], family: str | None) -> list[str]:
    """Which images have joined a family, in one line, and which other ones they have left for that."""
    places = ", ".join(f"{image['image_id']} in {image['region']}" for image in images)
    joined = [f"joined the family {family}: {places}"] if images else []
    return joined + moved_lines(images, is_planned=False)


def groups(images: t.Iterable[Data], reason: str = "") -> list[Data]:
    """
    :param images: as ``_promotion.promotion`` or a manifest has them, with ``accounts`` or ``reason``
    :param reason: why they stay, if they do not say it themselves
    :returns: ``images``, the ``accounts`` that lose all of them, and the ``reason`` that all of them stay for;
        ``is_known``, whether anything tells those accounts
    """
    found: dict[tuple[str, tuple[str, ...] | None], list[Data]] = {}
    for image in images:
        why = str(image.get("reason") or reason)
        # Who has an image that stays is no part of it: only who has lost it all the same.
        losers = image.get("unshared") or [] if why else image.get("accounts", [])
        found.setdefault((why, None if losers is None else tuple(losers)), []).append(image)
    return [
        {"images": same, "accounts": list(losers or ()), "reason": why, "is_known": losers is not None}
        for (why, losers), same in found.items()
    ]


def lines(found: t.Sequence[Data], is_planned: bool) -> list[str]:
    """
    :param found: groups
    :param is_planned: whether all of it is still to come
    """
    told = []
    for group in found:
        names = ", ".join(f"{image['region']}: {image['image_id']} ({image['name']})" for image in group["images"])
        them = "it" if len(group["images"]) == 1 else "them"
        stay, be = ("would stay", "would be") if is_planned else ("stays", "was") if them == "it" else ("stay", "were")
        if group["reason"]:
            told.append(f"{names} {stay} Available: {group['reason']}{_lost_all_the_same(group['accounts'], them)}")
            continue
        losers, lose = group["accounts"], "would lose" if is_planned else "lost"
        loss = f", and {counted(len(losers), 'account')} {lose} {them} ({', '.join(losers)})" if losers else ""
        told.append(f"{names} {be} deprecated{loss}")
    return told


def _lost_all_the_same(losers: t.Sequence[str], them: str) -> str:
    have = "has" if len(losers) == 1 else "have"
    return (
        f"; {counted(len(losers), 'account')} {have} lost {them} all the same ({', '.join(losers)})" if losers else ""
    )
