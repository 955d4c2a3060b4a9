# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list is believed when it is proved complete: nothing is deleted, kept or called gone on the word of half of one."""

from __future__ import annotations

import pytest
from functional import pins
from functional.support import HOME, ONE, Lab

MANY = 136  # more than a page of 100


def fill(lab: Lab, count: int = MANY, **entry: object) -> list[str]:
    return [lab.plant("images", region=HOME, name=f"filler-{number:03}", **entry) for number in range(count)]


@pytest.mark.parametrize("count", ["half", "zero", "double", "absent"])
def test_a_wrong_count_hides_no_image(lab: Lab, count: str) -> None:
    images = fill(lab)
    lab.setting(total_count=count)
    found = lab.ok("ecs_image_info", region=HOME).result["images"]
    assert sorted(image["image_id"] for image in found) == sorted(images)


@pytest.mark.parametrize("shift", ["in", "out"])
def test_a_list_that_shifts_while_it_is_read_is_read_again(lab: Lab, shift: str) -> None:
    images = fill(lab)
    lab.plant("images", region=HOME, name="passing-1")
    lab.fault("list_shifts", "DescribeImages", shift=shift, nth=2, times=1)
    found = [image["image_id"] for image in lab.ok("ecs_image_info", region=HOME).result["images"]]
    assert len(found) == len(set(found))
    assert set(images) <= set(found)


def test_unsharing_reaches_an_image_that_slid_to_a_page_that_was_read(lab: Lab) -> None:
    images = fill(lab, shares=[ONE])
    lab.plant("images", region=HOME, name="passing-1")
    lab.fault("list_shifts", "DescribeImages", shift="out", nth=2, times=1)
    lab.ok("ecs_image_share", regions=[HOME], all_own=True, state="absent", accounts=[ONE])
    assert [image_id for image_id in images if lab.image(image_id).accounts()] == []


def test_a_list_that_never_holds_still_is_refused(lab: Lab) -> None:
    fill(lab)
    lab.fault("list_shifts", "DescribeImages", shift="in", times=None)
    outcome = lab("ecs_image_share", regions=[HOME], all_own=True, state="absent", accounts=[ONE])
    assert outcome.code == 1
    assert "changed in each of 5 readings" in outcome.text
    assert lab.writes() == []


def asked_of_snapshots(lab: Lab, looks: int) -> list[str]:
    """A look takes 100 snapshots, and each image has one."""
    return ["DescribeSnapshots"] * looks if lab.asks_snapshots else []


@pins.list_counted
def test_a_list_of_one_page_is_read_once(lab: Lab) -> None:
    fill(lab, 99)
    lab.sim.journal.clear()
    lab.ok("ecs_image_info", region=HOME)
    assert lab.actions() == ["DescribeImages", *asked_of_snapshots(lab, 1)]


@pins.list_counted
def test_a_list_of_two_pages_is_read_twice(lab: Lab) -> None:
    fill(lab)
    lab.sim.journal.clear()
    lab.ok("ecs_image_info", region=HOME)
    assert lab.actions() == ["DescribeImages"] * 4 + asked_of_snapshots(lab, 2)


@pytest.mark.parametrize(("count", "looks"), [("double", 4), ("half", 1), ("zero", 1), ("absent", 1)])
def test_a_count_that_promises_more_is_asked_for_twice(lab: Lab, count: str, looks: int) -> None:
    """What slid from the next page to the one that was read would be missed."""
    fill(lab, 5)
    lab.setting(total_count=count)
    lab.sim.journal.clear()
    lab.ok("ecs_image_info", region=HOME)
    assert len(lab.calls("DescribeImages")) == looks


@pytest.mark.parametrize("count", ["right", "double", "half", "zero", "absent"])
def test_an_image_that_is_asked_for_by_its_id_is_one_whatever_the_count_says(lab: Lab, count: str) -> None:
    image = fill(lab, 5)[0]
    lab.setting(total_count=count)
    lab.sim.journal.clear()
    (found,) = lab.ok("ecs_image_info", region=HOME, image_ids=[image]).result["images"]
    assert (found["image_id"], len(lab.calls("DescribeImages"))) == (image, 1)
