# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of the API's answers that are read: which are always there, and what it means if one is not.

Not said is not known, and never the same as false: a flag that is None must not be taken for one that is not set.
"""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import clean

Data = dict[str, t.Any]


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
    """A flag out of true, "true" or nothing."""
    return value is True or text(value).lower() == "true"


def unsure_flag(value: t.Any) -> bool | None:
    """A flag that the API may leave out or empty, which says nothing."""
    return {"true": True, "false": False}.get(text(value).lower())


def any_of(flags: t.Sequence[bool | None]) -> bool | None:
    """Whether one is set, None if that can't be said: one that is set decides, and so do all that are not."""
    return True if True in flags else None if None in flags else False


class Field(t.NamedTuple):
    """One field of an answer. ``absent`` stands for one that is left out, and the comment says what that means."""

    name: str
    read: t.Callable[[t.Any], t.Any]
    absent: t.Any = ""
    required: bool = False


def required(name: str) -> Field:
    """A field that the API always sends. An entry without it is nothing that could be named or judged."""
    return Field(name, text, required=True)


DISK = {
    "device": Field("Device", text),
    "type": Field("Type", text),  # not known, as in recordings of 2017
    "size": Field("Size", number, 0),  # not known, as while the image is made
    "snapshot_id": Field("SnapshotId", text),  # there is no snapshot yet
    "encrypted": Field("Encrypted", unsure_flag, None),  # not known: a preview field, the snapshots say it too
}
IMAGE = {
    "image_id": required("ImageId"),
    "name": Field("ImageName", text),
    "description": Field("Description", raw_text),
    "family": Field("ImageFamily", text),
    "version": Field("ImageVersion", text),
    "status": required("Status"),
    "progress": Field("Progress", number, 0),  # not begun, or at its end: the status decides
    "usable": Field("Usable", flag, True),  # an older answer: what is Available can be used
    "owner_alias": Field("ImageOwnerAlias", text),  # not known: own images are asked for as such
    "owner_id": Field("ImageOwnerId", text),  # the caller's own image, or not known
    "is_copied": Field("IsCopied", flag, False),  # no copy: then its snapshots must bear it out
    "is_public": Field("IsPublic", flag, False),  # private, as every image is at first
    "is_shared": Field("IsSelfShared", unsure_flag, None),  # not known: the share list says it
    "architecture": Field("Architecture", text),
    "platform": Field("Platform", text),
    "os_type": Field("OSType", text),
    "boot_mode": Field("BootMode", text),  # the architecture's own
    "created_at": Field("CreationTime", text),
    "resource_group_id": Field("ResourceGroupId", text),  # the default group
    "usage": Field("Usage", text),  # used by nothing that the API counts
    "license_type": Field("LicenseType", text),  # not known, Auto as a rule
    "cloud_init": Field("IsSupportCloudinit", unsure_flag, None),
    "login_as_non_root": Field("LoginAsNonRootSupported", unsure_flag, None),
}
SECURE_BOOT = {"secure_boot": Field("SecureBootSupport", text)}  # not known, unsupported as a rule
FEATURES = {
    "nvme_support": Field("NvmeSupport", text),  # not known: the image is as it was made
    "imds_support": Field("ImdsSupport", text),  # v1 and v2, as every image at first
    "cpu_online_upgrade": Field("CpuOnlineUpgrade", text),  # not known, unsupported as a rule
    "cpu_online_downgrade": Field("CpuOnlineDowngrade", text),  # not known, unsupported as a rule
    "memory_online_upgrade": Field("MemoryOnlineUpgrade", text),  # not known, unsupported as a rule
    "memory_online_downgrade": Field("MemoryOnlineDowngrade", text),  # not known, unsupported as a rule
}
SNAPSHOT = {
    "snapshot_id": required("SnapshotId"),
    "name": Field("SnapshotName", text),
    "status": required("Status"),
    "progress": Field("Progress", number, 0),  # not begun, or at its end: the status decides
    "created_at": Field("CreationTime", text),
    "encrypted": Field("Encrypted", unsure_flag, None),  # not known
    "kms_key_id": Field("KMSKeyId", lambda value: text(value) or None, None),  # no key, or not known
    "size": Field("SourceDiskSize", number, 0),
    "disk_type": Field("SourceDiskType", text),
    "source_snapshot_id": Field("SourceSnapshotId", text),  # no copy
    "source_region": Field("SourceRegionId", text),  # no copy
    "usage": Field("Usage", text),  # used by nothing that the API counts
}
INSTANCE = {
    "instance_id": required("InstanceId"),
    "name": Field("InstanceName", text),  # it goes by its id
    "status": required("Status"),
    "image_id": Field("ImageId", text),
    "instance_type": Field("InstanceType", text),
}
INSTANCE_TYPE = {
    "type_id": required("InstanceTypeId"),
    "cores": Field("CpuCoreCount", number, 0),  # not known: it is named last
    "memory": Field("MemorySize", number, 0),
}
SHARE = {
    "account_id": required("AliyunId"),
    "shared_at": Field("SharedTime", lambda value: text(value) or None, None),
}
CHECK = {"status": Field("Status", text)}  # no check was asked for, or it has not begun
CHECK_ITEM = {
    "name": Field("Name", text),
    "value": Field("Value", text),
    "risk_level": Field("RiskLevel", text),  # no risk
    "risk_code": Field("RiskCode", text),  # no risk
}
# What an organisation has: the resource, or the account, folder or directory that it is shared with.
SHARED_RESOURCE = {"resource_id": required("ResourceId"), "share_id": required("ResourceShareId")}
SHARED_TARGET = {"target": required("TargetId"), "share_id": required("ResourceShareId")}
VERSION = {
    "template_id": required("LaunchTemplateId"),
    "template_name": Field("LaunchTemplateName", text),  # not known: it goes by its id
    "number": Field("VersionNumber", number, 0),  # the entry is no version that could be named
    "is_default": Field("DefaultVersion", flag, False),  # another version is the default
    "description": Field("VersionDescription", raw_text),  # it has none, and so none of ours
}
SCALING_GROUP = {
    "group_id": required("ScalingGroupId"),
    "name": Field("ScalingGroupName", text),  # not known: it goes by its id
    "template_id": Field("LaunchTemplateId", text),  # it goes by a configuration
    "version": Field("LaunchTemplateVersion", text),  # it goes by a configuration
}
TEMPLATE = {
    "template_id": required("LaunchTemplateId"),
    "name": Field("LaunchTemplateName", text),  # not known: it goes by its id
    "default": Field("DefaultVersionNumber", number, 0),  # not known: none of its versions counts as the default
}
SCALING_CONFIGURATION = {
    "configuration_id": required("ScalingConfigurationId"),
    "name": Field("ScalingConfigurationName", text),  # not known: it goes by its id
    "group_id": Field("ScalingGroupId", text),
    "image_id": Field("ImageId", text),  # it names an image by name or family
    "image_name": Field("ImageName", text),  # it names none
    "image_family": Field("ImageFamily", text),  # it names none
}
MADE_DISK = {
    "disk_id": required("DiskId"),
    "name": Field("DiskName", text),
    "image_id": Field("ImageId", text),  # it was made of no image
    "snapshot_id": Field("SourceSnapshotId", text),  # it was made of no snapshot
}
LOCK = {
    "snapshot_id": required("SnapshotId"),
    "status": Field("LockStatus", text),  # not known: what is deleted tells it
    "expires": Field("LockExpiredTime", text),  # not known until when
}
TASK = {
    "task_id": required("TaskId"),
    "status": required("TaskStatus"),
    "image_id": Field("ResourceId", text),  # not known: the task was asked for by its image
    "created_at": Field("CreationTime", text),
    "finished_at": Field("FinishedTime", text),  # not over, or not known
    "progress": Field("TaskProcess", number, 0),  # not begun, or not asked for: the status decides
}
OPERATION = {
    "code": Field("ErrorCode", text),  # nothing has failed, or nobody says why
    "message": Field("ErrorMsg", text),  # nothing has failed, or nobody says why
}
RELATED_ITEM = {
    "name": Field("Name", text),
    "value": Field("Value", raw_text),
}
CALLER = {
    "account_id": Field("AccountId", text),  # not known: no account that is expected
    "arn": Field("Arn", text),
    "type": Field("IdentityType", text),
}
# Of every answer, beside what it lists.
LISTING = {
    "total": Field("TotalCount", number, 0),  # not known: a page that is full may have a next one
    "token": Field("NextToken", lambda value: text(value) or None, None),  # the last page
    "request_id": Field("RequestId", text),
}


def shaped(fields: t.Mapping[str, Field], answer: Data) -> Data:
    """An entry of an answer under our names, with what stands for the fields that are left out."""
    return {
        key: field.read(answer[field.name]) if answer.get(field.name) is not None else field.absent
        for key, field in fields.items()
    }
