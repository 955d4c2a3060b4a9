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
    **dict.fromkeys(("_share", "_snapshot", "_cancel", "_verify"), 4),
    **dict.fromkeys(("_copy", "_image", "_info"), 5),
    "_retire": 6,
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
