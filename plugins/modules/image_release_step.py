#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This is a virtual module: the action plugin of the same name does its work on the controller.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: image_release_step
version_added: 2.0.0
short_description: Internal to the role image_release
description:
  - Decides what a release does next, between the tasks of the role P(imageops.alicloud.image_release#role).
  - Don't use it. It changes with the role, without notice.
author:
  - imageops.alicloud contributors (@imageops)
options:
  step:
    description: The step of the role.
    type: str
    required: true
    choices:
      - begin
      - check
      - launchable
      - launch_seen
      - source
      - spread
      - tried
      - restored
      - promotion
      - ready
      - led
      - leaving
      - close
      - show
      - fail
      - planning
      - planned
  exit_code:
    description: Of the playbook C(plan), what it is to end with if there is something to do.
    type: str
"""

EXAMPLES = r"""
---
# Use the role.
- name: Release an image
  ansible.builtin.include_role:
    name: imageops.alicloud.image_release
"""

RETURN = r"""
run:
  description: The id of this run of the role.
  type: str
  returned: for most steps
  sample: 0b5f6c8e6a8f4d0f9d1c2b3a4e5f6071
"""
