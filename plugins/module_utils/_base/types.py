# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data that the API layer returns and the flows hand on, for the type checker: a misspelt key is an error there."""

from __future__ import annotations

import typing as t


class Disk(t.TypedDict):
    device: str
    type: str  # system or data
    size: int  # GiB
    snapshot_id: str
    encrypted: bool | None


class Features(t.TypedDict):
    nvme_support: str
    imds_support: str
    cpu_online_upgrade: str
    cpu_online_downgrade: str
    memory_online_upgrade: str
    memory_online_downgrade: str


class CheckItem(t.TypedDict):
    name: str
    value: str
    risk_level: str
    risk_code: str


class Detection(t.TypedDict):
    status: str
    check_items: list[CheckItem]


class Share(t.TypedDict):
    account_id: str
    shared_at: str | None


class Image(t.TypedDict):
    """One image as the modules return it. What is None is not known."""

    region: str
    image_id: str
    name: str
    description: str
    family: str
    version: str
    status: str
    progress: int  # percent
    usable: bool
    owner_alias: str
    owner_id: str
    is_copied: bool
    is_public: bool
    is_shared: bool | None
    architecture: str
    platform: str
    os_name: str
    os_type: str
    boot_mode: str
    created_at: str
    resource_group_id: str
    usage: str
    license_type: str
    cloud_init: bool | None
    login_as_non_root: bool | None
    secure_boot: str
    encrypted: bool | None
    size: int  # GiB over all disks
    disks: list[Disk]
    snapshot_ids: list[str]
    tags: dict[str, str]
    features: Features
    detection_options: Detection
    shares: t.NotRequired[list[Share]]  # where the share list was read
    planned: t.NotRequired[bool]  # check mode


class Snapshot(t.TypedDict):
    """One snapshot. What is None is not known, but for the key: there is none, or it is not known."""

    region: str
    snapshot_id: str
    name: str
    status: str
    progress: int  # percent
    created_at: str
    encrypted: bool | None
    kms_key_id: str | None
    size: int  # GiB of its disk
    disk_type: str
    source_snapshot_id: str
    source_region: str
    usage: str
    tags: dict[str, str]


class TemplateVersion(t.TypedDict):
    """One version of a launch template."""

    template_id: str
    template_name: str
    number: int
    is_default: bool
    description: str
    data: dict[str, t.Any] | None  # as the API tells them; None if it does not


class ScalingGroup(t.TypedDict):
    """One group of Auto Scaling."""

    group_id: str
    name: str
    template_id: str  # empty for one that goes by a configuration
    version: str  # a number, ``Default`` or ``Latest``


class Transfer(t.TypedDict):
    """One import or export, as its task tells it."""

    region: str
    task_id: str
    status: str
    image_id: str
    created_at: str
    finished_at: str
    progress: int  # percent
    code: str  # why it has failed
    message: str
    bucket: str
    format: str
    objects: list[str]  # that an export has written, by their names in the bucket


class HowFar(t.TypedDict, total=False):
    """How far the work on one thing is."""

    image_id: str | None
    status: str | None
    progress: int  # percent
    size: int | None  # GiB
    error: str | None  # a code


class ProgressEvent(HowFar, total=False):
    """What a module says while it works. Never an option's value, nor anything secret."""

    account: str
    region: str
    elapsed: float  # seconds
