# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Guards of ecs_image: one image for one wish, nobody else's removed, nothing left behind unsaid."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, HOME, ONE, Lab

IMAGE = "ecs_image"


def test_the_token_of_an_image_is_kept_over_the_repeats(lab: Lab) -> None:
    lab.fault("error", "CreateImage", code="IncorrectInstanceStatus", status=403, times=2)
    lab.ok(IMAGE, region=HOME, instance_id=lab.demo("instances", "demo"), name="base")
    assert len(lab.calls("CreateImage")) == 3
    assert len({call["params"]["ClientToken"] for call in lab.calls("CreateImage")}) == 1


@pytest.mark.parametrize("which", ["none", "own"])
def test_what_an_interrupted_removal_has_left_is_removed_by_the_next(lab: Lab, which: str) -> None:
    source = lab.source(disks=[{"size": 20}, {"size": 40}])
    own, backup = [disk.snapshot_id for disk in lab.image(source).disks]
    lab.sim.world.snapshots[own].tags["imageops:snapshot-of"] = source
    call: dict[str, t.Any] = {"region": HOME, "image_id": source, "state": "absent"}
    lab.ok(IMAGE, delete_snapshots="none", **call)
    outcome = lab.ok(IMAGE, delete_snapshots=which, **call)
    gone = [own] if which == "own" else []
    assert outcome.result["snapshots"] == gone and outcome.changed is bool(gone)
    assert {own, backup} & set(lab.sim.world.snapshots) == {own, backup} - set(gone)


def test_another_account_s_image_is_refused_before_anything_is_asked_of_it(lab: Lab) -> None:
    source = lab.source(shares=[ONE])
    call: dict[str, t.Any] = {"region": HOME, "image_id": source, "state": "absent", "force": True}
    lab.fails(IMAGE, source, who="consumer-one", delete_snapshots="all", unshare=True, **call)
    assert lab.writes() == []
    assert lab.calls("DescribeImageSharePermission") == []


def test_a_second_image_of_an_instance_waits_until_the_first_one_s_snapshots_are_made(lab: Lab) -> None:
    instance = lab.demo("instances", "demo")
    lab.ok(IMAGE, region=HOME, instance_id=instance, name="first", wait=False)
    lab.ok(IMAGE, region=HOME, instance_id=instance, name="second")
    codes = [call["code"] for call in lab.calls("CreateImage")]
    assert set(codes[1:-1]) == {"IncorrectDiskStatus.CreatingSnapshot"} and codes[-1] is None
    assert [image.status for image in lab.own(HOME)] == ["Available"] * 2


def test_a_refused_removal_is_no_change_and_tells_the_way_out(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source()
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], wait=False)
    outcome = lab.fails(IMAGE, "ImageCopying", "ecs_image_copy_cancel", region=HOME, image_id=source, state="absent")
    assert not outcome.changed
    assert lab.image(source).status == "Available"


def test_a_removal_that_is_refused_at_last_tells_who_has_lost_the_image(lab: Lab) -> None:
    source = lab.source(shares=[ONE])
    lab.fault("error", "DeleteImage", code="OperationDenied.ImageCopying", status=403)
    outcome = lab.fails(IMAGE, region=HOME, image_id=source, state="absent", unshare=True)
    assert outcome.changed and outcome.result["unshared"] == [ONE]


def test_leftover_snapshots_that_can_not_be_deleted_are_no_change(lab: Lab) -> None:
    source = lab.source()
    (own,) = [disk.snapshot_id for disk in lab.image(source).disks]
    lab.sim.world.snapshots[own].tags["imageops:snapshot-of"] = source
    call: dict[str, t.Any] = {"region": HOME, "image_id": source, "state": "absent"}
    lab.ok(IMAGE, **call)
    lab.fault("error", "DeleteSnapshot", code="SnapshotCreatedDisk", status=403)
    outcome = lab.ok(IMAGE, delete_snapshots="own", **call)
    assert not outcome.changed and outcome.result["snapshots"] == []
    assert [one["snapshot_id"] for one in outcome.result["snapshots_kept"]] == [own]
