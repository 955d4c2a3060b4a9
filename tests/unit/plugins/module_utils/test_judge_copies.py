# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an image that was waited for, or that has failed, is the copy that is wanted."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._copy import judge
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Options
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.copy_plans import (
    OTHER_NAME,
    OTHER_SOURCE,
    Data,
)
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import (
    MARKERS,
    copy,
    disk,
    image,
    snapshot,
    wanted,
)

JUDGED: list[t.Any] = [
    pytest.param(copy(), {}, None, id="our pair"),
    pytest.param(copy(disks=[disk(40)]), {}, "NotThisCopy", id="our pair, forged"),
    pytest.param(copy(tags={}), {}, "NameTaken", id="unmarked"),
    pytest.param(copy(tags={}), {"adopt_unmarked": True}, None, id="unmarked, asked for"),
    pytest.param(copy(tags=OTHER_NAME), {}, "NameTaken", id="same source, another name"),
    pytest.param(copy(tags=OTHER_SOURCE), {"adopt_unmarked": True}, "NameTaken", id="another source"),
]


@pytest.mark.parametrize(("found", "options", "reason"), JUDGED)
def test_the_last_word_before_an_image_is_used(found: Data, options: dict[str, bool], reason: str | None) -> None:
    refusal = judge.judge(image(), wanted(), found, Options(**options), [snapshot()])
    assert (refusal.code if refusal else None) == reason


@pytest.mark.parametrize("marked", [False, True])
def test_an_image_that_no_copy_made_is_ours_by_its_snapshots_only(marked: bool) -> None:
    behind = [snapshot(tags=dict(MARKERS) if marked else {})]
    refusal = judge.judge(image(), wanted(), copy(is_copied=False), Options(), behind)
    assert (refusal is None) is marked


@pytest.mark.parametrize(
    ("found", "behind", "fits"),
    [
        ({}, None, True),
        ({"is_copied": False}, None, True),
        ({"is_copied": False}, [], False),
        ({"is_copied": False}, [snapshot(tags={})], False),
        ({"is_copied": False}, [snapshot(tags=dict(MARKERS))], True),
        ({"is_copied": False, "tags": {}}, [snapshot(tags=dict(MARKERS))], True),
        ({"disks": [], "snapshot_ids": []}, None, True),
    ],
    ids=["a copy", "not looked", "of nothing", "of others", "of copies", "of copies, unmarked", "without disks"],
)
def test_a_failed_image_is_judged_by_its_descent(found: Data, behind: list[Data] | None, fits: bool) -> None:
    failed = copy(status="CreateFailed", **found)
    assert (judge.failed_misfit(image(), wanted(), failed, behind) is None) is fits


@pytest.mark.parametrize(
    ("asked", "found", "refused"),
    [
        ("key-1", ["key-1"], False),
        ("key-1", ["key-2"], True),
        ("key-1", ["key-1", "key-2"], True),
        (None, ["key-2"], False),
    ],
    ids=["the same", "another", "one of two", "none asked for"],
)
def test_the_key_of_a_copy_can_not_drift(asked: str | None, found: list[str], refused: bool) -> None:
    behind = [snapshot(kms_key_id=key) for key in found]
    refusal = judge.key_drift(wanted(encrypted=True, kms_key_id=asked), copy(encrypted=True), behind)
    assert (refusal is not None) is refused
