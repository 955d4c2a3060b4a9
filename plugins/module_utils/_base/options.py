# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's options as one frozen dataclass of its flow."""

from __future__ import annotations

import dataclasses
import typing as t

OptionsT = t.TypeVar("OptionsT")


def options_from(kind: type[OptionsT], params: t.Mapping[str, t.Any]) -> OptionsT:
    """The options of a flow: a field of its dataclass for each option that it reads, under the option's name."""
    names = [field.name for field in dataclasses.fields(t.cast(t.Any, kind))]
    return kind(**{name: _without_spaces(params[name]) for name in names if name in params})


def _without_spaces(value: t.Any) -> t.Any:
    """The texts of lists without the spaces that Ansible leaves when it parts ``a, b``. No name ends with one."""
    if isinstance(value, list):
        return [entry.strip(" ") if isinstance(entry, str) else _without_spaces(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _without_spaces(inner) for key, inner in value.items()}
    return value
