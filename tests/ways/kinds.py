# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What plays of other people are tried for: each test has a kind, and has come to something on an ansible-core.

Tests write into build/kinds. ``python tests/ways`` takes that over into ``kinds.json`` and the page about reliability.
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from pathlib import Path

from docs.parts import list_table, with_part

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "kinds"
KINDS = HERE / "kinds.json"
PAGE = ROOT / "docs" / "docsite" / "rst" / "reliability.rst"
NAME = "kinds"

Found = dict[str, dict[str, dict[str, str]]]  # kind, release of ansible-core, test: its outcome


def came(kind: str, test: str, core: str, outcome: str) -> None:
    """Write down what a test has come to."""
    BUILD.mkdir(parents=True, exist_ok=True)
    line = {"kind": kind, "test": test, "release": ".".join(core.split(".")[:2]), "outcome": outcome}
    mark = hashlib.sha256(f"{test} {line['release']}".encode()).hexdigest()[:16]
    (BUILD / f"{mark}.json").write_text(json.dumps(line))


def merged(known: Found, folder: Path) -> Found:
    """What was known, and what the last runs have written."""
    found = {kind: {core: dict(tests) for core, tests in cores.items()} for kind, cores in known.items()}
    for path in sorted(folder.glob("*.json")):
        line = json.loads(path.read_text())
        found.setdefault(line["kind"], {}).setdefault(line["release"], {})[line["test"]] = line["outcome"]
    return {
        kind: {core: dict(sorted(found[kind][core].items())) for core in sorted(found[kind])} for kind in sorted(found)
    }


def table(found: Found) -> str:
    """The list table that goes into the page."""
    rows: list[tuple[object, ...]] = [("What is tried", "Tests", "Runs", "ansible-core", "Failed")]
    for kind, cores in found.items():
        outcomes = [outcome for tests in cores.values() for outcome in tests.values()]
        tests = {name for one in cores.values() for name in one}
        rows.append((kind, len(tests), len(outcomes), ", ".join(cores), sum(one != "passed" for one in outcomes)))
    return list_table("Plays of other people", "50 10 10 20 10", rows)


def page(text: str, found: Found | None = None) -> str:
    """The page with its table made anew."""
    return with_part(text, NAME, table(found if found is not None else json.loads(KINDS.read_text())))


def write() -> None:
    """Take over what the last runs have written."""
    KINDS.write_text(json.dumps(merged(json.loads(KINDS.read_text()), BUILD), indent=2) + "\n")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def of(module: t.Any) -> str | None:
    """The kind that a module's tests are of."""
    return getattr(module, "KIND", None)
