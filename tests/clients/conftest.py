# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator with its proxy, and each foreign client in an environment of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import environment
import pytest
from simulator import Simulator
from simulator.state.images import UNFINISHED

TESTS = Path(__file__).resolve().parent.parent
BUILD = TESTS.parent / "build" / "clients"
Run = Callable[..., str]
SPEED = 50.0  # simulated seconds a second
PATIENCE = 600  # seconds for a client, on a machine that has much else to do
# A copy to here lasts longer than any client, so that however slow one is, it cancels in time.
SLOW = {"us-west-1": 1 / (SPEED * PATIENCE)}  # GiB a second


@pytest.fixture(scope="session")
def serving() -> Iterator[Simulator]:
    with Simulator(speed=SPEED, front=True) as sim:
        yield sim


@pytest.fixture
def sim(serving: Simulator) -> Simulator:
    serving.reset()
    serving.settings.change({"copy_gib_per_second_by_region": SLOW})
    return serving


def finish(sim: Simulator) -> None:
    """Let the time pass that everything takes which is under way, in the slow region too."""
    sim.clock.advance(100 * SPEED * PATIENCE)
    assert not [image for image in sim.world.all_images() if image.status in UNFINISHED]


@pytest.fixture
def run(sim: Simulator) -> Run:
    """Run a command that finds the simulator by proxy variables and the certificate alone; what it printed."""
    names = ("ALIBABA", "ALICLOUD")
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(names)}

    def start(*command: object, entry: str = "", **variables: str) -> str:
        # The clients look for files of an account under the home folder; there is none here.
        env = {**kept, "HOME": str(BUILD / "home"), **sim.env_proxy, **variables}
        words = [str(word) for word in command]
        done = subprocess.run(
            words, env=env, input=entry, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return start


def made_environment(requirements: Path) -> Path:
    """The bin folder of a virtual environment with these requirements, made anew when they change."""
    content = requirements.read_bytes() + sys.version.encode()
    folder = BUILD / f"{requirements.stem}-{hashlib.sha256(content).hexdigest()[:12]}"
    # The tests run in several processes, and more than one may want the same one.
    with environment.locked(folder.name):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "-r", requirements], check=True)
            (folder / "ready").touch()
    return folder / "bin"


@pytest.fixture(scope="session")
def typed_client() -> Path:
    return made_environment(TESTS / "requirements-clients-typed.txt")


@pytest.fixture(scope="session")
def footmark() -> Path:
    return made_environment(TESTS / "requirements-clients-libraries.txt")


@pytest.fixture(scope="session")
def old_client() -> Path:
    return made_environment(TESTS / "requirements-clients-old.txt")
