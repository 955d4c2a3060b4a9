# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put the figures about the packages of ``plugins`` into the architecture page: ``house.py`` writes, ``--check`` tells.

A code line is one that is neither empty, nor a comment, nor part of a docstring or an import.
"""

from __future__ import annotations

import ast
import re
import runpy
import sys
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
CODE = PLUGINS / "module_utils"
PAGE = ROOT / "docs/docsite/rst/architecture.rst"
BEGIN, END = ".. figures begin\n", ".. figures end\n"
# The one list of the packages: the test that holds their order has it, because it runs without these tools too.
RANKS: dict[str, dict[str, int]] = runpy.run_path(str(ROOT / "tests/unit/plugins/test_layers.py"))["RANKS"]
LONGEST_FUNCTION, LONGEST_FILE = 45, 300

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Package(t.NamedTuple):
    name: str
    files: int
    code: int
    longest_file: int
    longest_function: int
    undocumented: list[str]
    untyped: int


def code_lines(text: str) -> int:
    """How many lines are code."""
    tree = ast.parse(text)
    left_out: set[int] = set()
    for node in ast.walk(tree):
        is_text = (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        )
        if isinstance(node, (ast.Expr, ast.Import, ast.ImportFrom)) and (is_text or not isinstance(node, ast.Expr)):
            left_out.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in left_out
        for number, line in enumerate(text.splitlines(), 1)
    )


def public(tree: ast.Module) -> t.Iterator[tuple[str, Function]]:
    """The functions of a module, and the methods of its classes, that others may call."""
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, Function) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", method


def package(folder: Path) -> Package:
    texts = {path: path.read_text() for path in sorted(folder.glob("*.py")) if path.read_text()}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    functions = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, Function)]
    return Package(
        folder.name,
        len(texts),
        sum(code_lines(text) for text in texts.values()),
        max(len(text.splitlines()) for text in texts.values()),
        max((node.end_lineno or 0) - node.lineno + 1 for node in functions),
        [
            f"{path.name}: {name}"
            for path, tree in trees.items()
            for name, node in public(tree)
            if not ast.get_docstring(node)
        ],
        sum(len(re.findall(r"\bData\b|dict\[str, t\.Any\]", text)) for text in texts.values()),
    )


def packages(house: str) -> list[Package]:
    """
    :param house: a folder of ``plugins``
    """
    return [package(PLUGINS / house / name) for name in RANKS[house]]


def table(house: str) -> str:
    found = packages(house)
    lines = [
        f"``{house}``, {sum(row.code for row in found)} code lines in {sum(row.files for row in found)} files:",
        "",
        ".. list-table::",
        "   :header-rows: 1",
        "",
        "   * - rank",
        *(f"     - {head}" for head in ("package", "files", "code lines", "longest file", "longest function")),
        "     - public functions without a docstring",
        "     - ``dict[str, Any]`` left",
    ]
    for row in found:
        cells = (row.files, row.code, row.longest_file, row.longest_function, len(row.undocumented), row.untyped)
        lines += [f"   * - {RANKS[house][row.name]}", f"     - ``{row.name}``", *(f"     - {cell}" for cell in cells)]
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    text = PAGE.read_text()
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    tables = "\n".join(table(house) for house in RANKS)
    new = f"{before}{BEGIN}\n{tables}\n{END}{after}"
    if "--check" in arguments:
        return int(new != text)
    PAGE.write_text(new)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
