# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of figures: what was measured in several cases stands side by side, and no figure is lost."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

import pytest
from benchmarks import docs, lab, results
from benchmarks.results import Report, Result


def result(name: str, value: float, budget: float | None = None) -> Result:
    return Result("copies", name, value, "s", budget)


def cells(text: str) -> list[list[str]]:
    """The rows of all tables of a text."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("   * -"):
            found.append([])
        if line.startswith(("   * -", "     -")):
            found[-1].append(line[6:].strip())
    return found


def test_cases_are_columns_and_what_is_measured_once_is_a_line() -> None:
    measured = itertools.product(("3 regions", "9 regions"), ("wall", "CPU", "reads"))
    results = [result(f"{case}: {what}", number + 0.5, 4) for number, (case, what) in enumerate(measured)]
    report = Report(results=[*results, result("9 regions against 3", 2.5)])
    assert cells(docs.table(report, "copies")) == [
        ["", "3 regions", "9 regions"],
        ["wall", "0.50 s (≤ 4)", "3.50 s (≤ 4)"],
        ["CPU", "1.50 s (≤ 4)", "4.50 s (≤ 4) MISSED"],
        ["reads", "2.50 s (≤ 4)", "5.50 s (≤ 4) MISSED"],
        ["What", "Value", "Budget", ""],
        ["9 regions against 3", "2.50 s", "", ""],
    ]


def test_many_cases_are_lines_and_a_second_run_is_no_case_of_its_own() -> None:
    tools = ("this", "that", "packer")
    results = [result(f"{tool}: wall", 1.5) for tool in tools]
    results += [result(f"{tool}, run again: wall", 2.5) for tool in tools]
    assert cells(docs.table(Report(results=results), "copies")) == [
        ["", "wall", "again: wall"],
        *([tool, "1.50 s", "2.50 s"] for tool in tools),
    ]


def test_what_has_no_pattern_stays_a_list() -> None:
    results = [result("peak memory", 1.5), result("the whole command: wall", 2.5)]
    assert len(cells(docs.table(Report(results=results), "copies"))) == 3
    assert docs.table(Report(results=results), "peers") == ""


def test_figures_of_several_runs_have_the_machine_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    for group, load in (("copies", 0.5), ("peers", 9.5)):
        report = Report(results=[Result(group, "wall", 1.0, "s", None)])
        report.machine["load"] = load
        report.save(path)
    assert "load 0.5 " in docs.table(results.load(path), "copies")
    assert "load 9.5 " in docs.table(results.load(path), "peers")


def test_the_peak_of_a_process_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To Linux it is at least what the parent held: the one that measures had the SDK's size, and so had all."""
    monkeypatch.setattr(lab, "BENCH", tmp_path)
    held = bytearray(b"x") * (100 << 20)
    done = lab.run([sys.executable, "-c", "print('[]')"], os.environ, cwd=tmp_path)
    assert (done.result, done.code) == ([], 0)
    assert 1 < done.memory < len(held) >> 21
