# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The complete release as an ansible-playbook: killed with all its children, in trouble, and beside others."""

from __future__ import annotations

import random
import typing as t
from pathlib import Path

import pytest
from functional.support import FRANKFURT, HOME
from reliability import kills, troubles
from reliability.forks import Data
from reliability.releases import BY_SNAPSHOTS, EVERYBODY, FAILS_ONCE, NAME, REGIONS, SOME
from reliability.results import Recorder
from reliability.seeds import EVERYTHING, seeds
from reliability.stage import Stage
from reliability.states import differences, told, too_many

pytestmark = pytest.mark.slow

SEED = 20261122
PARTS = 8 if EVERYTHING else 1
KILLS, TROUBLES, RACES = 1, 1, 1  # of a sample
# Seconds: how long a late answer takes, and how long the client waits for it.
LATE, PATIENCE = 5.0, 2.0
LOOKS = 20  # calls more or less that a run takes by chance: here the clock goes on by itself


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Stage]:
    stage = Stage(Path(tmp_path_factory.mktemp("stage")))
    yield stage
    stage.close()


def release(stage: Stage) -> Data:
    """Created from an instance, six copies, 23 accounts: what the forks of the other tests do."""
    key = stage.ready["demo"]["kms_keys"][FRANKFURT]
    own: dict[str, Data] = {FRANKFURT: {"encrypted": True, "kms_key_id": key}}
    return {
        "image_release_source": {"region": HOME, "instance_id": stage.ready["demo"]["instances"]["demo"]},
        "image_release_name": NAME,
        "image_release_destinations": [{"region": one, "accounts": SOME, **own.get(one, {})} for one in REGIONS],
        "image_release_accounts": EVERYBODY,
        "image_release_wait_interval": 1,
    }


def fresh(stage: Stage) -> None:
    """A world in which one copy fails half-way, and one region is only reached by snapshots."""
    stage.fresh()
    stage.stands(kind="copy_fails", action="CopyImage", region=FAILS_ONCE, percent=50)
    stage.stands(kind="error", action="CopyImage", destination=BY_SNAPSHOTS, code="SizeExceed.Image", times=None)
    (stage.folder / "manifest.json").unlink(missing_ok=True)


def end(stage: Stage) -> Data:
    stage.control("clock", {"advance": 60})
    return told(stage.control("state"))


def judge(stage: Stage, wanted: Data) -> list[str]:
    return differences(wanted, end(stage)) + too_many(stage.journal(), FAILS_ONCE) + stage.false_claims()


@pytest.fixture(scope="module")
def uninterrupted(stage: Stage) -> tuple[Data, list[Data]]:
    fresh(stage)
    play = stage.play("create_copy_share", release(stage))
    assert play.end() == 0, play.text()
    journal = stage.journal()
    by_snapshots = [call["params"]["DestinationRegionId"] for call in journal if call["action"] == "CopySnapshot"]
    assert {*by_snapshots} == {BY_SNAPSHOTS}
    return end(stage), journal


def failures_of(stage: Stage, wanted: Data, **more: t.Any) -> list[str]:
    play = stage.play("create_copy_share", {**release(stage), **more})
    code = play.end()
    return ([f"exit code {code}: {play.text()[-500:]}"] if code else []) + judge(stage, wanted)


def part_of(cells: list[t.Any], part: int, some: int) -> list[t.Any]:
    """The cells that one test tries: of all, or of a sample that is always the same."""
    return (cells if EVERYTHING else random.Random(SEED).sample(cells, some))[part::PARTS]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_playbook_is_run_again(stage: Stage, uninterrupted: tuple[Data, list[Data]], part: int) -> None:
    wanted, journal = uninterrupted
    cells = [cell for cell in kills.cells_of(journal) if cell.when != "late"]
    with Recorder("playbooks killed", str(part)) as recorder:
        for cell in part_of(cells, part, KILLS):
            for dummy in range(kills.TRIES):
                fresh(stage)
                came = stage.kill_at(cell, "create_copy_share", release(stage))
                if came or cell.is_write:
                    break
            found = [] if came or not cell.is_write else ["the call never came"]
            recorder.cell(str(cell), found + failures_of(stage, wanted), reached=came)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_playbook_in_trouble(stage: Stage, uninterrupted: tuple[Data, list[Data]], part: int) -> None:
    wanted, journal = uninterrupted
    with Recorder("playbooks in trouble", str(part)) as recorder:
        for cell in part_of(troubles.cells_of(journal), part, TROUBLES):
            fresh(stage)
            rule = dict(troubles.TROUBLES[cell.trouble])
            connection = {}
            if rule["kind"] == "delay":
                rule["seconds"] = LATE
                connection = {"image_release_connection": {"read_timeout": PATIENCE}}
            stage.fault(action=cell.action, nth=cell.nth, **rule)
            found = failures_of(stage, wanted, **connection)
            used = [one["used"] for one in stage.control("faults")["faults"] if one["kind"] == rule["kind"]]
            found += [] if all(used) else ["the trouble never came"]
            more = len(stage.journal()) - len(journal)
            most = troubles.MOST_MORE.get(cell.trouble, troubles.MORE) + LOOKS
            found += [f"{more} calls more than without trouble, {most} are allowed"] if more > most else []
            recorder.cell(str(cell), found)


@pytest.mark.parametrize("part", range(PARTS))
def test_playbooks_started_together(stage: Stage, uninterrupted: tuple[Data, list[Data]], part: int) -> None:
    with Recorder("playbooks together", str(part)) as recorder:
        for seed in seeds(50, RACES)[part::PARTS]:
            chance = random.Random(SEED + seed)
            fresh(stage)
            for action in ("CreateImage", "CopyImage", "DescribeImages", "ModifyImageSharePermission"):
                stage.fault(kind="delay", action=action, nth=chance.randint(1, 4), seconds=chance.uniform(0.05, 0.5))
            count = 5 if seed % 5 == 4 else 2
            plays = [stage.play("create_copy_share", release(stage)) for dummy in range(count)]
            codes = [play.end() for play in plays]
            found = [f"exit codes {codes}: {[play.text()[-400:] for play in plays]}"] if any(codes) else []
            recorder.cell(f"seed {seed}, {count} at once", found + judge(stage, uninterrupted[0]))
