# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on the simulator says what the simulator is."""

from __future__ import annotations

import re

import pytest
from simulator.faults import KINDS
from simulator.seed import KINDS_OF_OBJECTS
from simulator.seed_keys import KEYS
from simulator.settings import SWITCHES
from simulator_tests.documentation import PAGE, completed


def test_the_page_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert completed(page) == page, "run: python tests/simulator_tests/documentation.py"


def test_every_switch_says_what_it_decides() -> None:
    assert all(switch.text for switch in SWITCHES.values())


def test_every_kind_of_fault_is_described() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert {kind for kind in KINDS if f"``{kind}``" not in page} == set()


def rows_of_kinds() -> dict[str, str]:
    """The table of kinds: what each row says. Kinds that stand one below the other share a row."""
    section = PAGE.read_text(encoding="utf-8").partition("Your own world\n---")[2].partition("\nTime\n---")[0]
    table = re.split(r"^=+  =+$", section, flags=re.MULTILINE)[2]
    rows: dict[str, str] = {}
    sharing: list[str] = []
    for line in table.strip().splitlines():
        first, rest = line[:26].strip(), line[26:]
        if first:
            sharing = [*sharing, first] if sharing and sharing[-1].endswith(",") else [first]
        for kind in sharing:
            name = kind.strip("`,")
            rows[name] = f"{rows.get(name, '')} {rest}"
    for kind in ("vswitches", "security_groups"):
        rows[kind] = rows["vswitches"]
    return rows


def test_every_kind_of_object_is_described() -> None:
    assert set(rows_of_kinds()) == set(KINDS_OF_OBJECTS)


@pytest.mark.parametrize("kind", KINDS_OF_OBJECTS)
def test_every_key_of_an_object_is_described(kind: str) -> None:
    """In the row of its kind; what is no object of its own is described in the rows of those that hold it."""
    known = set(KEYS[kind])
    for inner in {"access_keys": ["accounts", "users"], "disks": ["instances"]}.items():
        known |= set(KEYS[inner[0]]) if kind in inner[1] else set()
    described = set(re.findall(r"``([a-z_]+)``", rows_of_kinds()[kind]))
    if kind == "users":
        described |= set(KEYS["access_keys"])  # as accounts
    values = {"tags", "data_keys"} if kind == "keys" else set()
    assert described - values == known
