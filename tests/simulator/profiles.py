# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles: many switches at once, by the name of one that is here or from a file of one's own."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .settings import SWITCHES, Settings

FOLDER = Path(__file__).resolve().parent / "profiles"
VARIABLE = "SIMULATOR_PROFILE"
RANDOM = "random-"
# Of each switch one value that leans this way: the first in the table or, for other strict ones, the last.
SAMPLES = {"kinder": ("kinder", 0), "stricter": ("stricter", 0), "strictest": ("stricter", -1)}


def names() -> list[str]:
    """The profiles that are here; beside them `random-1`, `random-2` and so on, each the same every time."""
    return ["default", *SAMPLES, *sorted(path.stem for path in FOLDER.glob("*.json"))]


def profile(word: str) -> dict[str, Any]:
    """The switches of a profile, by its name or the path of its file; ValueError if it is none."""
    if word == "default":
        return {}
    if word in SAMPLES:
        lean, which = SAMPLES[word]
        assumed = {name: getattr(switch, lean) for name, switch in SWITCHES.items() if switch.page}
        return {name: samples[which] for name, samples in assumed.items() if samples}
    number = word.removeprefix(RANDOM)
    if word.startswith(RANDOM) and number.isdecimal():
        return _drawn(int(number))
    path = FOLDER / f"{word}.json" if word in names() else Path(word)
    if not path.is_file():
        raise ValueError(f"no profile {word!r}: it is the path of a file, {RANDOM}N or one of {', '.join(names())}")
    return read(json.loads(path.read_text(encoding="utf-8")))


def read(content: Any) -> dict[str, Any]:
    """Values by switch; a file with more to say has them under `switches`. All of them are checked."""
    values = content.get("switches", content) if isinstance(content, Mapping) else None
    if not isinstance(values, Mapping):
        raise ValueError("a profile is an object: the values of switches by their names")
    Settings().change(values)
    return dict(values)


def _drawn(number: int) -> dict[str, Any]:
    """A value of each switch that is an assumption, drawn from a seed."""
    draw = random.Random(number)
    return {
        name: draw.choice([switch.default, *switch.stricter, *switch.kinder, *switch.other])
        for name, switch in SWITCHES.items()
        if switch.page
    }
