# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way back to an older release with its launch templates is killed at its writes, and run again."""

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

pytestmark = pytest.mark.slow

SEED = 20261129
# One cell of each write, of a sample.
SAMPLE = (
    "CreateLaunchTemplateVersion",
    "ModifyLaunchTemplateDefaultVersion",
    "DeleteLaunchTemplateVersion",
    "ModifyImageAttribute",
    "ModifyImageSharePermission",
)
PARTS = 4 if EVERYTHING else 1
REGIONS = (HOME, BEIJING)
OLDER, NEWER = "base-1", "base-2"
BORN = {OLDER: "2026-11-01T08:00:00Z", NEWER: "2026-11-08T08:00:00Z"}
HOLDERS = accounts(2)
DATA = {"InstanceType": "ecs.g7.large", "SystemDisk.Size": 40, "SystemDisk.Encrypted": "true", "UserData": "IyEvYmlu"}
# In Beijing only the newest version is kept, so that the one with the older image has to be made anew.
TEMPLATES = [{"region": HOME, "name": "web"}, {"region": BEIJING, "name": "web", "keep_versions": 1}]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Stage]:
    stage = Stage(Path(tmp_path_factory.mktemp("rollback")))
    yield stage
    stage.close()


def named(region: str, name: str) -> str:
    """The id of an image that was planted."""
    return f"m-{region}-{name}"


def image(region: str, name: str, **more: t.Any) -> Data:
    copied = {
        "imageops:copied-from": f"{HOME}/{named(HOME, name)}",
        "imageops:copied-as": name,
        "imageops:source-created": BORN[name],
    }
    return {
        "id": named(region, name),
        "region": region,
        "name": name,
        "family": "base",
        "created": BORN[name],
        "is_copied": region != HOME,
        "tags": copied if region != HOME else {},
        "disks": [{"size": 20, "tags": {"imageops:snapshot-of": named(region, name)}}],
        "shares": HOLDERS,
        **more,
    }


def template(region: str, *names: str) -> Data:
    """Its versions start from these images, the last of them by default."""
    versions = [{**DATA, "ImageId": named(region, name)} for name in names]
    return {"id": f"lt-{region}", "region": region, "name": "web", "versions": versions, "default": len(names)}


def fresh(stage: Stage, images: list[Data], templates: list[Data]) -> None:
    stage.fresh()
    stage.control("settings", {"lt_extra_field": "absent"})
    stage.control("seed", {"images": images, "launch_templates": templates})


def led_by_the_older(stage: Stage) -> None:
    fresh(stage, [image(region, OLDER) for region in REGIONS], [template(region, OLDER) for region in REGIONS])


def led_by_the_newer(stage: Stage, manifest: str) -> None:
    """The release to go back to is Deprecated and nobody's, and one template has lost its version with it."""
    images = [image(region, NEWER) for region in REGIONS]
    images += [image(region, OLDER, status="Deprecated", shares=[]) for region in REGIONS]
    fresh(stage, images, [template(HOME, OLDER, NEWER), template(BEIJING, NEWER)])
    (stage.folder / f"{OLDER}.json").write_text(manifest)


def variables(stage: Stage) -> Data:
    manifest = str(stage.folder / f"{OLDER}.json")
    return {
        "image_release_from_manifest": [manifest],
        "image_release_manifest": manifest,
        "image_release_family": "base",
        "image_release_unshare_previous": True,
        "image_release_launch_templates": TEMPLATES,
        "image_release_wait_interval": 1,
    }


@pytest.fixture(scope="module")
def manifest(stage: Stage) -> str:
    """What the older release has written of itself when it led, with all there already that it asks for."""
    led_by_the_older(stage)
    release = {
        "image_release_source": {"region": HOME, "image_id": named(HOME, OLDER)},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_accounts": HOLDERS,
        "image_release_share_source": True,
        "image_release_family": "base",
        "image_release_promote": True,
        "image_release_launch_templates": TEMPLATES,
        "image_release_manifest": str(stage.folder / f"{OLDER}.json"),
    }
    play = stage.play("create_copy_share", release)
    assert play.end() == 0, play.text()
    assert [(call["action"], call["params"]) for call in stage.journal() if call["write"]] == []
    return (stage.folder / f"{OLDER}.json").read_text()


@pytest.fixture(scope="module")
def uninterrupted(stage: Stage, manifest: str) -> tuple[Data, list[Cell]]:
    led_by_the_newer(stage, manifest)
    play = stage.play("rollback", variables(stage))
    assert play.end() == 0, play.text()
    writes = [call for call in stage.journal() if call["write"]]
    cells = [Cell(*call, when) for call in sorted(calls_of(writes), key=str) for when in ("before", "after")]
    return end(stage), cells


def test_the_older_release_leads_again(stage: Stage, uninterrupted: tuple[Data, list[Cell]]) -> None:
    state, cells = uninterrupted
    for region in REGIONS:
        older, newer = (state[f"{region}/{name}"] for name in (OLDER, NEWER))
        assert (older["status"], older["family"], older["shared_with"]) == ("Available", "base", HOLDERS)
        assert (newer["status"], newer["shared_with"]) == ("Deprecated", [])
        web = state["launch templates"][f"{region}/web"]
        assert web["default"] == {**DATA, "ImageId": f"<{region}/{OLDER}>"}
    versions = {place: one["images"] for place, one in state["launch templates"].items()}
    assert versions == {
        f"{HOME}/web": [f"<{HOME}/{OLDER}>", f"<{HOME}/{NEWER}>"],
        f"{BEIJING}/web": [f"<{BEIJING}/{OLDER}>"],
    }
    assert {cell.action for cell in cells} == {*SAMPLE}


def killed(stage: Stage, manifest: str, wanted: Data) -> Killed:
    return Killed(stage, "rollback", variables(stage), wanted, lambda: led_by_the_newer(stage, manifest))


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_rollback_is_run_again(
    stage: Stage, manifest: str, uninterrupted: tuple[Data, list[Cell]], part: int
) -> None:
    wanted, cells = uninterrupted
    chosen = one_of_each(cells, SAMPLE, SEED)[part::PARTS]
    killed(stage, manifest, wanted).try_cells("rollbacks killed", part, chosen)


if EVERYTHING:

    def test_a_rollback_is_killed_again_and_again(
        stage: Stage, manifest: str, uninterrupted: tuple[Data, list[Cell]]
    ) -> None:
        wanted, cells = uninterrupted
        killed(stage, manifest, wanted).try_again_and_again("rollbacks killed", cells)
