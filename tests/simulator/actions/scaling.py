# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Auto Scaling, another service: which groups there are, and which launch template each starts instances from."""

from __future__ import annotations

from ..state.templates import LaunchTemplate, ScalingGroup
from ..state.world import World
from .call import Answer, Call
from .common import page_of

MOST_GROUPS = 50  # on a page


def named_by_groups(world: World, template: LaunchTemplate) -> set[int]:
    """The versions of a template that groups name by their number."""
    groups = [group for group in world.scaling_groups.values() if group.template_id == template.template_id]
    return {int(group.version) for group in groups if group.version.isdecimal()}


def describe_scaling_groups(call: Call) -> Answer:
    ids, names = call.items("ScalingGroupId"), {call.text("ScalingGroupName"), *call.items("ScalingGroupName")} - {""}
    found = [
        _view(group)
        for group in call.world.scaling_groups.values()
        if (group.account_id, group.region) == (call.account_id, call.here)
        and (not ids or group.group_id in ids)
        and (not names or group.name in names)
    ]
    shown, paging = page_of(call, found, MOST_GROUPS)
    return {**paging, "ScalingGroups": {"ScalingGroup": shown}}


def _view(group: ScalingGroup) -> Answer:
    template = {"LaunchTemplateId": group.template_id, "LaunchTemplateVersion": group.version}
    return {
        "ScalingGroupId": group.group_id,
        "ScalingGroupName": group.name,
        "RegionId": group.region,
        "LifecycleState": "Active",
        **(template if group.template_id else {"ActiveScalingConfigurationId": group.configuration_id}),
    }


def describe_scaling_configurations(call: Call) -> Answer:
    ids, names, group_id = (
        call.items("ScalingConfigurationId"),
        call.items("ScalingConfigurationName"),
        call.text("ScalingGroupId"),
    )
    found = [
        _configuration_view(group)
        for group in call.world.scaling_groups.values()
        if (group.account_id, group.region) == (call.account_id, call.here)
        and group.configuration_id
        and (not ids or group.configuration_id in ids)
        and (not names or group.name in names)
        and group_id in ("", group.group_id)
    ]
    shown, paging = page_of(call, found, MOST_GROUPS)
    return {**paging, "ScalingConfigurations": {"ScalingConfiguration": shown}}


def _configuration_view(group: ScalingGroup) -> Answer:
    images = {"ImageId": group.image_id, "ImageName": group.image_name, "ImageFamily": group.image_family}
    return {
        "ScalingConfigurationId": group.configuration_id,
        "ScalingConfigurationName": group.name,
        "ScalingGroupId": group.group_id,
        "LifecycleState": "Active",
        **{name: value for name, value in images.items() if value},
    }
