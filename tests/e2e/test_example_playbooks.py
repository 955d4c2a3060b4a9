# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example playbooks: checked, run, and run again."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from .releases import place

if t.TYPE_CHECKING:
    from .conftest import Play, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE, TWO, THREE = "1000000000000011", "1000000000000012", "1000000000000013"
EXAMPLES = Path(__file__).resolve().parents[2] / "playbooks" / "examples"


def test_every_example_has_a_test() -> None:
    """Those of the pipelines' runs are among those of reliability, since they are killed as well."""
    tried = {"across_accounts", "across_regions", "change_encryption", "share_in_region"}
    tried |= {"pipeline", "import_to_retire"}
    tried |= {"create_instance", "replace_system_disk"}  # in test_instances
    tried |= {"take_over"}  # in test_take_over
    assert {path.stem for path in EXAMPLES.glob("*.yml")} == tried


def twice(stage: Stage, name: str, variables: dict[str, t.Any]) -> Play:
    """Check, run, and run again: the check writes nothing, and the second run changes nothing."""
    stage.playbook(f"examples.{name}", variables, "--check")
    assert stage.writes() == []
    first = stage.playbook(f"examples.{name}", variables)
    assert first.changed > 0
    stage.forget()
    again = stage.playbook(f"examples.{name}", variables)
    assert again.changed == 0 and stage.writes() == []
    return first


def test_the_example_across_regions(stage: Stage) -> None:
    twice(stage, "across_regions", {"image_id": stage.image(), "regions": [BEIJING, FRANKFURT]})
    assert [stage.in_region(region)[0]["status"] for region in (BEIJING, FRANKFURT)] == ["Available"] * 2


def test_the_example_across_accounts(stage: Stage) -> None:
    twice(
        stage, "across_accounts", {"image_id": stage.image(), "regions": [BEIJING, FRANKFURT], "accounts": [ONE, TWO]}
    )
    for region in (BEIJING, FRANKFURT):
        assert stage.shares(stage.in_region(region)[0]["image_id"]) == [ONE, TWO]


def test_the_example_in_one_region(stage: Stage) -> None:
    source = stage.image(shares=[THREE])
    twice(stage, "share_in_region", {"image_id": source, "accounts": [ONE, TWO]})
    assert stage.shares(source) == [ONE, TWO]
    assert [image["image_id"] for image in stage.images()] == [source]


def test_the_example_of_another_encryption(stage: Stage) -> None:
    keys = {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, FRANKFURT)}
    source = stage.image()
    twice(stage, "change_encryption", {"image_id": source, "encrypted_name": "golden-encrypted", "keys": keys})
    snapshots = {one["snapshot_id"]: one["kms_key_id"] for one in stage.control("state")["snapshots"]}
    for region, key in keys.items():
        (made,) = [image for image in stage.in_region(region) if image["image_id"] != source]
        assert [snapshots[disk["snapshot_id"]] for disk in made["disks"]] == [key]


def test_the_example_of_a_whole_life_is_planned(stage: Stage) -> None:
    """Of an image that is not there yet, step by step."""
    old = stage.image(
        name="base-old", family="base", created="2020-01-01T00:00:00Z", tags={"imageops:created-from": "i-1"}
    )
    variables = {
        "version": "2026-11",
        "instance_id": stage.ready["demo"]["instances"]["demo"],
        "destinations": [{"region": BEIJING}, {"region": FRANKFURT}],
        "accounts": [ONE],
        "test_boots": [place(HOME)],
    }
    planned = stage.playbook("examples.pipeline", variables, "--check")
    assert stage.writes() == []
    for line in (
        f"{BEIJING}: copy base-2026-11 would be started",
        f"{FRANKFURT}: copy base-2026-11 would be started",
        f"+1 account ({ONE})",
    ):
        assert line in planned.out, line
    assert [image["image_id"] for image in stage.images()] == [old]
