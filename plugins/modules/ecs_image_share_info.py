#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_share_info
short_description: Read the share lists of ECS images
version_added: 1.0.0
description:
  - Returns the accounts that images are shared with, every page of them.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.attributes.info
options:
  image_id:
    description: The image, in O(region).
    type: str
  image:
    description: The image as RV(imageops.alicloud.ecs_image#module:image) returned it.
    type: dict
  images:
    description:
      - Several images, each with C(image_id), and C(region) if it is not O(region).
      - Other keys are allowed and have no effect.
      - Also a dictionary from region to image id, such as RV(imageops.alicloud.ecs_image_copy#module:images).
    type: raw
  source_image_id:
    description: Read the share lists of all copies of this image that this collection has made in O(regions).
    type: str
  source_region:
    description: The region of O(source_image_id).
    type: str
  regions:
    description: Where to look for copies. V(all) alone means every region of the account.
    type: list
    elements: str
  query:
    description: JMESPath expression over RV(shares), whose value is returned as RV(result).
    type: str
requirements:
  - jmespath, if O(query) is used
seealso:
  - module: imageops.alicloud.ecs_image_share
"""

EXAMPLES = r"""
- name: Who has this image?
  imageops.alicloud.ecs_image_share_info:
    region: cn-hangzhou
    image_id: m-bp1demo0source0image
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
shares:
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
    accounts:
      description: The ids of the accounts that have the image.
      type: list
      elements: str
      sample: ["1000000000000101"]
    shares:
      description: The same with times, each with C(account_id) and C(shared_at).
      type: list
      elements: dict
      sample: [{"account_id": "1000000000000101", "shared_at": "2026-11-22T10:10:00Z"}]
result:
  description: The value of O(query).
  returned: if O(query) is given
  type: raw
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._info import options as info_options
from ansible_collections.imageops.alicloud.plugins.module_utils._info import task as info_task
from ansible_collections.imageops.alicloud.plugins.module_utils._share import targets
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import run_module


def main() -> None:
    run_module(
        {**targets.ARGUMENTS, "query": {"type": "str"}},
        info_options.ShareOptions,
        info_options.share_info_faults,
        info_task.gather_shares,
        mutually_exclusive=[targets.EXCLUSIVE],
    )


if __name__ == "__main__":
    main()
