# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a benchmark has found: a value, what it may be, and whether it is."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import typing as t
from importlib import metadata
from pathlib import Path

PACKAGES = ("ansible-core", "alibabacloud-ecs20140526", "ansible-runner")


@dataclasses.dataclass(frozen=True)
class Result:
    """One figure. Without a budget it is only reported."""

    group: str
    name: str
    value: float | str
    unit: str = ""
    budget: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        return None if self.budget is None or isinstance(self.value, str) else self.value <= self.budget

    @property
    def verdict(self) -> str:
        return {None: "", True: "met", False: "MISSED"}[self.met]


def machine() -> dict[str, t.Any]:
    """What the figures were taken on, and how busy it was just before."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = ""
    load = round(os.getloadavg()[0], 1)
    return {"cores": os.cpu_count(), "load": load, "python": platform.python_version(), **versions}


@dataclasses.dataclass
class Report:
    """The figures of all groups that have run, and what the plot is made of."""

    results: list[Result] = dataclasses.field(default_factory=list)
    series: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    machine: dict[str, t.Any] = dataclasses.field(default_factory=machine)
    machines: dict[str, dict[str, t.Any]] = dataclasses.field(default_factory=dict)  # of groups, from their own runs

    def add(self, group: str, name: str, value: float | str, unit: str = "", **more: t.Any) -> None:
        result = Result(group, name, round(value, 3) if isinstance(value, float) else value, unit, **more)
        self.results.append(result)
        print(line(result), flush=True)

    @property
    def missed(self) -> list[Result]:
        return [result for result in self.results if result.met is False]

    def machine_of(self, group: str) -> dict[str, t.Any]:
        return self.machines.get(group, self.machine)

    def save(self, path: Path) -> None:
        """Write what has run. Groups that have not keep the figures of the run before."""
        old = load(path) if path.exists() else Report()
        groups = {result.group for result in self.results}
        self.results = [result for result in old.results if result.group not in groups] + self.results
        self.series = self.series or old.series
        self.seconds = {**old.seconds, **self.seconds}
        self.machines = {**old.machines, **dict.fromkeys(groups, self.machine)}
        content = {
            "machine": self.machine,
            "machines": self.machines,
            "seconds": self.seconds,
            "results": [{**dataclasses.asdict(result), "met": result.met} for result in self.results],
            "series": self.series,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Report:
    content = json.loads(path.read_text(encoding="utf-8"))
    results = [Result(**{key: value for key, value in one.items() if key != "met"}) for one in content["results"]]
    return Report(results, content["series"], content["seconds"], content["machine"], content.get("machines", {}))


def number(value: float | str | None) -> str:
    """A figure as people read it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return str(int(value)) if float(value).is_integer() else f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"


def line(result: Result) -> str:
    value = f"{number(result.value)} {result.unit}".strip()
    budget = f"<= {number(result.budget)}" if result.budget is not None else ""
    note = f"  ({result.note})" if result.note else ""
    return f"{result.group:<10} {result.name:<58} {value:>14} {budget:>10} {result.verdict:<6}{note}".rstrip()
