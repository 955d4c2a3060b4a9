#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_copy
short_description: Copy an ECS image to other regions, once
version_added: 1.0.0
description:
  - Makes a custom image exist in every region that should have it, encrypted as asked, and waits until the copies
    can be used.
  - A copy is known by two tags that are set in the call that starts it. They name the source, and the
    name that was asked for.
    A second run, a run after an interrupted one and two runs at once find it by them, and never make a second copy.
  - All copies are started first and run at the same time. A failure in one region does not affect the others.
    The task fails at the end, with the outcome of every region.
  - A running copy is adopted and waited for. A failed one is replaced.
  - An image with that name that is not this copy is refused and left alone, even if it appears while the copy is being
    started. Whether an image is this copy is judged by its tags, its age and what it is made of, not by its tags alone.
  - The features that a copy loses, NVMe support above all, are set again, and the snapshots behind it are tagged.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.waiting
  - imageops.alicloud.attributes
options:
  image_id:
    description: The image to copy, in O(region). O(source_image_id) wins over it.
    type: str
  source_image_id:
    description: The image to copy, in O(source_region).
    type: str
    version_added: 2.0.0
  source_region:
    description: The region of the image to copy. If unset, it is O(region).
    type: str
    version_added: 2.0.0
  image:
    description:
      - The image to copy, as RV(imageops.alicloud.ecs_image#module:image) returned it.
      - In check mode it may be an image that does not exist yet.
    type: dict
  images:
    description:
      - Images to copy inside their own regions, as a dictionary from region to image id such as
        RV(imageops.alicloud.ecs_image_copy#module:images), or as a list such as
        RV(imageops.alicloud.ecs_image_info#module:images).
      - This is how an account takes over images that are shared with it, encrypted with a key of its own.
      - O(destinations) may then hold options for some of these regions, such as the key of each.
    type: raw
  destination_regions:
    description:
      - The regions that should have a copy, all with the same options.
      - V(all) alone means every region of the account that O(destinations) does not name. The source's own is left out
        unless O(encrypted=true).
    type: list
    elements: str
  destinations:
    description:
      - The regions that should have a copy, with options of their own. What an entry leaves out is taken from the task.
      - The source's own region without encryption means the image itself, of which no copy is made.
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
      resource_group_id:
        description: See O(resource_group_id).
        type: str
      family:
        description: See O(family).
        type: str
      tags:
        description: See O(tags).
        type: dict
  name:
    description:
      - Name of the copies, the source's name if unset. Names are unique in an account and region.
      - Needed for an encrypted copy inside the source's region.
    type: str
  description:
    description:
      - Description of the copies. If unset, they start with the source's.
      - An empty one gives new copies none. An existing description is kept then, because the API can't clear it.
    type: str
  encrypted:
    description:
      - Whether the copies are encrypted. If unset, they are if the source is.
      - An encrypted image can't be copied to a plain one.
    type: bool
  kms_key_id:
    description:
      - Key to encrypt with, in the region of the copy. Needs O(encrypted=true).
      - If unset or empty, the service key is used, and images that are encrypted with it can't be shared.
    type: str
  resource_group_id:
    description: Resource group of the copies.
    type: str
  family:
    description:
      - Image family that new copies are put in. A copy that is in another family is left there, with a warning.
    type: str
  tags:
    description: Tags of the copies. They win over inherited ones of the same key.
    type: dict
  copy_tags:
    description:
      - Give the copies the source's tags too, except those that start with C(imageops:), C(acs:) or C(aliyun).
    type: bool
    default: true
  purge_tags:
    description: Remove tags that are not listed, except those that start with C(imageops:), C(acs:) or C(aliyun).
    type: bool
    default: false
  max_tags:
    description: Refuse more tags than this on one image, with the three of this collection.
    type: int
    default: 20
  method:
    description:
      - How to copy. V(image) is CopyImage, whose traffic is free.
      - V(snapshots) copies the snapshots of all disks and makes an image of them, for images that CopyImage does not
        take. Its traffic is billed. It continues where an interrupted run stopped. With O(wait=false) it starts the
        copies, and a later run that finds all of them accomplished makes the image.
      - V(auto) is V(snapshots) for images over O(large_image_gib) and when CopyImage says that the image is too large.
    type: str
    choices: [auto, image, snapshots]
    default: auto
  large_image_gib:
    description: GiB over all disks above which O(method=auto) copies the snapshots.
    type: int
    default: 2048
  replace_failed:
    description:
      - Delete a failed copy and its snapshots and start it again, once in a run.
      - Only what this run has started or seen with its tags is deleted, or what carries them and can be this copy.
    type: bool
    default: true
  adopt_unmarked:
    description:
      - Take over an image of the wanted name that carries no marker, if it is a copy of this account, Available,
        younger than the source, and has the same disks, architecture, platform and encryption.
      - A failed one is deleted and made again, if it is a copy and younger than the source.
    type: bool
    default: false
  additional_copy:
    description: Make a copy even if the region has one of the same source under another name.
    type: bool
    default: false
  restore_name:
    description: Rename a copy back if it was renamed.
    type: bool
    default: false
  preflight:
    description:
      - What check mode asks the API about copies that would be started. V(dry_run) sends CopyImage with DryRun.
    type: str
    choices: [dry_run, none]
    default: dry_run
  on_timeout:
    description:
      - What happens to copies of this run that are not finished in time. V(leave) lets them go on for the next run
        to adopt.
      - V(cancel) cancels those that this run has started for sure. A copy whose call got no answer may be another run's
        and goes on.
    type: str
    choices: [leave, cancel]
    default: leave
seealso:
  - module: imageops.alicloud.ecs_image
  - module: imageops.alicloud.ecs_image_copy_cancel
  - module: imageops.alicloud.ecs_image_share
  - name: CopyImage
    description: The API's own description.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage
"""

EXAMPLES = r"""
- name: Copy an image to two regions
  imageops.alicloud.ecs_image_copy:
    region: cn-hangzhou
    image_id: m-bp1demo0source0image
    destination_regions: [cn-beijing, us-west-1]

- name: Copy with options of its own for one region
  imageops.alicloud.ecs_image_copy:
    region: cn-hangzhou
    image_id: m-bp1demo0source0image
    destinations:
      - region: cn-beijing
      - region: eu-central-1
        encrypted: true
        kms_key_id: 0e478b7a-4262-4802-b8cb-00d3fb40826e
    tags:
      stage: release

- name: Change the encryption of an image inside its own region
  imageops.alicloud.ecs_image_copy:
    region: cn-hangzhou
    image_id: m-bp1demo0source0image
    destinations:
      - region: cn-hangzhou
        name: base-encrypted
        encrypted: true
        kms_key_id: 3c1d9f52-7b0e-4a55-9f3d-6a2b8c41d7e0
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
source:
  description:
    - The source image as it was before the copies were made.
    - Null if it was gone and not needed, or if there are several.
  returned: success
  type: dict
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
    image_id:
      description: The copy. Null for one that is only planned, and where none is there any more or none ever showed.
      type: str
      sample: m-gw8demo0copied0image
    name:
      description: The name asked for.
      type: str
      sample: base-2026-11
    actual_name:
      description: The name that it has, which is another if somebody has renamed it. Null if it was not seen.
      type: str
      sample: base-2026-11
    seen_ids:
      description:
        - The own images that the last look for this copy has shown, by the tags of its source or by its name, without
          those that have gone since.
        - Null if the region could not be looked at.
      type: list
      elements: str
      sample: [m-gw8demo0copied0image]
    status:
      description: The copy's status as last seen.
      type: str
      sample: Available
    progress:
      description: Percent, as last seen.
      type: int
      sample: 100
    action:
      description:
        - What was done, or would be done in check mode.
        - One of C(present), C(adopted), C(updated), C(started), C(replaced), C(refused), C(timed_out),
          C(cancelled), C(failed).
      type: str
      sample: started
    planned:
      description: Whether this is a prediction of check mode.
      type: bool
      sample: false
    encrypted:
      description: Whether the copy is encrypted.
      type: bool
      sample: true
    kms_key_id:
      description: The key it is encrypted with.
      type: str
      sample: 0e478b7a-4262-4802-b8cb-00d3fb40826e
    snapshot_ids:
      description: The snapshots behind the copy, which are what it costs.
      type: list
      elements: str
      sample: [s-gw8demo0snapshot]
    size:
      description: GiB over all disks.
      type: int
      sample: 20
    disk_count:
      description: How many disks it has. An encrypted image with more than one can't be shared.
      type: int
      sample: 1
    started_at:
      description: When this run started it.
      type: str
      sample: "2026-11-22T10:00:00Z"
    copying_at:
      description: When this run first saw it out of the queue.
      type: str
      sample: "2026-11-22T10:00:02Z"
    finished_at:
      description: When this run saw it become Available.
      type: str
      sample: "2026-11-22T10:09:30Z"
    finishing_seconds:
      description: Seconds that this run then took to give it what copying loses.
      type: float
      sample: 0.4
    elapsed_seconds:
      description: Seconds that this run spent on it.
      type: float
      sample: 571.2
    method:
      description: How it was copied, C(image) or C(snapshots).
      type: str
      sample: image
    method_reason:
      description: Why it was copied that way.
      type: str
    request_ids:
      description: Ids of the requests that started it.
      type: list
      elements: str
    replaced:
      description:
        - The failed copy that was deleted, as C(image_id), and its snapshots, as C(snapshot_ids).
        - If there were several, a warning names the others, and their snapshots are among these.
      type: dict
    error:
      description: What went wrong, as C(code), C(message), C(request_id) and C(hint). Null if nothing did.
      type: dict
images:
  description:
    - From region to image id, of the copies that are proved to be this source's and that are Available, or, with
      O(wait=false), Waiting or Creating. What failed is not in it, nor what is Deprecated or in a state that no page
      names.
  returned: unless the input was refused
  type: dict
  sample: {"eu-central-1": "m-gw8demo0copied0image"}
became_available:
  description: The copies that became Available in this run, each with C(region) and C(image_id).
  returned: unless the input was refused
  type: list
  elements: dict
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._copy.task import FLOW
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import run_module


def main() -> None:
    run_module(*FLOW)


if __name__ == "__main__":
    main()
