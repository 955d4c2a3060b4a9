# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done about an image itself: create, keep, deprecate, remove. Pure."""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers, models, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    AVAILABLE,
    CREATE_FAILED,
    DEPRECATED,
    UNAVAILABLE,
    Data,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Disk, Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_instance_stop, plan_remove
from ansible_collections.imageops.alicloud.plugins.module_utils._task.changes import (
    ATTRIBUTES,
    FEATURES,
    Repairs,
    features_lacking,
    snapshots_unmarked,
    superfluous_tags,
)

MOST_DISKS = 17  # the system disk and 16 data disks
SYSTEM_DEVICE = "/dev/xvda"
LARGEST_DISK = 32768  # GiB


def created_from(params: t.Mapping[str, t.Any]) -> str | None:
    """The value of ``imageops:created-from``: instance, snapshot, or a hash of the disk map. None without a source."""
    if params["instance_id"] or params["snapshot_id"]:
        return str(params["instance_id"] or params["snapshot_id"])
    if not params["disk_mappings"]:
        return None
    canonical = json.dumps(
        [{key: value for key, value in sorted(disk.items()) if value is not None} for disk in params["disk_mappings"]]
    )
    return "disks-" + hashlib.sha256(canonical.encode()).hexdigest()[:20]


def validate(params: dict[str, t.Any]) -> list[str]:
    """What is wrong with the options."""
    faults = []
    if not params["region"]:
        faults.append("region is needed")
    if not (params["image_id"] or params["name"]):
        faults.append("no image is named: give image_id or name")
    if params["name"]:
        faults += validation.name_faults(params["name"])
    if params["description"]:
        faults += validation.description_faults(params["description"])
    if params["family"]:
        faults += validation.name_faults(params["family"], "family")
    tags = params["tags"] or {}
    faults += validation.tag_faults(tags)
    own = 1 if created_from(params) else 0
    if len(tags) + own > params["max_tags"]:
        faults.append(
            f"{len(tags) + own} tags with the {own} of this collection are more than max_tags={params['max_tags']}"
        )
    if params["tag_snapshots"] and not params["instance_id"] and params["state"] == "present":
        faults.append("tag_snapshots needs instance_id: only the snapshots of such an image are made for it")
    return faults + plan_instance_stop.validate(params) + _disk_faults(params["disk_mappings"] or [])


def _disk_faults(disks: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    faults = []
    devices = [disk["device"] for disk in disks if disk.get("device")]
    if len(disks) > MOST_DISKS:
        faults.append(f"disk_mappings has {len(disks)} entries: an image has 1 system disk and at most 16 data disks")
    for device in sorted({device for device in devices if devices.count(device) > 1}):
        faults.append(f"disk_mappings names the device {device} twice")
    for disk in disks:
        faults += _faults_of_disk(disk.get("snapshot_id"), disk.get("size"), disk.get("device"), disk.get("type"))
    return faults


def _faults_of_disk(snapshot_id: str | None, size: int | None, device: str | None, kind: str | None) -> list[str]:
    faults = []
    if not snapshot_id and not size:
        faults.append("a disk needs snapshot_id, or size for an empty data disk")
    if not snapshot_id and kind == "system":
        faults.append("the system disk needs snapshot_id")
    if size is not None and not 1 <= size <= LARGEST_DISK:
        faults.append(f"size {size} is not between 1 and {LARGEST_DISK} GiB")
    if device and not re.fullmatch("/dev/xvd[a-z]", device):
        faults.append(f"device {device!r} is none of /dev/xvda to /dev/xvdz")
    elif device and kind and (device == SYSTEM_DEVICE) != (kind == "system"):
        other = "data" if kind == "system" else "system"
        faults.append(f"device {device} is that of a {other} disk, not a {kind} disk")
    return [f"disk_mappings: {fault}" for fault in faults]


def request(params: t.Mapping[str, t.Any]) -> Data:
    """What CreateImage is asked for, under the API's own names."""
    tags = {**(params["tags"] or {}), markers.CREATED_FROM: created_from(params)}
    mappings = [
        {
            "SnapshotId": disk.get("snapshot_id"),
            "Size": disk.get("size"),
            "Device": disk.get("device"),
            "DiskType": disk.get("type"),
        }
        for disk in params["disk_mappings"] or []
    ]
    return {
        "InstanceId": params["instance_id"],
        "SnapshotId": params["snapshot_id"],
        "DiskDeviceMapping": [{key: value for key, value in disk.items() if value is not None} for disk in mappings]
        or None,
        "ImageName": params["name"],
        "Description": params["description"],
        "ImageFamily": params["family"],
        "ImageVersion": params["version"],
        "BootMode": params["boot_mode"],
        "DetectionStrategy": params["detection_strategy"],
        "Platform": params["platform"],
        "Architecture": params["architecture"],
        "ResourceGroupId": params["resource_group_id"],
        "Features": {"ImdsSupport": params["imds_support"]} if params["imds_support"] else None,
        "SecureBootOptions": {"SecureBootSupport": params["secure_boot"]} if params["secure_boot"] else None,
        "Tag": [{"Key": key, "Value": value} for key, value in sorted(tags.items())],
    }


def refusal_to_create(params: t.Mapping[str, t.Any]) -> Refused | None:
    """Why an image that is not there can't be created, or None."""
    region, named = params["region"], params["image_id"] or params["name"]
    if params["state"] == "deprecated" or params["image_id"] or not created_from(params):
        return Refused(
            "InvalidImageId.NotFound",
            f"image {named!r} is not visible in {region}",
            "Check that ecs:DescribeImages is granted. "
            "To create it, give name and one of instance_id, snapshot_id or disk_mappings, with state=present.",
        )
    return None


def mapped_disk(disk: t.Mapping[str, t.Any], snapshot: Snapshot | None) -> Disk:
    """A disk that an image will get, by its entry in the disk map and its snapshot."""
    return {
        "device": disk.get("device") or "",
        "type": disk.get("type") or (snapshot["disk_type"] if snapshot else "data"),
        "size": disk.get("size") or (snapshot["size"] if snapshot else 0),
        "snapshot_id": "",
        "encrypted": bool(snapshot and snapshot["encrypted"]),
    }


def refusal_of_disks(disks: t.Sequence[Disk], wanted: t.Sequence[t.Mapping[str, t.Any]], found: Data) -> Refused | None:
    """Why these disks make no image, or None.

    :param disks: as they would be
    :param wanted: as they were asked for
    :param found: their snapshots by id
    """
    systems = sum(disk["type"] == "system" for disk in disks)
    if systems != 1:
        return Refused(
            "SystemDisk", f"the image would have {systems} system disks", "Give exactly one snapshot of a system disk."
        )
    for disk in wanted:
        snapshot = found.get(disk.get("snapshot_id") or "")
        if snapshot and disk.get("size") and disk["size"] < snapshot["size"]:
            return Refused(
                "DiskTooSmall",
                f"a disk of {disk['size']} GiB is too small for snapshot {snapshot['snapshot_id']} of "
                f"{snapshot['size']} GiB",
                "Give it at least that size, or none.",
            )
    return None


def refusal_to_keep(image: Image, params: t.Mapping[str, t.Any]) -> Refused | None:
    """Why an image that was found can't be the one that is asked for, or None."""
    foreign = plan_remove.refusal_of_owner(image)
    if foreign:
        return foreign
    where = f"image {image['image_id']} in {image['region']}"
    origin, wanted = image["tags"].get(markers.CREATED_FROM), created_from(params)
    if wanted and origin != wanted:
        return Refused(
            "NameTaken",
            f"{where} holds the name {image['name']!r} and was made from {origin or 'something unknown'}, "
            f"not from {wanted}",
            "Choose another name.",
        )
    if image["status"] == CREATE_FAILED:
        return Refused(CREATE_FAILED, f"{where} has failed", "Remove it with state=absent, then run again.")
    if image["status"] == UNAVAILABLE:
        return Refused(
            UNAVAILABLE, f"{where} is UnAvailable", "Look at it, remove it if it is of no use, then run again."
        )
    return None


def repairs(image: Image, params: t.Mapping[str, t.Any], snapshots: t.Sequence[Snapshot]) -> Repairs:
    """What an image lacks. Options that are not given are left as they are.

    :param snapshots: those behind the image that this collection had made
    """
    have: t.Mapping[str, t.Any] = image
    wanted = {**params, "status": {"present": AVAILABLE, "deprecated": DEPRECATED}[params["state"]]}
    attributes: dict[str, t.Any] = {
        field: wanted[key] for field, key in ATTRIBUTES.items() if wanted[key] is not None and wanted[key] != have[key]
    }
    if image["status"] not in (AVAILABLE, DEPRECATED):
        attributes.pop("Status", None)
    features = features_lacking(params, image)
    if features:
        attributes["Features"] = features
    tags = params["tags"] or {}
    superfluous = superfluous_tags(image, tags) if params["purge_tags"] and params["tags"] is not None else []
    group = params["resource_group_id"]
    of_snapshots = tags if params["tag_snapshots"] else {}
    return Repairs(
        attributes=attributes,
        tags={key: value for key, value in tags.items() if image["tags"].get(key) != value},
        untag=[*superfluous, *_outdated_marks(image, wanted["status"])],
        resource_group_id=group if group and group != image["resource_group_id"] else None,
        snapshots=snapshots_unmarked(image, snapshots, of_snapshots),
        snapshot_tags=of_snapshots,
    )


def _outdated_marks(image: Image, status: str) -> list[str]:
    """The date of a deprecation that is over: it would cut the grace of the next one short."""
    outdated = AVAILABLE in (status, image["status"]) and markers.DEPRECATED_AT in image["tags"]
    return [markers.DEPRECATED_AT] if outdated else []


def planned_image(params: t.Mapping[str, t.Any], disks: t.Sequence[Disk], account_id: str) -> Image:
    """What check mode returns for an image that would be created."""
    given = ("name", "description", "family", "version", "architecture", "platform", "boot_mode", "resource_group_id")
    return t.cast(
        Image,
        {
            **models.image({}, params["region"]),
            **{key: params[key] or "" for key in given},
            "image_id": None,
            "planned": True,
            "status": AVAILABLE,
            "owner_alias": "self",
            "owner_id": account_id,
            "encrypted": any(disk["encrypted"] for disk in disks),
            "size": sum(disk["size"] for disk in disks),
            "disks": [{**disk, "snapshot_id": ""} for disk in disks],
            "tags": {**(params["tags"] or {}), markers.CREATED_FROM: created_from(params)},
            "features": {key: params[key] or "" for key in FEATURES.values()},
            "secure_boot": params["secure_boot"] or "",
            "license_type": "Auto",  # what an image gets that says nothing of it
        },
    )


def fixed_differences(image: Image, params: t.Mapping[str, t.Any]) -> list[str]:
    """What was asked for and is otherwise, and the API only sets when it creates an image, as warnings."""
    wanted, have = params["secure_boot"], image["secure_boot"] or "unsupported"
    if wanted in (None, have):
        return []
    return [
        f"image {image['image_id'] or params['name']} has secure_boot {have}, asked for is {wanted}: the API only sets "
        "it when it creates an image"
    ]


def risks_of(image: Image) -> list[str]:
    """What the check of an image found to be at risk, as warnings."""
    return [
        f"the check of image {image['image_id']} found a risk: {item['name']} is {item['value']} "
        f"({item['risk_level']}, {item['risk_code']})"
        for item in image["detection_options"]["check_items"]
        if item["risk_level"]
    ]
