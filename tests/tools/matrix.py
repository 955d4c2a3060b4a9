# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-test and the ways of running on every ansible-core with every Python, and print what came of each.

Usage: ``matrix.py [--core 2.19]... [--python 3.11]... [sanity|units|integration|ways...]``; without any, everything.
``ways`` are whole playbooks: the tests in ``tests/ways``, and those of the other playbooks, of image_retire and of what
is told. Every cell is tried, whatever came of the others, that of a release that is not out yet like the rest; the log
of each is in ``build/ansible-test/logs``. The cells of a Python that few machines have are named where it can't be had.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import ansible_test
import tool_venv
from environment import ROOT, clean, link_checkout

# The controller's Pythons, as far as the collection supports them.
CELLS = {
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
    "2.22": ("3.13", "3.14"),
}
RARE = frozenset({"3.14"})  # of those, what a machine need not have
COMMANDS = (*ansible_test.COMMANDS, "ways")
WHOLE = ["tests/ways", "tests/e2e/test_works.py", "tests/e2e/test_wording.py"]
WAYS = ["-m", "pytest", "-m", "not extra", *WHOLE, "-n", os.environ.get("PYTEST_WORKERS", "auto")]
LOGS = ansible_test.HERE / "logs"


def run(core: str, python: str, command: str) -> tuple[int, Path]:
    """One command in one cell; its exit code, and where its output is."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{core}-{python}-{command}.log"
    with open(log, "wb") as file:
        try:
            program = words(core, python, command)
        except (KeyError, subprocess.CalledProcessError) as error:
            file.write(f"The environment of this cell can't be made: {error!r}\n".encode())
            return 1, log
        return subprocess.run(program, cwd=ROOT, env=clean(), stdout=file, stderr=file, check=False).returncode, log


def words(core: str, python: str, command: str) -> list[str]:
    if command != "ways":
        return [sys.executable, ansible_test.__file__, command, "--core", core, "--python", python]
    found = ansible_test.find_interpreters()[python].resolve()
    folder = ansible_test.HERE / f"ways-{core}-{python}"
    return [str(tool_venv.make(folder, packages(core), found) / "python"), *WAYS]


def packages(core: str) -> list[str]:
    """What the tests need, with this release of ansible-core instead of the one that the lock has."""
    lines = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    needed = [line for line in lines if line and not line.startswith(("#", "ansible-core"))]
    return [tool_venv.core(core), *tool_venv.RUNTIME, *needed]


def divided(
    wanted: list[tuple[str, str]], interpreters: t.Container[str]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The cells to run, and those that can't be, because their rare Python is not here. Any other one has to be."""
    absent = [cell for cell in wanted if cell[1] in RARE and cell[1] not in interpreters]
    return [cell for cell in wanted if cell not in absent], absent


def told(core: str) -> str:
    """A release as the table names it."""
    return f"ansible-core {core} (not out yet)" if core in tool_venv.PRE_RELEASES else f"ansible-core {core}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commands", nargs="*", metavar="|".join(COMMANDS))
    parser.add_argument("--core", action="append", choices=CELLS)
    parser.add_argument("--python", action="append", choices=ansible_test.PYTHONS)
    arguments = parser.parse_args()
    if strange := set(arguments.commands) - set(COMMANDS):
        parser.error(f"no such command: {', '.join(sorted(strange))}")
    cells = [
        (core, python)
        for core in arguments.core or CELLS
        for python in CELLS[core]
        if python in (arguments.python or ansible_test.PYTHONS)
    ]
    link_checkout()
    cells, absent = divided(cells, ansible_test.find_interpreters())
    bad = 0
    for core, python in cells:
        for command in arguments.commands or COMMANDS:
            began = time.monotonic()
            code, log = run(core, python, command)
            bad += code != 0
            took = f"{time.monotonic() - began:.0f} s"
            print(f"{told(core)}, Python {python}, {command}: {'FAILED' if code else 'ok'}, {took}", flush=True)
            lines = log.read_text(errors="replace").splitlines()
            shown = lines[-40:] if code else [line for line in lines if line.startswith("NOTE: ")]
            print("".join(f"{line}\n" for line in shown), end="", flush=True)
    for core, python in absent:
        print(f"{told(core)}, Python {python}: NOT RUN, because there is no Python {python} here")
    print(f"{len(cells)} cells, {bad} failures, {len(absent)} cells not run")
    return 1 if bad or not cells else 0


if __name__ == "__main__":
    sys.exit(main())
