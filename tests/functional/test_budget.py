# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many calls a task makes. Whose credentials they are is asked of STS, and counted apart."""

from __future__ import annotations

import collections
import math

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, ONE, VALLEY, Lab, accounts

REGIONS = [BEIJING, FRANKFURT, VALLEY, "cn-shanghai", "ap-southeast-1"]
INTERVAL = 2.0
SECONDS = 20 / 5.0  # 20 GiB at the simulator's speed


@pytest.fixture
def source(lab: Lab) -> str:
    return lab.source()


def copy_call(lab: Lab, source: str, encrypted: int = 0) -> dict[str, object]:
    destinations = [
        {"region": region, "encrypted": True, "kms_key_id": lab.key(region)}
        if number < encrypted
        else {"region": region}
        for number, region in enumerate(REGIONS)
    ]
    return {"region": HOME, "image_id": source, "destinations": destinations, "wait_interval": INTERVAL}


def asked_of_snapshots(lab: Lab) -> int:
    """One look an image, the source among them, where answers of images say nothing of encryption."""
    return (1 + len(REGIONS)) * lab.asks_snapshots


@pins.one_look_at_snapshots
@pins.side_by_side
@pins.counted
@pytest.mark.parametrize("encrypted", [0, 1, 2])
def test_a_copy_run(lab: Lab, source: str, encrypted: int) -> None:
    outcome = lab.ok("ecs_image_copy", **copy_call(lab, source, encrypted))
    assert len(outcome.result["images"]) == len(REGIONS)
    count = collections.Counter(lab.actions())
    number = len(REGIONS)
    # Exactly, so that neither a call more nor one that could be left out of the budget goes unnoticed: the clock of the
    # tests moves on for all when one sleeps, and so every run makes the same calls.
    assert count == {
        "DescribeImages": 1 + 2 * number + number * math.ceil(SECONDS / INTERVAL),
        "CopyImage": number,
        "ModifyImageAttribute": number,
        "TagResources": number,
        # One look for what a killed run may have left of a failed copy, of which no other look shows a trace: its image
        # is gone. And one where a key is to be known.
        "DescribeSnapshots": number + encrypted + asked_of_snapshots(lab),
    }


@pins.one_look_at_snapshots
@pins.counted
def test_snapshots_are_read_by_id_only_where_a_key_is_to_be_known(lab: Lab, source: str) -> None:
    lab.ok("ecs_image_copy", **copy_call(lab, source, 2))
    by_id = [call for call in lab.calls("DescribeSnapshots") if "SnapshotIds" in call["params"]]
    assert len(by_id) <= 2 + asked_of_snapshots(lab)


@pins.one_look_at_snapshots
@pins.counted
@pytest.mark.parametrize("encrypted", [0, 2])
def test_a_converged_run(lab: Lab, source: str, encrypted: int) -> None:
    call = copy_call(lab, source, encrypted)
    lab.ok("ecs_image_copy", **call)
    lab.sim.journal.clear()
    assert not lab.ok("ecs_image_copy", **call).changed
    assert lab.writes() == []
    assert len(lab.calls()) <= 2 * len(REGIONS) + 1 + encrypted + asked_of_snapshots(lab)


def test_who_the_caller_is_is_asked_once(lab: Lab, source: str) -> None:
    lab.ok("ecs_image_copy", **copy_call(lab, source))
    assert len(lab.sim.journal.calls("GetCallerIdentity")) == 1


@pins.shared_at_once
@pins.counted
@pytest.mark.parametrize("number", [1, 10, 11, 23, 50])
def test_sharing(lab: Lab, source: str, number: int) -> None:
    call = {"region": HOME, "image_id": source, "accounts": accounts(number)}
    lab.ok("ecs_image_share", **call)
    count = collections.Counter(lab.actions())
    assert count["DescribeImageSharePermission"] == 1
    assert count["ModifyImageSharePermission"] == math.ceil(number / 10)
    lab.sim.journal.clear()
    assert not lab.ok("ecs_image_share", **call).changed
    assert lab.actions() == ["DescribeImageSharePermission"]


@pins.counted
def test_a_slow_copy_is_not_looked_at_all_the_time(lab: Lab, source: str) -> None:
    """Left to itself the interval follows the progress: half an hour takes some fifty looks, not nine hundred."""
    lab.setting(copy_gib_per_second=20 / 1800)
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING])
    assert 15 <= lab.actions().count("DescribeImages") <= 90


def test_one_share_list_a_image(lab: Lab) -> None:
    images = [{"region": HOME, "image_id": lab.source(name=f"golden-{number}")} for number in range(4)]
    lab.ok("ecs_image_share", images=images, accounts=[ONE])
    count = collections.Counter(lab.actions())
    assert count["DescribeImageSharePermission"] == count["ModifyImageSharePermission"] == 4
