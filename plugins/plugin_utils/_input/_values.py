# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables as they are meant, whatever YAML, a survey or the command line has made of them. Pure.

A value that can't be brought back without loss is refused with the way to write it.
"""

from __future__ import annotations

import datetime
import difflib
import math
import re
import typing as t

import yaml

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation

Data = dict[str, t.Any]

TRUE, FALSE = ("true", "yes", "on", "y", "t", "1"), ("false", "no", "off", "n", "f", "0")
WORDS, LINES = r"[\s,;]+", r"[,\n]+"  # what stands between the entries of a list that is a text
COMMENT = re.compile(r"(?:^|(?<=[\s,;]))#[^\r\n]*", re.MULTILINE)  # as YAML has them: in a name "#" is no comment
# What prices are told of, for all regions and again for some of them.
PRICE: dict[str, Data] = {"snapshot_gib_month": {"type": "float"}, "traffic_gib": {"type": "float"}}
# What the values of a dictionary with keys of any name are, by the end of its own: no argument spec can say that. Of a
# text that YAML has taken for something else, that other one would be set, or looked for.
VALUES: dict[str, Data] = {
    "tags": {"type": "str"},
    "kms_keys": {"type": "str"},
    "prices.regions": {"type": "dict", "options": PRICE},
}
SHAPES = {dict: "a dictionary", list: "a list", bool: "a boolean", float: "a number", int: "a number", str: "a text"}

UNCUT = 'on the command line write it without blanks, or all variables as JSON: -e \'{"NAME": ["A", "B"]}\''


class Wrong(ValueError):
    """A value that is not what its variable takes. The message goes on from the variable's name."""


def read(value: t.Any, spec: t.Mapping[str, t.Any], name: str, faults: list[str]) -> t.Any:
    """One value as its entry in an argument spec says.

    :param spec: ``type``, ``elements``, ``options`` and ``choices``, as in ``meta/argument_specs.yml``
    :param name: how the value is called in a fault
    :param faults: takes what is wrong, as sentences
    :returns: the value, None if there is none or it is wrong
    """
    try:
        found = _READERS[str(spec.get("type", "str"))](value, spec, name, faults)
    except Wrong as wrong:
        faults.append(f"{name} {wrong}")
        return None
    choices = spec.get("choices")
    if not choices:
        return found
    if isinstance(found, str) and not found.strip():
        return None
    entries = found if isinstance(found, list) else [found]
    strange = [entry for entry in entries if entry is not None and entry not in choices]
    if strange:
        faults.append(f"{name} has {', '.join(map(repr, strange))}: it takes {', '.join(map(str, choices))}")
        return None
    return found


def text(value: t.Any) -> str | None:
    """:raises Wrong: for what may have been another text before YAML took it for something else"""
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        raise Wrong(f"has been read as the boolean {value}: write it in quotes")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        raise Wrong(
            f"has been read as the number {value}, which may have been written otherwise, such as {value}0: "
            f"write it in quotes; in a survey, begin it with a letter, such as v{value}"
        )
    if isinstance(value, datetime.date):
        raise Wrong(f"has been read as the date {value.isoformat()}: write it in quotes")
    if isinstance(value, (dict, list, tuple, set)):
        raise Wrong(f"is {_shape(value)}, it must be a text")
    return str(value)  # a text of a kind of its own, such as one from a vault


def boolean(value: t.Any) -> bool | None:
    """What Ansible takes for true or false, also as a text, nothing if it is empty. :raises Wrong: of anything else"""
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if not word:
        return None
    if word not in TRUE + FALSE:
        raise Wrong(f"is {str(value)[:40]!r}: it must be true or false")
    return word in TRUE


def number(value: t.Any, whole: bool = False) -> t.Any:
    """A finite number, also as a text, nothing if it is empty.

    :param whole: without a fraction, as an ``int``
    :raises Wrong: of anything else
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        if isinstance(value, bool):
            raise ValueError
        found = float(value)
        if not math.isfinite(found) or (whole and found != int(found)):
            raise ValueError
    except (OverflowError, TypeError, ValueError):
        raise Wrong(f"is {str(value)[:40]!r}: it must be a {'whole ' if whole else ''}number") from None
    return int(found) if whole else found


def texts(value: t.Any, separators: str = WORDS) -> list[str]:
    """A list of texts: from a list, or from a text with commas, blanks or line ends.

    :param separators: what stands between two of them, as a regular expression
    """
    if value is None:
        return []
    if isinstance(value, dict):
        raise Wrong("is a dictionary, it must be a list")
    if isinstance(value, (list, tuple, set)):
        return [word for word in (text(entry) for entry in value) if word]
    whole = text(value) or ""
    if whole.lstrip().startswith("["):
        return texts(_parsed(whole, list, base=True))
    return [part.strip() for part in re.split(separators, whole) if part.strip()]


def words(value: t.Any) -> list[str]:
    """A list of texts that hold no blanks, such as a file has them: with empty lines, and with comments after ``#``."""
    if isinstance(value, str):
        return texts(_plain(value))
    return [word for word in map(_plain, texts(value)) if word]


def _plain(value: str) -> str:
    return COMMENT.sub("", value.removeprefix("\ufeff")).strip()


def mapping(value: t.Any) -> Data:
    """A dictionary: from one, from JSON or YAML in a text, or from ``key=value`` pairs in a text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return {}
    if isinstance(value, str):
        if not value.lstrip().startswith("{") and re.match(r"\s*[^\s=:]+\s*=", value):
            pairs = [part.partition("=") for part in re.split(r"[,\n]+", value) if part.strip()]
            return {key.strip(): word.strip() for key, dummy, word in pairs}
        return t.cast("Data", _parsed(value, dict))
    if not isinstance(value, dict):
        raise Wrong(f"is {_shape(value)}, it must be a dictionary")
    return {str(key): entry for key, entry in value.items()}


def unknown_names(given: t.Iterable[str], known: t.Collection[str], prefixes: t.Sequence[str]) -> list[str]:
    """Faults for names that begin with one of our prefixes and mean nothing."""
    strange = sorted(name for name in given if name.startswith(tuple(prefixes)) and name not in known)
    return [f"{name} is unknown{meant(name, known)}" for name in strange]


def meant(name: str, known: t.Collection[str], alike: float = 0.6) -> str:
    """The end of a sentence about an unknown name: which known one comes nearest, nothing if none does.

    :param alike: how much of the two must be the same, from 0 to 1
    """
    close = difflib.get_close_matches(name, sorted(known), 1, alike)
    return f", did you mean {close[0]}?" if close else ""


def _shape(value: t.Any) -> str:
    return next((word for kind, word in SHAPES.items() if isinstance(value, kind)), f"a {type(value).__name__}")


def _refuse_cut(value: t.Any) -> None:
    """:raises Wrong: for what Ansible leaves of ``-e name=a, b``: it ends a value at its first blank"""
    if isinstance(value, str) and value.endswith((",", ";")) and not re.search(r"\s", value):
        raise Wrong(f"ends with {value[-1]!r}, as what is cut at a blank: {UNCUT}")


def _parsed(value: str, kind: type, base: bool = False) -> t.Any:
    """
    :param base: keep every scalar the text that it is
    """
    try:
        found = yaml.load(value, yaml.BaseLoader if base else yaml.SafeLoader)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, kind):
        is_cut = value.startswith(("[", "{")) and not value.endswith(("]", "}"))
        raise Wrong(
            f"is a text, it must be {SHAPES[kind]}; as a text it is JSON or YAML{f'. {UNCUT}' if is_cut else ''}"
        )
    return found


def _read_list(value: t.Any, spec: t.Mapping[str, t.Any], name: str, faults: list[str]) -> list[t.Any]:
    _refuse_cut(value)
    elements = "dict" if spec.get("options") else str(spec.get("elements", "str"))
    if elements == "path":
        return texts(value, LINES)
    if elements != "dict":
        return _read_accounts(value, name, faults) if name.endswith("accounts") else words(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return []
    if isinstance(value, str):
        value = _parsed(value, list)
    if isinstance(value, dict) or not isinstance(value, (list, tuple)):
        raise Wrong(f"is {_shape(value)}, it must be a list of dictionaries")
    return [_read_dict(entry, spec, f"{name}[{number}]", faults) for number, entry in enumerate(value)]


def _read_accounts(value: t.Any, name: str, faults: list[str]) -> list[str]:
    """Account ids. What is none is told with its line, where it comes out of a file."""
    lines = value.splitlines() if isinstance(value, str) else []
    if len(lines) < 2 or _plain(value).startswith("["):
        return words(value)
    found = [(number, word) for number, line in enumerate(lines, 1) for word in words(line)]
    faults += [
        f"{name}, line {number}: {fault}" for number, word in found for fault in validation.account_faults([word])
    ]
    return [word for _number, word in found if validation.is_account(word)]


def _read_dict(value: t.Any, spec: t.Mapping[str, t.Any], name: str, faults: list[str]) -> Data:
    try:
        _refuse_cut(value)
        found = mapping(value)
    except Wrong as wrong:
        faults.append(f"{name} {wrong}")
        return {}
    options = spec.get("options")
    if not options:
        values = next((spec for end, spec in VALUES.items() if name.endswith(end)), {"type": "raw"})
        return {key: read(entry, values, f"{name}.{key}", faults) for key, entry in found.items()}
    faults += [f"{name}.{key} is unknown{meant(key, options)}" for key in found if key not in options]
    faults += [
        f"{name}.{key} is missing"
        for key, option in options.items()
        if option.get("required") and found.get(key) is None
    ]
    return {key: read(entry, options[key], f"{name}.{key}", faults) for key, entry in found.items() if key in options}


_READERS: dict[str, t.Callable[..., t.Any]] = {
    "str": lambda value, *_: text(value),
    "path": lambda value, *_: text(value),
    "bool": lambda value, *_: boolean(value),
    "int": lambda value, *_: number(value, whole=True),
    "float": lambda value, *_: number(value),
    "raw": lambda value, *_: value,
    "dict": _read_dict,
    "list": _read_list,
}


def given(**arguments: t.Any) -> Data:
    """Arguments without those that say nothing: an empty one would take the place of what the play says."""
    return {key: value for key, value in arguments.items() if value is not None and value != "" and value != {}}
