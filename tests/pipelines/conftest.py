# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of pipelines share: a simulator, the files to copy, and the tools that npm has."""

from __future__ import annotations

import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest
from docs.conftest import Simulated, running_simulator
from environment import BUILD, ROOT, locked

PIPELINES = ROOT / "playbooks" / "examples" / "pipelines"
TOOLS = Path(__file__).with_name("tools")


@pytest.fixture
def simulated(tmp_path: Path) -> t.Iterator[Simulated]:
    with running_simulator(tmp_path) as simulator:
        yield simulator


def npm(name: str) -> Path:
    """The folder of packages that a package.json asks for."""
    folder = BUILD / "npm" / name
    with locked(f"npm-{name}"):
        folder.mkdir(parents=True, exist_ok=True)
        wanted = TOOLS / f"{name}.json"
        if not (folder / "done").exists() or (folder / "done").read_text() != wanted.read_text():
            shutil.copy(wanted, folder / "package.json")
            command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(command, cwd=folder, check=True)
            (folder / "done").write_text(wanted.read_text())
    return folder / "node_modules"
