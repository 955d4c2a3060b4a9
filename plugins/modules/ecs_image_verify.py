#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_verify
short_description: Test-boot an ECS image
version_added: 1.0.0
description:
  - Starts a throw-away instance of an image, waits until it is Running, and always removes it.
  - Each run starts an instance, which costs what that instance type costs for the minutes that it is there. It is
    tagged C(imageops:verify-of) and C(imageops:verify-run), the latter with the time at which the run is over for
    sure. A run that comes after that time removes what a killed one has left. Runs at the same time leave each other's
    instances alone.
  - SIGTERM, SIGINT and SIGHUP end the wait, the instance is removed, and the task fails.
  - That an instance is Running says that the image boots far enough for the cloud. It does not look inside.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.attributes
attributes:
  diff_mode:
    description: Returns what has changed, or would change, in diff mode.
    support: none
    details:
      - There is nothing to compare, since nothing is left that differs.
  idempotent:
    description: A second run with the same options changes nothing.
    support: none
    details:
      - Each run starts an instance and removes it, which is what it is for.
options:
  image_id:
    description: The image, in O(region). It may be one that is shared with this account.
    type: str
    required: true
  instance_type:
    description:
      - The type of the instance, such as V(ecs.g7.large).
      - Of several, the next is tried where a zone has no room for the one before. This holds for O(vswitch_id), too.
      - One that the image can't run on is passed over before an instance is started, in check mode too. If it can run
        on none of them, the task fails, nothing was started, and the error names types that would fit. Without the
        right C(ecs:DescribeImageSupportInstanceTypes) the module warns, and tries each.
      - It takes a list since imageops.alicloud 2.0.0.
    type: list
    elements: str
    required: true
  vswitch_id:
    description:
      - The subnet of the instance. It gets no public address.
      - Each type of O(instance_type) is tried in all subnets before the next type.
      - It takes a list since imageops.alicloud 2.0.0.
    type: list
    elements: str
    required: true
  security_group_id:
    description: The security group of the instance.
    type: str
    required: true
  secure_boot:
    description:
      - Whether the instance boots securely (UEFI Secure Boot). Unset, it is as the API has it.
      - An image that does not support it is refused before anything is started. The instance type has to support it,
        too.
    type: bool
    version_added: 2.0.0
  wait_timeout:
    description:
      - Seconds that the instance may take until it is Running.
      - Removing it may take up to 600 seconds more, and so may removing what an interrupted run has left, before that.
        Meanwhile the module retries if the API is busy or silent.
      - It was called O(ignore:timeout) before imageops.alicloud 2.0.0, which is an alias now.
    type: float
    default: 600.0
    aliases: [timeout]
  wait_interval:
    description: Seconds between two looks. Unset, from 2 to 60 seconds.
    type: float
  consistency_wait:
    description: Seconds for which the image, or the new instance, may be invisible before it counts as gone.
    type: float
    default: 60.0
    version_added: 2.0.0
  progress:
    description: Show lines of progress.
    type: bool
    default: true
seealso:
  - module: imageops.alicloud.ecs_image_copy
  - module: imageops.alicloud.ecs_image_share
  - name: RunInstances
    description: The API's own description.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances
"""

EXAMPLES = r"""
- name: See that an image boots before anybody gets it
  imageops.alicloud.ecs_image_verify:
    region: cn-hangzhou
    image_id: m-bp1demo0source0image
    instance_type: ecs.g7.large
    vswitch_id: vsw-simulator-cn-hangzhou
    security_group_id: sg-simulator-cn-hangzhou
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
verified:
  description: Whether the instance was Running. Null in check mode, which starts none.
  returned: unless the input was refused
  type: bool
  sample: true
planned:
  description: Whether this is a prediction of check mode.
  returned: success
  type: bool
  sample: false
image:
  description: The image, with the same keys as RV(imageops.alicloud.ecs_image_info#module:images[]).
  returned: unless the input was refused
  type: dict
instance:
  description:
    - The throw-away instance, as C(instance_id), C(instance_type), C(vswitch_id), C(security_group_id) and
      C(request_id).
    - It is gone when the task ends.
  returned: unless the input was refused
  type: dict
  sample: {"instance_id": "i-bp1throw0away0000", "instance_type": "ecs.g7.large"}
without_room:
  description:
    - Where there was no room for an instance, which says nothing about the image, as C(instance_type), C(vswitch_id)
      and the C(code) of the refusal.
    - A task that fails with one of these codes could not test the image. It has named all places then.
  returned: unless the input was refused
  type: list
  elements: dict
  sample: [{"instance_type": "ecs.g7.large", "vswitch_id": "vsw-1", "code": "OperationDenied.NoStock"}]
  version_added: 2.0.0
unsuitable:
  description:
    - The types of O(instance_type) that were passed over because the image can't run on them, as C(instance_type) and
      C(reason).
  returned: unless the input was refused
  type: list
  elements: dict
  sample:
    - instance_type: ecs.g8y.large
      reason: the API does not name it among the types that the image runs on
  version_added: 2.0.0
removed_leftovers:
  description: Instances that interrupted runs had left, and that were removed once those runs were over for sure.
  returned: unless the input was refused
  type: list
  elements: str
running_after_seconds:
  description: Seconds from the call until the instance was Running.
  returned: success
  type: float
  sample: 24.5
elapsed_seconds:
  description: Seconds of the whole task.
  returned: success
  type: float
  sample: 41.0
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import run_module
from ansible_collections.imageops.alicloud.plugins.module_utils._verify import task as verify_task


def main() -> None:
    arguments = {
        **{name: {"type": "str", "required": True} for name in ("image_id", "security_group_id")},
        **{name: {"type": "list", "elements": "str", "required": True} for name in ("instance_type", "vswitch_id")},
        "secure_boot": {"type": "bool"},
        "wait_timeout": {"type": "float", "default": 600.0, "aliases": ["timeout"]},
        "wait_interval": {"type": "float"},
        "consistency_wait": {"type": "float", "default": 60.0},
        "progress": {"type": "bool", "default": True},
    }
    run_module(arguments, verify_task.Options, verify_task.validate, verify_task.verify_image)


if __name__ == "__main__":
    main()
