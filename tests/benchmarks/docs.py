# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plot, and the figures in the documentation: both are made of the JSON file of the last run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import environment

from benchmarks.results import Report, Result, load, number

PAGES = environment.ROOT / "docs" / "docsite" / "rst"
PLOT = "benchmark_copies.svg"
BLOCK = re.compile(r"(?s)(\.\. figures: (?P<groups>[a-z, -]+) \(make bench-docs\)\n)(.*?)(\.\. end of figures\n)")

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
    """A list table of some groups' figures; empty if there are none."""
    wanted = [group.strip() for group in groups.split(",")]
    rows = [row(result) for group in wanted for result in report.results if result.group == group]
    if not rows:
        return ""
    machine = report.machine
    title = f"ansible-core {machine['ansible-core']}, Python {machine['python']}, {machine['cores']} cores"
    title += f", load {machine['load']} before the run"
    head = f"\n.. list-table:: {title}\n   :header-rows: 1\n   :widths: 60 15 15 10\n\n"
    return head + "".join(map(entry, [["What", "Value", "Budget", ""], *rows])) + "\n"


def row(result: Result) -> list[str]:
    budget = f"≤ {number(result.budget)}" if result.budget is not None else ""
    note = f" ({result.note})" if result.note else ""
    return [result.name + note, f"{number(result.value)} {result.unit}".strip(), budget, result.verdict]


def entry(cells: list[str]) -> str:
    escaped = [re.sub(r"([*`|_\\])", r"\\\1", cell) for cell in cells]
    return "".join(f"   {'* -' if place == 0 else '  -'} {cell}".rstrip() + "\n" for place, cell in enumerate(escaped))


# The plot: drawn by hand, so that nothing has to be installed for two diagrams


def draw(results: Path) -> None:
    series = load(results).series
    if not series:
        return
    counts = [float(point["destinations"]) for point in series]
    copy = float(series[0]["copy"])
    body = [
        panel(LEFT, "Seconds", counts, [float(point["wall"]) for point in series], [copy for dummy in series]),
        panel(LEFT + PANEL + 90, "API calls", counts, [float(point["calls"]) for point in series], None),
        text(LEFT, 16, "A copy run against the number of destinations", "start", 13),
        text(LEFT + 4, HEIGHT - 4, f"dashed: one copy alone takes {copy:g} s", "start", 10),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">\n'
    tag = "-".join(("SPDX", "License", "Identifier"))  # put together, so that nobody takes it for this file's own
    licence = f"<!--\nCopyright: imageops.alicloud contributors\n{tag}: GPL-3.0-or-later\n-->\n"
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n'
    results.with_name(PLOT).write_text(head + licence + ground + "".join(body) + "</svg>\n", encoding="utf-8")


def panel(left: int, title: str, xs: list[float], ys: list[float], dashed: list[float] | None) -> str:
    """One diagram with its axes, from zero."""
    top_x, top_y = max(xs), max(ys) * 1.1
    base = HEIGHT - BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return left + PANEL * x / top_x, base - (base - TOP - 10) * y / top_y

    def curve(values: list[float], style: str) -> str:
        points = " ".join(f"{px:.1f},{py:.1f}" for px, py in (place(x, y) for x, y in zip(xs, values, strict=True)))
        return f'<polyline points="{points}" fill="none" stroke="#1f5a99" stroke-width="2" {style}/>\n'

    parts = [f'<path d="M{left},{TOP + 4} V{base} H{left + PANEL}" fill="none" stroke="#444"/>\n']
    parts += [text(left - 6, TOP + 4, title, "end", 10)]
    for x, y in zip(xs, ys, strict=True):
        px, py = place(x, y)
        parts.append(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="#1f5a99"/>\n')
        parts.append(text(px, py - 8, number(round(y, 1)), "middle", 10))
        parts.append(text(px, base + 14, number(x), "middle", 10))
    parts.append(curve(ys, ""))
    if dashed:
        parts.append(curve(dashed, 'stroke-dasharray="4 4" opacity="0.6"'))
    return "".join(parts)


def text(x: float, y: float, words: str, anchor: str, size: int) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="#222">{words}</text>\n'
