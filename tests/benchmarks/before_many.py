# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""This build against that of release 1.0.0, as "before" does it, with many releases at once."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import cores

from benchmarks import releases
from benchmarks.before import CALM, Build, Figures, both, earlier, pairs, ratio, times, variables
from benchmarks.lab import BENCH, Simulation
from benchmarks.results import Report

GROUP = "before-many"
HOSTS, FORKS, PAIRS = 60, 5, 3  # a pair of so many releases takes minutes


def measure(report: Report) -> None:
    builds = both(earlier(), cores.INSTALLED)
    with Simulation() as sim:
        many_hosts(report, sim, builds)
        many_releases(report, sim, builds)


def many_hosts(report: Report, sim: Simulation, builds: t.Sequence[Build]) -> None:
    """A release on each of many hosts, found done."""
    sim.fresh(1.0, {**CALM, "image_quota": 10 * HOSTS})
    names = [f"golden-{number:03}" for number in range(HOSTS)]
    images = {name: sim.source(name=name) for name in names}

    def run(build: Build) -> dict[str, float]:
        hosts = {name: {**variables(build, images[name], name), "image_release_name": name} for name in names}
        inventory = BENCH / "hosts.json"
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        words = ["-i", str(inventory), "-e", "image_release_hosts=all", "-f", str(FORKS)]
        return times(build.playbook(sim, releases.BOOK, *words))

    for build in builds:
        run(build)
    figures = pairs(builds, run, PAIRS)
    ratio(report, GROUP, f"{HOSTS} releases on {HOSTS} hosts, second run: wall", figures["wall"], 0.25, "s")


def many_releases(report: Report, sim: Simulation, builds: t.Sequence[Build]) -> None:
    count, slices = releases.MANY, releases.MANY_SLICES
    figures: Figures = {}
    for build in builds:
        sim.fresh(1.0, {**CALM, "image_quota": 10 * count})
        hosts = {f"small{number:03}": {"image": sim.source(name=f"small-{number:03}")} for number in range(count)}
        crowd = releases.Crowd(sim, str(releases.small_book()), hosts, slices, releases.FORKS, build.env(sim)).run()
        figures[build.name] = [crowd.cpu / count]
    ratio(report, GROUP, f"{count} releases in {slices} slices: CPU a release", figures, 0.4, "s")
    idle = releases.Crowd(sim, str(idle_book()), hosts, slices, releases.FORKS, builds[-1].env(sim)).run()
    name = f"{count} tasks of Ansible's own in {slices} slices, a small module each: CPU a task"
    ratio(report, GROUP, name, {"before": figures["before"], "now": [idle.cpu / count]}, None, "s")


def idle_book() -> Path:
    """The playbook of a slice whose module has nothing to do: what of such a release is Ansible's own."""
    play = {"hosts": "all", "connection": "local", "gather_facts": False, "tasks": [{"ansible.builtin.ping": {}}]}
    path = releases.FOLDER / "idle.json"
    path.write_text(json.dumps([{**play, "vars": releases.INTERPRETER}]), encoding="utf-8")
    return path
