# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the page on the simulator that come from its code; run as a program, it writes them into the page."""

from __future__ import annotations

import ast
import dataclasses
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
PAGE = TESTS.parent / "docs" / "docsite" / "rst" / "simulator.rst"


def texts_of_settings() -> dict[str, str]:
    """What the text below each attribute of the settings says."""
    tree = ast.parse((TESTS / "simulator" / "settings.py").read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef))
    found = {}
    for attribute, text in itertools.pairwise(body):
        if isinstance(attribute, ast.AnnAssign) and isinstance(attribute.target, ast.Name):
            assert isinstance(text, ast.Expr), f"{attribute.target.id} has no text"
            assert isinstance(text.value, ast.Constant)
            found[attribute.target.id] = " ".join(str(text.value.value).split())
    return found


def _table(header: list[str], widths: str, rows: Iterator[list[str]]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [header, *rows]:
        lines += [f"   {'* -' if not number else '  -'} {cell}" for number, cell in enumerate(row)]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return f"``{value if isinstance(value, str) else json.dumps(value)}``"


def switches() -> str:
    from simulator.settings import Settings

    texts, defaults = texts_of_settings(), Settings()

    def rows() -> Iterator[list[str]]:
        for spec in dataclasses.fields(Settings):
            choices = spec.metadata.get("choices", ())
            others = f" Or: {', '.join(_shown(choice) for choice in choices[1:])}." if choices else ""
            yield [f"``{spec.name}``", _shown(getattr(defaults, spec.name)), texts[spec.name] + others]

    return _table(["Switch", "Default", "Meaning"], "30 20 50", rows())


def codes() -> str:
    from simulator.errors.documented import NOT_MODELLED

    rows = (
        [action, f"``{code}``", reason]
        for action, absent in NOT_MODELLED.items()
        for code, reason in sorted(absent.items())
    )
    return _table(["Action", "Code", "Why"], "20 40 40", rows)


def actions() -> str:
    from simulator.actions import SERVED

    return "The actions " + ", ".join(sorted(SERVED)) + "."


def completed(page: str) -> str:
    """The page with these parts as they should be."""
    for name, make in (("actions", actions), ("switches", switches), ("codes", codes)):
        begin, end = f".. {name} begin\n", f".. {name} end\n"
        before, rest = page.split(begin)
        page = f"{before}{begin}\n{make()}\n\n{end}{rest.split(end)[1]}"
    return page


if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    PAGE.write_text(completed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
