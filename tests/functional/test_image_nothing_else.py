# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Guards of ecs_image: one image for one wish, nobody else's removed, nothing left behind unsaid."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, HOME, ONE, TWO, Lab
from functional.test_export import plant_archive

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


def leftovers(lab: Lab, image_id: str, own: bool = True) -> list[str]:
    """The snapshots behind an image, with the tag of those that were made for it if they are."""
    snapshots = [disk.snapshot_id for disk in lab.image(image_id).disks]
    for snapshot_id in snapshots if own else []:
        lab.sim.world.snapshots[snapshot_id].tags["imageops:snapshot-of"] = image_id
    return snapshots


@pytest.mark.parametrize(
    ("by", "which", "own"),
    [("name", "own", True), ("name", "all", True), ("name", "all", False), ("image_id", "all", False)],
)
def test_an_interrupted_removal_leaves_nothing_in_silence(lab: Lab, by: str, which: str, own: bool) -> None:
    source = lab.source(disks=[{"size": 20}, {"size": 40}])
    snapshots = leftovers(lab, source, own)
    selected = {"name": "golden"} if by == "name" else {"image_id": source}
    call: dict[str, t.Any] = {"region": HOME, "state": "absent", "delete_snapshots": which, **selected}
    lab.fault("error", "DeleteSnapshot", code="Forbidden.RAM", status=403, times=2)  # stands for the kill
    lab.ok(IMAGE, **call)
    lab.until_shown()
    assert {*snapshots} <= {*lab.sim.world.snapshots}
    predicted, outcome = lab.ok(IMAGE, check=True, **call), lab.ok(IMAGE, **call)
    assert predicted.changed and outcome.changed
    assert predicted.result["snapshots"] == outcome.result["snapshots"] == snapshots
    assert not {*snapshots} & {*lab.sim.world.snapshots}
    assert not lab.ok(IMAGE, **call).changed


def test_what_an_interrupted_removal_left_goes_with_the_next_image_of_that_name(lab: Lab) -> None:
    call: dict[str, t.Any] = {"region": HOME, "name": "golden", "state": "absent", "delete_snapshots": "all"}
    lab.fault("error", "DeleteSnapshot", code="Forbidden.RAM", status=403)
    snapshots = leftovers(lab, lab.source(), own=False)
    lab.ok(IMAGE, **call)
    snapshots += leftovers(lab, lab.source(), own=False)
    lab.until_shown()
    outcome = lab.ok(IMAGE, **call)
    assert {*outcome.result["snapshots"]} == {*snapshots}
    assert not {*snapshots} & {*lab.sim.world.snapshots}


def test_backups_stay_if_they_are_not_asked_for_any_more(lab: Lab) -> None:
    source = lab.source()
    backups = leftovers(lab, source, own=False)
    call: dict[str, t.Any] = {"region": HOME, "name": "golden", "state": "absent"}
    lab.fault("error", "DeleteSnapshot", code="Forbidden.RAM", status=403)
    lab.ok(IMAGE, delete_snapshots="all", **call)
    for which in ("own", "none"):
        assert not lab.ok(IMAGE, delete_snapshots=which, **call).changed
    assert {*backups} <= {*lab.sim.world.snapshots}


@pytest.mark.parametrize("code", ["OperationDenied.ImageCopying", "Forbidden.RAM"])
def test_a_refused_removal_says_nothing_of_the_image_s_snapshots(lab: Lab, code: str) -> None:
    source = lab.source()
    (own,) = leftovers(lab, source)
    lab.fault("error", "DeleteImage", code=code, status=403)
    outcome = lab.fails(IMAGE, code, region=HOME, image_id=source, state="absent", delete_snapshots="own")
    assert lab.sim.world.snapshots[own].tags == {"imageops:snapshot-of": source}
    assert not outcome.changed


def test_a_refused_removal_that_took_the_image_from_others_is_a_change(lab: Lab) -> None:
    source = lab.source(shares=[ONE])
    leftovers(lab, source)
    lab.fault("error", "DeleteImage", code="OperationDenied", status=403)
    call: dict[str, t.Any] = {"region": HOME, "image_id": source, "state": "absent", "unshare": True}
    outcome = lab.fails(IMAGE, "OperationDenied", delete_snapshots="own", **call)
    assert outcome.changed and outcome.result["unshared"] == [ONE]


def test_snapshots_that_stay_lose_what_an_earlier_run_said_of_them(lab: Lab) -> None:
    source = lab.source()
    (kept,) = leftovers(lab, source)
    told = {"imageops:leftover-of": source, "imageops:leftover-name": "golden"}
    lab.sim.world.snapshots[kept].tags.update(told)
    call: dict[str, t.Any] = {"region": HOME, "name": "golden", "state": "absent"}
    lab.ok(IMAGE, **call)
    assert lab.sim.world.snapshots[kept].tags == {"imageops:snapshot-of": source}
    assert not lab.ok(IMAGE, delete_snapshots="all", **call).changed


def test_snapshots_that_can_not_be_tagged_hold_up_nothing_and_are_told(lab: Lab) -> None:
    source = lab.source()
    snapshots = leftovers(lab, source, own=False)
    lab.fault("error", "TagResources", code="Forbidden.RAM", status=403)
    outcome = lab.ok(IMAGE, region=HOME, name="golden", state="absent", delete_snapshots="all")
    assert outcome.result["snapshots"] == snapshots and "ecs:TagResources" in " ".join(outcome.warnings)


def test_what_can_not_be_untagged_after_a_refusal_is_told_beside_it(lab: Lab) -> None:
    source = lab.source()
    lab.fault("error", "DeleteImage", code="Forbidden.RAM", status=403)
    lab.fault("error", "UntagResources", code="Forbidden.RAM", status=403)
    outcome = lab.fails(IMAGE, "DeleteImage", region=HOME, image_id=source, state="absent", delete_snapshots="all")
    assert "ecs:UntagResources" in " ".join(outcome.warnings)
    assert outcome.changed


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


@pins.held_back
def test_a_refused_removal_is_no_change_and_tells_the_way_out(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.1)
    source = lab.source()
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], wait=False)
    outcome = lab.fails(IMAGE, "ImageCopying", "ecs_image_copy_cancel", region=HOME, image_id=source, state="absent")
    assert not outcome.changed
    assert lab.image(source).status == "Available"


@pins.tags_at_once
def test_a_running_copy_is_known_before_anybody_loses_the_image(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.05)
    source = lab.source(shares=[ONE, TWO])
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], wait=False)
    lab.until_shown()
    call: dict[str, t.Any] = {"region": HOME, "image_id": source, "state": "absent", "unshare": True}
    lab.sim.journal.clear()
    for check in (True, False):
        lab.fails(IMAGE, f"{lab.one(BEIJING).image_id} in {BEIJING}", "ecs_image_copy_cancel", check=check, **call)
    assert lab.image(source).accounts() == [ONE, TWO] and lab.writes() == []
    lab.pass_time(1000)
    lab.fault("error", "DescribeImages", region=BEIJING, code="ServiceUnavailable", status=503, times=None)
    begun = lab.clock.now()
    lab.ok(IMAGE, **call)
    assert lab.clock.now() - begun < 60


def test_instances_that_use_an_image_are_named(lab: Lab) -> None:
    source = lab.source()
    users = [lab.plant("instances", region=HOME, image_id=source) for _one in range(2)]
    lab.plant("instances", region=HOME)
    for check in (True, False):
        lab.fails(IMAGE, *users, region=HOME, image_id=source, state="absent", check=check)
    lab.ok(IMAGE, region=HOME, image_id=source, state="absent", force=True)


@pins.held_back
def test_an_image_that_only_others_use_is_given_back_to_them(lab: Lab) -> None:
    """Their instances are not to be seen, and the API tells of them when the image is to go."""
    source = lab.source(shares=[ONE, TWO])
    lab.plant("instances", region=HOME, account=ONE, image_id=source)
    call = {"region": HOME, "image_id": source, "state": "absent", "unshare": True}
    outcome = lab.fails(IMAGE, "ImageUsingByInstance", "force=true", **call)
    assert lab.image(source).accounts() == [ONE, TWO] and outcome.result["unshared"] == []


@pins.held_back
def test_an_image_whose_copies_show_no_tags_yet_is_given_back_to_them(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.05, copy_tags_visible="when_available")
    source = lab.source(shares=[ONE, TWO])
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], wait=False)
    outcome = lab.fails(IMAGE, "ImageCopying", region=HOME, image_id=source, state="absent", unshare=True)
    assert lab.image(source).accounts() == [ONE, TWO] and outcome.result["unshared"] == []


def test_an_image_that_is_being_exported_is_given_back_to_them(lab: Lab) -> None:
    """Whoever had it lost it for a removal that the API refuses until the export has ended."""
    plant_archive(lab)
    source = lab.source(shares=[ONE, TWO])
    lab.ok("ecs_image_export", region=HOME, image_id=source, bucket="archive", wait=False)
    outcome = lab.fails(IMAGE, "ImageIsExporting", region=HOME, image_id=source, state="absent", unshare=True)
    assert lab.image(source).accounts() == [ONE, TWO] and outcome.result["unshared"] == []


def test_what_an_image_says_of_its_usage_holds_up_no_removal(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may say so for ever once an instance was made of it."""
    source = lab.source()
    monkeypatch.setattr("simulator.actions.image_views.usage", lambda _world, _image: "instance")
    lab.ok(IMAGE, region=HOME, image_id=source, state="absent")
    assert lab.own(HOME) == []


def test_without_the_right_to_see_instances_the_api_alone_tells(lab: Lab) -> None:
    source = lab.source()
    used = lab.source(name="used")
    lab.plant("instances", region=HOME, image_id=used)
    lab.fault("error", "DescribeInstances", code="Forbidden.RAM", status=403, times=None)
    lab.ok(IMAGE, region=HOME, image_id=source, state="absent")
    lab.fails(IMAGE, "ImageUsingByInstance", region=HOME, image_id=used, state="absent")


@pytest.mark.parametrize("options", [{}, {"description": "other words"}, {"state": "deprecated"}])
def test_another_account_s_image_is_not_kept_as_asked(lab: Lab, options: dict[str, str]) -> None:
    source = lab.source(shares=[ONE])
    for check in (True, False):
        outcome = lab.fails(
            IMAGE, "its credentials", region=HOME, image_id=source, who="consumer-one", check=check, **options
        )
        assert outcome.result["error"]["code"] == "NotOwn"
    assert lab.writes() == []


def test_a_removal_that_is_refused_at_last_tells_who_has_lost_the_image(lab: Lab) -> None:
    source = lab.source(shares=[ONE])
    lab.fault("error", "DeleteImage", code="OperationDenied", status=403)
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
