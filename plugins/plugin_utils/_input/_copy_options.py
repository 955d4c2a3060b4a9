# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of copies that the role image_release hands on as they are. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _values

Data = dict[str, t.Any]

# Options of ecs_image_copy that the role has no variable for, as that module's argument spec has them.
KNOWN: dict[str, Data] = {
    "additional_copy": {"type": "bool"},
    "adopt_unmarked": {"type": "bool"},
    "consistency_wait": {"type": "float"},
    "copy_tags": {"type": "bool"},
    "family": {"type": "str"},
    "large_image_gib": {"type": "int"},
    "max_tags": {"type": "int"},
    "method": {"type": "str", "choices": ["auto", "image", "snapshots"]},
    "on_timeout": {"type": "str", "choices": ["leave", "cancel"]},
    "preflight": {"type": "str", "choices": ["dry_run", "none"]},
    "purge_tags": {"type": "bool"},
    "replace_failed": {"type": "bool"},
    "resource_group_id": {"type": "str"},
    "restore_name": {"type": "bool"},
    "unreachable_timeout": {"type": "float"},
}


def read(given: Data, faults: list[str]) -> Data:
    """Options of the copies as their module reads them, which would refuse them when the image has been made."""
    taken: Data = {}
    for name, value in given.items():
        variable = f"image_release_copy_options.{name}"
        if name in KNOWN:
            taken[name] = _values.read(value, KNOWN[name], variable, faults)
        else:
            faults.append(f"{variable} is not taken{_values.meant(name, KNOWN)}")
    faults += [f"image_release_copy_options.{fault}" for fault in validation.common_faults(taken)]
    return {name: value for name, value in taken.items() if value is not None}
