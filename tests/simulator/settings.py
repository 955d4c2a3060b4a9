# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches: what nobody outside the provider knows is decided here, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .switches.answers import Answers
from .switches.calls import Calls
from .switches.copies import Copies
from .switches.habits import Habits
from .switches.images import Images
from .switches.imports import Imports
from .switches.limits import Limits
from .switches.switch import Switch, switches_of
from .switches.templates import Templates
from .values import check


@dataclass
class Settings(Limits, Imports, Templates, Answers, Habits, Images, Calls, Copies):
    """One attribute a switch."""

    def change(self, values: Mapping[str, Any]) -> None:
        """Set switches by name; all are checked before any is set."""
        known = {spec.name: spec for spec in fields(self)}
        checked = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown setting {name!r}")
            check(f"setting {name!r}", value, known[name].metadata["kind"])
            whole_is_meant = isinstance(known[name].default, int)
            checked[name] = float(value) if isinstance(value, int) and not whole_is_meant else value
        for name, value in checked.items():
            setattr(self, name, value)


SWITCHES: dict[str, Switch] = switches_of(Settings)
