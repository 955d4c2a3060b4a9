# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-test on every supported ansible-core with every Python it runs on, and print what came of each.

Usage: ``matrix.py [--core 2.19]... [--python 3.11]... [sanity|units|integration...]``; without options, everything.
Every cell is tried, whatever came of the others; the log of each is in ``build/ansible-test/logs``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import ansible_test

# The controller's Pythons, as far as the collection supports them.
CELLS = {
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.12", "3.13"),
}
LOGS = ansible_test.HERE / "logs"


def run(core: str, python: str, command: str) -> tuple[int, Path]:
    """One command in one cell; its exit code, and where its output is."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{core}-{python}-{command}.log"
    program = [sys.executable, str(Path(ansible_test.__file__)), command, "--core", core, "--python", python]
    with open(log, "wb") as file:
        return subprocess.run(program, stdout=file, stderr=subprocess.STDOUT, check=False).returncode, log


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commands", nargs="*", metavar="|".join(ansible_test.COMMANDS))
    parser.add_argument("--core", action="append", choices=CELLS)
    parser.add_argument("--python", action="append", choices=ansible_test.PYTHONS)
    arguments = parser.parse_args()
    if strange := set(arguments.commands) - set(ansible_test.COMMANDS):
        parser.error(f"no such command: {', '.join(sorted(strange))}")
    cells = [
        (core, python)
        for core in arguments.core or CELLS
        for python in CELLS[core]
        if python in (arguments.python or ansible_test.PYTHONS)
    ]
    bad = 0
    for core, python in cells:
        for command in arguments.commands or ansible_test.COMMANDS:
            began = time.monotonic()
            code, log = run(core, python, command)
            bad += code != 0
            took = f"{time.monotonic() - began:.0f} s"
            print(f"ansible-core {core}, Python {python}, {command}: {'FAILED' if code else 'ok'}, {took}", flush=True)
            if code:
                print("".join(log.read_text(errors="replace").splitlines(keepends=True)[-40:]), flush=True)
    print(f"{len(cells)} cells, {bad} failures")
    return 1 if bad or not cells else 0


if __name__ == "__main__":
    sys.exit(main())
