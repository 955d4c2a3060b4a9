# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arguments of each module call of a release. Pure."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, UNFINISHED
from ansible_collections.imageops.alicloud.plugins.module_utils._base.regions import EVERY
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience, _values
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _boot_tests

Data = dict[str, t.Any]

# What ecs_image is told of the source, beside its region.
OF_SOURCE = (
    "instance_id",
    "snapshot_id",
    "consistency",
    "detection_strategy",
    "import_from",
    "architecture",
    "boot_mode",
    "platform",
    "os_type",
    "license_type",
    "role_name",
    "nvme_support",
    "imds_support",
)


def destinations(settings: Data) -> Data:
    """Where copies should be."""
    every = {"destination_regions": [EVERY]} if settings["every_region"] else {}
    return {"destinations": destinations_only(settings["destinations"]), **every}


def destinations_only(places: t.Sequence[Data]) -> list[Data]:
    """The destinations as ecs_image_copy takes them: without the accounts."""
    return [{key: value for key, value in place.items() if key != "accounts"} for place in places]


def waiting(settings: Data) -> Data:
    """How long a module waits, how often it looks, and whether it tells meanwhile."""
    return {key: settings[key] for key in ("wait_timeout", "wait_interval", "progress")}


def create(settings: Data) -> Data:
    """Of ecs_image, for an image that is made of an instance or a snapshot, or imported."""
    return _values.given(
        **{key: settings["source"].get(key) for key in ("region", *OF_SOURCE)},
        **{key: settings[key] for key in ("name", "description", "tags")},
        family=None if settings["promotes"] else settings["family"],
        # What was withdrawn leads its family again only with the whole release, which the first look decides.
        restore=bool(settings["promotes"] and "copy" in settings["steps"]),
        copied_to=_copied_to(settings) or None,
        **waiting(settings),
    )


def _copied_to(settings: Data) -> list[Data]:
    """Where copies of an image that is to be made are to be."""
    if "copy" not in settings["steps"]:
        return []
    apart = [place for place in settings["destinations"] if not _audience.is_itself(settings, place)]
    apart += [{"region": EVERY}] if settings["every_region"] else []
    return [
        _values.given(
            region=place["region"],
            name=place.get("name"),
            encrypted=_audience.is_encrypted(settings, place),
            shared=("share" in settings["steps"] and bool(_audience.wanted(settings, place["region"]))) or None,
        )
        for place in apart
    ]


def made_from(settings: Data) -> str | None:
    """What the image is made of, in a word: an instance, a snapshot or objects. None for one that is there."""
    source = settings["source"]
    objects = [f"oss://{disk['bucket']}/{disk['object']}" for disk in source.get("import_from") or []]
    return source.get("instance_id") or source.get("snapshot_id") or ", ".join(objects) or None


def find(settings: Data) -> Data:
    """Of ecs_image_info, for an image that is there."""
    source = settings["source"]
    if source.get("image_id"):
        return {"region": source["region"], "image_ids": [source["image_id"]]}
    return {"region": source["region"], "name": settings["name"]}


def copy(settings: Data, image: Data) -> Data:
    """Of ecs_image_copy."""
    common = ("name", "description", "encrypted", "kms_key_id", "tags")
    return _values.given(
        image=image,
        **destinations(settings),
        **{key: settings[key] for key in common},
        **waiting(settings),
        **settings["copy_options"],
    )


def look_for_copies(settings: Data, image: Data) -> Data:
    """Of ecs_image_copy in check mode. Only what it would take for its own is a copy: anybody may forge a marker."""
    return _values.given(
        image=image,
        **destinations(settings),
        **{key: settings[key] for key in ("name", "encrypted", "kms_key_id")},
        **{**settings["copy_options"], "preflight": "none"},
    )


def share(settings: Data, targets: t.Sequence[Data]) -> Data:
    """Of ecs_image_share."""
    options = ("accounts", "denied_accounts", "purge_accounts", "allow_empty", "max_accounts")
    return {"images": list(targets), **{key: settings[key] for key in options}}


def withdraw(settings: Data, images: t.Sequence[Data]) -> Data:
    """Of ecs_image_share: what failed its test boot is given to nobody, and still taken from the denied accounts."""
    named = [{"region": image["region"], "image_id": image["image_id"]} for image in images]
    return {"images": named, "accounts": settings["denied_accounts"], "state": "absent"}


def look_before(settings: Data, strange: t.Iterable[str] = ()) -> Data:
    """Of ecs_image_info: the family in all regions of a release, and the image that it is about, if it is there.

    :param strange: regions that are named and that this version does not know
    """
    source = settings["source"]
    wanted = source.get("image_id")
    named = [source["region"], *(destination["region"] for destination in settings["destinations"]), *strange]
    itself = f"image_id=='{wanted}'" if wanted else f"name=='{settings['name']}'"
    return {
        "regions": [EVERY] if settings["every_region"] else list(dict.fromkeys(named)),
        "query": f"[?family=='{settings['family']}' || {itself}]",
        "expect_images": False,  # before its first release an account has none
    }


def deprecates(settings: Data) -> bool:
    """Whether a promotion deprecates what led before."""
    return bool(settings["deprecate_previous"] or settings["rollback"])


def look_at_family(
    settings: Data, candidates: t.Sequence[Data], as_planned: bool = False, under_way: bool = False
) -> Data:
    """Of ecs_image_info: the candidates for a promotion, and what their family holds in their regions.

    :param as_planned: whether check mode has only planned to make a candidate Available again
    :param under_way: whether it has not waited for candidates that are still being made, as a run does
    """
    ids = sorted({image["image_id"] for image in candidates if image["image_id"]})
    statuses = [AVAILABLE, *(sorted(UNFINISHED) if under_way else [])]
    return {
        "regions": list(dict.fromkeys(image["region"] for image in candidates)),
        "query": f"[?family=='{settings['family']}' || contains(`{json.dumps(ids)}`, image_id)]",
        # Going back, check mode finds the images as they are before they are made Available again.
        **({} if settings["rollback"] or as_planned else {"statuses": statuses}),
        "share_lists": deprecates(settings),
        "expect_images": False,  # where a copy is missing, the copies have told it
    }


def look_elsewhere(settings: Data) -> Data:
    """Of ecs_image_info: what the family holds in all regions of the account, also where an older release has none."""
    named = {"regions": [EVERY], "family": settings["family"], "statuses": ["Available"]}
    return {**named, "expect_images": False}


def make_available(image: Data) -> Data:
    """Of ecs_image, for an image of an earlier release that is to be used again."""
    return {"region": image["region"], "image_id": image["image_id"], "state": "present"}


def join(settings: Data, image: Data) -> Data:
    """Of ecs_image, for an image that becomes the newest of its family."""
    return {"region": image["region"], "image_id": image["image_id"], "family": settings["family"]}


def deprecate(settings: Data, image: Data) -> Data:
    """Of ecs_image, for an image that led the family."""
    options = {"state": "deprecated", "unshare": settings["unshare_previous"]}
    return {"region": image["region"], "image_id": image["image_id"], **options}


def test_boot(settings: Data, boot: Data) -> Data:
    """Of ecs_image_verify."""
    return _boot_tests.call(boot, wait_interval=settings["wait_interval"], progress=settings["progress"])
