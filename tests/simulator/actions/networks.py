# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks, subnets and security groups: clients look them up before they start an instance.

DescribeVpcs and DescribeVSwitches are the old ones of the ECS API itself, which some clients still use."""

from __future__ import annotations

from ..state.networks import SecurityGroup, VSwitch
from .call import Answer, Call
from .common import either_page, page_of


def own_vswitches(call: Call) -> list[VSwitch]:
    found = call.world.vswitches.values()
    return [switch for switch in found if (switch.account_id, switch.region) == (call.account_id, call.here)]


def own_security_groups(call: Call) -> list[SecurityGroup]:
    found = call.world.security_groups.values()
    return [group for group in found if (group.account_id, group.region) == (call.account_id, call.here)]


def _wanted(call: Call, name: str, value: str) -> bool:
    """Whether a value is among the ids of a filter, which may be several with commas between them."""
    return not call.text(name) or value in call.text(name).split(",")


def describe_vpcs(call: Call) -> Answer:
    switches: dict[str, list[str]] = {}
    for switch in own_vswitches(call):
        switches.setdefault(switch.vpc_id, []).append(switch.vswitch_id)
    found = [
        {
            "VpcId": vpc_id,
            "RegionId": call.here,
            "Status": "Available",
            "VSwitchIds": {"VSwitchId": vswitch_ids},
        }
        for vpc_id, vswitch_ids in switches.items()
        if _wanted(call, "VpcId", vpc_id)
    ]
    shown, paging = page_of(call, found, 50)
    return {**paging, "Vpcs": {"Vpc": shown}}


def describe_vswitches(call: Call) -> Answer:
    found = [
        {"VSwitchId": switch.vswitch_id, "VpcId": switch.vpc_id, "ZoneId": switch.zone, "Status": "Available"}
        for switch in own_vswitches(call)
        if _wanted(call, "VSwitchId", switch.vswitch_id)
        and _wanted(call, "VpcId", switch.vpc_id)
        and _wanted(call, "ZoneId", switch.zone)
    ]
    shown, paging = page_of(call, found, 50)
    return {**paging, "VSwitches": {"VSwitch": shown}}


def _id(group: dict[str, str]) -> tuple[str]:
    return (group["SecurityGroupId"],)


def describe_security_groups(call: Call) -> Answer:
    found = [
        {"SecurityGroupId": group.group_id, "VpcId": group.vpc_id, "SecurityGroupType": "normal"}
        for group in own_security_groups(call)
        if _wanted(call, "SecurityGroupId", group.group_id) and _wanted(call, "VpcId", group.vpc_id)
    ]
    shown, paging = either_page(call, sorted(found, key=_id), 100, _id)
    return {**paging, "RegionId": call.here, "SecurityGroups": {"SecurityGroup": shown}}
