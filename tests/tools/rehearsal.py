# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the molecule scenario as a user would: copied into a project of its own, with the collection installed."""

from __future__ import annotations

import shutil
import subprocess
import sys

import artifact
import demo
import tool_venv
from environment import BUILD, clean
from simulator_process import PROXIES

HERE = BUILD / "molecule"


def main() -> int:
    folder = tool_venv.commands("molecule")
    installed = demo.install(artifact.build(BUILD / "molecule-dist"), HERE)
    project = HERE / "project"
    shutil.copytree(installed / "extensions" / "molecule", project / "molecule")
    env = clean("ANSIBLE_", "MOLECULE_", *PROXIES) | {
        "ANSIBLE_COLLECTIONS_PATH": str(HERE / "collections"),
        # Where molecule keeps its own state.
        "XDG_CACHE_HOME": str(HERE / "cache"),
    }
    env["PATH"] = f"{folder}:{env['PATH']}"
    return subprocess.run([folder / "molecule", "test"], cwd=project, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
