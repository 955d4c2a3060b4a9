# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain data out of the API's answers. What is missing or of the wrong type becomes an empty value."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import clean

Data = dict[str, t.Any]

# Every state an image can have. The API's own default is Available alone, which hides copies that run.
CREATING = "Creating"
WAITING = "Waiting"
AVAILABLE = "Available"
UNAVAILABLE = "UnAvailable"
CREATE_FAILED = "CreateFailed"
DEPRECATED = "Deprecated"
ALL_STATUSES = (CREATING, WAITING, AVAILABLE, UNAVAILABLE, CREATE_FAILED, DEPRECATED)
UNFINISHED = frozenset({CREATING, WAITING})
CHECKING = "Processing"  # the state of an image's check


def is_unfinished(image: t.Mapping[str, t.Any]) -> bool:
    """Whether an image is still on its way. One that is Available may not be usable for a moment more."""
    return image["status"] in UNFINISHED or (image["status"] == AVAILABLE and not image.get("usable", True))


def text(value: t.Any) -> str:
    """A text as one line: names, ids and states come from elsewhere, and are shown."""
    return clean(raw_text(value))


def raw_text(value: t.Any) -> str:
    """A text as it is, for what is compared with what was asked for, and may have lines."""
    return value if isinstance(value, str) else "" if value is None or isinstance(value, (dict, list)) else str(value)


def number(value: t.Any) -> int:
    """An integer out of 60, "60", "60%" or nothing."""
    if isinstance(value, (bool, dict, list)):
        return 0
    try:
        return int(float(text(value).rstrip("%") or 0))
    except (ValueError, OverflowError):
        return 0


def flag(value: t.Any) -> bool:
    return value is True or text(value).lower() == "true"


def unsure_flag(value: t.Any) -> bool | None:
    """A flag that the API may leave out or empty, which says nothing."""
    return {"true": True, "false": False}.get(text(value).lower())


def known_flag(value: t.Any) -> bool | None:
    """A flag that an answer may leave out. What is not said is not known, and never false."""
    return flag(value) if isinstance(value, bool) or text(value).lower() in ("true", "false") else None


def any_of(flags: t.Sequence[bool | None]) -> bool | None:
    """Whether one is set, None if that can't be said: one that is set decides, and so do all that are not."""
    return True if True in flags else None if None in flags else False


def items(answer: t.Any, wrapper: str, name: str) -> list[Data]:
    """The list in ``{"Images": {"Image": [...]}}``; entries that are no objects are left out."""
    outer = answer.get(wrapper) if isinstance(answer, dict) else None
    inner = outer.get(name) if isinstance(outer, dict) else None
    return [entry for entry in inner if isinstance(entry, dict)] if isinstance(inner, list) else []


def texts(answer: Data, outer: str, inner: str) -> list[str]:
    """A list of ids, which comes wrapped in an object like all lists. What is no text can be no id."""
    wrapped = answer.get(outer)
    found = wrapped.get(inner) if isinstance(wrapped, dict) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def tags_of(answer: Data) -> dict[str, str]:
    return {
        raw_text(tag.get("TagKey") or tag.get("Key")): raw_text(tag.get("TagValue") or tag.get("Value"))
        for tag in items(answer, "Tags", "Tag")
    }


def disk(answer: Data) -> Data:
    return {
        "device": text(answer.get("Device")),
        "type": text(answer.get("Type")),
        "size": number(answer.get("Size")),
        "snapshot_id": text(answer.get("SnapshotId")),
        "encrypted": known_flag(answer.get("Encrypted")),
    }


def detection(given: t.Any) -> Data:
    """What the check of an image has found. Only items at risk have a level and a code."""
    keys = {"name": "Name", "value": "Value", "risk_level": "RiskLevel", "risk_code": "RiskCode"}
    answer = given if isinstance(given, dict) else {}
    return {
        "status": text(answer.get("Status")),
        "check_items": [
            {key: text(entry.get(field)) for key, field in keys.items()} for entry in items(answer, "Items", "Item")
        ],
    }


def image(answer: Data, region: str) -> Data:
    """One image as the modules return it. ``size`` is GiB over all disks, ``progress`` percent."""
    disks = [disk(entry) for entry in items(answer, "DiskDeviceMappings", "DiskDeviceMapping")]
    given = answer.get("Features")
    features = given if isinstance(given, dict) else {}
    return {
        "region": region,
        "image_id": text(answer.get("ImageId")),
        "name": text(answer.get("ImageName")),
        "description": raw_text(answer.get("Description")),
        "family": text(answer.get("ImageFamily")),
        "version": text(answer.get("ImageVersion")),
        "status": text(answer.get("Status")),
        "progress": number(answer.get("Progress")),
        "usable": flag(answer.get("Usable", True)),
        "owner_alias": text(answer.get("ImageOwnerAlias")),
        "owner_id": text(answer.get("ImageOwnerId")),
        "is_copied": flag(answer.get("IsCopied")),
        "is_public": flag(answer.get("IsPublic")),
        "is_shared": unsure_flag(answer.get("IsSelfShared")),
        "architecture": text(answer.get("Architecture")),
        "platform": text(answer.get("Platform")),
        "os_name": text(answer.get("OSNameEn") or answer.get("OSName")),
        "os_type": text(answer.get("OSType")),
        "boot_mode": text(answer.get("BootMode")),
        "created_at": text(answer.get("CreationTime")),
        "resource_group_id": text(answer.get("ResourceGroupId")),
        "usage": text(answer.get("Usage")),
        "encrypted": any_of([entry["encrypted"] for entry in disks]),
        "size": sum(entry["size"] for entry in disks) or number(answer.get("Size")),
        "disks": disks,
        "snapshot_ids": [entry["snapshot_id"] for entry in disks if entry["snapshot_id"]],
        "tags": tags_of(answer),
        "features": {
            "nvme_support": text(features.get("NvmeSupport")),
            "imds_support": text(features.get("ImdsSupport")),
        },
        "detection_options": detection(answer.get("DetectionOptions")),
    }


def with_encryption(image: Data, encrypted: t.Mapping[str, bool]) -> Data:
    """An image with what its snapshots say of encryption, where its own answer says nothing.

    :param encrypted: by the id of the snapshot
    """
    disks = [
        {**one, "encrypted": encrypted.get(one["snapshot_id"]) if one["encrypted"] is None else one["encrypted"]}
        for one in image["disks"]
    ]
    return {**image, "disks": disks, "encrypted": any_of([one["encrypted"] for one in disks])}


def snapshot(answer: Data, region: str) -> Data:
    """One snapshot. ``size`` is its disk's size in GiB, ``progress`` percent."""
    return {
        "region": region,
        "snapshot_id": text(answer.get("SnapshotId")),
        "name": text(answer.get("SnapshotName")),
        "status": text(answer.get("Status")),
        "progress": number(answer.get("Progress")),
        "created_at": text(answer.get("CreationTime")),
        "encrypted": known_flag(answer.get("Encrypted")),
        "kms_key_id": text(answer.get("KMSKeyId")) or None,
        "size": number(answer.get("SourceDiskSize")),
        "disk_type": text(answer.get("SourceDiskType")),
        "source_snapshot_id": text(answer.get("SourceSnapshotId")),
        "source_region": text(answer.get("SourceRegionId")),
        "usage": text(answer.get("Usage")),
        "tags": tags_of(answer),
    }


def instance(answer: Data, region: str) -> Data:
    return {
        "region": region,
        "instance_id": text(answer.get("InstanceId")),
        "status": text(answer.get("Status")),
        "image_id": text(answer.get("ImageId")),
        "instance_type": text(answer.get("InstanceType")),
        "tags": tags_of(answer),
    }


def share(answer: Data) -> Data:
    return {"account_id": text(answer.get("AliyunId")), "shared_at": text(answer.get("SharedTime")) or None}
