# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch templates out of a seed, and the scaling groups that go by them."""

from __future__ import annotations

from .planting import Objects, SeedError, owner, place
from .state.templates import LaunchTemplate, ScalingGroup, TemplateVersion
from .state.world import World

# How a group's configuration says from what instances start.
_IMAGES = {"image": "image_id", "image_name": "image_name", "image_family": "image_family"}


def add_launch_template(world: World, entry: Objects) -> str:
    """A template with its versions, the first of them numbered 1; their data are as answers show them."""
    account, region, now = owner(world, entry), place(entry), world.now()
    template_id = str(entry.get("id") or world.new_id("lt-"))
    given = entry.get("versions") or [{}]
    versions = {
        number: TemplateVersion(number, "", dict(data), now, account) for number, data in enumerate(given, start=1)
    }
    default = entry.get("default", 1)
    if default not in versions:
        raise SeedError(f"no version {default} of {template_id}")
    template = LaunchTemplate(
        template_id,
        entry.get("name") or template_id,
        account,
        region,
        now,
        now,
        world.default_group(account),
        versions=versions,
        default=default,
        latest=len(versions),
    )
    world.templates[template_id] = template
    return template_id


def add_scaling_group(world: World, entry: Objects) -> str:
    """A group that goes by a version of a template, or by a configuration."""
    account, region = owner(world, entry), place(entry)
    group_id = str(entry.get("id") or world.new_id("asg-"))
    template, version = str(entry.get("launch_template", "")), str(entry.get("version", "Default"))
    if template and template not in world.templates:
        raise SeedError(f"no launch template {template}")
    images = {field: str(entry.get(key, "")) for key, field in _IMAGES.items()}
    if (images["image_id"] and images["image_family"]) or (template and any(images.values())):
        raise SeedError(f"{group_id} goes by a template, an image or a family, and not by two of them")
    name = entry.get("name") or group_id
    world.scaling_groups[group_id] = ScalingGroup(group_id, name, account, region, template, version, **images)
    return group_id
