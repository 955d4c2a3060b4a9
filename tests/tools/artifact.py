# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the collection and check that its archive holds what it should and nothing else. Prints the archive's path."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from environment import BUILD, ROOT, clean

DIST = BUILD / "dist"
BY_ANSIBLE_GALAXY = {"MANIFEST.json", "FILES.json"}
# Everything that runs or explains: left out of the archive = broken.
WHOLE = ("LICENSES/", "docs/", "meta/", "playbooks/", "plugins/", "roles/", "tests/simulator/")
NEEDED = {
    "CHANGELOG.md",
    "COPYING",
    "README.md",
    "README.zh-CN.md",
    "requirements.txt",
    "tests/simulator/__main__.py",
    "tests/config.yml",
}
MAY = (
    *WHOLE,
    *("changelogs/", "extensions/", "tests/integration/", "tests/sanity/"),
    *(
        ".ansible-lint",  # Galaxy's importer goes by it
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "MAINTAINERS.md",
        "REUSE.toml",
        "SECURITY.md",
        "execution-environment.yml",
        "execution-environment-constraints.txt",
    ),
)


def build(folder: Path = DIST) -> Path:
    """Build into a folder of the caller's own, without contacting anything, and return the archive.

    It is made from a copy. ansible-galaxy asks after each file below the folder it is started in, packed or not, and
    fails if one goes meanwhile: in a checkout, other commands write into ``build``.
    """
    if not importlib.util.find_spec("distlib"):
        raise SystemExit(
            "The package distlib, which ansible-galaxy reads galaxy.yml's list of files with, is missing: make venv"
        )
    shutil.rmtree(folder, ignore_errors=True)
    command = ["ansible-galaxy", "collection", "build", "--force", "--output-path", str(folder)]
    with tempfile.TemporaryDirectory() as scratch:
        copy_sources(Path(scratch))
        subprocess.run(command, cwd=scratch, env=clean("ANSIBLE_"), check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("imageops-alicloud-*.tar.gz")
    return archive


def requirements(path: Path) -> list[str]:
    """The lines of a requirements file that are no comments."""
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def sources() -> set[str]:
    """The files of the checkout that git knows of or would take."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return {name for name in listing.stdout.split("\0") if name and (ROOT / name).exists()}


def copy_sources(folder: Path) -> None:
    """Copy what git knows of or would take into a folder."""
    for name in sources():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)


def faults(archive: Path) -> list[str]:
    """Whatever is wrong with the archive."""
    known = sources()
    with tarfile.open(archive) as tar:
        packed = {member.name for member in tar if not member.isdir()} - BY_ANSIBLE_GALAXY
    must = NEEDED | {name for name in known if name.startswith(WHOLE)}
    stray = {name for name in packed - NEEDED if not name.startswith(MAY)}
    found = [f"not in the archive: {name}" for name in sorted(must - packed)]
    found += [f"has no place in the archive: {name}" for name in sorted(stray)]
    for twin in ("meta/ee-requirements.txt", "tests/integration/requirements.txt"):
        if requirements(ROOT / "requirements.txt") != requirements(ROOT / twin):
            found.append(f"requirements.txt and {twin} differ")
    return found


def main() -> int:
    archive = build()
    found = faults(archive)
    print("\n".join(found) or f"{archive.relative_to(ROOT)}: {archive.stat().st_size / 1024:.0f} KiB")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
