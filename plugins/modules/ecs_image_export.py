#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_export
short_description: Export an ECS image to OSS
version_added: 2.0.0
description:
  - Exports a custom image into a bucket, and waits until its objects are there.
  - The names of the objects are those that the API tells. They are kept as tags of the image, C(imageops:exported-to)
    and C(imageops:exported-object-1) and so on, so that a second run changes nothing. Whether the objects are still in
    the bucket is not looked at. O(force) exports once more.
  - An export that is under way is waited for, and none is started beside it.
  - Refused are images that are encrypted, not Available, of another account or community images, and those with more
    than 4 data disks, or one of more than 500 GiB.
  - ECS writes into the bucket by the RAM role C(AliyunECSImageExportDefaultRole) of the account. If it is missing, the
    error says what it needs.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.waiting
  - imageops.alicloud.attributes
attributes:
  diff_mode:
    description: Returns what has changed, or would change, in diff mode.
    support: none
    details:
      - There is nothing to compare, since the objects are not looked at.
options:
  image_id:
    description: The image, in O(region).
    type: str
    required: true
  bucket:
    description: The bucket, in O(region). It must not be encrypted. Needed with O(state=present).
    type: str
  prefix:
    description: What the names of the objects begin with, 1 to 30 letters and digits.
    type: str
  format:
    description:
      - The format of the objects. V(raw) is packed, as C(.tar.gz).
      - Others are only offered in C(ap-northeast-1), C(ap-southeast-1), C(ap-southeast-3), C(ap-southeast-5),
        C(eu-central-1), C(eu-west-1), C(me-east-1), C(us-east-1) and C(us-west-1).
    type: str
    choices: [raw, vhd, qcow2, vmdk, vdi]
    default: raw
  role_name:
    description:
      - The RAM role by which ECS writes into the bucket.
      - If unset, it is C(AliyunECSImageExportDefaultRole). Whether the API takes another one is not documented.
    type: str
  state:
    description:
      - V(present) exports the image, unless that was done.
      - V(absent) cancels an export that is under way, and waits until it has ended. It removes no objects. The API may
        list an export only some time after it was started, so give one that was started a moment ago a minute.
    type: str
    choices: [present, absent]
    default: present
  force:
    description: Export the image although it says that this was done.
    type: bool
    default: false
seealso:
  - module: imageops.alicloud.ecs_image
  - name: ExportImage
    description: The API's own description.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-exportimage
"""

EXAMPLES = r"""
- name: Export an image
  imageops.alicloud.ecs_image_export:
    region: cn-hangzhou
    image_id: m-bp1demo0source0image
    bucket: demo-images
    prefix: archive
  register: export

- name: Show its objects
  ansible.builtin.debug:
    msg: "oss://{{ export.bucket }}/{{ item }}"
  loop: "{{ export.objects }}"

- name: Cancel an export that is under way
  imageops.alicloud.ecs_image_export:
    region: cn-hangzhou
    image_id: m-bp1demo0source0image
    state: absent
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
action:
  description:
    - V(present) if the export was done before, V(adopted) if one was under way, V(started), V(cancelled), or V(none) if
      there was nothing to cancel.
  returned: success, or if an export was begun or found and the task failed after that
  type: str
  sample: started
planned:
  description: Whether that is what a run would do, as check mode tells it.
  returned: success, or if an export was begun or found and the task failed after that
  type: bool
image_id:
  description: The image.
  returned: success, or if an export was begun or found and the task failed after that
  type: str
  sample: m-bp1demo0source0image
region:
  description: The region of image and bucket.
  returned: success, or if an export was begun or found and the task failed after that
  type: str
  sample: cn-hangzhou
task_id:
  description: The API's task. Null if an earlier run has seen the export finished.
  returned: success, or if an export was begun or found and the task failed after that
  type: str
  sample: tsk-bp1demo0export
status:
  description: The task's state. Null if no task was looked at.
  returned: success, or if an export was begun or found and the task failed after that
  type: str
  sample: Finished
bucket:
  description: The bucket. Null for an export under way that another run has started, until it tells where it goes.
  returned: success, or if an export was begun or found and the task failed after that
  type: str
  sample: demo-images
objects:
  description: The names of the objects, one for each disk. Empty until the export has finished.
  returned: success, or if an export was begun or found and the task failed after that
  type: list
  elements: str
  sample: [archive_m-bp1demo0source0image_system.raw.tar.gz]
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._export import task as export_task
from ansible_collections.imageops.alicloud.plugins.module_utils._export.plan import Options, validate
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import WAITING, run_module


def main() -> None:
    arguments = {
        **WAITING,
        "image_id": {"type": "str", "required": True},
        **{name: {"type": "str"} for name in ("bucket", "prefix", "role_name")},
        "format": {"type": "str", "choices": ["raw", "vhd", "qcow2", "vmdk", "vdi"], "default": "raw"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "force": {"type": "bool", "default": False},
    }
    run_module(arguments, Options, validate, export_task.export_image)


if __name__ == "__main__":
    main()
