# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole ansible-playbook processes against a simulator process, to be killed with all that they have started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import typing as t
import urllib.request
from pathlib import Path

from .forks import Data, wait_for

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SPEED = 10  # simulated seconds a second
LONGEST = 180.0  # seconds of the machine's time that a playbook may take
UNWANTED = ("ALIBABA", "ALICLOUD", "ALIYUN", "ANSIBLE_", "AWX_", "PYTEST_")


class Stage:
    """The simulator process and what is known of it. To be closed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ready = folder / "ready.json"
        command = [sys.executable, str(ROOT / "tests" / "simulator"), "--port", "0", "--ready-file", str(ready)]
        with open(folder / "simulator.log", "wb") as log:
            self._process = subprocess.Popen([*command, "--speed", str(SPEED)], stdout=log, stderr=subprocess.STDOUT)
        assert wait_for(ready.exists, 60), (folder / "simulator.log").read_text()
        self.ready: Data = json.loads(ready.read_text())
        self._plays = 0
        (folder / "ansible.cfg").write_text("[defaults]\nlocalhost_warning = false\nnocolor = true\n")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def control(self, path: str, body: t.Any = None, method: str | None = None) -> t.Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.ready['endpoint']}/_simulator/{path}", data=data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return json.loads(answer.read())

    def journal(self) -> list[Data]:
        return t.cast("list[Data]", self.control("journal")["entries"])

    def fault(self, **rule: t.Any) -> int:
        return int(self.control("faults", rule)["ids"][0])

    def is_held(self) -> bool:
        return bool(self.control("faults")["held"])

    def play(self, name: str, variables: Data) -> Play:
        self._plays += 1
        given = {"image_release_manifest": str(self.folder / "manifest.json"), **variables}
        words = [str(BIN / "ansible-playbook"), f"imageops.alicloud.{name}", "-e", json.dumps(given)]
        return Play(words, self._environment(), self.folder, self.folder / f"play-{self._plays}.txt")

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith(UNWANTED) and not name.upper().endswith("_PROXY")
        }
        return {
            **kept,
            **{name: str(value) for name, value in self.ready["env"].items()},
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)]),
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "ansible-home"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        }


class Play:
    """One ansible-playbook process with all its children."""

    def __init__(self, words: list[str], env: dict[str, str], folder: Path, output: Path) -> None:
        self._output = output
        with open(output, "wb") as file:
            self._process = subprocess.Popen(
                words, env=env, cwd=folder, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
            )

    def ended(self) -> bool:
        return self._process.poll() is not None

    def end(self) -> int:
        """Wait for its end, and return its exit code."""
        try:
            return self._process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self.kill()
            return -1

    def text(self) -> str:
        return self._output.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL for the whole tree. Stopped first, none can start another while it is looked for."""
        tree = _tree(self._process.pid)
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in tree:
                _send(pid, number)
            tree += [pid for pid in _tree(self._process.pid) if pid not in tree]
        for pid in tree:
            _send(pid, signal.SIGKILL)
        self._process.wait()


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        time.sleep(0)


def _tree(root: int) -> list[int]:
    """A process that this one has started, and all that came of it, by the parents that the kernel knows."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
    tree = [root]
    for pid in tree:
        tree += [child for child, parent in parents.items() if parent == pid]
    return tree
