# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image: an image that somebody has renamed or removed, and whose copies still have its name."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, Lab

pytestmark = pytest.mark.slow

IMAGE, COPY = "ecs_image", "ecs_image_copy"


@pytest.fixture
def call(lab: Lab) -> dict[str, t.Any]:
    """What made an image that was copied to Beijing."""
    call = {"region": HOME, "name": "base", "instance_id": lab.demo("instances", "demo")}
    call["copied_to"] = [{"region": BEIJING}, {"region": FRANKFURT, "name": "base-eu"}]
    made = lab.ok(IMAGE, **call)
    lab.ok(COPY, image=made.result["image"], destination_regions=[BEIJING])
    lab.until_shown()
    return call


def test_it_is_not_made_once_more_under_its_former_name(lab: Lab, call: dict[str, t.Any]) -> None:
    """It was, which was billed, and the copies of the second one were refused for their name."""
    made = lab.one(HOME)
    made.name = "base-kept"
    for check in (True, False):
        refused = lab.fails(
            IMAGE, "it is called 'base-kept' now", f"Give {made.image_id} its name 'base' again", **call, check=check
        )
        assert refused.result["error"]["code"] == "Renamed" and refused.result["started_at"] is None
        assert lab.one(BEIJING).image_id in refused.result["msg"]
    assert len(lab.own(HOME)) == 1 and len(lab.calls("CreateImage")) == 1
    lab.ok(IMAGE, region=HOME, image_id=made.image_id, name="base")
    lab.until_shown()
    assert not lab.ok(IMAGE, **call).changed


def test_every_region_is_looked_at_where_that_is_asked(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.one(HOME).name = "base-kept"
    call["copied_to"] = [{"region": FRANKFURT, "name": "base-eu"}, {"region": "all"}]
    lab.fails(IMAGE, "it is called 'base-kept' now", **call)
    call["copied_to"].append({"region": BEIJING, "name": "base-cn"})
    assert lab.ok(IMAGE, **call).changed


def test_what_is_gone_is_not_made_once_more_while_its_copies_are_there(lab: Lab, call: dict[str, t.Any]) -> None:
    made = lab.one(HOME).image_id
    lab.ok(IMAGE, region=HOME, image_id=made, state="absent")
    lab.until_shown()
    lab.fails(IMAGE, f"copies of {made} in {HOME}", "and it is gone", **call)
    assert lab.own(HOME) == []
    lab.ok(IMAGE, region=BEIJING, name="base", state="absent")
    lab.until_shown()
    assert lab.ok(IMAGE, **call).changed


def test_a_second_image_of_the_same_thing_is_made_under_a_name_of_its_own(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.one(HOME).name = "base-kept"
    second = lab.ok(IMAGE, **{**call, "name": "second"})
    assert second.changed and {image.name for image in lab.own(HOME)} == {"base-kept", "second"}


@pytest.mark.parametrize("why", ["renamed copies", "other name there", "blind", "not asked"])
def test_what_says_nothing_of_it_keeps_no_image_from_being_made(lab: Lab, call: dict[str, t.Any], why: str) -> None:
    made, copy = lab.one(HOME), lab.one(BEIJING)
    made.name = "base-kept"
    if why == "renamed copies":
        copy.name = "base-kept"
    elif why == "other name there":
        call["copied_to"] = [{"region": BEIJING, "name": "base-cn"}]
    elif why == "blind":
        lab.fault("error", "DescribeImages", region=BEIJING, code="Forbidden.RAM", status=403, times=None)
    else:
        del call["copied_to"]
    assert lab.ok(IMAGE, **call).changed
    assert {image.name for image in lab.own(HOME)} == {"base-kept", "base"}


@pytest.mark.parametrize("holder", ["copy of another", "renamed to it", "made there", "no marker", "failed"])
def test_nothing_is_made_where_a_copy_would_be_refused_for_its_name(
    lab: Lab, call: dict[str, t.Any], holder: str
) -> None:
    """It was, which was billed, and told after that."""
    made, copy = lab.one(HOME), lab.one(BEIJING)
    made.name, made.tags["imageops:created-from"] = "base-kept", "i-another"
    if holder == "renamed to it":
        copy.tags["imageops:copied-as"] = "former"
    elif holder != "copy of another":
        copy.tags = {"imageops:created-from": "i-2"} if holder == "made there" else {}
    copy.status = "CreateFailed" if holder == "failed" else copy.status
    for check in (True, False):
        refused = lab.fails(IMAGE, f"were to have: {BEIJING} {copy.image_id}", **call, check=check)
        assert refused.result["error"]["code"] == "NameTaken"
    assert len(lab.calls("CreateImage")) == 1


def test_a_copy_that_still_runs_and_shows_no_tags_keeps_no_image_from_being_made(
    lab: Lab, call: dict[str, t.Any]
) -> None:
    """It may be that of another run. Whose it is ecs_image_copy finds out."""
    made, copy = lab.one(HOME), lab.one(BEIJING)
    made.name = "base-kept"
    copy.tags, copy.status = {}, "Creating"
    assert lab.ok(IMAGE, **call).changed


def test_a_region_that_is_misspelt_is_refused(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.fails(IMAGE, "did you mean 'cn-beijing'?", **{**call, "copied_to": [{"region": "cn-beijng"}]})
    lab.fails(IMAGE, "copied_to has an entry without a region", **{**call, "copied_to": [{"region": ""}]})
