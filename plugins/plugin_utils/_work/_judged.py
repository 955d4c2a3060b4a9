# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module would refuse in the variables of a run, so that it is told with all else that is wrong. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import regions as base_regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import options_from
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import plan as retire_plan
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _wording
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _works

Data = dict[str, t.Any]

_LISTS = ("regions", "role_arns")  # that all modules look at in the same way
_NOT_READ: Data = {"regions": [], "everything": []}  # in place of manifests that can't be


def faults(work: str, settings: Data, recorded: Data, names: t.Mapping[str, str]) -> list[str]:
    """
    :param settings: as far as they could be read, whatever else is wrong with them
    :param names: variables by the options of modules
    """
    source = _works.named_source(settings)
    # Modules take the blanks off that a survey leaves in a list, before they look.
    lists = {name: [str(entry).strip() for entry in settings.get(name) or []] for name in _LISTS}
    regions = [*lists["regions"], source.get("source_region") or ""]
    found = validation.common_faults({**lists, **source})
    found += [base_regions.fault(region) for region in dict.fromkeys(regions) if _is_strange(region)]
    if own := _OWN.get(work):
        found += own(settings, recorded or _NOT_READ)
    return list(_wording.told({"warnings": found}, lambda: names)["warnings"])


def _is_strange(region: str) -> bool:
    """Whether no region is called so. Others may be newer than this version, and are looked at."""
    return bool(region) and not base_regions.is_region(region)


def _of_retirement(settings: Data, recorded: Data) -> list[str]:
    (call,) = _works.WORKS["image_retire"].calls(settings, recorded)
    return retire_plan.value_faults(options_from(retire_plan.Options, call))


def _of_audit(settings: Data, _recorded: Data) -> list[str]:
    quota = settings["quota"]
    return [f"image_audit_quota must be at least 1, not {quota}"] if quota is not None and quota < 1 else []


_OWN: dict[str, t.Callable[[Data, Data], list[str]]] = {
    "image_retire": _of_retirement,
    "image_audit": _of_audit,
    "unshare_everywhere": lambda settings, _recorded: validation.account_faults(settings["accounts"]),
}
