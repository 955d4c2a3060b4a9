# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_share: images that name accounts of their own, and numbers that are no accounts."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, HOME, MAIN, ONE, TWO, Lab

SHARE = "ecs_image_share"


def test_each_image_has_its_own_accounts_too(lab: Lab) -> None:
    first, second = lab.source(), lab.source(region=BEIJING)
    images = [{"region": HOME, "image_id": first, "accounts": [TWO]}, {"region": BEIJING, "image_id": second}]
    outcome = lab.ok(SHARE, images=images, accounts=[ONE])
    assert (lab.image(first).accounts(), lab.image(second).accounts()) == ([ONE, TWO], [ONE])
    assert [share["added"] for share in outcome.result["shares"]] == [[ONE, TWO], [ONE]]


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("account", ["somebody", MAIN])
def test_the_accounts_of_an_image_are_judged_like_those_of_several(lab: Lab, account: str, check: bool) -> None:
    """The other account got the image, and the API refused this one only then."""
    image = {"region": HOME, "image_id": lab.source(), "accounts": [account]}
    lab.fails(SHARE, "The input is refused", account, image=image, accounts=[ONE], check=check)
    assert lab.writes() == []


@pins.shared_at_once
def test_an_image_names_accounts_of_its_own(lab: Lab) -> None:
    image = {"region": HOME, "image_id": lab.source(), "accounts": [int(ONE)]}
    assert lab.ok(SHARE, image=image).share()["after"] == [ONE]
    assert lab.ok(SHARE, image=image, state="absent").share()["after"] == []


@pytest.mark.parametrize(
    "named",
    [
        {"accounts": [ONE, 0o100000000000011]},  # what YAML makes of 0100000000000011
        {"accounts": 0o100000000000011},
        {"denied_accounts": [0o100000000000011], "accounts": [ONE]},
        {"images": [{"region": HOME, "image_id": "m-1", "accounts": [0o100000000000011]}]},
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_account_that_yaml_has_made_another_number_of_is_no_account(lab: Lab, named: t.Any, state: str) -> None:
    """It was shared with whoever has that number, and with state=absent the account that was meant kept the image."""
    source = lab.source()
    call = {"region": HOME, "state": state, **({} if "images" in named else {"image_id": source}), **named}
    lab.fails(SHARE, "account 4398046511113 has 13 digits", "in quotes", **call)
    assert lab.calls("ModifyImageSharePermission") == []


def test_an_account_in_quotes_may_have_another_length(lab: Lab) -> None:
    lab.plant("accounts", id="4398046511113")
    source = lab.source()
    lab.ok(SHARE, region=HOME, image_id=source, accounts=["4398046511113"])
    assert lab.image(source).accounts() == ["4398046511113"]
