# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Other ways to the same copies, side by side on the same simulator: one task, a loop of tasks, other tools."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import environment
from clients.packer import template

from benchmarks import lab
from benchmarks.copying import COPY, POLL, RELAXED
from benchmarks.lab import BENCH, HOME, Data, Measured, Simulation
from benchmarks.results import Report

NUMBER = 10
FOLDER = environment.BUILD / "peers"
REQUIREMENTS = Path(__file__).resolve().parent / "requirements-peers.txt"
IMG_UTILS = FOLDER / "bin" / "aliyun-img-utils"
PACKER = FOLDER / "packer" / "usr" / "bin" / "packer"

Way = t.Callable[[Simulation, list[str]], Measured]


def install() -> int:
    """Put the other tools into build/peers: one from the Python package index, one from the distribution."""
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=True)
    if shutil.which("apt-get") and not PACKER.exists():
        fetched = subprocess.run(["apt-get", "download", "packer"], cwd=FOLDER, check=False).returncode == 0
        for archive in FOLDER.glob("packer_*.deb") if fetched else ():
            subprocess.run(["dpkg", "-x", str(archive), str(FOLDER / "packer")], check=True)
    print(f"installed: {', '.join(str(tool) for tool in (IMG_UTILS, PACKER) if tool.exists())}")
    return 0


def measure(report: Report) -> None:
    regions = lab.regions()[1 : NUMBER + 1]
    with Simulation() as sim:
        ours = compare(report, sim, "one task", regions, one_task)
        others = [compare(report, sim, "a loop of tasks with one destination each", regions, looped)]
        for name, tool, way in (
            ("aliyun-img-utils", IMG_UTILS, img_utils),
            ("packer, which makes an instance and an image first", PACKER, packer),
        ):
            if tool.exists():
                others.append(compare(report, sim, name, regions, way))
            else:
                report.add("peers", name, "not here", note="make bench-peers installs it")
    # Who does not wait for its copies has no looks to save.
    least = min(other.calls for other in others if other.finished == NUMBER)
    name = "one task: calls of ECS, fewer than every other way that waits"
    report.add("peers", name, ours.calls, "calls", budget=least - 1)


@dataclasses.dataclass(frozen=True)
class Made:
    """What the first run of a way came to."""

    calls: int  # of ECS
    finished: int  # copies that were Available when it ended


def compare(report: Report, sim: Simulation, name: str, regions: list[str], way: Way) -> Made:
    """Run twice: from nothing, and when all is done."""
    sim.fresh(COPY, RELAXED)
    sim.source(description="Golden image")
    done = way(sim, regions)
    first = sim.calls()
    states = [image["status"] for image in sim.images() if image["region"] in regions]
    label = f"{name}, {len(regions)} regions"
    report.add("peers", f"{label}: exit code", done.code, "")
    report.add("peers", f"{label}: wall", done.wall, "s")
    report.add("peers", f"{label}: CPU", done.cpu, "s")
    made = Made(first.total() - first["GetCallerIdentity"], states.count("Available"))
    report.add("peers", f"{label}: calls of ECS", made.calls, "calls")
    report.add("peers", f"{label}: copies finished when it ends", made.finished, f"of {len(regions)}")
    sim.control("clock", {"advance": 10 * COPY})
    again = way(sim, regions)
    second = sim.calls()
    report.add("peers", f"{label}, run again: calls of CopyImage", second["CopyImage"], "calls")
    report.add("peers", f"{label}, run again: exit code", again.code, "")
    report.add("peers", f"{label}, run again: wall", again.wall, "s")
    return made


def one_task(sim: Simulation, regions: list[str]) -> Measured:
    return play(sim, {"destination_regions": regions})


def looped(sim: Simulation, regions: list[str]) -> Measured:
    return play(sim, {"destination_regions": ["{{ item }}"]}, loop=regions)


def play(sim: Simulation, options: Data, **task: t.Any) -> Measured:
    """A playbook of one task."""
    module = {"region": HOME, "image_id": sim.golden, "wait_interval": POLL, **options}
    book = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": [{"name": "Copy", "imageops.alicloud.ecs_image_copy": module, **task}],
    }
    path = BENCH / "peers.json"  # which is YAML, too
    path.write_text(json.dumps([book]), encoding="utf-8")
    return lab.run(["ansible-playbook", str(path)], sim.env)


def img_utils(sim: Simulation, regions: list[str]) -> Measured:
    keys = ["--access-key", "simulator-main-key", "--access-secret", "simulator-main-secret"]
    where = ["--config-dir", str(BENCH), "--region", HOME, "--image-name", "golden", "--regions", ",".join(regions)]
    return lab.run([str(IMG_UTILS), "image", "replicate", "--no-color", *keys, *where], proxied(sim), code=None)


def packer(sim: Simulation, regions: list[str]) -> Measured:
    """Its builder. It shares unfinished copies, which it is allowed here.

    It sends some calls of one region to another's address, other ones each time, and ends with 1 if that is refused.
    """
    sim.control("settings", {"share_unfinished": "allowed"})
    copies = dict.fromkeys(regions, "made-by-packer")
    path = BENCH / "packer.json"
    path.write_text(template(HOME, "made-by-packer", copies, "1000000000000011"), encoding="utf-8")
    env = {**proxied(sim), "CHECKPOINT_DISABLE": "1", "PACKER_CONFIG_DIR": str(BENCH)}
    return lab.run([str(PACKER), "build", "-color=false", str(path)], env, code=None)


def proxied(sim: Simulation) -> dict[str, str]:
    return {**sim.env, **{name: str(value) for name, value in sim.ready["env_proxy"].items()}}
