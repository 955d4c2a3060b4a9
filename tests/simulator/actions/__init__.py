# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions served, and how each treats DryRun and ClientToken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import (
    copies,
    creating,
    exporting,
    images,
    importing,
    instance_types,
    instances,
    key_pairs,
    launching,
    locations,
    locks,
    networks,
    old_tags,
    organisation,
    regions,
    scaling,
    shares,
    snapshot_copies,
    snapshots,
    sts,
    tags,
    templates,
)
from .call import Answer, Call

ECS, STS, LOCATION, SHARING = "2014-05-26", "2015-04-01", "2015-06-12", "2020-01-10"
SCALING = "2014-08-28"


@dataclass(frozen=True)
class Served:
    """One action.

    `dry_run` is empty (no such field), "documented", "thorough" (documented to check everything) or "undocumented"
    (there is a field, but no word on what it does).
    """

    run: Callable[[Call], Answer]
    write: bool = False
    dry_run: str = ""
    token: bool = False
    version: str = ECS


SERVED: dict[str, Served] = {
    "DescribeRegions": Served(regions.describe_regions),
    "DescribeInstances": Served(instances.describe_instances, dry_run="documented"),
    "DescribeInstanceStatus": Served(instances.describe_instance_status),
    "DescribeUserData": Served(instances.describe_user_data),
    "DescribeDisks": Served(instances.describe_disks, dry_run="documented"),
    "StopInstance": Served(instances.stop_instance, write=True, dry_run="thorough"),
    "StartInstance": Served(instances.start_instance, write=True, dry_run="thorough"),
    "RunInstances": Served(launching.run_instances, write=True, dry_run="thorough", token=True),
    "CreateInstance": Served(launching.create_instance, write=True, dry_run="thorough", token=True),
    "DeleteInstance": Served(launching.delete_instance, write=True, dry_run="thorough"),
    "DeleteInstances": Served(launching.delete_instances, write=True, dry_run="thorough", token=True),
    "ReplaceSystemDisk": Served(launching.replace_system_disk, write=True, token=True),
    "DescribeSecurityGroups": Served(networks.describe_security_groups),
    "DescribeVpcs": Served(networks.describe_vpcs),
    "DescribeVSwitches": Served(networks.describe_vswitches),
    "CreateImage": Served(creating.create_image, write=True, dry_run="undocumented", token=True),
    "DescribeImages": Served(images.describe_images, dry_run="documented"),
    "DescribeImageFromFamily": Served(images.describe_image_from_family),
    "DescribeImageSupportInstanceTypes": Served(instance_types.describe_image_support_instance_types),
    "CopyImage": Served(copies.copy_image, write=True, dry_run="documented", token=True),
    "CancelCopyImage": Served(copies.cancel_copy_image, write=True),
    "ModifyImageAttribute": Served(images.modify_image_attribute, write=True, dry_run="undocumented"),
    "DeleteImage": Served(images.delete_image, write=True, dry_run="undocumented"),
    "ModifyImageSharePermission": Served(shares.modify_image_share_permission, write=True, dry_run="undocumented"),
    "ModifyImageShareGroupPermission": Served(shares.modify_image_share_group_permission, write=True),
    "DescribeImageSharePermission": Served(shares.describe_image_share_permission),
    "CreateSnapshot": Served(snapshots.create_snapshot, write=True, token=True),
    "CopySnapshot": Served(snapshot_copies.copy_snapshot, write=True, token=True),
    "DescribeSnapshots": Served(snapshots.describe_snapshots, dry_run="documented"),
    "DeleteSnapshot": Served(snapshots.delete_snapshot, write=True),
    "ModifySnapshotAttribute": Served(snapshots.modify_snapshot_attribute, write=True),
    "LockSnapshot": Served(locks.lock_snapshot, write=True, dry_run="thorough", token=True),
    "UnlockSnapshot": Served(locks.unlock_snapshot, write=True, dry_run="thorough", token=True),
    "DescribeLockedSnapshots": Served(locks.describe_locked_snapshots, dry_run="documented"),
    "CreateLaunchTemplate": Served(templates.create_launch_template, write=True),
    "CreateLaunchTemplateVersion": Served(templates.create_launch_template_version, write=True),
    "DescribeLaunchTemplates": Served(templates.describe_launch_templates),
    "DescribeLaunchTemplateVersions": Served(templates.describe_launch_template_versions),
    "ModifyLaunchTemplateDefaultVersion": Served(templates.modify_launch_template_default_version, write=True),
    "DeleteLaunchTemplateVersion": Served(templates.delete_launch_template_version, write=True),
    "DeleteLaunchTemplate": Served(templates.delete_launch_template, write=True),
    "ImportImage": Served(importing.import_image, write=True, dry_run="thorough", token=True),
    "ExportImage": Served(exporting.export_image, write=True, dry_run="thorough"),
    "DescribeTasks": Served(exporting.describe_tasks),
    "DescribeTaskAttribute": Served(exporting.describe_task_attribute),
    "CancelTask": Served(exporting.cancel_task, write=True),
    "TagResources": Served(tags.tag_resources, write=True),
    "UntagResources": Served(tags.untag_resources, write=True),
    "ListTagResources": Served(tags.list_tag_resources),
    "AddTags": Served(old_tags.add_tags, write=True),
    "RemoveTags": Served(old_tags.remove_tags, write=True),
    "DescribeTags": Served(old_tags.describe_tags),
    "DescribeResourceByTags": Served(old_tags.describe_resource_by_tags),
    "CreateKeyPair": Served(key_pairs.create_key_pair, write=True),
    "DescribeKeyPairs": Served(key_pairs.describe_key_pairs),
    "AttachKeyPair": Served(key_pairs.attach_key_pair, write=True),
    "DetachKeyPair": Served(key_pairs.detach_key_pair, write=True),
    "DeleteKeyPairs": Served(key_pairs.delete_key_pairs, write=True),
    "DescribeScalingGroups": Served(scaling.describe_scaling_groups, version=SCALING),
    "DescribeScalingConfigurations": Served(scaling.describe_scaling_configurations, version=SCALING),
    "ListSharedResources": Served(organisation.list_shared_resources, version=SHARING),
    "ListSharedTargets": Served(organisation.list_shared_targets, version=SHARING),
    "DescribeEndpoints": Served(locations.describe_endpoints, version=LOCATION),
    "JoinResourceGroup": Served(tags.join_resource_group, write=True),
    "GetCallerIdentity": Served(sts.get_caller_identity, version=STS),
    "AssumeRole": Served(sts.assume_role, version=STS),
    "AssumeRoleWithOIDC": Served(sts.assume_role_with_oidc, version=STS),
}
_BY_SMALL_LETTERS = {name.lower(): name for name in SERVED}


def known_as(action: str) -> str:
    """An action's own name, whatever letters of it are capitals; an unknown one as it is."""
    return _BY_SMALL_LETTERS.get(action.lower(), action)
