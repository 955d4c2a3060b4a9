# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._share import plan as share_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._share.plan import SharePlan
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import HOME, copy, image

Data = dict[str, t.Any]


def names(count: int, start: int = 0) -> list[str]:
    return [f"{number:016d}" for number in range(start, start + count)]


A, B, C = names(3)

PLANS: list[t.Any] = [
    pytest.param([], [A, B], {}, [A, B], [], id="new accounts are added"),
    pytest.param([A], [A, B], {}, [B], [], id="those that have it are not added again"),
    pytest.param([A, C], [A], {}, [], [], id="others stay"),
    pytest.param([A, C], [A, B], {"purge": True}, [B], [C], id="others go when purged"),
    pytest.param([A, B], [], {"purge": True}, [], [A, B], id="an empty list purges everybody"),
    pytest.param([], [A, B], {"denied": [B]}, [A], [], id="the denied are not added"),
    pytest.param([B], [A], {"denied": [B]}, [A], [B], id="the denied are removed"),
    pytest.param(
        [B, C], [A, B], {"denied": [B], "purge": True}, [A], [B, C], id="the denied are removed when purged too"
    ),
    pytest.param([A, B], [B, C], {"state": "absent"}, [], [B], id="absent removes those that are there"),
    pytest.param([A, B], [C], {"state": "absent"}, [], [], id="absent does nothing about those that are not"),
    pytest.param([A, B], [A], {"state": "absent", "denied": [B]}, [], [A, B], id="absent removes the denied too"),
    pytest.param([], [A, A], {}, [A], [], id="an account named twice is added once"),
    pytest.param([B, A], [], {}, [], [], id="nothing asked, nothing done"),
]


@pytest.mark.parametrize(("current", "accounts", "options", "add", "remove"), PLANS)
def test_the_change_is_the_difference(
    current: list[str], accounts: list[str], options: Data, add: list[str], remove: list[str]
) -> None:
    change = share_plan.plan(current, accounts, **{"state": "present", **options})
    assert (change.before, change.add, change.remove) == (sorted(current), add, remove)
    assert change.after == sorted({*current, *add} - {*remove})
    assert bool(change) is bool(add or remove)


@pytest.mark.parametrize(
    ("adds", "removes", "sizes"),
    [
        (0, 0, []),
        (1, 0, [(1, 0)]),
        (10, 0, [(10, 0)]),
        (11, 0, [(10, 0), (1, 0)]),
        (23, 0, [(10, 0), (10, 0), (3, 0)]),
        (50, 0, [(10, 0)] * 5),
        (0, 11, [(0, 10), (0, 1)]),
        (12, 11, [(10, 10), (2, 1)]),
        (3, 25, [(3, 10), (0, 10), (0, 5)]),
    ],
)
def test_calls_take_ten_accounts_each_way(adds: int, removes: int, sizes: list[tuple[int, int]]) -> None:
    have = names(removes, 1000)
    calls = share_plan.batches(SharePlan(have, names(adds), have), limit=200)
    assert [(len(add), len(remove)) for add, remove in calls] == sizes
    assert sorted(account for add, _remove in calls for account in add) == names(adds)
    assert sorted(account for _add, remove in calls for account in remove) == have


def test_at_the_limit_the_removes_go_first() -> None:
    have, new = names(50), names(15, 100)
    calls = share_plan.batches(SharePlan(have, new, have[:15]), limit=50)
    assert [(len(add), len(remove)) for add, remove in calls] == [(0, 10), (0, 5), (10, 0), (5, 0)]


def test_halves_of_a_call_hold_everybody() -> None:
    assert share_plan.halves(([A, B], [C])) == [([A], []), ([B], [C])]
    assert share_plan.halves(([A], [])) == []
    assert share_plan.halves(([], [A])) == []
    assert share_plan.halves(([], [])) == []


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (None, "InvalidImageId.NotFound"),
        (image(owner_alias="others"), "NotOwn"),
        (image(owner_alias="system"), "NotOwn"),
        (image(status="Deprecated"), "Deprecated"),
        (image(status="Creating"), "NotAvailable"),
        (image(status="UnAvailable"), "NotAvailable"),
        (image(encrypted=True, snapshot_ids=["s-1", "s-2"]), "EncryptedDataDisks"),
        (image(snapshot_ids=["s-1", "s-2"]), None),
        (image(encrypted=True), None),
        (copy(), None),
    ],
    ids=[
        "unseen",
        "others'",
        "system",
        "deprecated",
        "running",
        "broken",
        "encrypted disks",
        "disks",
        "encrypted",
        "copy",
    ],
)
def test_an_image_that_can_not_be_shared_is_known_before_the_first_write(
    found: Data | None, reason: str | None
) -> None:
    refusal = share_plan.image_refusal(found, HOME, "m-source")
    assert (refusal.code if refusal else None) == reason
    assert refusal is None or "m-source" in refusal.msg


@pytest.mark.parametrize(
    ("found", "known"),
    [
        ({"encrypted": False}, (None, None)),
        ({"encrypted": True}, (None, "EncryptedCommunityImage")),
        ({"encrypted": True, "kms_key_id": None}, ("ServiceKey", "EncryptedCommunityImage")),
        ({"encrypted": True, "kms_key_id": "key-1"}, (None, "EncryptedCommunityImage")),
    ],
    ids=["plain", "of an instance", "service key", "customer key"],
)
def test_what_only_check_mode_knows_is_judged_by_its_plan(found: Data, known: tuple[str | None, str | None]) -> None:
    told = [share_plan.planned_refusal("cn-hangzhou/planned", found, publish) for publish in (False, True)]
    assert tuple(refusal.code if refusal else None for refusal in told) == known


@pytest.mark.parametrize(
    ("source", "found", "word"),
    [
        (image(), copy(), None),
        (image(), copy(encrypted=True), None),
        (None, copy(), None),
        (image(encrypted=True), copy(), "plain, though"),
        (image(), copy(created_at="2020-01-01T00:00:00Z"), "older than the source"),
        (image(), copy(architecture="arm64"), "architecture"),
        (image(), copy(is_copied=False), "not made by a copy"),
    ],
    ids=["a copy", "encrypted on its way", "of a source that is gone", "plain", "older", "another", "made otherwise"],
)
def test_a_copy_has_to_bear_out_its_markers(source: Data | None, found: Data, word: str | None) -> None:
    refusal = share_plan.copy_refusal(source, found, [] if not found["is_copied"] else None)
    assert (refusal is not None) is (word is not None)
    assert refusal is None or (word and word in refusal.msg)
