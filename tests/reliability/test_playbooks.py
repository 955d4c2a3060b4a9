# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A seeded sample of the matrices, in whole ansible-playbook processes as users start them."""

from __future__ import annotations

import random
import signal
import typing as t
from pathlib import Path

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, accounts
from reliability.forks import Data
from reliability.kills import cells_of
from reliability.results import Recorder
from reliability.stage import Stage
from reliability.states import differences, told, too_many

pytestmark = pytest.mark.slow

SEED = 20261122
KILLS = 12
TROUBLES: list[Data] = [
    {"kind": "reset_after", "action": "CopyImage"},
    {"kind": "reset_after", "action": "CreateImage"},
    {"kind": "throttle", "action": "DescribeImages", "nth": 4, "times": 3},
    {"kind": "internal", "action": "ModifyImageSharePermission", "nth": 2},
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Stage]:
    stage = Stage(Path(tmp_path_factory.mktemp("stage")))
    yield stage
    stage.close()


def release(stage: Stage) -> Data:
    key = stage.ready["demo"]["kms_keys"][FRANKFURT]
    return {
        "image_release_source": {"region": HOME, "instance_id": stage.ready["demo"]["instances"]["demo"]},
        "image_release_name": "base-2026-11",
        "image_release_destinations": [
            {"region": BEIJING, "accounts": accounts(1, start=30)},
            {"region": FRANKFURT, "encrypted": True, "kms_key_id": key},
        ],
        "image_release_accounts": accounts(11),
        "image_release_wait_interval": 2,
    }


def fresh(stage: Stage) -> None:
    stage.control("reset", {})
    stage.control("settings", {"copy_gib_per_second": 20 / 5})
    (stage.folder / "manifest.json").unlink(missing_ok=True)


def end(stage: Stage) -> Data:
    stage.control("clock", {"advance": 60})
    return told(stage.control("state"))


def judge(stage: Stage, wanted: Data) -> list[str]:
    return differences(wanted, end(stage)) + too_many(stage.journal(), None)


@pytest.fixture(scope="module")
def uninterrupted(stage: Stage) -> tuple[Data, list[Data]]:
    fresh(stage)
    play = stage.play("create_copy_share", release(stage))
    assert play.end() == 0, play.text()
    journal = stage.journal()
    return end(stage), journal


def failures_of(stage: Stage, wanted: Data) -> list[str]:
    play = stage.play("create_copy_share", release(stage))
    code = play.end()
    return ([f"exit code {code}: {play.text()[-500:]}"] if code else []) + judge(stage, wanted)


@pytest.mark.parametrize("part", range(2))
def test_a_killed_playbook_is_run_again(stage: Stage, uninterrupted: tuple[Data, list[Data]], part: int) -> None:
    wanted, journal = uninterrupted
    kills = [cell for cell in cells_of(journal) if cell.when != "late" and cell.signal == signal.SIGKILL]
    with Recorder("playbooks killed", str(part)) as recorder:
        for cell in random.Random(SEED).sample(kills, KILLS)[part::2]:
            fresh(stage)
            came = stage.kill_at(cell, "create_copy_share", release(stage))
            found = failures_of(stage, wanted)
            recorder.cell(str(cell), found, reached=came)


@pytest.mark.parametrize("number", range(len(TROUBLES)))
def test_a_playbook_in_trouble(stage: Stage, uninterrupted: tuple[Data, list[Data]], number: int) -> None:
    with Recorder("playbooks in trouble", str(number)) as recorder:
        fresh(stage)
        stage.fault(**TROUBLES[number])
        found = failures_of(stage, uninterrupted[0])
        used = [rule["used"] for rule in stage.control("faults")["faults"]]
        recorder.cell(str(TROUBLES[number]), found + ([] if all(used) else ["the trouble never came"]))


@pytest.mark.parametrize("seed", range(3))
def test_two_playbooks_started_together(stage: Stage, uninterrupted: tuple[Data, list[Data]], seed: int) -> None:
    chance = random.Random(SEED + seed)
    with Recorder("playbooks together", str(seed)) as recorder:
        fresh(stage)
        for action in ("CreateImage", "CopyImage", "DescribeImages", "ModifyImageSharePermission"):
            stage.fault(kind="delay", action=action, nth=chance.randint(1, 4), seconds=chance.uniform(0.05, 0.5))
        plays = [stage.play("create_copy_share", release(stage)) for dummy in range(2)]
        codes = [play.end() for play in plays]
        found = [f"exit codes {codes}: {[play.text()[-400:] for play in plays]}"] if any(codes) else []
        recorder.cell(f"seed {seed}", found + judge(stage, uninterrupted[0]))
