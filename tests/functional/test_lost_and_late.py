# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One copy, whatever is lost on the way, whatever shows late, and whoever asks for it in the same moment."""

from __future__ import annotations

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, ONE, Lab, Outcome

COPY = "ecs_image_copy"
LATE = {"listed_late": {"CopyImage": 20}, "tags_shown_late": {"CopyImage": 25}}


def accepted(lab: Lab) -> list[str]:
    """The images that CopyImage has made. An answer that was kept for a repeat is no second one."""
    return sorted({call["image_id"] for call in lab.calls("CopyImage") if call["image_id"]})


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("token_seconds", [None, 0.001])
@pytest.mark.parametrize("speed", [0.5, 50])
@pytest.mark.parametrize("kind", ["reset_after", "truncate"])
def test_a_lost_answer_to_a_copy_that_is_listed_late(
    lab: Lab, kind: str, speed: float, token_seconds: float | None, wait: bool
) -> None:
    source = lab.source()
    lab.setting(**LATE, copy_gib_per_second=speed, token_seconds=token_seconds)
    lab.fault(kind, "CopyImage", times=1)
    outcome = lab.ok(COPY, region=HOME, image_id=source, destination_regions=[BEIJING], wait=wait)
    made = lab.one(BEIJING).image_id
    assert accepted(lab) == [made]
    assert outcome.result["images"] == {BEIJING: made}


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("speed", [0.5, 50])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("held", [1, 2])
def test_two_tasks_at_the_same_destinations(lab: Lab, held: int, when: str, speed: float, wait: bool) -> None:
    """The second one does all that it does while one call of the first is under way."""
    source = lab.source()
    lab.setting(**LATE, copy_gib_per_second=speed)
    asked = {"region": HOME, "image_id": source, "destination_regions": [BEIJING, FRANKFURT], "wait": wait}
    second: list[Outcome] = []
    lab.fault("hold", "CopyImage", nth=held, when=when)
    other = lab.when_held(lambda: second.append(lab(COPY, **asked)))
    first = lab(COPY, **asked)
    other.join(60)
    made = {region: lab.one(region).image_id for region in (BEIJING, FRANKFURT)}
    assert accepted(lab) == sorted(made.values())
    for outcome in (first, *second):
        assert outcome.code == 0, outcome.msg
        assert outcome.result["images"] == made
    assert [*first.actions.values(), *second[0].actions.values()].count("started") == 2


# Calls that don't find yet what lists show


def test_a_new_copy_that_is_found_late_is_given_what_it_lacks(lab: Lab) -> None:
    lab.setting(found_late={"ModifyImageAttribute": 12}, copy_gib_per_second=100)
    lab.ok(COPY, region=HOME, image_id=lab.source(), destination_regions=[BEIJING])
    assert lab.one(BEIJING).features["NvmeSupport"] == "supported"


def test_a_new_copy_that_is_found_late_is_shared(lab: Lab) -> None:
    lab.setting(found_late={"ModifyImageSharePermission": 12}, copy_gib_per_second=100)
    source = lab.source(features={})
    made = lab.ok(COPY, region=HOME, image_id=source, destination_regions=[BEIJING]).result["images"][BEIJING]
    assert lab.ok("ecs_image_share", region=BEIJING, image_id=made, accounts=[ONE]).share()["after"] == [ONE]
    assert lab.image(made).accounts() == [ONE]


@pins.shown_at_once
@pytest.mark.parametrize("wait", [True, False])
def test_a_new_copy_that_is_found_late_is_stopped(lab: Lab, wait: bool) -> None:
    lab.setting(found_late={"CancelCopyImage": 12}, copy_gib_per_second=0.01)
    source = lab.source()
    made = lab.ok(COPY, region=HOME, image_id=source, destination_regions=[BEIJING], wait=False).result["images"]
    outcome = lab.ok("ecs_image_copy_cancel", region=BEIJING, image_id=made[BEIJING], wait=wait)
    assert [one["image_id"] for one in outcome.result["cancelled"]] == [made[BEIJING]]
    lab.pass_time(60)
    assert lab.own(BEIJING) == []


@pins.failed_stays
def test_a_copy_that_failed_and_is_found_late_is_replaced(lab: Lab) -> None:
    lab.setting(found_late={"DeleteImage": 12}, copy_gib_per_second=100)
    lab.fault("copy_fails", "CopyImage", percent=50)
    outcome = lab.ok(COPY, region=HOME, image_id=lab.source(), destination_regions=[BEIJING])
    assert outcome.actions == {BEIJING: "replaced"}
    assert lab.one(BEIJING).status == "Available"


@pytest.mark.parametrize("action", ["DeleteImage", "DescribeImageSharePermission"])
@pytest.mark.parametrize("state", ["absent", "deprecated"])
def test_a_new_image_that_is_found_late_is_withdrawn(lab: Lab, action: str, state: str) -> None:
    lab.setting(found_late={action: 12}, create_gib_per_second=100)
    instance = lab.demo("instances", "demo")
    made = lab.ok("ecs_image", region=HOME, instance_id=instance, name="base").result["image"]["image_id"]
    begun = lab.clock.now()
    lab.ok("ecs_image", region=HOME, image_id=made, state=state)
    assert [image.status for image in lab.own(HOME)] == ([] if state == "absent" else ["Deprecated"])
    assert lab.clock.now() < begun + 60


def test_an_image_that_went_with_a_lost_answer_is_not_waited_for(lab: Lab) -> None:
    source = lab.source()
    lab.fault("reset_after", "DeleteImage")
    before = lab.clock.now()
    lab.ok("ecs_image", region=HOME, image_id=source, state="absent")
    assert lab.own(HOME) == [] and lab.clock.now() - before < 20
