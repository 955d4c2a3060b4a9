# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of the page about reliability: ``python tests/reliability report`` puts those of the last run into it.

They come from the files that the tests write into build/reliability; ``make test-reliability`` makes all of them.
What was not run keeps the row that it has.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import re
import typing as t
from pathlib import Path

from docs.parts import list_table, with_part

from .results import FOLDER, MATRICES

ROW = re.compile(r"^   \* - (.+)\n     - (\d+)\n     - (\d+)\n     - (\d+)$", re.MULTILINE)
SAMPLE = " (a sample)"
TROUBLES = {"release in trouble", "retirement in trouble"}
PAGE = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst" / "reliability.rst"


@dataclasses.dataclass
class Figures:
    """What one matrix came to."""

    cells: int = 0
    unreached: int = 0
    failed: int = 0
    seconds: float = 0.0
    everything: bool = True
    more_calls: dict[str, int] = dataclasses.field(default_factory=lambda: collections.defaultdict(int))

    def add(self, line: t.Mapping[str, t.Any]) -> None:
        if "cell" not in line:
            self.seconds += line["seconds"]
            self.everything = self.everything and line.get("everything", False) and line["finished"]
            return
        self.cells += line.get("count", 1)
        self.unreached += not line["reached"]
        self.failed += bool(line["failures"])
        if "more_calls" in line:
            trouble = line["cell"].partition(":")[0]
            self.more_calls[trouble] = max(self.more_calls[trouble], line["more_calls"])


def gather(folder: Path) -> dict[str, Figures]:
    """The figures of every matrix that was run, in the order of the table."""
    found: dict[str, Figures] = collections.defaultdict(Figures)
    for path in sorted(folder.glob("*.jsonl")):
        for text in path.read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            found[line["matrix"]].add(line)
    assert found.keys() <= MATRICES.keys(), f"these have no row: {found.keys() - MATRICES.keys()}"
    return {name: found[name] for name in MATRICES if name in found}


def table(figures: t.Mapping[str, Figures], page: str) -> str:
    """What was tried, a row for each matrix, those that were not run now as they stand in the page."""
    earlier = {cells[0].removesuffix(SAMPLE): cells for cells in ROW.findall(page)}
    rows: list[tuple[t.Any, ...]] = []
    for name, text in MATRICES.items():
        if one := figures.get(name):
            rows.append((text + ("" if one.everything else SAMPLE), one.cells, one.unreached, one.failed))
        elif text in earlier:
            rows.append(earlier[text])
    total = ("Together", *(sum(int(row[column]) for row in rows) for column in (1, 2, 3)))
    head = ("What is tried", "Cells", "Not reached", "Failed")
    return list_table("Tried and failed", "70 10 10 10", [head, *rows, total])


def costs(figures: t.Mapping[str, Figures]) -> str:
    """The most calls that each trouble has cost, in whatever matrix."""
    more: dict[str, int] = collections.defaultdict(int)
    for one in figures.values():
        for trouble, number in one.more_calls.items():
            more[trouble] = max(more[trouble], number)
    title = "The most calls that one trouble has cost beyond those of a smooth run"
    return list_table(title, "70 30", [("Trouble", "Calls"), *sorted(more.items())])


def main() -> int:
    figures = gather(FOLDER)
    if not figures:
        print(f"no figures yet: `make test-reliability` writes them into {FOLDER}")
        return 1
    text = PAGE.read_text(encoding="utf-8")
    text = with_part(text, "figures", table(figures, text))
    if figures.keys() >= TROUBLES:
        text = with_part(text, "costs", costs(figures))
    PAGE.write_text(text, encoding="utf-8")
    for name, one in figures.items():
        print(f"{name}: {one.cells} cells, {one.unreached} not reached, {one.failed} failed, {one.seconds:.0f} s")
    return int(any(one.failed for one in figures.values()))
