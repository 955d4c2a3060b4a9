# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the documentation share: a simulator process, and an environment that knows no other cloud."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import typing as t
import urllib.request
from pathlib import Path

import pytest

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
    ready_file, log_file = folder / "simulator.json", folder / "simulator.log"
    command = [sys.executable, str(ROOT / "tests" / "simulator"), "--port", "0", "--ready-file", str(ready_file)]
    with open(log_file, "wb") as log:
        process = subprocess.Popen([*command, "--speed", str(SPEED)], stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 30
        while not ready_file.exists():
            assert process.poll() is None and time.monotonic() < deadline, log_file.read_text()
            time.sleep(0.02)
        work = folder / "work"
        work.mkdir()
        yield Simulated(work, json.loads(ready_file.read_text()))
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def simulated(tmp_path: Path) -> t.Iterator[Simulated]:
    with running_simulator(tmp_path) as simulator:
        yield simulator
