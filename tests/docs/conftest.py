# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the documentation share: a simulator process, and an environment that knows no other cloud."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import typing as t
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import pytest
import simulator_process

ROOT = Path(__file__).resolve().parents[2]
SPEED = 20  # simulated seconds a second
UNWANTED = ("ALIBABA", "ALICLOUD", "ALIYUN", "ANSIBLE_", "AWX_", "JOB_ID", "PYTEST_")

Data = dict[str, t.Any]


class Simulated:
    """A running simulator and a folder to work in."""

    def __init__(self, folder: Path, ready: Data) -> None:
        self.folder = folder
        self.ready = ready
        self.endpoint = str(ready["endpoint"])
        config = "[defaults]\nlocalhost_warning = false\ninventory_unparsed_warning = false\nnocolor = true\n"
        (folder / "ansible.cfg").write_text(config)

    @property
    def env(self) -> dict[str, str]:
        """Everything but the keys and addresses of the simulator: the pages and the job templates bring them."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith(UNWANTED) and not name.upper().endswith("_PROXY")
        }
        return {
            **kept,
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "ansible-home"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        }

    def control(self, path: str, body: t.Any = None) -> t.Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_simulator/{path}", data=data)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            return json.loads(answer.read())

    def images(self, region: str) -> list[Data]:
        return [image for image in self.control("state")["images"] if image["region"] == region]


@contextlib.contextmanager
def running_simulator(folder: Path) -> t.Iterator[Simulated]:
    with simulator_process.running(ROOT / "tests" / "simulator", folder, "--speed", str(SPEED)) as ready:
        work = folder / "work"
        work.mkdir()
        yield Simulated(work, ready)


@pytest.fixture
def simulated(tmp_path: Path) -> t.Iterator[Simulated]:
    with running_simulator(tmp_path) as simulator:
        yield simulator
