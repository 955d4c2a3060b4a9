# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator that the model's runs share, and the line that tells how much was tried."""

from __future__ import annotations

import json
import os
import typing as t

import pytest
from hypothesis import HealthCheck, Phase, settings
from reliability.seeds import EVERYTHING
from simulator import Simulator

pytest.register_assert_rewrite("functional.support", "model.laws", "model.frames", "model.worlds")

COMMON: dict[str, t.Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
}

# Chosen with --hypothesis-profile; without it, or with a profile of others, it is the quick one, or in `make
# test-reliability` the one after it.
settings.register_profile("model-quick", max_examples=20, stateful_step_count=10, derandomize=True, **COMMON)
settings.register_profile("model-dev", max_examples=120, stateful_step_count=25, phases=[Phase.generate], **COMMON)
settings.register_profile("model-thorough", max_examples=400, stateful_step_count=25, **COMMON)


@pytest.fixture(scope="session")
def simulator() -> t.Iterator[Simulator]:
    with Simulator(clock="manual") as sim:
        yield sim


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of the caller's accounts, proxies or files reaches a test."""
    for name in list(os.environ):
        if name.upper().startswith(("ALIBABA", "ALICLOUD", "ALIYUN")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> settings:
    wanted = str(request.config.getoption("--hypothesis-profile", default=None))
    usual = "model-dev" if EVERYTHING else "model-quick"
    return settings.get_profile(wanted if wanted.startswith("model-") else usual)


def pytest_terminal_summary(terminalreporter: t.Any) -> None:
    """One JSON line, also if the tests ran in other processes."""
    reports = [one for name in ("passed", "failed") for one in terminalreporter.stats.get(name, [])]
    tallies = {key: value for one in reports for key, value in getattr(one, "user_properties", []) if "model" in key}
    if tallies:
        terminalreporter.write_line(json.dumps(tallies, sort_keys=True))
