# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image with state=absent: what goes, what stays, and who is left with it."""

from __future__ import annotations

import pytest
from functional import pins
from functional.support import BEIJING, HOME, MAIN, ONE, TWO, Lab, accounts
from simulator.state import making

IMAGE = "ecs_image"


def snapshots_of(lab: Lab, image_id: str) -> list[str]:
    return [disk.snapshot_id for disk in lab.image(image_id).disks]


@pytest.mark.parametrize("which", ["none", "own", "all"])
def test_absent_with_its_snapshots_as_asked(lab: Lab, which: str) -> None:
    source = lab.source(disks=[{"size": 20}, {"size": 40}])
    own, backup = snapshots_of(lab, source)
    lab.sim.world.snapshots[own].tags["imageops:snapshot-of"] = source
    outcome = lab.ok(IMAGE, region=HOME, image_id=source, state="absent", delete_snapshots=which)
    gone = {"none": [], "own": [own], "all": [own, backup]}[which]
    assert lab.own(HOME) == []
    assert outcome.result["snapshots"] == gone
    assert {own, backup} & set(lab.sim.world.snapshots) == {own, backup} - set(gone)
    kept = outcome.result["snapshots_kept"]
    assert {one["snapshot_id"] for one in kept} == {own, backup} - set(gone)
    assert all(one["reason"] for one in kept)


def test_a_snapshot_that_can_not_be_deleted_is_kept_with_the_reason(lab: Lab) -> None:
    source = lab.source()
    (snapshot,) = snapshots_of(lab, source)
    lab.fault("error", "DeleteSnapshot", code="SnapshotCreatedDisk", status=403)
    outcome = lab.ok(IMAGE, region=HOME, image_id=source, state="absent", delete_snapshots="all")
    (kept,) = outcome.result["snapshots_kept"]
    assert kept["snapshot_id"] == snapshot and "SnapshotCreatedDisk" in kept["reason"]
    assert outcome.result["snapshots"] == []


def test_many_accounts_are_unshared_before_the_image_goes(lab: Lab) -> None:
    source = lab.source(shares=accounts(23))
    outcome = lab.ok(IMAGE, region=HOME, image_id=source, state="absent", unshare=True)
    assert outcome.result["unshared"] == accounts(23)
    assert lab.actions().count("ModifyImageSharePermission") == 3
    assert lab.own(HOME) == []


@pytest.mark.parametrize("state", ["absent", "deprecated"])
def test_a_failure_on_the_way_tells_who_has_lost_the_image(lab: Lab, state: str) -> None:
    """It told so only of those that all had lost it."""
    source = lab.source(shares=accounts(23))
    lab.fault("error", "ModifyImageSharePermission", code="Forbidden.RAM", status=403, nth=3, times=None)
    outcome = lab.fails(IMAGE, "Forbidden.RAM", region=HOME, image_id=source, state=state, unshare=True)
    assert outcome.result["unshared"] == accounts(20)
    assert lab.image(source).accounts() == accounts(23)[20:]


def test_an_image_in_use_is_refused_before_it_is_unshared(lab: Lab) -> None:
    source = lab.source(shares=[ONE, TWO])
    lab.plant("instances", region=HOME, image_id=source)
    lab.fails(IMAGE, "force=true", region=HOME, image_id=source, state="absent", unshare=True)
    assert lab.image(source).accounts() == [ONE, TWO]
    assert lab.writes() == []
    lab.ok(IMAGE, region=HOME, image_id=source, state="absent", unshare=True, force=True)
    assert lab.own(HOME) == []


@pins.shown_at_once
def test_a_running_copy_is_not_deleted_but_to_be_cancelled(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source()
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], wait=False)
    running = lab.one(BEIJING).image_id
    lab.sim.journal.clear()
    lab.fails(IMAGE, "ecs_image_copy_cancel", region=BEIJING, image_id=running, state="absent")
    assert lab.writes() == []


def test_another_account_s_image_is_refused_by_its_owner(lab: Lab) -> None:
    source = lab.source(shares=[ONE])
    lab.fails(IMAGE, MAIN, region=HOME, image_id=source, state="absent", who="consumer-one")


def test_the_message_of_a_refusal_holds_the_remedy(lab: Lab) -> None:
    outcome = lab(IMAGE, region=HOME, image_id=lab.source(shares=[ONE]), state="absent")
    assert "unshare=true" in outcome.msg


def test_another_account_s_image_is_not_deleted(lab: Lab) -> None:
    source = lab.source(shares=[ONE])
    lab.fails(IMAGE, region=HOME, image_id=source, state="absent", unshare=True, who="consumer-one")
    assert lab.image(source).accounts() == [ONE]


def test_an_image_that_goes_while_it_is_looked_at_is_absent_and_its_snapshots_go_too(lab: Lab) -> None:
    source = lab.source()
    (snapshot,) = snapshots_of(lab, source)
    lab.sim.world.snapshots[snapshot].tags["imageops:snapshot-of"] = source

    def another_run_deletes_it() -> None:
        image = lab.image(source)
        with lab.sim.lock:
            making.delete(lab.sim.world, image)
        lab.pass_time(60)

    lab.fault("hold", "DescribeImageSharePermission", when="before")
    other = lab.when_held(another_run_deletes_it)
    outcome = lab.ok(IMAGE, region=HOME, image_id=source, state="absent", delete_snapshots="own")
    other.join(5)
    assert outcome.changed and outcome.result["snapshots"] == [snapshot]
    assert snapshot not in lab.sim.world.snapshots


def test_what_is_not_there_is_absent(lab: Lab) -> None:
    assert not lab.ok(IMAGE, region=HOME, name="nothing", state="absent").changed
    assert not lab.ok(IMAGE, region=HOME, image_id="m-nothing", state="absent").changed


def test_a_name_is_compared_exactly(lab: Lab) -> None:
    lab.source(name="golden-2")
    assert not lab.ok(IMAGE, region=HOME, name="golden", state="absent").changed
    assert lab.one(HOME).name == "golden-2"


@pins.organisation
def test_an_image_that_an_organisation_has_is_taken_back_elsewhere(lab: Lab) -> None:
    """Its share list is empty, so that unsharing it once more would mend nothing."""
    image = lab.source(organisation=["fd-1"])
    for state in ("absent", "deprecated"):
        lab.fails(
            "ecs_image", "ImageUseShared", "Resource Sharing", region=HOME, image_id=image, state=state, unshare=True
        )
    assert lab.image(image).status == "Available"
