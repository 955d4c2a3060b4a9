# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packages of module_utils stand on each other in one order, and those of plugin_utils."""

from __future__ import annotations

import ast
import typing as t
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
UTILS = PLUGINS / "module_utils"
NAMESPACE = "ansible_collections.imageops.alicloud.plugins"

# A package may import what has a lower rank, and itself.
RANKS = {
    "module_utils": {
        "_base": 0,
        "_client": 1,
        "_api": 2,
        "_task": 3,
        **dict.fromkeys(("_share", "_snapshot", "_cancel", "_verify", "_export"), 4),
        **dict.fromkeys(("_copy", "_image", "_info", "_template", "_events", "_usage"), 5),
        **dict.fromkeys(("_retire", "_look"), 6),
        "_audit": 7,
    },
    "plugin_utils": {
        "_base": 0,
        "_input": 1,
        "_family": 2,
        "_manifest": 3,
        **dict.fromkeys(("_work", "_events"), 4),
        "_report": 5,
        "_release": 6,
    },
}
both = pytest.mark.parametrize("house", list(RANKS))


def imports(house: str) -> t.Iterator[tuple[Path, str]]:
    """Every file with each package of its own house that it imports when it runs, annotations included."""
    start = f"{NAMESPACE}.{house}."
    for path in sorted((PLUGINS / house).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(start):
                yield path, str(node.module).removeprefix(start).partition(".")[0]


@both
def test_every_package_has_a_rank(house: str) -> None:
    assert {path.parent.name for path in (PLUGINS / house).glob("*/__init__.py")} == set(RANKS[house])
    assert list((PLUGINS / house).glob("*.py")) == []


@both
def test_imports_run_downward(house: str) -> None:
    ranks = RANKS[house]
    upward = [
        f"{path.relative_to(PLUGINS)} imports {imported}"
        for path, imported in imports(house)
        if path.parent.name != imported and ranks[imported] >= ranks[path.parent.name]
    ]
    assert upward == []


@pytest.mark.parametrize("kind", ["module_utils", "modules"])
def test_what_runs_on_a_target_needs_nothing_of_the_controller(kind: str) -> None:
    """Ansible packs module_utils alone for a module."""
    found = [path.name for path in (PLUGINS / kind).rglob("*.py") if f"{NAMESPACE}.plugin_utils" in path.read_text()]
    assert found == []


def test_the_sdk_is_imported_by_the_client_only() -> None:
    found = {
        path.parent.name
        for path in UTILS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("alibabacloud", "darabonba", "Tea"))
    }
    assert found <= {"_client"}


CHANGING = {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}


def kept(tree: ast.Module) -> t.Iterator[str]:
    """What would outlive a task where a process runs one task after the other, as mitogen's do."""
    tops = {
        target.id
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"global {', '.join(node.names)}"
        elif isinstance(node, ast.Attribute) and node.attr in ("cache", "lru_cache"):
            yield f"a {node.attr}"
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield from (f"an entry of {name}" for name in tops & {getattr(node.value, "id", "")})
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            yield from (f"{name}.{node.func.attr}" for name in tops & {getattr(node.func.value, "id", "")})


def test_nothing_is_kept_from_one_task_for_the_next() -> None:
    found = [
        f"{path.relative_to(UTILS)}: {one}" for path in UTILS.rglob("*.py") for one in kept(ast.parse(path.read_text()))
    ]
    assert found == []


def test_what_is_kept_is_found() -> None:
    inside = "def f():\n  global X\n  SEEN['a'] = 1\n  SEEN.update(b=2)\n"
    text = f"import functools\nSEEN = {{}}\n{inside}@functools.cache\ndef g(): ..."
    assert sorted(kept(ast.parse(text))) == ["SEEN.update", "a cache", "an entry of SEEN", "global X"]
