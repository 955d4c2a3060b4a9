# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example from an object in OSS to retirement is killed at its steps and writes, and run again."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from functional.support import BEIJING, HOME, accounts
from reliability.forks import Data
from reliability.killed import Killed, end, one_of_each
from reliability.kills import Cell, calls_of
from reliability.seeds import EVERYTHING
from reliability.stage import Stage
from reliability.test_pipeline import older_images, place

pytestmark = pytest.mark.slow

LIFE = "examples.import_to_retire"
SEED = 20261129
# One cell of each step, of a sample.
SAMPLE = ("ImportImage", "CopyImage", "RunInstances", "CreateLaunchTemplateVersion", "ExportImage", "DeleteImage")
PARTS = 6 if EVERYTHING else 2
NEW, ARCHIVES = "base-2026-11", {HOME: "archive", BEIJING: "archive-2"}
TEMPLATE = {"ImageId": "m-cn-hangzhou-7", "InstanceType": "ecs.g7.large", "SystemDisk.Size": 40}
RECORDED = ("base-2026-11.json", "base-2026-11.html", "image_audit-localhost.json", "image_audit-localhost.html")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Stage]:
    stage = Stage(Path(tmp_path_factory.mktemp("life")))
    yield stage
    stage.close()


VARIABLES: Data = {
    "version": "2026-11",
    "import_from": [{"bucket": "builds", "object": "base.qcow2"}],
    "destinations": [{"region": BEIJING}],
    "accounts": accounts(2),
    "test_boots": [place(HOME), place(BEIJING)],
    "launch_templates": [{"region": region, "name": "web", "keep_versions": 1} for region in (HOME, BEIJING)],
    "buckets": ARCHIVES,
    "keep": 1,
    "grace_days": 0,
    "wait_interval": 1,
}


def variables(stage: Stage) -> Data:
    return {**VARIABLES, "image_release_manifest": str(stage.folder / RECORDED[0])}


def fresh(stage: Stage) -> None:
    """A family with an image of last week, which a template starts, and older ones in two regions."""
    stage.fresh()
    for name in RECORDED:
        (stage.folder / name).unlink(missing_ok=True)
    stage.control("settings", {"lt_extra_field": "absent", "create_gib_per_second": 4})
    roles = [
        {"name": f"AliyunECSImage{what}DefaultRole", "trust": ["ecs.aliyuncs.com"]} for what in ("Import", "Export")
    ]
    buckets = [{"name": "builds", "region": HOME, "objects": {"base.qcow2": {"size": 20}}}]
    buckets += [{"name": name, "region": region} for region, name in ARCHIVES.items()]
    web = [{"region": region, "name": "web", "versions": [TEMPLATE]} for region in (HOME, BEIJING)]
    stage.control("seed", {"images": older_images(), "roles": roles, "buckets": buckets, "launch_templates": web})


@pytest.fixture(scope="module")
def uninterrupted(stage: Stage) -> tuple[Data, list[Cell]]:
    fresh(stage)
    play = stage.play(LIFE, variables(stage))
    assert play.end() == 0, play.text()
    journal = stage.journal()
    cells = [
        Cell(*call, when)
        for call in sorted(calls_of([call for call in journal if call["write"]]), key=str)
        for when in ("before", "after")
    ]
    # Where each step begins to look.
    cells += [Cell(*call, "before") for call in sorted(calls_of(journal), key=str) if call[2] == 1]
    return end(stage), list(dict.fromkeys(cells))


def test_it_comes_to_its_end(stage: Stage, uninterrupted: tuple[Data, list[Cell]]) -> None:
    state, cells = uninterrupted
    images = {place: one for place, one in state.items() if "/base-" in place}
    assert set(images) == {f"{HOME}/base-7", f"{HOME}/{NEW}", f"{BEIJING}/{NEW}"}
    assert {(one["family"], one["status"]) for one in images.values()} == {("base", "Available")}
    assert [images[f"{region}/{NEW}"]["shared_with"] for region in (HOME, BEIJING)] == [[], accounts(2)]
    for region in (HOME, BEIJING):
        web = state["launch templates"][f"{region}/web"]
        assert web["images"] == [f"<{region}/{NEW}>"] and web["default"] == {**TEMPLATE, "ImageId": f"<{region}/{NEW}>"}
    # Each that has gone, once.
    gone = [(HOME, 50), (BEIJING, 50), (HOME, 90)]
    objects = [name.partition("_system")[0] for name in state["objects"]]
    assert objects == sorted([f"{ARCHIVES[region]}/m-{region}-{days}" for region, days in gone] + ["builds/base.qcow2"])
    assert state["stray snapshots"] == [] and sorted(state["instances"]) == ["demo", "encrypted", "stopped"]
    assert {cell.action for cell in cells} >= {*SAMPLE, "DescribeTasks", "DescribeLaunchTemplateVersions"}
    assert all((stage.folder / name).exists() for name in RECORDED)


def test_it_is_planned_and_nothing_is_written(stage: Stage) -> None:
    fresh(stage)
    play = stage.play(LIFE, variables(stage), "--check")
    assert play.end() == 0, play.text()
    assert [call for call in stage.journal() if call["write"]] == []
    for line in (
        f"image {NEW} would be imported from oss://builds/base.qcow2",
        f"{BEIJING}: copy {NEW} would be started",
        "launch template web would get a new version",
        "would be exported to archive",
    ):
        assert line in play.text(), line


def killed(stage: Stage, wanted: Data) -> Killed:
    return Killed(stage, LIFE, variables(stage), wanted, lambda: fresh(stage))


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_life_is_run_again(stage: Stage, uninterrupted: tuple[Data, list[Cell]], part: int) -> None:
    wanted, cells = uninterrupted
    chosen = one_of_each(cells, SAMPLE, SEED)[part::PARTS]
    killed(stage, wanted).try_cells("lives killed", part, chosen)


if EVERYTHING:

    def test_a_life_is_killed_again_and_again(stage: Stage, uninterrupted: tuple[Data, list[Cell]]) -> None:
        wanted, cells = uninterrupted
        killed(stage, wanted).try_again_and_again("lives killed", cells)
