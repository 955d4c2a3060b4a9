# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page is as its table says, and the table names no test that is not there."""

from __future__ import annotations

import yaml
from ways import page


def test_the_page_is_as_the_table_says() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.page(text) == text, "run python tests/ways"


def test_every_test_that_is_named_is_there() -> None:
    ways = yaml.safe_load((page.HERE / "ways.yml").read_text(encoding="utf-8"))
    named = {test for way in ways for test in way.get("tests", ())}
    there = {path.stem.removeprefix("test_") for path in (page.HERE.parent).glob("**/test_*.py")}
    assert named <= there


def test_only_versions_count_with_which_every_test_of_a_way_passed() -> None:
    seen = {
        "a": {"2.19": "2.19.1 (Python 3.11)", "2.21": "2.21.5 (Python 3.12)"},
        "b": {"2.19": "2.19.0 (Python 3.11)"},
    }
    assert page.seen_with({"tests": ["a", "b"]}, seen) == "ansible-core 2.19.1 (Python 3.11)"
    assert page.seen_with({"tests": ["c"], "by_hand": ["x 1"]}, seen) == "x 1, by hand"
    assert page.seen_with({"tests": ["c"]}, seen) == "no run yet"
