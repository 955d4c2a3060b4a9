# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's options as one frozen dataclass of its flow, and what texts among them stand for."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible.module_utils.common.validation import check_type_dict

_ENTRY = re.compile(r"\bimage_id\s*=")  # of a text that holds images

OptionsT = t.TypeVar("OptionsT")


class Flow(t.NamedTuple):
    """A module: how Ansible checks its arguments, and what it does with its options."""

    arguments: dict[str, t.Any]
    kind: type[t.Any]  # the dataclass of the options
    validate: t.Callable[[t.Any], list[str]]  # what is wrong with them, judged without the network
    work: t.Callable[[t.Any], dict[str, t.Any]]  # returns the result
    mutually_exclusive: list[list[str]]


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


def dictionaries(given: t.Any) -> t.Any:
    """What texts stand for, as Ansible reads them where an option is a dictionary, or a list of dictionaries.

    :raises ValueError: for a text that stands for neither
    """
    if isinstance(given, str):
        if not given.lstrip().startswith("[") and not _ENTRY.search(given):
            return _dictionary(given)
        given = given.split(",") if _ENTRY.search(given) else json.loads(given)
    return [_dictionary(entry) for entry in given] if isinstance(given, list) else given


def _dictionary(given: t.Any) -> t.Any:
    """A dictionary out of a text: JSON, a literal of Python, or ``key=value`` with blanks or commas between them."""
    if not isinstance(given, str):
        return given
    try:
        return check_type_dict(given)
    except TypeError as error:
        raise ValueError(str(error)) from None
