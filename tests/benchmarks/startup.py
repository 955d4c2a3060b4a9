# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one module call costs before it does anything, against the SDK that it stands on."""

from __future__ import annotations

import sys
import typing as t

from benchmarks import lab
from benchmarks.lab import HOME, Measured, Simulation
from benchmarks.results import Report

IMPORT = "import alibabacloud_ecs20140526.client, alibabacloud_ecs20140526.models"
TRIES = 7
SHARE, A_CALL = 0.6, 0.005  # of the import's CPU; seconds of CPU a call
MEMORY, MEMORY_TLS = 48, 56  # MiB


def measure(report: Report) -> None:
    with Simulation() as sim:
        sim.source()
        ask: dict[str, t.Any] = {"regions": [HOME]}
        imported, module = [], []
        for _dummy in range(TRIES):  # in turns, so that whatever else runs here meets both
            imported.append(lab.run([sys.executable, "-c", IMPORT], sim.env))
            module.append(sim.module("ecs_image_info", **ask))
        sim.calls()
        adhoc = lab.run(
            ["ansible", "localhost", "-m", "imageops.alicloud.ecs_image_info", "-a", f"regions={HOME}"], sim.env
        )
        calls = sum(sim.calls().values())
    base, own = least(imported, "cpu"), least(module, "cpu")
    report.add("start-up", "CPU of importing the SDK's client alone", base, "s")
    report.add(
        "start-up", f"CPU of a module process with {calls} calls", own, "s", budget=SHARE * base + A_CALL * calls
    )
    report.add("start-up", "the same, in times of the import", own / base, "times")
    report.add("start-up", "peak memory of importing the SDK's client alone", least(imported, "memory"), "MiB")
    report.add("start-up", "peak memory of that module process", least(module, "memory"), "MiB", budget=MEMORY)
    report.add("start-up", "the whole ad hoc command around it: CPU", adhoc.cpu, "s")
    report.add("start-up", "the whole ad hoc command around it: wall", adhoc.wall, "s")


def least(runs: t.Sequence[Measured], name: str) -> float:
    """The least that was measured: whatever else runs here only ever adds."""
    return float(min(getattr(one, name) for one in runs))
