#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_snapshot_copy
short_description: Copy an ECS snapshot to other regions, once
version_added: 1.0.0
description:
  - Makes a snapshot exist in every region that should have it, encrypted as asked, and waits until it is accomplished.
  - Snapshots have no unique name. A copy is known by two tags and its link to the source, and looked up before anything
    is started. A further copy that is found is reported and never deleted.
  - A copy that is there under that name but encrypted in another way, or with another key, is refused.
  - The traffic of snapshot copies is billed.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.waiting
  - imageops.alicloud.attributes
options:
  snapshot_id:
    description: The snapshot to copy, in O(region).
    type: str
    required: true
  destination_regions:
    description:
      - The regions that should have a copy, all with the same options. This or O(destinations) is needed.
      - V(all) alone means every region of the account that O(destinations) does not name. The snapshot's own is left
        out unless O(encrypted=true).
    type: list
    elements: str
    version_added: 2.0.0
  destinations:
    description:
      - The regions that should have a copy. What an entry leaves out is taken from the task.
      - The source's own region takes an encrypted copy only.
    type: list
    elements: dict
    suboptions:
      region:
        description: The region.
        type: str
        required: true
      name:
        description: See O(name).
        type: str
      description:
        description: See O(description).
        type: str
      encrypted:
        description: See O(encrypted).
        type: bool
      kms_key_id:
        description: See O(kms_key_id). An empty one is none, so that the key for all destinations holds.
        type: str
      tags:
        description: See O(tags).
        type: dict
  name:
    description:
      - Name of the copies, the source's name if unset, or its id if it has none.
      - The API keeps names that begin with C(auto) for automatic snapshots. A copy with such a name is called that with
        C(copy-of-) in front.
    type: str
  description:
    description: Description of the copies.
    type: str
  encrypted:
    description: Whether the copies are encrypted. If unset, they are if the source is.
    type: bool
  kms_key_id:
    description:
      - Key to encrypt with, in the region of the copy. Needs O(encrypted=true).
      - It is none for an entry of O(destinations) with C(encrypted) false.
    type: str
  retention_days:
    description: Days after which the copies are deleted, 1 to 65536. If unset, they are kept forever.
    type: int
  tags:
    description: Tags of the copies.
    type: dict
  max_tags:
    description: Refuse more tags than this on one snapshot, with the two of this collection.
    type: int
    default: 20
seealso:
  - module: imageops.alicloud.ecs_image_copy
  - name: CopySnapshot
    description: The API's own description.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copysnapshot
"""

EXAMPLES = r"""
- name: Copy a snapshot to another region with a key of that region
  imageops.alicloud.ecs_snapshot_copy:
    region: cn-hangzhou
    snapshot_id: s-bp1demo0snapshot
    destinations:
      - region: eu-central-1
        encrypted: true
        kms_key_id: 0e478b7a-4262-4802-b8cb-00d3fb40826e
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
copies:
  description: One entry for each destination, in the order asked for.
  returned: unless the input was refused
  type: list
  elements: dict
  contains:
    region:
      description: The region.
      type: str
      sample: eu-central-1
    snapshot_id:
      description: The copy. Null for one that is only planned, and where none is there any more.
      type: str
      sample: s-gw8demo0snapshot
    name:
      description: The name asked for.
      type: str
      sample: base-2026-11
    status:
      description: The copy's status as last seen.
      type: str
      sample: accomplished
    progress:
      description: Percent, as last seen.
      type: int
      sample: 100
    action:
      description: One of C(present), C(adopted), C(started), C(replaced), C(refused), C(failed).
      type: str
      sample: started
    encrypted:
      description:
        - Whether the copy is encrypted.
        - V(null) for a copy of another run that is still being made, is not waited for and does not show it yet.
      type: bool
      sample: true
    kms_key_id:
      description: The key it is encrypted with.
      type: str
      sample: 0e478b7a-4262-4802-b8cb-00d3fb40826e
    duplicates:
      description: Further copies of the same snapshot under the same name. They are left alone.
      type: list
      elements: str
      sample: []
    request_id:
      description: Id of the request that started it.
      type: str
    error:
      description: What went wrong, as C(code), C(message), C(request_id) and C(hint). Null if nothing did.
      type: dict
    planned:
      description: Whether this is a prediction of check mode.
      type: bool
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot import task as snapshot_task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import WAITING, run_module

DESTINATION = {
    "name": {"type": "str"},
    "description": {"type": "str"},
    "encrypted": {"type": "bool"},
    "kms_key_id": {"type": "str"},
    "tags": {"type": "dict"},
}


def main() -> None:
    entry = {"region": {"type": "str", "required": True}, **DESTINATION}
    arguments = {
        **WAITING,
        **DESTINATION,
        "snapshot_id": {"type": "str", "required": True},
        "destination_regions": {"type": "list", "elements": "str"},
        "destinations": {"type": "list", "elements": "dict", "options": entry},
        "retention_days": {"type": "int"},
        "max_tags": {"type": "int", "default": 20},
    }
    run_module(arguments, snapshot_task.Options, snapshot_task.validate, snapshot_task.copy_snapshot)


if __name__ == "__main__":
    main()
