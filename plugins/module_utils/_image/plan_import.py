# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of an import: an image of objects in a bucket. Pure."""

from __future__ import annotations

import hashlib
import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Disk

if t.TYPE_CHECKING:
    from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import Options

PREFIX = "oss:"  # of imageops:created-from
LARGEST_DISK = 2048  # GiB
TAGS_OF_CHECK = 2  # acs:ecs:image:osVersion and acs:ecs:image:kernelVersion, which a passed check adds
_OF_IMPORTS = ("os_type", "license_type", "role_name")
# What ImportImage has no field for, and why it can't follow.
_NEVER = {
    "version": "the API sets a version only when it creates an image",
    "secure_boot": "the API sets it only when it creates an image",
}


def created_from(objects: t.Sequence[Data]) -> str:
    """The value of ``imageops:created-from``: a hash of bucket, object and format of every disk."""
    canonical = json.dumps([[disk["bucket"], disk["object"], (disk.get("format") or "").lower()] for disk in objects])
    return PREFIX + hashlib.sha256(canonical.encode()).hexdigest()[:20]


def validate(options: Options) -> list[str]:
    """What is wrong with the options, as far as they are about imports."""
    if not options.import_from:
        found = [f"{name} needs import_from" for name in _OF_IMPORTS if getattr(options, name) is not None]
        return found + (
            ["import_from is empty: name the object of the system disk"] if options.import_from == [] else []
        )
    faults = [
        f"{name} can't be given with import_from: {why}" for name, why in _NEVER.items() if getattr(options, name)
    ]
    if options.boot_mode == "UEFI-Preferred":
        faults.append("boot_mode=UEFI-Preferred can't be given with import_from: an import has BIOS or UEFI")
    if options.architecture == "arm64" and options.boot_mode == "BIOS":
        faults.append("boot_mode=BIOS can't be given with architecture=arm64: it boots by UEFI alone")
    return faults + _faults_of_disks(options.import_from)


def _faults_of_disks(objects: t.Sequence[Data]) -> list[str]:
    faults = []
    if len(objects) > validation.MOST_DISKS:  # the API leaves out later ones without a word
        faults.append(f"{len(objects)} entries are too many: an image has 1 system disk and at most 16 data disks")
    system = validation.SYSTEM_DEVICE
    if (objects[0].get("device") or system) != system:
        faults.append(f"the first entry is the system disk, whose device is {system}, not {objects[0]['device']}")
    devices = [disk["device"] for disk in objects if disk.get("device")]
    faults += [f"the device {device} is there twice" for device in sorted({d for d in devices if devices.count(d) > 1})]
    places = [(disk["bucket"], disk["object"]) for disk in objects]
    faults += [f"the object {place[1]} is there twice" for place in sorted({p for p in places if places.count(p) > 1})]
    for disk in objects:
        faults += _faults_of_disk(disk["bucket"], disk["object"], disk.get("disk_size"), disk.get("device"))
    return [f"import_from: {fault}" for fault in faults]


def _faults_of_disk(bucket: str, name: str, size: int | None, device: str | None) -> list[str]:
    faults = validation.bucket_faults(bucket)
    if not 1 <= len(name.encode()) <= 1023 or name.startswith(("/", "\\")):
        faults.append(f"object {name[:40]!r} must have 1 to 1023 bytes and no slash in front")
    if size is not None and not 1 <= size <= LARGEST_DISK:
        faults.append(f"disk_size {size} is not between 1 and {LARGEST_DISK} GiB")
    return faults + validation.device_faults(device)


def request(options: Options, tags: t.Mapping[str, str]) -> Data:
    """What ImportImage is asked for, under the API's own names. What nobody gave is not sent.

    :param tags: all of them, with the one of this collection
    """
    mappings = [
        {
            "OSSBucket": disk["bucket"],
            "OSSObject": disk["object"],
            "Format": disk["format"].upper() if disk.get("format") else None,
            "DiskImageSize": disk.get("disk_size"),
            "Device": disk.get("device") or None,
        }
        for disk in options.import_from or []
    ]
    features = {"NvmeSupport": options.nvme_support, "ImdsSupport": options.imds_support}
    return {
        "DiskDeviceMapping": [{key: value for key, value in disk.items() if value is not None} for disk in mappings],
        "ImageName": options.name,
        "Description": options.description,
        "Architecture": options.architecture,
        "BootMode": options.boot_mode,
        "OSType": options.os_type,
        "Platform": options.platform,
        "LicenseType": options.license_type,
        "RoleName": options.role_name,
        "DetectionStrategy": options.detection_strategy,
        "ResourceGroupId": options.resource_group_id,
        "Features": {key: value for key, value in features.items() if value} or None,
        "Tag": [{"Key": key, "Value": value} for key, value in sorted(tags.items())],
    }


def disks(objects: t.Sequence[Data]) -> list[Disk]:
    """The disks that an import will make. A size that is not given is that of the object, which nobody knows yet."""
    return [
        {
            "device": disk.get("device") or "",
            "type": "data" if number else "system",
            "size": disk.get("disk_size") or 0,
            "snapshot_id": "",
            "encrypted": False,
        }
        for number, disk in enumerate(objects)
    ]
