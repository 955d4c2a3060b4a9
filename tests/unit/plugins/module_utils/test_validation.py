# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for names, descriptions, tags, accounts and regions."""

from __future__ import annotations

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._base import regions, validation


@pytest.mark.parametrize("name", ["ab", "Golden-1.2:3_x", "a" * 128, "镜像-1"])
def test_good_names(name: str) -> None:
    assert validation.name_faults(name) == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "a" * 129,
        "1abc",
        "-abc",
        "a b",
        "a/b",
        "aliyun-x",
        "ALIYUN",
        "acs:x",
        "see-http://x",
        "ab\n",
        "ab\0",
        "a\tb",
    ],
)
def test_bad_names(name: str) -> None:
    assert len(validation.name_faults(name)) == 1


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("", True),
        ("ab", True),
        ("d" * 256, True),
        ("a", False),
        ("d" * 257, False),
        ("http://x", False),
        ("HTTPS://x", False),
    ],
)
def test_descriptions(text: str, good: bool) -> None:
    assert (validation.description_faults(text) == []) is good


@pytest.mark.parametrize(
    ("tags", "count"),
    [
        ({"a": "", "b": "x" * 128}, 0),
        ({"": "1"}, 1),
        ({"k" * 129: "1"}, 1),
        ({"acs:x": "1", "aliyun": "1", "http://x": "1"}, 3),
        ({"a": "x" * 129}, 1),
        ({"a": "acs:x"}, 1),
        ({"a": "https://x"}, 1),
        ({"a": "1", "A": "2"}, 1),
        ({"ImageOps:x": "1"}, 1),
    ],
)
def test_tags(tags: dict[str, str], count: int) -> None:
    assert len(validation.tag_faults(tags)) == count


@pytest.mark.parametrize(
    ("accounts", "count"),
    [(["1000000000000001"], 0), (["12345"], 0), (["1234"], 1), (["x", "10000 00001"], 2), (["1" * 21], 1), ([""], 1)],
)
def test_accounts(accounts: list[str], count: int) -> None:
    assert len(validation.account_faults(accounts)) == count
    assert all("5 to 20" in fault for fault in validation.account_faults(accounts))


def test_one_s_own_account_is_no_account_to_share_to() -> None:
    assert "with its owner" in validation.account_faults(["1000000000000001"], own="1000000000000001")[0]


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("cn-beijin", "cn-beijing"),
        ("eu-central1", "eu-central-1"),
        ("us-west1", "us-west-1"),
        ("cn_shanghai", "cn-shanghai"),
    ],
)
def test_the_nearest_region_is_offered(typed: str, near: str) -> None:
    assert regions.unknown([typed, near, typed]) == [typed]
    assert f"did you mean {near!r}?" in regions.fault(typed)


def test_nothing_is_offered_for_nonsense() -> None:
    assert "did you mean" not in regions.fault("xyz")


def test_a_region_that_the_api_knows_is_not_unknown() -> None:
    assert regions.unknown(["cn-new-1"], ["cn-new-1"]) == []
