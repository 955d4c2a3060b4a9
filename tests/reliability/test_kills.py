# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release is killed at every one of its calls and run again: the end is the same, and nothing is made twice."""

from __future__ import annotations

import random

import pytest
from reliability import launches, releases, retirements, transfers
from reliability.arena import Arena, judge
from reliability.forks import Data, wait_for
from reliability.kills import Cell, Kills
from reliability.races import Gate
from reliability.releases import FAILS_ONCE, MODULES, Release, faults
from reliability.results import Recorder
from reliability.retirements import Retirement
from reliability.seeds import EVERYTHING, numbered

pytestmark = pytest.mark.slow

SHARDS = 8 if EVERYTHING else 2


@pytest.fixture(scope="module")
def release(stepped: Arena) -> Kills:
    return Kills(stepped, releases.release, faults, MODULES)


def try_part(kills: Kills, recorder: Recorder, part: int, parts: int) -> None:
    for number, cell in numbered(kills.cells, lambda cell: cell.kind)[part::parts]:
        failures = kills.try_cell(cell, number)
        recorder.cell(str(cell), failures, reached=cell not in kills.unreached)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_killed_release_is_run_again(release: Kills, shard: int) -> None:
    with Recorder("release killed", str(shard)) as recorder:
        try_part(release, recorder, shard, SHARDS)


@pytest.mark.parametrize("shard", range(2))
def test_a_killed_retirement_is_run_again(stepped: Arena, shard: int) -> None:
    retirement = Retirement()
    kills = Kills(stepped, retirement, retirement.prepare, retirements.MODULES)
    with Recorder("retirement killed", str(shard)) as recorder:
        try_part(kills, recorder, shard, 2)


@pytest.mark.parametrize("shard", range(2))
def test_a_killed_run_that_retires_images_is_run_again(stepped: Arena, shard: int) -> None:
    kills = Kills(stepped, retirements.retire, retirements.age, retirements.FAMILIES)
    assert kills.wanted["stray snapshots"] == []
    with Recorder("old images retired, killed", str(shard)) as recorder:
        try_part(kills, recorder, shard, 2)


def test_a_killed_import_is_run_again(stepped: Arena) -> None:
    kills = Kills(stepped, transfers.imports, transfers.prepare, transfers.IMPORTS)
    assert kills.wanted["stray snapshots"] == []
    with Recorder("imports killed", "0") as recorder:
        try_part(kills, recorder, 0, 1)


def test_a_killed_run_that_gives_templates_an_image_is_run_again(stepped: Arena) -> None:
    """A version has neither a unique name nor a token, so that nothing holds off one that is made later still."""
    kills = Kills(stepped, launches.give, launches.prepare, launches.TEMPLATES)
    kills.cells = [cell for cell in kills.cells if (cell.action, cell.when) != ("CreateLaunchTemplateVersion", "late")]
    kept = {name: len(template["images"]) for name, template in kills.wanted["launch templates"].items()}
    assert kept == {"cn-beijing/web": 2, "cn-hangzhou/web": 3}, "one more where a group names the oldest"
    with Recorder("launch templates killed", "0") as recorder:
        try_part(kills, recorder, 0, 1)


def test_a_killed_export_is_run_again(stepped: Arena) -> None:
    export = transfers.Export()
    kills = Kills(stepped, export, export.prepare, transfers.EXPORTS)
    with Recorder("export killed", "0") as recorder:
        try_part(kills, recorder, 0, 1)


@pytest.mark.parametrize("nth", [1, 5, 10])
def test_nothing_is_left_of_a_retired_image(stepped: Arena, nth: int) -> None:
    """The first of its own snapshots, one further on, and the last of the backups."""
    kills = Kills(stepped, retirements.retire, retirements.age, retirements.FAMILIES)
    assert kills.try_cell(Cell("DeleteSnapshot", None, nth, "before"), 1) == []


def test_nothing_is_left_of_a_cancelled_copy(stepped: Arena) -> None:
    """A copy has to be gone before its snapshots can be deleted."""
    retirement = Retirement()
    kills = Kills(stepped, retirement, retirement.prepare, retirements.MODULES)
    assert kills.try_cell(Cell("DeleteSnapshot", None, 1, "before"), 1) == []


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_nothing_is_left_of_a_removed_image(stepped: Arena, nth: int) -> None:
    """Whether it was selected by its id or by its name, and whether its snapshots were made for it or are backups."""
    retirement = Retirement()
    kills = Kills(stepped, retirement, retirement.prepare, retirements.MODULES)
    cancelled = 2  # copies whose snapshots went before
    assert kills.try_cell(Cell("DeleteSnapshot", None, cancelled + nth, "before"), 1) == []


def test_nothing_is_left_of_a_replaced_copy(release: Kills) -> None:
    """The image of a failed copy has to go before its snapshots, and may be the last thing that a run deletes."""
    assert release.try_cell(Cell("DeleteSnapshot", None, 1, "before"), 1) == []


def test_a_failed_copy_that_lost_its_tags_is_replaced_when_that_is_allowed(stepped: Arena, release: Kills) -> None:
    """Killed before a failed copy is tagged again, where a failure takes the tags away (it is not known)."""
    stepped.fresh(copy_tags_after_failure="lost")
    faults(stepped.lab)
    tagging = {"action": "TagResources", "region": FAILS_ONCE}
    hold = stepped.sim.faults.add({"kind": "hold", **tagging})
    stepped.sim.faults.add({"kind": "reset_before", **tagging})
    fork = stepped.fork(release.work)
    assert stepped.held(fork, hold)
    fork.kill()
    stepped.sim.faults.clear()
    (failed,) = stepped.lab.own(FAILS_ONCE)

    careful = stepped.fork(release.work)
    careful.wait()
    (refused,) = [copy for copy in careful.results()[1]["result"]["copies"] if copy["error"]]
    assert (refused["region"], refused["error"]["code"]) == (FAILS_ONCE, "NameTaken")
    assert "adopt_unmarked=true" in refused["error"]["hint"]
    assert stepped.lab.own(FAILS_ONCE) == [failed]

    bold = stepped.fork(lambda lab, report: Release(lab, options={"adopt_unmarked": True}, report=report)())
    bold.wait()
    assert [done["result"].get("msg") for done in bold.results() if done["code"]] == []
    assert judge(stepped, release.wanted) == []


def test_an_orphaned_module_goes_on_beside_the_second_run(running: Arena, release: Kills) -> None:
    """Ansible is killed, its module is not: it ends its own work while the next run is at the same work already."""
    with Recorder("orphans", "0") as recorder:
        for number, cell in numbered(release.cells[: -len(release.cells) // 3 : 5], lambda cell: cell.kind):
            came, failures = _orphaned(running, release.wanted, cell, number)
            recorder.cell(f"orphan of {cell}", failures, reached=came)


def _orphaned(arena: Arena, wanted: Data, cell: Cell, number: int) -> tuple[bool, list[str]]:
    """Whether the cell's call came, and what is wrong."""
    arena.fresh()
    faults(arena.lab)
    gone = Gate()  # opened when there is no Ansible any more that would run the next module
    where = {"action": cell.action, "region": cell.region, "nth": cell.nth}
    hold = arena.sim.faults.add({"kind": "hold", "when": cell.when, **where})
    orphan = arena.fork(lambda lab, report: Release(lab, stopped=gone.is_open, report=report)(), number)
    if not arena.held(orphan, hold):
        # Beside each other time goes on between calls, so that there may be fewer looks than that.
        return False, judge(arena, wanted) + ([orphan.complaint()] if orphan.complaint() else [])
    arena.sim.faults.remove(hold)
    gone.open()
    known = len(arena.sim.journal.calls())
    again = arena.fork(releases.release, number + 1000)
    lead = random.Random(number).randint(0, 50)
    wait_for(lambda: again.ended() or len(arena.sim.journal.calls()) >= known + lead)
    arena.sim.faults.release(hold)
    found = [name for name, fork in (("the orphan", orphan), ("the second run", again)) if not fork.wait()]
    found = [f"{name} hangs" for name in found]
    found += [str(done["result"].get("msg")) for done in again.results() if done["code"]]
    if len(again.results()) != MODULES and not found:
        found.append(f"{len(again.results())} of {MODULES} modules were run: {again.complaint()}")
    return True, found + judge(arena, wanted)
