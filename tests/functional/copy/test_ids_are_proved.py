# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An id leaves us only when it is proved to be ours, and nothing counts as gone because it shows late."""

from __future__ import annotations

import pytest
from functional.support import BEIJING, HOME, Lab

COPY = "ecs_image_copy"


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("wait", [False, True])
def test_a_strangers_image_that_is_being_made_is_never_told_as_a_copy(lab: Lab, wait: bool, check: bool) -> None:
    source = lab.source()
    lab.setting(copy_gib_per_second=0.5)
    instance = lab.plant("instances", region=BEIJING, disks=[{"size": 20}])
    stranger = lab.ok("ecs_image", region=BEIJING, instance_id=instance, name="golden", wait=False)
    with lab.sim.lock:
        lab.image(stranger.result["image"]["image_id"]).tags.clear()
    lab.sim.journal.clear()
    outcome = lab(COPY, region=HOME, image_id=source, destination_regions=[BEIJING], wait=wait, check=check)
    if check and wait:
        return  # what it will turn out to be can't be known before it is finished
    assert outcome.code == 1
    assert outcome.result["images"] == {}
    assert lab.writes() == []
    if not wait:
        entry = outcome.copy_in(BEIJING)
        assert (entry["action"], entry["image_id"], entry["error"]["code"]) == ("refused", None, "NotProved")


def test_another_releases_copy_whose_tags_show_late_is_not_taken(lab: Lab) -> None:
    lab.setting(tags_shown_late={"CopyImage": 20}, copy_gib_per_second=0.1)
    other, source = lab.source(name="other"), lab.source()
    lab.ok(COPY, region=HOME, image_id=other, destinations=[{"region": BEIJING, "name": "golden"}], wait=False)
    outcome = lab(COPY, region=HOME, image_id=source, destination_regions=[BEIJING], wait=False)
    assert outcome.code == 1
    assert outcome.result["images"] == {}


def test_our_own_copy_whose_tags_show_late_is_adopted(lab: Lab) -> None:
    lab.setting(tags_shown_late={"CopyImage": 20}, copy_gib_per_second=0.1)
    source = lab.source()
    asked = {"region": HOME, "image_id": source, "destination_regions": [BEIJING], "wait": False}
    first = lab.ok(COPY, **asked)
    second = lab.ok(COPY, **asked)
    assert second.actions == {BEIJING: "adopted"}
    assert second.result["images"] == first.result["images"]
    assert len(lab.calls("CopyImage")) == 1


@pytest.mark.parametrize("check", [False, True])
def test_a_source_that_is_listed_late_is_waited_for(lab: Lab, check: bool) -> None:
    lab.setting(listed_late={"CreateImage": 6}, tags_shown_late={"CreateImage": 6})
    made = lab.ok("ecs_image", region=HOME, instance_id=lab.demo("instances", "demo"), name="base", wait=False)
    image_id = made.result["image"]["image_id"]
    outcome = lab.ok(COPY, region=HOME, image_id=image_id, destination_regions=[BEIJING], check=check)
    assert outcome.actions == {BEIJING: "started"}


def test_a_source_that_is_gone_is_not_looked_for_where_its_copies_are(lab: Lab) -> None:
    source = lab.source()
    asked = {"region": HOME, "image_id": source, "destinations": [{"region": BEIJING, "name": "golden"}]}
    lab.ok(COPY, **asked)
    with lab.sim.lock:
        lab.sim.world.drop_image(lab.image(source))
    before = lab.clock.now()
    assert lab.ok(COPY, **asked).actions == {BEIJING: "present"}
    assert lab.clock.now() - before < 2


def test_a_source_that_never_shows_is_gone(lab: Lab) -> None:
    before = lab.clock.now()
    outcome = lab.fails(COPY, "is not there", region=HOME, image_id="m-nowhere", destination_regions=[BEIJING])
    assert outcome.copy_in(BEIJING)["error"]["code"] == "SourceGone"
    assert 60 <= lab.clock.now() - before < 100
    assert lab.writes() == []
