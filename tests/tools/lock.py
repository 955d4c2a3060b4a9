# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exact versions and hashes that the tests run with: ``lock.py renew`` resolves them anew, ``lock.py`` checks them.

The ranges in the requirements files are what users get; the lock is what was tried.
"""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "tests" / "requirements.lock"
RANGES = ("requirements.txt", "tests/requirements.txt", "tests/requirements-lint.txt")
OLDEST_PYTHON = "3.11"
HEADER = "\n".join(Path(__file__).read_text(encoding="utf-8").splitlines()[:3]) + "\n\n# Made by: make lock\n"
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$", re.MULTILINE)


def renew() -> None:
    """Resolve the ranges for every supported Python, in a virtual environment of its own."""
    home = ROOT / "build" / "lock"
    if not (home / "bin" / "uv").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", "uv"], check=True)
    words = [
        "--universal",
        "--python-version",
        OLDEST_PYTHON,
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
    ]
    command = [str(home / "bin" / "uv"), "pip", "compile", "--quiet", "--upgrade", *words, *RANGES]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    LOCK.write_text(HEADER + found, encoding="utf-8")


def faults() -> list[str]:
    """Ranges that the lock does not meet on this Python, as sentences."""
    pins: dict[str, str] = {}
    for match in PIN.finditer(LOCK.read_text(encoding="utf-8")):
        line = f"{match['name']} ; {match['marker']}" if match["marker"] else match["name"]
        marker = Requirement(line).marker
        if marker is None or marker.evaluate():
            pins[canonicalize_name(match["name"])] = match["version"]
    found = []
    for name in RANGES:
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            wanted = Requirement(line)
            pinned = pins.get(canonicalize_name(wanted.name))
            if pinned is None or not wanted.specifier.contains(pinned):
                found.append(f"{name} wants {line}, the lock has {pinned or 'none'}: run make lock")
    return found


def main() -> int:
    if sys.argv[1:] == ["renew"]:
        renew()
    found = faults()
    print("\n".join(found) or f"{LOCK.relative_to(ROOT)} meets {', '.join(RANGES)}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
