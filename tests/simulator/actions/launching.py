# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances from images: start them, release them, give them another image. Only what work on images needs."""

from __future__ import annotations

from functools import partial

from ..state.images import Image, ImageDisk
from ..state.instance_types import INSTANCE_TYPES
from ..state.instances import Disk, Instance
from ..state.networks import VSwitch
from ..state.world import World
from .call import Answer, Call
from .common import new_tags, resource_group
from .encryption import customer_key
from .image_views import family_names
from .instance_types import check_type
from .instances import instance_to_change, move
from .networks import own_security_groups, own_vswitches

MOST_AT_ONCE = 100


def run_instances(call: Call) -> Answer:
    """Several instances at once, which start by themselves."""
    amount = call.number("Amount")
    if amount is not None and not 1 <= amount <= MOST_AT_ONCE:
        raise call.error("InvalidParameter", "Amount")
    instances = _launch(call, amount or 1, "Running")
    return {"InstanceIdSets": {"InstanceIdSet": [instance.instance_id for instance in instances]}}


def create_instance(call: Call) -> Answer:
    """One instance, which is left stopped."""
    return {"InstanceId": _launch(call, 1, "Stopped")[0].instance_id}


def _launch(call: Call, amount: int, status: str) -> list[Instance]:
    tags, group = new_tags(call), resource_group(call)
    if call.text("InstanceType") not in INSTANCE_TYPES:
        raise call.error("InvalidInstanceType.ValueNotSupported", call.text("InstanceType"))
    image = _image(call)
    check_type(call, image, call.text("InstanceType"))
    switch, groups = _network(call)
    key_id = _disk_key(call, image)
    instances = [_new_instance(call, image, switch, groups) for dummy in range(amount)]
    for instance in instances:
        instance.tags, instance.resource_group_id = dict(tags), group
        for disk in image.disks:
            _new_disk(call, instance, image, disk, key_id)
        move(call, instance, "Pending", status)
    return instances


def _image(call: Call) -> Image:
    world = call.world
    if call.text("ImageId") and call.text("ImageFamily"):
        raise call.error("UnexpectedImageFamily.ImageIdSupplied")
    if call.text("ImageFamily"):
        return _newest_of_family(call)
    if not call.text("ImageId"):
        raise call.error("MissingParameter", "ImageId")
    image = world.readable_image(call.account_id, call.here, call.text("ImageId"))
    if image is None:
        raise call.error("InvalidImageId.NotFound")
    if image.status not in ("Available", "Deprecated"):
        raise call.error("OperationDenied#not_available")
    is_strict = call.world.settings.secure_boot_unsupported == "refused"
    if is_strict and call.flag("SecurityOptions.EnableSecureBoot") and image.secure_boot != "supported":
        raise call.error("InvalidParameter", "SecurityOptions.EnableSecureBoot")
    return image


def _newest_of_family(call: Call) -> Image:
    found = [
        image
        for image in call.world.region_images(call.here).values()
        if call.text("ImageFamily") in family_names(call.world, image, call.account_id)
        and image.status == "Available"
        and call.world.readable_image(call.account_id, call.here, image.image_id)
    ]
    if not found:
        raise call.error("InvalidImageFamily.MissingAvailableImage")
    return max(found, key=lambda image: (image.created, image.image_id))


def _network(call: Call) -> tuple[VSwitch, list[str]]:
    """Subnet and security groups, all in one network."""
    if not call.text("VSwitchId"):
        raise call.error("MissingParameter", "VSwitchId")
    switch = next((one for one in own_vswitches(call) if one.vswitch_id == call.text("VSwitchId")), None)
    if switch is None:
        raise call.error("InvalidVSwitchId.NotFound")
    if call.text("ZoneId") not in ("", switch.zone):
        raise call.error("InvalidParameter.Mismatch")
    wanted = [group for group in [call.text("SecurityGroupId"), *call.items("SecurityGroupIds")] if group]
    if not wanted:
        raise call.error("MissingParameter", "SecurityGroupId")
    known = [group.group_id for group in own_security_groups(call) if group.vpc_id == switch.vpc_id]
    if not set(wanted) <= set(known):
        raise call.error("InvalidSecurityGroupId.NotFound")
    return switch, wanted


def _disk_key(call: Call, image: Image) -> str:
    """The key asked for all disks; empty if each is to be as its snapshot is."""
    encrypted, asked = call.flag("SystemDisk.Encrypted"), call.text("SystemDisk.KMSKeyId")
    if asked and not encrypted:
        raise call.error("InvalidEncrypted.NotMatchKmsKeyId")
    source = any(snapshot.encrypted for snapshot in call.world.image_snapshots(image))
    if source and image.account_id != call.account_id and not encrypted:
        raise call.error("InvalidParam.EncryptedMismatch")
    if not encrypted and not source and call.here in call.account.default_encryption:
        raise call.error("InvalidEncrypted.NotMatchDiskDefaultEncryption")
    if not encrypted:
        return ""
    if asked:
        return customer_key(call, call.here, asked)
    return call.world.service_key(call.account_id, call.here).key_id


def _new_instance(call: Call, image: Image, switch: VSwitch, groups: list[str]) -> Instance:
    world = call.world
    instance_id = world.new_id("i-")
    instance = Instance(
        instance_id=instance_id,
        account_id=call.account_id,
        region=call.here,
        name=call.text("InstanceName") or instance_id,
        image_id=image.image_id,
        instance_type=call.text("InstanceType"),
        architecture=image.architecture,
        platform=image.platform,
        os_name=image.os_name,
        os_type=image.os_type,
        boot_mode=image.boot_mode,
        nvme=image.features.get("NvmeSupport") == "supported",
        vpc_id=switch.vpc_id,
        vswitch_id=switch.vswitch_id,
        security_groups=groups,
        created=world.now(),
    )
    world.instances[instance_id] = instance
    return instance


def _new_disk(call: Call, instance: Instance, image: Image, source: ImageDisk, key_id: str) -> Disk:
    world = call.world
    snapshot = world.snapshots.get(source.snapshot_id)
    asked = call.number("SystemDisk.Size") if source.kind == "system" else None
    if asked is not None and asked < source.size:
        raise call.error("InvalidSystemDiskSize.LessThanImageSize")
    encrypted = bool(key_id) or bool(snapshot and snapshot.encrypted)
    disk = Disk(
        disk_id=world.new_id("d-"),
        account_id=call.account_id,
        region=instance.region,
        size=asked or source.size,
        kind=source.kind,
        device=source.device,
        instance_id=instance.instance_id,
        encrypted=encrypted,
        kms_key_id=key_id or (snapshot.kms_key_id if snapshot else ""),
        source_snapshot_id=source.snapshot_id,
        image_id=image.image_id if source.kind == "system" else "",
        created=world.now(),
        resource_group_id=instance.resource_group_id,
    )
    world.disks[disk.disk_id] = disk
    return disk


# Releasing


def delete_instance(call: Call) -> Answer:
    _release(call, [instance_to_change(call, call.text("InstanceId"))])
    return {}


def delete_instances(call: Call) -> Answer:
    """All or none: every instance is looked at before the first goes."""
    ids = call.items("InstanceId")
    if len(ids) > MOST_AT_ONCE:
        raise call.error("InvalidParameter", "InstanceId")
    _release(call, [instance_to_change(call, instance_id) for instance_id in dict.fromkeys(ids)])
    return {}


def _release(call: Call, instances: list[Instance]) -> None:
    for instance in instances:
        if instance.status != "Stopped" and not (call.flag("Force") and instance.status == "Running"):
            raise call.error("IncorrectInstanceStatus")
    world = call.world
    for instance in instances:
        instance.status = "Stopping"
        world.at(world.now() + world.settings.instance_seconds, partial(_gone, world, instance))


def _gone(world: World, instance: Instance, dummy: float) -> None:
    """Its disks go with it; snapshots made of them stay."""
    world.instances.pop(instance.instance_id, None)
    for disk in world.disks_of(instance.instance_id):
        world.disks.pop(disk.disk_id)


# Another image


def replace_system_disk(call: Call) -> Answer:
    """A stopped instance gets a new system disk from an image; data disks stay."""
    world = call.world
    if not call.text("ImageId"):
        raise call.error("MissingParameter", "ImageId")
    instance = instance_to_change(call, call.text("InstanceId"))
    if instance.status != "Stopped":
        raise call.error("IncorrectInstanceStatus")
    image = world.readable_image(call.account_id, instance.region, call.text("ImageId"))
    if image is None:
        raise call.error("InvalidImageId.NotFound")
    if image.status not in ("Available", "Deprecated"):
        raise call.error("OperationDenied.ImageNotValid", "The specified image is not available.")
    check_type(call, image, instance.instance_type)
    if any(disk.kind == "data" and disk.snapshot_id for disk in image.disks):
        raise call.error("OperationDenied")
    call.region = instance.region
    key_id = _replacement_key(call)
    system = next(disk for disk in image.disks if disk.kind == "system")
    new = _new_disk(call, instance, image, system, key_id)
    for disk in world.disks_of(instance.instance_id):
        if disk.kind == "system" and disk is not new:
            world.disks.pop(disk.disk_id)
    instance.image_id = image.image_id
    return {"DiskId": new.disk_id}


def _replacement_key(call: Call) -> str:
    asked, encrypted = call.text("KMSKeyId"), call.flag("Encrypted")
    if asked and not encrypted:
        raise call.error("InvalidEncrypted.NotMatchKmsKeyId")
    if not encrypted and call.here in call.account.default_encryption:
        raise call.error("InvalidEncrypted.DefaultEncryptionUnsupported")
    if not encrypted:
        return ""
    return customer_key(call, call.here, asked) if asked else call.world.service_key(call.account_id, call.here).key_id
