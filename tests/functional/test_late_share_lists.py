# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Share lists that are behind what was just done: nobody is overlooked, and nobody is refused for being there."""

from __future__ import annotations

import pytest
from functional.support import HOME, ONE, THREE, TWO, Lab

SHARE, IMAGE, RETIRE = "ecs_image_share", "ecs_image", "ecs_image_retire"
LAG = 20.0


@pytest.fixture
def image(lab: Lab) -> str:
    """An image that THREE has for long, and TWO for a moment."""
    image_id = lab.source(shares=[THREE], created=lab.stamp(lab.clock.wall() - 90 * 86400))
    lab.ok(SHARE, region=HOME, image_id=image_id, accounts=[TWO])
    lab.setting(share_read_lag=LAG)
    return image_id


@pytest.mark.parametrize("state", ["absent", "deprecated"])
def test_whoever_is_listed_late_loses_the_image_too(lab: Lab, image: str, state: str) -> None:
    outcome = lab.ok(IMAGE, region=HOME, image_id=image, state=state, unshare=True)
    assert sorted(outcome.result["unshared"]) == [TWO, THREE]
    left = {one.image_id: one for one in lab.own(HOME)}
    if state == "absent":
        assert left == {}
    else:
        assert left[image].status == "Deprecated" and left[image].accounts() == []


@pytest.mark.parametrize("grace", [0, 7], ids=["deletes", "deprecates"])
def test_a_retirement_takes_it_from_them_too(lab: Lab, image: str, grace: int) -> None:
    rules = {"regions": [HOME], "image_ids": [image], "grace_days": grace}
    outcome = lab.ok(RETIRE, **rules, unmarked=True, shared=True)
    (entry,) = outcome.result["deprecated" if grace else "deleted"]
    assert sorted(entry["unshared"]) == [TWO, THREE]


@pytest.mark.parametrize("state", ["absent", "deprecated"])
def test_without_being_told_so_it_takes_the_image_from_nobody(lab: Lab, state: str) -> None:
    image = lab.source()
    lab.setting(share_read_lag=LAG)
    lab.ok(SHARE, region=HOME, image_id=image, accounts=[ONE])
    began = lab.clock.now()
    lab.fails(IMAGE, "ImageUseShared", "unshare=true", region=HOME, image_id=image, state=state)
    assert lab.image(image).accounts() == [ONE]
    assert lab.clock.now() < began + LAG, "nothing to wait for"


@pytest.mark.parametrize("lost", [True, False], ids=["with a lost answer", "by another run"])
@pytest.mark.parametrize("wanted", [[ONE], [ONE, TWO]])
def test_whoever_has_it_already_is_no_failure(lab: Lab, wanted: list[str], lost: bool) -> None:
    image = lab.source()
    lab.setting(share_read_lag=LAG, share_present="refused")
    if lost:
        lab.fault("reset_after", "ModifyImageSharePermission")
    else:
        lab.ok(SHARE, region=HOME, image_id=image, accounts=[ONE])
    lab.ok(SHARE, region=HOME, image_id=image, accounts=wanted)
    assert lab.image(image).accounts() == wanted


@pytest.mark.parametrize("lost", [True, False], ids=["with a lost answer", "by another run"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_what_another_run_has_done_is_no_change_of_this_one(lab: Lab, state: str, lost: bool) -> None:
    image = lab.source(shares=[ONE] if state == "absent" else [])
    lab.setting(share_read_lag=LAG, share_present="refused", unshare_absent="refused")
    call = {"region": HOME, "image_id": image, "accounts": [ONE], "state": state}
    if lost:
        lab.fault("reset_after", "ModifyImageSharePermission")
    else:
        lab.ok(SHARE, **call)
    outcome = lab.ok(SHARE, **call)
    told, key = outcome.share(), "added" if state == "present" else "removed"
    was, is_now = ([], [ONE]) if state == "present" else ([ONE], [])
    assert (outcome.changed, told[key], told["after"]) == (lost, [ONE] if lost else [], is_now)
    assert told["before"] == (was if lost else is_now)


def test_those_that_are_no_accounts_are_waited_for_together(lab: Lab) -> None:
    image, began = lab.source(), lab.clock.now()
    bad = ["9999999999999997", "9999999999999998", "9999999999999999"]
    outcome = lab(SHARE, region=HOME, image_id=image, accounts=[ONE, *bad])
    assert [one["account_id"] for one in outcome.share()["failed"]] == bad
    assert lab.image(image).accounts() == [ONE]
    assert lab.clock.now() < began + 90


def test_whoever_has_lost_an_image_that_stays_is_named(lab: Lab, image: str) -> None:
    lab.fault("error", "ModifyImageAttribute", code="InvalidOperation.Denied", status=403, times=None)
    outcome = lab(IMAGE, region=HOME, image_id=image, state="deprecated", unshare=True)
    assert outcome.code == 1 and outcome.changed
    assert outcome.result["unshared"] == [THREE]
