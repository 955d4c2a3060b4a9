#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_copy_cancel
short_description: Cancel running copies of ECS images
version_added: 1.0.0
description:
  - Cancels copies that are queued or running, and waits until they are gone.
  - A copy that has finished is reported and never deleted. A copy that could not be cancelled makes the task fail.
  - The copies are named by id, by their source and regions, or all marked copies of regions are taken, which is the
    emergency brake.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.waiting
  - imageops.alicloud.attributes
options:
  image_id:
    description: The copy, in O(region).
    type: str
  source_image_id:
    description: Cancel the copies of this image that run in O(regions).
    type: str
  source_region:
    description: The region of O(source_image_id).
    type: str
  regions:
    description: Where to look for copies. V(all) alone means every region of the account.
    type: list
    elements: str
  all_marked:
    description: Cancel every running copy that this collection has started in O(regions), in this account.
    type: bool
    default: false
  delete_snapshots:
    description:
      - Delete the snapshots that a cancelled copy leaves behind. They cost storage for as long as they are there.
      - This also holds for the snapshots of copies that were cancelled before, which are found by their tags.
      - Snapshots that were copied for an image which was not made yet are always deleted, which cancels their copy.
    type: bool
    default: false
  accept_suspects:
    description:
      - The tags of a copy that was just started may show late. With O(source_image_id) or O(all_marked), running copies
        without tags are looked at again for O(consistency_wait) seconds. Those that still show none are listed with the
        reason C(suspect), and the task fails.
      - Set this if such copies are no failure, because others copy images in these regions too.
    type: bool
    default: false
    version_added: 2.0.0
seealso:
  - module: imageops.alicloud.ecs_image_copy
  - name: CancelCopyImage
    description: The API's own description.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-cancelcopyimage
"""

EXAMPLES = r"""
- name: Cancel one copy
  imageops.alicloud.ecs_image_copy_cancel:
    region: cn-beijing
    image_id: m-2ze0running0copy00

- name: Cancel the copies of one image in two regions
  imageops.alicloud.ecs_image_copy_cancel:
    source_region: cn-hangzhou
    source_image_id: m-bp1demo0source0image
    regions: [cn-beijing, eu-central-1]

- name: Stop everything that runs in two regions
  imageops.alicloud.ecs_image_copy_cancel:
    regions: [cn-beijing, eu-central-1]
    all_marked: true
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
cancelled:
  description: The copies that were cancelled, or would be in check mode.
  returned: unless the input was refused
  type: list
  elements: dict
  contains:
    region:
      description: The region.
      type: str
      sample: cn-beijing
    image_id:
      description: The copy. Null for a snapshot.
      type: str
      sample: m-2ze0running0copy00
    snapshot_id:
      description: The copy of a snapshot, by itself or on its way to an image. Null for an image.
      type: str
    name:
      description: Its name.
      type: str
      sample: base-2026-11
    status:
      description: Its status as last seen, null once it is gone.
      type: str
    progress:
      description: Percent, as last seen.
      type: int
      sample: 60
    snapshots_left:
      description:
        - Snapshots of the copy that are still there. They cost storage until they are deleted.
        - Those that these credentials can't see are among them, with a warning.
      type: list
      elements: str
    snapshots_deleted:
      description: Snapshots of the copy that were deleted.
      type: list
      elements: str
    request_id:
      description: Id of the request that cancelled it.
      type: str
    reason:
      description: Null here, see RV(not_cancelled[].reason).
      type: str
    error:
      description: Null here.
      type: dict
    planned:
      description: Whether this is a prediction of check mode.
      type: bool
not_cancelled:
  description: The copies that were left alone, with the same keys.
  returned: unless the input was refused
  type: list
  elements: dict
  contains:
    reason:
      description:
        - C(unknown) if there is no such image, C(completed) if the copy has finished, C(failed) if it has failed,
          C(not_a_copy) if the image is being made in another way.
        - C(suspect) if it runs and shows no tags, see O(accept_suspects).
        - C(still_running), C(not_looked_at) and, without O(accept_suspects), C(suspect) make the task fail.
        - Of a copy that was cancelled before, RV(not_cancelled[].snapshots_left) and
          RV(not_cancelled[].snapshots_deleted) tell what was left of it.
      type: str
      sample: completed
    snapshots_left:
      description: Snapshots of a copy that was cancelled before, which are still there.
      type: list
      elements: str
    snapshots_deleted:
      description: Snapshots of a copy that was cancelled before, which were deleted, or would be in check mode.
      type: list
      elements: str
    error:
      description: Why it still runs, as C(code), C(message), C(request_id) and C(hint).
      type: dict
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._cancel import task as cancel_task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import WAITING, run_module


def main() -> None:
    arguments = {
        **WAITING,
        "image_id": {"type": "str"},
        "source_image_id": {"type": "str"},
        "source_region": {"type": "str"},
        "regions": {"type": "list", "elements": "str"},
        "all_marked": {"type": "bool", "default": False},
        "delete_snapshots": {"type": "bool", "default": False},
        "accept_suspects": {"type": "bool", "default": False},
    }
    run_module(arguments, cancel_task.Options, cancel_task.validate, cancel_task.cancel_copies)


if __name__ == "__main__":
    main()
