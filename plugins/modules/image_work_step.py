#!/usr/bin/python
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This is a virtual module: the action plugin of the same name does its work on the controller.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: image_work_step
version_added: 2.0.0
short_description: Internal to the role image_retire and to playbooks
description:
  - Checks variables, reads manifests and tells results between the tasks of the role
    P(imageops.alicloud.image_retire#role) and of the playbooks C(unshare_everywhere), C(stop_copies),
    C(image_rekey) and C(image_audit).
  - Don't use it. It changes with them, without notice.
author:
  - imageops.alicloud contributors (@imageops)
options:
  work:
    description: The role or the playbook.
    type: str
    required: true
    choices: [unshare_everywhere, stop_copies, image_rekey, image_retire, image_audit]
  step:
    description: Its step.
    type: str
    required: true
    choices: [begin, check, audience, succession, close]
  results:
    description: The results of the modules that have run.
    type: list
    elements: dict
    default: []
  registered:
    description: The tasks whose results are read, by what they are called in the names of variables.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
---
# Use the role.
- name: Retire old images
  ansible.builtin.include_role:
    name: imageops.alicloud.image_retire
"""

RETURN = r"""
calls:
  description: The arguments of the modules.
  type: list
  elements: dict
  returned: for the step begin
msg:
  description:
    - What was done, in lines, or everything that went wrong.
    - A finding of an audit that this run has not looked at comes with the time when it was last seen.
  type: raw
  returned: always
"""
