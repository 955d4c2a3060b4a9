# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of threats: each of its lines names tests, and these are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "docsite" / "rst" / "threats.rst"
PLUGINS = TESTS.parent / "plugins"
NAMED = re.compile(r"``([\w/]+\.py)::(\w+)``")


def rows(text: str) -> list[str]:
    """The rows of all tables but their heads."""
    tables = re.split(r"(?m)^\.\. list-table::$", text)[1:]
    return [row for table in tables for row in re.split(r"(?m)^   \* - ", re.split(r"(?m)^\S", table)[0])[2:]]


def functions(path: Path) -> set[str]:
    return {one.name for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.FunctionDef)}


def test_each_line_names_tests_that_are_there() -> None:
    found = rows(PAGE.read_text(encoding="utf-8"))
    assert len(found) > 20
    assert [row for row in found if not NAMED.search(row)] == []


def test_the_tests_that_are_named_are_there() -> None:
    named = NAMED.findall(PAGE.read_text(encoding="utf-8"))
    assert [f"{file}::{name}" for file, name in named if name not in functions(TESTS / file)] == []


def test_the_files_that_are_named_are_there() -> None:
    files = set(re.findall(r"``((?:_\w+/)?\w+\.py)``", PAGE.read_text(encoding="utf-8")))
    there = {str(path.relative_to(folder)) for folder in PLUGINS.iterdir() for path in folder.rglob("*.py")}
    assert files - there == set()
