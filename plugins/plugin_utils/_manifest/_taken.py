# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The images that a release takes the place of, over all its runs: who has lost them is told by one run alone. Pure.

Such an image is taken from everybody and then deprecated. Once nobody has it, only a manifest knows who had it: so that
is written before the first is taken, and holds until a later run knows more.
"""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _images

Data = dict[str, t.Any]
Images = t.Sequence[Data]

BEGUN = "a run has begun to take it from its accounts, and has not told what came of that"


def foretold(images: Images) -> list[Data]:
    """What a manifest says before images are taken from everybody.

    :param images: those that are about to be deprecated, each with the ``accounts`` that lose it
    :returns: as ``left`` of a manifest has them
    """
    return [{**_images.named(image), "reason": BEGUN, **_unshared(image["accounts"])} for image in images]


def failed(result: Data, accounts: t.Sequence[str]) -> Data:
    """Who has lost an image that could not be deprecated, and who has it.

    :param result: of ecs_image
    :param accounts: that had it
    :returns: ``unshared`` and ``holders``
    """
    # A module that has ended without an error of its own can't say from whom it took the image: from any of them.
    lost = result.get("unshared", [] if result.get("error") else accounts)
    return {"unshared": lost, "holders": [account for account in accounts if account not in lost]}


def is_news(images: Images, before: Data | None) -> bool:
    """Whether a manifest does not say yet who loses these images.

    :param images: as ``foretold`` tells them
    """
    before = before or {}
    known: dict[_images.Place, set[str]] = {}
    for image in [*(before.get("deprecated") or []), *(before.get("left") or [])]:
        known.setdefault(_images.place(image), set()).update(image.get("accounts") or image.get("unshared") or [])
    going = [(_images.place(image), {*image.get("unshared", [])}) for image in images]
    return any(place not in known or accounts - known[place] for place, accounts in going)


def begun_by(before: Data | None) -> dict[_images.Place, Data]:
    """The images that a run has begun to take from their accounts, or has taken, without deprecating them, by place.

    :param before: the manifest before this one
    """
    left = (before or {}).get("left") or []
    return {_images.place(image): image for image in left if image.get("unshared") or image["reason"] == BEGUN}


def told(before: Data, parts: Data) -> Data:
    """What a manifest says of these images.

    :param before: the manifest before it, of the same release; empty if there is none
    :param parts: as ``_manifest.manifest`` takes them
    :returns: ``deprecated`` and ``left``; ``forgotten``, if there is any
    """
    deprecated, left = list(parts.get("deprecated") or []), parts.get("left")
    was = {_images.place(image): image for image in before.get("left") or []}
    others = parts.get("by_others") or ()  # they have deprecated these, and taken them from their accounts
    begun = {place: image for place, image in begun_by(before).items() if place not in others}
    stay = [image for place, image in was.items() if place not in others] if left is None else left
    told_of = {_images.place(image) for image in [*deprecated, *stay]}
    missing = [image for place, image in begun.items() if place not in told_of]
    seen = parts.get("followed") or ()
    stay = [*stay, *(image for image in missing if image["region"] not in seen)]
    # It leads no more: what a run of this release has begun was done, and nobody was told.
    deprecated += [{**_images.named(image), "accounts": []} for image in missing if image["region"] in seen]
    done = {_images.place(image) for image in deprecated}
    lost = [
        {**_images.named(one), "accounts": one.get("unshared", [])} for place, one in begun.items() if place in done
    ]
    forgotten = parts.get("forgotten") or before.get("forgotten")
    return {
        **({"forgotten": forgotten} if forgotten else {}),
        "deprecated": together([*(before.get("deprecated") or []), *lost], deprecated),
        "left": [
            _left(image, begun.get(_images.place(image), {}).get("unshared") or [])
            for image in stay
            if _images.place(image) not in done
        ],
    }


def _left(image: Data, before: t.Sequence[str]) -> Data:
    """An image that is still Available, with those who have lost it.

    :param image: with the accounts that it was taken from as ``unshared``, and with those that have it as ``holders``
    :param before: who had lost it, as far as an earlier run knew
    """
    lost = sorted({*(image.get("unshared") or []), *before} - {*(image.get("holders") or [])})
    return {**_images.named(image), "reason": image["reason"], **_unshared(lost)}


def _unshared(accounts: t.Sequence[str]) -> Data:
    return {"unshared": [*accounts]} if accounts else {}


def together(before: Images, now: Images) -> list[Data]:
    """Images of two lists, each once, with all who have lost it: a run that found it deprecated does not know that."""
    found: dict[_images.Place, Data] = {}
    for image in [*before, *now]:
        told_by = [
            one["accounts"]
            for one in (found.get(_images.place(image)), image)
            if one and one.get("accounts") is not None
        ]
        lost = {"accounts": sorted({account for accounts in told_by for account in accounts})} if told_by else {}
        found[_images.place(image)] = {**image, **lost}
    return [found[place] for place in sorted(found)]
