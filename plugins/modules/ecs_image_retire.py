#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_image_retire
short_description: Deprecate and later delete old ECS images
version_added: 1.0.0
description:
  - Goes through the own images of families or names in any number of regions, deprecates those that are past their
    retention, and deletes them with their snapshots when the grace period is over.
  - An image's age is that of its source, not that of the copy.
  - These always stay, whatever their age - the newest ones of each family and name in each region, the newest
    Available one even if more are newer and Deprecated, public images, images that are used, images with a tag
    C(imageops:keep) that holds, and images that are being made, have failed or can't be used.
  - An image is used if there are instances of it, or a launch template, scaling group or scaling configuration starts
    them of it, see M(imageops.alicloud.ecs_image_usage_info). Where one of these could not be looked at, nobody knows
    whether an image is used, and it stays. That is warned about and listed in RV(not_looked). Disks and other images
    go on when an image is gone, so what is not seen of these keeps none.
  - Nothing is deleted of a family or name that has no Available image in that region.
  - The tag C(imageops:keep) with the value C(forever) or a day such as C(2027-01-31) protects an image from this
    module, until the end of that day in UTC. Any other value protects it forever, with a warning.
  - The day of the deprecation is kept in the tag C(imageops:deprecated-at), since the API does not tell it. The grace
    period of an image that somebody else deprecated begins when this module finds it. M(imageops.alicloud.ecs_image)
    removes the tag when it makes the image Available again. If that was done in another way, this module removes it, so
    the next deprecation gets the full grace period.
author:
  - imageops.alicloud contributors (@imageops)
extends_documentation_fragment:
  - imageops.alicloud.connection
  - imageops.alicloud.waiting
  - imageops.alicloud.attributes
options:
  regions:
    description: Where to look. If unset, in O(region). V(all) alone means every region of the account.
    type: list
    elements: str
  families:
    description: Retire images of these families.
    type: list
    elements: str
  name_patterns:
    description:
      - Retire images whose whole name fits one of these regular expressions.
      - One that does not say which images are meant is refused. It is tried with made-up names of every length that
        mean nothing, such as V(qjzx) and V(QJ-ZX), and may fit none of them. So V(web-.*) and V(.*-nightly) are taken,
        but V(.{3,}), V([a-z].*) and V(web-.*|.+) are not.
    type: list
    elements: str
  tags:
    description:
      - Retire only images that carry all of these tags. Images without them are not looked at, and do not count among
        the newest.
      - With neither O(families) nor O(name_patterns), all own images with these tags are one group.
    type: dict
    version_added: 2.0.0
  image_ids:
    description:
      - Retire only these of the images that O(families), O(name_patterns) and O(tags) choose. The others are kept, and
        count among the newest that O(keep) keeps.
      - Those that are in no family are retired too, such as the images of a release that was never promoted.
      - Without O(families), O(name_patterns) and O(tags), each is judged among the images of its own family.
      - An empty list retires nothing.
    type: list
    elements: str
  unpromoted:
    description:
      - Retire images of this collection too that are in no family and whose name is that of one of O(families), or
        begins with it and a hyphen, underscore, dot or colon. Releases that were never promoted leave such images.
      - They fill no place among the newest. One that is younger than the newest image of its group stays.
      - Without this they are listed in RV(not_selected).
    type: bool
    default: false
    version_added: 2.0.0
  keep:
    description:
      - How many of the newest sources keep all their images, for each family and pattern in each region.
      - A source counts if it has an Available or Deprecated image there. What has failed, is not finished or is in an
        unknown state does not. A copy of a copy, such as an image with a new key, is of the first source.
    type: int
    default: 3
  min_age_days:
    description: Keep images younger than this, in days.
    type: int
    default: 30
  grace_days:
    description: Days between deprecating and deleting. With V(0), images are deleted without being deprecated first.
    type: int
    default: 14
  max_images:
    description: How many images one task deprecates and deletes at most, the oldest first. The others are postponed.
    type: int
    default: 50
  shared:
    description: Retire shared images too. They are unshared first.
    type: bool
    default: false
  unmarked:
    description: Retire images too that carry no tag of this collection.
    type: bool
    default: false
  delete_snapshots:
    description: Which snapshots go with an image, see O(imageops.alicloud.ecs_image#module:delete_snapshots).
    type: str
    choices: [none, own, all]
    default: own
  orphans:
    description:
      - What to do about unused snapshots whose image, made by this collection, is gone.
      - V(report) lists them with their size. V(delete) deletes them, except in regions where no own image is visible.
      - What an interrupted removal in these regions was about to delete, as the tag C(imageops:leftover-name) says, is
        deleted in any case, as far as O(delete_snapshots) goes.
    type: str
    choices: [ignore, report, delete]
    default: report
  keep_used:
    description:
      - Look who uses the images that would go. Keep what is used, and what may be used where nobody could look.
      - With V(false), nobody looks.
    type: bool
    default: true
    version_added: 2.0.0
  role_arns:
    description:
      - Roles in accounts that have the images, whose use counts too. The credentials take on each in place of
        O(ram_role_arn) to look. While one of them can't be taken on, nothing goes.
    type: list
    elements: str
    version_added: 2.0.0
  export:
    description:
      - Export each image before it is deprecated, or deleted where it was not deprecated before, as
        M(imageops.alicloud.ecs_image_export) does it. Nothing is deleted whose export was not seen finished.
      - An image that says in its tags C(imageops:exported-to) and C(imageops:exported-object-1) that it was exported
        is not exported again, wherever it went to.
      - With O(wait=false), an export is only begun, and its image stays until a run finds it finished.
    type: dict
    version_added: 2.0.0
    suboptions:
      buckets:
        description: The bucket of each region. Buckets and images are in one region. Needed to export.
        type: dict
      prefix:
        description: What the names of the objects begin with, 1 to 30 letters and digits.
        type: str
      format:
        description: See O(imageops.alicloud.ecs_image_export#module:format).
        type: str
        choices: [raw, vhd, qcow2, vmdk, vdi]
        default: raw
      role_name:
        description: See O(imageops.alicloud.ecs_image_export#module:role_name).
        type: str
  export_required:
    description:
      - Keep what can't be exported, and list it in RV(kept) with the reason. That is encrypted images, images in a
        region without a bucket or without that format, images that are Deprecated already and were not exported, and
        what the API refuses, such as images of the marketplace. Those that only the API refuses count towards
        O(max_images).
      - With V(false), they go without an export, and their reason says so. An image whose export fails always stays.
    type: bool
    default: true
    version_added: 2.0.0
seealso:
  - module: imageops.alicloud.ecs_image_export
  - module: imageops.alicloud.ecs_image
  - module: imageops.alicloud.ecs_image_usage_info
  - module: imageops.alicloud.ecs_image_info
"""

EXAMPLES = r"""
- name: Keep the last three base images and whatever is younger than 90 days
  imageops.alicloud.ecs_image_retire:
    regions: [cn-hangzhou, cn-beijing, eu-central-1]
    families: [base]
    min_age_days: 90

- name: Retire one release of them, wherever it was copied to
  imageops.alicloud.ecs_image_retire:
    regions: [cn-hangzhou, cn-beijing]
    families: [base]
    image_ids: [m-bp1demo0source0image, m-2ze0demo0copy]
    min_age_days: 0

- name: Export old images before they go
  imageops.alicloud.ecs_image_retire:
    regions: [cn-hangzhou]
    families: [base]
    export:
      buckets:
        cn-hangzhou: demo-images
      prefix: archive

- name: See what would go, and what it weighs
  imageops.alicloud.ecs_image_retire:
    regions: [cn-hangzhou]
    name_patterns: ["base-20[0-9]{2}-[0-9]{2}"]
    keep: 1
    grace_days: 0
  check_mode: true
"""

RETURN = r"""
account_id:
  description: The account that the credentials belong to.
  returned: always, once the credentials were accepted
  type: str
  sample: "1000000000000001"
deprecated:
  description: The images that were deprecated, or would be in check mode, and those whose grace period begins now.
  returned: unless the input was refused
  type: list
  elements: dict
  contains:
    region:
      description: The region.
      type: str
      sample: cn-beijing
    image_id:
      description: The image.
      type: str
      sample: m-2zeold0base0image0
    name:
      description: Its name.
      type: str
      sample: base-2026-05
    family:
      description: Its family.
      type: str
      sample: base
    status:
      description: The status that it was found in.
      type: str
      sample: Available
    size:
      description: GiB of its disks.
      type: int
      sample: 20
    created_at:
      description: When it was made.
      type: str
      sample: "2026-05-02T08:00:00Z"
    source_created_at:
      description: When its source was made, if it is a copy. This is its age.
      type: str
      sample: "2026-05-01T08:00:00Z"
    outcome:
      description: V(deprecated), V(deleted), V(kept), V(postponed) or V(not_retired), as the list that it is in.
      type: str
      sample: deprecated
    reason:
      description: Why.
      type: str
      sample: will be deleted after 14 days
    gib:
      description: GiB of the disks whose snapshots were deleted with it.
      type: int
      sample: 0
    restored:
      description:
        - Whether it stays and is Available again after a deprecation, so that the tag C(imageops:deprecated-at) was
          removed, or would be in check mode.
      type: bool
      sample: false
    unshared:
      description: The accounts that it was taken from.
      type: list
      elements: str
    export:
      description:
        - Its export, with C(action), C(task_id), C(bucket) and C(objects) as M(imageops.alicloud.ecs_image_export)
          returns them. Check mode knows no objects of an export that is still to be made. Null if there is none.
      type: dict
      version_added: 2.0.0
    snapshots:
      description: The snapshots that were deleted with it.
      type: list
      elements: str
    snapshots_kept:
      description: The snapshots that are still there, each with C(snapshot_id) and C(reason).
      type: list
      elements: dict
    error:
      description: Why it failed, as C(code), C(message), C(request_id) and C(hint).
      type: dict
deleted:
  description: The images that were deleted, with the same keys.
  returned: unless the input was refused
  type: list
  elements: dict
kept:
  description: The images that stay, with the same keys.
  returned: unless the input was refused
  type: list
  elements: dict
postponed:
  description: The images that were left for the next run because of O(max_images), with the same keys.
  returned: unless the input was refused
  type: list
  elements: dict
not_retired:
  description:
    - The images that could not be deprecated or deleted, or whose outdated tag could not be removed, with the same
      keys. They make the task fail.
  returned: unless the input was refused
  type: list
  elements: dict
not_selected:
  description:
    - Images of this collection that are in no family and were not selected, though their names begin with that of one
      of O(families). Nothing retires them until they are selected or promoted. Each has C(region), C(image_id),
      C(name), C(status), C(size), C(created_at), C(source_created_at) and C(reason).
  returned: unless the input was refused
  type: list
  elements: dict
not_looked:
  description: What could not be looked at, as RV(imageops.alicloud.ecs_image_usage_info#module:not_looked).
  returned: success
  type: list
  elements: dict
  version_added: 2.0.0
orphaned_snapshots:
  description:
    - Snapshots that were made for an image which is gone, each with C(region), C(snapshot_id), C(size) in GiB,
      C(made_for), C(begun), C(deleted), C(reason) and C(error). An interrupted removal had C(begun) to delete it. The
      C(reason) is given where one that would go has to stay, because somebody has locked it, or was gone already.
  returned: unless the input was refused
  type: list
  elements: dict
gib_freed:
  description: GiB of the disks whose snapshots were deleted. What is billed is less, since it is what they hold.
  returned: unless the input was refused
  type: int
  sample: 60
gib_orphaned:
  description: GiB of the disks of the orphaned snapshots that are still there.
  returned: unless the input was refused
  type: int
  sample: 20
"""

from ansible_collections.imageops.alicloud.plugins.module_utils._retire import plan as retire_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import task as retire_task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import WAITING, run_module


def main() -> None:
    names = {"type": "list", "elements": "str"}
    arguments = {
        **WAITING,
        "regions": names,
        "families": names,
        "name_patterns": names,
        "tags": {"type": "dict"},
        "image_ids": names,
        "unpromoted": {"type": "bool", "default": False},
        "keep": {"type": "int", "default": 3},
        "min_age_days": {"type": "int", "default": 30},
        "grace_days": {"type": "int", "default": 14},
        "max_images": {"type": "int", "default": 50},
        "shared": {"type": "bool", "default": False},
        "unmarked": {"type": "bool", "default": False},
        "delete_snapshots": {"type": "str", "choices": ["none", "own", "all"], "default": "own"},
        "orphans": {"type": "str", "choices": ["ignore", "report", "delete"], "default": "report"},
        "keep_used": {"type": "bool", "default": True},
        "role_arns": names,
        "export": {
            "type": "dict",
            "options": {
                "buckets": {"type": "dict"},
                "prefix": {"type": "str"},
                "format": {"type": "str", "choices": ["raw", "vhd", "qcow2", "vmdk", "vdi"], "default": "raw"},
                "role_name": {"type": "str"},
            },
        },
        "export_required": {"type": "bool", "default": True},
    }
    run_module(arguments, retire_plan.Options, retire_plan.validate, retire_task.retire_images)


if __name__ == "__main__":
    main()
