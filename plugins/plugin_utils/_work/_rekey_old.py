# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the old images where new ones with another key take their place: who has lost them. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE
from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _causes, _images
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _led
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _taken
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work._works_told import flat, named

Data = dict[str, t.Any]
Results = t.Mapping[str, Data]

IMAGE = "__image_rekey_image"  # of the playbook's loops
UNKNOWN = "nothing tells who has lost it. It was taken from them by a run whose manifest is not there"


def of_manifest(results: Results, previous: Data | None) -> Data:
    """
    :param previous: the manifest before this one
    :returns: ``deprecated`` and ``left`` as ``_manifest.manifest`` takes them
    """
    had = _holders(results)
    left = [
        {
            **_images.named(one[IMAGE]),
            "reason": "".join(_causes.of_result(one)),
            **_taken.failed(one, had.get(_place(one), [])),
        }
        for one in _failed(results)
    ]
    return {
        "deprecated": [
            {**_images.named(one["image"]), "accounts": _losers(one, results, previous)} for one in deprecated(results)
        ],
        "left": left if "results" in results["withdrawn"] else None,
    }


def about_to_go(begun: Data, results: Results) -> list[Data]:
    """The old images, each with the ``accounts`` that are about to lose it."""
    had = _holders(results)
    seen = {_images.place(image): image for image in results["found"].get("images") or []}
    return [
        {**_images.named(image), "accounts": had.get(place, [])}
        for image in begun["recorded"]["images"]
        if (place := _images.place(image)) in seen and seen[place]["status"] == AVAILABLE
    ]


def deprecated(results: Results) -> list[Data]:
    """The results for old images that are deprecated now, by this run or before it."""
    return [result for result in flat([results["withdrawn"]]) if "image" in result and not result.get("failed")]


def _failed(results: Results) -> list[Data]:
    """Those for old images that could not be deprecated."""
    return [one for one in flat([results["withdrawn"]]) if IMAGE in one and _causes.is_failed(one)]


def withdrawn(results: Results) -> list[Data]:
    """Those of old images that this run has deprecated."""
    return [result for result in deprecated(results) if result["changed"]]


def lines(begun: Data, results: Results, previous: Data | None) -> list[str]:
    """A line for each old image that this run has deprecated, or could not, or of which nobody knows who had it."""
    be = "would be" if begun["check"] else "was"
    told = _taken.told(previous or {}, of_manifest(results, previous))
    losers = {_images.place(image): image["accounts"] for image in told["deprecated"]}
    now = {_place(result) for result in withdrawn(results)}
    found = []
    for result in deprecated(results):
        lost = losers[_place(result)]
        if _place(result) in now:
            taken = f" and taken from {', '.join(lost)}" if lost else ""
            found.append(f"{named(result['image'])} {be} deprecated{taken}")
        if lost is None:
            found.append(f"{named(result['image'])}: {UNKNOWN}")
    failed = {_place(result) for result in _failed(results)}
    stay = [image for image in told["left"] if _images.place(image) in failed]
    return found + _led.lines(_led.groups(stay), is_planned=False)


def _losers(result: Data, results: Results, previous: Data | None) -> list[str] | None:
    """From whom an image was taken, None if only the manifest before this one can know that."""
    if not result["changed"]:
        return None
    # Whoever has the new one had the old one when the run began that gave it to them.
    region = result["image"]["region"]
    followed = any(share["accounts"] for share in _shares(results) if share["region"] == region)
    return result["unshared"] if result["unshared"] or previous or not followed else None


def _shares(results: Results) -> list[Data]:
    return list(results["holders"].get("shares") or [])


def _holders(results: Results) -> dict[_images.Place, list[str]]:
    """Who had each image when this run read it."""
    return {_images.place(share): share["accounts"] for share in _shares(results)}


def _place(result: Data) -> _images.Place:
    return _images.place(result.get(IMAGE) or result["image"])
