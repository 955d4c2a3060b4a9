# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the molecule scenario as a user would: copied into a project of its own, with the collection installed.

The shell it is run from names an account, a role, a region and addresses in every variable that the modules read.
None of that may get in, and what destroys it in the end leaves neither a process nor a file of the run.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import artifact
import demo
import tool_venv
import yaml
from environment import BUILD, clean
from simulator_process import PROXIES

HERE = BUILD / "molecule"
HOME = HERE / "home"
OF_MOLECULE = {"ansible.cfg", "ansible_inventory.yml", "api.json", "state.yml"}  # what it keeps itself
NAMES = re.compile(r"\b(?:ALIBABA_CLOUD|ALICLOUD)_[A-Z0-9_]+")


def read_by_modules(installed: Path) -> set[str]:
    """The variables of the environment that the plugins name."""
    return {name for path in (installed / "plugins").rglob("*.py") for name in NAMES.findall(path.read_text())}


def faults(scenario: Path, names: set[str]) -> list[str]:
    """The variables that the scenario lets in."""
    blanked = yaml.safe_load(scenario.read_text())["provisioner"]["env"]
    return [f"the scenario lets {name} in" for name in sorted(names) if blanked.get(name) != ""]


def processes() -> list[str]:
    """Those of the installed collection."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(HERE).encode() in (words := path.read_bytes()):
                found.append(words.replace(b"\0", b" ").decode())
    return found


def left() -> list[str]:
    """What is still there of the run. A process may take a moment to end."""
    end = time.monotonic() + 30
    while processes() and time.monotonic() < end:
        time.sleep(0.2)
    files = [str(path) for path in sorted(HOME.rglob("*")) if path.is_file() and path.name not in OF_MOLECULE]
    return [f"left behind: {one}" for one in [*processes(), *files]]


def main() -> int:
    folder = tool_venv.commands("molecule")
    installed = demo.install(artifact.build(BUILD / "molecule-dist"), HERE)
    project = HERE / "project"
    shutil.copytree(installed / "extensions" / "molecule", project / "molecule")
    names = read_by_modules(installed)
    if found := faults(project / "molecule" / "default" / "molecule.yml", names):
        print("\n".join(found))
        return 1
    env = clean("ANSIBLE_", "MOLECULE_", *PROXIES) | {
        "ANSIBLE_COLLECTIONS_PATH": str(HERE / "collections"),
        "HOME": str(HOME),
        # Where molecule keeps its own state.
        "ANSIBLE_HOME": str(HOME / "ansible"),
        "XDG_CACHE_HOME": str(HOME / "cache"),
        **dict.fromkeys(names, "not-for-the-simulator"),
    }
    env["PATH"] = f"{folder}:{env['PATH']}"
    code = subprocess.run([folder / "molecule", "test"], cwd=project, env=env, check=False).returncode
    remains = left()
    print("\n".join(remains) or "Nothing is left of the run.")
    return code or bool(remains)


if __name__ == "__main__":
    sys.exit(main())
