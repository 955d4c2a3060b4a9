# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python that a module runs with. Read by older ones too: nothing in here or above it may be new to them."""

from __future__ import annotations

import json
import sys

LEAST_PYTHON = (3, 11)


def python_fault(version: tuple[int, ...]) -> str:
    """What is wrong with the Python that runs a module, nothing if it can be used."""
    if version >= LEAST_PYTHON:
        return ""
    return (
        f"Python {'.'.join(map(str, LEAST_PYTHON))} or newer is needed where the modules run, and {sys.executable} is "
        f"Python {'.'.join(map(str, version))}: nothing was done. Name another one as ansible_python_interpreter."
    )


def refuse_old() -> None:
    """End a module whose Python is too old as Ansible reads it, before the rest is loaded, which breaks on such a one.

    :raises SystemExit: if it is too old
    """
    fault = python_fault(sys.version_info[:3])
    if fault:
        sys.stdout.write(json.dumps({"failed": True, "changed": False, "msg": fault}))
        raise SystemExit(1)
