#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_audit_info
short_description: Compare the images of an account with what they should be
version_added: 2.0.0
description:
  - Looks once at each kind of thing in each region, and tells what is not as it should be. It changes nothing.
  - The playbook C(image_audit) runs it for many accounts, takes what should be there from manifests, and writes a
    report.
  - A share list is a call for each image. It is read of images that others may have, if they are among O(expected) or
    O(allowed) is given.
  - To credentials without C(ecs:DescribeInstances) the API may show no instance in place of an error, so that none is
    told to be left.
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
  expected:
    description: The images that should be there. Whoever one of several entries about an image names may have it.
    type: list
    elements: dict
    suboptions:
      account_id:
        description: The account that owns it. An image of another account is passed over. Any account if unset.
        type: str
      region:
        description: Its region.
        type: str
        required: true
      image_id:
        description: The image. Unset, it was to be made and has never been.
        type: str
      name:
        description: Its name.
        type: str
      release:
        description: What asks for it, in words, for the messages.
        type: str
      encrypted:
        description: Whether it must be encrypted. Not compared if unset or V(false).
        type: bool
      kms_key_id:
        description: The key that it must be encrypted with. Not compared if unset.
        type: str
      accounts:
        description: The accounts that it was to be shared with. Unset, that is not known.
        type: list
        elements: str
      shared_with:
        description: The accounts that had it when that was last recorded. Unset, that is not known.
        type: list
        elements: str
      withdrawn:
        description:
          - Whether it was deprecated on purpose, such as by a later release or a rollback. While it is Deprecated, it
            is no finding that accounts do not have it.
        type: bool
        default: false
  allowed:
    description:
      - The accounts that any image may be shared with, and the folders and resource directories of an organisation.
      - Whoever else has an image and is not named for it by O(expected) is told. Without this, only images in
        O(expected) that name accounts are judged so.
      - An empty list means nobody.
    type: list
    elements: str
  organisation:
    description:
      - Ask the service Resource Sharing what is shared with an organisation, which share lists do not tell.
      - It needs C(resourcesharing:ListSharedResources) and C(resourcesharing:ListSharedTargets). Where it can't be
        asked, RV(not_looked) says so, and the task does not fail for it.
    type: bool
    default: true
  image_quota:
    description:
      - How many images a region may hold, which the API does not tell. See C(q_user-image-count) in Quota Center.
      - From nine tenths of it on, the region is told.
    type: int
    default: 100
seealso:
  - module: imageops.alicloud.ecs_image_info
  - module: imageops.alicloud.ecs_image_retire
"""

EXAMPLES = r"""
- name: See what is not as it should be
  imageops.alicloud.ecs_image_audit_info:
    regions: [cn-hangzhou, cn-beijing]
    expected:
      - region: cn-hangzhou
        image_id: m-bp1demo0source0image
        accounts: ["1000000000000011"]
    allowed: ["1000000000000011", "1000000000000012"]
  register: audit

- name: Name it
  ansible.builtin.debug:
    msg: "{{ audit.findings | map(attribute='message') }}"
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
regions:
  description: The regions that were to be looked at.
  returned: always, once the input was accepted
  type: list
  elements: str
  sample: [cn-hangzhou, cn-beijing]
families:
  description: The account's own images by region and family, with the empty one for those in none.
  returned: always, once the input was accepted
  type: list
  elements: dict
  contains:
    region:
      description: The region.
      type: str
      sample: cn-hangzhou
    family:
      description: The family.
      type: str
      sample: base
    images:
      description: How many images it has.
      type: int
      sample: 3
    ours:
      description: How many of them carry a tag of this collection.
      type: int
      sample: 3
    gib:
      description: GiB over all their disks.
      type: int
      sample: 60
    oldest:
      description: The oldest, with C(image_id), C(name) and C(created_at), which is when its source was made.
      type: dict
      sample: {"image_id": "m-bp1demo0source0image", "name": "base-1", "created_at": "2026-09-01T10:00:00Z"}
    newest:
      description: The newest, likewise.
      type: dict
      sample: {"image_id": "m-bp1demo0newest0image", "name": "base-3", "created_at": "2026-11-01T10:00:00Z"}
findings:
  description: What is not as it should be, by region.
  returned: always, once the input was accepted
  type: list
  elements: dict
  contains:
    kind:
      description:
        - For images that are expected V(missing), V(renamed), V(unencrypted), V(wrong_key), V(deprecated), V(unshared),
          of accounts that had it, and V(not_shared), of accounts that should.
        - For any image V(overshared), V(organisation) and V(public), of those who should not have it, V(unfinished) and
          V(failed).
        - Else V(orphaned_snapshot), V(orphaned_instance), V(stopped_instance) and V(near_quota).
      type: str
      sample: overshared
    level:
      description: V(bad), or V(note) for what wants nothing done, which V(unfinished) and V(deprecated) are.
      type: str
      sample: bad
    region:
      description: The region.
      type: str
      sample: cn-hangzhou
    id:
      description: The image, snapshot or instance, empty if there is none.
      type: str
      sample: m-bp1demo0source0image
    name:
      description: The image's name, empty for other things.
      type: str
      sample: base-1
    accounts:
      description: The accounts, folders or directories that it is about.
      type: list
      elements: str
      sample: ["1000000000000013"]
    gib:
      description: GiB that are paid for and used by nothing.
      type: int
      sample: 0
    message:
      description: The same in words.
      type: str
      sample: it is shared with 1000000000000013, which no list names
not_looked:
  description:
    - What could not be looked at, each with C(region), C(what), C(reason), and C(optional).
    - The task fails if there is anything in it that is not optional.
  returned: always, once the input was accepted
  type: list
  elements: dict
  sample:
    - region: cn-hangzhou
      what: organisation
      reason: "NoPermission: the credentials lack a right"
      optional: true
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._audit import options as audit_options
from ansible_collections.imageops.alicloud.plugins.module_utils._audit import task as audit_task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import run_module


def main() -> None:
    expected = {
        "account_id": {"type": "str"},
        "region": {"type": "str", "required": True},
        "image_id": {"type": "str"},
        "name": {"type": "str"},
        "release": {"type": "str"},
        "encrypted": {"type": "bool"},
        "kms_key_id": {"type": "str"},
        "accounts": {"type": "list", "elements": "str"},
        "shared_with": {"type": "list", "elements": "str"},
        "withdrawn": {"type": "bool", "default": False},
    }
    arguments = {
        "regions": {"type": "list", "elements": "str"},
        "expected": {"type": "list", "elements": "dict", "options": expected},
        "allowed": {"type": "list", "elements": "str"},
        "organisation": {"type": "bool", "default": True},
        "image_quota": {"type": "int", "default": 100},
    }
    run_module(arguments, audit_options.Options, audit_options.validate, audit_task.audit)


if __name__ == "__main__":
    main()
