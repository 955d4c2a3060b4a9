# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible with mitogen, one environment for each ansible-core that it runs on."""

from __future__ import annotations

import subprocess

import ansible_test
import matrix
import tool_venv
from environment import BUILD

RELEASE = "0.3.54"
CORES = ("2.18", "2.19", "2.20", "2.21")


def tools(core: str) -> dict[str, str]:
    """What makes an Ansible of this release work by way of mitogen: where its commands are, and variables."""
    python = ansible_test.find_interpreters()[matrix.CELLS[core][0]].resolve()
    packages = [f"mitogen=={RELEASE}", tool_venv.core(core), *tool_venv.RUNTIME]
    commands = tool_venv.make(BUILD / "venvs" / f"mitogen-{core}", packages, python)
    (plugins,) = commands.parent.glob("lib/python*/site-packages/ansible_mitogen/plugins/strategy")
    return {"COMMANDS": str(commands), "ANSIBLE_STRATEGY_PLUGINS": str(plugins), "ANSIBLE_STRATEGY": "mitogen_linear"}


def versions(core: str) -> tuple[str, str]:
    """The ansible-core of an environment, and its Python."""
    program = "import platform; from ansible.release import __version__; print(__version__, platform.python_version())"
    python = BUILD / "venvs" / f"mitogen-{core}" / "bin" / "python"
    found = subprocess.run([python, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    return found[0], found[1]
