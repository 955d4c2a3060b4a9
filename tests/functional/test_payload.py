# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible packs, reads and compiles for each task of ours, and how many tasks a release visits: it counts."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import typing as t
import zipfile
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
NAMESPACE = "ansible_collections.imageops.alicloud."
# Files of module_utils beside a module. What a module adds to these, every task of it costs again.
MOST = {"ecs_image_info": 48, "ecs_image_share": 50, "ecs_image_copy": 60, "ecs_image": 61, "ecs_image_retire": 67}
TASKS = 17  # of a release from beginning to end


def imported(path: Path) -> t.Iterator[Path]:
    """The files of ours that Ansible packs for one of them: it follows every import, those in functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith(NAMESPACE):
            continue
        place = ROOT / str(node.module).removeprefix(NAMESPACE).replace(".", "/")
        named = [place / f"{alias.name}.py" for alias in node.names]
        yield from [file for file in [place.with_suffix(".py"), *named] if file.exists()]


def packed(module: str) -> set[Path]:
    found: set[Path] = set()
    more = {ROOT / "plugins" / "modules" / f"{module}.py"}
    while more:
        found |= more
        more = {file for path in more for file in imported(path)} - found
    return found


@pytest.mark.parametrize("module", MOST)
def test_a_module_takes_few_files_along(module: str) -> None:
    files = packed(module)
    assert len(files) > 20
    assert len(files) <= MOST[module], sorted(str(path.relative_to(ROOT)) for path in files)


# Counts how often each file of an archive is compiled.
COMPILED = """
import collections, importlib, json, sys
counts = collections.Counter()
sys.addaudithook(lambda event, given: counts.update([str(given[1])] if event == "compile" else []))
sys.path.insert(0, sys.argv[1])
importlib.import_module(sys.argv[2] + "._base")
flow = importlib.import_module(sys.argv[2] + "._copy.task")
print(json.dumps([flow.__file__, {name: count for name, count in counts.items() if name.startswith(sys.argv[1])}]))
"""
# Loads a flow as an old Python would, and tells what of ours was loaded when it ended.
OLD = """
import atexit, importlib, json, sys
begin = sys.argv[2] + "."
sys.path.insert(0, sys.argv[1])
atexit.register(lambda: print("\\n" + json.dumps(sorted(
    name[len(begin):] for name in sys.modules if name.startswith(begin + "_base")))))
sys.version_info = (3, 9, 1)
importlib.import_module(begin + "_base.errors")
"""
UTILS = "ansible_collections/imageops/alicloud/plugins/module_utils"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Our module_utils as Ansible packs them."""
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as packing:
        for package in [Path(UTILS), *Path(UTILS).parents[:-1]]:
            packing.writestr(f"{package}/__init__.py", "")
        for path in sorted((ROOT / "plugins" / "module_utils").rglob("*.py")):
            packing.write(path, f"{UTILS}/{path.relative_to(ROOT / 'plugins' / 'module_utils')}")
    return packed


def loaded(archive: Path, script: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, str(archive), UTILS.replace("/", ".")]
    return subprocess.run(command, check=False, capture_output=True, text=True, env={})


def test_what_is_packed_is_compiled_once(archive: Path) -> None:
    """Python does so twice. The package that knows better can't change that for what is loaded before it."""
    file, counts = json.loads(loaded(archive, COMPILED).stdout)
    assert file == f"{archive}/{UTILS}/_copy/task.py"
    assert len(counts) > 40
    twice = [name for name, count in counts.items() if count > 1 and not name.endswith("/__init__.py")]
    assert sorted(Path(name).name for name in twice) == ["archive.py", "interpreter.py"]


def test_an_old_python_is_refused_before_anything_else_of_ours_is_loaded(archive: Path) -> None:
    done = loaded(archive, OLD)
    assert done.returncode == 1
    *_told, modules = done.stdout.splitlines()
    assert "Python 3.11 or newer is needed" in json.loads(done.stdout.removesuffix(f"{modules}\n"))["msg"]
    assert json.loads(modules) == ["_base.archive", "_base.interpreter"]


def test_looking_and_sharing_do_without_the_flow_of_copies() -> None:
    for module in ("ecs_image_info", "ecs_image_share", "ecs_image_share_info"):
        assert [path.name for path in packed(module) if path.parent.name in ("_copy", "_retire", "_image")] == []


def test_a_release_visits_few_tasks() -> None:
    def count(tasks: list[dict[str, t.Any]]) -> int:
        return sum(count(one["block"]) + count(one.get("always", [])) if "block" in one else 1 for one in tasks)

    assert 10 < count(yaml.safe_load((ROOT / "roles/image_release/tasks/main.yml").read_text())) <= TASKS
