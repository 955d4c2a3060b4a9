# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copying an image by its snapshots: when, which, and the image that is made of them. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._base.validation import MOST_DISKS
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Wanted
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot.plan import WantedSnapshot

METHOD = "snapshots"


def reason(source: Image, method: str, large_gib: int) -> str | None:
    """Why the snapshots are copied and not the image, or None if the image is.

    :param method: the option: ``auto``, ``image`` or ``snapshots``
    :param large_gib: GiB above which CopyImage is not even tried
    """
    billed = "the traffic of snapshot copies is billed"
    if method == METHOD:
        return f"asked for with method=snapshots; {billed}"
    if method == "auto" and source["size"] > large_gib:
        return f"the image has {source['size']} GiB, more than large_image_gib={large_gib}; {billed}"
    return None


def refusal(source: Image) -> Refused | None:
    """Why an image can't be copied by its snapshots, or None."""
    where = f"the source {source['image_id']}"
    if len(source["disks"]) > MOST_DISKS:
        return Refused(
            "TooManyDisks",
            f"{where} has {len(source['disks'])} disks, and an image can be made of {MOST_DISKS} snapshots at most",
            "Use method=image, or make a source image with fewer disks.",
        )
    if not any(disk["type"] == "system" and disk["snapshot_id"] for disk in source["disks"]):
        return Refused("NoSnapshot", f"the snapshot of the system disk of {where} is not visible", "Use method=image.")
    return None


def snapshots(source: Image, wanted: Wanted) -> list[WantedSnapshot]:
    """The snapshots that the destination needs, one for each disk that has one."""
    return [
        WantedSnapshot(
            source_region=source["region"],
            source_id=disk["snapshot_id"],
            region=wanted.region,
            name=f"{wanted.name[:120]}-{number}",
            description=f"disk {number} of {source['image_id']} in {source['region']}",
            encrypted=bool(wanted.encrypted),
            kms_key_id=wanted.kms_key_id,
            tags=wanted.markers,
        )
        for number, disk in enumerate(source["disks"])
        if disk["snapshot_id"]
    ]


def create_request(source: Image, wanted: Wanted, found: t.Mapping[str, str]) -> Data:
    """What CreateImage is asked for, under the API's own names. It takes nothing over from the source by itself.

    :param found: from a source's snapshot to its copy
    """
    request = wanted.request(source)
    disks = [
        {
            "SnapshotId": found.get(disk["snapshot_id"]),
            "Size": disk["size"],
            "Device": disk["device"],
            "DiskType": disk["type"],
        }
        for disk in source["disks"]
    ]
    imds = source["features"]["imds_support"]
    return {
        "ImageName": wanted.name,
        "Description": request["description"] or None,
        "Architecture": source["architecture"] or None,
        "Platform": source["platform"] or None,
        "BootMode": source["boot_mode"] or None,
        "ImageVersion": source["version"] or None,
        # Only where there is something to say: older releases of the SDK don't know the field.
        "SecureBootOptions": {"SecureBootSupport": "supported"} if source["secure_boot"] == "supported" else None,
        "Features": {"ImdsSupport": imds} if imds else None,
        "ResourceGroupId": wanted.resource_group_id,
        "DiskDeviceMapping": [{key: value for key, value in disk.items() if value} for disk in disks],
        "Tag": [{"Key": key, "Value": value} for key, value in sorted(wanted.all_tags.items())],
    }
