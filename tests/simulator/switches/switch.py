# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of one switch, and the short ways to write one down as an attribute of the settings."""

# Fields are made by functions here, and used in the dataclasses of the other modules.
# pylint: disable=invalid-field-call

from __future__ import annotations

import copy
from dataclasses import dataclass, field, fields
from typing import Any

from ..values import FLAG, Kind, number, one_of, whole

NOT_KNOWN, DIFFER = "Not known", "Sources differ"
# What it takes to tell the value from outside.
READ, COPY, PAIR, NO = "read", "copy", "second account", "no"
LEVELS = {
    READ: "calls that read, or are refused",
    COPY: "calls that make a small image, copy it and delete it again",
    PAIR: "the same, and a second account",
    NO: "cannot be told from outside",
}


@dataclass(frozen=True)
class Switch:
    """One row of the table."""

    name: str
    default: Any
    kind: Kind
    text: str
    """What it decides."""
    page: str = ""
    """What the provider's pages say: "Not known", "Sources differ", or empty where it is no assumption."""
    choices: tuple[Any, ...] = ()
    """All values, the default first; empty where they cannot be listed."""
    stricter: tuple[Any, ...] = ()
    """Values that are stricter than the default, or examples of them."""
    kinder: tuple[Any, ...] = ()
    other: tuple[Any, ...] = ()
    """Values that are neither."""
    why: str = ""
    """Why the default is not the strictest value."""
    level: str = ""
    """What it takes to tell it, one of LEVELS; empty where there is nothing to tell."""
    probe: str = ""
    """The calls that tell it, or why none can."""

    @property
    def lean(self) -> str:
        """Whether the default is the stricter reading, a kinder one, or neither."""
        return "kinder" if self.stricter else "neither" if self.other else "stricter"

    def words(self) -> str:
        """The text with what is said about its default."""
        said = f"{self.page}: {self.text}" if self.page else self.text
        marks = {"kinder": " Kinder by default: ", "neither": " Neither is stricter: ", "stricter": " "}
        return said + marks[self.lean] + self.why if self.why else said


def _field(default: Any, kind: Kind, row: dict[str, Any]) -> Any:
    metadata = {"kind": kind, "row": row}
    if isinstance(default, list | dict):
        return field(default_factory=lambda: copy.deepcopy(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def setting(default: Any, kind: Kind, text: str, **row: Any) -> Any:
    """A switch with values of any kind; its samples of stricter and kinder ones are given."""
    return _field(default, kind, {"text": text, **row})


def seconds(default: float, text: str, **row: Any) -> Any:
    return setting(default, number(), text, **row)


def count(default: int, text: str, **row: Any) -> Any:
    return setting(default, whole(), text, **row)


def _sorted(default: Any, others: tuple[Any, ...], row: dict[str, Any]) -> dict[str, Any]:
    """All values there are, each said to be stricter, neither or, without a word, kinder."""
    row["choices"] = (default, *others)
    if row.pop("neither", False):
        row["other"] = others
    told = (*row.get("stricter", ()), *row.get("other", ()))
    row["kinder"] = tuple(value for value in others if value not in told)
    return row


def choice(default: str, *others: str, text: str, **row: Any) -> Any:
    """A switch with few values. Those that are not said to be stricter, or `neither`, are kinder."""
    return _field(default, one_of(default, *others), _sorted(default, others, {"text": text, **row}))


def flag(default: bool, text: str, **row: Any) -> Any:
    return _field(default, FLAG, _sorted(default, (not default,), {"text": text, **row}))


def switches_of(settings: type) -> dict[str, Switch]:
    """The table, by name."""
    defaults = settings()
    return {
        spec.name: Switch(
            name=spec.name,
            default=getattr(defaults, spec.name),
            kind=spec.metadata["kind"],
            **spec.metadata["row"],
        )
        for spec in fields(settings)
    }
