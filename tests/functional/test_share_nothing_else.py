# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_share shares what was meant and nothing else, whatever it is handed and whatever it finds."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, MAIN, ONE, TWO, VALLEY, Lab

from ansible_collections.imageops.alicloud.plugins.module_utils._share.share_list import ShareList

SHARE, COPY = "ecs_image_share", "ecs_image_copy"


def errors(outcome: t.Any) -> dict[str, str | None]:
    """Region → code of each entry."""
    return {one["region"]: one["error"] and one["error"]["code"] for one in outcome.result["shares"]}


# What is handed in


def test_an_image_that_only_has_the_name_of_a_failed_copy_is_not_shared(lab: Lab) -> None:
    source, stranger = lab.source(), lab.plant("images", region=BEIJING, name="golden")
    copies = lab(COPY, region=HOME, image_id=source, destination_regions=[BEIJING, FRANKFURT]).result["copies"]
    assert stranger not in [one["image_id"] for one in copies]
    for check in (True, False):
        outcome = lab.fails(SHARE, images=copies, accounts=[ONE], check=check)
        assert errors(outcome) == {BEIJING: "NameTaken", FRANKFURT: None}
    assert lab.image(stranger).accounts() == []
    assert lab.one(FRANKFURT).accounts() == [ONE]


@pytest.mark.parametrize("error", [{"code": "QuotaExceed.Image", "message": "full", "hint": None}, "full"])
def test_a_copy_that_never_came_to_be_is_a_failed_entry(lab: Lab, error: t.Any) -> None:
    images = [{"region": HOME, "image_id": lab.source()}, {"region": BEIJING, "image_id": None, "error": error}]
    outcome = lab.fails(SHARE, "full", images=images, accounts=[ONE])
    assert lab.one(HOME).accounts() == [ONE]
    assert outcome.result["shares"][1]["error"]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_nothing_is_taken_from_an_entry_with_an_error_either(lab: Lab, state: str) -> None:
    image = lab.source(shares=[ONE, TWO])
    entry = {"region": HOME, "image_id": image, "error": {"code": "NameTaken", "message": "taken", "hint": None}}
    purge = {"purge_accounts": True} if state == "present" else {}
    lab.fails(SHARE, "NameTaken", images=[entry], accounts=[ONE], state=state, **purge)
    assert lab.image(image).accounts() == [ONE, TWO]


@pins.shared_at_once
def test_an_image_that_is_named_twice_is_one_image(lab: Lab) -> None:
    image = lab.source(shares=[TWO])
    images = [{"image_id": image, "accounts": [ONE]}, {"region": HOME, "image_id": image, "accounts": [TWO]}]
    call: dict[str, t.Any] = {"region": HOME, "images": images, "purge_accounts": True}
    outcome = lab.ok(SHARE, **call)
    assert outcome.share()["added"] == [ONE]
    assert sorted(lab.image(image).accounts()) == [ONE, TWO]
    assert not lab.ok(SHARE, **call).changed


def test_the_nearest_name_is_offered_for_every_region_that_is_named(lab: Lab) -> None:
    image = {"region": "cn-hangzou", "image_id": lab.source()}
    for call in ({"image": image}, {"images": [image]}):
        lab.fails(SHARE, "did you mean 'cn-hangzhou'", accounts=[ONE], **call)


@pytest.mark.parametrize("module", [SHARE, "ecs_image_share_info"])
def test_an_image_that_check_mode_planned_is_not_taken_by_a_real_run(lab: Lab, module: str) -> None:
    planned = {"region": HOME, "planned": True, "image_id": None, "name": "base"}
    who = {"accounts": [ONE]} if module == SHARE else {}
    for images in ({"image": planned}, {"images": [planned]}):
        lab.ok(module, check=True, **images, **who)
        outcome = lab.fails(module, "only planned it", "real run", **images, **who)
        assert outcome.result["error"]["code"] == "InvalidInput"


# What is found


@pins.tags_at_once
@pins.shown_at_once
@pytest.mark.parametrize("status", ["Creating", "Waiting", "UnAvailable", "CreateFailed", "Deprecated"])
def test_a_copy_that_can_not_be_shared_is_not_passed_over(lab: Lab, status: str) -> None:
    source = lab.source()
    copies = [lab.twin(source, BEIJING, status=status), lab.twin(source, FRANKFURT)]
    call = {"source_region": HOME, "source_image_id": source, "regions": [BEIJING, FRANKFURT], "accounts": [ONE]}
    for check in (True, False):
        outcome = lab.fails(SHARE, copies[0], status, check=check, **call)
        assert errors(outcome)[FRANKFURT] is None and errors(outcome)[BEIJING] in ("NotAvailable", "Deprecated")
    assert [lab.image(copy).accounts() for copy in copies] == [[], [ONE]]


@pins.tags_at_once
@pins.shown_at_once
@pytest.mark.parametrize("status", ["UnAvailable", "Creating"])
def test_a_copy_is_taken_from_an_account_whatever_its_state(lab: Lab, status: str) -> None:
    source = lab.source()
    copy = lab.twin(source, BEIJING, status=status, shares=[ONE, TWO])
    call = {"source_region": HOME, "source_image_id": source, "regions": [BEIJING], "accounts": [ONE]}
    lab.ok(SHARE, state="absent", **call)
    assert lab.image(copy).accounts() == [TWO]


def test_a_plain_image_is_no_copy_of_an_encrypted_one(lab: Lab) -> None:
    source = lab.source(disks=[{"size": 20, "encrypted": True, "kms_key_id": lab.key(HOME)}])
    forged = lab.twin(source, BEIJING)
    call = {"source_region": HOME, "source_image_id": source, "regions": [BEIJING], "accounts": [ONE]}
    lab.fails(SHARE, forged, "plain, though its source is encrypted", **call)
    assert lab.image(forged).accounts() == []


def test_an_image_that_is_older_than_the_source_is_no_copy_of_it(lab: Lab) -> None:
    source = lab.source()
    forged = lab.twin(source, BEIJING, created="2020-01-01T00:00:00Z")
    call = {"source_region": HOME, "source_image_id": source, "regions": [BEIJING], "accounts": [ONE]}
    lab.fails(SHARE, forged, "older than the source", **call)
    assert lab.image(forged).accounts() == []


@pytest.mark.parametrize("also", [{}, {"accounts": [ONE]}])
def test_an_encrypted_image_is_not_made_public(lab: Lab, also: t.Any) -> None:
    lab.plant("accounts", id=MAIN, community_terms=True)
    disks = [{"size": 20, "encrypted": True, "kms_key_id": lab.key(VALLEY)}]
    image = lab.source(region=VALLEY, disks=disks)
    planned = {"region": VALLEY, "planned": True, "image_id": None, "encrypted": True, "kms_key_id": lab.key(VALLEY)}
    lab.fails(SHARE, "can't be made public", image=planned, public=True, check=True, **also)
    for check in (True, False):
        lab.fails(SHARE, "can't be made public", region=VALLEY, image_id=image, public=True, check=check, **also)
    assert lab.writes() == []


def test_a_planned_image_would_be_made_public(lab: Lab) -> None:
    planned = {"region": VALLEY, "planned": True, "image_id": None}
    outcome = lab.ok(SHARE, image=planned, public=True, check=True)
    assert outcome.changed and outcome.share()["public"] is True


def test_a_fault_of_ours_loses_no_other_image(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    read = ShareList.read

    def surprising(shares: ShareList) -> list[str]:
        if shares._region == BEIJING:
            raise ValueError("nobody thought of that")
        return read(shares)

    monkeypatch.setattr(ShareList, "read", surprising)
    images = [{"region": region, "image_id": lab.source(region=region)} for region in (BEIJING, FRANKFURT)]
    outcome = lab.fails(SHARE, "unexpected ValueError in module_utils/", images=images, accounts=[ONE])
    assert errors(outcome) == {BEIJING: "InternalError", FRANKFURT: None}
    assert lab.one(FRANKFURT).accounts() == [ONE]
