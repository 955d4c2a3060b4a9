# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is to have which image: for all of the accounts, one destination's own, and the denied ones."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _faults, _release
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release._release_facts import facts, not_copied

Data = dict[str, t.Any]
HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE, TWO, THREE = "1000000000000011", "1000000000000012", "1000000000000013"
SOURCE: Data = {"region": HOME, "image_id": "m-1", "created_at": "2026-01-01T00:00:00Z"}
NO_RESULTS: dict[str, Data] = {name: {} for name in ("tried", "promotion", "joined", "spread")}


def settings(*destinations: Data, **changes: t.Any) -> Data:
    usual: Data = {
        "source": SOURCE, "destinations": list(destinations), "every_region": False, "encrypted": None,
        "accounts": [ONE], "denied_accounts": [], "share_source": False, "from_manifest": [], "recorded": [],
        "steps": ["create", "copy", "share"], "purge_accounts": False, "allow_empty": False, "kms_key_id": None,
        "name": None, "description": None, "tags": {}, "max_accounts": 50,
    }  # fmt: skip
    return {**usual, **changes}


def asked_of(found: t.Sequence[Data], role: str, region: str) -> list[str]:
    (one,) = [one for one in found if one["role"] == role and one["region"] == region]
    return list(one["asked_accounts"])


@pytest.mark.parametrize(
    ("given", "copy", "itself"),
    [
        (settings({"region": BEIJING}), [ONE], None),
        (settings({"region": BEIJING, "accounts": [TWO]}), [ONE, TWO], None),
        (settings({"region": BEIJING, "accounts": [TWO]}, denied_accounts=[ONE, THREE]), [TWO], None),
        (settings({"region": BEIJING, "accounts": [TWO]}, share_source=True), [ONE, TWO], [ONE]),
        (settings({"region": BEIJING}, {"region": HOME, "accounts": [TWO]}), [ONE], [ONE, TWO]),
        # Encrypted, the copy in the source's own region is another image.
        (settings({"region": BEIJING}, {"region": HOME, "accounts": [TWO], "encrypted": True}), [ONE], None),
        (settings({"region": BEIJING}, {"region": HOME, "accounts": [TWO]}, encrypted=True), [ONE], None),
        (settings({"region": BEIJING}, accounts=[1000000000000011]), [ONE], None),
    ],
)
def test_what_is_refused_shared_and_told_is_one(given: Data, copy: list[str], itself: list[str] | None) -> None:
    assert sorted(_audience.wanted(given, BEIJING)) == copy
    told = facts(given, NO_RESULTS, "now")
    assert asked_of(told, "copy", BEIJING) == copy and asked_of(told, "source", HOME) == (itself or [])
    # Too many for an image are counted in the same way.
    faults = _faults.faults({**given, "account_id": "", "family": None, "promote": False, "rollback": False,
                             "verify": [], "copy_options": {}, "max_accounts": 1})  # fmt: skip
    assert any(BEIJING in fault and "max_accounts" in fault for fault in faults) == (len(copy) > 1)
    deprecated = {"region": BEIJING, "image_id": "m-2", "status": "Deprecated"}
    ((withheld,), dummy) = _release.withheld(given, {"copies": [deprecated]})
    assert [one["account_id"] for one in withheld["failed"]] == copy
    there = {"region": BEIJING, "image_id": "m-2", "status": "Available"}
    (target,) = _manifest.share_targets({}, [there], given["destinations"], False)
    everywhere = {str(one) for one in given["accounts"]}
    assert sorted({*everywhere, *target["accounts"]} - {*given["denied_accounts"]}) == copy


def test_without_destinations_the_image_itself_is_what_is_shared() -> None:
    assert _audience.of_source(settings()) == {ONE}
    assert _audience.of_source(settings(every_region=True)) is None
    assert _audience.of_source(settings(from_manifest=["a.json"])) is None


@pytest.mark.parametrize(
    ("changes", "is_nobody"),
    [
        ({}, True),
        ({"accounts": [ONE]}, False),
        ({"destinations": [{"region": BEIJING, "accounts": [ONE]}]}, False),
        ({"denied_accounts": [ONE]}, False),
        ({"purge_accounts": True}, False),
    ],
)
def test_nobody_is_named(changes: Data, is_nobody: bool) -> None:
    assert _audience.is_nobody_named(settings(**{"accounts": [], **changes})) is is_nobody


def test_who_has_none_of_the_family_is_told_apart_from_who_has_the_bad_release() -> None:
    base: Data = {"region": BEIJING, "family": "base", "status": "Available", "is_public": False}
    leader = {**base, "shares": [{"account_id": ONE}]}
    others = [{**leader, **one} for one in ({"family": "web"}, {"status": "Deprecated"}, {"region": HOME})]
    share = {"region": BEIJING, "image_id": "m-2", "added": [ONE, TWO, THREE]}
    given = settings(accounts=[THREE], family="base")
    told = {"region": BEIJING, "image_id": "m-2", "accounts": [TWO]}
    assert _audience.regained(given, [leader, *others], [share]) == [told]
    assert _audience.regained(given, others, [share]) == [{**told, "accounts": [ONE, TWO]}]
    assert _audience.regained(given, [{**leader, "is_public": True}], [share]) == []


@pytest.mark.parametrize(
    ("given", "own", "asked"),
    [
        ({}, [], [ONE, TWO]),
        ({"denied_accounts": [TWO]}, [], [ONE]),
        ({"denied_accounts": [TWO]}, [TWO, THREE], [ONE, THREE]),
        ({"purge_accounts": True}, [], [ONE]),
        ({"purge_accounts": "no", "accounts": [THREE]}, [], [TWO, THREE]),
    ],
)
def test_who_is_asked_for_of_an_earlier_release_is_as_the_last_run_has_left_it(
    given: Data, own: list[str], asked: list[str]
) -> None:
    before = [{"region": BEIJING, "image_id": "m-2", "asked_accounts": [TWO]}]
    call = {"images": [{"region": BEIJING, "image_id": "m-2", "accounts": own}]}
    results = {**NO_RESULTS, "begun": {"recorded": {"known": before}}, "spread": {"share_call": call}}
    (told,) = facts(settings(from_manifest=["base.json"], steps=["share"], **given), results, "now")
    assert (told["image_id"], told["asked_accounts"]) == ("m-2", asked)


def test_a_destination_that_no_copy_is_told_of_is_as_it_was_asked_for() -> None:
    image = {**SOURCE, "name": "golden", "encrypted": False}
    secret = {"region": FRANKFURT, "name": "x", "encrypted": "true", "kms_key_id": "k"}
    named = settings({"region": HOME}, {"region": BEIJING}, secret)
    told = not_copied(named, image, {}, {})["lacking"]
    assert [(one["region"], one["name"], one["encrypted"], one["kms_key_id"]) for one in told] == [
        (BEIJING, "golden", False, None),
        (FRANKFURT, "x", True, "k"),
    ]
    none = {"lacking": [], "every_region": None}
    assert not_copied(settings({"region": BEIJING}), image, {"copies": [{"region": BEIJING}]}, {}) == none
    assert not_copied(settings({"region": BEIJING}, from_manifest=["a.json"]), image, {}, {}) == none
    assert not_copied(settings({"region": BEIJING}), {}, {}, {}) == none
    everywhere = settings(secret, every_region=True)
    looked = {"copies": [{"region": region} for region in (BEIJING, FRANKFURT)]}
    seen = not_copied(everywhere, image, {"copies": []}, looked)
    assert [(one["region"], one["kms_key_id"]) for one in seen["lacking"]] == [(FRANKFURT, "k"), (BEIJING, None)]
    assert (seen["every_region"], not_copied(everywhere, image, {}, {})["every_region"]) == ("listed", "not_listed")
