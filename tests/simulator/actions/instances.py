# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances and disks: list them, stop and start instances."""

from __future__ import annotations

import fnmatch
from functools import partial

from ..state.clock import stamp
from ..state.instances import STATES, Disk, Instance
from .call import Answer, Call
from .common import (
    TagFilter,
    Window,
    bad_value,
    creation_window,
    either_page,
    has_tags,
    in_group,
    is_listed_now,
    json_ids,
    page_of,
    tag_filters,
    tag_list,
)


def _order(instance: Instance) -> tuple[float, str]:
    return -instance.created, instance.instance_id


def _own_instances(call: Call) -> list[Instance]:
    found = [
        instance
        for instance in call.world.instances.values()
        if (instance.account_id, instance.region) == (call.account_id, call.here) and is_listed_now(call, instance)
    ]
    return sorted(found, key=_order)


def describe_instances(call: Call) -> Answer:
    if call.text("Status") and call.text("Status") not in STATES:
        raise call.error("InvalidStatus.NotFound")
    bad = bad_value(call, "InstanceIds")
    ids = json_ids(call, "InstanceIds", bad, bad)
    tags, window = tag_filters(call), creation_window(call)
    found = [
        instance
        for instance in _own_instances(call)
        if (ids is None or instance.instance_id in ids) and _instance_matches(call, instance, tags, window)
    ]
    shown, paging = either_page(call, found, 100, _order)
    return {**paging, "Instances": {"Instance": [instance_view(instance, call.world.now()) for instance in shown]}}


def _instance_matches(call: Call, instance: Instance, tags: list[TagFilter], window: Window) -> bool:
    exact = (
        ("Status", instance.status),
        ("ImageId", instance.image_id),
        ("InstanceType", instance.instance_type),
        ("InstanceTypeFamily", instance.instance_type.rpartition(".")[0]),
        ("InstanceNetworkType", "vpc"),
        ("InstanceChargeType", "PostPaid"),
        ("ZoneId", instance.zone),
        ("VpcId", instance.vpc_id),
        ("VSwitchId", instance.vswitch_id),
    )
    # Addresses and the like are not simulated, so a filter by them finds nothing.
    absent = [
        "HpcClusterId",
        "KeyPairName",
        "EipAddresses",
        "InnerIpAddresses",
        "PrivateIpAddresses",
        "PublicIpAddresses",
        "RdmaIpAddresses",
    ]
    name, group = call.text("InstanceName"), call.text("SecurityGroupId")
    return (
        all(not call.text(field) or call.text(field) == value for field, value in exact)
        and not any(call.text(field) for field in absent)
        and (not call.text("LockReason") or call.text("LockReason") == instance.locked)
        and (not name or fnmatch.fnmatchcase(instance.name, name))
        and (not group or group in instance.security_groups)
        and window[0] <= instance.created <= window[1]
        and has_tags(instance.shown_of(instance.tags, call.world.now()), tags)
        and in_group(call, instance.resource_group_id)
    )


def instance_view(instance: Instance, now: float) -> Answer:
    locks = [{"LockReason": instance.locked}] if instance.locked else []
    return {
        "Cpu": 2,
        "CreationTime": stamp(instance.created),
        "DeletionProtection": False,
        "Description": "",
        "DeviceAvailable": True,
        "ExpiredTime": "2099-12-31T15:59Z",
        "HostName": instance.name,
        "ImageId": instance.image_id,
        "InstanceChargeType": "PostPaid",
        "InstanceId": instance.instance_id,
        "InstanceName": instance.name,
        "InstanceNetworkType": "vpc",
        "InstanceType": instance.instance_type,
        "InstanceTypeFamily": instance.instance_type.rpartition(".")[0],
        "IoOptimized": True,
        "Memory": 8192,
        "OSName": instance.os_name,
        "OSNameEn": instance.os_name,
        "OSType": instance.os_type,
        "OperationLocks": {"LockReason": locks},
        "RegionId": instance.region,
        "ResourceGroupId": instance.resource_group_id,
        "SecurityGroupIds": {"SecurityGroupId": list(instance.security_groups)},
        "StartTime": stamp(instance.created),
        "Status": instance.status,
        "StoppedMode": instance.stopped_mode,
        "Tags": tag_list(instance.shown_of(instance.tags, now)),
        "VpcAttributes": {
            # From the range for documentation: nothing can be reached there.
            "PrivateIpAddress": {"IpAddress": ["192.0.2.10"] if instance.vswitch_id else []},
            "VSwitchId": instance.vswitch_id,
            "VpcId": instance.vpc_id,
        },
        "ZoneId": instance.zone,
    }


def describe_instance_status(call: Call) -> Answer:
    ids = call.items("InstanceId")
    if len(ids) > 100:
        raise call.error("InvalidParameter.TooManyInstanceIds")
    zone = call.text("ZoneId")
    if zone and not zone.startswith(call.here):
        raise call.error("InvalidZoneId.NotFound")
    found = [
        instance
        for instance in _own_instances(call)
        if (not ids or instance.instance_id in ids) and (not zone or instance.zone == zone)
    ]
    shown, paging = page_of(call, found, 50)
    statuses = [{"InstanceId": instance.instance_id, "Status": instance.status} for instance in shown]
    return {**paging, "InstanceStatuses": {"InstanceStatus": statuses}}


def describe_user_data(call: Call) -> Answer:
    """Clients in use ask it of every instance that they list. What instances were given is not kept."""
    instance = next((one for one in _own_instances(call) if one.instance_id == call.text("InstanceId")), None)
    if instance is None:
        raise call.error("InvalidInstanceId.NotFound")
    return {"RegionId": instance.region, "InstanceId": instance.instance_id, "UserData": ""}


def instance_to_change(call: Call, instance_id: str) -> Instance:
    instance = call.world.instances.get(instance_id)
    if instance is None or instance.account_id != call.account_id or call.region not in (None, instance.region):
        raise call.error("InvalidInstanceId.NotFound")
    if instance.locked == "security":
        raise call.error("InstanceLockedForSecurity")
    return instance


def move(call: Call, instance: Instance, through: str, to: str) -> None:
    """Into a passing state, and later into the one that lasts."""
    instance.status = through
    call.world.at(call.world.now() + call.world.settings.instance_seconds, partial(_arrive, instance, through, to))


def _arrive(instance: Instance, through: str, to: str, dummy: float) -> None:
    if instance.status == through:
        instance.status = to


def _is_being_taken(call: Call, instance: Instance) -> bool:
    """Whether snapshots of its disks are being made."""
    disks = {disk.disk_id for disk in call.world.disks_of(instance.instance_id)}
    taken = any(one.disk_id in disks and one.status == "progressing" for one in call.world.snapshots.values())
    return taken and call.world.settings.instance_while_snapshots == "refused"


def stop_instance(call: Call) -> Answer:
    if call.text("StoppedMode") not in ("", "StopCharging", "KeepCharging"):
        raise call.error("InvalidParameter", "StoppedMode")
    instance = instance_to_change(call, call.text("InstanceId"))
    if instance.status != "Running" or _is_being_taken(call, instance):
        raise call.error("IncorrectInstanceStatus")
    instance.stopped_mode = call.text("StoppedMode") or "KeepCharging"
    move(call, instance, "Stopping", "Stopped")
    return {}


def start_instance(call: Call) -> Answer:
    instance = instance_to_change(call, call.text("InstanceId"))
    if instance.status != "Stopped" or _is_being_taken(call, instance):
        raise call.error("IncorrectInstanceStatus")
    for disk in call.world.disks_of(instance.instance_id):
        key = call.world.kms_keys.get(disk.kms_key_id)
        if disk.encrypted and key is not None and key.state != "Enabled":
            raise call.error("InvalidParameter.KMSKeyId.CMKNotEnabled")
    instance.stopped_mode = "Not-applicable"
    move(call, instance, "Starting", "Running")
    return {}


def _order_of_disks(disk: Disk) -> tuple[float, str, str]:
    return -disk.created, disk.device, disk.disk_id


def describe_disks(call: Call) -> Answer:
    if call.text("DiskType") not in ("", "all", "system", "data"):
        raise call.error("InvalidDiskType.ValueNotSupported")
    states = ("In_use", "Available", "Attaching", "Detaching", "Creating", "ReIniting", "All")
    if call.text("Status") and call.text("Status") not in states:
        raise call.error("InvalidStatus.ValueNotSupported")
    ids = json_ids(call, "DiskIds", call.error("InvalidParameter.DiskIds"), call.error("InvalidDiskIds.Malformed"))
    tags, window = tag_filters(call), creation_window(call)
    found = [
        disk
        for disk in call.world.disks.values()
        if disk.account_id == call.account_id
        and disk.region == call.here
        and (ids is None or disk.disk_id in ids)
        and _disk_matches(call, disk, tags, window)
    ]
    found.sort(key=_order_of_disks)
    shown, paging = either_page(call, found, 500, _order_of_disks)
    return {**paging, "Disks": {"Disk": [_disk_view(call, disk) for disk in shown]}}


def _disk_matches(call: Call, disk: Disk, tags: list[TagFilter], window: Window) -> bool:
    exact = (
        (call.text("InstanceId"), disk.instance_id or ""),
        (call.text("DiskType") if call.text("DiskType") != "all" else "", disk.kind),
        (call.text("Status") if call.text("Status") != "All" else "", disk.status),
        (call.text("Category") if call.text("Category") != "all" else "", disk.category),
        (call.text("SnapshotId"), disk.source_snapshot_id),
        (call.text("KMSKeyId"), disk.kms_key_id),
    )
    name = call.text("DiskName")
    return (
        all(not wanted or wanted == value for wanted, value in exact)
        and (call.flag("Encrypted") is None or call.flag("Encrypted") == disk.encrypted)
        and (not name or fnmatch.fnmatchcase(disk.name, name))
        and window[0] <= disk.created <= window[1]
        and has_tags(disk.shown_of(disk.tags, call.world.now()), tags)
        and in_group(call, disk.resource_group_id)
    )


def _disk_view(call: Call, disk: Disk) -> Answer:
    attached = stamp(disk.created) if disk.instance_id else ""
    place = {"AttachedTime": attached, "Device": disk.device, "InstanceId": disk.instance_id or ""}
    instance = call.world.instances.get(disk.instance_id or "")
    return {
        "AttachedTime": attached,
        "Attachments": {"Attachment": [place] if disk.instance_id else []},
        "Category": disk.category,
        "CreationTime": stamp(disk.created),
        "DeleteAutoSnapshot": True,
        "DeleteWithInstance": True,
        "Description": "",
        "Device": disk.device,
        "DiskChargeType": "PostPaid",
        "DiskId": disk.disk_id,
        "DiskName": disk.name,
        "Encrypted": disk.encrypted,
        "ImageId": disk.image_id,
        "InstanceId": disk.instance_id or "",
        "KMSKeyId": disk.kms_key_id,
        "MultiAttach": "Disabled",
        "OperationLocks": {"OperationLock": []},
        "PerformanceLevel": "PL1",
        "Portable": disk.kind == "data",
        "RegionId": disk.region,
        "ResourceGroupId": disk.resource_group_id,
        "Size": disk.size,
        "SourceSnapshotId": disk.source_snapshot_id,
        "Status": disk.status,
        "Tags": tag_list(disk.shown_of(disk.tags, call.world.now())),
        "Type": disk.kind,
        "ZoneId": instance.zone if instance else "",
    }
