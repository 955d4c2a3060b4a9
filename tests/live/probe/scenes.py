# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probes by the switches that they tell, and what they found."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Callable, Mapping, Sequence

from simulator.settings import SWITCHES
from simulator.switches import COPY, NO, PAIR, READ

from live.caller import Reply

if t.TYPE_CHECKING:
    from live.probe.bench import Bench

UNTOLD = object()
ORDER = {READ: 0, COPY: 1, PAIR: 2}


@dataclasses.dataclass(frozen=True)
class Finding:
    """What was seen of one switch."""

    switch: str
    value: t.Any = UNTOLD
    note: str = ""
    request_id: str = ""
    is_new: bool = False
    """An answer that is none of the known ones."""

    @property
    def is_told(self) -> bool:
        return self.value is not UNTOLD

    @property
    def differs(self) -> bool:
        """Whether the provider does otherwise than the simulator by default."""
        return self.is_new or (self.is_told and not _same(self.value, SWITCHES[self.switch].default))

    @property
    def alarms(self) -> bool:
        """Whether a client that works with the simulator's default may not work with the provider.

        A default that is the stricter reading needs no alarm: a kinder provider was to be expected.
        """
        switch = SWITCHES[self.switch]
        expected = switch.lean == "stricter" and self.value in switch.kinder
        return self.differs and not (expected or self._is_quicker())

    def _is_quicker(self) -> bool:
        """Times and their like: any shorter one is kinder than the default, not just the sample of the table."""
        default = SWITCHES[self.switch].default
        is_time = SWITCHES[self.switch].lean == "stricter" and isinstance(default, float)
        return is_time and bool(self.value < default)


def _same(seen: t.Any, default: t.Any) -> bool:
    # At the provider's addresses the one does as the other.
    return bool(seen == default or (default == "refused_here" and seen == "ignored"))


class Findings(dict[str, Finding]):
    """By switch; the first word about each counts."""

    def saw(self, name: str, value: t.Any, reply: Reply | None = None, note: str = "") -> None:
        self._put(Finding(name, value, note, reply.request_id if reply else ""))

    def hid(self, name: str, note: str, reply: Reply | None = None) -> None:
        """It could not be told, and why."""
        self._put(Finding(name, note=note, request_id=reply.request_id if reply else ""))

    def by_code(self, name: str, reply: Reply, values: Mapping[str, t.Any]) -> t.Any:
        """What an answer's code means; the empty one is success. Any other is told as it is."""
        if reply.code in values:
            self.saw(name, values[reply.code], reply)
            return values[reply.code]
        said = f"an answer that the simulator does not know here: {reply.code or 'it was done'}"
        self._put(Finding(name, UNTOLD, said, reply.request_id, is_new=True))
        return None

    def _put(self, finding: Finding) -> None:
        self.setdefault(finding.switch, finding)


def same(codes: Sequence[str]) -> dict[str, str]:
    """Codes that are values themselves."""
    return {code: code for code in codes}


@dataclasses.dataclass(frozen=True)
class Scene:
    """Calls that belong together, and the switches that their answers tell."""

    run: Callable[[Bench], None]
    level: str
    names: tuple[str, ...]


SCENES: list[Scene] = []


def tells(level: str, *names: str) -> Callable[[Callable[[Bench], None]], Callable[[Bench], None]]:
    """Register a probe. Scenes run in the order of their levels, then of the files they stand in."""

    def register(run: Callable[[Bench], None]) -> Callable[[Bench], None]:
        SCENES.append(Scene(run, level, names))
        return run

    return register


def told_by_nothing() -> list[str]:
    """Where the table of switches and the probes disagree, as sentences."""
    found = {name: scene.level for scene in SCENES for name in scene.names}
    wanted = {name: switch.level for name, switch in SWITCHES.items() if switch.level not in ("", NO)}
    faults = [f"{name}: the table says {level!r}, and no probe tells it" for name, level in wanted.items()
              if name not in found]  # fmt: skip
    faults += [f"{name}: a probe tells it, and the table has no level for that" for name in found if name not in wanted]
    faults += [f"{name}: the table says {wanted[name]!r}, its probe runs at {level!r}" for name, level in found.items()
               if wanted.get(name, level) != level]  # fmt: skip
    counted = [name for scene in SCENES for name in scene.names]
    return faults + [f"{name} is told by two probes" for name in found if counted.count(name) > 1]
