#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_usage_info
short_description: Find out who uses ECS images
version_added: 2.0.0
description:
  - Returns who uses images, in the account of the credentials and in those of O(role_arns). It looks at instances, all
    versions of launch templates, scaling groups and configurations, disks, and images made of the same snapshots.
  - Each kind is read once for each region and account, however many images are asked about, and the versions of each
    launch template once.
  - What could not be looked at is told, and no image of that region counts as unused then.
  - The API tells nobody what other accounts do with a shared image. Only the credentials of an account see its use.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.attributes.info
options:
  image_ids:
    description: The images with these ids, in O(regions).
    type: list
    elements: str
    aliases: [image_id]
  images:
    description:
      - The images of these entries, each with C(image_id), and C(region) if it is not O(region), such as C(images) of a
        manifest. Other keys are allowed and have no effect. Entries without C(image_id) are left out.
      - Also a dictionary from region to image id, such as RV(imageops.alicloud.ecs_image_copy#module:images).
    type: raw
  source_image_id:
    description: A whole release, which is this image and all copies of it that this collection has made in O(regions).
    type: str
  source_region:
    description: The region of O(source_image_id).
    type: str
  regions:
    description:
      - Where to look, beside the regions of O(images); O(region) if both are unset. V(all) alone means every region of
        the account.
    type: list
    elements: str
  role_arns:
    description:
      - Roles in accounts that have the images, too. The credentials take on each in place of O(ram_role_arn), and look
        at the same regions. An account that several of them lead into is looked at once.
    type: list
    elements: str
seealso:
  - module: imageops.alicloud.ecs_image_retire
  - module: imageops.alicloud.ecs_image_share_info
"""

EXAMPLES = r"""
- name: Who uses this image?
  imageops.alicloud.ecs_image_usage_info:
    region: cn-hangzhou
    image_ids: [m-bp1demo0source0image]

- name: Who uses a release, in every region?
  imageops.alicloud.ecs_image_usage_info:
    source_region: cn-hangzhou
    source_image_id: m-bp1demo0source0image
    regions: all

- name: Who uses the images that a task has copied?
  imageops.alicloud.ecs_image_usage_info:
    images: "{{ copy.copies }}"
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
usage:
  description: One entry for each image.
  returned: success
  type: list
  elements: dict
  contains:
    region:
      description: The region.
      type: str
      sample: cn-hangzhou
    image_id:
      description: The image.
      type: str
      sample: m-bp1demo0source0image
    name:
      description: Its name, empty if it is no visible image of the account.
      type: str
      sample: base-2026-11
    used:
      description:
        - Whether there are instances of it, or a launch template, scaling group or configuration starts them of it.
        - Null if none was seen, but something of its region could not be looked at, or if the image is not visible and
          a scaling configuration there goes by a name or a family.
      type: bool
      sample: true
    uses:
      description:
        - Who uses it, each with C(account_id), C(kind), C(id), C(name) and C(details).
        - The kinds are V(instance), V(launch_template), V(scaling_group), V(scaling_configuration), V(disk), V(image)
          and V(family).
        - With C(holds) false, it goes on without the image. These are disks and images made of its snapshots, and the
          family that it leads.
      type: list
      elements: dict
      sample:
        - account_id: "1000000000000001"
          kind: launch_template
          id: lt-bp1demo0template
          name: web
          details: version 3 (default)
          holds: true
not_looked:
  description:
    - What could not be looked at, each with C(account_id), C(region), C(kind) and C(error).
    - For a role that could not be taken on, C(account_id) is its ARN, and C(region) is null.
  returned: success
  type: list
  elements: dict
  sample: []
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import run_module
from ansible_collections.imageops.alicloud.plugins.module_utils._usage import task as usage_task


def main() -> None:
    arguments = {
        "image_ids": {"type": "list", "elements": "str", "aliases": ["image_id"]},
        "images": {"type": "raw"},
        "source_image_id": {"type": "str"},
        "source_region": {"type": "str"},
        "regions": {"type": "list", "elements": "str"},
        "role_arns": {"type": "list", "elements": "str"},
    }
    run_module(
        arguments,
        usage_task.Options,
        usage_task.validate,
        usage_task.gather_usage,
        mutually_exclusive=[["image_ids", "images", "source_image_id"]],
    )


if __name__ == "__main__":
    main()
