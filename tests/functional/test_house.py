# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bounds that the architecture page names."""

from __future__ import annotations

import ast

import house
import pytest

PACKAGES = [package for folder in house.RANKS for package in house.packages(folder)]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_functions_are_short_and_public_ones_are_documented(package: house.Package) -> None:
    assert package.longest_function <= house.LONGEST_FUNCTION
    assert package.longest_file <= house.LONGEST_FILE
    assert package.undocumented == []


def test_the_action_plugins_keep_the_same_bounds() -> None:
    package = house.package(house.PLUGINS / "action")
    assert package.longest_function <= house.LONGEST_FUNCTION
    assert package.longest_file <= house.LONGEST_FILE


def test_the_tests_keep_the_bound_of_a_file() -> None:
    tests = house.ROOT / "tests"
    files = [path for path in tests.rglob("*.py") if tests / "output" not in path.parents]  # what ansible-test writes
    lengths = {str(path.relative_to(tests)): len(path.read_text().splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > house.LONGEST_FILE} == {}


def test_nothing_at_the_top_of_a_file_is_rebound_by_a_function() -> None:
    """A worker that keeps the process would hand it on to the next task."""
    for path in house.CODE.rglob("*.py"):
        found = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Global)]
        assert not found, path
