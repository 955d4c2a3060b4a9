#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_share
short_description: Share ECS images with other accounts
version_added: 1.0.0
description:
  - Sets which accounts an image is shared with, for one or many images. Accounts are added and removed in calls of up
    to 10 each.
  - If one account can't be added, the others still are. The result names it, and the task fails at the end.
  - An image can only be shared inside its region. Share its copies to share it in others.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.attributes
options:
  image_id:
    description: The image, in O(region).
    type: str
  image:
    description:
      - The image as RV(imageops.alicloud.ecs_image#module:image) returned it. In check mode it may not exist yet.
      - It may have C(accounts) of its own, in addition to O(accounts).
    type: dict
  images:
    description:
      - Several images, each with C(image_id), with C(region) if it is not O(region), and with C(accounts) of its own if
        it has any, in addition to O(accounts).
      - Other keys are allowed, so that RV(imageops.alicloud.ecs_image_copy#module:copies) can be handed in as it is,
        also in check mode. An entry with C(error) in it is never shared nor unshared, and fails with that error.
      - An image that is named twice is shared once, with the accounts of both entries.
      - Also a dictionary from region to image id, such as RV(imageops.alicloud.ecs_image_copy#module:images).
    type: raw
  source_image_id:
    description:
      - Share all copies of this image that this collection has made in O(regions).
      - A copy that is not C(Available), or that can't be a copy of this image whatever its tags say, is an entry with
        C(error). With O(state=absent) the accounts lose copies in every state.
    type: str
  source_region:
    description: The region of O(source_image_id).
    type: str
  regions:
    description: Where to look for copies, or for all own images. V(all) alone means every region of the account.
    type: list
    elements: str
  all_own:
    description: Unshare every own image in O(regions). Only with O(state=absent).
    type: bool
    default: false
  accounts:
    description: Account ids.
    type: list
    elements: str
    default: []
  state:
    description: Whether the accounts should have the images or not.
    type: str
    choices: [present, absent]
    default: present
  purge_accounts:
    description: Remove every account that is not in the list.
    type: bool
    default: false
  allow_empty:
    description:
      - Allow an empty O(accounts), which with O(purge_accounts) or O(all_own) removes every account.
      - With O(all_own) it removes everybody only if neither O(denied_accounts) nor O(public) is given. Otherwise only
        what they ask for is done.
    type: bool
    default: false
  denied_accounts:
    description:
      - Accounts that must never have the images. This list wins over every other, and they are removed if they are
        there.
    type: list
    elements: str
    default: []
  max_accounts:
    description: Refuse more accounts than this on one image, counted after the change. The cloud's default quota is 50.
    type: int
    default: 50
  consistency_wait:
    description:
      - Seconds for which an image may be invisible before it counts as gone, with O(state=present). What is to be
        taken away and is not seen is not waited for, and told in a warning.
      - A region of O(regions) in which no copy is seen is looked at again for as long.
    type: float
    default: 60.0
    version_added: 2.0.0
  public:
    description:
      - Make the images community images, which everybody can use, or private again. Unset, this is left as it is.
      - An encrypted image can't be made public, which is refused before anything is changed.
    type: bool
seealso:
  - module: imageops.alicloud.ecs_image_copy
  - module: imageops.alicloud.ecs_image_share_info
  - name: ModifyImageSharePermission
    description: The API's own description.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission
"""

EXAMPLES = r"""
- name: Share one image with two accounts
  imageops.alicloud.ecs_image_share:
    region: cn-hangzhou
    image_id: m-bp1demo0source0image
    accounts: ["1000000000000101", "1000000000000102"]

- name: Share the copies that a task has made
  imageops.alicloud.ecs_image_share:
    images: "{{ copy.copies }}"
    accounts: ["1000000000000101"]

- name: Share all copies of an image with exactly these accounts
  imageops.alicloud.ecs_image_share:
    source_region: cn-hangzhou
    source_image_id: m-bp1demo0source0image
    regions: [cn-beijing, eu-central-1]
    accounts: ["1000000000000101"]
    purge_accounts: true

- name: Take every image of two regions from one account
  imageops.alicloud.ecs_image_share:
    regions: [cn-beijing, eu-central-1]
    all_own: true
    accounts: ["1000000000000102"]
    state: absent
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
shares:
  description: One entry for each image.
  returned: unless the input was refused
  type: list
  elements: dict
  contains:
    region:
      description: The region.
      type: str
      sample: cn-hangzhou
    image_id:
      description: The image. Null for one that check mode only plans.
      type: str
      sample: m-bp1demo0source0image
    name:
      description: The image's name, if it was handed in.
      type: str
    before:
      description: The accounts that had the image.
      type: list
      elements: str
      sample: []
    after:
      description: The accounts that have it now, or would have it.
      type: list
      elements: str
      sample: ["1000000000000101"]
    added:
      description: The accounts that were added.
      type: list
      elements: str
      sample: ["1000000000000101"]
    removed:
      description: The accounts that were removed.
      type: list
      elements: str
      sample: []
    failed:
      description: The accounts that could not be added or removed, each with C(account_id) and C(error).
      type: list
      elements: dict
    public:
      description: What O(public) asked for. Null if it was not asked.
      type: bool
    changed_at:
      description: When the last change was accepted.
      type: str
      sample: "2026-11-22T10:10:00Z"
    request_ids:
      description: Ids of the requests that changed it.
      type: list
      elements: str
    error:
      description: Why the whole image could not be shared, as C(code), C(message), C(request_id) and C(hint).
      type: dict
    planned:
      description: Whether this is a prediction of check mode.
      type: bool
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._share.task import FLOW
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import run_module


def main() -> None:
    run_module(*FLOW)


if __name__ == "__main__":
    main()
