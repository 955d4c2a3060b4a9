# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example of an image's whole life is killed at its writes, and run again."""

from __future__ import annotations

import random
import time
import typing as t
from pathlib import Path

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, accounts
from reliability.forks import Data
from reliability.killed import Killed, end
from reliability.kills import Cell, calls_of
from reliability.seeds import EVERYTHING
from reliability.stage import Stage

pytestmark = pytest.mark.slow

PIPELINE = "examples.pipeline"
SEED = 20261123
SAMPLE = 2  # cells
PARTS = 4 if EVERYTHING else SAMPLE
DAY = 86400
RETIRED = 3  # images that it deletes, with a snapshot each


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Stage]:
    stage = Stage(Path(tmp_path_factory.mktemp("pipeline")))
    yield stage
    stage.close()


def place(region: str) -> Data:
    network = {"vswitch_id": f"vsw-simulator-{region}", "security_group_id": f"sg-simulator-{region}"}
    return {"region": region, "instance_type": "ecs.g7.large", **network}


def variables(stage: Stage) -> Data:
    key = stage.ready["demo"]["kms_keys"][FRANKFURT]
    return {
        "version": "2026-11",
        "instance_id": stage.ready["demo"]["instances"]["demo"],
        "destinations": [{"region": BEIJING}, {"region": FRANKFURT, "encrypted": True, "kms_key_id": key}],
        "accounts": accounts(2),
        "test_boots": [place(HOME), place(BEIJING)],
        "keep": 1,
        "grace_days": 0,
        "wait_interval": 1,
    }


def older_images() -> list[Data]:
    """A family with an image of last week, and older ones in two regions."""
    planted = [(HOME, 7), (HOME, 50), (BEIJING, 50), (HOME, 90)]
    return [
        {
            "id": f"m-{region}-{days}",
            "region": region,
            "name": f"base-{days}",
            "family": "base",
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - days * DAY)),
            "tags": {"imageops:created-from": "i-1"},
            "disks": [{"size": 20, "tags": {"imageops:snapshot-of": f"m-{region}-{days}"}}],
        }
        for region, days in planted
    ]


def fresh(stage: Stage) -> None:
    stage.fresh()
    stage.control("seed", {"images": older_images()})


@pytest.fixture(scope="module")
def uninterrupted(stage: Stage) -> tuple[Data, list[Cell]]:
    fresh(stage)
    play = stage.play(PIPELINE, variables(stage))
    assert play.end() == 0, play.text()
    writes = [call for call in stage.journal() if call["write"]]
    assert len([call for call in writes if call["action"] == "DeleteSnapshot"]) == RETIRED
    cells = [Cell(*call, when) for call in sorted(calls_of(writes), key=str) for when in ("before", "after")]
    return end(stage), cells


def test_the_pipeline_comes_to_its_end(uninterrupted: tuple[Data, list[Cell]]) -> None:
    state, dummy = uninterrupted
    images = {place: one for place, one in state.items() if "/base-" in place}
    assert set(images) == {f"{HOME}/base-7", *(f"{region}/base-2026-11" for region in (HOME, BEIJING, FRANKFURT))}
    assert images[f"{HOME}/base-7"]["status"] == "Deprecated"
    assert state["stray snapshots"] == []
    for region in (BEIJING, FRANKFURT):
        assert images[f"{region}/base-2026-11"]["shared_with"] == accounts(2)
    assert {one["family"] for one in images.values() if one["status"] == "Available"} == {"base"}
    assert sorted(state["instances"]) == ["demo", "encrypted", "stopped"]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_pipeline_is_run_again(stage: Stage, uninterrupted: tuple[Data, list[Cell]], part: int) -> None:
    wanted, cells = uninterrupted
    if not EVERYTHING:
        cells = random.Random(SEED).sample(cells, SAMPLE)
    pipeline = Killed(stage, PIPELINE, variables(stage), wanted, lambda: fresh(stage))
    pipeline.try_cells("pipelines killed", part, cells[part::PARTS])
