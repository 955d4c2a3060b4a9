# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plain build, as a user runs it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cores
from environment import clean


def build(core: str, source: Path, target: Path) -> Path:
    """The archive that a plain build makes of a checkout."""
    env = clean("ANSIBLE_") | {"ANSIBLE_HOME": str(target.parent / "home"), "HOME": str(target.parent)}
    command = [str(cores.programs(core) / "ansible-galaxy"), "collection", "build", "--output-path", str(target)]
    done = subprocess.run(command, cwd=source, env=env, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = target.glob("*.tar.gz")
    return archive
