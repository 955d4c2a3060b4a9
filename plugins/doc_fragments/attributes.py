# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
  diff_mode:
    description: Returns what has changed, or would change, in diff mode.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  action_group:
    description:
      - Use C(group/imageops.alicloud.all) in C(module_defaults) to set the connection options once for all modules.
    support: full
    membership:
      - imageops.alicloud.all
"""

    # For modules that only look.
    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return what it would do, without changing anything.
    support: full
    details:
      - This action does not change anything.
  diff_mode:
    description: Returns what has changed, or would change, in diff mode.
    support: N/A
    details:
      - This action does not change anything.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
    details:
      - This action does not change anything.
  action_group:
    description:
      - Use C(group/imageops.alicloud.all) in C(module_defaults) to set the connection options once for all modules.
    support: full
    membership:
      - imageops.alicloud.all
"""
