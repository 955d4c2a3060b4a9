# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images become the newest of their family, and which were it before."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _promotion

Data = dict[str, t.Any]
HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
OLD, NEW, LATER = "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"


def image(image_id: str, region: str = HOME, **changes: t.Any) -> Data:
    usual: Data = {
        "region": region, "image_id": image_id, "name": f"name-{image_id}", "family": "base", "status": "Available",
        "created_at": OLD, "tags": {}, "is_public": False, "shares": [],
    }  # fmt: skip
    return {**usual, **changes}


def wanted(image_id: str | None, region: str = HOME, **changes: t.Any) -> Data:
    return {"region": region, "image_id": image_id, "name": "base-2", "planned": image_id is None, **changes}


@pytest.mark.parametrize("family", ["", None])
def test_no_family_holds_nothing_and_nothing_joins_it(family: t.Any) -> None:
    own = image("m-2", family="")
    found = [image("m-precious", family=""), own]
    came = _promotion.promotion(found, [wanted("m-2")], family)
    assert (came["promote"], came["previous"], len(came["refused"])) == ([], [], 1)


def test_all_regions_are_one_decision() -> None:
    found = [image("m-1"), image("m-2", family="", created_at=NEW), image("m-3", BEIJING, family="", created_at=OLD)]
    later = [*found, image("m-9", BEIJING, created_at=NEW)]
    ids = [wanted("m-2"), wanted("m-3", BEIJING)]
    came = _promotion.promotion(found, ids, "base")
    assert [one["image_id"] for one in came["promote"]] == ["m-2", "m-3"]
    assert ([one["image_id"] for one in came["previous"]], came["refused"]) == (["m-1"], [])
    (refused,) = _promotion.promotion(later, ids, "base")["refused"]
    assert f"{BEIJING}: family base holds m-9" in refused
    both = _promotion.promotion([*later, image("m-8", created_at=LATER)], ids, "base")["refused"]
    # What to do about it is told once, at the end.
    assert [told.count("state=deprecated") for told in both] == [0, 1] and "the playbook rollback" in both[-1]


def test_what_is_not_to_be_seen_is_refused() -> None:
    (told,) = _promotion.promotion([], [wanted("m-2")], "base")["refused"]
    assert told.startswith(f"{HOME}: m-2 is not visible as Available. If it is gone, run its release again")
    (told,) = _promotion.promotion([], [wanted("m-2")], "base", back=True)["refused"]
    assert told.startswith(f"{HOME}: m-2 is not visible. If it is gone")


def test_the_age_is_that_of_the_source() -> None:
    copy = image("m-2", family="", created_at=NEW, tags={"imageops:source-created": OLD})
    held = image("m-1", created_at="2026-10-15T00:00:00Z")
    assert len(_promotion.promotion([copy, held], [wanted("m-2")], "base")["refused"]) == 1


def test_going_back_leaves_behind_what_was_copied_later_of_the_same_source() -> None:
    born = {"tags": {"imageops:source-created": OLD}}
    found = [image("m-1"), image("m-2", created_at=NEW, **born)]
    back = _promotion.promotion(found, [wanted("m-1")], "base", back=True)
    assert ([one["image_id"] for one in back["previous"]], back["refused"]) == (["m-2"], [])
    forth = _promotion.promotion(found, [wanted("m-2")], "base", back=True)
    assert forth["previous"] == []


@pytest.mark.parametrize(
    ("created", "refused"),
    [(OLD, 1), (NEW, 0), (None, 0)],
    ids=["older", "younger", "with its source still to be made"],
)
def test_a_copy_that_is_still_to_be_made_is_as_old_as_its_source(created: str | None, refused: int) -> None:
    held = image("m-1", created_at="2026-10-15T00:00:00Z")
    came = _promotion.promotion([held], [wanted(None, source_created_at=created)], "base")
    assert len(came["refused"]) == refused
    assert came["promote"] == [{"region": HOME, "image_id": None, "name": "base-2"}]
    assert [one["image_id"] for one in came["previous"]] == ["m-1"]


def test_one_predecessor_of_two_images_is_deprecated_once() -> None:
    found = [image("m-1"), image("m-2", family="", created_at=NEW), image("m-3", family="", created_at=NEW)]
    came = _promotion.promotion(found, [wanted("m-2"), wanted("m-3")], "base")
    assert [one["image_id"] for one in came["previous"]] == ["m-1"]


@pytest.mark.parametrize("kept", [{"shares": [{"account_id": "1"}]}, {"is_public": True}], ids=["shared", "public"])
def test_what_others_have_stays_unless_it_is_taken_from_them(kept: Data) -> None:
    found = [image("m-1", **kept), image("m-2", family="", created_at=NEW)]
    assert _promotion.promotion(found, [wanted("m-2")], "base")["previous"] == []
    assert len(_promotion.promotion(found, [wanted("m-2")], "base", unshare=True)["previous"]) == 1


# A new key: new images in the place of old ones


def copy(image_id: str | None = "m-2", **changes: t.Any) -> Data:
    return {"region": HOME, "image_id": image_id, "name": "base-rekeyed", "error": None, **changes}


def test_a_new_image_joins_the_family_of_the_old_one() -> None:
    came = _promotion.succession([image("m-1"), image("m-2", family="")], [image("m-1")], [copy()])
    assert came["left_out"] == []
    assert came["join"] == [{"region": HOME, "image_id": "m-2", "name": "base-rekeyed", "family": "base"}]


@pytest.mark.parametrize(
    ("found", "copies"),
    [
        ([image("m-1", family=""), image("m-2", family="")], [copy()]),
        ([image("m-2", family="")], [copy()]),
        ([image("m-1", status="Deprecated"), image("m-2")], [copy()]),
        ([image("m-1"), image("m-2", family="own")], [copy()]),
        ([image("m-1")], [copy(None, error={"code": "X"})]),
    ],
    ids=["no family", "the old one is gone", "done already", "a family of its own", "no new one"],
)
def test_nothing_else_joins_one(found: list[Data], copies: list[Data]) -> None:
    came = _promotion.succession(found, [image("m-1")], copies)
    assert (came["join"], came["left_out"]) == ([], [])


def test_what_has_joined_before_is_told_with_its_family() -> None:
    """For the manifest of a run that goes on with what a killed one has done."""
    came = _promotion.succession([image("m-1", status="Deprecated"), image("m-2")], [image("m-1")], [copy()])
    assert [(one["image_id"], one["family"]) for one in came["joined"]] == [("m-2", "base")]


def test_a_family_never_goes_back_to_an_older_source() -> None:
    """The new image is young, but what is in it is not."""
    new = image("m-2", family="", created_at="2026-12-01T00:00:00Z")
    came = _promotion.succession([image("m-1"), new, image("m-9", created_at=NEW)], [image("m-1")], [copy()])
    assert came["join"] == [] and "holds m-9" in came["left_out"][0]
    gone = image("m-9", created_at=NEW, status="Deprecated")
    assert len(_promotion.succession([image("m-1"), new, gone], [image("m-1")], [copy()])["join"]) == 1


def test_a_new_image_does_not_join_the_family_of_an_old_one_that_was_taken_back() -> None:
    found = [image("m-1", status="Deprecated"), image("m-2", family="")]
    came = _promotion.succession(found, [image("m-1")], [copy()])
    assert came["join"] == [] and "m-1 (name-m-1) is Deprecated" in came["left_out"][0]


def test_what_another_run_has_put_into_the_family_meanwhile_is_told_if_it_may_lead() -> None:
    before = [image("m-8", created_at=NEW), image("m-7", status="Deprecated", created_at=NEW)]
    led = [image("m-1"), before[0]]
    assert _promotion.joined_beside(led, before, [wanted("m-1")], "base") == []
    source_created = {"imageops:source-created": "2026-09-01T00:00:00Z"}
    for beside in (image("m-2", created_at=NEW), image("m-7", created_at=NEW, tags=source_created)):
        (told,) = _promotion.joined_beside([*led, beside], before, [wanted("m-1")], "base")
        assert f"holds {beside['image_id']}" in told and "another run has put it there" in told
        gone = [{**beside, "status": "Deprecated"}, {**beside, "family": "own"}, {**beside, "region": "cn-beijing"}]
        assert _promotion.joined_beside([*led, *gone], before, [wanted("m-1")], "base") == []
    older = image("m-2", created_at="2026-09-01T00:00:00Z")
    assert _promotion.joined_beside([*led, older], before, [wanted("m-1")], "base") == []


def test_a_new_image_that_is_still_to_be_made_is_foreseen() -> None:
    (one,) = _promotion.succession([image("m-1")], [image("m-1")], [copy(None)])["join"]
    assert (one["image_id"], one["family"]) == (None, "base")


def test_a_release_goes_back_only_if_it_is_told_to_and_never_leaves_the_bad_one_in_the_lead() -> None:
    older, bad = image("m-1", family="", created_at=OLD), image("m-2", created_at=NEW)
    assert len(_promotion.promotion([older, bad], [wanted("m-1")], "base")["refused"]) == 1
    came = _promotion.promotion([older, bad], [wanted("m-1")], "base", back=True)
    assert ([one["image_id"] for one in came["previous"]], came["refused"]) == (["m-2"], [])
    shared = {**bad, "shares": [{"account_id": "1"}]}
    (refused,) = _promotion.promotion([older, shared], [wanted("m-1")], "base", back=True)["refused"]
    assert "m-2 is shared" in refused and "image_release_unshare_previous=true" in refused
    assert _promotion.promotion([older, shared], [wanted("m-1")], "base", unshare=True, back=True)["refused"] == []


def test_going_back_names_what_leads_where_the_older_release_has_no_image() -> None:
    found = [image("m-1"), image("m-2", created_at=NEW)]
    held = [
        *found,
        image("m-3", BEIJING, created_at=NEW),
        image("m-0", "cn-shanghai", created_at="2026-09-01T00:00:00Z"),
    ]
    copied = {"imageops:source-created": OLD}
    held.append(image("m-4", FRANKFURT, created_at=LATER, tags=copied))  # of the release itself
    (stays,) = _promotion.elsewhere(held, found, [wanted("m-1")])
    assert (stays["region"], stays["image_id"], stays["reason"]) == (BEIJING, "m-3", _promotion.ELSEWHERE)
    assert _promotion.elsewhere(held, [], [wanted("m-1")]) == []


def test_what_is_as_old_by_another_zone_is_of_the_same_release() -> None:
    """Times were compared as texts."""
    same = OLD.replace("Z", "+00:00")
    held = [image("m-1"), image("m-3", BEIJING, created_at=same)]
    assert _promotion.elsewhere(held, held[:1], [wanted("m-1")]) == []
    earlier = "2027-01-01T00:00:00+14:00"  # 2026-12-31T10:00:00Z
    ours = image("m-1", created_at="2026-12-31T12:00:00Z", family="base")
    beside = image("m-2", created_at=earlier, family="base")
    assert _promotion.joined_beside([ours, beside], [ours], [wanted("m-1")], "base") == []
