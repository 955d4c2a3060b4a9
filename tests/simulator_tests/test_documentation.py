# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on the simulator says what the simulator is."""

from __future__ import annotations

import inspect
import re

import pytest
from simulator import planting
from simulator.faults import KINDS
from simulator.seed import KINDS_OF_OBJECTS
from simulator_tests.documentation import PAGE, completed, texts_of_settings


def test_the_page_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert completed(page) == page, "run: python tests/simulator_tests/documentation.py"


def test_every_switch_says_what_it_decides() -> None:
    assert all(texts_of_settings().values())


def test_every_kind_of_fault_is_described() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert {kind for kind in KINDS if f"``{kind}``" not in page} == set()


def test_every_kind_of_object_is_described() -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = page.partition("Your own world\n---")[2].partition("\nTime\n---")[0]
    described = set(re.findall(r"^``([a-z_]+)``", section, re.MULTILINE))
    assert described == set(KINDS_OF_OBJECTS)


@pytest.mark.parametrize("kind", KINDS_OF_OBJECTS)
def test_every_key_of_an_object_is_described(kind: str) -> None:
    """A key that is not in the table would be one that nobody finds; ids of the keys come out of the refusal."""
    source = inspect.getsource(KINDS_OF_OBJECTS[kind]) + inspect.getsource(planting._access_keys)
    known = set(re.findall(r'entry(?:\.get\(|\[)"([a-z_]+)"', source))
    page = PAGE.read_text(encoding="utf-8")
    assert {key for key in known if f"``{key}``" not in page} == set()
