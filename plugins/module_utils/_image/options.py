# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ecs_image is told."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data


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
