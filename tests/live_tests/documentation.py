# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the page "Prove it on your account" that come from the code; as a program, it writes them."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
PAGE = TESTS.parent / "docs" / "docsite" / "rst" / "live.rst"
POLICIES = {"live policy": "policy.json", "live policy of the targets": "policy-live.json"}


def policy(file: str) -> str:
    code = textwrap.indent((TESTS / "live" / file).read_text(encoding="utf-8").rstrip(), " " * 4)
    return f".. test: not compared, a test runs with it\n\n.. code-block:: json\n\n{code}\n\n"


def switches() -> str:
    from docs.parts import list_table
    from simulator.settings import SWITCHES
    from simulator.switches import LEVELS, NO

    asked = [switch for switch in SWITCHES.values() if switch.level]
    count = Counter(switch.level for switch in asked)
    told = sum(number for level, number in count.items() if level != NO)
    words = ", ".join(f"{count[level]} {level} ({LEVELS[level]})" for level in LEVELS)

    def rows() -> Iterator[tuple[str, ...]]:
        yield ("Assumption", "Told at", "By, or why not")
        for level in LEVELS:
            for switch in asked:
                if switch.level == level:
                    yield (f"``{switch.name}``", level, switch.probe)

    return f"{told} of {len(asked)} can be told: {words}.\n\n" + list_table(
        "Assumptions and probes", "30 15 55", rows()
    )


def completed(page: str) -> str:
    """The page with these parts as they should be."""
    from docs.parts import with_part

    for part, file in POLICIES.items():
        page = with_part(page, part, policy(file))
    return with_part(page, "live switches", switches())


if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    PAGE.write_text(completed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
