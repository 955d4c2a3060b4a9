# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances and their disks."""

from __future__ import annotations

from dataclasses import dataclass, field

from .late import Late
from .networks import zone_of

STATES = ("Pending", "Running", "Starting", "Stopping", "Stopped")


@dataclass(eq=False)
class Disk(Late):
    """A disk, in use by an instance or free."""

    disk_id: str
    account_id: str
    region: str
    size: int
    kind: str = "system"
    device: str = "/dev/xvda"
    category: str = "cloud_essd"
    name: str = ""
    instance_id: str | None = None
    encrypted: bool = False
    kms_key_id: str = ""
    source_snapshot_id: str = ""
    image_id: str = ""
    created: float = 0.0
    resource_group_id: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return "In_use" if self.instance_id else "Available"


@dataclass(eq=False)
class Instance(Late):
    """An instance, as far as images need one."""

    instance_id: str
    account_id: str
    region: str
    name: str = ""
    status: str = "Running"
    image_id: str = ""
    instance_type: str = "ecs.g7.large"
    architecture: str = "x86_64"
    platform: str = "Aliyun"
    os_name: str = "Alibaba Cloud Linux 3.2104 LTS 64 bit"
    os_type: str = "linux"
    boot_mode: str = "UEFI-Preferred"
    nvme: bool = True
    locked: str = ""
    vpc_id: str = ""
    vswitch_id: str = ""
    security_groups: list[str] = field(default_factory=list)
    stopped_mode: str = "Not-applicable"
    created: float = 0.0
    resource_group_id: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        return zone_of(self.region)
