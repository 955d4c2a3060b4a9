# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every region under its own host name, over TLS: what the first call to each costs."""

from __future__ import annotations

import sys
import typing as t

from benchmarks import lab
from benchmarks.lab import Measured, Simulation
from benchmarks.results import Report
from benchmarks.startup import A_CALL, IMPORT, MEMORY, MEMORY_TLS, SHARE, least

TRIES = 3
THREADS = 64
ADDRESS = "https://ecs.{region}.aliyuncs.com"  # reached through the simulator's proxy; it leads nowhere else


def measure(report: Report) -> None:
    with Simulation() as sim:
        regions = lab.regions()
        ask: dict[str, t.Any] = {"regions": regions}
        imported: list[Measured] = []
        plain: list[Measured] = []
        secure: list[Measured] = []
        for _dummy in range(TRIES):
            imported.append(lab.run([sys.executable, "-c", IMPORT], sim.env))
            plain.append(sim.module("ecs_image_info", **ask))
            secure.append(sim.module("ecs_image_info", tls(sim), endpoint=ADDRESS, ca_path=sim.ready["ca"], **ask))
            sim.calls()
        sim.module("ecs_image_info", tls(sim), endpoint=ADDRESS, ca_path=sim.ready["ca"], **ask)
        calls = sum(sim.calls().values())
    names = len(regions) + 1  # that of STS too
    base, bare, cpu = least(imported, "cpu"), least(plain, "cpu"), least(secure, "cpu")
    budget = SHARE * base + A_CALL * calls
    report.add("tls", f"{len(regions)} regions, one plain address: CPU, {calls} calls", bare, "s", budget=budget)
    report.add(
        "tls", f"{len(regions)} regions, one plain address: peak memory", least(plain, "memory"), "MiB", budget=MEMORY
    )
    report.add("tls", f"{names} host names over TLS: CPU", cpu, "s")
    report.add("tls", f"{names} host names over TLS: CPU a first call", (cpu - bare) / names * 1000, "ms", budget=150)
    report.add("tls", f"{names} host names over TLS: peak memory", least(secure, "memory"), "MiB", budget=MEMORY_TLS)
    threads = max(one.threads for one in secure) - 1
    report.add("tls", f"{names} host names over TLS: threads beside the first", threads, "", budget=THREADS)
    report.add("tls", f"{names} host names over TLS: wall", least(secure, "wall"), "s")


def tls(sim: Simulation) -> dict[str, str]:
    """The environment of a client that knows the provider's own addresses only, and a proxy."""
    given = {name: str(value) for name, value in sim.ready["env_proxy"].items()}
    return given | {"ALIBABA_CLOUD_ECS_ENDPOINT": "", "ALIBABA_CLOUD_STS_ENDPOINT": ""}
