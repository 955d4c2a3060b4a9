# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers in sentences, and who tells them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._base.texts import counted
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _plan_text
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _works_told

Data = dict[str, t.Any]


def test_one_is_not_several() -> None:
    assert [counted(number, "account") for number in (0, 1, 2)] == ["0 accounts", "1 account", "2 accounts"]
    assert counted(1, "copy", "copies") == "1 copy" and counted(3, "copy", "copies") == "3 copies"


@pytest.mark.parametrize(("count", "told"), [(1, "+1 account (a)"), (2, "+2 accounts (a, b)")])
def test_a_plan_counts_accounts(count: int, told: str) -> None:
    share = {"region": "r", "image_id": "m-1", "added": ["a", "b"][:count], "removed": []}
    parts: Data = {"image": {}, "created": {}, "copies": {}, "test_boots": [], "restored": [], "promotion": {}}
    lines = _plan_text.plan_text({**parts, "shares": {"shares": [share]}, "prices": {}})
    assert any(told in line for line in lines)


@pytest.mark.parametrize(
    ("check", "count", "taken", "stopped"),
    [
        (
            False,
            0,
            "0 of 1 image in r, s were taken from a, b",
            "0 copies were stopped in r, s, out of all copies of this collection",
        ),
        (
            False,
            1,
            "1 of 1 image in r, s was taken from a, b",
            "1 copy was stopped in r, s, out of all copies of this collection",
        ),
        (
            False,
            2,
            "2 of 2 images in r, s were taken from a, b",
            "2 copies were stopped in r, s, out of all copies of this collection",
        ),
        (
            True,
            1,
            "1 of 1 image in r, s would be taken from a, b",
            "1 copy would be stopped in r, s, out of all copies of this collection",
        ),
    ],
)
def test_the_playbooks_count_images_and_tell_where_they_looked(
    check: bool, count: int, taken: str, stopped: str
) -> None:
    """A region or an account that the command line had cut off was not missed."""
    begun: Data = {"check": check, "recorded": {}, "calls": [{"regions": ["r", "s"], "accounts": ["a", "b"]}]}
    shares = [{"region": "r", "image_id": "m", "removed": ["a"][: max(count, 0)]}] * max(count, 1)
    assert _works_told.unshared(begun, [{"shares": shares}]).lines[-1] == taken
    cancelled = [{"region": "r", "image_id": f"m-{number}", "snapshot_id": None} for number in range(count)]
    assert _works_told.stopped(begun, [{"cancelled": cancelled}]).lines[-1] == stopped
    calls = [{"regions": ["r", "s"], "source_region": "q", "source_image_id": name} for name in ("m-8", "m-9")]
    of_some = _works_told.stopped({**begun, "calls": calls}, [{"cancelled": cancelled}]).lines[-1]
    assert of_some == stopped.replace("all copies of this collection", "the copies of q/m-8, q/m-9")
