# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of the page about security: ``python tests/security report`` puts those of the last run into it.

They come from the lines that the tests write into build/security; ``make test-security`` makes all of them.
"""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from docs.parts import list_table, with_part
from functional import rights

FOLDER = Path(__file__).resolve().parents[2] / "build" / "security"
NAME = "figures"

Line = dict[str, t.Any]
Lines = t.Sequence[Line]

# What is counted: the file, what it is about, and which of its lines.
ROWS: list[tuple[str, str, t.Callable[[Line], bool]]] = [
    ("credentials", "Ways to have credentials", lambda line: not line["role_on_top"]),
    ("credentials", "The same with a role taken on besides", lambda line: line["role_on_top"]),
    (
        "policies",
        "Modules, the lookup and a whole release, each with exactly its policy",
        lambda line: not line["without"],
    ),
    ("policies", "The same with one action taken out: the failure names it", lambda line: bool(line["without"])),
    ("answers", "Hostile answers of the API: no traceback, nothing touched that was not named", lambda line: True),
    ("input", "Hostile options: the same, and nothing is written if they are refused", lambda line: True),
    ("leaks", "Runs that were searched for secrets", lambda line: True),
]


def gather(folder: Path) -> dict[str, list[Line]]:
    """All lines, by what they are about."""
    return {
        path.stem: [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }


def counts(lines: t.Mapping[str, Lines]) -> list[tuple[str, int, int]]:
    """What was tried, how often, and how often it failed."""
    found = []
    for name, what, belongs in ROWS:
        mine = [line for line in lines.get(name, ()) if belongs(line)]
        found.append((what, len(mine), sum(line["failed"] for line in mine)))
    # A run that ended before its search has found nothing, which is no proof: it counts as a leak.
    leaks = lines.get("leaks", ())
    found.append(("Secrets found in them", len(leaks), sum(line.get("found", 1) for line in leaks)))
    return found


def table(figures: t.Sequence[tuple[str, int, int]]) -> str:
    """The list table that goes into the page."""
    rows = [("What is tried", "Tried", "Failed"), *figures]
    return list_table("Tried and failed", "80 10 10", rows)


def main() -> int:
    figures = counts(gather(FOLDER))
    missing = [what for what, tried, _failed in figures if not tried]
    if missing:
        print(f"no figures yet of: {'; '.join(missing)}. `make test-security` makes all of them.")
        return 1
    page = rights.PAGE.read_text(encoding="utf-8")
    rights.PAGE.write_text(with_part(page, NAME, table(figures)), encoding="utf-8")
    for what, tried, failed in figures:
        print(f"{what}: {tried} tried, {failed} failed")
    return int(any(failed for _what, _tried, failed in figures))
