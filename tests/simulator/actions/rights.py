# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rights each action needs, and what a caller without them is told."""

from __future__ import annotations

import json

from ..errors import ApiError, is_listed
from ..state.policies import ALLOWED, DENIED, Right
from ..state.world import Tagged
from .call import Answer, Call

ANY = "*"
# Per action: the resources it needs a right on. `{Name}` is a parameter, `Name` in brackets may be left out.
RESOURCES: dict[str, tuple[str, ...]] = {
    "DescribeRegions": (ANY,),
    "DescribeInstances": ("instance/{InstanceIds}",),
    "DescribeInstanceStatus": (ANY,),
    "DescribeUserData": ("instance/{InstanceId}",),
    "DescribeDisks": ("disk/{DiskIds}",),
    "DescribeImages": ("image/{ImageId}",),
    "DescribeSnapshots": ("snapshot/{SnapshotIds}",),
    "DescribeImageFromFamily": (ANY,),
    "DescribeImageSupportInstanceTypes": ("image/{ImageId}",),
    "DescribeImageSharePermission": ("image/{ImageId}",),
    "CopyImage": ("image/*",),
    "CancelCopyImage": ("image/{ImageId}",),
    "ModifyImageAttribute": ("image/{ImageId}",),
    "DeleteImage": ("image/{ImageId}",),
    "ModifyImageSharePermission": ("image/{ImageId}",),
    "ModifyImageShareGroupPermission": ("image/{ImageId}",),
    "CreateImage": ("image/*", "instance/[InstanceId]", "snapshot/[SnapshotId]", "snapshot/[DiskDeviceMapping]"),
    "CreateSnapshot": ("disk/{DiskId}", "snapshot/*"),
    "CopySnapshot": ("snapshot/{SnapshotId}",),
    "DeleteSnapshot": ("snapshot/{SnapshotId}",),
    "ModifySnapshotAttribute": ("snapshot/{SnapshotId}",),
    "RunInstances": ("instance/*", "image/[ImageId]", "securitygroup/[SecurityGroupId]"),
    "CreateInstance": (ANY,),
    "DeleteInstance": ("instance/{InstanceId}",),
    "DeleteInstances": ("instance/[]",),
    "ReplaceSystemDisk": ("instance/{InstanceId}", "image/[ImageId]"),
    "DescribeSecurityGroups": ("securitygroup/{SecurityGroupId}",),
    "DescribeVpcs": (ANY,),
    "DescribeVSwitches": (ANY,),
    "StopInstance": ("instance/{InstanceId}",),
    "StartInstance": ("instance/{InstanceId}",),
    "LockSnapshot": ("snapshot/{SnapshotId}",),
    "UnlockSnapshot": ("snapshot/{SnapshotId}",),
    "DescribeLockedSnapshots": ("snapshot/*",),
    "CreateLaunchTemplate": ("launchtemplate/*",),
    "CreateLaunchTemplateVersion": ("launchtemplate/{LaunchTemplateId}",),
    "DescribeLaunchTemplates": ("launchtemplate/*",),
    "DescribeLaunchTemplateVersions": ("launchtemplate/{LaunchTemplateId}",),
    "ModifyLaunchTemplateDefaultVersion": ("launchtemplate/{LaunchTemplateId}",),
    "DeleteLaunchTemplateVersion": ("launchtemplate/{LaunchTemplateId}",),
    "DeleteLaunchTemplate": ("launchtemplate/{LaunchTemplateId}",),
    "ImportImage": ("image/*",),
    "ExportImage": ("image/{ImageId}",),
    "DescribeTasks": (ANY,),
    "DescribeTaskAttribute": (ANY,),
    "CancelTask": (ANY,),
    "DescribeScalingGroups": (ANY,),
    "DescribeScalingConfigurations": (ANY,),
    "ListSharedResources": (ANY,),
    "ListSharedTargets": (ANY,),
    "TagResources": ("{ResourceType}/{ResourceId}",),
    "UntagResources": ("{ResourceType}/{ResourceId}",),
    "ListTagResources": ("{ResourceType}/{ResourceId}",),
    "AddTags": ("{ResourceType}/{ResourceId}",),
    "RemoveTags": ("{ResourceType}/{ResourceId}",),
    "DescribeTags": (ANY,),
    "DescribeResourceByTags": (ANY,),
    "CreateKeyPair": ("keypair/*",),
    "DescribeKeyPairs": ("keypair/*",),
    "AttachKeyPair": ("keypair/*",),
    "DetachKeyPair": ("keypair/*",),
    "DeleteKeyPairs": ("keypair/*",),
    "JoinResourceGroup": ("{ResourceType}/{ResourceId}",),
}
# Reads that may answer an empty list to a caller without the right, as their switches say; the others are refused like
# writes.
LISTS = {
    "DescribeImages": "rights_describe_images",
    "DescribeInstances": "rights_describe_instances",
    "DescribeInstanceStatus": "rights_describe_instance_status",
    "DescribeDisks": "rights_describe_disks",
    "DescribeSnapshots": "rights_describe_snapshots",
}
# Actions of other services than ECS.
SERVICES = {
    **dict.fromkeys(("ListSharedResources", "ListSharedTargets"), "resourcesharing"),
    "DescribeScalingGroups": "ess",
    "DescribeScalingConfigurations": "ess",
}
# These need no right, or look after their own.
FREE = frozenset(("GetCallerIdentity", "AssumeRole", "AssumeRoleWithOIDC", "DescribeEndpoints"))


def authorize(call: Call) -> None:
    """Refuse, or mark the call blind, if the caller lacks a right; the account itself has them all."""
    if call.caller.policies is None or call.action in FREE:
        return
    for right in rights(call):
        decision = call.caller.decide(right)
        if decision == ALLOWED:
            continue
        if call.action in LISTS and getattr(call.world.settings, LISTS[call.action]) == "empty":
            call.blind = True
            return
        raise refusal(call, right, decision)


def rights(call: Call) -> list[Right]:
    """All rights that the call needs."""
    tags = {tag.get("Key", ""): tag.get("Value", "") for tag in call.objects("Tag")}
    return [
        Right(f"{SERVICES.get(call.action, 'ecs')}:{call.action}", _arn(call, place), tags, _tags_of(call, place))
        for pattern in _patterns(call)
        for place in _places(call, pattern)
    ]


def _patterns(call: Call) -> tuple[str, ...]:
    named = call.action == "CopyImage" and call.world.settings.copy_rights == "both"
    return (*RESOURCES[call.action], *(("image/{ImageId}",) if named else ()))


def _places(call: Call, pattern: str) -> list[str]:
    """The pattern with the ids of the call in it: one entry an id."""
    if "{ResourceType}" in pattern:
        kind = call.text("ResourceType")
        ids = call.items("ResourceId") or ([call.text("ResourceId")] if call.text("ResourceId") else ["*"])
        return [f"{kind}/{resource_id}" for resource_id in ids]
    kind, dummy, name = pattern.partition("/")
    if name == "[]":
        return [f"{kind}/{value}" for value in call.items("InstanceId")]
    if name == "[DiskDeviceMapping]":
        ids = [mapping["SnapshotId"] for mapping in call.objects("DiskDeviceMapping") if mapping.get("SnapshotId")]
        return [f"{kind}/{snapshot_id}" for snapshot_id in ids]
    if name.startswith("["):
        value = call.text(name.strip("[]"))
        return [f"{kind}/{value}"] if value else []
    if not name.startswith("{"):
        return [pattern]
    return [f"{kind}/{value}" for value in _ids(call.text(name.strip("{}")))]


def _ids(text: str) -> list[str]:
    """One id, or a JSON array of them; none given means any."""
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            return [ANY]
        return [str(item) for item in found] or [ANY]
    return [text or ANY]


def _arn(call: Call, place: str) -> str:
    if place == ANY:
        return ANY
    found = _find(call, place)
    region = call.region or (found.region if found else ANY)
    return f"acs:ecs:{region}:{call.account_id}:{place}"


def _find(call: Call, place: str) -> Tagged | None:
    kind, dummy, name = place.partition("/")
    world = call.world
    if kind == "image":
        return world.region_images(call.region).get(name) if call.region else None
    if kind == "snapshot":
        return world.snapshots.get(name)
    if kind == "instance":
        return world.instances.get(name)
    return world.disks.get(name) if kind == "disk" else None


def _tags_of(call: Call, place: str) -> dict[str, str]:
    found = _find(call, place)
    # Another account's tags are not the caller's to be judged by.
    judged = call.world.settings.rights_by_resource_tag
    if found is None or found.account_id != call.account_id or judged == "absent":
        return {}
    return found.shown_of(found.tags, call.world.now()) if judged == "by_shown" else dict(found.tags)


def refusal(call: Call, right: Right, decision: str) -> ApiError:
    """The action's own code, with the detail that newer answers carry."""
    code = "Forbbiden" if is_listed(call.action, "Forbbiden") else "Forbidden.RAM"
    error = call.error(code)
    error.detail = {
        "AuthAction": right.action,
        "AuthPrincipalDisplayName": call.caller.name,
        "AuthPrincipalOwnerId": call.account_id,
        "AuthPrincipalType": "AssumedRoleUser" if call.caller.role_arn else "SubUser",
        "NoPermissionType": "ExplicitDeny" if decision == DENIED else "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
    }
    return error


def emptied(answer: Answer) -> Answer:
    """The same answer with nothing in its lists."""
    empty: Answer = {}
    for name, value in answer.items():
        if isinstance(value, dict) and all(isinstance(items, list) for items in value.values()):
            empty[name] = {kind: [] for kind in value}
        elif name == "TotalCount":
            empty[name] = 0
        elif name == "NextToken":
            empty[name] = ""
        else:
            empty[name] = value
    return empty
