# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CopyImage and CancelCopyImage."""

from __future__ import annotations

from dataclasses import dataclass

from ..state import making, regions, rules
from ..state.images import UNFINISHED, Image, ImageDisk
from ..state.snapshots import Snapshot
from ..state.world import World
from .call import Answer, Call
from .common import checked_description, new_tags, resource_group
from .encryption import TOO_OLD, customer_key, default_key
from .images import own_image


@dataclass
class CopyPlan:
    """A copy that nothing speaks against."""

    source: Image
    region: str
    name: str
    description: str
    key_id: str
    tags: dict[str, str]
    group: str


def copy_image(call: Call) -> Answer:
    plan = plan_copy(call)
    image = _new_copy(call, plan)
    making.queue_copy(call.world, image, plan.source)
    return {"ImageId": image.image_id}


def plan_copy(call: Call) -> CopyPlan:
    """All checks, and what they settle."""
    destination = _destination(call)
    if call.world.settings.copy_checks_first == "source":
        _source(call, destination)
    tags = new_tags(call)
    description = checked_description(call, "DestinationDescription")
    if call.text("DestinationImageName") and not rules.image_name(call.text("DestinationImageName")):
        raise call.error("InvalidImageName.Malformed")
    source = _source(call, destination)
    name = call.text("DestinationImageName")
    if not name and call.world.settings.copy_name_omitted == "source":
        name = source.name
    key_id = _encryption_key(call, source, destination)
    group = resource_group(call)
    checks = [_check_name, _check_conflict]
    for check in reversed(checks) if call.world.settings.copy_conflict_before_name else checks:
        check(call, source, destination, name)
    _check_quotas(call, source, destination)
    tags = _with_source_tags(call, source, tags)
    return CopyPlan(source, destination, name, description, key_id, tags, group)


def _with_source_tags(call: Call, source: Image, tags: dict[str, str]) -> dict[str, str]:
    """Tags are the owner's: another account's do not come along. One that is given wins over an inherited one."""
    if not call.world.settings.copy_tags_from_source or source.account_id != call.account_id:
        return tags
    given = {key.lower() for key in tags}
    inherited = {key: value for key, value in source.tags.items() if key.lower() not in given}
    if len(inherited) + len(tags) > rules.MAX_TAGS:
        raise call.error("QuotaExceed.Tags", rules.MAX_TAGS)
    return {**inherited, **tags}


def _destination(call: Call) -> str:
    settings = call.world.settings
    destination = call.text("DestinationRegionId")
    if not destination:
        if settings.copy_destination_omitted == "refused":
            raise call.error("MissingParameter", "DestinationRegionId")
        destination = call.here
    if not regions.is_open(destination):
        raise call.error("DestinationRegion.NotFound")
    if {call.here, destination} & set(settings.copy_refused_regions):
        raise call.error("RegionNotSupportCopy")
    if destination in settings.copy_noncompliant_destinations:
        raise call.error("OperationDenied.NonCompliantDestinationRegion")
    return destination


def _source(call: Call, destination: str) -> Image:
    world = call.world
    if call.account.arrears:
        raise call.error("Account.Arrearage")
    image = world.readable_image(call.account_id, call.here, call.text("ImageId"))
    if image is None or image.alias != "self" or not call.finds(image):
        raise call.error("InvalidImageId.NotFound")
    if image.is_public:
        raise call.error("OperationDenied.CommunityImage")
    if image.status != "Available":
        raise call.error("IncorrectImageStatus")
    if image.account_id != call.account_id and destination != call.here:
        raise call.error("OperationDenied.SameRegionOnly")
    if any(disk.snapshot_id and disk.snapshot_id not in world.snapshots for disk in image.disks):
        raise call.error("InvalidSnapshotId.NotFound")
    if any(snapshot.created < TOO_OLD for snapshot in world.image_snapshots(image)):
        raise call.error("InvalidSnapshot.TooOld")
    if image.format == "VHD":
        raise call.error("InvalidOperation.VhdImageUnsupported")
    if sum(disk.size for disk in image.disks) > world.settings.copy_size_limit_gib:
        raise call.error("SizeExceed.Image")
    return image


def _is_encrypted(world: World, image: Image) -> bool:
    return any(snapshot.encrypted for snapshot in world.image_snapshots(image))


def _encryption_key(call: Call, source: Image, destination: str) -> str:
    """The key of the copy; empty for a plain one."""
    world, account, settings = call.world, call.account, call.world.settings
    encrypted, asked = call.flag("Encrypted"), call.text("KMSKeyId")
    was_encrypted = _is_encrypted(world, source)
    if asked and not encrypted:
        raise call.error(settings.copy_key_without_encryption_code)
    if call.given("EncryptAlgorithm"):
        # Not open to ordinary accounts: without encryption a contradiction, with it no value is good.
        raise call.error("InvalidEncryptAlgorithm" if encrypted else "InvalidEncrypted.NotMatchEncryptAlgorithm")
    if encrypted is None and settings.copy_encrypted_omitted == "source":
        encrypted = was_encrypted
    if not encrypted:
        if was_encrypted:
            within = destination == call.here
            raise call.error(settings.copy_same_region_code if within else "OperationDeined.EncryptedSnapshot")
        if destination == call.here:
            raise call.error("IncorrectDestinationRegion")
        if destination in account.default_encryption:
            raise call.error("InvalidEncrypted.NotMatchDiskDefaultEncryption")
        return ""
    if asked:
        return customer_key(call, destination, asked)
    snapshots = world.image_snapshots(source) if source.account_id == call.account_id else []
    return default_key(call, snapshots, source.region, destination)


def _check_name(call: Call, source: Image, destination: str, name: str) -> None:
    if call.world.image_of_name(call.account_id, destination, name):
        is_older = call.world.settings.copy_duplicated_text == "older"
        raise call.error(f"InvalidImageName.Duplicated{'#older' if is_older else ''}")


def _check_conflict(call: Call, source: Image, destination: str, name: str) -> None:
    world = call.world
    if source.imported_at is not None and world.now() < source.imported_at + world.settings.import_copy_lag:
        raise call.error("OperationDenied.ImageCopying")
    rule = world.settings.copy_conflict
    for copy in world.copy_queue + world.running_copies:
        work = copy.work
        if rule == "none" or work is None or work.source_image_id != source.image_id:
            continue
        if rule == "source" or copy.region == destination:
            raise call.error(world.settings.copy_conflict_code)


def _check_quotas(call: Call, source: Image, destination: str) -> None:
    settings = call.world.settings
    if len(call.world.own_images(call.account_id, destination)) >= settings.image_quota:
        raise call.error("QuotaExceed.Image", settings.image_quota)
    held = sum(
        snapshot.account_id == call.account_id and snapshot.region == destination
        for snapshot in call.world.snapshots.values()
    )
    if held + len(source.disks) > settings.snapshot_quota:
        raise call.error("QuotaExceed.Snapshot")


def _new_copy(call: Call, plan: CopyPlan) -> Image:
    world, source = call.world, plan.source
    features = dict(source.features)
    for feature in world.settings.features_lost_on_copy:
        features[feature] = "v1" if feature == "ImdsSupport" else "unsupported"
    lost, image_id = world.settings.attributes_lost_on_copy, world.new_id("m-")
    image = Image(
        image_id=image_id,
        account_id=call.account_id,
        region=plan.region,
        name=plan.name or image_id,
        description=plan.description,
        architecture=source.architecture,
        platform=source.platform,
        os_name=source.os_name,
        os_type=source.os_type,
        boot_mode=source.boot_mode,
        license_type="Auto" if "LicenseType" in lost else source.license_type,
        version="" if "ImageVersion" in lost else source.version,
        cloudinit="IsSupportCloudinit" not in lost and source.cloudinit,
        login_as_non_root="LoginAsNonRootSupported" not in lost and source.login_as_non_root,
        created=world.now(),
        is_copied=True,
        tags=plan.tags,
        features=features,
        secure_boot="unsupported" if "SecureBootSupport" in lost else source.secure_boot,
        resource_group_id=plan.group,
        disks=[_copy_disk(call, plan, disk) for disk in source.disks],
    )
    return world.add_image(image)


def _copy_disk(call: Call, plan: CopyPlan, disk: ImageDisk) -> ImageDisk:
    world = call.world
    if not disk.snapshot_id:
        return ImageDisk(disk.device, disk.kind, disk.size)
    links = world.settings.copy_snapshot_links
    snapshot = Snapshot(
        snapshot_id=world.new_id("s-"),
        account_id=call.account_id,
        region=plan.region,
        size=disk.size,
        disk_kind=disk.kind,
        encrypted=bool(plan.key_id),
        kms_key_id=plan.key_id,
        source_snapshot_id=disk.snapshot_id if links else "",
        source_region=plan.source.region if links else "",
        created=world.now(),
        modified=world.now(),
        resource_group_id=world.default_group(call.account_id),
    )
    world.snapshots[snapshot.snapshot_id] = snapshot
    return ImageDisk(disk.device, disk.kind, disk.size, snapshot.snapshot_id)


def cancel_copy_image(call: Call) -> Answer:
    image = own_image(call)
    if not image.is_copied:
        raise call.error("ImageCreatedNotFromCopy")
    if image.status == "CreateFailed":
        raise call.error("IncorrectImageStatus#failed")
    if image.status not in UNFINISHED or image.work is None:
        raise call.error("IncorrectImageStatus#completed")
    if image.work.cancelling:
        if call.world.settings.cancel_repeated == "refused":
            raise call.error("IncorrectImageStatus#not_copying")
        return {}
    if not image.work.cancellable:
        raise call.error("CancelNotSupported")
    making.cancel(call.world, image)
    return {}
