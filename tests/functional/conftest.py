# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator for all tests of a process, put back to the start before each."""

from __future__ import annotations

import importlib
import os
import typing as t
from pathlib import Path

import pytest
from simulator import Simulator
from simulator.profiles import VARIABLE, profile
from simulator.settings import SWITCHES

pytest.register_assert_rewrite("functional.support", "functional.refusals", "functional.credential_modes")

# The SDK's credentials library reads some of the environment when it is imported, so that has to come first.
importlib.import_module("alibabacloud_credentials.provider")

from functional.credential_modes import Place  # noqa: E402
from functional.support import Lab  # noqa: E402


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Under a profile, what never asks the simulator is left out: it is the same under all of them."""
    if VARIABLE in os.environ:
        others = [one for one in items if "session_sim" not in getattr(one, "fixturenames", ())]
        config.hook.pytest_deselected(items=others)
        items[:] = [one for one in items if one not in others]


@pytest.fixture(scope="session")
def session_sim() -> t.Iterator[Simulator]:
    with Simulator(clock="manual", front=True) as sim:
        yield sim


@pytest.fixture
def sim(session_sim: Simulator, request: pytest.FixtureRequest) -> Simulator:
    """With the switches of the profile that SIMULATOR_PROFILE names, but for those that the test says it is about."""
    pinned = {name for mark in request.node.iter_markers("at_defaults") for name in mark.args}
    chosen = profile(os.environ.get(VARIABLE, "default"))
    assert pinned <= set(SWITCHES), f"no switches: {pinned - set(SWITCHES)}"
    session_sim.reset({name: value for name, value in chosen.items() if name not in pinned})
    return session_sim


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the caller's accounts, proxies or files reaches a test."""
    for name in list(os.environ):
        if name.upper().startswith(("ALIBABA", "ALICLOUD", "ALIYUN")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    # Nobody looks for an instance's own keys outside this machine.
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))


@pytest.fixture
def lab(sim: Simulator, tmp_path: Path) -> t.Iterator[Lab]:
    folder = tmp_path / "module"
    folder.mkdir()
    lab = Lab(sim, folder)
    yield lab
    assert not [text for text in lab.outputs if "-secret" in text], "a secret was written"


@pytest.fixture
def place(lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Place:
    """The machine that modules run on, to be given credentials of all kinds."""
    return Place(lab, monkeypatch, tmp_path / "home")
