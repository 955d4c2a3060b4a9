# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is waited for may go because another run has put something better in its place."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, HOME, ONE, TWO, Lab
from reliability.arena import Arena

Data = dict[str, t.Any]


@pytest.fixture
def lab(stepped: Arena) -> Lab:
    stepped.fresh()
    return Lab(stepped.sim, stepped.folder)


def copy_call(source: str, **more: t.Any) -> Data:
    return {"region": HOME, "image_id": source, "destination_regions": [BEIJING], **more}


@pytest.mark.parametrize("replaced", [True, False], ids=["replaced", "cancelled"])
def test_a_copy_that_another_run_has_replaced_is_taken_over(lab: Lab, replaced: bool) -> None:
    source = lab.source()
    lab.fault("copy_hangs", "CopyImage", percent=50)
    lab.ok("ecs_image_copy", **copy_call(source, wait=False))
    first = lab.one(BEIJING)
    successor: list[str] = []

    def replace() -> None:
        lab.sim.world.drop_image(first)
        if replaced:
            successor.append(lab.twin(source, BEIJING))

    lab.clock.after(5, replace)
    lab.sim.journal.clear()
    outcome = lab("ecs_image_copy", **copy_call(source))
    assert lab.calls("CopyImage") == []
    if replaced:
        assert outcome.code == 0, outcome.result
        assert outcome.result["images"] == {BEIJING: successor[0]}
    else:
        assert outcome.copy_in(BEIJING)["error"]["code"] == "Vanished"


def test_accounts_that_have_just_been_removed_by_somebody_else(lab: Lab) -> None:
    """The list that is read is behind: it still shows who is gone, and the API refuses to remove them again."""
    source = lab.source(shares=[ONE, TWO])
    lab.pass_time(60)
    lab.setting(share_read_lag=20.0)
    lab.ok("ecs_image_share", region=HOME, image_id=source, accounts=[ONE], state="absent")
    outcome = lab.ok("ecs_image_share", region=HOME, image_id=source, accounts=[ONE, TWO], state="absent")
    assert outcome.share()["after"] == [] and lab.image(source).accounts() == []


def test_a_copy_that_is_being_cancelled_already(lab: Lab) -> None:
    source = lab.source()
    lab.setting(copy_gib_per_second=0.1, cancel_seconds=20.0)
    lab.ok("ecs_image_copy", **copy_call(source, wait=False))
    call = {"region": BEIJING, "image_id": lab.one(BEIJING).image_id}
    lab.ok("ecs_image_copy_cancel", wait=False, **call)
    again = lab.ok("ecs_image_copy_cancel", **call)
    assert not again.changed and len(again.result["cancelled"]) == 1
    assert lab.own(BEIJING) == []
