# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreateImage: from an instance, from a list of disks, or from one snapshot."""

from __future__ import annotations

from ..state import making, rules
from ..state.images import FEATURES, Image, ImageDisk
from ..state.instances import Disk, Instance
from ..state.snapshots import Snapshot
from .call import Answer, Call
from .common import checked_description, new_tags, resource_group
from .encryption import TOO_OLD, key_ids_are_usable
from .images import check_family

MAX_DISKS = 17
_SIZES = (20, 32768)


def create_image(call: Call) -> Answer:
    """An instance wins over a disk list, a disk list over a snapshot."""
    world = call.world
    if not call.account.snapshot_service:
        raise call.error("InvalidAccountStatus.SnapshotServiceUnavailable")
    image = _described(call)
    made: list[Snapshot] = []
    if call.text("InstanceId"):
        disks = _instance_disks(call, image)
        _check_quotas(call, len(disks))
        made = [_disk_snapshot(call, disk) for disk in disks]
        image.disks = [
            ImageDisk(disk.device, disk.kind, disk.size, snapshot.snapshot_id)
            for disk, snapshot in zip(disks, made, strict=True)
        ]
    elif call.objects("DiskDeviceMapping"):
        image.disks = _mapped_disks(call)
        _check_quotas(call, 0)
    elif call.text("SnapshotId"):
        image.disks = [_snapshot_disk(call)]
        _check_quotas(call, 0)
    else:
        raise call.error("MissingParameter#source")
    world.add_image(image)
    making.make(world, image, made)
    return {"ImageId": image.image_id}


def _described(call: Call) -> Image:
    """An image with everything but its disks."""
    world = call.world
    image_id = world.new_id("m-")
    name = call.text("ImageName")
    if call.given("ImageName"):
        if not rules.image_name(name):
            raise call.error("InvalidImageName.Malformed")
        if world.image_of_name(call.account_id, call.here, name):
            raise call.error("InvalidImageName.Duplicated")
    description = checked_description(call, "Description")
    if call.given("ImageFamily"):
        check_family(call, None, call.text("ImageFamily"))
    platform, architecture, boot_mode = _system(call)
    if call.text("DetectionStrategy") not in ("", "Standard"):
        raise call.error("InvalidParameter", "DetectionStrategy")
    imds = call.text("Features.ImdsSupport") or "v1"
    if imds not in ("v1", "v2"):
        raise call.error("InvalidParameter.FeaturesImdsSupport")
    return Image(
        image_id=image_id,
        account_id=call.account_id,
        region=call.here,
        name=name or image_id,
        description=description,
        family=call.text("ImageFamily"),
        version=call.text("ImageVersion"),
        platform=platform,
        os_name=f"{platform} 64 bit",
        os_type="windows" if platform.startswith("Windows") else "linux",
        architecture=architecture,
        boot_mode=boot_mode,
        created=world.now(),
        tags=new_tags(call),
        features={**FEATURES, "ImdsSupport": imds},
        secure_boot=call.text("SecureBootOptions.SecureBootSupport") or "unsupported",
        resource_group_id=resource_group(call),
        detection=list(world.settings.detection_items) if call.text("DetectionStrategy") else None,
    )


def _system(call: Call) -> tuple[str, str, str]:
    platform = call.text("Platform") or "Others Linux"
    if platform not in rules.PLATFORMS:
        raise call.error("InvalidPlatform.Malformed")
    architecture = call.text("Architecture") or "x86_64"
    if architecture not in rules.ARCHITECTURES:
        raise call.error("InvalidArchitecture.Malformed")
    boot_mode = call.text("BootMode") or ("UEFI" if architecture == "arm64" else "UEFI-Preferred")
    if boot_mode not in rules.BOOT_MODES or (architecture == "arm64" and boot_mode != "UEFI"):
        raise call.error("InvalidBootMode.NotSupport")
    return platform, architecture, boot_mode


def _check_quotas(call: Call, snapshots: int) -> None:
    world, settings = call.world, call.world.settings
    if len(world.own_images(call.account_id, call.here)) >= settings.image_quota:
        raise call.error("QuotaExceed.Image")
    held = sum(
        snapshot.account_id == call.account_id and snapshot.region == call.here for snapshot in world.snapshots.values()
    )
    if held + snapshots > settings.snapshot_quota:
        raise call.error("QuotaExceed.Snapshot")


# From an instance


def _instance_disks(call: Call, image: Image) -> list[Disk]:
    world = call.world
    instance = world.instances.get(call.text("InstanceId"))
    if instance is None or instance.account_id != call.account_id or instance.region != call.here:
        raise call.error("InvalidInstanceId.NotFound")
    if instance.locked == "security":
        raise call.error("InstanceLockedForSecurity")
    if instance.status not in ("Running", "Stopped"):
        raise call.error("IncorrectInstanceStatus")
    disks = world.disks_of(instance.instance_id)
    if not any(disk.kind == "system" for disk in disks):
        raise call.error("InvalidInstance.NotFoundSystemDisk")
    _check_disks(call, disks)
    _take_over(call, image, instance)
    return disks


def _check_disks(call: Call, disks: list[Disk]) -> None:
    world = call.world
    ids = {disk.disk_id for disk in disks}
    if any(snapshot.disk_id in ids and snapshot.status == "progressing" for snapshot in world.snapshots.values()):
        raise call.error("IncorrectDiskStatus.CreatingSnapshot")
    key_ids_are_usable(call, [disk.kms_key_id for disk in disks])


def _take_over(call: Call, image: Image, instance: Instance) -> None:
    """What the instance says about its system wins over defaults, not over what was asked for."""
    image.os_name, image.os_type = instance.os_name, instance.os_type
    if not call.given("Platform"):
        image.platform = instance.platform
    if not call.given("Architecture"):
        image.architecture = instance.architecture
    if not call.given("BootMode"):
        image.boot_mode = instance.boot_mode
    if instance.nvme:
        image.features["NvmeSupport"] = "supported"
    made_of = call.world.region_images(call.here).get(instance.image_id)
    image.login_as_non_root = made_of is not None and made_of.login_as_non_root


def _disk_snapshot(call: Call, disk: Disk) -> Snapshot:
    world = call.world
    snapshot = Snapshot(
        snapshot_id=world.new_id("s-"),
        account_id=call.account_id,
        region=call.here,
        size=disk.size,
        disk_kind=disk.kind,
        disk_id=disk.disk_id,
        encrypted=disk.encrypted,
        kms_key_id=disk.kms_key_id,
        created=world.now(),
        modified=world.now(),
        resource_group_id=world.default_group(call.account_id),
    )
    world.snapshots[snapshot.snapshot_id] = snapshot
    return snapshot


# From snapshots


def _usable_snapshot(call: Call, snapshot_id: str) -> Snapshot:
    snapshot = call.world.snapshots.get(snapshot_id)
    if (
        snapshot is None
        or snapshot.region != call.here
        or call.account_id not in (snapshot.account_id, *snapshot.shares)
    ):
        raise call.error("InvalidSnapshotId.NotFound")
    if snapshot.account_id != call.account_id:
        # A recipient has to copy it first.
        raise call.error("OperationDenied#shared")
    if snapshot.created < TOO_OLD:
        raise call.error("InvalidSnapshot.TooOld")
    if snapshot.status != "accomplished":
        raise call.error("InvalidSnapshotId.NotReady")
    key_ids_are_usable(call, [snapshot.kms_key_id])
    return snapshot


def _snapshot_disk(call: Call) -> ImageDisk:
    snapshot = _usable_snapshot(call, call.text("SnapshotId"))
    if snapshot.disk_kind != "system":
        raise call.error("OperationDenied#data_disk")
    return ImageDisk("/dev/xvda", "system", snapshot.size, snapshot.snapshot_id)


def _mapped_disks(call: Call) -> list[ImageDisk]:
    mappings = call.objects("DiskDeviceMapping")
    if len(mappings) > MAX_DISKS:
        raise call.error("InvalidParameter", "DiskDeviceMapping")
    disks = [_mapped_disk(call, mapping) for mapping in mappings]
    systems = sum(disk.kind == "system" for disk in disks)
    if systems != 1:
        raise call.error("OperationDenied#two_systems" if systems else "OperationDenied#no_system")
    _name_devices(call, disks)
    return sorted(disks, key=lambda disk: disk.device)


def _mapped_disk(call: Call, mapping: dict[str, str]) -> ImageDisk:
    kind = mapping.get("DiskType", "")
    if kind not in ("", "system", "data"):
        raise call.error("InvalidDiskType.ValueNotSupported")
    device = mapping.get("Device", "")
    if device and not rules.device(device):
        raise call.error("InvalidDevice.Malformed")
    size = int(mapping["Size"]) if "Size" in mapping else None
    if not mapping.get("SnapshotId"):
        size = _SIZES[0] if size is None else size
        if not _SIZES[0] <= size <= _SIZES[1]:
            raise call.error("InvalidSize.ValueNotSupported")
        return ImageDisk(device, kind or "data", size)
    snapshot = _usable_snapshot(call, mapping["SnapshotId"])
    kind = kind or snapshot.disk_kind
    if kind == "system" and snapshot.disk_kind == "data":
        _check_data_as_system(call, snapshot)
    size = snapshot.size if size is None else size
    if not snapshot.size <= size <= _SIZES[1]:
        raise call.error("InvalidSize.ValueNotSupported")
    return ImageDisk(device, kind, size, snapshot.snapshot_id)


def _check_data_as_system(call: Call, snapshot: Snapshot) -> None:
    if snapshot.encrypted:
        raise call.error("InvalidParameter.DiskType")
    if not call.account.data_disk_as_system:
        raise call.error("UserNotInTheWhiteList")


def _name_devices(call: Call, disks: list[ImageDisk]) -> None:
    """The system disk is xvda; the others take the letters that are left."""
    for disk in disks:
        if disk.device and (disk.device == "/dev/xvda") != (disk.kind == "system"):
            raise call.error("InvalidDevice.Malformed")
    given = [disk.device for disk in disks if disk.device]
    if len(given) != len(set(given)):
        raise call.error("InvalidDevice.InUse")
    free = (f"/dev/xvd{letter}" for letter in "bcdefghijklmnopqrstuvwxyz" if f"/dev/xvd{letter}" not in given)
    for disk in disks:
        if not disk.device:
            disk.device = "/dev/xvda" if disk.kind == "system" else next(free)
