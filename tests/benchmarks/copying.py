# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies to few, many and all regions: the time over the slowest copy, and the calls by action."""

from __future__ import annotations

import collections
import math
import typing as t

from benchmarks.lab import HOME, Measured, Simulation, destinations
from benchmarks.results import Report
from benchmarks.startup import MEMORY

NUMBERS = (3, 10, 39)
COPY = 5.0  # seconds that each copy takes
POLL = 1.0  # seconds between two looks
SLACK = 3.0  # seconds that a run may take beside its slowest copy and one look
SLOTS = 5  # copies that one account may have under way in one region

RELAXED = {"copy_slots": "destination", "copy_conflict": "source_and_destination"}
SLOTS_OF_SOURCE = {"copy_slots": "both", "copy_conflict": "source_and_destination"}
ONE_AT_A_TIME = {"copy_slots": "both", "copy_conflict": "source"}

READS, REPAIRS = "DescribeImages", ("ModifyImageAttribute", "TagResources")


def copy(sim: Simulation, count: int, **more: t.Any) -> Measured:
    """One image to so many destinations."""
    wanted = destinations(count, sim.ready["demo"]["kms_keys"][HOME])
    return sim.module(
        "ecs_image_copy", region=HOME, image_id=sim.golden, destinations=wanted, **{"wait_interval": POLL, **more}
    )


def start(sim: Simulation, count: int, reading: t.Mapping[str, str], seconds: float = COPY) -> Measured:
    sim.fresh(seconds, reading)
    sim.source()
    return copy(sim, count)


def budgets(count: int, encrypted: int) -> dict[str, int]:
    """The most calls by action that a run to ``count`` destinations may make."""
    looks = count * math.ceil(COPY / POLL)
    return {
        READS: 1 + 2 * count + looks,
        "CopyImage": count,
        "+".join(REPAIRS): 2 * count,
        "DescribeSnapshots": count + encrypted,  # what a killed run may have left; a key that has to be known
    }


def together(calls: collections.Counter[str], actions: str) -> int:
    return sum(calls[action] for action in actions.split("+"))


def measure(report: Report) -> None:
    with Simulation() as sim:
        for count in NUMBERS:
            copies(report, sim, count)
        for count in NUMBERS:
            stricter(report, sim, count, SLOTS_OF_SOURCE, "5 under way in the source's region", 1 / SLOTS)
        for count in NUMBERS[:2]:
            stricter(report, sim, count, ONE_AT_A_TIME, "one copy of an image at a time", 1.0)


def copies(report: Report, sim: Simulation, count: int) -> None:
    """The reading that the budgets are stated for."""
    done = start(sim, count, RELAXED)
    calls = sim.calls()
    ecs = sum(calls.values()) - calls["GetCallerIdentity"]
    encrypted = sum(1 for entry in done.result["copies"] if entry["encrypted"])
    allowed = budgets(count, encrypted)
    group, label = "copies", f"{count} destinations"
    report.add(group, f"{label}: wall over the slowest copy", done.wall - COPY, "s", budget=POLL + SLACK)
    for actions, most in allowed.items():
        report.add(group, f"{label}: {actions}", together(calls, actions), "calls", budget=most)
    report.add(group, f"{label}: all calls of ECS", ecs, "calls", budget=sum(allowed.values()))
    unexpected = set(calls) - {"GetCallerIdentity", "DescribeSnapshots", "CopyImage", READS, *REPAIRS}
    report.add(group, f"{label}: other actions", len(unexpected), "", budget=0, note=", ".join(sorted(unexpected)))
    report.add(group, f"{label}: CPU of the module process", done.cpu, "s")
    report.add(group, f"{label}: CPU a call, start-up included", done.cpu / ecs * 1000, "ms")
    report.add(group, f"{label}: peak memory of the module process", done.memory, "MiB", budget=MEMORY)
    report.add(group, f"{label}: threads", done.threads, "", note="16 that work, and the first")
    report.series.append({"destinations": count, "wall": done.wall, "calls": ecs, "copy": COPY})


def stricter(
    report: Report, sim: Simulation, count: int, reading: t.Mapping[str, str], words: str, share: float
) -> None:
    """Readings under which the cloud itself makes copies wait: the bound is then a multiple of one copy's time."""
    seconds = COPY if share < 1 else 2.0
    done = start(sim, count, reading, seconds)
    calls = sim.calls()
    bound = math.ceil(count * share) * seconds
    label = f"{count} destinations, {words}"
    report.add("readings", f"{label}: wall over the bound of {bound:g} s", done.wall - bound, "s")
    report.add("readings", f"{label}: all calls of ECS", sum(calls.values()) - calls["GetCallerIdentity"], "calls")
    finished = sum(1 for entry in done.result["copies"] if entry["status"] == "Available")
    report.add("readings", f"{label}: copies not finished", count - finished, "", budget=0)
