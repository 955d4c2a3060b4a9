# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ecs_image is told."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data

# The options of ecs_image as Ansible checks them, beside those of every module that waits.
DISK: Data = {
    "snapshot_id": {"type": "str"},
    "size": {"type": "int"},
    "device": {"type": "str"},
    "type": {"type": "str", "choices": ["system", "data"]},
}

OBJECT: Data = {
    "bucket": {"type": "str", "required": True},
    "object": {"type": "str", "required": True},
    "format": {"type": "str", "choices": ["raw", "vhd", "qcow2", "vmdk"]},
    "disk_size": {"type": "int"},
    "device": {"type": "str"},
}

PLACE: Data = {
    "region": {"type": "str", "required": True},
    "name": {"type": "str"},
    "encrypted": {"type": "bool"},
    "shared": {"type": "bool", "default": False},
}

REMOVAL: Data = {
    "unshare": {"type": "bool", "default": False},
    "delete_snapshots": {"type": "str", "choices": ["none", "own", "all"], "default": "none"},
    "force": {"type": "bool", "default": False},
    "force_snapshots": {"type": "bool", "default": False},
    "ignore_keep": {"type": "bool", "default": False},
}


TEXTS = ("image_id", "name", "description", "family", "version", "platform", "resource_group_id", "role_name")

ARGUMENTS: Data = {
    **REMOVAL,
    "instance_id": {"type": "str"},
    "snapshot_id": {"type": "str"},
    "consistency": {"type": "str", "choices": ["running", "stopped"], "default": "running"},
    "disk_mappings": {"type": "list", "elements": "dict", "options": DISK},
    "import_from": {"type": "list", "elements": "dict", "options": OBJECT},
    **{key: {"type": "str"} for key in TEXTS},
    "os_type": {"type": "str", "choices": ["linux", "windows"]},
    "license_type": {"type": "str", "choices": ["Auto", "Aliyun", "BYOL"]},
    "architecture": {"type": "str", "choices": ["i386", "x86_64", "arm64"]},
    "boot_mode": {"type": "str", "choices": ["BIOS", "UEFI", "UEFI-Preferred"]},
    "detection_strategy": {"type": "str", "choices": ["Standard"]},
    "nvme_support": {"type": "str", "choices": ["supported", "unsupported"]},
    "imds_support": {"type": "str", "choices": ["v1", "v2"]},
    "secure_boot": {"type": "str", "choices": ["supported", "unsupported"]},
    "tags": {"type": "dict"},
    "tag_snapshots": {"type": "bool", "default": False},
    "purge_tags": {"type": "bool", "default": False},
    "max_tags": {"type": "int", "default": 20},
    "state": {"type": "str", "choices": ["present", "deprecated", "absent"], "default": "present"},
    "restore": {"type": "bool", "default": True},
    "copied_to": {"type": "list", "elements": "dict", "options": PLACE},
}

EXCLUSIVE = [["instance_id", "snapshot_id", "disk_mappings", "import_from"]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class RemoveOptions:
    """Which image is to go, and how far that may reach."""

    region: str
    image_id: str | None = None
    name: str | None = None
    unshare: bool = False
    delete_snapshots: str = "none"
    force: bool = False
    force_snapshots: bool = False
    ignore_keep: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options(RemoveOptions):
    """What the image is to be, and what of. None: left as it is."""

    state: str = "present"
    restore: bool = True
    instance_id: str | None = None
    snapshot_id: str | None = None
    disk_mappings: list[Data] | None = None
    import_from: list[Data] | None = None
    os_type: str | None = None
    license_type: str | None = None
    role_name: str | None = None
    consistency: str = "running"
    description: str | None = None
    family: str | None = None
    version: str | None = None
    platform: str | None = None
    architecture: str | None = None
    resource_group_id: str | None = None
    boot_mode: str | None = None
    detection_strategy: str | None = None
    nvme_support: str | None = None
    imds_support: str | None = None
    secure_boot: str | None = None
    tags: t.Mapping[str, str] | None = None
    tag_snapshots: bool = False
    purge_tags: bool = False
    max_tags: int = validation.MOST_TAGS
    copied_to: list[Data] | None = None
    wait: bool = True
