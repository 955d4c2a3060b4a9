# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a killed run has left under way: check mode foretells a run that waits for it, and does not fail for it."""

from __future__ import annotations

import json
import typing as t

import pytest

from .releases import BEIJING, HOME, ONE, place, release

if t.TYPE_CHECKING:
    from .conftest import Data, Stage

pytestmark = pytest.mark.slow

LATER = 10_000_000  # simulated seconds in which anything is done


def compare(stage: Stage, playbook: str, given: Data) -> tuple[str, Data]:
    """Check mode now, and a run when all has arrived.

    :returns: what check mode has shown, and the images by region and name
    """
    stage.forget()
    planned = stage.playbook(playbook, given, "--check")
    assert stage.writes() == []
    stage.control("clock", {"advance": LATER})
    assert stage.playbook(playbook, given).changed == planned.changed
    return planned.out, {f"{image['region']} {image['name']}": image for image in stage.images()}


@pytest.mark.parametrize("under_way", ["copy_gib_per_second", "create_gib_per_second"])
def test_a_release_that_is_under_way_is_planned_as_it_will_be(stage: Stage, under_way: str) -> None:
    other = stage.image(name="other", region=BEIJING)
    web = {"region": BEIJING, "name": "web", "versions": [{"ImageId": other, "InstanceType": "ecs.g7.large"}]}
    stage.control("seed", {"launch_templates": [web]})
    stage.control("settings", {under_way: 0.001, "lt_extra_field": "absent"})
    given = release(stage, "base-1", image_release_accounts=[ONE], image_release_wait_timeout=15)
    stage.playbook("create_copy_share", given, code=2)
    assert "Creating" in [image["status"] for image in stage.images()]
    given |= {
        "image_release_steps": ["create", "copy", "verify", "share", "promote"],
        "image_release_verify": [place(HOME), place(BEIJING)],
        "image_release_launch_templates": [{"region": BEIJING, "name": "web"}],
        "image_release_wait_timeout": LATER,
    }
    told, images = compare(stage, "create_copy_share", given)
    assert "join the family base" in told and "the share list would change: +1 account" in told
    copy = images[f"{BEIJING} base-1"]
    assert (copy["family"], stage.shares(copy["image_id"])) == ("base", [ONE])


def test_a_new_key_that_is_under_way_is_planned_as_it_will_be(stage: Stage) -> None:
    source = stage.image(name="base-1")
    given = release(stage, "base-1", source, image_release_accounts=[ONE], image_release_promote=True)
    stage.playbook("create_copy_share", given)
    keys = {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, BEIJING)}
    stage.control("settings", {"copy_gib_per_second": 0.001})
    for image in stage.images():
        region, image_id = image["region"], image["image_id"]
        destination = {"region": region, "name": "keyed", "encrypted": True, "kms_key_id": keys[region]}
        begun = {"region": region, "image_id": image_id, "destinations": [destination], "wait": False}
        stage.run("ansible", "localhost", "-m", "imageops.alicloud.ecs_image_copy", "-a", json.dumps(begun))
    rekey = {"image_rekey_manifests": "base-1.json", "image_rekey_name": "keyed", "image_rekey_keys": keys}
    told, images = compare(stage, "image_rekey", {**rekey, "image_rekey_verify": [place(BEIJING)]})
    assert f"{BEIJING} {images[f'{BEIJING} keyed']['image_id']} keyed would be shared with {ONE}" in told
    assert stage.shares(images[f"{BEIJING} keyed"]["image_id"]) == [ONE]
