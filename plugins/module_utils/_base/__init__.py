# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands on nothing of ours. Whatever a module loads of us comes by here first."""

from ansible_collections.imageops.alicloud.plugins.module_utils._base import archive, interpreter

interpreter.refuse_old()
archive.compile_once(__spec__)
