# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # Twin of WAITING in module_utils/_module.py.
    DOCUMENTATION = r"""
options:
  wait:
    description: Wait until the work is done.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds after which waiting and repeating end.
      - Like everything that is given in seconds, at most 31536000, which is a year.
    type: float
    default: 7200.0
  wait_interval:
    description:
      - Seconds between two looks, more than 0.
      - Unset, the interval follows the progress, from 2 to 60 seconds.
    type: float
  consistency_wait:
    description:
      - Seconds for which an image may be invisible before it counts as gone, and its tags before it counts as
        somebody else's.
      - The API shows new and changed images and tags with a delay.
    type: float
    default: 60.0
  progress:
    description:
      - Show a line whenever a region has moved on by 10 percent, and at least once a minute while it works.
      - Nothing is shown in check mode, with C(no_log), with C(async), with any connection but C(local), or when the
        module runs as another user (C(become)). No task fails because its progress can't be shown.
    type: bool
    default: true
"""
