# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image that has failed its test boot: nobody gets it from any file until it has booted."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from .releases import BEIJING, HOME, ONE, TWO, place, release

if t.TYPE_CHECKING:
    from .conftest import Data, Stage

pytestmark = pytest.mark.slow

BROKEN = {"kind": "error", "action": "RunInstances", "code": "InvalidInstanceType.NotSupported", "region": BEIJING}
WRITTEN = Path(__file__).parents[1] / "unit/plugins/plugin_utils/manifests_1_0/failed_test_boot.json"
SOLD_OUT = {**BROKEN, "code": "Zone.NotOnSale", "times": None}


def record(stage: Stage, name: str = "base-1.json") -> Data:
    """The copy in Beijing as a manifest has it."""
    images = json.loads((stage.folder / name).read_text())["images"]
    (found,) = [image for image in images if image["region"] == BEIJING]
    return t.cast("Data", found)


def by_other_runs(stage: Stage, name: str = "base-1.json") -> None:
    """What shares and promotes by the manifest takes the image for no good one."""
    shared = {"image_release_from_manifest": name, "image_release_accounts": [TWO], "image_release_manifest": ""}
    assert "is passed over" in stage.playbook("share", shared, code=2).out
    back = {"image_release_from_manifest": name, "image_release_family": "base", "image_release_manifest": ""}
    assert "nothing was changed" in stage.playbook("rollback", back, code=2).out
    image_id = record(stage, name)["image_id"]
    assert stage.shares(image_id) == []


def test_the_manifest_of_a_run_that_did_not_try_it_again_still_says_so(stage: Stage) -> None:
    """It was ok there, and the next run shared it by that manifest."""
    given = release(stage, "base-1", stage.image(name="base-1"), image_release_accounts=[ONE])
    tried = {"image_release_steps": ["create", "copy", "verify", "share"], "image_release_verify": [place(BEIJING)]}
    stage.control("faults", BROKEN)
    stage.playbook("create_copy_share", {**given, **tried}, code=2)
    assert (record(stage)["outcome"], record(stage)["test_boot"]["outcome"]) == ("failed", "failed")
    stage.playbook("create_copy_share", given, code=2)
    assert (record(stage)["outcome"], record(stage)["error"]["code"]) == ("failed", BROKEN["code"])
    by_other_runs(stage)
    # One that could not start has shown nothing.
    stage.control("faults", SOLD_OUT)
    stage.playbook("create_copy_share", {**given, **tried, "image_release_verify_optional": True}, code=2)
    stage.control("faults", method="DELETE")
    assert (record(stage)["outcome"], record(stage)["test_boot"]["outcome"]) == ("failed", "failed")
    assert "has not passed its test boot" in stage.playbook("create_copy_share", given, code=2).out
    by_other_runs(stage)
    stage.playbook("create_copy_share", {**given, **tried})
    assert (record(stage)["outcome"], record(stage)["error"], stage.shares(record(stage)["image_id"])) == (
        "ok", None, [ONE],
    )  # fmt: skip


def test_of_two_boots_of_an_image_the_one_that_failed_counts(stage: Stage) -> None:
    """The other one came after it, and the manifest had that one."""
    given = release(stage, "base-1", stage.image(name="base-1"), image_release_accounts=[ONE])
    places = [place(BEIJING), place(BEIJING, instance_type="ecs.c7.large")]
    tried = {"image_release_steps": ["create", "copy", "verify", "share"], "image_release_verify": places}
    stage.control("faults", BROKEN)
    stage.playbook("create_copy_share", {**given, **tried}, code=2)
    assert record(stage)["test_boot"]["instance_type"] == "ecs.g7.large"
    assert "has not passed its test boot" in stage.playbook("create_copy_share", given, code=2).out
    by_other_runs(stage)


def test_an_image_with_a_new_key_is_held_like_any_other(stage: Stage) -> None:
    """The manifest said nothing of test boots, so that the second run shared the image, and so did any other."""
    source = stage.image(name="base-1")
    given = release(stage, "base-1", source, image_release_accounts=[ONE], image_release_promote=True)
    stage.playbook("create_copy_share", given)
    old = record(stage)["image_id"]
    keys = {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, BEIJING)}
    rekey = {"image_rekey_manifests": "base-1.json", "image_rekey_name": "keyed", "image_rekey_keys": keys}
    rekey |= {"image_rekey_manifest": "keyed.json"}
    tried = {**rekey, "image_rekey_verify": [place(BEIJING)]}
    stage.control("faults", BROKEN)
    stage.playbook("image_rekey", tried, code=2)
    assert (record(stage, "keyed.json")["outcome"], stage.shares(old)) == ("failed", [ONE])
    for words in (["--check"], []):
        held = stage.playbook("image_rekey", rekey, *words, code=2)
        assert "The old images stay as they are." in held.out and "has not passed its test boot of" in held.out
    assert record(stage, "keyed.json")["outcome"] == "failed" and stage.shares(old) == [ONE]
    by_other_runs(stage, "keyed.json")
    planned = stage.playbook("image_rekey", tried, "--check")
    assert stage.playbook("image_rekey", tried).changed == planned.changed
    manifest, new = json.loads((stage.folder / "keyed.json").read_text()), record(stage, "keyed.json")
    assert manifest["complete"] and (new["outcome"], new["test_boot"]["outcome"]) == ("ok", "passed")
    assert (new["family"], new["asked_accounts"], stage.shares(new["image_id"])) == ("base", [ONE], [ONE])
    assert [(one["image_id"], one["accounts"]) for one in manifest["deprecated"]] == [(old, [ONE]), (source, [])]
    text = (stage.folder / "keyed.json").read_text()
    assert stage.playbook("image_rekey", rekey).changed == 0
    assert (stage.folder / "keyed.json").read_text() == text


@pytest.mark.parametrize("name", ["wait_timeout", "timeout"])
def test_no_time_for_a_test_boot_is_not_the_usual_time(stage: Stage, name: str) -> None:
    """0 was taken for nothing given, so that it had 600 seconds."""
    here = [place(BEIJING, **{name: 0})]
    stage.playbook("create_copy_share", release(stage, "base-1", stage.image(name="base-1")))
    keys = {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, BEIJING)}
    rekey = {"image_rekey_manifests": "base-1.json", "image_rekey_name": "keyed", "image_rekey_keys": keys}
    tried = {"image_release_steps": ["copy", "verify"], "image_release_verify": here}
    plays = [
        stage.playbook("image_rekey", {**rekey, "image_rekey_verify": here}, code=None),
        stage.playbook(
            "create_copy_share", {**release(stage, "base-2", stage.image(name="base-2")), **tried}, code=None
        ),
    ]
    booted = [one for play in plays for result in play.of("ecs_image_verify") for one in result["results"]]
    assert [one["invocation"]["module_args"]["wait_timeout"] for one in booted] == [0, 0]


def test_an_image_that_failed_under_1_0_is_held_as_well(stage: Stage) -> None:
    """Its manifest has the error of the image and no more, so that the next run shared it."""
    given = release(stage, "base-3", stage.image(name="base-3"), image_release_accounts=[])
    stage.playbook("create_copy_share", given)
    (image,) = stage.in_region(BEIJING)
    written = json.loads(WRITTEN.read_text())
    (entry,) = (one for one in written["images"] if one["region"] == BEIJING)
    text = json.dumps({**written, "images": [entry]}).replace(entry["image_id"], image["image_id"])
    path, given["image_release_accounts"] = stage.folder / "base-3.json", [ONE]
    path.write_text(text.replace("Zone.NotOnSale", BROKEN["code"]))
    for words in (["--check"], []):
        assert "has not passed its test boot" in stage.playbook("create_copy_share", given, *words, code=2).out
    assert (record(stage, path.name)["test_boot"]["outcome"], stage.shares(image["image_id"])) == ("failed", [])
    # Where no instance could be started, nothing was known of the image.
    path.write_text(text)
    stage.playbook("create_copy_share", given)
    assert stage.shares(image["image_id"]) == [ONE]
