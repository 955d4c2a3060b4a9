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

pytest.register_assert_rewrite("functional.support", "functional.credential_modes")

# The SDK's credentials library reads some of the environment when it is imported, so that has to come first.
importlib.import_module("alibabacloud_credentials.provider")

from functional.credential_modes import Place  # noqa: E402
from functional.support import Lab  # noqa: E402


@pytest.fixture(scope="session")
def session_sim() -> t.Iterator[Simulator]:
    """With the switches of the profile that SIMULATOR_PROFILE names, or the defaults."""
    settings = profile(os.environ.get(VARIABLE, "default"))
    with Simulator(clock="manual", front=True, settings=settings) as sim:
        yield sim


@pytest.fixture
def sim(session_sim: Simulator) -> Simulator:
    session_sim.reset()
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
