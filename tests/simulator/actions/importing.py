# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ImportImage: an image from objects in a bucket."""

from __future__ import annotations

from functools import partial

from ..state import making, rules
from ..state.images import FEATURES, UNFINISHED, Image, ImageDisk, Work
from ..state.snapshots import Snapshot
from ..state.tasks import IMPORT, RUNNING, Bucket, StoredObject, Task
from ..state.world import World
from .call import Answer, Call
from .common import checked_description, new_tags, resource_group

ROLE = "AliyunECSImageImportDefaultRole"
FORMATS = ("raw", "vhd", "qcow2", "vmdk")


def check_role(call: Call, name: str) -> None:
    """The role of exactly this name lets the service into the account's buckets."""
    asked = call.text("RoleName")
    role = call.world.roles.get(f"acs:ram::{call.account_id}:role/{name}")
    other = asked not in ("", name) and call.world.settings.import_role_exact
    if role is None or "ecs.aliyuncs.com" not in role.trust or other:
        raise call.error("NoSetRoletoECSServiceAcount")


def bucket_of(call: Call, name: str) -> Bucket:
    bucket = call.world.buckets.get(name)
    if bucket is None or bucket.region != call.here:
        raise call.error("InvalidOSSBucket.NotFound")
    if bucket.account_id != call.account_id and call.world.settings.import_foreign_bucket == "refused":
        raise call.error("InvalidOSS.NotAuthorized")
    if bucket.encrypted:
        raise call.error("InvalidOSSBucket.EncryptUnsupported")
    return bucket


def import_image(call: Call) -> Answer:
    disks = _disks(call)
    check_role(call, ROLE)
    image = _described(call)
    objects = [_stored(call, disk) for disk in disks]
    _check_duplicates(call, disks)
    world = call.world
    if len(world.own_images(call.account_id, call.here)) >= world.settings.image_quota:
        raise call.error("QuotaExceed.Image")
    for disk, stored in zip(disks, objects, strict=True):
        disk.size = disk.size or stored.size
        disk.snapshot_id = _snapshot(call, disk).snapshot_id
    image.disks = disks
    world.add_image(image)
    task = _begin(world, image, good=all(stored.good for stored in objects))
    return {"ImageId": image.image_id, "TaskId": task.task_id, "RegionId": call.here}


def _disks(call: Call) -> list[ImageDisk]:
    given = call.objects("DiskDeviceMapping")[:17]
    if not given:
        raise call.error("MissingParameter.DiskDeviceMapping")
    disks = []
    for number, mapping in enumerate(given):
        for name in ("OSSBucket", "OSSObject"):
            if not mapping.get(name):
                raise call.error("MissingParameter", f"DiskDeviceMapping.{number + 1}.{name}")
        if mapping.get("Format", "raw").lower() not in FORMATS:
            raise call.error("InvalidImageFormat.Malformed")
        size = int(mapping.get("DiskImageSize") or 0)
        if "DiskImageSize" in mapping and not 1 <= size <= 2048:
            raise call.error("InvalidDataDiskSize" if number else "InvalidImageSize", "DiskImageSize")
        device, kind = f"/dev/xvd{chr(ord('a') + number)}", "data" if number else "system"
        disk = ImageDisk(device, kind, size)
        disk.bucket, disk.object_name = mapping["OSSBucket"], mapping["OSSObject"]
        disk.format = mapping.get("Format", "").upper()
        disks.append(disk)
    return disks


def _stored(call: Call, disk: ImageDisk) -> StoredObject:
    stored = bucket_of(call, disk.bucket).objects.get(disk.object_name)
    if stored is None:
        raise call.error("InvalidOSSObject.NotFound")
    if stored.archived:
        raise call.error("InvalidOSSObject.NeedRestore")
    if not stored.size:
        raise call.error("InvalidOSSObject.Size")
    if not stored.good and call.world.settings.import_bad_object_at == "call":
        raise call.error("InvalidImageFormat.Malformed")
    return stored


def _check_duplicates(call: Call, disks: list[ImageDisk]) -> None:
    wanted = {(disk.bucket, disk.object_name) for disk in disks}
    for task in call.world.tasks.values():
        image = call.world.region_images(task.region).get(task.image_id)
        if task.action != IMPORT or task.status not in RUNNING or image is None:
            continue
        same = wanted & {(disk.bucket, disk.object_name) for disk in image.disks}
        if same and call.world.settings.import_dup == "refused":
            raise call.error("ImageIsImporting")


def _described(call: Call) -> Image:
    world, name = call.world, call.text("ImageName")
    if name and not rules.image_name(name):
        raise call.error("InvalidImageName.Malformed")
    if name and world.image_of_name(call.account_id, call.here, name):
        raise call.error("InvalidImageName.Duplicated")
    architecture, platform = call.text("Architecture") or "x86_64", call.text("Platform") or "Others Linux"
    mode = call.text("BootMode") or ("UEFI" if architecture == "arm64" else "BIOS")
    checks = (
        (architecture in rules.ARCHITECTURES, "InvalidArchitecture.Malformed"),
        (platform in rules.PLATFORMS or platform == "Other Windows", "InvalidPlatform.Malformed"),
        (call.text("OSType") in ("", "linux", "windows"), "InvalidOSType.Malformed"),
        (mode in ("BIOS", "UEFI") and (architecture != "arm64" or mode == "UEFI"), "InvalidBootMode.NotSupport"),
        (call.text("LicenseType") in ("", "Auto", "Aliyun", "BYOL"), "InvalidLicenseType.NotSupported"),
    )
    for good, code in checks:
        if not good:
            raise call.error(code)
    image_id = world.new_id("m-")
    return Image(
        image_id=image_id,
        account_id=call.account_id,
        region=call.here,
        name=name or image_id,
        description=checked_description(call, "Description"),
        platform=platform,
        os_name=f"{platform} 64 bit",
        os_type=call.text("OSType") or ("windows" if "Windows" in platform else "linux"),
        architecture=architecture,
        boot_mode=mode,
        license_type=call.text("LicenseType") or "Auto",
        created=world.now(),
        tags=new_tags(call),
        features=_features(call),
        resource_group_id=resource_group(call),
        detection=list(world.settings.detection_items) if call.text("DetectionStrategy") else None,
    )


def _features(call: Call) -> dict[str, str]:
    features = {**FEATURES, "NvmeSupport": call.text("Features.NvmeSupport") or "unsupported"}
    imds = call.text("Features.ImdsSupport")
    if imds not in ("", "v1", "v2"):
        raise call.error("InvalidParameter.FeaturesImdsSupport")
    return {**features, **({"ImdsSupport": imds} if imds else {})}


def _snapshot(call: Call, disk: ImageDisk) -> Snapshot:
    """It shows as failed until the import is done."""
    snapshot = Snapshot(
        snapshot_id=call.world.new_id("s-"),
        account_id=call.account_id,
        region=call.here,
        size=disk.size,
        disk_kind=disk.kind,
        status="failed",
        created=call.world.now(),
        modified=call.world.now(),
        resource_group_id=call.world.default_group(call.account_id),
    )
    call.world.snapshots[snapshot.snapshot_id] = snapshot
    return snapshot


def _begin(world: World, image: Image, good: bool) -> Task:
    now = world.now()
    size, rate = max(disk.size for disk in image.disks), world.settings.create_gib_per_second
    wait = world.settings.import_waits
    image.work = Work(image.account_id, image.region, rate, size, now, started=now + wait)
    image.status = "Waiting"
    world.at(now + wait, partial(_started, image))
    task = Task(world.new_id("t-"), IMPORT, image.account_id, image.region, image.image_id, now, wait + size / rate)
    world.tasks[task.task_id] = task
    world.at(now + task.seconds, partial(_done if good else _failed, world, image, task))
    return task


def _started(image: Image, at: float) -> None:
    if image.status == "Waiting":
        image.status = "Creating"


def _done(world: World, image: Image, task: Task, at: float) -> None:
    """The task is done before the image is."""
    if task.status in RUNNING:
        task.end("Finished", at)
        world.at(at + world.settings.task_image_lag, partial(_available, world, image))


def _available(world: World, image: Image, at: float) -> None:
    if image.status in UNFINISHED:
        image.work, image.status, image.available_at, image.imported_at = None, "Available", at, at
        for snapshot in world.image_snapshots(image):
            snapshot.status = "accomplished"
        making.tag_when_checked(world, image)


def _failed(world: World, image: Image, task: Task, at: float) -> None:
    if task.status in RUNNING:
        task.end("Failed", at, "ImportImageFailed", "Importing image is failed, Please contact the administrator.")
        give_up(world, image, world.settings.import_fail_leaves)


def give_up(world: World, image: Image, leaves: str) -> None:
    """What is left of an import that came to nothing."""
    image.status = "CreateFailed"
    if image.work is not None:
        image.work.frozen = world.now()
    if leaves == "nothing":
        for snapshot in world.image_snapshots(image):
            del world.snapshots[snapshot.snapshot_id]
        world.drop_image(image)
