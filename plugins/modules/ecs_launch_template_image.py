#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_launch_template_image
short_description: Give ECS launch templates another image
version_added: 2.0.0
description:
  - Makes a new version of a launch template, which is as its default version except for the image, and makes it the
    default.
  - The API copies nothing into a new version. So every field of the default version is said again, and the new version
    is compared with it, field by field, before it becomes the default.
  - A field that no new version can be given stops everything before anything is written, unless O(allowed_losses) names
    it. Whether a version asks for a secure boot can't be read at all, of which a warning tells.
  - With several templates, all are looked at first. If one of them can't be done, nothing is done. If a version can't
    be made or is not as it should be, no default is switched.
  - A version that is there already is used again, so that a run that was killed is gone on with, and going back to an
    older image makes no new version. The description of a new version tells which image it was made for.
  - Running instances stay as they are. Instances that Auto Scaling starts of the default follow it.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.attributes
options:
  launch_template_id:
    description: The launch template, in O(region).
    type: str
  launch_template_name:
    description: The launch template by its name, instead of O(launch_template_id).
    type: str
  image_id:
    description: The image that instances are to start from. It must be C(Available) in the template's region.
    type: str
  launch_templates:
    description:
      - Several templates, instead of O(launch_template_id) and O(launch_template_name). What an entry does not say is
        as the task's own option of that name says.
    type: list
    elements: dict
    suboptions:
      region:
        description: The region of the template.
        type: str
      launch_template_id:
        description: The template by its id.
        type: str
      launch_template_name:
        description: The template by its name, instead of its id.
        type: str
      image_id:
        description: The image that instances are to start from.
        type: str
      image_name:
        description: The name of an image that is still to be made, in place of its id, with C(planned).
        type: str
      planned:
        description: Whether the image is still to be made. Only check mode takes such an entry.
        type: bool
      ignore_missing:
        description: Leave out a template that is not there, with a warning. Otherwise it is an error.
        type: bool
      set_default:
        description: Whether the version with the image becomes the default.
        type: bool
      keep_versions:
        description: How many of the newest versions stay.
        type: int
      allowed_losses:
        description: Fields that the new version may lose.
        type: list
        elements: str
  set_default:
    description: Make the version with the image the default. Otherwise it is only made.
    type: bool
    default: true
  keep_versions:
    description:
      - How many of the newest versions of a template stay. Older ones are deleted, but never the default, the one
        with the image, or one that a scaling group names by its number. Unset, all stay.
      - Where the scaling groups can't be looked at, no version is deleted, and a warning says so.
      - A template has 30 versions at most. Where there are as many, the old ones go before the new one is made.
    type: int
  allowed_losses:
    description:
      - Fields that the new version may lose, such as one that the API has begun to tell and does not take yet. Messages
        tell their names.
    type: list
    elements: str
    default: []
  consistency_wait:
    description: Seconds for which an image, a new version or a new default may not be seen before it counts as missing.
    type: float
    default: 60.0
seealso:
  - module: imageops.alicloud.ecs_image_copy
  - name: CreateLaunchTemplateVersion
    description: The API's own description.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createlaunchtemplateversion
"""

EXAMPLES = r"""
- name: Start new instances from another image
  imageops.alicloud.ecs_launch_template_image:
    region: cn-hangzhou
    launch_template_name: web
    image_id: m-bp1demo0source0image

- name: Only make the version, and keep the ten newest
  imageops.alicloud.ecs_launch_template_image:
    region: cn-hangzhou
    launch_template_name: web
    image_id: m-bp1demo0source0image
    set_default: false
    keep_versions: 10

- name: Switch the templates of two regions together
  imageops.alicloud.ecs_launch_template_image:
    launch_templates:
      - region: cn-hangzhou
        launch_template_name: web
        image_id: m-bp1demo0source0image
      - region: cn-beijing
        launch_template_name: web
        image_id: "{{ copy.images['cn-beijing'] }}"
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
launch_templates:
  description: One entry for each template.
  returned: unless the input was refused
  type: list
  elements: dict
  contains:
    region:
      description: The region.
      type: str
      sample: cn-hangzhou
    launch_template_id:
      description: The template.
      type: str
      sample: lt-bp1demo0template00
    launch_template_name:
      description: Its name.
      type: str
      sample: web
    image_id:
      description: The image that was asked for. Null for one that check mode only plans.
      type: str
      sample: m-bp1demo0source0image
    previous_image_id:
      description: The image of the version that was the default.
      type: str
      sample: m-bp1demo0former0image
    previous_version:
      description: The version that was the default.
      type: int
      sample: 3
    version:
      description: The version with the image. Null for one that is still to be made.
      type: int
      sample: 4
    default_version:
      description: The version that is the default now.
      type: int
      sample: 4
    action:
      description:
        - V(present) if the default has the image, V(adopted) if another version that is the same has it, V(created) if
          a version was made, V(missing) if there is no such template and the entry's C(ignore_missing) takes that. Null
          if no version was made, because it could not be done for all templates.
      type: str
      sample: created
    switched:
      description: Whether the default was switched.
      type: bool
      sample: true
    deleted_versions:
      description: Versions that were deleted.
      type: list
      elements: int
      sample: []
    scaling_groups:
      description:
        - The scaling groups that go by the template, each with C(group_id), C(name), C(template_id) and C(version),
          which is a number, V(Default) or V(Latest). Null if they were not looked at.
      type: list
      elements: dict
    not_readable:
      description: Fields that a version may have and no answer tells, so that a new version never has them.
      type: list
      elements: str
      sample: ["SecurityOptions.EnableSecureBoot"]
    lost:
      description: Fields of the default version that the new one does not have.
      type: list
      elements: str
      sample: []
    planned:
      description: Whether this is a prediction of check mode.
      type: bool
    error:
      description: Why it could not be done, as C(code), C(message), C(request_id) and C(hint).
      type: dict
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import run_module
from ansible_collections.imageops.alicloud.plugins.module_utils._template import task as template_task

TEXTS = ("region", "launch_template_id", "launch_template_name", "image_id", "image_name")  # of an entry


def main() -> None:
    entry = {
        **{name: {"type": "str"} for name in TEXTS},
        "planned": {"type": "bool"},
        "ignore_missing": {"type": "bool"},
        "set_default": {"type": "bool"},
        "keep_versions": {"type": "int"},
        "allowed_losses": {"type": "list", "elements": "str"},
    }
    arguments = {
        "launch_template_id": {"type": "str"},
        "launch_template_name": {"type": "str"},
        "image_id": {"type": "str"},
        "launch_templates": {"type": "list", "elements": "dict", "options": entry},
        "set_default": {"type": "bool", "default": True},
        "keep_versions": {"type": "int"},
        "allowed_losses": {"type": "list", "elements": "str", "default": []},
        "consistency_wait": {"type": "float", "default": 60.0},
    }
    run_module(
        arguments,
        template_task.Options,
        template_task.validate,
        template_task.give_image,
        mutually_exclusive=[["launch_template_id", "launch_template_name", "launch_templates"]],
        required_one_of=[["launch_template_id", "launch_template_name", "launch_templates"]],
    )


if __name__ == "__main__":
    main()
