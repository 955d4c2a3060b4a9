#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: image_release_look
version_added: 2.0.0
short_description: Internal to the role image_release
description:
  - Tells what of a release is done already, so that the role P(imageops.alicloud.image_release#role) leaves out the
    modules that would change nothing. It only reads.
  - Don't use it. It changes with the role, without notice.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.attributes.info
options:
  create:
    description: The arguments of M(imageops.alicloud.ecs_image), if the image is made by the release.
    type: dict
  copy:
    description: The arguments of M(imageops.alicloud.ecs_image_copy).
    type: dict
    required: true
  share:
    description: The arguments of M(imageops.alicloud.ecs_image_share), if anything is shared.
    type: dict
  wait_timeout:
    description: Seconds after which nothing that was throttled is asked again.
    type: float
    default: 7200.0
"""

EXAMPLES = r"""
# Use the role.
- name: Release an image
  ansible.builtin.include_role:
    name: imageops.alicloud.image_release
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
found:
  description: The image, as M(imageops.alicloud.ecs_image_info) tells it.
  returned: if it is there and the release does not make it
  type: dict
created:
  description: The result of M(imageops.alicloud.ecs_image), which has nothing to do.
  returned: if the release makes an image, and it is there as asked
  type: dict
copied:
  description: The result of M(imageops.alicloud.ecs_image_copy), which has nothing to do.
  returned: if all copies are there as asked
  type: dict
shared:
  description: The result of M(imageops.alicloud.ecs_image_share), which has nothing to do.
  returned: if all copies are there and shared as asked
  type: dict
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._look import task as look_task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import WAITING, run_module


def main() -> None:
    arguments = {
        "create": {"type": "dict"},
        "copy": {"type": "dict", "required": True},
        "share": {"type": "dict"},
        "wait_timeout": WAITING["wait_timeout"],
    }
    run_module(arguments, look_task.Options, look_task.validate, look_task.look)


if __name__ == "__main__":
    main()
