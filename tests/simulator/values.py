# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What values from outside may be: those of settings, faults and seeds are looked at when they come in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .state import regions
from .state.clock import parse_stamp

# Seconds or anything else that is counted in numbers; so much that nobody asks for it, and sums still are numbers.
MOST = 1_000_000_000


@dataclass(frozen=True)
class Kind:
    """A kind of value, in words that follow "takes"."""

    words: str
    fits: Callable[[Any], bool]


def check(name: str, value: Any, kind: Kind) -> None:
    """ValueError if the value is of another kind."""
    if not kind.fits(value):
        raise ValueError(f"{name} takes {kind.words}, not {value!r}")


def whole(least: int = 0, most: int = MOST) -> Kind:
    def fits(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return Kind(f"a whole number from {least} to {most}", fits)


def number(least: float = 0, most: float = MOST) -> Kind:
    def fits(value: Any) -> bool:
        real = isinstance(value, int | float) and not isinstance(value, bool)
        return real and math.isfinite(value) and least <= value <= most

    return Kind(f"a number from {least} to {most}", fits)


def one_of(*choices: str) -> Kind:
    return Kind(f"one of {', '.join(choices)}", lambda value: isinstance(value, str) and value in choices)


def optional(kind: Kind) -> Kind:
    return Kind(f"{kind.words}, or null", lambda value: value is None or kind.fits(value))


def list_of(kind: Kind) -> Kind:
    return Kind(
        f"a list, each entry {kind.words}", lambda value: isinstance(value, list) and all(map(kind.fits, value))
    )


def table_of(keys: Kind, values: Kind) -> Kind:
    def fits(value: Any) -> bool:
        return isinstance(value, Mapping) and all(map(keys.fits, value)) and all(map(values.fits, value.values()))

    return Kind(f"an object with {keys.words}, each with {values.words}", fits)


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(parse_stamp(value))
    except ValueError:
        return False


TEXT = Kind("a text", lambda value: isinstance(value, str))
NAME = Kind("a text that is not empty", lambda value: isinstance(value, str) and bool(value))
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
TIME = Kind("a time such as 2026-03-01T10:00:00Z", _is_time)
ACCOUNT = Kind("the digits of an account id, as a text", lambda value: isinstance(value, str) and value.isdecimal())
REGION = Kind("a region's id", lambda value: isinstance(value, str) and value in regions.REGIONS)
OPEN_REGION = Kind("the id of a region that is open", lambda value: isinstance(value, str) and regions.is_open(value))
TAGS = table_of(NAME, TEXT)
