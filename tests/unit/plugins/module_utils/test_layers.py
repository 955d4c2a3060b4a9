# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packages of module_utils stand on each other in one order."""

from __future__ import annotations

import ast
import typing as t
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
UTILS = PLUGINS / "module_utils"
NAMESPACE = "ansible_collections.imageops.alicloud.plugins"

# A package may import what has a lower rank, and itself.
RANKS = {
    "_base": 0,
    "_client": 1,
    "_api": 2,
    "_task": 3,
    **dict.fromkeys(("_share", "_snapshot", "_cancel", "_verify", "_export"), 4),
    **dict.fromkeys(("_copy", "_image", "_info", "_template", "_events", "_usage"), 5),
    "_retire": 6,
    "_audit": 7,
}


def imports() -> t.Iterator[tuple[Path, str]]:
    """Every file with each module of ours that it imports when it runs, annotations included."""
    for path in sorted(UTILS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{NAMESPACE}.module_utils"):
                yield path, str(node.module)


def test_every_package_has_a_rank() -> None:
    assert {path.parent.name for path in UTILS.glob("*/__init__.py")} == set(RANKS)
    assert list(UTILS.glob("*.py")) == []


def test_imports_run_downward() -> None:
    upward = []
    for path, module in imports():
        package, imported = path.parent.name, module.removeprefix(f"{NAMESPACE}.module_utils.").partition(".")[0]
        if package != imported and RANKS[imported] >= RANKS[package]:
            upward.append(f"{path.relative_to(UTILS)} imports {imported}")
    assert upward == []


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
