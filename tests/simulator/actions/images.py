# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions that read, change and delete images."""

from __future__ import annotations

from ..state import making, rules
from ..state.images import FEATURES, UNFINISHED, Image
from .call import Answer, Call
from .common import is_listed_now, page_of, running_tasks
from .image_queries import select_images
from .image_views import family_names, family_view, image_view


def own_image(call: Call) -> Image:
    """The image of the call, which must be the caller's own."""
    image = call.world.own_image(call.account_id, call.here, call.text("ImageId"))
    if image is None or not call.finds(image):
        worded = (call.text("ImageId"),) if call.action == "DescribeImageSharePermission" else ()
        raise call.error("InvalidImageId.NotFound", *worded)
    return image


def describe_images(call: Call) -> Answer:
    found, paging = page_of(call, select_images(call))
    return {
        **paging,
        "RegionId": call.here,
        "Images": {"Image": [image_view(call.world, image, call.account_id) for image in found]},
    }


def describe_image_from_family(call: Call) -> Answer:
    """The newest Available image of a family that the caller may use; without one, an empty object."""
    world, now = call.world, call.world.now()
    lag = world.settings.image_read_lag
    candidates = [
        image
        for image in world.region_images(call.here).values()
        if call.text("ImageFamily") in family_names(world, image, call.account_id)
        and image.status == "Available"
        and image.is_old(lag, now)
        and is_listed_now(call, image)
        and world.readable_image(call.account_id, call.here, image.image_id)
    ]
    newest = max(candidates, key=lambda image: (_family_date(call, image), image.image_id), default=None)
    return {"Image": family_view(world, newest, call.account_id) if newest else {}}


def _family_date(call: Call, image: Image) -> float:
    if call.world.settings.family_newest == "available" and image.available_at is not None:
        return image.available_at
    return image.created


def check_family(call: Call, image: Image | None, family: str) -> None:
    """Name and quotas of a family that an image is to join."""
    full, too_many = (
        ("ImageQuotaExceed.ImageFamily", "ImageFamilyQuotaExceed")
        if call.action == "CreateImage"
        else ("ImageQuotaFull.ImageFamily", "ImageFamilyQuotaFull")
    )
    if not rules.image_name(family):
        raise call.error("InvalidImageFamily.Malformed")
    others = [other for other in call.world.own_images(call.account_id, call.here) if other is not image]
    members = sum(other.family == family for other in others)
    if members >= call.world.settings.images_per_family:
        raise call.error(full)
    families = {other.family for other in others if other.family}
    if not members and len(families) >= call.world.settings.families_per_region:
        raise call.error(too_many)


def modify_image_attribute(call: Call) -> Answer:
    image = own_image(call)
    if image.status in UNFINISHED:
        raise call.error("InvalidStatus.ImageIsCreating")
    changes: dict[str, str] = {}
    _name_and_description(call, image, changes)
    if call.given("ImageFamily"):
        check_family(call, image, call.text("ImageFamily"))
        changes["family"] = call.text("ImageFamily")
    _boot_mode_and_license(call, image, changes)
    features = _features(call, image)
    if call.given("Status"):
        changes["status"] = _new_status(call, image)
    # Only now, when nothing can be refused any more, is anything changed.
    for name, value in changes.items():
        setattr(image, name, value)
    image.features.update(features)
    return {}


def _name_and_description(call: Call, image: Image, changes: dict[str, str]) -> None:
    empty = call.world.settings.modify_empty_value
    name = call.text("ImageName")
    if call.given("ImageName") and (name or empty == "refused"):
        if not rules.image_name(name):
            raise call.error("InvalidImageName.Malformed")
        holder = call.world.image_of_name(call.account_id, call.here, name)
        if holder is not None and holder is not image:
            raise call.error("InvalidImageName.Duplicated")
        changes["name"] = name
    text = call.text("Description")
    if call.given("Description"):
        if (text or empty == "refused") and not rules.description(text):
            raise call.error("InvalidDescription.Malformed")
        if text or empty == "cleared":
            changes["description"] = text


def _boot_mode_and_license(call: Call, image: Image, changes: dict[str, str]) -> None:
    mode = call.text("BootMode")
    if call.given("BootMode"):
        if mode not in rules.BOOT_MODES or (image.architecture == "arm64" and mode != "UEFI"):
            raise call.error("InvalidBootMode.NotSupport")
        if mode != image.boot_mode and call.world.instances_of(image):
            raise call.error("OperationDeined.ImageUsingByInstance")
        changes["boot_mode"] = mode
    if call.given("LicenseType"):
        if call.text("LicenseType") != "BYOL":
            raise call.error("InvalidLicenseType.NotSupported")
        changes["license_type"] = "BYOL"


def _features(call: Call, image: Image) -> dict[str, str]:
    changes = {}
    if call.given("Features.NvmeSupport"):
        if call.text("Features.NvmeSupport") not in ("supported", "unsupported"):
            raise call.error("InvalidParameter", "Features.NvmeSupport")
        changes["NvmeSupport"] = call.text("Features.NvmeSupport")
    if call.given("Features.ImdsSupport"):
        imds = call.text("Features.ImdsSupport")
        if imds not in ("v1", "v2"):
            raise call.error("InvalidParameter.FeaturesImdsSupport")
        if imds == "v1" and image.features.get("ImdsSupport", FEATURES["ImdsSupport"]) == "v2":
            raise call.error("InvalidOperation.FeaturesImdsSupportNotMatch")
        changes["ImdsSupport"] = imds
    return changes


def _new_status(call: Call, image: Image) -> str:
    status = call.text("Status")
    if status == "Deprecated":
        if image.status != "Available":
            raise call.error("ImageStatus.NotAvailable")
        if image.accounts() or image.is_public or _is_held_by_organisation(call, image):
            raise call.error("ImageUseShared")
    elif status == "Available":
        if image.status != "Deprecated":
            raise call.error("ImageStatus.NotDeprecated")
    else:
        raise call.error("InvalidParameter", "Status")
    return status


def _is_held_by_organisation(call: Call, image: Image) -> bool:
    return bool(image.organisation) and call.world.settings.rs_share_blocks == "refused"


def delete_image(call: Call) -> Answer:
    world = call.world
    if (
        world.settings.delete_unknown_image == "ignored"
        and world.own_image(call.account_id, call.here, call.text("ImageId")) is None
    ):
        return {}
    image = own_image(call)
    as_source = any(copy.work and copy.work.source_image_id == image.image_id for copy in _unfinished_copies(call))
    running = {task.action for task in running_tasks(world, image)}
    if running:
        raise call.error("ImageIsImporting" if "ImportImage" in running else "ImageIsExporting")
    if image.copying or (as_source and world.settings.delete_source_while_copying == "refused"):
        raise call.error("OperationDenied.ImageCopying")
    if image.status in UNFINISHED and world.settings.delete_while_creating == "refused":
        raise call.error("ImageIsCreating")
    if image.is_public:
        raise call.error("ImageIsPublic")
    if image.accounts() or _is_held_by_organisation(call, image):
        raise call.error("ImageUseShared")
    if world.instances_of(image) and not call.flag("Force"):
        raise call.error("ImageUsingByInstance")
    making.delete(world, image)
    return {}


def _unfinished_copies(call: Call) -> list[Image]:
    return call.world.copy_queue + call.world.running_copies
