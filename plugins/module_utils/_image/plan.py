# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done about an image itself: create, keep, deprecate, remove. Pure."""

from __future__ import annotations

import dataclasses
import hashlib
import json
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
from ansible_collections.imageops.alicloud.plugins.module_utils._image import (
    plan_disks,
    plan_import,
    plan_instance_stop,
    plan_remove,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import Options
from ansible_collections.imageops.alicloud.plugins.module_utils._task.changes import (
    ATTRIBUTES,
    FEATURES,
    Repairs,
    features_lacking,
    snapshots_unmarked,
    superfluous_tags,
)

_UNPROVED = "is not proved to be ours: it was made from something unknown, asked for is {}"


def created_from(options: Options) -> str | None:
    """The value of ``imageops:created-from``: instance, snapshot, or a hash of what it is made from."""
    if options.instance_id or options.snapshot_id:
        return str(options.instance_id or options.snapshot_id)
    if options.import_from:
        return plan_import.created_from(options.import_from)
    if not options.disk_mappings:
        return None
    canonical = json.dumps(
        [{key: value for key, value in sorted(disk.items()) if value is not None} for disk in options.disk_mappings]
    )
    return "disks-" + hashlib.sha256(canonical.encode()).hexdigest()[:20]


def validate(options: Options) -> list[str]:
    """What is wrong with the options."""
    faults = []
    if not options.region:
        faults.append("region is needed")
    if not (options.image_id or options.name):
        faults.append("no image is named: give image_id or name")
    if not all(place["region"] for place in options.copied_to or []):
        faults.append("copied_to has an entry without a region")
    tags = options.tags or {}
    faults += validation.text_faults(options.name or None, options.description, tags, options.family)
    own = 1 if created_from(options) else 0
    checks = plan_import.TAGS_OF_CHECK if options.import_from and options.detection_strategy else 0
    count = len(tags) + own + checks
    if count > options.max_tags:
        besides = f" and the {checks} of the image's check" if checks else ""
        faults.append(
            f"{count} tags with the {own} of this collection{besides} are more than max_tags={options.max_tags}"
        )
    if options.tag_snapshots and not makes_snapshots(options) and options.state == "present":
        faults.append("tag_snapshots needs instance_id or import_from: only the snapshots of such an image are its own")
    faults += plan_instance_stop.validate(options) + plan_import.validate(options)
    return faults + plan_disks.faults_of(options.disk_mappings or [])


def may_be_made(image: Image, options: Options) -> bool:
    """Whether a call without an answer may have made an image. No name is there twice, so not one of another origin."""
    wanted = created_from(options)
    return image["tags"].get(markers.CREATED_FROM, wanted) == wanted


def makes_snapshots(options: Options) -> bool:
    """Whether the snapshots behind the image are made for it. Others are somebody's own."""
    return bool(options.instance_id or options.import_from)


def request(options: Options) -> Data:
    """What CreateImage, or ImportImage with ``import_from``, is asked for, under the API's own names.

    What is given empty, as by a survey's question without an answer, is not asked for: the API refuses it.
    """
    tags = {**(options.tags or {}), markers.CREATED_FROM: str(created_from(options))}
    asked = plan_import.request(options, tags) if options.import_from else _request_to_create(options, tags)
    return {field: value or None for field, value in asked.items()}


def _request_to_create(options: Options, tags: t.Mapping[str, str]) -> Data:
    mappings = [
        {
            "SnapshotId": disk.get("snapshot_id"),
            "Size": disk.get("size"),
            "Device": disk.get("device"),
            "DiskType": disk.get("type"),
        }
        for disk in options.disk_mappings or []
    ]
    return {
        "InstanceId": options.instance_id,
        "SnapshotId": options.snapshot_id,
        "DiskDeviceMapping": [
            {key: value for key, value in disk.items() if value not in (None, "")} for disk in mappings
        ]
        or None,
        "ImageName": options.name,
        "Description": options.description,
        "ImageFamily": options.family,
        "ImageVersion": options.version,
        "BootMode": options.boot_mode,
        "DetectionStrategy": options.detection_strategy,
        "Platform": options.platform,
        "Architecture": options.architecture,
        "ResourceGroupId": options.resource_group_id,
        "Features": {"ImdsSupport": options.imds_support} if options.imds_support else None,
        "SecureBootOptions": {"SecureBootSupport": options.secure_boot} if options.secure_boot else None,
        "Tag": [{"Key": key, "Value": value} for key, value in sorted(tags.items())],
    }


def refusal_to_create(options: Options) -> Refused | None:
    """Why an image that is not there can't be created, or None."""
    region, named = options.region, options.image_id or options.name
    if options.state == "deprecated" or options.image_id or not created_from(options):
        return Refused(
            "InvalidImageId.NotFound",
            f"image {named!r} is not visible in {region}",
            "Check that ecs:DescribeImages is granted. "
            "To create it, give name and one of instance_id, snapshot_id, disk_mappings or import_from, with "
            "state=present.",
        )
    return None


def refusal_to_keep(image: Image, options: Options) -> Refused | None:
    """Why an image that was found can't be the one that is asked for, or None."""
    foreign = plan_remove.refusal_of_owner(image)
    if foreign:
        return foreign
    where = f"image {image['image_id']} in {image['region']}"
    origin, wanted = image["tags"].get(markers.CREATED_FROM), created_from(options)
    if wanted and origin != wanted:
        return Refused(
            "NameTaken",
            f"{where} holds the name {image['name']!r} and "
            + (f"was made from {origin}, not from {wanted}" if origin else _UNPROVED.format(wanted)),
            "Choose another name.",
        )
    if image["status"] == CREATE_FAILED:
        return Refused(CREATE_FAILED, f"{where} has failed", "Remove it with state=absent, then run again.")
    if image["status"] == UNAVAILABLE:
        return Refused(
            UNAVAILABLE, f"{where} is UnAvailable", "Look at it, remove it if it is of no use, then run again."
        )
    return None


def repairs(image: Image, options: Options, snapshots: t.Sequence[Snapshot]) -> Repairs:
    """What an image lacks. Options that are not given are left as they are.

    :param snapshots: those behind the image that this collection had made
    """
    have: t.Mapping[str, t.Any] = image
    status = DEPRECATED if options.state == "deprecated" or _is_left(image, options) else AVAILABLE
    wanted = {field: status if key == "status" else getattr(options, key) for field, key in ATTRIBUTES.items()}
    # Only a description can be none.
    wanted = {field: value if field == "Description" else value or None for field, value in wanted.items()}
    attributes: dict[str, t.Any] = {
        field: value for field, value in wanted.items() if value is not None and value != have[ATTRIBUTES[field]]
    }
    if image["status"] not in (AVAILABLE, DEPRECATED):
        attributes.pop("Status", None)
    features = features_lacking(dataclasses.asdict(options), image)
    if features:
        attributes["Features"] = features
    tags = options.tags or {}
    superfluous = superfluous_tags(image, tags) if options.purge_tags and options.tags is not None else []
    group = options.resource_group_id
    of_snapshots = dict(tags) if options.tag_snapshots else {}
    return Repairs(
        attributes=attributes,
        tags={key: value for key, value in tags.items() if image["tags"].get(key) != value},
        untag=[*superfluous, *_outdated_marks(image, status)],
        resource_group_id=group if group and group != image["resource_group_id"] else None,
        snapshots=snapshots_unmarked(image, snapshots, of_snapshots),
        snapshot_tags=of_snapshots,
    )


def _is_left(image: Image, options: Options) -> bool:
    """Whether an image that somebody has withdrawn is to stay so."""
    return image["status"] == DEPRECATED and options.state == "present" and not options.restore


def withdrawn(image: Image, options: Options) -> list[str]:
    """That an image stays Deprecated although it is to be there, as a warning."""
    if not _is_left(image, options):
        return []
    return [f"image {image['image_id']} in {image['region']} is Deprecated: left as it is, and it can't be shared"]


def _outdated_marks(image: Image, status: str) -> list[str]:
    """The date of a deprecation that is over: it would cut the grace of the next one short."""
    outdated = AVAILABLE in (status, image["status"]) and markers.DEPRECATED_AT in image["tags"]
    return [markers.DEPRECATED_AT] if outdated else []


def planned_image(options: Options, disks: t.Sequence[Disk], account_id: str) -> Image:
    """What check mode returns for an image that would be created."""
    given = ("name", "description", "family", "version", "architecture", "platform", "boot_mode", "resource_group_id")
    blank = models.image({}, options.region)
    return t.cast(
        Image,
        {
            **blank,
            **{key: getattr(options, key) or "" for key in given},
            "image_id": None,
            "planned": True,
            "status": AVAILABLE,
            "owner_alias": "self",
            "owner_id": account_id,
            "encrypted": any(disk["encrypted"] for disk in disks),
            "size": sum(disk["size"] for disk in disks),
            "disks": [{**disk, "snapshot_id": ""} for disk in disks],
            "tags": {**(options.tags or {}), markers.CREATED_FROM: created_from(options)},
            "features": {**blank["features"], **{key: getattr(options, key) or "" for key in FEATURES.values()}},
            "secure_boot": options.secure_boot or "",
            "license_type": options.license_type or "Auto",  # what an image gets that says nothing of it
            "os_type": options.os_type or "",
        },
    )


def fixed_differences(image: Image, options: Options) -> list[str]:
    """What was asked for and is otherwise, and the API only sets when it creates an image, as warnings."""
    wanted, have = options.secure_boot, image["secure_boot"] or "unsupported"
    if wanted in (None, have):
        return []
    return [
        f"image {image['image_id'] or options.name} has secure_boot {have}, asked for is {wanted}: the API only sets "
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
