# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual environments for tools that don't go with those in ``.venv``: one for each, under ``build/venvs``."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from environment import BUILD, ROOT, locked

RUNTIME = ["-r", str(ROOT / "requirements.txt")]
TOOLS: dict[str, list[str]] = {
    "builder": ["ansible-builder>=3.1"],
    "cyclonedx": ["cyclonedx-python-lib[json-validation]>=11"],
    "importer": ["galaxy-importer>=0.4.30"],
    "proselint": ["proselint>=0.16"],
    # Its engine runs in Java, which is Debian's.
    "rulebook": ["ansible-rulebook==1.3.2", "ansible-core>=2.18,<2.22", *RUNTIME],
    "schemas": ["check-jsonschema>=0.30"],
    "sign": ["ansible-sign>=0.1.6"],
    "zizmor": ["zizmor>=1.10"],
    "molecule": ["molecule>=25.1", "ansible-core>=2.18,<2.22", "cryptography>=42", *RUNTIME],
}


# Releases of ansible-core that are not out yet, with the first that counts: what comes out replaces them by itself.
PRE_RELEASES = {"2.22": "2.22.0b1"}


def core(release: str) -> str:
    """What pip is asked for, for the newest ansible-core of a release such as 2.19."""
    if first := PRE_RELEASES.get(release):
        major, minor = release.split(".")
        return f"ansible-core>={first},<{major}.{int(minor) + 1}"
    return f"ansible-core=={release}.*"


def make(folder: Path, packages: list[str], python: Path | str = sys.executable) -> Path:
    """A virtual environment with these packages, made anew when they or the Python are others. Returns its commands."""
    files = [Path(word).read_text() for word in packages if word.endswith(".txt")]
    wanted = hashlib.sha256("\n".join([*packages, *files, str(Path(python).resolve())]).encode()).hexdigest()
    stamp = folder / "made-for"
    with locked(folder.name):
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([python, "-m", "venv", folder], check=True)
            pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *packages], check=True)
            stamp.write_text(wanted)
    return folder / "bin"


def commands(tool: str) -> Path:
    """The folder with the commands of a tool."""
    return make(BUILD / "venvs" / tool, TOOLS[tool])
