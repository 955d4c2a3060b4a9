# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check, run, run again, check again: for each module that writes."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, ONE, TWO, VALLEY, Lab, four_steps


def test_a_copy_to_three_regions(lab: Lab) -> None:
    source = lab.source(tags={"stage": "release"})
    key = lab.key(FRANKFURT)
    destinations: list[dict[str, t.Any]] = [
        {"region": BEIJING},
        {"region": FRANKFURT, "encrypted": True, "kms_key_id": key, "description": "for Europe", "family": "base"},
        {"region": VALLEY, "name": "golden-us", "tags": {"stage": "us"}},
    ]
    real = four_steps(lab, "ecs_image_copy", region=HOME, image_id=source, destinations=destinations)
    assert real.actions == {BEIJING: "started", FRANKFURT: "started", VALLEY: "started"}
    assert [lab.one(region).status for region in (BEIJING, FRANKFURT, VALLEY)] == ["Available"] * 3
    assert real.copy_in(FRANKFURT)["kms_key_id"] == key


def test_a_copy_that_has_drifted(lab: Lab) -> None:
    source = lab.source(tags={"stage": "release"})
    lab.twin(source, BEIJING, tags={"stage": "old", "extra": "1"}, features={}, description="Something else")
    real = four_steps(
        lab,
        "ecs_image_copy",
        region=HOME,
        image_id=source,
        destination_regions=[BEIJING],
        description="Golden image",
        purge_tags=True,
    )
    assert real.actions == {BEIJING: "updated"}


def test_a_running_copy(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source()
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], wait=False)
    lab.until_shown()
    real = four_steps(lab, "ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING])
    assert real.actions == {BEIJING: "adopted"}


def test_an_image_from_an_instance(lab: Lab) -> None:
    real = four_steps(
        lab,
        "ecs_image",
        region=HOME,
        instance_id=lab.demo("instances", "demo"),
        name="base",
        description="A base image",
        family="base",
        tags={"stage": "release"},
        nvme_support="supported",
    )
    assert real.result["image"]["status"] == "Available"


@pytest.mark.parametrize("state", ["deprecated", "absent"])
def test_an_image_that_is_withdrawn(lab: Lab, state: str) -> None:
    source = lab.source(shares=[ONE])
    real = four_steps(lab, "ecs_image", region=HOME, image_id=source, state=state, unshare=True)
    assert real.result["unshared"] == [ONE]


def test_a_share_list(lab: Lab) -> None:
    source = lab.source(shares=[TWO])
    real = four_steps(lab, "ecs_image_share", region=HOME, image_id=source, accounts=[ONE], purge_accounts=True)
    assert lab.image(source).accounts() == [ONE]
    assert (real.share()["added"], real.share()["removed"]) == ([ONE], [TWO])


@pins.side_by_side
@pins.tags_at_once
def test_cancelling(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source()
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING, VALLEY], wait=False)
    lab.until_shown()
    real = four_steps(
        lab, "ecs_image_copy_cancel", source_region=HOME, source_image_id=source, regions=[BEIJING, VALLEY]
    )
    assert len(real.result["cancelled"]) == 2
