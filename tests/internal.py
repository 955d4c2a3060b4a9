# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that only the roles and playbooks call, the one list of them."""

from __future__ import annotations

STEPS = frozenset({"image_release_step", "image_work_step"})  # done on the controller; they call no API
INTERNAL = STEPS | {"image_release_look"}  # that one looks in place of modules that users call
