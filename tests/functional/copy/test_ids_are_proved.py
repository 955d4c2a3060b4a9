# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An id leaves us only when it is proved to be ours, and nothing counts as gone because it shows late."""

from __future__ import annotations

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, ONE, Lab
from simulator.profiles import profile

COPY = "ecs_image_copy"


@pins.shown_at_once
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


@pins.shown_at_once
@pins.tags_at_once
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


@pins.tags_at_once
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


# Images that show late, or whose tags do

LATE = {"listed_late": {"CreateImage": 6, "CopyImage": 6, "CopySnapshot": 6}}


@pytest.fixture
def demo(lab: Lab) -> dict[str, object]:
    """What makes an image of an instance."""
    return {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "base"}


@pytest.mark.parametrize("check", [False, True])
def test_a_new_image_that_is_listed_late_is_shared(lab: Lab, demo: dict[str, object], check: bool) -> None:
    lab.setting(
        listed_late={"CreateImage": 30}, copy_gib_per_second=100, found_late={"DescribeImageSharePermission": 9}
    )
    image = lab.ok("ecs_image", **demo, wait=False).result["image"]
    lab.pass_time(3)
    outcome = lab.ok("ecs_image_share", region=HOME, image_id=image["image_id"], accounts=[ONE], check=check)
    assert outcome.share()["after"] == [ONE]
    assert lab.image(image["image_id"]).accounts() == ([] if check else [ONE])


def test_copies_whose_tags_show_late_are_shared_by_their_source(lab: Lab) -> None:
    lab.setting(tags_shown_late={"CopyImage": 20, "TagResources": 20})
    source = lab.source()
    lab.ok(COPY, region=HOME, image_id=source, destination_regions=[BEIJING])
    by_source = {"source_image_id": source, "source_region": HOME, "regions": [BEIJING]}
    assert lab.ok("ecs_image_share", **by_source, accounts=[ONE]).share()["after"] == [ONE]


@pytest.mark.parametrize("seconds", [0, 120])
def test_what_is_not_there_is_not_shared(lab: Lab, seconds: float) -> None:
    before = lab.clock.now()
    lab.fails("ecs_image_share", region=HOME, image_id="m-nowhere", accounts=[ONE], consistency_wait=seconds)
    assert seconds <= lab.clock.now() - before < seconds + 60


def test_a_new_image_that_is_listed_late_is_tried(lab: Lab, demo: dict[str, object]) -> None:
    lab.setting(listed_late={"CreateImage": 30, "RunInstances": 5}, copy_gib_per_second=100)
    image = lab.ok("ecs_image", **demo, wait=False).result["image"]["image_id"]
    lab.pass_time(3)
    place = {"vswitch_id": f"vsw-simulator-{HOME}", "security_group_id": f"sg-simulator-{HOME}"}
    outcome = lab.ok("ecs_image_verify", region=HOME, image_id=image, instance_type="ecs.g7.large", **place)
    assert outcome.result["verified"] is True


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("late_from", ["call", "available"])
def test_an_image_whose_tags_show_late_is_our_own(
    lab: Lab, demo: dict[str, object], late_from: str, wait: bool
) -> None:
    lab.setting(tags_shown_late={"CreateImage": 30}, tags_late_from=late_from)
    first = lab.ok("ecs_image", **demo)
    second = lab.ok("ecs_image", **demo, wait=wait)
    assert first.result["image"]["image_id"] == second.result["image"]["image_id"]
    assert second.result["image"]["tags"]["imageops:created-from"] == demo["instance_id"]
    assert len(lab.calls("CreateImage")) == 1


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("waited", [True, False])
def test_an_image_is_our_own_at_the_strictest(
    lab: Lab, demo: dict[str, object], waited: bool, wait: bool, check: bool
) -> None:
    """It is listed late, so that the next run meets it when its name is taken, before its tags show."""
    lab.setting(**profile("stricter"))
    first = lab.ok("ecs_image", **demo, wait=waited)
    second = lab.ok("ecs_image", **demo, wait=wait, check=check)
    assert check or second.result["image"]["image_id"] == first.result["image"]["image_id"]
    assert len([call for call in lab.calls("CreateImage") if call["status"] == 200]) == 1


@pytest.fixture
def slow(lab: Lab, demo: dict[str, object]) -> str:
    """An image in the making, which shows no tags before it has finished."""
    lab.setting(tags_shown_late={"CreateImage": 30}, tags_late_from="available", create_gib_per_second=0.1)
    return str(lab.ok("ecs_image", **demo, wait=False).result["image"]["image_id"])


def test_an_image_in_the_making_is_judged_when_its_tags_show(lab: Lab, demo: dict[str, object], slow: str) -> None:
    assert lab.ok("ecs_image", **demo).result["image"]["image_id"] == slow


def test_an_image_that_is_judged_later_is_none_to_plan_with(lab: Lab, demo: dict[str, object], slow: str) -> None:
    foretold = lab.ok("ecs_image", **demo, check=True)
    assert foretold.changed  # its snapshots are tagged in the end
    assert (foretold.result["image"]["image_id"], foretold.result["image"]["planned"]) == (None, True)


@pins.shown_at_once
@pytest.mark.parametrize("check", [True, False])
def test_an_image_in_the_making_is_not_ours_unproved(lab: Lab, demo: dict[str, object], slow: str, check: bool) -> None:
    lab.fails("ecs_image", slow, "not proved to be ours", **demo, wait=False, check=check)


@pytest.mark.parametrize("speed", [5.0, 0.1])
@pytest.mark.parametrize("wait", [True, False])
def test_an_image_that_never_shows_tags_is_nobody_s_of_ours(
    lab: Lab, demo: dict[str, object], wait: bool, speed: float
) -> None:
    lab.setting(create_gib_per_second=speed)
    image = lab.ok("ecs_image", **demo, wait=False).result["image"]["image_id"]
    with lab.sim.lock:
        lab.image(image).tags.clear()
    lab.fails("ecs_image", "not proved to be ours", **demo, wait=wait)


def test_an_old_image_without_tags_is_refused_at_once(lab: Lab, demo: dict[str, object]) -> None:
    lab.plant("images", region=HOME, name="base", created="2026-01-01T00:00:00Z")
    before = lab.clock.now()
    lab.fails("ecs_image", "not proved to be ours", **demo)
    assert lab.clock.now() - before < 2


@pytest.mark.parametrize("late_from", ["call", "available"])
def test_a_finished_copy_whose_tags_show_late_is_found(lab: Lab, late_from: str) -> None:
    lab.setting(tags_shown_late={"CopyImage": 40, "TagResources": 40}, tags_late_from=late_from)
    asked = {"region": HOME, "image_id": lab.source(), "destination_regions": [BEIJING]}
    first = lab.ok(COPY, **asked)
    second = lab.ok(COPY, **asked)
    assert second.result["images"] == first.result["images"]
    assert len(lab.calls("CopyImage")) == 1


def test_a_copy_that_is_waited_for_by_its_name_is_judged_when_its_tags_show(lab: Lab) -> None:
    lab.setting(tags_shown_late={"CopyImage": 20}, tags_late_from="available", copy_gib_per_second=1)
    asked = {"region": HOME, "image_id": lab.source(), "destination_regions": [BEIJING]}
    lab.ok(COPY, **asked, wait=False)
    assert lab.ok(COPY, **asked).actions == {BEIJING: "adopted"}


@pytest.mark.parametrize("wait", [True, False])
def test_a_snapshot_that_is_listed_late_is_copied_and_made_an_image(lab: Lab, wait: bool) -> None:
    lab.setting(**LATE)
    copy = {
        "region": HOME,
        "snapshot_id": lab.plant("snapshots", region=HOME, size=20),
        "destinations": [{"region": BEIJING}],
    }
    (made,) = lab.ok("ecs_snapshot_copy", **copy, wait=wait).result["copies"]
    back = {"region": BEIJING, "snapshot_id": made["snapshot_id"], "destinations": [{"region": FRANKFURT}]}
    lab.ok("ecs_snapshot_copy", **back)
    lab.ok("ecs_image", region=BEIJING, snapshot_id=made["snapshot_id"], name="of-a-snapshot")


def test_a_snapshot_that_is_gone_is_not_told_because_a_token_names_it(lab: Lab) -> None:
    copy = {
        "region": HOME,
        "snapshot_id": lab.plant("snapshots", region=HOME, size=20),
        "destinations": [{"region": BEIJING}],
    }
    (gone,) = lab.ok("ecs_snapshot_copy", **copy).result["copies"]
    with lab.sim.lock:
        lab.sim.world.snapshots.pop(gone["snapshot_id"])
    (made,) = lab.ok("ecs_snapshot_copy", **copy, wait=False).result["copies"]
    assert made["snapshot_id"] != gone["snapshot_id"]


def test_a_failed_snapshot_that_went_is_told_no_more_where_no_other_came(lab: Lab) -> None:
    copy = {
        "region": HOME,
        "snapshot_id": lab.plant("snapshots", region=HOME, size=20),
        "destinations": [{"region": BEIJING}],
    }
    lab.fault("copy_fails", "CopySnapshot")
    lab.fault("error", "CopySnapshot", code="Forbidden.RAM", status=403, times=None, nth=2)
    (told,) = lab.fails("ecs_snapshot_copy", "Forbidden.RAM", **copy).result["copies"]
    assert (told["snapshot_id"], told["status"]) == (None, None)
    assert not [one for one in lab.sim.world.snapshots.values() if one.region == BEIJING]


# What goes, and is not seen


def test_what_is_to_go_and_is_not_seen_is_said_to_be_so_at_once(lab: Lab) -> None:
    before = lab.clock.now()
    told = [
        lab.ok("ecs_image_info", region=HOME, image_ids=["m-nowhere"]),
        lab.ok("ecs_image", region=HOME, image_id="m-nowhere", state="absent"),
        lab.ok("ecs_image_share", region=HOME, image_id="m-nowhere", state="absent", accounts=[ONE]),
        lab.ok("ecs_image_copy_cancel", region=HOME, image_id="m-nowhere"),
    ]
    for outcome in told:
        assert any("m-nowhere" in one and ("not seen" in one or "not visible" in one) for one in outcome.warnings)
    assert lab.clock.now() - before < 2
