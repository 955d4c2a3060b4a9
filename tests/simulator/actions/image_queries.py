# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of DescribeImages."""

from __future__ import annotations

import fnmatch

from ..state import rules
from ..state.images import STATES, Image
from .call import Call
from .common import TagFilter, Window, bad_value, creation_window, has_tags, in_group, is_listed_now, tag_filters
from .image_views import family_names, shown_tags, usable, usage

OWNER_ALIASES = ("system", "self", "others", "marketplace")
_UPGRADES = ("CpuOnlineUpgrade", "CpuOnlineDowngrade", "MemoryOnlineUpgrade", "MemoryOnlineDowngrade")


def select_images(call: Call) -> list[Image]:
    """All images that a query finds, newest first."""
    _check_values(call)
    statuses = _statuses(call)
    candidates = [image for image in _visible(call) if statuses is None or image.status in statuses]
    tags, window = tag_filters(call), _filters(call)
    found = [image for image in candidates if _matches(call, image, tags, window)]
    return sorted(found, key=lambda image: (-image.created, image.image_id))


def _check_values(call: Call) -> None:
    checks = (
        ("Usage", ("instance", "none"), "InvalidUsage"),
        ("OSType", ("windows", "linux"), "InvalidOSType"),
        ("Architecture", rules.ARCHITECTURES, "InvalidArchitecture"),
        ("ActionType", ("CreateEcs", "ChangeOS"), "InvalidParamter"),
    )
    for name, allowed, code in checks:
        if call.text(name) and call.text(name) not in allowed:
            raise call.error(code)
    wanted = call.text("InstanceType")
    if wanted and not rules.instance_type(wanted):
        raise call.error("InvalidInstanceType.ValueNotSupported", wanted)
    if call.flag("IsPublic") and not call.account.community_queries:
        raise call.error("CurrentAccount.NotSupportPublicImage")
    alias = call.text("ImageOwnerAlias")
    if alias and alias not in OWNER_ALIASES:
        raise call.error("InvalidImageOwnerAlias.ValueNotSupported")
    if call.flag("IsPublic") and alias not in ("", "others"):
        raise call.error("InvalidImageOwnerAlias.PublicImageUnsupported")
    if call.given("ImageOwnerId") and alias != "others" and not call.flag("IsPublic"):
        raise call.error("InvalidOperation.ImageOwnerIdUnsupported")


def _statuses(call: Call) -> tuple[str, ...] | None:
    """Without Status only Available images are found, whatever else was asked; None for all there are."""
    if not call.text("Status"):
        if call.given("Usable"):
            raise call.error("MissingParameter", "Status")
        return ("Available",)
    if call.text("Status") == "ALL":
        return None
    wanted = tuple(word.strip() for word in call.text("Status").split(","))
    if any(word not in STATES for word in wanted):
        raise bad_value(call, "Status")
    return wanted


def alias_for(image: Image, account_id: str) -> str:
    """Who owns the image, as the caller sees it."""
    return image.alias if image.alias != "self" or image.account_id == account_id else "others"


def _visible(call: Call) -> list[Image]:
    world, now, me = call.world, call.world.now(), call.account_id
    settings = world.settings
    wanted = call.text("ImageOwnerAlias")
    images = []
    for image in world.region_images(call.here).values():
        alias = alias_for(image, me)
        if wanted and alias != wanted:
            continue
        if not wanted and alias == "marketplace":
            continue
        if not image.is_old(settings.image_read_lag, now) or not is_listed_now(call, image):
            continue
        if call.blind and alias == "self":
            # Images of others and of the provider are shown whatever the caller's rights.
            continue
        if alias == "others" and not _others_visible(call, image):
            continue
        if call.flag("IsPublic") and not (image.is_public and alias == "others"):
            continue
        images.append(image)
    return images


def _others_visible(call: Call, image: Image) -> bool:
    """Another account's image: public ones only when asked for, shared ones as the list reads at this time."""
    if call.flag("IsPublic"):
        return image.is_public
    shown = image.shown_shares(call.world.now(), call.world.settings.share_read_lag)
    return any(share.account_id == call.account_id for share in shown)


def _matches(call: Call, image: Image, tags: list[TagFilter], window: Window) -> bool:
    return (
        _matches_texts(call, image)
        and _matches_flags(call, image)
        and _matches_name(call, image)
        and _matches_filters(image, window)
        and has_tags(shown_tags(call.world, image, call.account_id), tags)
        and in_group(call, image.resource_group_id)
    )


def _matches_texts(call: Call, image: Image) -> bool:
    ids = [call.text("ImageId")]
    if call.world.settings.image_ids_with_commas == "several":
        ids = [word.strip() for word in ids[0].split(",")]
    if call.text("ImageId") and image.image_id not in ids:
        return False
    family = call.text("ImageFamily")
    if family and family not in family_names(call.world, image, call.account_id):
        return False
    exact = {
        "Architecture": image.architecture,
        "OSType": image.os_type,
        "Usage": usage(call.world, image),
        "ImageOwnerId": image.account_id,
    }
    if any(call.text(name) and call.text(name) != value for name, value in exact.items()):
        return False
    wanted = call.text("SnapshotId")
    return not wanted or any(disk.snapshot_id == wanted for disk in image.disks)


def _matches_flags(call: Call, image: Image) -> bool:
    flags = {
        "IsSupportCloudinit": image.cloudinit,
        "IsSupportIoOptimized": True,
        "Usable": usable(call.world, image),
    }
    return all(call.flag(name) is None or call.flag(name) == value for name, value in flags.items())


def _matches_name(call: Call, image: Image) -> bool:
    wanted = call.text("ImageName")
    if not wanted:
        return True
    if call.world.settings.image_name_match == "exact":
        return image.name == wanted
    # Only the star is a wildcard here; the other characters of shell patterns stand for themselves.
    pattern = wanted.replace("[", "[[]").replace("?", "[?]")
    return fnmatch.fnmatchcase(image.name, pattern if "*" in pattern else f"*{pattern}*")


def _filters(call: Call) -> Window:
    window = creation_window(call, ("NetworkType", *_UPGRADES))
    for key, value in window[2].items():
        if key == "NetworkType" and value not in ("vpc", "classic"):
            raise call.error("InvalidFilterValue.NetworkType")
        if key != "NetworkType" and value not in ("supported", "unsupported"):
            raise call.error("InvalidFilterValue")
    return window


def _matches_filters(image: Image, window: Window) -> bool:
    earliest, latest, others = window
    upgrades = all(image.features.get(key) == value for key, value in others.items() if key in _UPGRADES)
    return upgrades and earliest <= image.created <= latest
