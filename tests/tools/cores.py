# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The oldest and the newest ansible-core that the collection supports, each in an environment that it runs in."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path

import tool_venv
from environment import BIN, BUILD

INSTALLED, OLDEST, NEWEST = "installed", "2.18", "2.21"
# One Python that it runs on; other than this one only if this one is none.
PYTHONS = {OLDEST: ((3, 11), (3, 13)), NEWEST: ((3, 12), (3, 14))}
PACKAGES = ["ansible-runner>=2.4", "distlib>=0.3.9", *tool_venv.RUNTIME]


def interpreter(name: str) -> str | None:
    """A Python by its program's name, such as python3.12: on the path, or under pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*map(Path, os.get_exec_path()), *sorted(pyenv.glob("versions/*/bin"))]
    # The shims of pyenv are there for interpreters that are not.
    found = [folder / name for folder in folders if folder.name != "shims" and (folder / name).exists()]
    return str(found[0]) if found else None


def python_for(core: str) -> str:
    """An interpreter that this release runs on.

    :raises LookupError: if there is none
    """
    first, last = PYTHONS[core]
    if first <= sys.version_info[:2] <= last:
        return sys.executable
    for minor in range(last[1], first[1] - 1, -1):
        found = interpreter(f"python3.{minor}")
        if found:
            return found
    raise LookupError(f"ansible-core {core} needs a Python from {first} to {last}, and there is none")


@functools.cache
def programs(core: str) -> Path:
    """The folder with the programs of this release, python and what the modules need among them."""
    if core == INSTALLED:
        return BIN
    return tool_venv.make(BUILD / "venvs" / f"core-{core}", [f"ansible-core=={core}.*", *PACKAGES], python_for(core))
