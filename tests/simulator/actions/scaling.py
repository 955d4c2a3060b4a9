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
        **(template if group.template_id else {"ActiveScalingConfigurationId": f"asc-{group.group_id[4:]}"}),
    }
