# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The disks that CreateImage is asked for. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Disk, Snapshot

LARGEST_DISK = 32768  # GiB


def faults_of(disks: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """What is wrong with the entries of ``disk_mappings``."""
    faults = []
    devices = [disk["device"] for disk in disks if disk.get("device")]
    if len(disks) > validation.MOST_DISKS:
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
    strange = validation.device_faults(device)
    faults += strange
    if device and kind and not strange and (device == validation.SYSTEM_DEVICE) != (kind == "system"):
        other = "data" if kind == "system" else "system"
        faults.append(f"device {device} is that of a {other} disk, not a {kind} disk")
    return [f"disk_mappings: {fault}" for fault in faults]


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
