# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan that people read before a release."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _promotion
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _plan_text

Data = dict[str, t.Any]
REGIONS = HOME, BEIJING = "cn-hangzhou", "cn-beijing"


def parts(**changes: t.Any) -> Data:
    usual: Data = {
        "image": {"region": HOME, "image_id": None, "name": "base", "size": 20, "planned": True},
        "created": {"changed": True},
        "copies": {"copies": [copy()]},
        "shares": {},
    }
    return {**usual, **changes}


def copy(**changes: t.Any) -> Data:
    return {"region": BEIJING, "name": "base", "action": "started", "size": 20, "method": "image", **changes}


def line(found: list[str], words: str) -> str | None:
    return next((one for one in found if words in one), None)


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        ({}, None),
        ({"currency": "USD"}, None),
        ({"snapshot_gib_month": 0.02}, "0.80 a month"),
        ({"snapshot_gib_month": 0.02, "regions": {HOME: {"snapshot_gib_month": 0.1}}}, "2.40 a month"),
        ({"traffic_gib": 0.1}, "would cost 2.00 once for traffic"),
        ({"regions": {BEIJING: {"traffic_gib": 0.2}}}, "would cost 4.00 once for traffic"),
        ({"snapshot_gib_month": 0.02, "traffic_gib": 0.1, "currency": "USD"}, "0.80 USD a month at most, and 2.00 USD"),
    ],
    ids=["none", "a currency", "of storing", "by region", "of traffic", "of traffic by region", "of both"],
)
def test_costs_are_those_of_all_that_is_stored(prices: Data, words: str | None) -> None:
    found = _plan_text.plan_text(parts(prices=prices, copies={"copies": [copy(method="snapshots")]}))
    told = line(found, "by the prices given")
    assert told is None if words is None else words in str(told)
    assert line(found, "40 GiB of disks more")


def test_nothing_is_said_of_what_no_price_was_given_for() -> None:
    """It would cost 0.00 for traffic, by the prices given."""
    assert "traffic" not in str(line(_plan_text.plan_text(parts(prices={"snapshot_gib_month": 0.02})), "by the prices"))
    assert "month" not in str(line(_plan_text.plan_text(parts(prices={"traffic_gib": 0.1})), "by the prices"))


def test_what_is_there_costs_nothing_more_and_no_price_is_told() -> None:
    """The images of a finished release would cost 0.00 a month, said the plan."""
    there = parts(prices={"snapshot_gib_month": 0.02}, copies={"copies": [copy(action="present")]}, created={})
    there["image"] = {**there["image"], "image_id": "m-1", "planned": False}
    assert line(_plan_text.plan_text(there), "by the prices given") is None


def test_regions_without_a_price_are_named() -> None:
    """They counted as nothing, and the plan did not say so."""
    prices = {"regions": {HOME: {"snapshot_gib_month": 0.1, "traffic_gib": 0.2}}}
    found = _plan_text.plan_text(parts(prices=prices, copies={"copies": [copy(method="snapshots")]}))
    assert line(found, "2.00 a month at most, and 0.00 once for traffic, by the prices given")
    assert f"No price is given for {BEIJING}: what is stored there is not counted" in found
    assert f"No price is given for {BEIJING}: what is transferred to there is not counted" in found
    for whole in (
        {"snapshot_gib_month": 0.1},
        {},
        {"regions": {place: {"snapshot_gib_month": 0} for place in REGIONS}},
    ):
        assert not line(_plan_text.plan_text(parts(prices=whole)), "No price")


def test_what_has_no_size_yet_is_not_told_as_nothing() -> None:
    """Of an import, the plan said that 0 GiB would be stored."""
    imported = {"region": HOME, "image_id": None, "name": "base", "size": 0, "planned": True}
    found = _plan_text.plan_text(parts(image=imported, copies={"copies": [copy(size=None)]}, made_from="oss://b/o"))
    assert (
        f"0 GiB of disks more would be stored as snapshots, at most, and what has no size yet, in {BEIJING}, {HOME}"
        in found
    )
    assert (
        line(_plan_text.plan_text(parts()), "at most") == "40 GiB of disks more would be stored as snapshots, at most"
    )


def test_images_of_a_manifest_store_nothing_more() -> None:
    """A share by manifest with nothing to do had a line about 0 GiB."""
    there = [{"region": BEIJING, "image_id": "m-2", "name": "base", "size": 20}]
    assert _plan_text.plan_text(parts(image={}, created={}, copies={"copies": there})) == []
    shared = {"shares": [{"region": BEIJING, "image_id": "m-2", "added": ["1"], "removed": []}]}
    found = _plan_text.plan_text(parts(image={}, created={}, copies={"copies": there}, shares=shared))
    assert line(found, "the share list would change") and not line(found, "GiB of disks")
    assert _plan_text.SHARE_NOTE in found


def test_an_image_that_is_there_costs_nothing_more() -> None:
    there = {"region": HOME, "image_id": "m-1", "name": "base", "size": 20}
    found = _plan_text.plan_text(parts(image=there, created={}, prices={"snapshot_gib_month": 0.02}))
    assert line(found, "20 GiB of disks more") and line(found, "0.40 a month")


@pytest.mark.parametrize(
    ("made_from", "deed"), [("i-1", "created, 20 GiB"), ("oss://b/o", "imported from oss://b/o, 20 GiB")]
)
def test_the_family_that_an_image_is_made_in_is_named(made_from: str, deed: str) -> None:
    """It leads that family before anybody has promoted or tried it, and the plan did not say so."""
    image = {**parts()["image"], "family": "web"}
    found = _plan_text.plan_text(parts(image=image, made_from=made_from))
    assert f"{HOME}: image base would be {deed}, in the family web" in found
    for beside in ({"family": ""}, {"image_id": "m-1", "planned": False}):
        told = _plan_text.plan_text(parts(image={**image, **beside}, made_from=made_from, created={}))
        assert line(told, "image base") and not line(told, "in the family")


def test_new_images_of_one_share_list_are_told_by_their_regions() -> None:
    """Each of twenty regions was followed by the words: the new image."""
    new = [{"region": region, "image_id": None, "added": ["1"], "removed": []} for region in REGIONS]
    there = {"region": BEIJING, "image_id": "m-2", "added": ["1"], "removed": []}
    changes = "the share list would change: +1 account (1)"
    for shares, words in (
        (new, f"the new images in {HOME}, {BEIJING}"),
        (new[:1], f"the new image in {HOME}"),
        ([new[0], there], f"{BEIJING} m-2, the new image in {HOME}"),
    ):
        assert f"{words}: {changes}" in _plan_text.plan_text(parts(shares={"shares": shares}))


def test_test_boots_have_lines() -> None:
    place = {"region": BEIJING, "name": "base", "instance_type": ["ecs.g7.large", "ecs.c7.large"]}
    found = _plan_text.plan_text(parts(test_boots=[{**place, "image_id": None}, {**place, "image_id": "m-2"}]))
    for image in ("the new image base", "m-2"):
        assert (
            f"{BEIJING}: an instance of {image} would be started as ecs.g7.large or ecs.c7.large, and removed" in found
        )


def test_a_promotion_has_lines_also_when_it_is_refused() -> None:
    joins = {"promote": [{"region": BEIJING, "image_id": None, "name": "base"}], "refused": [], "family": "web"}
    assert f"{BEIJING}: base would join the family web" in _plan_text.plan_text(parts(promotion=joins))
    refused = {"promote": joins["promote"], "refused": ["it is older"]}
    found = _plan_text.plan_text(parts(promotion=refused))
    assert "nothing would be promoted: it is older" in found and not line(found, "join the family")


def test_old_images_that_the_same_becomes_of_have_one_line() -> None:
    old = [{"region": region, "image_id": f"m-{region}", "name": "old", "accounts": ["1", "2"]} for region in REGIONS]
    decided = {"promote": [], "refused": [], "deprecates": True, "previous": old, "left": []}
    found = _plan_text.plan_text(parts(promotion=decided))
    both = "cn-hangzhou: m-cn-hangzhou (old), cn-beijing: m-cn-beijing (old)"
    assert f"{both} would be deprecated, and 2 accounts would lose them (1, 2)" in found
    decided = {**decided, "previous": old[:1], "left": old}
    found = _plan_text.plan_text(parts(promotion=decided))
    assert "cn-hangzhou: m-cn-hangzhou (old) would be deprecated, and 2 accounts would lose it (1, 2)" in found
    assert f"{both} would stay Available: {_promotion.LEFT}" in found


def test_a_run_that_saw_nothing_has_nothing_to_tell() -> None:
    assert _plan_text.plan_text({"image": {}, "created": {}, "copies": {}, "shares": {}}) == []


@pytest.mark.parametrize(
    ("status", "deed"), [("Available", "would be taken over"), ("Creating", "is under way"), (None, "is under way")]
)
def test_a_finished_image_that_is_taken_over_is_not_under_way(status: str | None, deed: str) -> None:
    found = _plan_text.plan_text(parts(copies={"copies": [copy(action="adopted", status=status)]}))
    assert line(found, f"copy base {deed}, 20 GiB")
