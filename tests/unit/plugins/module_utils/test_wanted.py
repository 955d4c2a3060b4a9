# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of copies: entries and the task together, and what the source gives to it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._copy import request as copy_request
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Options, Request
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import (
    BEIJING,
    CREATED,
    HOME,
    SOURCE_ID,
    image,
)

Data = dict[str, t.Any]


FRANKFURT = "eu-central-1"


def requests(**params: t.Any) -> list[Request]:
    found, faults = Options(**{"region": HOME, "image_id": SOURCE_ID, **params}).asked
    assert faults == []
    return found


def faults(**params: t.Any) -> list[str]:
    return Options(**{"region": HOME, "image_id": SOURCE_ID, **params}).asked[1]


# Merging


def test_what_an_entry_leaves_out_is_taken_from_the_task() -> None:
    (one, two) = requests(
        name="golden",
        description="All",
        tags={"stage": "all"},
        destinations=[{"region": BEIJING}, {"region": FRANKFURT, "name": "silver", "tags": {"team": "eu"}}],
    )
    assert (one.name, one.description, one.tags) == ("golden", "All", {"stage": "all"})
    assert (two.name, two.description, two.tags) == ("silver", "All", {"team": "eu"})


def test_names_and_entries_are_taken_together() -> None:
    assert [one.region for one in requests(destination_regions=[BEIJING], destinations=[{"region": FRANKFURT}])] == [
        BEIJING,
        FRANKFURT,
    ]


def test_a_key_for_all_is_none_for_one_that_stays_plain() -> None:
    one, two = requests(
        encrypted=True, kms_key_id="key", destinations=[{"region": BEIJING}, {"region": FRANKFURT, "encrypted": False}]
    )
    assert (one.encrypted, one.kms_key_id) == (True, "key")
    assert (two.encrypted, two.kms_key_id) == (False, None)


def test_images_take_the_options_of_their_region() -> None:
    keys = [{"region": HOME, "kms_key_id": "key-1"}, {"region": BEIJING, "kms_key_id": "key-2", "tags": {"a": "1"}}]
    images = {HOME: "m-1", BEIJING: "m-2"}
    found, told = Options(**{"images": images, "name": "mine", "encrypted": True, "destinations": keys}).asked
    assert told == []
    assert [(one.source_id, one.region, one.kms_key_id, one.tags) for one in found] == [
        ("m-1", HOME, "key-1", None),
        ("m-2", BEIJING, "key-2", {"a": "1"}),
    ]


def test_options_for_a_region_without_an_image_are_refused() -> None:
    call = {"images": {HOME: "m-1"}, "name": "mine", "encrypted": True, "destination_regions": [BEIJING]}
    told = Options(**{**call, "destinations": [{"region": BEIJING}, {"region": BEIJING}]}).asked[1]
    assert len(told) == 4 and "images names no image there" in told[1] and "twice" in told[3]


def test_images_of_several_regions_are_their_own_destinations() -> None:
    found, told = Options(**{"images": {HOME: "m-1", BEIJING: "m-2"}, "name": "mine", "encrypted": True}).asked
    assert [(one.source_region, one.source_id, one.region, one.name) for one in found] == [
        (HOME, "m-1", HOME, "mine"),
        (BEIJING, "m-2", BEIJING, "mine"),
    ]
    assert told == []


def test_an_image_as_ecs_image_returned_it_is_a_source() -> None:
    (one,) = Options(**{"image": {"region": BEIJING, "image_id": "m-1"}, "destination_regions": [HOME]}).asked[0]
    assert (one.source_region, one.source_id) == (BEIJING, "m-1")


def test_a_planned_image_is_a_source_without_id() -> None:
    given = {"region": HOME, "image_id": None, "planned": True}
    found, told = Options(**{"image": given, "destination_regions": [BEIJING]}).asked
    assert (found[0].source_id, told) == (None, [])


FAULTS: list[t.Any] = [
    pytest.param({}, "no destination", id="no destination"),
    pytest.param({"image_id": None, "destination_regions": [BEIJING]}, "no source", id="no source"),
    pytest.param({"region": None, "destination_regions": [BEIJING]}, "region of the source", id="no region"),
    pytest.param(
        {"image": {"name": "x"}, "destination_regions": [BEIJING]}, "image has no image_id", id="image without id"
    ),
    pytest.param({"destination_regions": [BEIJING, BEIJING]}, "twice", id="a region twice"),
    pytest.param(
        {"destination_regions": [BEIJING], "destinations": [{"region": BEIJING}]}, "twice", id="a region in both lists"
    ),
    pytest.param({"destination_regions": [BEIJING], "name": "x"}, "2 to 128", id="a short name"),
    pytest.param({"destination_regions": [BEIJING], "description": "x"}, "2 to 256", id="a short description"),
    pytest.param({"destination_regions": [BEIJING], "tags": {"imageops:x": "1"}}, "reserved", id="a reserved tag"),
    pytest.param(
        {"destination_regions": [BEIJING], "kms_key_id": "k"}, "encrypted=true", id="a key without encryption"
    ),
    pytest.param(
        {"destination_regions": [BEIJING], "kms_key_id": "k", "encrypted": False},
        "encrypted=true",
        id="a key for a plain one",
    ),
    pytest.param({"destination_regions": [HOME], "encrypted": True}, "name is required", id="no name at home"),
]


@pytest.mark.parametrize(("params", "word"), FAULTS)
def test_what_is_wrong_is_told(params: Data, word: str) -> None:
    (told,) = faults(**params)
    assert word in told


def test_every_fault_is_told_at_once_with_its_region() -> None:
    told = faults(
        name="x", destinations=[{"region": BEIJING, "kms_key_id": "k"}, {"region": FRANKFURT, "description": "y"}]
    )
    assert len(told) == 4
    assert [one.split(":")[0] for one in told] == [f"destination {BEIJING}"] * 2 + [f"destination {FRANKFURT}"] * 2


# Filling in


def fill(
    source: Data | None = None, copy_tags: bool = True, gone: bool = False, **options: t.Any
) -> copy_request.Wanted:
    request = Request(HOME, SOURCE_ID, options.pop("region", BEIJING), **options)
    return copy_request.wanted_of(request, None if gone else source or image(), copy_tags)


def test_the_source_gives_name_and_encryption() -> None:
    assert (fill().name, fill().encrypted) == ("golden", False)
    assert fill(image(encrypted=True)).encrypted is True
    assert fill(image(encrypted=True), encrypted=False).encrypted is False
    assert fill(name="silver").name == "silver"


def test_a_source_that_is_gone_gives_nothing() -> None:
    one = fill(gone=True, name="golden")
    assert (one.encrypted, one.tags) == (None, {})
    assert one.markers == {"imageops:copied-from": f"{HOME}/{SOURCE_ID}", "imageops:copied-as": "golden"}


def test_the_markers_say_source_name_and_time() -> None:
    assert fill(name="silver").markers == {
        "imageops:copied-from": f"{HOME}/{SOURCE_ID}",
        "imageops:copied-as": "silver",
        "imageops:source-created": CREATED,
    }


def test_tags_are_inherited_but_for_the_reserved_and_the_ones_given() -> None:
    source = image(tags={"Stage": "old", "team": "base", "acs:x": "1", "ALIYUN.y": "1", "imageops:created-from": "i-1"})
    assert fill(source, tags={"stage": "new"}).tags == {"team": "base", "stage": "new"}
    assert fill(source, copy_tags=False, tags={"stage": "new"}).tags == {"stage": "new"}


@pytest.mark.parametrize(
    ("region", "encrypted", "itself"),
    [(HOME, None, True), (HOME, False, True), (HOME, True, False), (BEIJING, None, False)],
)
def test_the_source_s_region_without_encryption_is_the_image_itself(
    region: str, encrypted: bool | None, itself: bool
) -> None:
    assert fill(region=region, encrypted=encrypted, name="golden-2").is_source is itself


def test_the_request_sends_a_description_and_all_tags() -> None:
    source = image(description="From the source")
    assert fill(source).request(source)["description"] == "From the source"
    assert fill(source, description="").request(source)["description"] == ""
    assert set(fill(source, tags={"a": "1"}).request(source)["tags"]) == {"a", *fill(source).markers}


SOURCE_FAULTS: list[t.Any] = [
    pytest.param(image(), {}, None, id="fine"),
    pytest.param(image(owner_alias="system"), {}, "marketplace", id="system image"),
    pytest.param(image(owner_alias="marketplace"), {}, "marketplace", id="marketplace image"),
    pytest.param(image(is_public=True), {}, "public", id="community image"),
    pytest.param(image(encrypted=True), {"encrypted": False}, "can't be plain", id="encrypted to plain"),
    pytest.param(image(encrypted=True), {"encrypted": True}, None, id="encrypted to encrypted"),
    pytest.param(image(owner_alias="others"), {"encrypted": True}, "own region", id="shared, to another region"),
    pytest.param(
        image(owner_alias="others"),
        {"region": HOME, "encrypted": True, "name": "mine"},
        None,
        id="shared, encrypted in place",
    ),
]


@pytest.mark.parametrize(("source", "options", "word"), SOURCE_FAULTS)
def test_what_the_source_forbids_is_told(source: Data, options: Data, word: str | None) -> None:
    told = copy_request.source_faults(source, [fill(source, **options)], 20)
    assert [one for one in told if not word or word not in one] == []
    assert bool(told) is bool(word)


@pytest.mark.parametrize(("tags", "fits"), [(17, True), (18, False)])
def test_the_markers_count_towards_the_tags(tags: int, fits: bool) -> None:
    one = fill(tags={str(number): "1" for number in range(tags)})
    told = copy_request.source_faults(image(), [one], 20)
    assert (told == []) is fits
