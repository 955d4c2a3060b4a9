# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator for each process that tries cells, and nothing of the caller's accounts."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

pytest.register_assert_rewrite("functional.support", "reliability.arena")

from reliability.arena import Arena  # noqa: E402
from reliability.results import Recorder  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """Of a matrix of which some tests were chosen, by name or by words, the page says that it is a sample."""
    Recorder.is_chosen = bool(config.option.keyword) or any("::" in word for word in config.args)


@pytest.fixture(scope="session", autouse=True)
def bare_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.upper().startswith(("ALIBABA", "ALICLOUD", "ALIYUN")) or name.upper().endswith("_PROXY"):
            del os.environ[name]
    os.environ["HOME"] = str(tmp_path_factory.mktemp("home"))


def _arena(tmp_path_factory: pytest.TempPathFactory, clock: str) -> t.Iterator[Arena]:
    arena = Arena(Path(tmp_path_factory.mktemp(clock)), clock)
    yield arena
    arena.close()


@pytest.fixture(scope="session")
def stepped(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Arena]:
    """Time moves when somebody sleeps: for one process after the other."""
    yield from _arena(tmp_path_factory, "manual")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Arena]:
    """Time runs, faster than ours: for processes beside each other."""
    yield from _arena(tmp_path_factory, "real")
