# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plot, and the figures in the documentation: both are made of the JSON file of the last run."""

from __future__ import annotations

import collections
import math
import re
import shutil
import typing as t
from pathlib import Path

import environment

from benchmarks.results import Report, Result, load, number

PAGES = environment.ROOT / "docs" / "docsite" / "rst"
PLOT = "benchmark_copies.svg"
BLOCK = re.compile(r"(?s)(\.\. figures: (?P<groups>[a-z, -]+) \(make bench-docs\)\n)(.*?)(\.\. end of figures\n)")

Row = list[str]
AGAIN = ", run again"  # behind the case whose second run it was

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 300, 60, 40, 30
PANEL = 230  # pixels: the width of one diagram


def insert(results: Path) -> int:
    """Put the figures into the marked blocks of the pages, and the plot beside them. What was not measured stays."""
    if not results.exists():
        print(f"no figures yet: {results} is made by `make bench`")
        return 1
    report = load(results)
    for page in sorted(PAGES.glob("*.rst")):
        text = page.read_text(encoding="utf-8")
        new = BLOCK.sub(lambda match: match[1] + (table(report, match["groups"]) or match[3]) + match[4], text)
        if new != text:
            page.write_text(new, encoding="utf-8")
            print(f"figures: {page.relative_to(environment.ROOT)}")
    if report.series:
        (PAGES / "images").mkdir(exist_ok=True)
        shutil.copyfile(results.with_name(PLOT), PAGES / "images" / PLOT)
    return 0


def table(report: Report, groups: str) -> str:
    """The tables of some groups' figures; empty if there are none."""
    wanted = [group.strip() for group in groups.split(",")]
    results = [result for group in wanted for result in report.results if result.group == group]
    rows, machine = [row(result) for result in results], report.machine_of(wanted[0])
    title = f"ansible-core {machine['ansible-core']}, Python {machine['python']}, {machine['cores']} cores"
    return tables(rows, f"{title}, load {machine['load']} before the run") if rows else ""


def tables(rows: list[Row], title: str) -> str:
    """What was measured in several cases as a matrix, the rest as a list."""
    figures, rest = matrix(rows)
    parts = [listed(f"{title}. In brackets the budget, which is met unless it says MISSED", figures)] if figures else []
    parts += [listed(title, [["What", "Value", "Budget", ""], *rest], "60 15 15 10")] if rest else []
    return "".join(parts)


def matrix(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """
    :returns: the head and the lines of a matrix of cases and what was measured in each, with the fewer of both as its
        columns; and the rows that are in no such pattern
    """
    cells = {found: rows[at] for at, found in enumerate(map(place, rows)) if found}
    alike = repeated(measured for _case, measured in cells)
    kept = repeated(case for case, measured in cells if measured in alike)
    cells = {(case, measured): one for (case, measured), one in cells.items() if case in kept and measured in alike}
    cases, measures = (list(dict.fromkeys(found[part] for found in cells)) for part in (0, 1))
    if len(cases) < 2 or len(measures) < 2:
        return [], rows
    lines = [["", *cases]]
    lines += [[one, *(cell(cells[case, one]) if (case, one) in cells else "" for case in cases)] for one in measures]
    if len(measures) < len(cases):
        lines = [list(line) for line in zip(*lines, strict=True)]
    return lines, [one for one in rows if place(one) not in cells]


def place(found: Row) -> tuple[str, str] | None:
    """The case and what was measured in it, if a figure is named by both."""
    case, colon, measured = found[0].partition(": ")
    first = case.removesuffix(AGAIN)
    return (first, measured if case == first else f"again: {measured}") if colon else None


def repeated(words: t.Iterable[str]) -> set[str]:
    counts = collections.Counter(words)
    return {word for word, count in counts.items() if count > 1}


def cell(found: Row) -> str:
    _what, value, budget, verdict = found
    return f"{value}{f' ({budget})' if budget else ''}{' MISSED' if verdict == 'MISSED' else ''}"


def listed(title: str, rows: list[Row], widths: str = "") -> str:
    head = f"\n.. list-table:: {title}\n   :header-rows: 1\n"
    head += f"   :widths: {widths}\n" if widths else "   :stub-columns: 1\n"
    return head + "\n" + "".join(map(entry, rows)) + "\n"


def row(result: Result) -> list[str]:
    budget = f"≤ {number(result.budget)}" if result.budget is not None else ""
    note = f" ({result.note})" if result.note else ""
    return [result.name + note, f"{number(result.value)} {result.unit}".strip(), budget, result.verdict]


def entry(cells: list[str]) -> str:
    escaped = [re.sub(r"([*`|_\\])", r"\\\1", cell) for cell in cells]
    return "".join(f"   {'  -' if number else '* -'} {one}".rstrip() + "\n" for number, one in enumerate(escaped))


# The plot: drawn by hand, so that nothing has to be installed for two diagrams


def draw(results: Path) -> None:
    series = load(results).series
    if not series:
        return
    counts = [float(point["destinations"]) for point in series]
    copy = float(series[0]["copy"])
    body = [
        panel(LEFT, "Seconds", counts, [float(point["wall"]) for point in series], [copy for dummy in series], 1),
        panel(LEFT + PANEL + 90, "API calls", counts, [float(point["calls"]) for point in series], None),
        text(LEFT, 12, "A copy run against the number of destinations", "start", 13),
        text(LEFT + 4, HEIGHT - 4, f"dashed: one copy alone takes {copy:g} s", "start", 10),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">\n'
    tag = "-".join(("SPDX", "License", "Identifier"))  # put together, so that nobody takes it for this file's own
    licence = f"<!--\nCopyright: imageops.alicloud contributors\n{tag}: GPL-3.0-or-later\n-->\n"
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n'
    results.with_name(PLOT).write_text(head + licence + ground + "".join(body) + "</svg>\n", encoding="utf-8")


def panel(left: int, title: str, xs: list[float], ys: list[float], dashed: list[float] | None, digits: int = 0) -> str:
    """One diagram with its axes, from zero."""
    top_x, top_y = max(xs), max(ys) * 1.1
    base = HEIGHT - BOTTOM

    def spot(x: float, y: float) -> tuple[float, float]:
        return left + PANEL * x / top_x, base - (base - TOP - 10) * y / top_y

    def curve(values: list[float], style: str) -> str:
        points = " ".join(f"{px:.1f},{py:.1f}" for px, py in (spot(x, y) for x, y in zip(xs, values, strict=True)))
        return f'<polyline points="{points}" fill="none" stroke="#1f5a99" stroke-width="2" {style}/>\n'

    parts = [f'<path d="M{left},{TOP + 4} V{base} H{left + PANEL}" fill="none" stroke="#444"/>\n']
    parts += [text(left, TOP - 2, title, "start", 10)]
    step = 10 ** math.floor(math.log10(top_y))
    for mark in range(0, math.floor(top_y) + 1, max(step, 1)):
        y = spot(0, mark)[1]
        parts.append(f'<path d="M{left},{y:.1f} h-4" stroke="#444"/>\n')
        parts.append(text(left - 7, y + 3, number(mark), "end", 10))
    for x, y in zip(xs, ys, strict=True):
        px, py = spot(x, y)
        parts.append(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="#1f5a99"/>\n')
        parts.append(f'<path d="M{px:.1f},{base} v4" stroke="#444"/>\n')
        parts.append(text(px, py - 8, f"{y:.{digits}f}", "middle", 10))
        parts.append(text(px, base + 14, number(x), "middle", 10))
    parts.append(curve(ys, ""))
    if dashed:
        parts.append(curve(dashed, 'stroke-dasharray="4 4" opacity="0.6"'))
    return "".join(parts)


def text(x: float, y: float, words: str, anchor: str, size: int) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="#222">{words}</text>\n'
