# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the documentation share: a simulator process, and an environment that knows no other cloud."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

import environment
import pytest
import simulator_process

ROOT = Path(__file__).resolve().parents[2]
SPEED = 20  # simulated seconds a second

Data = dict[str, t.Any]


class Simulated:
    """A running simulator and a folder to work in."""

    def __init__(self, folder: Path, ready: Data) -> None:
        self.folder = folder
        self.ready = ready
        self.endpoint = str(ready["endpoint"])
        config = (
            "[defaults]\nlocalhost_warning = false\nnocolor = true\n[inventory]\ninventory_unparsed_warning = false\n"
        )
        (folder / "ansible.cfg").write_text(config)

    @property
    def env(self) -> dict[str, str]:
        """Everything but the keys and addresses of the simulator: the pages and the job templates bring them."""
        return environment.for_ansible(self.folder)

    def control(self, path: str, body: t.Any = None) -> t.Any:
        return simulator_process.control(self.ready, path, body)

    def images(self, region: str) -> list[Data]:
        return [image for image in self.control("state")["images"] if image["region"] == region]


@contextlib.contextmanager
def running_simulator(folder: Path) -> t.Iterator[Simulated]:
    with simulator_process.running(ROOT / "tests" / "simulator", folder, "--speed", str(SPEED)) as ready:
        work = folder / "work"
        work.mkdir()
        yield Simulated(work, ready)


@pytest.fixture(scope="session")
def session_simulator(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Data]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as simulator:
        yield simulator.ready


@pytest.fixture
def simulated(tmp_path: Path, session_simulator: Data) -> Simulated:
    """One simulator for all tests of a process, put back to the start before each."""
    return Simulated(tmp_path, simulator_process.control(session_simulator, "reset", {}))
