# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Pythons that modules run with: one that is too old is refused by one sentence, before anything of it is used."""

from __future__ import annotations

import json
import os
import re
import subprocess
import typing as t
from pathlib import Path

import pytest
from internal import STEPS

if t.TYPE_CHECKING:
    from e2e.conftest import Stage

pytestmark = [pytest.mark.slow, pytest.mark.extra]

HOME = "cn-hangzhou"
MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"
REFUSED_BY_ANSIBLE = "Ansible requires"  # its own bound is above this Python


def too_old() -> dict[str, Path]:
    """Pythons below 3.11 that this machine has, by their versions: of pyenv, or on the path."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*map(Path, os.get_exec_path()), *sorted(pyenv.glob("versions/*/bin"))]
    found = {}
    for minor in (8, 9, 10):
        for folder in folders:
            python = folder / f"python3.{minor}"
            if folder.name != "shims" and python.exists():
                found[f"3.{minor}"] = python
    return found


def test_every_module_refuses_an_old_python(stage: Stage) -> None:
    pythons = too_old()
    assert pythons, "no Python from 3.8 to 3.10 is on this machine"
    modules = sorted(path.stem for path in MODULES.glob("*.py") if path.stem not in STEPS)
    tasks = [{f"imageops.alicloud.{module}": {"region": HOME}, "ignore_errors": True} for module in modules]
    book = stage.folder / "book.yml"
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    for version, python in pythons.items():
        done = stage.run("ansible-playbook", str(book), "-e", f"ansible_python_interpreter={python}")
        results = [line["result"] for line in done.results]
        assert len(results) == len(modules)
        for told in (result["msg"] for result in results):
            if REFUSED_BY_ANSIBLE not in told:
                assert re.search(rf"Python 3\.11 or newer is needed .*{python} is Python {version}\.", told), told
                assert "ansible_python_interpreter" in told
    assert stage.control("journal")["entries"] == []


def test_what_refuses_can_be_read_by_all_of_them() -> None:
    base = MODULES.parent / "module_utils" / "_base"
    for python in too_old().values():
        for name in ("__init__.py", "archive.py", "interpreter.py"):
            subprocess.run([python, "-c", f"compile(open({str(base / name)!r}).read(), 'x', 'exec')"], check=True)
