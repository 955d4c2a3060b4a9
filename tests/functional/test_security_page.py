# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of the security page: they are there, of everything, and none of them is a failure."""

from __future__ import annotations

import json
import subprocess
import typing as t
from pathlib import Path

import pytest
from functional import rights, security_results, test_bounds_for_real
from functional.credential_modes import MODES
from functional.scenarios import SCENARIOS
from functional.test_least_privilege import ACTIONS, RELEASES
from security import report, run
from ways import test_trust

FEWEST = {"answers": 10_000, "input": 2_000, "hosts": 10_000, "manifests": 10_000}  # what a whole run makes
LEAK_SEARCHES = 16  # four ways to give credentials, two to start, two outcomes


def figures() -> dict[str, tuple[int, int]]:
    return report.on_the_page(rights.PAGE.read_text(encoding="utf-8"))


def test_the_page_says_that_all_was_tried_and_nothing_failed() -> None:
    assert list(figures()) == [what for what, _tried, _failed in report.counts({})]
    assert not [what for what, (tried, failed) in figures().items() if failed or not tried]


def test_as_much_was_tried_as_there_is() -> None:
    tried: dict[str, list[int]] = {}
    for (part, _what, _belongs), (number, _failed) in zip(report.ROWS, figures().values(), strict=False):
        tried.setdefault(part, []).append(number)
    assert tried["credentials"] == [len(MODES)] * 2
    assert tried["rights"] == [len(SCENARIOS) + 1, len(ACTIONS) + len(RELEASES)]
    # Each marker; no marker in three ways; an API without such conditions; and two modules.
    assert tried["tags"] == [sum(map(len, rights.BY_TAG.values())) + (3 + 1) * len(rights.BY_TAG) + 2]
    assert tried["broken"] == [len(test_bounds_for_real.ALL)]
    assert tried["plays"] == [sum(name.startswith("test_") for name in vars(test_trust))]
    assert tried["leaks"] == [LEAK_SEARCHES] and figures()[report.FOUND][0] == LEAK_SEARCHES
    assert all(tried[part] >= [fewest] for part, fewest in FEWEST.items()), tried


def test_each_part_writes_the_lines_that_are_counted() -> None:
    assert set(run.PARTS) == {part for part, _what, _belongs in report.ROWS}
    for part, file in run.PARTS.items():
        assert f'security_results.tried("{part}"' in (run.TESTS / file).read_text(encoding="utf-8"), file


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page of its own, with the figures of the real one, and an empty folder for lines."""
    page = tmp_path / "page.rst"
    page.write_text(rights.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(rights, "PAGE", page)
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    return page


def test_what_was_not_tried_again_keeps_its_figures(page: Path, tmp_path: Path) -> None:
    before = figures()
    (what,) = (what for part, what, _belongs in report.ROWS if part == "hosts")
    (tmp_path / "hosts.jsonl").write_text('{"failed": false}\n{"failed": true}\n', encoding="utf-8")
    assert report.main() == 1, "a failure"
    assert figures() == {**before, what: (2, 1)}


def test_what_was_to_be_tried_again_and_was_not_keeps_none(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = page.read_text(encoding="utf-8")
    assert report.main(again=["hosts"]) == 1
    assert "no figures yet of: Regions and endpoints" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(("words", "parts"), [([], [*run.PARTS]), (["hosts", "-x", "leaks"], ["hosts", "leaks"])])
def test_a_run_tries_what_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], parts: list[str]
) -> None:
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    for part in run.PARTS:
        (tmp_path / f"{part}.jsonl").write_text("")
    commands: list[list[str]] = []
    named: list[t.Collection[str]] = []

    def started(command: list[str], **dummy: t.Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    def reported(again: t.Collection[str]) -> int:
        named.append(again)
        return 0

    monkeypatch.setattr(subprocess, "run", started)
    monkeypatch.setattr(report, "main", reported)
    assert run.main(words) == 0
    assert named == [parts]
    assert [word for word in commands[0] if word.endswith(".py")] == [str(run.TESTS / run.PARTS[one]) for one in parts]
    assert ("-x" in commands[0]) is ("-x" in words)
    assert {path.stem for path in tmp_path.glob("*.jsonl")} == set(run.PARTS) - set(parts)


def test_a_failure_is_a_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(security_results.VARIABLE, str(tmp_path))

    def search(found: int | None) -> t.Any:
        with pytest.raises(AssertionError), security_results.tried("leaks", way="x") as result:
            if found is not None:
                result["found"] = found
            raise AssertionError

    search(3)
    search(None)
    with security_results.tried("leaks", way="y") as result:
        result["found"] = 0
    assert [json.loads(line)["failed"] for line in (tmp_path / "leaks.jsonl").read_text().splitlines()] == [1, 1, 0]
    counted = {what: (tried, failed) for what, tried, failed in report.counts(report.gather(tmp_path))}
    assert counted["Runs that were searched for secrets"] == (3, 2)
    # A search that was not made has not found nothing.
    assert counted["Secrets found in them"] == (3, 4)
