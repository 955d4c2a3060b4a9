#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image
short_description: Create, keep, deprecate and remove an ECS image
version_added: 1.0.0
description:
  - Creates a custom image from an instance, a snapshot or a disk map, or imports it from objects in a bucket, and
    waits until it can be used.
  - The image is known by its name, which is unique in an account and region, and by a tag that tells what it was made
    from. An image with that name that was made from something else is an error. It is never used instead.
  - One that somebody has renamed is not found any more, unless O(image_id) names it. See O(copied_to).
  - Options you set are enforced; options you omit are not touched.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.waiting
  - imageops.alicloud.attributes
options:
  instance_id:
    description: Make the image from this instance, with a new snapshot of each of its disks.
    type: str
  snapshot_id:
    description: Make the image from this snapshot of a system disk.
    type: str
  consistency:
    description:
      - What the instance of O(instance_id) does while an image is made of it.
      - V(running) leaves it as it is. The image is then what the disks would hold after a power failure.
      - V(stopped) stops it before, waits until it is Stopped, and starts it again when the image is finished or has
        failed. An instance that is already stopped stays stopped. It needs O(wait), and 900 seconds are given to each
        of stopping and starting.
      - The instance has the tag C(imageops:stopped-by) as long as it is stopped for an image. After an interrupted
        run, a run with the same options starts it. It is still billed and keeps its IP addresses.
      - An instance that is stopped for another image is refused.
    type: str
    choices: [running, stopped]
    default: running
  disk_mappings:
    description: Make the image from these disks, one system disk and up to 16 data disks.
    type: list
    elements: dict
    suboptions:
      snapshot_id:
        description: The disk's snapshot. Without one, the disk is an empty data disk.
        type: str
      size:
        description: GiB, at least the snapshot's size.
        type: int
      device:
        description: The device, V(/dev/xvda) for the system disk, V(/dev/xvdb) to V(/dev/xvdz) for data disks.
        type: str
      type:
        description: What the disk is. If unset, the snapshot decides.
        type: str
        choices: [system, data]
  import_from:
    description:
      - Import the image from these objects in OSS, the system disk first and then up to 16 data disks. The buckets must
        be in the image's region and must not be encrypted.
      - The image is known by its name, and by a tag with a hash of bucket, object and format. A run that finds it in
        the making waits for it. A changed object under the same name is not noticed, so give each release a new name.
      - ECS reads the bucket by the RAM role C(AliyunECSImageImportDefaultRole) of the account. If it is missing, the
        error says what it needs.
      - An import can't be encrypted. Make an encrypted copy with M(imageops.alicloud.ecs_image_copy) instead. It has no
        O(version) either. O(family) is set when the import has finished.
      - If the import fails, the error says why, and what is left of it. O(state=absent) cancels an import that is
        running, and removes what is left.
    type: list
    elements: dict
    version_added: 2.0.0
    suboptions:
      bucket:
        description: The bucket's name.
        type: str
        required: true
      object:
        description: The object's name, with its folders.
        type: str
        required: true
      format:
        description: The disk image's format. If unset, the API detects it.
        type: str
        choices: [raw, vhd, qcow2, vmdk]
      disk_size:
        description:
          - GiB, 1 to 2048, at least the virtual size of the disk in the object. Instances of an image with a smaller
            disk do not boot, and nothing says why.
          - If unset, the API chooses it.
        type: int
      device:
        description: The device, V(/dev/xvda) for the system disk. If unset, the API chooses it, which is advisable.
        type: str
  os_type:
    description: The kind of operating system. Only used with O(import_from), where it is V(linux) if unset.
    type: str
    choices: [linux, windows]
    version_added: 2.0.0
  license_type:
    description: >-
      Whose licence the operating system has. V(BYOL) means your own. Only used with O(import_from), where the API
      chooses if it is unset.
    type: str
    choices: [Auto, Aliyun, BYOL]
    version_added: 2.0.0
  role_name:
    description:
      - The RAM role by which ECS reads the bucket. Only used with O(import_from).
      - If unset, it is C(AliyunECSImageImportDefaultRole). Whether the API takes another one is not documented.
    type: str
    version_added: 2.0.0
  image_id:
    description: The image's id. If unset, the image is found by its name.
    type: str
  name:
    description: The image's name, 2 to 128 characters. With O(image_id), the image is renamed.
    type: str
  description:
    description: The image's description, 2 to 256 characters.
    type: str
  family:
    description:
      - The image's family. Empty, it is left as it is, as if it were unset.
      - Nothing is documented by which the API takes an image out of its family. An image that must not be the newest of
        it any more can be put into another family, or withdrawn with O(state=deprecated).
    type: str
  version:
    description: The image's version. Only used when it is created, and not possible with O(import_from).
    type: str
  platform:
    description: The operating system, as the API names it. Only used when it is created.
    type: str
  architecture:
    description: The processor architecture. Only used when it is created.
    type: str
    choices: [i386, x86_64, arm64]
  boot_mode:
    description: How instances of the image boot.
    type: str
    choices: [BIOS, UEFI, UEFI-Preferred]
  detection_strategy:
    description:
      - Have the image checked when it is created, and wait for the outcome if O(wait). Risks that it finds are
        warnings, and are listed in RV(image.detection_options).
      - If unset, the image is not checked. An existing image is not checked.
    type: str
    choices: [Standard]
  nvme_support:
    description: Whether instances of the image may have NVMe disks.
    type: str
    choices: [supported, unsupported]
  imds_support:
    description: Which metadata service instances of the image use. The API does not go back from V(v2) to V(v1).
    type: str
    choices: [v1, v2]
  secure_boot:
    description:
      - Whether instances of the image may boot securely.
      - It is set when the image is created. If an existing image differs, the task warns, because the API can't change
        it.
    type: str
    choices: [supported, unsupported]
    version_added: 2.0.0
  resource_group_id:
    description: The image's resource group.
    type: str
  tags:
    description: The image's tags.
    type: dict
  tag_snapshots:
    description:
      - Give O(tags) also to the snapshots that are made for the image, which needs O(instance_id) or O(import_from).
        Other tags on them are left alone.
      - The tag C(imageops:snapshot-of) is on them in any case.
    type: bool
    default: false
  purge_tags:
    description: Remove tags that are not listed, except those that start with C(imageops:), C(acs:) or C(aliyun).
    type: bool
    default: false
  max_tags:
    description: >-
      Refuse more tags than this, with the one of this collection, and those that the API adds when it checks an image.
    type: int
    default: 20
  state:
    description:
      - V(present) creates the image or keeps it, and makes a deprecated one Available again. It removes the tag
        C(imageops:deprecated-at), so the next deprecation gets the full grace period.
      - V(deprecated) withdraws it, so that nobody can copy or share it.
      - V(absent) removes it, and then its snapshots as far as O(delete_snapshots) says.
    type: str
    choices: [present, deprecated, absent]
    default: present
  restore:
    description: >-
      With O(state=present), make a deprecated image Available again. If false, it stays Deprecated, with a warning.
    type: bool
    default: true
    version_added: 2.0.0
  copied_to:
    description:
      - Where copies of the image are to be made next. Only used when it would be created.
      - An image that somebody has renamed is not found by its name. Nothing else tells it from others that were made of
        the same thing, but its copies do. If a region here holds a copy of it under the name that a copy of the new
        image was to have, nothing is created, and the error says what it is called now. The same holds for an image
        that is gone.
      - Nothing is created either if any other image holds such a name there, since the copy would be refused for it. It
        is no copy of an image that is still to be made, so that adopting it is not possible.
      - Without copies, an image that was renamed is created once more under its former name.
    type: list
    elements: dict
    version_added: 2.0.0
    suboptions:
      region:
        description: The region. V(all) means every other region of the account.
        type: str
        required: true
      name:
        description: What the copy is to be called. If unset, O(name).
        type: str
      encrypted:
        description: Whether the copy is to be encrypted. If unset, as the image, with the service key.
        type: bool
      shared:
        description:
          - Whether other accounts are to get the copy.
          - The API shares no image that is encrypted with the service key, and no encrypted one of several disks. If
            that is known of the copy, nothing is created.
        type: bool
        default: false
  unshare:
    description:
      - Unshare a shared or public image before it is removed or deprecated. Without it, such an image is refused.
      - The image stays shared if the removal is known to be refused, for example because it is being copied. Copies
        without a tag of this collection, or in regions where these credentials can't look, are not known in advance,
        nor is an export. The removal then fails, the image is shared again, and RV(unshared) lists the accounts that
        lost it all the same.
    type: bool
    default: false
  delete_snapshots:
    description:
      - Which snapshots of a removed image are deleted. They cost storage for as long as they are there.
      - V(own) are those that were made for this image, by their tag, and never a backup of yours.
      - They can only be deleted after the image. The next run with the same options deletes what an interrupted run
        left.
    type: str
    choices: [none, own, all]
    default: none
  force:
    description: Remove the image even if instances were made from it. Without it, the error names them.
    type: bool
    default: false
  force_snapshots:
    description: Delete snapshots even if disks were made from them.
    type: bool
    default: false
  ignore_keep:
    description:
      - Delete an image although its tag C(imageops:keep) protects it.
      - That tag has the value C(forever), or a day such as C(2027-01-31), until whose end in UTC the image is
        protected.
        Any other value protects it forever. O(tags) may set it, and it is never copied.
    type: bool
    default: false
    version_added: 2.0.0
seealso:
  - module: imageops.alicloud.ecs_image_copy
  - module: imageops.alicloud.ecs_image_info
  - name: CreateImage
    description: The API's own description.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createimage
"""

EXAMPLES = r"""
- name: Make an image from an instance
  imageops.alicloud.ecs_image:
    region: cn-hangzhou
    instance_id: i-bp1demo0instance
    name: base-2026-11
    family: base
    tags:
      stage: release

- name: Make an image from an instance that is stopped meanwhile, and have it checked
  imageops.alicloud.ecs_image:
    region: cn-hangzhou
    instance_id: i-bp1demo0instance
    name: base-2026-11-checked
    consistency: stopped
    detection_strategy: Standard
    tags:
      stage: release
    tag_snapshots: true

- name: Make an image from the snapshot of a system disk and an empty data disk
  imageops.alicloud.ecs_image:
    region: cn-hangzhou
    name: base-2026-11-with-data
    disk_mappings:
      - snapshot_id: s-bp1demo0snapshot
        device: /dev/xvda
      - size: 100
        device: /dev/xvdb

- name: Import an image from an object in OSS
  imageops.alicloud.ecs_image:
    region: cn-hangzhou
    name: base-2026-11-imported
    import_from:
      - bucket: demo-images
        object: builds/base-2026-11.qcow2
        format: qcow2
        disk_size: 40
    boot_mode: UEFI
    platform: Debian
    nvme_support: supported
    detection_strategy: Standard
    family: base

- name: Remove an image with the snapshots that were made for it
  imageops.alicloud.ecs_image:
    region: cn-hangzhou
    name: base-2026-11
    state: absent
    delete_snapshots: own
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
image:
  description:
    - The image, with the same keys as RV(imageops.alicloud.ecs_image_info#module:images[]). Null if there is none.
    - In check mode, an image that would be created has C(planned) true and C(image_id) null. One that would be made
      Available again has C(planned) true. The other modules take them like that.
    - A failed task has it, too, as it was last seen, unless it is not known to be the image that was asked for.
  returned: success, and failure with O(state=present) or O(state=deprecated)
  type: dict
  sample: {"region": "cn-hangzhou", "image_id": "m-bp1demo0source0image", "name": "base-2026-11", "status": "Available"}
  contains:
    detection_options:
      description: The image's check, if it was asked for.
      type: dict
      contains:
        status:
          description: V(Processing) or V(Finished). Empty if there was no check.
          type: str
          sample: Finished
        check_items:
          description:
            - What was looked at, each with C(name) and C(value), and C(risk_level) and C(risk_code) that are empty
              unless it is at risk.
            - C(risk_level) is V(High) if instances may not start, V(Medium) if they may start with faults.
          type: list
          elements: dict
          sample: [{"name": "Nvme", "value": "Supported", "risk_level": "", "risk_code": ""}]
started_at:
  description: When this run has begun to create the image. Null if it has not.
  returned: always, unless O(state=absent) or the input was refused
  type: str
  sample: "2026-11-22T10:00:00Z"
finished_at:
  description: When this run has seen the image that it created Available.
  returned: always, unless O(state=absent) or the input was refused
  type: str
  sample: "2026-11-22T10:05:00Z"
request_id:
  description: >-
    The id of the request by which this run has created the image. Null if it has not, or if the answer was lost.
  returned: always, unless O(state=absent) or the input was refused
  type: str
  sample: "0C2C1B5E-3F3A-4A0B-9C5C-1B9B1D2A3E4F"
task_id:
  description: >-
    The API's task that imports the image. Null if this run has not begun an import, or if the answer that names the
    task was lost and DescribeTasks does not tell it either. RV(started_at) says whether it has begun one.
  returned: always, unless O(state=absent) or the input was refused
  type: str
  version_added: 2.0.0
  sample: t-bp1demo0import
instance:
  description:
    - The instance that is stopped while the image is made. In check mode, what would be done to it.
    - A failed task has it too.
  returned: with O(consistency=stopped), unless O(state=absent)
  type: dict
  contains:
    instance_id:
      description: The instance.
      type: str
      sample: i-bp1demo0instance
    stopped:
      description: Whether this run has stopped it.
      type: bool
      sample: true
    started:
      description: Whether this run has started it.
      type: bool
      sample: true
snapshots:
  description: The snapshots behind the image. With O(state=absent), those that were deleted.
  returned: success
  type: list
  elements: str
  sample: [s-bp1demo0snapshot]
snapshots_kept:
  description: With O(state=absent), the snapshots that are still there, each with C(snapshot_id) and C(reason).
  returned: success
  type: list
  elements: dict
unshared:
  description: The accounts that the image was taken from.
  returned: success, or when it has failed after it began to take the image away
  type: list
  elements: str
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._image.task import FLOW
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import run_module


def main() -> None:
    run_module(*FLOW)


if __name__ == "__main__":
    main()
