# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exact versions and hashes that the tests run with: ``lock.py renew`` resolves them anew, ``lock.py`` checks them.

The ranges in the requirements files are what users get; the lock is what was tried. An execution environment takes its
packages from the lock, by the constraints that are made from it.
"""

from __future__ import annotations

import dataclasses
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
CONSTRAINTS = ROOT / "execution-environment-constraints.txt"
HEADER = "\n".join(Path(__file__).read_text(encoding="utf-8").splitlines()[:3]) + "\n\n# Made by: make lock\n"
ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\\n(?P<rest>(?:[ ]+.*\n?)+)", re.MULTILINE
)
# Who asks for what the modules need, and what else an execution environment has.
AT_RUN_TIME = "-r requirements.txt"
PLATFORM = ("ansible-core",)
ENVIRONMENT = ("ansible-core", "ansible-runner")


@dataclasses.dataclass(frozen=True)
class Package:
    """One entry of the lock."""

    name: str
    version: str
    marker: str | None  # where it is installed, if not everywhere
    hashes: tuple[str, ...]  # SHA-256, of every archive that the registry has of it
    wanted_by: tuple[str, ...]  # names of packages, and "-r FILE" for the ranges

    @property
    def pin(self) -> str:
        return f"{self.name}=={self.version}" + (f" ; {self.marker}" if self.marker else "")


def packages(lock: str) -> list[Package]:
    """The entries of a lock as ``uv pip compile --generate-hashes`` writes it."""
    found = []
    for match in ENTRY.finditer(lock):
        # "# via NAME" stands in one line, several names stand in one line each.
        dummy, dummy, via = match["rest"].partition("# via")
        hashes = tuple(sorted(re.findall(r"--hash=sha256:(\w+)", match["rest"])))
        names = tuple(re.findall(r"-r \S+|[^\s#]+", via))
        found.append(Package(match["name"], match["version"], match["marker"], hashes, names))
    return found


def needed(found: list[Package], also: tuple[str, ...] = PLATFORM) -> set[str]:
    """The names of what the collection's own requirements lead to, and these others."""
    names = {one.name for one in found if AT_RUN_TIME in one.wanted_by or one.name in also}
    while more := {one.name for one in found if names & set(one.wanted_by)} - names:
        names |= more
    return names


def constraints(lock: str) -> str:
    """What pip is to keep to in an execution environment."""
    found = packages(lock)
    wanted = needed(found, ENVIRONMENT)
    return HEADER + "".join(f"{one.pin}\n" for one in found if one.name in wanted)


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
    CONSTRAINTS.write_text(constraints(found), encoding="utf-8")


def faults() -> list[str]:
    """Ranges that the lock does not meet on this Python, as sentences."""
    lock = LOCK.read_text(encoding="utf-8")
    pins: dict[str, str] = {}
    for package in packages(lock):
        marker = Requirement(package.pin).marker
        if marker is None or marker.evaluate():
            pins[canonicalize_name(package.name)] = package.version
    found = []
    if CONSTRAINTS.read_text(encoding="utf-8") != constraints(lock):
        found.append(f"{CONSTRAINTS.name} is not what the lock says: run make lock")
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
