# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images as answers show them."""

from __future__ import annotations

from ..state.clock import stamp
from ..state.images import FEATURES, UNFINISHED, Image, ImageDisk
from ..state.world import World
from .call import Answer
from .common import tag_list

_FAMILY_FIELDS = [
    "Architecture",
    "CreationTime",
    "Description",
    "ImageFamily",
    "ImageId",
    "ImageName",
    "ImageOwnerAlias",
    "ImageVersion",
    "IsCopied",
    "IsSelfShared",
    "IsSubscribed",
    "IsSupportCloudinit",
    "IsSupportIoOptimized",
    "OSName",
    "OSType",
    "Platform",
    "ProductCode",
    "Progress",
    "Size",
    "Status",
    "Tags",
    "Usage",
]
_FAMILY_DISK_FIELDS = ["Device", "Format", "ImportOSSBucket", "ImportOSSObject", "Size", "SnapshotId", "Type"]


_SELF_SHARED = {"lower": ("false", "true"), "capital": ("False", "True"), "empty": ("", "true")}


def family_names(world: World, image: Image, account_id: str) -> list[str]:
    """What an account calls the family of an image: first as it is shown, then what else finds it."""
    if not image.family or image.alias != "self" or image.account_id == account_id:
        return [image.family]
    foreign = f"acs:{image.account_id}:{image.family}"
    return [foreign, image.family] if world.settings.family_shared_plain else [foreign]


def usage(world: World, image: Image) -> str:
    return "instance" if world.instances_of(image) else "none"


def usable(world: World, image: Image) -> bool:
    if image.made is None:
        return image.status == "Available"
    since = image.available_at if image.available_at is not None else image.created
    return image.status == "Available" and since + world.settings.usable_seconds <= world.now()


def shown_tags(world: World, image: Image, account_id: str) -> dict[str, str]:
    # Tags belong to the owner; a recipient of a shared image has none of them.
    if image.account_id != account_id:
        return {}
    hidden = image.copying and world.settings.copy_tags_visible == "when_available"
    return {} if hidden else image.shown_of(image.tags, world.now())


def _disk_view(world: World, image: Image, disk: ImageDisk) -> Answer:
    now = world.now()
    snapshot = world.snapshots.get(disk.snapshot_id)
    if image.work:
        progress, remaining = image.work.disk_percent(disk.size, now), image.work.remaining(disk.size, now)
    else:
        progress, remaining = image.percent(now), 0
    view: Answer = {
        "Device": disk.device,
        "Type": disk.kind,
        "Size": str(disk.size),
        "SnapshotId": disk.snapshot_id,
        "Format": disk.format or image.format,
        "ImportOSSBucket": disk.bucket,
        "ImportOSSObject": disk.object_name,
        "Progress": f"{progress}%",
        "RemainTime": remaining,
        "Encrypted": bool(snapshot and snapshot.encrypted),
    }
    settings = world.settings
    if settings.mapping_encrypted == "absent":
        del view["Encrypted"]
    if not image.work and settings.finished_progress != "full":
        del view["RemainTime"]
        view["Progress"] = ""
        if settings.finished_progress == "absent":
            del view["Progress"]
    return view


def _detection_view(world: World, image: Image, own: bool) -> Answer:
    """The check begins when the image is Available."""
    if image.detection is None or image.available_at is None or not own:
        return {"Status": "", "Items": {"Item": []}} if world.settings.detection_unchecked == "object" else {}
    finished = image.available_at + world.settings.detection_seconds <= world.now()
    status = "Finished" if finished else "Processing"
    return {"Status": status, "Items": {"Item": [dict(item) for item in image.detection] if finished else []}}


def _features_view(world: World, image: Image) -> Answer:
    """What an image was changed to is shown: it could not be told from what was never set."""
    return {
        name: image.features.get(name, default)
        for name, default in FEATURES.items()
        if world.settings.features_shown == "all"
        or name == "NvmeSupport"
        or image.features.get(name, default) != default
    }


def _owner_view(world: World, image: Image, own: bool) -> Answer:
    """Whose the image is, and whether others have it, as its owner or another account is told."""
    shared = own and bool(image.shown_shares(world.now(), world.settings.share_read_lag))
    view: Answer = {
        "ImageOwnerAlias": image.alias if image.alias != "self" or own else "others",
        "ImageOwnerId": int(image.account_id),
        "IsSelfShared": _SELF_SHARED[world.settings.self_shared_form][shared],
    }
    if own and world.settings.image_owner_id == "others":
        del view["ImageOwnerId"]
    return view


def image_view(world: World, image: Image, account_id: str) -> Answer:
    """One entry of DescribeImages. The key of an encrypted image is deliberately not in it."""
    now, settings = world.now(), world.settings
    own = image.account_id == account_id
    view: Answer = {
        **_owner_view(world, image, own),
        "Architecture": image.architecture,
        "BootMode": image.boot_mode,
        "CreationTime": stamp(image.created),
        "Description": image.description,
        "DetectionOptions": _detection_view(world, image, own),
        "DiskDeviceMappings": {"DiskDeviceMapping": [_disk_view(world, image, disk) for disk in image.disks]},
        "Features": _features_view(world, image),
        "ImageFamily": family_names(world, image, account_id)[0],
        "ImageId": image.image_id,
        "ImageName": image.name,
        "ImageVersion": image.version,
        "IsCopied": image.is_copied,
        "IsPublic": image.is_public,
        "IsSubscribed": False,
        "IsSupportCloudinit": image.cloudinit,
        "IsSupportIoOptimized": True,
        "LicenseType": image.license_type,
        "LoginAsNonRootSupported": image.login_as_non_root,
        "OSName": image.os_name,
        "OSNameEn": image.os_name,
        "OSType": image.os_type,
        "Platform": image.platform,
        "ProductCode": "",
        "Progress": f"{image.percent(now)}%",
        "ResourceGroupId": image.resource_group_id if own else "",
        "SecureBootOptions": {"SecureBootSupport": image.secure_boot},
        "Size": image.size,
        "Status": image.status,
        "SupplierName": "",
        "Tags": tag_list(shown_tags(world, image, account_id)),
        "Usable": usable(world, image) and image.status not in UNFINISHED,
        "Usage": usage(world, image),
    }
    if not view["DetectionOptions"] and settings.detection_unchecked == "absent":
        del view["DetectionOptions"]
    return view


def family_view(world: World, image: Image, account_id: str) -> Answer:
    """DescribeImageFromFamily shows fewer fields."""
    whole = image_view(world, image, account_id)
    disks = [_disk_view(world, image, disk) for disk in image.disks]
    shown = [{name: disk[name] for name in _FAMILY_DISK_FIELDS if name in disk} for disk in disks]
    return {**{name: whole[name] for name in _FAMILY_FIELDS}, "DiskDeviceMappings": {"DiskDeviceMapping": shown}}
