# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook image_rekey is told: which images get a new key, and where the new ones are tried. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _boot_tests

Data = dict[str, t.Any]

KEEP = "keep"  # in place of a new key: that region's image stays as it is


def narrowed(settings: Data, recorded: Data) -> Data:
    """What manifests say, without the images that are to keep their key."""
    keys = settings["keys"] if isinstance(settings["keys"], dict) else {}
    kept = {region for region, key in keys.items() if key == KEEP}
    return {**recorded, "images": [one for one in recorded["images"] if one["region"] not in kept]} if recorded else {}


def faults(settings: Data, recorded: Data) -> list[str]:
    """
    :param recorded: what the manifests hold, empty if they can't be read
    """
    wanted = {"manifests": "of the releases that get a new key", "name": "of the new images", "keys": "of each region"}
    found = [f"give image_rekey_{name}, {what}" for name, what in wanted.items() if not settings[name]]
    named = validation.name_faults(settings["name"], "image_rekey_name") if settings["name"] else []
    if found or not recorded:
        return found + named
    images = recorded["images"]
    regions = [image["region"] for image in images]
    twice = sorted({region for region in regions if regions.count(region) > 1})
    if twice:
        found.append(
            f"image_rekey_manifests name several images in {', '.join(twice)}: there must be one in each region"
        )
    lacking = sorted(set(regions) - set(settings["keys"]))
    if lacking:
        found.append(f"image_rekey_keys lacks {', '.join(lacking)}")
    found += _place_faults(settings["verify"], regions)
    strange = [name for name, key in settings["keys"].items() if not isinstance(key, str) or not key]
    found += [f"image_rekey_keys: the key of {name} must be a text" for name in strange]
    found += [*named, *_same_name(settings["name"], images), *_same_key(settings["keys"], recorded)]
    return found + (["image_rekey_manifests name no image that can get a new key"] if not images else [])


def _same_name(name: str, images: t.Sequence[Data]) -> list[str]:
    """Images that are called so already. Where others are not, new ones would have been made, and billed."""
    same = [f"{image['image_id']} in {image['region']}" for image in images if image["name"] == name]
    return [f"image_rekey_name: {', '.join(same)} is called {name} itself. Give another name"] if same else []


def _same_key(keys: Data, recorded: Data) -> list[str]:
    """Images that have the key already which they are to get, as far as the manifests know it."""
    named = {(image["region"], image["image_id"]) for image in recorded["images"]}
    same = [
        f"{entry['image_id']} in {entry['region']}"
        for entry in recorded.get("known") or []
        if (entry["region"], entry["image_id"]) in named and entry.get("kms_key_id") == keys.get(entry["region"], "")
    ]
    if not same:
        return []
    have = "has" if len(same) == 1 else "have"
    return [
        f"image_rekey_keys: {', '.join(same)} {have} that key already. Give another one, or {KEEP} for a region whose "
        "image is to stay as it is"
    ]


def _place_faults(given: t.Sequence[Data], regions: t.Sequence[str]) -> list[str]:
    """What is wrong with where the new images are to be tried. A place without a region is told already."""
    places = [place for place in given if place.get("region") is not None]
    found = [
        f"image_rekey_verify: there is no image in {place['region']}, only in {', '.join(sorted({*regions}))}"
        for place in places
        if regions and place["region"] not in regions
    ]
    return found + _boot_tests.place_faults(places, "image_rekey_verify")


def settled(settings: Data) -> Data:
    """The settings with the test boots as their module takes them."""
    return {**settings, "verify": [_boot_tests.call(place) for place in settings["verify"]]}


def calls(settings: Data, recorded: Data) -> list[Data]:
    """What ecs_image_copy is told: one new image a region, of the image that its manifest names."""
    images = {image["region"]: image["image_id"] for image in recorded["images"]}
    return [
        {
            "images": images,
            "name": settings["name"],
            "encrypted": True,
            "destinations": [{"region": region, "kms_key_id": settings["keys"][region]} for region in images],
        }
    ]
