# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Input that can't be meant: images that are not there yet, and looks without a pause between them."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, HOME, ONE, Lab

COPY = "ecs_image_copy"
PLANNED: dict[str, t.Any] = {"region": HOME, "planned": True, "image_id": None, "name": "base", "size": 20}


def test_a_planned_image_is_for_check_mode_only(lab: Lab) -> None:
    call = {"image": PLANNED, "destination_regions": [BEIJING]}
    assert lab.ok(COPY, check=True, **call).actions == {BEIJING: "started"}
    outcome = lab.fails(COPY, "The input is refused", "check mode", "real run", **call)
    assert len(outcome.result["faults"]) == 1
    assert lab.writes() == []


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("image_id", [None, ""])
def test_images_without_an_id_are_named_by_their_region(lab: Lab, image_id: str | None, check: bool) -> None:
    call = {"images": {HOME: image_id, BEIJING: lab.source(region=BEIJING)}, "encrypted": True, "name": "taken-over"}
    outcome = lab.fails(COPY, "images names no image in cn-hangzhou", check=check, **call)
    assert len(outcome.result["faults"]) == 1
    assert lab.writes() == []


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("family", ["1", "acs:web", "a b"])
def test_a_family_that_no_image_can_have_begins_no_copy(lab: Lab, family: str, check: bool) -> None:
    """The copy was made, and the API refused the family only then."""
    call = {"region": HOME, "image_id": lab.source(), "check": check}
    lab.fails(COPY, f"family {family!r} must", **call, destination_regions=[BEIJING], family=family)
    lab.fails(COPY, f"family {family!r} must", **call, destinations=[{"region": BEIJING, "family": family}])
    assert lab.writes() == []


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_all_regions_with_the_source_s_own_need_a_name(lab: Lab, check: bool) -> None:
    """The others were started, and the source's own failed, since the source has the name."""
    call = {"region": HOME, "image_id": lab.source(), "destination_regions": ["all"], "encrypted": True}
    outcome = lab.fails(COPY, "The input is refused", "name is required", check=check, **call)
    assert len(outcome.result["faults"]) == 1
    assert lab.writes() == []


@pytest.mark.parametrize("module", [COPY, "ecs_image_share", "ecs_image_share_info"])
@pytest.mark.parametrize(
    "entry", [{"region": 5}, {"region": [HOME]}, {"image_id": ["m-1"]}, {"image_id": {"id": "m-1"}}]
)
def test_an_image_names_its_region_and_its_id_as_texts(lab: Lab, module: str, entry: dict[str, t.Any]) -> None:
    more = {COPY: {"destination_regions": [BEIJING]}, "ecs_image_share": {"accounts": [ONE]}}.get(module, {})
    image = {"region": HOME, "image_id": lab.source(), **entry}
    lab.fails(module, "The input is refused", image=image, **more)
    if module != COPY:
        lab.fails(module, "The input is refused", images=[image], **more)
    assert lab.writes() == []


@pytest.mark.parametrize("seconds", [0, -1])
@pytest.mark.parametrize(
    ("module", "params"),
    [
        (COPY, {"image_id": "m-1", "destination_regions": [BEIJING]}),
        ("ecs_image_copy_cancel", {"image_id": "m-1"}),
        ("ecs_image", {"name": "base", "instance_id": "i-1"}),
        ("ecs_snapshot_copy", {"snapshot_id": "s-1", "destinations": [{"region": BEIJING}]}),
    ],
    ids=["copy", "cancel", "image", "snapshot"],
)
def test_looks_need_a_pause_between_them(lab: Lab, module: str, params: dict[str, t.Any], seconds: int) -> None:
    lab.fails(module, "wait_interval", "more than 0", region=HOME, wait_interval=seconds, **params)
    assert lab.writes() == []


def test_a_short_interval_is_used_as_it_is(lab: Lab) -> None:
    outcome = lab.ok(
        COPY, region=HOME, image_id=lab.source(), destination_regions=[BEIJING], wait_interval=0.5, wait_timeout=60
    )
    assert outcome.actions == {BEIJING: "started"}
    assert lab.actions().count("DescribeImages") >= 11
