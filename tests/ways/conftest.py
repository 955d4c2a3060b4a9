# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which people run the collection, on every ansible-core: the stage is that of the end-to-end tests."""

from __future__ import annotations

import os
import platform
import typing as t
from importlib.metadata import version
from pathlib import Path

import pytest
from e2e.conftest import simulated, stage
from ways import kinds, page

__all__ = ["simulated", "stage"]

HERE = Path(__file__).resolve().parent


# What another build comes to is no run of this one: see before.py.
IS_ANOTHER_BUILD = bool(os.environ.get("COLLECTIONS_OF_PLAYS"))

# What came of the tests of each file, in the process that hears of all of them.
outcomes: dict[str, set[str]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    path = Path(report.nodeid.partition("::")[0])
    if path.parent.name == HERE.name:
        outcomes.setdefault(path.stem.removeprefix("test_"), set()).add(report.outcome)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> t.Generator[None, t.Any, t.Any]:
    """What a test of a kind came to, for the page about reliability."""
    report = yield
    kind = kinds.of(item.module) if isinstance(item, pytest.Function) else None
    if kind and not IS_ANOTHER_BUILD and (report.when == "call" or report.outcome == "failed"):
        name = item.nodeid.removeprefix("tests/ways/").partition("[")[0]
        kinds.came(kind, name, version("ansible-core"), report.outcome)
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Files that were run from end to end and had nothing but passed tests are seen, for the table of the page."""
    if not is_whole(session, exitstatus) or IS_ANOTHER_BUILD or hasattr(session.config, "workerinput"):
        return
    for name, found in outcomes.items():
        if found == {"passed"}:
            page.saw(name, version("ansible-core"), platform.python_version())


def is_whole(session: pytest.Session, exitstatus: int) -> bool:
    """Whether each file that has an outcome was run from end to end, but for what takes much time."""
    options = session.config.option
    picked = (
        options.keyword or options.markexpr not in ("", "not extra") or any("::" in one for one in session.config.args)
    )
    # A run that was stopped has not come to the rest of its files.
    ended = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    return ended and not (picked or session.shouldfail or session.shouldstop)
