# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules tell in a role's run: with the role's variables in place of the modules' options. Pure.

Modules name the options that they have. Who runs a role can set its variables alone.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _account, _copy_options

Data = dict[str, t.Any]
Names = t.Callable[[], t.Mapping[str, str]]

ROLES = "imageops.alicloud."
# Variables that are called otherwise than the option that they become.
RENAMED = {
    "image_release": {"unshare": "image_release_unshare_previous"},
    "image_retire": {"image_ids": "image_retire_from_manifest", "max_images": "image_retire_max"},
}
# Keys of a result whose texts are for people.
_TOLD = frozenset({"msg", "message", "hint", "reason", "warnings"})
# An option is told by an underscore, by a value or by what it must be. Another word may be just a word.
_OPTION = re.compile(r"(?<![\w.])([a-z]+(?:_[a-z]+)+|[a-z]+(?==| must be | needs ))(?!\w)")


def variables(work: str, options: t.Mapping[str, Data], connection: str) -> dict[str, str]:
    """
    :param work: a role or a playbook, whose variables begin with its name
    :param options: its variables, as argument specs have them
    :param connection: the variable with its connection
    :returns: variables by the options of modules
    """
    prefix = f"{work}_"
    copying = f"{prefix}copy_options"
    inner = {part: f"{name}.{part}" for name, spec in options.items() for part in spec.get("options") or {}}
    own = {name.removeprefix(prefix): name for name in options}
    return {
        **{name: f"{connection}.{name}" for name in (*_account.CREDENTIALS, *_account.OTHERS, *_account.ALIASES)},
        **{name: f"{copying}.{name}" for name in _copy_options.KNOWN if copying in options and name not in _EVERYWHERE},
        **inner,
        **own,
        **RENAMED.get(work, {}),
    }


_EVERYWHERE = frozenset(_account.OTHERS)  # what every module takes is set in the connection


def told(value: t.Any, names: Names) -> t.Any:
    """A module's result, told in the words of a role.

    :param names: gives variables by the options of modules. Only a text for people asks, since a spec is read for that
    """
    if isinstance(value, dict):
        return {key: _reworded(inner, names) if key in _TOLD else told(inner, names) for key, inner in value.items()}
    return [told(inner, names) for inner in value] if isinstance(value, list) else value


def _reworded(value: t.Any, names: Names) -> t.Any:
    if isinstance(value, str):
        return _OPTION.sub(lambda found: names().get(found[1], found[1]), value)
    if isinstance(value, list):
        return [_reworded(inner, names) for inner in value]
    # From 2.19 on, ansible-core has objects in place of a warning's text.
    event = getattr(value, "event", None)
    if dataclasses.is_dataclass(value) and dataclasses.is_dataclass(event):
        said: t.Any = dataclasses.replace(t.cast(t.Any, event), msg=_reworded(getattr(event, "msg", ""), names))
        return dataclasses.replace(t.cast(t.Any, value), event=said)
    return told(value, names)
