# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Input that can't be meant: images that are not there yet, and looks without a pause between them."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, ONE, Lab

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


@pytest.mark.parametrize("module", ["ecs_image_copy", "ecs_snapshot_copy"])
def test_an_empty_key_of_one_destination_is_not_the_service_key(lab: Lab, module: str) -> None:
    """A survey's empty answer took the key for all destinations away, and with the service key it can not be shared."""
    image, key = lab.source(), lab.key(BEIJING)
    snapshot = lab.image(image).disks[0].snapshot_id
    source = {"image_id": image} if module == "ecs_image_copy" else {"snapshot_id": snapshot}
    given = {"region": HOME, **source, "encrypted": True, "kms_key_id": key}
    for check in (True, False):
        (copy,) = lab.ok(module, **given, check=check, destinations=[{"region": BEIJING, "kms_key_id": ""}]).result[
            "copies"
        ]
        assert copy["kms_key_id"] == key
    plain = {**given, "destinations": [{"region": FRANKFURT, "encrypted": False, "kms_key_id": ""}]}
    (copy,) = lab.ok(module, **plain, check=True).result["copies"]
    assert not copy["kms_key_id"]


ODD: list[t.Any] = [
    ("size", "40 GiB", "a number"),
    ("size", True, "a number"),
    ("disks", 5, "a list"),
    ("disks", [5], "dictionaries"),
    ("tags", "team=web", "a dictionary"),
    ("features", ["nvme"], "a dictionary"),
    ("encrypted", "perhaps", "true or false"),
    ("name", ["golden"], "a text"),
]


@pytest.mark.parametrize(("key", "value", "words"), ODD)
@pytest.mark.parametrize("module", ["ecs_image_copy", "ecs_image_share", "ecs_image_share_info"])
def test_a_planned_image_that_no_task_has_returned_is_refused_in_words(
    lab: Lab, module: str, key: str, value: t.Any, words: str
) -> None:
    """It ended as a fault of the collection, with a place in its code."""
    planned = {"region": HOME, "image_id": None, "planned": True, "name": "golden", key: value}
    wish = {
        "ecs_image_copy": {"destination_regions": [BEIJING]},
        "ecs_image_share": {"accounts": [ONE]},
        "ecs_image_share_info": {},
    }[module]
    lab.fails(module, "The input is refused", f"{key} of the planned image", words, image=planned, **wish, check=True)


def test_a_planned_copy_with_odd_disks_is_refused_before_it_is_shared(lab: Lab) -> None:
    planned = {"region": HOME, "image_id": None, "planned": True, "encrypted": True, "disk_count": "two"}
    outcome = lab.fails("ecs_image_share", "disk_count", images=[planned], accounts=[ONE], check=True)
    assert outcome.result["faults"] == ["disk_count of the planned image is 'two' and must be a number"]
