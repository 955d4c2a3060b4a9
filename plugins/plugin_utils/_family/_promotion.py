# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images become the newest of their family, and which were it before. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE
from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _images

Data = dict[str, t.Any]

NEVER = "9999-12-31T23:59:59Z"  # younger than any time that the API writes
ELSEWHERE = "the release that leads again has no image in this region"
WAY_OUT = (
    ". Deprecate what is younger if it is not to lead, with ecs_image and state=deprecated, or have the older release "
    "lead all the same: the playbook rollback does it by its manifest"
)
BESIDE = (
    "another run has put it there beside this one, and it may be taken for the newest. Promote the younger release "
    "again, with image_release_deprecate_previous, or have the older one lead by its manifest with the playbook "
    "rollback"
)
LEFT = "it is shared, and image_release_unshare_previous is not set"


def promotion(
    found: t.Sequence[Data], wanted: t.Sequence[Data], family: str, unshare: bool = False, back: bool = False
) -> Data:
    """Decide for all regions at once, since a promotion is one step.

    :param found: the images of the release and those that the family holds in their regions, as ecs_image_info tells
        them, with ``shares``
    :param wanted: the images of the release as ``_release.targets`` tells them; those without an id are to be made yet
    :param unshare: whether predecessors that are shared or public may be deprecated too
    :param back: whether younger images may be left behind, for a release that takes the lead again
    :returns: ``promote`` and ``previous``, lists of images, the former with the ``former_family`` that they leave, if
        they are in one, the latter with the ``accounts`` that lose them; ``left``, predecessors that can't be
        deprecated because they are shared; ``refused``, sentences: if there is one, nothing is done
    """
    if not family:
        refused = ["no family is named that the images are to be the newest of"]
        return {"promote": [], "previous": [], "left": [], "refused": refused}
    ids = {image["image_id"] for image in wanted if image["image_id"]}
    refused, younger = _unseen(found, wanted, back), list[str]()
    images = [image for image in found if image["image_id"] in ids]
    images += [_as_it_will_be(image) for image in wanted if not image["image_id"]]
    promote: list[Data] = []
    previous: list[Data] = []
    left: list[Data] = []
    for image in images:
        others = [other for other in found if other["region"] == image["region"] and _is_held(other, family, ids)]
        if back:
            others = [other for other in others if _lead(other) > _lead(image)]
        else:
            younger += [_sentence(image, other, family) for other in others if age.born(other) > age.born(image)]
        if image["family"] != family:
            promote.append(_images.named(image) | ({"former_family": image["family"]} if image["family"] else {}))
        for other in others:
            stays = not unshare and (other.get("shares") or other["is_public"])
            (left if stays else previous).append({**_images.named(other), "accounts": _holders(other)})
    refused += _with_way_out(younger)
    # Two images of a release can have the same predecessor.
    previous, left = _each_once(previous), _each_once(left)
    if back:
        refused += [
            f"{image['region']}: {image['image_id']} is shared, so that it can't be deprecated and would still lead "
            "the family: set image_release_unshare_previous=true"
            for image in left
        ]
    return {"promote": promote, "previous": previous, "left": left, "refused": refused}


def _with_way_out(sentences: list[str]) -> list[str]:
    """What is to be done about younger images, told once however many there are."""
    return [*sentences[:-1], sentences[-1] + WAY_OUT] if sentences else []


def elsewhere(held: t.Sequence[Data], found: t.Sequence[Data], wanted: t.Sequence[Data]) -> list[Data]:
    """Images that are younger than a release that leads again, where it has none.

    :param held: what the family holds anywhere, as ecs_image_info tells it
    :param found: the images of the release, and what the family held in their regions
    :param wanted: the images of the release
    """
    ids, regions = {image["image_id"] for image in wanted}, {image["region"] for image in wanted}
    # What is as old is of the same release: the manifest does not know all of its images.
    own = [age.born(image) for image in found if image["image_id"] in ids]
    return [
        {**_images.named(other), "accounts": [], "reason": ELSEWHERE}
        for other in held
        if other["region"] not in regions and own and age.born(other) > max(own)
    ]


def joined_beside(led: t.Sequence[Data], before: t.Sequence[Data], wanted: t.Sequence[Data], family: str) -> list[str]:
    """A sentence for each image that another run has put into the family since this one has decided.

    What the family answers with goes by the time of a copy, what is younger by that of its source: either may win.

    :param led: the images of the release and what the family holds, after they have joined it
    :param before: the same before this one has decided
    """
    ids = {image["image_id"] for image in wanted}
    known = ids | {image["image_id"] for image in before if _is_held(image, family, ids)}
    return [
        f"{image['region']}: family {family} holds {other['image_id']} ({other['name']}) of {age.born_at(other)} as "
        f"well as {image['image_id']} of {age.born_at(image)}: {BESIDE}"
        for image in led
        for other in led
        if image["image_id"] in ids and other["region"] == image["region"] and _is_held(other, family, known)
        if any(theirs > ours for theirs, ours in zip(_lead(other), _lead(image), strict=True))
    ]


def _each_once(images: list[Data]) -> list[Data]:
    return [image for number, image in enumerate(images) if image not in images[:number]]


def _unseen(found: t.Sequence[Data], wanted: t.Sequence[Data], back: bool) -> list[str]:
    """A sentence for each image of the release that is there no more, or can't be promoted as it is."""
    seen = {image["image_id"] for image in found}
    return [
        f"{image['region']}: {image['image_id']} is not visible{'' if back else ' as Available'}. If it is gone, run "
        "its release again first, without that region if it is to have no image there"
        for image in wanted
        if image["image_id"] and image["image_id"] not in seen
    ]


def _lead(image: Data) -> tuple[float, float]:
    """What decides which of two images a family answers with. A copy that has got a new key is as old as the former."""
    return age.born(image), age.seconds(str(image["created_at"]))


def _holders(image: Data) -> list[str]:
    holders = [share["account_id"] if isinstance(share, dict) else str(share) for share in image.get("shares") or []]
    return sorted(holders) + (["everybody"] if image["is_public"] else [])


def succession(found: t.Sequence[Data], old: t.Sequence[Data], new: t.Sequence[Data]) -> Data:
    """Which new images take the place of old ones, region by region, in the families that those are in.

    :param found: the own images of the regions as ecs_image_info tells them
    :param old: the images of the old release
    :param new: ``copies[]`` of ecs_image_copy, one for each region
    :returns: ``join``, new images each with its ``family``; ``joined``, those that are in one already; ``left_out``,
        sentences: never goes a family back in age, nor to what was taken back
    """
    known = {_images.place(image): image for image in found}
    successors = {image["region"]: image for image in new if not image.get("error")}
    join, joined, left_out = list[Data](), list[Data](), list[str]()
    for predecessor in old:
        was, image = known.get(_images.place(predecessor)), successors.get(predecessor["region"])
        if not was or not was["family"] or not image:
            continue
        there = known.get(_images.place(image))
        if there and there["family"]:
            joined.append({**_images.named(there), "family": there["family"]})
            continue
        if was["status"] != AVAILABLE:
            left_out.append(_taken_back(was, image))
            continue
        ids = {was["image_id"], image["image_id"]}
        others = [other for other in found if other["region"] == was["region"] and _is_held(other, was["family"], ids)]
        younger = [other for other in others if age.born(other) > age.born(was)]
        if younger:
            left_out.append(
                _sentence({**was, "image_id": image["image_id"] or image["name"]}, younger[0], was["family"])
            )
        else:
            join.append({**_images.named(image), "family": was["family"]})
    return {"join": join, "joined": joined, "left_out": left_out}


def _taken_back(was: Data, image: Data) -> str:
    """Between the copy and its family somebody has gone back to an older release: that is not undone by a new key."""
    return (
        f"{was['region']}: {was['image_id']} ({was['name']}) is {was['status']} and does not lead the family "
        f"{was['family']}, so that {image['image_id'] or image['name']} does not join it. Promote it by its manifest "
        "if it is to lead"
    )


def _as_it_will_be(planned: Data) -> Data:
    """An image that is still to be made: as old as its source, or the youngest if that is not there either."""
    return {**planned, "family": "", "created_at": planned.get("source_created_at") or NEVER, "tags": {}}


def _is_held(image: Data, family: str, wanted: t.Collection[str]) -> bool:
    return image["family"] == family and image["status"] == AVAILABLE and image["image_id"] not in wanted


def _sentence(image: Data, younger: Data, family: str) -> str:
    return (
        f"{image['region']}: family {family} holds {younger['image_id']} ({younger['name']}) of "
        f"{age.born_at(younger)}, which is younger than {image['image_id'] or image['name']} of {age.born_at(image)}"
    )
