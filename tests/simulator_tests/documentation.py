# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the page on the simulator that come from its code; run as a program, it writes them into the page."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.switches import Switch

TESTS = Path(__file__).resolve().parent.parent
PAGE = TESTS.parent / "docs" / "docsite" / "rst" / "simulator.rst"


def _table(header: list[str], widths: str, rows: Iterator[list[str]]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [header, *rows]:
        lines += [f"   {'* -' if not number else '  -'} {cell}" for number, cell in enumerate(row)]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return f"``{value if isinstance(value, str) else json.dumps(value)}``"


def _told(switch: Switch) -> str:
    return f"{switch.level}: {switch.probe}" if switch.level else "nothing to tell"


def switches() -> str:
    from simulator.settings import SWITCHES

    def rows() -> Iterator[list[str]]:
        for switch in SWITCHES.values():
            others = f" Or: {', '.join(_shown(value) for value in switch.choices[1:])}." if switch.choices else ""
            yield [f"``{switch.name}``", _shown(switch.default), switch.words() + others, _told(switch)]

    return _table(["Switch", "Default", "Meaning", "Told by"], "25 15 40 20", rows())


def codes() -> str:
    from simulator.errors.documented import NOT_MODELLED

    rows = (
        [action, f"``{code}``", reason]
        for action, absent in NOT_MODELLED.items()
        for code, reason in sorted(absent.items())
    )
    return _table(["Action", "Code", "Why"], "20 40 40", rows)


def actions() -> str:
    from simulator.actions import SERVED

    return "The actions " + ", ".join(sorted(SERVED)) + "."


def completed(page: str) -> str:
    """The page with these parts as they should be."""
    for name, make in (("actions", actions), ("switches", switches), ("codes", codes)):
        begin, end = f".. {name} begin\n", f".. {name} end\n"
        before, rest = page.split(begin)
        page = f"{before}{begin}\n{make()}\n\n{end}{rest.split(end)[1]}"
    return page


if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    PAGE.write_text(completed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
