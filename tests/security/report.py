# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of the page about security: ``python tests/security report`` puts those of the last run into it.

They come from the lines that the tests write into build/security; ``make test-security`` makes all of them.
What was not tried again keeps the figures that the page has.
"""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

from docs.parts import list_table, with_part
from functional import rights

FOLDER = Path(__file__).resolve().parents[2] / "build" / "security"
NAME = "figures"
FOUND = "Secrets found in them"

Line = dict[str, t.Any]
Lines = t.Sequence[Line]
Figures = tuple[int, int]  # tried, and failed

# What is counted: the file, what it is about, and which of its lines.
ROWS: list[tuple[str, str, t.Callable[[Line], bool]]] = [
    ("credentials", "Ways to have credentials", lambda line: not line["role_on_top"]),
    ("credentials", "The same with a role taken on besides", lambda line: line["role_on_top"]),
    (
        "rights",
        "Modules, the lookup and a whole release, each with exactly its policy",
        lambda line: not line["without"],
    ),
    ("rights", "The same with one action taken out: the failure names it", lambda line: bool(line["without"])),
    ("tags", "Calls by the printed policies, with our tag, with another and with none", lambda line: True),
    ("answers", "Hostile answers of the API: no traceback, nothing touched that was not named", lambda line: True),
    ("input", "Hostile options: the same, and nothing is written if they are refused", lambda line: True),
    ("hosts", "Regions and endpoints: no host is asked that nobody has named, and no traceback", lambda line: True),
    ("manifests", "Manifests: nothing happens to an image or an account that was not named", lambda line: True),
    ("broken", "Broken endpoints: over in twice the deadline and in 200 MB", lambda line: True),
    ("plays", "Whole plays: nobody else chooses the host, the file, the account or the screen", lambda line: True),
    ("leaks", "Runs that were searched for secrets", lambda line: True),
]


def gather(folder: Path) -> dict[str, list[Line]]:
    """All lines, by what they are about."""
    return {
        path.stem: [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }


def counts(lines: t.Mapping[str, Lines], known: t.Mapping[str, Figures] | None = None) -> list[tuple[str, int, int]]:
    """What was tried, how often, and how often it failed.

    :param known: what the page says, which holds for what these lines are not about
    """
    found, known = [], known or {}
    for name, what, belongs in ROWS:
        mine = [line for line in lines.get(name, ()) if belongs(line)]
        new = (len(mine), sum(line["failed"] for line in mine))
        found.append((what, *(new if name in lines else known.get(what, new))))
    # A run that ended before its search has found nothing, which is no proof: it counts as a leak.
    leaks = lines.get("leaks", ())
    new = (len(leaks), sum(line.get("found", 1) for line in leaks))
    found.append((FOUND, *(new if "leaks" in lines else known.get(FOUND, new))))
    return found


def on_the_page(text: str) -> dict[str, Figures]:
    """What a page says: what was tried, how often, and how often it failed."""
    (block,) = re.findall(rf"(?s)\.\. {NAME}: begin[^\n]*\n\n(.*?)\.\. {NAME}: end\n", text)
    rows = re.findall(r"   \* - ([^\n]+)\n     - (\d+)\n     - (\d+)\n", block)
    return {what: (int(tried), int(failed)) for what, tried, failed in rows}


def table(figures: t.Sequence[tuple[str, int, int]]) -> str:
    """The list table that goes into the page."""
    rows = [("What is tried", "Tried", "Failed"), *figures]
    return list_table("Tried and failed", "80 10 10", rows)


def main(again: t.Collection[str] = ()) -> int:
    """
    :param again: what has just been tried, which keeps no figures of the page
    """
    page = rights.PAGE.read_text(encoding="utf-8")
    lines: dict[str, Lines] = {**dict.fromkeys(again, ()), **gather(FOLDER)}
    figures = counts(lines, on_the_page(page))
    missing = [what for what, tried, _failed in figures if not tried]
    if missing:
        print(f"no figures yet of: {'; '.join(missing)}. `make test-security` makes all of them.")
        return 1
    rights.PAGE.write_text(with_part(page, NAME, table(figures)), encoding="utf-8")
    for what, tried, failed in figures:
        print(f"{what}: {tried} tried, {failed} failed")
    return int(any(failed for _what, _tried, failed in figures))
