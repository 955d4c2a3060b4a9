# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page is as its table says, and the table names no test that is not there."""

from __future__ import annotations

import json
import re
import types
import typing as t
from pathlib import Path

import pytest
import yaml
from ways import conftest, kinds, page


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


@pytest.mark.parametrize(
    ("change", "whole"),
    [
        ({}, True),
        ({"exitstatus": 1}, True),
        ({"markexpr": "not extra"}, True),
        ({"exitstatus": 2}, False),
        ({"shouldfail": "stopping after 1 failures"}, False),
        ({"shouldstop": "stopping"}, False),
        ({"markexpr": "extra"}, False),
        ({"keyword": "home"}, False),
        ({"args": ["tests/ways/test_page.py::test_a"]}, False),
    ],
)
def test_only_files_that_were_run_from_end_to_end_are_seen(change: dict[str, t.Any], whole: bool) -> None:
    run = {"exitstatus": 0, "markexpr": "", "keyword": "", "args": ["tests/ways"], "shouldfail": "", "shouldstop": ""}
    given = types.SimpleNamespace(**run | change)
    session = types.SimpleNamespace(
        config=types.SimpleNamespace(option=given, args=given.args),
        shouldfail=given.shouldfail,
        shouldstop=given.shouldstop,
    )
    assert conftest.is_whole(t.cast("pytest.Session", session), given.exitstatus) is whole


def test_the_page_about_reliability_is_as_the_runs_were() -> None:
    text = kinds.PAGE.read_text(encoding="utf-8")
    assert kinds.page(text) == text


def test_every_kind_was_tried_and_nothing_failed() -> None:
    known = json.loads(kinds.KINDS.read_text())
    texts = [path.read_text() for path in kinds.HERE.glob("test_*.py")]
    wanted = {kind for text in texts for kind in re.findall(r'^KIND = "(.+)"$', text, re.MULTILINE)}
    assert wanted == set(known) and wanted
    for releases in known.values():
        assert releases
        assert all(outcome == "passed" for tests in releases.values() for outcome in tests.values())


def test_runs_are_merged_by_kind_release_and_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "BUILD", tmp_path)
    kinds.came("loops", "test_a.py::test_b", "2.18.19", "failed")
    kinds.came("loops", "test_a.py::test_b", "2.21.5", "passed")
    found = kinds.merged({"loops": {"2.18": {"test_a.py::test_c": "passed"}}}, tmp_path)
    assert found == {
        "loops": {
            "2.18": {"test_a.py::test_b": "failed", "test_a.py::test_c": "passed"},
            "2.21": {"test_a.py::test_b": "passed"},
        }
    }
    assert [line.strip("* -") for line in kinds.table(found).splitlines() if line.strip().startswith("-")][-4:] == [
        "2",
        "3",
        "2.18, 2.21",
        "1",
    ]
