# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run of the role image_release knows of its images beside making and sharing them. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import DEPRECATED
from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _causes, _images
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _led, _promotion
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import (
    _boot_tests,
    _image_facts,
    _memory,
    _taken,
)
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _calls, _release

Data = dict[str, t.Any]

LOOP_VAR = "__image_release_one"  # of the role's loops over the family
NOT_COME_TO = "the release ended before"
LACKING: Data = {"code": "NotCopied", "message": "no copy is known here", "request_id": None, "hint": None}


def candidates(settings: Data, image: Data, copies_there: Data) -> list[Data]:
    """The images of a release that may lead a family: a source that somebody else owns can't join one.

    :param copies_there: the copies that are there or, in check mode, would be
    """
    return _release.targets(settings, image, copies_there, not _image_facts.owner_of(image))


def unpromotable(settings: Data, image: Data, found: t.Sequence[Data]) -> list[str]:
    """Why nothing can be promoted, where somebody else owns all that there is.

    :param found: the candidates
    """
    owner = _image_facts.owner_of(image)
    if found or not owner or not settings["promotes"]:
        return []
    return [
        f"Nothing is promoted: {image['image_id']} in {image['region']} is an image of {owner}. Give a destination: a "
        "copy can lead a family"
    ]


def facts(settings: Data, results: t.Mapping[str, Data], at: str) -> list[Data]:
    """What a run of the role knows of its images.

    :param settings: of the role
    :param results: of its tasks
    :param at: the time that a test boot gets
    :returns: as ``with_facts`` takes them
    """
    boots = _boot_tests.facts(results["tried"].get("results") or [], at)
    found = [*_asked(settings), *_asked_again(settings, results), *_origin(settings), *boots]
    promotion = results["promotion"]
    if promotion.get("decided") and not promotion.get("failures"):
        joined = {_id(result): result for result in results["joined"].get("results") or []}
        for candidate in results["spread"].get("candidates") or []:
            if candidate["image_id"] and not _causes.is_failed(
                joined.get((candidate["region"], candidate["image_id"]), {})
            ):
                found.append(
                    {"region": candidate["region"], "image_id": candidate["image_id"], "family": settings["family"]}
                )
    return found


def not_copied(settings: Data, image: Data, copies: Data, looked: Data) -> Data:
    """What a run tells no copy of.

    :param image: the source; without it nothing can be lacking
    :param copies: what the run knows of copies
    :param looked: the result of a look for copies
    :returns: ``lacking``, those destinations as ecs_image_copy tells of one that has failed; ``every_region`` as
        manifests have it, None if regions were named or earlier manifests name the images
    """
    if settings["from_manifest"]:
        return {"lacking": [], "every_region": None}
    told = copies.get("copies")
    named = [place["region"] for place in settings["destinations"]]
    # A look names every region that was meant; of what it has not found nothing else is known.
    more = [{"region": copy["region"]} for copy in looked.get("copies") or [] if copy["region"] not in named]
    there = {copy["region"] for copy in told or []}
    apart = [place for place in [*settings["destinations"], *more] if not _audience.is_itself(settings, place)]
    lacking = [_lacking(settings, image, place) for place in apart if image and place["region"] not in there]
    known = _memory.NOT_LISTED if told is None else _memory.LISTED
    return {"lacking": lacking, "every_region": known if settings["every_region"] else None}


def _lacking(settings: Data, image: Data, place: Data) -> Data:
    asked = _audience.is_encrypted(settings, place)
    encrypted = image.get("encrypted") if asked is None else asked
    return {
        "region": place["region"],
        "name": place.get("name") or settings["name"] or image.get("name"),
        "encrypted": encrypted,
        "kms_key_id": (place.get("kms_key_id") or settings["kms_key_id"]) if encrypted else None,
        "error": LACKING,
    }


def _origin(settings: Data) -> list[Data]:
    """What the source was made of; nothing if it was there, or is only looked for."""
    made_from = _calls.made_from(settings) if "create" in settings["steps"] else None
    if not made_from or settings["from_manifest"]:
        return []
    return [{"region": settings["source"]["region"], "role": "source", "made_from": made_from}]


def deprecated(results: t.Mapping[str, Data]) -> list[Data]:
    """The images that a run of the role has deprecated, since its own took their place, and who has lost them."""
    # Of what is unchanged, another run has done it meanwhile.
    done = {_id(result): result.get("unshared") or [] for result in _withdrawn(results) if result.get("changed")}
    return [
        {**_images.named(image), "accounts": sorted({*image["accounts"], *done[_images.place(image)]})}
        for image in _previous(results)
        if _images.place(image) in done
    ]


def by_others(results: t.Mapping[str, Data]) -> set[_images.Place]:
    """The images that this run was about to deprecate, and nobody before it, and that another run has deprecated."""
    unchanged = {_id(result) for result in _withdrawn(results) if not result.get("changed")}
    # A registered result holds lists in place of tuples.
    return unchanged & {tuple(place) for place in results["leaving"].get("foretold") or []}


def _withdrawn(results: t.Mapping[str, Data]) -> list[Data]:
    """What became of the images that are Deprecated now, by this run or by another one meanwhile."""
    return [result for result in results["deprecated"].get("results") or [] if not _causes.is_failed(result)]


def leaving(results: t.Mapping[str, Data]) -> list[Data]:
    """The images that are about to be deprecated, each with the accounts that lose it."""
    going = {_images.place(call) for call in results["leaving"].get("deprecate") or []}
    return [image for image in _previous(results) if _images.place(image) in going]


def followed(results: t.Mapping[str, Data]) -> list[str]:
    """The regions in which it was decided what leads the family."""
    decided = results["promotion"].get("decided")
    candidates = results["spread"].get("candidates") or []
    return sorted({image["region"] for image in candidates}) if decided and not decided["refused"] else []


def forgotten(settings: Data, results: t.Mapping[str, Data]) -> list[Data]:
    """The images that an earlier run of a release may have deprecated, for a run that finds no manifest of it.

    Where a release leads its family, and nothing is there to be deprecated, that may have been done: what is Deprecated
    there is the youngest that led before. Whether this release has done that, and who had it, no image tells.
    """
    looked, there = results["look"].get("result") or [], results["family"].get("result") or []
    joining = (results["promotion"].get("decided") or {}).get("promote") or []
    busy = {image["region"] for image in [*joining, *_previous(results)]}
    ids = {image["image_id"] for image in results["spread"].get("candidates") or []}
    regions = {*followed(results)} - busy
    found: dict[str, Data] = {}
    for image in there:
        if image["image_id"] not in ids or image["region"] not in regions:
            continue
        older = [
            other
            for other in looked
            if other["region"] == image["region"]
            and (other["family"], other["status"]) == (settings["family"], DEPRECATED)
            and other["image_id"] not in ids
            and age.born(other) <= age.born(image)
        ]
        if older:
            found[image["region"]] = _images.named(max(older, key=age.born))
    return [found[region] for region in sorted(found)]


def _previous(results: t.Mapping[str, Data]) -> list[Data]:
    return (results["promotion"].get("decided") or {}).get("previous") or []


def joined(results: t.Mapping[str, Data]) -> list[Data]:
    """The images that this run has put into the family, with the one that they have left."""
    done = [result for result in results["joined"].get("results") or [] if not _causes.is_failed(result)]
    there = {_id(result) for result in done}
    promote = (results["promotion"].get("decided") or {}).get("promote") or []
    return [image for image in promote if _images.place(image) in there]


def withdrawn(results: t.Mapping[str, Data]) -> list[str]:
    """A sentence for each image that leads no more, although others were deprecated for it."""
    leading = results["leaving"].get("leading") or ()
    candidates = results["spread"].get("candidates") or []
    return _led.withdrawn([one for one in candidates if one["image_id"] in leading], results["leads"].get("result"))


def joined_beside(settings: Data, results: t.Mapping[str, Data]) -> list[str]:
    """A sentence for each image that another run has put into the family beside this one."""
    led, before = results["leads"].get("result"), results["family"].get("result")
    if not led or not before:
        return []
    return _promotion.joined_beside(led, before, results["spread"]["candidates"], settings["family"])


def with_elsewhere(results: t.Mapping[str, Data]) -> Data:
    """What was decided about the family, with what stays in regions where an older release has no image."""
    promotion, images = results["promotion"], results["elsewhere"].get("images")
    if not images or not promotion.get("decided"):
        return promotion
    candidates = results["spread"]["candidates"]
    stay = _promotion.elsewhere(images, results["family"].get("result") or [], candidates)
    decided = promotion["decided"]
    return {**promotion, "decided": {**decided, "left": [*decided["left"], *stay]}}


def left(results: t.Mapping[str, Data]) -> list[Data] | None:
    """The images that still are Available in the family, although they should be deprecated, each with the reason.

    :returns: as ``_taken`` takes them; None if this run has not decided about them
    """
    decided = results["promotion"].get("decided")
    if not decided or decided["refused"]:
        return None
    came = {_id(result): result for result in results["deprecated"].get("results") or []}
    why = {place: "".join(_causes.of_result(result)) for place, result in came.items()}
    stay = [{"reason": _promotion.LEFT, **image} for image in decided["left"]]
    stay += [
        {**image, "reason": why.get(_images.place(image), NOT_COME_TO)}
        for image in decided["previous"]
        if why.get(_images.place(image)) != ""
    ]
    return [{**_images.named(image), "reason": image["reason"], **_taken_from(image, came)} for image in stay]


def _taken_from(image: Data, came: t.Mapping[_images.Place, Data]) -> Data:
    """Who has lost an image that stays, and who has it.

    :param came: what deprecating images has come to
    """
    result = came.get(_images.place(image))
    return _taken.failed(result, image["accounts"]) if result else {"unshared": [], "holders": image["accounts"]}


def _id(result: Data) -> tuple[str, str]:
    return _images.place(result[LOOP_VAR])


def _asked(settings: Data) -> list[Data]:
    """The accounts that should have each image; nothing if this run does not say."""
    if "share" not in settings["steps"] or settings["from_manifest"]:
        return []
    regions = [destination["region"] for destination in settings["destinations"]]
    regions = [None, *regions] if settings["every_region"] else regions
    copies = [
        {"region": region, "role": "copy", "asked_accounts": sorted(_audience.wanted(settings, region))}
        for region in regions
    ]
    asked = sorted(_audience.of_source(settings) or [])
    return [{"region": settings["source"]["region"], "role": "source", "asked_accounts": asked}, *copies]


def _asked_again(settings: Data, results: t.Mapping[str, Data]) -> list[Data]:
    """The accounts that should have each image of earlier manifests, now that this run has shared it."""
    call = (results.get("spread") or {}).get("share_call")
    if not (call and settings["from_manifest"]):
        return []
    known = results["begun"]["recorded"]["known"]
    before = {_images.place(image): image.get("asked_accounts") or [] for image in known}
    asked = {_images.place(image): image for image in call["images"]}
    wanted = {place: _audience.wanted_again(settings, before[place], image) for place, image in asked.items()}
    return [
        {"region": region, "image_id": image_id, "asked_accounts": sorted(accounts)}
        for (region, image_id), accounts in wanted.items()
    ]
