#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_info
short_description: Look at ECS images in one or more regions
version_added: 1.0.0
description:
  - Returns images in every state, from every page and from several regions in one call.
  - To credentials without the right to look, the API may show nothing in place of an error. An empty list proves
    nothing by itself.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.attributes.info
options:
  regions:
    description: Where to look, O(region) if unset. V(all) alone means every region of the account.
    type: list
    elements: str
  image_ids:
    description: The images with these ids, whoever owns them. None is in an empty list.
    type: list
    elements: str
    aliases: [image_id]
  name:
    description: The images of exactly this name.
    type: str
  name_regex:
    description: The images whose name matches this regular expression somewhere.
    type: str
  family:
    description:
      - The images of this family.
      - What another account shares is shown with that account, as C(acs:1000000000000011:web). With O(owner=others) or
        O(owner_account), V(web) finds it as well as that form does.
    type: str
  tags:
    description: The images with all of these tags.
    type: dict
  statuses:
    description: The images in these states, all states if unset.
    type: list
    elements: str
    choices: [Creating, Waiting, Available, UnAvailable, CreateFailed, Deprecated]
  owner:
    description:
      - V(self), V(others) for what any account shares with these credentials, or the id of one account. That of
        the own account is as V(self).
      - Anybody can share an image of any name and family. So V(others) with O(newest) needs O(owner_account).
      - V(others) is possible since imageops.alicloud 2.0.0.
    type: str
    default: self
  owner_account:
    description: The account whose shared images are looked for, as O(owner) with its id does.
    type: str
    version_added: 2.0.0
  shared_with:
    description: The images that are shared with all of these accounts. Reads each image's share list.
    type: list
    elements: str
  share_lists:
    description: Read the share lists of the images too.
    type: bool
    default: false
  copied_from:
    description: The copies of this source, as C(region/image id), that this collection has made.
    type: str
  newest:
    description: Only this many of the youngest images of each region, at least 1.
    type: int
  query:
    description: JMESPath expression over RV(images), whose value is returned as RV(result).
    type: str
  expect_images:
    description: >-
      Warn of regions in which the credentials see no image of their own at all. V(false) is for where that is no
      surprise, as in a new account.
    type: bool
    default: true
    version_added: 2.0.0
requirements:
  - jmespath, if O(query) is used
seealso:
  - module: imageops.alicloud.ecs_image
"""

EXAMPLES = r"""
- name: All copies of an image
  imageops.alicloud.ecs_image_info:
    regions: [cn-beijing, eu-central-1]
    copied_from: cn-hangzhou/m-bp1demo0source0image

- name: The id of the newest image of a family
  imageops.alicloud.ecs_image_info:
    region: cn-hangzhou
    family: base
    statuses: [Available]
    newest: 1
    query: "[0].image_id"

- name: The newest image of a family that another account shares
  imageops.alicloud.ecs_image_info:
    region: cn-hangzhou
    owner_account: "1000000000000011"
    family: web
    statuses: [Available]
    newest: 1
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
images:
  description: The images, by region.
  returned: always, once the input was accepted
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
      description: Its name.
      type: str
      sample: base-2026-11
    status:
      description: Its status.
      type: str
      sample: Available
    progress:
      description: Percent.
      type: int
      sample: 100
    size:
      description: GiB over all disks.
      type: int
      sample: 20
    version:
      description: Its version, empty if it has none.
      type: str
      sample: "7.1"
    license_type:
      description: Whose licence its operating system has, V(Auto), V(Aliyun) or V(BYOL).
      type: str
      sample: Auto
    secure_boot:
      description: Whether instances of it may boot securely, V(supported) or V(unsupported).
      type: str
      sample: unsupported
    cloud_init:
      description: Whether it supports cloud-init, null if the API does not say so.
      type: bool
      sample: true
    login_as_non_root:
      description: Whether one may log in as another user than root, null if the API does not say so.
      type: bool
      sample: true
    encrypted:
      description: Whether one of its disks is encrypted, null if neither it nor its snapshots say so.
      type: bool
      sample: false
    family:
      description: Its family.
      type: str
      sample: base
    created_at:
      description: When it was created.
      type: str
      sample: "2026-11-22T10:00:00Z"
    tags:
      description: Its tags.
      type: dict
      sample: {"imageops:created-from": "i-bp1demo0instance"}
    description:
      description: Its description.
      type: str
      sample: Golden image
    usable:
      description: Whether it can be used, once its status is V(Available).
      type: bool
      sample: true
    owner_alias:
      description: Whose it is, V(self), V(others), V(system) or V(marketplace).
      type: str
      sample: self
    owner_id:
      description: The account that owns it, empty if it is not known.
      type: str
      sample: "1000000000000001"
    is_copied:
      description: Whether CopyImage has made it.
      type: bool
      sample: false
    is_public:
      description: Whether it is a community image.
      type: bool
      sample: false
    is_shared:
      description: Whether other accounts have it, null if the API does not say so.
      type: bool
      sample: false
    architecture:
      description: Its architecture.
      type: str
      sample: x86_64
    platform:
      description: Its operating system, as the API names distributions.
      type: str
      sample: Aliyun
    os_name:
      description: Its operating system, with its version.
      type: str
      sample: Alibaba Cloud Linux 3.2104 LTS 64 bit
    os_type:
      description: V(linux) or V(windows).
      type: str
      sample: linux
    boot_mode:
      description: Its boot mode, empty if it is the architecture's own.
      type: str
      sample: UEFI
    resource_group_id:
      description: Its resource group, empty if it is the default one.
      type: str
      sample: rg-bp67acfmxazb4p
    usage:
      description: V(instance) if instances were made of it, else V(none) or empty.
      type: str
      sample: none
    snapshot_ids:
      description: The snapshots behind its disks.
      type: list
      elements: str
      sample: ["s-bp1demo0snapshot"]
    features:
      description:
        - Its features, empty where they are not known. C(nvme_support) and C(imds_support) can be set.
        - C(cpu_online_upgrade), C(cpu_online_downgrade), C(memory_online_upgrade) and C(memory_online_downgrade) are
          there since imageops.alicloud 2.0.0.
      type: dict
      sample: {"nvme_support": "supported", "imds_support": "v2"}
    disks:
      description: Its disks, each with C(device), C(type), C(size) in GiB, C(snapshot_id) and C(encrypted).
      type: list
      elements: dict
    detection_options:
      description:
        - Its check, with C(status), V(Processing) or V(Finished), empty if it was not checked, and C(check_items), each
          with C(name), C(value), C(risk_level) and C(risk_code). The last two are empty unless the item is at risk.
      type: dict
      sample:
        status: Finished
        check_items: [{"name": "Nvme", "value": "Supported", "risk_level": "", "risk_code": ""}]
    shares:
      description: Its share list, each with C(account_id) and C(shared_at).
      returned: with O(share_lists) or O(shared_with)
      type: list
      elements: dict
result:
  description: The value of O(query).
  returned: if O(query) is given
  type: raw
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._info import options as info_options
from ansible_collections.imageops.alicloud.plugins.module_utils._info import task as info_task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import run_module


def main() -> None:
    statuses = ["Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated"]
    arguments = {
        "regions": {"type": "list", "elements": "str"},
        "image_ids": {"type": "list", "elements": "str", "aliases": ["image_id"]},
        "name": {"type": "str"},
        "name_regex": {"type": "str"},
        "family": {"type": "str"},
        "tags": {"type": "dict"},
        "statuses": {"type": "list", "elements": "str", "choices": statuses},
        "owner": {"type": "str", "default": "self"},
        "owner_account": {"type": "str"},
        "shared_with": {"type": "list", "elements": "str"},
        "share_lists": {"type": "bool", "default": False},
        "copied_from": {"type": "str"},
        "newest": {"type": "int"},
        "query": {"type": "str"},
        "expect_images": {"type": "bool", "default": True},
    }
    run_module(arguments, info_options.Options, info_options.image_faults, info_task.gather_images)


if __name__ == "__main__":
    main()
