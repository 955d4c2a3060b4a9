# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of the security page: they are there, of everything, and none of them is a failure."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest
from functional import rights, security_results
from functional.credential_modes import MODES
from functional.test_least_privilege import ACTIONS, RELEASES, SCENARIOS
from security import report

LEAK_SEARCHES = 16  # four ways to give credentials, two to start, two outcomes


def figures() -> dict[str, tuple[int, int]]:
    """What the page says: what → tried and failed."""
    (block,) = re.findall(r"(?s)\.\. figures: begin[^\n]*\n\n(.*?)\.\. figures: end\n", rights.PAGE.read_text())
    rows = re.findall(r"   \* - ([^\n]+)\n     - (\d+)\n     - (\d+)\n", block)
    return {what: (int(tried), int(failed)) for what, tried, failed in rows}


def test_the_page_says_that_all_was_tried_and_nothing_failed() -> None:
    assert list(figures()) == [what for what, _tried, _failed in report.counts({})]
    assert not [what for what, (tried, failed) in figures().items() if failed or not tried]


def test_as_much_was_tried_as_there_is() -> None:
    modes, with_roles, policies, without, answers, options, searches, leaks = (
        tried for tried, _failed in figures().values()
    )
    assert modes == with_roles == len(MODES)
    assert policies == len(SCENARIOS) + 1
    assert without == len(ACTIONS) + len(RELEASES)
    assert answers >= 2000 and options >= 2000
    assert searches == leaks == LEAK_SEARCHES


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
