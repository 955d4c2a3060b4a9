# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release whose source was deleted while its copies are there: the message tells ways to go on, and they lead on."""

from __future__ import annotations

import json
import typing as t

import pytest
from ways.plays import meanwhile

from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import ECS

from .beside import client_of
from .releases import BEIJING, FRANKFURT, HOME, ONE, TWO, release

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("is_made", [False, True], ids=["an image that was there", "one that the release has made"])
def test_a_release_whose_source_is_gone_says_how_its_copies_go_on(stage: Stage, is_made: bool) -> None:
    """It said that there is no such image, and no more."""
    given = release(stage, "base-1", None if is_made else stage.image(name="base-1"), image_release_accounts=[ONE])
    stage.playbook("create_copy_share", given)
    (source,) = (image for image in stage.in_region(HOME) if image["name"] == "base-1")
    gone = {"region": HOME, "image_id": source["image_id"], "state": "absent"}
    stage.run("ansible", "localhost", "-m", "imageops.alicloud.ecs_image", "-a", json.dumps(gone))
    stage.forget()
    refused = stage.playbook("create_copy_share", given, code=2).of("image_release_step")[-1]["msg"]
    assert stage.writes() == [] and "by the manifest of their release" in refused
    if is_made:
        return
    by_record = {"image_release_from_manifest": "base-1.json", "image_release_accounts": [TWO]}
    stage.playbook("share", {**by_record, "image_release_manifest": ""})
    (copy,) = stage.in_region(BEIJING)
    assert stage.shares(copy["image_id"]) == [ONE, TWO]
    more = {"image_release_source": {"region": BEIJING, "image_id": copy["image_id"]}}
    more |= {"image_release_destinations": [{"region": FRANKFURT}], "image_release_manifest": "more.json"}
    stage.playbook("create_copy_share", {**given, **more})
    assert [image["name"] for image in stage.in_region(FRANKFURT)] == ["base-1"]


def test_a_source_that_is_deleted_after_it_was_copied_is_told_as_it_was_before(stage: Stage) -> None:
    """Nothing had looked at it since, and it was told as Available."""
    source = stage.image(name="base-1")
    given = release(stage, "base-1", source, image_release_accounts=[ONE])
    stage.control("faults", {"kind": "hold", "action": "ModifyImageSharePermission"})
    stage.holds_claims = False  # what the manifest says of the source is as of before the copy, too

    def delete() -> None:
        client_of(stage).call(ECS, "delete an image", HOME, "DeleteImage", {"ImageId": source, "Force": True})
        stage.control("faults/release", {})

    with meanwhile(lambda: bool(stage.control("faults")["held"]), delete):
        done = stage.playbook("create_copy_share", given)
    assert stage.in_region(HOME) == []
    assert f"{HOME}: {source} Available before it was copied" in done.out
