# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_share: the list is what was asked, every account has its own outcome."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, MAIN, ONE, THREE, TWO, VALLEY, Lab, accounts

SHARE = "ecs_image_share"


def listed(call: dict[str, t.Any], what: str) -> list[str]:
    return [value for key, value in call["params"].items() if key.startswith(what + ".")]


def test_twenty_three_accounts_take_three_calls_and_none_is_lost(lab: Lab) -> None:
    source = lab.source()
    wanted = accounts(23)
    outcome = lab.ok(SHARE, region=HOME, image_id=source, accounts=wanted)
    assert lab.image(source).accounts() == wanted
    assert outcome.share()["added"] == outcome.share()["after"] == wanted
    assert [len(listed(call, "AddAccount")) for call in lab.calls("ModifyImageSharePermission")] == [10, 10, 3]
    assert lab.actions().count("DescribeImageSharePermission") == 1
    assert outcome.share()["changed_at"] and len(outcome.share()["request_ids"]) == 3


def test_adds_and_removes_travel_together(lab: Lab) -> None:
    source = lab.source(shares=accounts(12))
    outcome = lab.ok(SHARE, region=HOME, image_id=source, accounts=accounts(12, 21), purge_accounts=True)
    calls = [
        (len(listed(call, "AddAccount")), len(listed(call, "RemoveAccount")))
        for call in lab.calls("ModifyImageSharePermission")
    ]
    assert calls == [(10, 10), (2, 2)]
    assert sorted(lab.image(source).accounts()) == accounts(12, 21)
    assert outcome.share()["removed"] == accounts(12)


def test_at_the_limit_the_removes_go_first(lab: Lab) -> None:
    source = lab.source(shares=accounts(50))
    lab.ok(SHARE, region=HOME, image_id=source, accounts=accounts(50, 11), purge_accounts=True)
    assert sorted(lab.image(source).accounts()) == accounts(50, 11)
    assert all(call["code"] is None for call in lab.calls("ModifyImageSharePermission"))


def test_accounts_are_added_to_those_that_are_there(lab: Lab) -> None:
    source = lab.source(shares=[ONE])
    outcome = lab.ok(SHARE, region=HOME, image_id=source, accounts=[ONE, TWO])
    assert lab.image(source).accounts() == [ONE, TWO]
    assert outcome.share()["added"] == [TWO]


def test_a_list_of_more_than_a_page_is_read_to_its_end(lab: Lab) -> None:
    lab.setting(share_quota=200)
    more = [lab.plant("accounts", id=str(4000000000000000 + number)) for number in range(120)]
    source = lab.source(shares=more)
    outcome = lab.ok(SHARE, region=HOME, image_id=source, accounts=[ONE], max_accounts=200)
    assert outcome.share()["before"] == sorted(more)
    assert outcome.share()["added"] == [ONE]


def test_the_denied_list_wins(lab: Lab) -> None:
    source = lab.source(shares=[TWO])
    outcome = lab.ok(SHARE, region=HOME, image_id=source, accounts=[ONE, TWO, THREE], denied_accounts=[TWO, THREE])
    assert lab.image(source).accounts() == [ONE]
    assert outcome.share()["removed"] == [TWO]


def test_a_bad_account_alone_fails(lab: Lab) -> None:
    source = lab.source()
    good, bad = accounts(22), "9999999999999999"
    outcome = lab(SHARE, region=HOME, image_id=source, accounts=[*good[:5], bad, *good[5:]])
    assert outcome.code == 1 and outcome.changed
    assert sorted(lab.image(source).accounts()) == good
    share = outcome.share()
    assert [(one["account_id"], one["error"]["code"]) for one in share["failed"]] == [(bad, "InvalidAccount.NotFound")]
    assert share["added"] == good and share["after"] == good
    assert bad in outcome.msg


@pytest.mark.parametrize("mode", ["partial", "atomic"])
def test_bad_accounts_alone_fail_however_the_api_takes_a_list_with_one(lab: Lab, mode: str) -> None:
    lab.setting(share_on_error=mode)
    lab.plant("accounts", id="5000000000000001", site="china")
    source = lab.source(shares=[TWO])
    bad = ["5000000000000001", "9999999999999998", "9999999999999999"]
    outcome = lab(SHARE, region=HOME, image_id=source, accounts=[*accounts(7), *bad], purge_accounts=True)
    assert {one["account_id"] for one in outcome.share()["failed"]} == set(bad)
    assert sorted(lab.image(source).accounts()) == accounts(7)


def test_the_quota_of_the_cloud_stops_only_what_is_beyond_it(lab: Lab) -> None:
    lab.setting(share_quota=12)
    source = lab.source()
    outcome = lab(SHARE, region=HOME, image_id=source, accounts=accounts(15))
    assert outcome.code == 1
    assert len(lab.image(source).accounts()) == 12
    assert len(outcome.share()["failed"]) == 3
    assert {one["error"]["code"] for one in outcome.share()["failed"]} == {"QuotaExceed.ShareImageUser"}


def test_the_limit_counts_after_the_change(lab: Lab) -> None:
    source = lab.source(shares=accounts(8))
    call: dict[str, t.Any] = {"region": HOME, "image_id": source, "accounts": accounts(5, 11), "max_accounts": 10}
    outcome = lab(SHARE, **call)
    assert outcome.share()["error"]["code"] == "TooManyAccounts"
    assert lab.writes() == []
    lab.ok(SHARE, purge_accounts=True, **call)
    assert sorted(lab.image(source).accounts()) == accounts(5, 11)


@pins.shared_at_once
def test_unsharing(lab: Lab) -> None:
    source = lab.source(shares=[ONE, TWO, THREE])
    outcome = lab.ok(SHARE, region=HOME, image_id=source, accounts=[ONE, "2000000000000063"], state="absent")
    assert lab.image(source).accounts() == [TWO, THREE]
    assert outcome.share()["removed"] == [ONE]
    assert not lab.ok(SHARE, region=HOME, image_id=source, accounts=[ONE], state="absent").changed


def test_unsharing_an_unknown_image_is_unchanged_and_sharing_it_is_an_error(lab: Lab) -> None:
    call = {"region": HOME, "image_id": "m-nothing", "accounts": [ONE]}
    assert not lab.ok(SHARE, state="absent", **call).changed
    outcome = lab(SHARE, **call)
    assert outcome.share()["error"]["code"] == "InvalidImageId.NotFound"


def test_purging_everybody_needs_saying_so(lab: Lab) -> None:
    source = lab.source(shares=[ONE, TWO])
    call: dict[str, t.Any] = {"region": HOME, "image_id": source, "accounts": [], "purge_accounts": True}
    assert lab(SHARE, **call).code == 1
    assert lab.image(source).accounts() == [ONE, TWO]
    lab.ok(SHARE, allow_empty=True, **call)
    assert lab.image(source).accounts() == []


def test_one_bad_image_hides_none_of_the_others(lab: Lab) -> None:
    good, gone = lab.source(), "m-nothing"
    images = [{"region": BEIJING, "image_id": gone}, {"region": HOME, "image_id": good}]
    outcome = lab(SHARE, images=images, accounts=[ONE])
    assert outcome.code == 1 and outcome.changed
    assert lab.image(good).accounts() == [ONE]
    assert gone in outcome.msg


def test_all_copies_of_a_source(lab: Lab) -> None:
    source = lab.source()
    copies = [lab.twin(source, region) for region in (BEIJING, VALLEY)]
    other = lab.plant("images", region=BEIJING, name="other")
    outcome = lab.ok(SHARE, source_region=HOME, source_image_id=source, regions=[BEIJING, VALLEY], accounts=[ONE])
    assert [lab.image(copy).accounts() for copy in copies] == [[ONE], [ONE]]
    assert lab.image(other).accounts() == [] and len(outcome.result["shares"]) == 2


def test_a_forged_copy_is_not_shared(lab: Lab) -> None:
    source = lab.source()
    forged = lab.twin(source, BEIJING, disks=[{"size": 500}])
    good = lab.twin(source, VALLEY)
    outcome = lab(SHARE, source_region=HOME, source_image_id=source, regions=[BEIJING, VALLEY], accounts=[ONE])
    assert outcome.code == 1 and forged in outcome.msg
    assert lab.image(forged).accounts() == []
    assert lab.image(good).accounts() == [ONE]


def test_an_image_that_only_carries_the_markers_is_not_shared(lab: Lab) -> None:
    source = lab.source()
    forged = lab.twin(source, BEIJING, is_copied=False)
    lab(SHARE, source_region=HOME, source_image_id=source, regions=[BEIJING], accounts=[ONE])
    assert lab.image(forged).accounts() == []


def test_a_region_that_can_not_be_looked_at_hides_none_of_the_copies_elsewhere(lab: Lab) -> None:
    source = lab.source()
    copies = [lab.twin(source, region) for region in (VALLEY, FRANKFURT)]
    lab.fault("error", "DescribeImages", region=BEIJING, code="Forbidden.RAM", status=403, times=None)
    regions = [BEIJING, VALLEY, FRANKFURT]
    outcome = lab(SHARE, source_region=HOME, source_image_id=source, regions=regions, accounts=[ONE])
    assert outcome.code == 1 and "Forbidden.RAM" in outcome.msg
    assert [lab.image(copy).accounts() for copy in copies] == [[ONE], [ONE]]


def test_one_account_is_taken_from_all_own_images(lab: Lab) -> None:
    images = [lab.source(shares=[ONE, TWO]), lab.source(region=BEIJING, shares=[ONE]), lab.source(name="plain")]
    outcome = lab.ok(SHARE, regions=[HOME, BEIJING], all_own=True, accounts=[ONE], state="absent")
    assert [lab.image(image).accounts() for image in images] == [[TWO], [], []]
    assert outcome.changed


def test_everybody_is_taken_from_all_own_images_only_if_that_was_said(lab: Lab) -> None:
    images = [lab.source(shares=[ONE, TWO]), lab.source(region=BEIJING, shares=[THREE])]
    lab.fails(SHARE, "allow_empty", regions=[HOME, BEIJING], all_own=True, state="absent")
    assert lab.writes() == []
    lab.ok(SHARE, regions=[HOME, BEIJING], all_own=True, state="absent", allow_empty=True)
    assert [lab.image(image).accounts() for image in images] == [[], []]


@pytest.mark.parametrize("also", [{"denied_accounts": [ONE]}, {"public": False}])
@pytest.mark.parametrize("allow_empty", [False, True])
def test_nothing_else_that_is_asked_of_all_own_images_means_everybody(lab: Lab, also: t.Any, allow_empty: bool) -> None:
    image = lab.source(shares=[ONE, TWO, THREE])
    call = {"regions": [HOME], "all_own": True, "state": "absent", "allow_empty": allow_empty, **also}
    lab.ok(SHARE, **call)
    assert set(lab.image(image).accounts()) == {ONE, TWO, THREE} - {*also.get("denied_accounts", [])}


@pytest.mark.parametrize("also", [{"denied_accounts": [ONE]}, {"public": False}, {"accounts": [ONE]}])
def test_a_list_that_ends_up_empty_purges_only_if_that_was_said(lab: Lab, also: t.Any) -> None:
    """Whether nobody was named, or all who were are denied, or only another image has accounts of its own."""
    image, other = lab.source(shares=[TWO]), lab.source(name="other")
    images = [{"region": HOME, "image_id": image}, {"region": HOME, "image_id": other, **also}]
    asked = {key: value for key, value in also.items() if key != "accounts"}
    lab.fails(SHARE, "allow_empty", images=images, purge_accounts=True, **asked)
    assert lab.image(image).accounts() == [TWO] and lab.writes() == []


def test_all_own_goes_with_absent_only(lab: Lab) -> None:
    lab.fails(SHARE, "all_own", regions=[HOME], all_own=True, accounts=[ONE])


@pytest.mark.parametrize("status", ["Deprecated", "UnAvailable", "CreateFailed"])
def test_an_image_that_can_not_be_used_is_not_shared(lab: Lab, status: str) -> None:
    source = lab.source(status=status)
    lab.fails(SHARE, source, region=HOME, image_id=source, accounts=[ONE])
    assert lab.writes() == []


def test_another_account_s_image_is_not_shared_on(lab: Lab) -> None:
    source = lab.source(shares=[ONE])
    lab.fails(SHARE, region=HOME, image_id=source, accounts=[TWO], who="consumer-one")
    assert lab.image(source).accounts() == [ONE]


def test_an_image_that_is_encrypted_with_a_customer_key_is_shared(lab: Lab) -> None:
    source = lab.source(disks=[{"size": 20, "encrypted": True, "kms_key_id": lab.key(HOME)}])
    lab.ok(SHARE, region=HOME, image_id=source, accounts=[ONE])
    assert lab.image(source).accounts() == [ONE]


def test_a_community_image_and_back(lab: Lab) -> None:
    lab.plant("accounts", id=MAIN, community_terms=True)
    source = lab.source(region=VALLEY)
    call: dict[str, t.Any] = {"region": VALLEY, "image_id": source}
    for public in (True, False):
        before = lab.state()
        predicted = lab.ok(SHARE, public=public, check=True, **call)
        assert predicted.changed and lab.state() == before
        outcome = lab.ok(SHARE, public=public, **call)
        assert outcome.changed and outcome.share()["public"] is public
        assert predicted.result["diff"] == outcome.result["diff"]
        assert lab.image(source).is_public is public
        assert not lab.ok(SHARE, public=public, **call).changed


def test_public_is_not_sent_unless_asked(lab: Lab) -> None:
    source = lab.source()
    lab.ok(SHARE, region=HOME, image_id=source, accounts=[ONE])
    assert all("IsPublic" not in call["params"] for call in lab.calls("ModifyImageSharePermission"))


def test_a_share_list_that_can_not_be_read(lab: Lab) -> None:
    outcome = lab("ecs_image_share_info", region=HOME, image_id="m-bp1unknown")
    error = outcome.result["error"]
    assert error["code"] == "InvalidImageId.NotFound" and error["request_id"] in outcome.msg
    assert outcome.msg.count(error["hint"]) == 1
    assert outcome.result["shares"] == []


def test_share_lists_are_read(lab: Lab) -> None:
    source = lab.source(shares=[ONE, TWO])
    copy = lab.twin(source, BEIJING, shares=[THREE])
    outcome = lab.ok("ecs_image_share_info", region=HOME, image_id=source)
    assert outcome.result["shares"][0]["accounts"] == [ONE, TWO]
    assert all(one["shared_at"] for one in outcome.result["shares"][0]["shares"])
    copies = lab.ok(
        "ecs_image_share_info", source_region=HOME, source_image_id=source, regions=[BEIJING], query="[].accounts[]"
    )
    assert copies.result["shares"][0]["image_id"] == copy
    assert copies.result["result"] == [THREE]
    assert lab.writes() == []
