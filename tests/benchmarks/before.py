# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""This build against that of release 1.0.0: the same work, in turns, against the same simulator."""

from __future__ import annotations

import dataclasses
import io
import json
import statistics
import subprocess
import tarfile
import typing as t
from pathlib import Path

import cores
import environment

from benchmarks import lab, releases
from benchmarks.copying import COPY, RELAXED
from benchmarks.lab import BENCH, HOME, Data, Measured, Simulation, destinations
from benchmarks.results import Report
from benchmarks.startup import IMPORT

COMMIT = "f51f731"  # what 1.0.0 was built of
GROUP = "before"
PAIRS = 5
SHARED = 50
STEPS, SKIPPED = 6, 13  # tasks of a converged release that are no modules, and those that it leaves out
CONSUMER = releases.CONSUMER
# How retire learns who uses an image: a look a region each, however many images there are. 1.0.0 does not ask.
USE = {
    *("DescribeDisks", "DescribeInstances", "DescribeLaunchTemplates"),
    *("DescribeScalingConfigurations", "DescribeScalingGroups"),
}
# 1.0.0 does not wait where tags find late what was just made, and fails.
CALM = {**RELAXED, "found_late": {}}
Figures = dict[str, list[float]]


@dataclasses.dataclass(frozen=True)
class Build:
    """One of the two that are compared."""

    name: str
    collections: Path
    programs: Path

    def env(self, sim: Simulation) -> dict[str, str]:
        paths = f"{self.collections}:{lab.HERE.parent}"
        own = {"ANSIBLE_COLLECTIONS_PATH": str(self.collections), "PYTHONPATH": paths}
        return {**sim.env, **own, "PATH": f"{self.programs}:{sim.env['PATH']}"}

    def playbook(self, sim: Simulation, *words: str) -> Measured:
        return lab.run([str(self.programs / "ansible-playbook"), *words], self.env(sim))

    def module(self, sim: Simulation, name: str, code: int | None = 0, **arguments: t.Any) -> Measured:
        command = [str(self.programs / "python"), str(lab.HERE / "one_module.py"), name]
        return lab.run(command, self.env(sim), json.dumps(arguments), code=code)


def measure(report: Report) -> None:
    old = earlier()
    for core in (cores.INSTALLED, cores.NEWEST):
        builds = both(old, core)
        label = f"ansible-core {version(builds[0].programs)}"
        with Simulation() as sim:
            release(report, sim, builds, label)
    builds = both(old, cores.INSTALLED)
    with Simulation() as sim:
        one_module(report, sim, builds)
        all_regions(report, sim, builds)
        retire(report, sim, builds)


def both(old: Path, core: str) -> list[Build]:
    programs = cores.programs(core)
    return [Build("before", old, programs), Build("now", environment.BUILD / "collections", programs)]


def earlier() -> Path:
    """The build of 1.0.0 as an installed collection.

    :raises SystemExit: if this clone does not hold that commit
    """
    archive = subprocess.run(["git", "archive", COMMIT], cwd=environment.ROOT, capture_output=True, check=False)
    if archive.returncode:
        raise SystemExit(
            f"This clone does not hold commit {COMMIT}, which this group compares with: git fetch --unshallow"
        )
    folder = BENCH / "before"
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        packed.extractall(folder / environment.COLLECTION, filter="data")
    return folder


def version(programs: Path) -> str:
    command = [str(programs / "python"), "-c", "import ansible.release as r; print(r.__version__)"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def ratio(report: Report, group: str, name: str, figures: Figures, budget: float | None, unit: str) -> None:
    """The median of the one over that of the other, with both."""
    before, now = (statistics.median(figures[build]) for build in ("before", "now"))
    told = f"{now:.2f} against {before:.2f} {unit}, {len(figures['now'])} pairs"
    report.add(group, name, now / before, "times", budget=budget, note=told)


def pairs(
    builds: t.Sequence[Build], work: t.Callable[[Build], dict[str, float]], count: int = PAIRS
) -> dict[str, Figures]:
    """What some work takes with either build, in turns, so that whatever else runs here meets both."""
    figures: dict[str, Figures] = {}
    for _dummy in range(count):
        for build in builds:
            for name, value in work(build).items():
                figures.setdefault(name, {}).setdefault(build.name, []).append(value)
    return figures


def times(done: Measured) -> dict[str, float]:
    return {"CPU": done.cpu, "wall": done.wall}


def release(report: Report, sim: Simulation, builds: t.Sequence[Build], label: str) -> None:
    """One image, two copies, one account: made, and found done."""

    def run(build: Build) -> Measured:
        return build.playbook(sim, releases.BOOK, "-e", json.dumps(variables(build, sim.golden, "golden")))

    def first(build: Build) -> dict[str, float]:
        sim.fresh(1.0, CALM)
        sim.source()
        manifest_of(build, "golden").unlink(missing_ok=True)  # a first release has none
        return times(run(build))

    def again(build: Build) -> dict[str, float]:
        done = run(build)
        if "changed=0" not in done.out:
            raise SystemExit(f"the converged release of {build.name} has changed something:\n{done.out}")
        return times(done)

    made = pairs(builds, first)
    for build in builds:  # what the one has made, the other may take over
        run(build)
    done = pairs(builds, again)
    ratio(report, GROUP, f"{label}: first release: CPU", made["CPU"], 0.35, "s")
    ratio(report, GROUP, f"{label}: converged release: CPU", done["CPU"], 0.25, "s")
    ratio(report, GROUP, f"{label}: converged release: wall", done["wall"], 0.3, "s")
    idle = [builds[1].playbook(sim, str(idle_play())).cpu for _dummy in range(PAIRS)]
    name = f"{label}: as many tasks of Ansible's own, one of them a small module: CPU"
    ratio(report, GROUP, name, {"before": done["CPU"]["before"], "now": idle}, None, "s")


def idle_play() -> Path:
    """A play with the tasks of a converged release, whose module has nothing to do: what of it is Ansible's own."""
    modules: list[Data] = [{"ansible.builtin.ping": {}}]
    steps: list[Data] = [{"ansible.builtin.debug": {"msg": ""}}] * STEPS
    skipped: list[Data] = [{"ansible.builtin.debug": {"msg": ""}, "when": False}] * SKIPPED
    path = BENCH / "idle.json"
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [*modules, *steps, *skipped]}
    path.write_text(json.dumps([play]), encoding="utf-8")
    return path


def variables(build: Build, image: str, name: str) -> Data:
    return {
        "image_release_source": {"region": HOME, "image_id": image},
        "image_release_destinations": [{"region": region} for region in releases.REGIONS],
        "image_release_accounts": [CONSUMER],
        "image_release_wait_interval": 1,
        "image_release_manifest": str(manifest_of(build, name)),
    }


def manifest_of(build: Build, name: str) -> Path:
    return BENCH / f"{build.name}-{name}.json"


def one_module(report: Report, sim: Simulation, builds: t.Sequence[Build]) -> None:
    """A process up to its first answer, and what importing the SDK's client alone takes beside it."""
    imported: list[float] = []

    def ask(build: Build) -> dict[str, float]:
        imported.append(lab.run([str(build.programs / "python"), "-c", IMPORT], build.env(sim)).cpu)
        done = build.module(sim, "ecs_image_info", regions=[HOME])
        return {"CPU": done.cpu, "memory": done.memory}

    sim.fresh(1.0, CALM)
    sim.source()
    figures = pairs(builds, ask)
    ratio(report, GROUP, "one module process: CPU", figures["CPU"], 0.5, "s")
    ratio(report, GROUP, "one module process: peak memory", figures["memory"], 0.7, "MiB")
    against = {"before": imported, "now": figures["CPU"]["now"]}
    ratio(report, GROUP, "one module process: CPU against importing the SDK's client", against, 1.0, "s")


def all_regions(report: Report, sim: Simulation, builds: t.Sequence[Build]) -> None:
    wanted = destinations(39, sim.ready["demo"]["kms_keys"][HOME])

    def run(build: Build) -> dict[str, float]:
        sim.fresh(COPY, CALM)
        sim.source()
        done = build.module(
            sim, "ecs_image_copy", region=HOME, image_id=sim.golden, destinations=wanted, wait_interval=1.0
        )
        return {"over": done.wall - COPY}

    figures = pairs(builds, run)
    ratio(report, GROUP, "39 destinations: wall over the slowest copy", figures["over"], 0.5, "s")


def retire(report: Report, sim: Simulation, builds: t.Sequence[Build]) -> None:
    """Many shared images over all regions, of a family that has a newer one in each: what check mode asks for."""
    regions = lab.regions()
    sim.fresh(1.0, CALM)
    olds = [
        {
            "region": regions[number % len(regions)],
            "name": f"base-{number}",
            "family": "base",
            "created": f"2026-01-{1 + number % 28:02}T08:00:00Z",
            "tags": {"imageops:created-from": "i-1"},
            "shares": [CONSUMER],
        }
        for number in range(SHARED)
    ]
    news = [{"region": region, "name": "base-new", "family": "base"} for region in regions]
    sim.control("seed", {"images": [*olds, *news]})
    asked = {"regions": regions, "families": ["base"], "keep": 1, "shared": True, "max_images": SHARED}
    for build in builds:
        sim.calls()
        done = build.module(sim, "ecs_image_retire", **asked, _ansible_check_mode=True)
        told = len(done.result["deleted"]) + len(done.result["deprecated"])
        if told != SHARED:
            raise SystemExit(f"{build.name} would retire {told} images, not {SHARED}")
        name = f"retire {SHARED} shared images, {len(regions)} regions, check mode, {build.name}"
        limits = (90, 64) if build.name == "now" else (None, None)
        calls = sim.calls()
        use = sum(calls[action] for action in USE)
        report.add(GROUP, f"{name}: calls", calls.total() - use, "calls", budget=limits[0])
        report.add(GROUP, f"{name}: calls about who uses the images", use, "calls")
        report.add(GROUP, f"{name}: threads beside the first", done.threads - 1, "", budget=limits[1])
