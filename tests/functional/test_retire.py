# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_retire: what it deprecates, what it deletes and when, and what it never touches."""

from __future__ import annotations

import collections
import re
import typing as t

import pytest
from functional import pins
from functional.interruptions import killed_at
from functional.support import BEIJING, FRANKFURT, HOME, ONE, Lab, Outcome, surprises
from functional.test_usage import new_looker
from simulator.state.regions import open_regions

from ansible_collections.imageops.alicloud.plugins.plugin_utils import _retired

RETIRE = "ecs_image_retire"
MARK = "imageops:deprecated-at"
DAY = 86400.0
OPTIONS: dict[str, t.Any] = {"regions": [HOME, BEIJING], "families": ["base"], "keep": 1}


@pytest.fixture
def images(lab: Lab) -> dict[str, str]:
    """Four releases of a family and their copies, the youngest ten days old."""
    found = {}
    for days in (200, 100, 50, 10):
        made = lab.stamp(lab.clock.wall() - days * DAY)
        ours = {"imageops:created-from": f"i-{days}"}
        source = lab.plant("images", region=HOME, name=f"base-{days}", family="base", created=made, tags=ours)
        found[f"home {days}"] = source
        found[f"copy {days}"] = lab.twin(source, BEIJING, family="base")
    for image_id in found.values():
        for disk in lab.image(image_id).disks:
            lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = image_id
    return found


def test_what_starts_instances_keeps_an_image_and_is_named(lab: Lab, images: dict[str, str]) -> None:
    template = lab.plant("launch_templates", region=HOME, name="web", versions=[{"ImageId": images["home 200"]}])
    group = lab.plant("scaling_groups", region=BEIJING, name="old", image=images["copy 100"])
    consumer = lab.plant("instances", account=ONE, region=HOME, image_id=images["home 100"])
    role = new_looker(lab)
    for check in (True, False):
        done = lab.ok(RETIRE, **OPTIONS, role_arns=[role], who="looker", check=check)
        reasons = {one["image_id"]: (one["reason"], one["uses"]) for one in done.result["kept"]}
        for label, user in (("home 200", template), ("copy 100", f"asc-{group[4:]}"), ("home 100", consumer)):
            reason, uses = reasons[images[label]]
            assert user in reason and user in [use["id"] for use in uses], label
        assert names(done, "deprecated") == chosen(images, "home 50", "copy 200", "copy 50")
        assert done.result["not_looked"] == []
    lab.until_shown()
    left = lab.ok(RETIRE, **OPTIONS, keep_used=False)
    assert names(left, "deprecated") == chosen(images, "home 200", "copy 100", "home 100")


def test_where_it_could_not_look_it_says_so_and_goes_on(lab: Lab, images: dict[str, str]) -> None:
    lab.fault("error", "DescribeLaunchTemplates", code="Forbidden.RAM", status=403, times=None)
    done = lab.ok(RETIRE, **OPTIONS)
    assert names(done, "deprecated") == chosen(images, *OLD)
    assert {(one["region"], one["kind"]) for one in done.result["not_looked"]} == {
        (HOME, "launch templates"),
        (BEIJING, "launch templates"),
    }
    assert "ecs:DescribeLaunchTemplates" in " ".join(done.warnings)


def names(outcome: Outcome, key: str) -> set[str]:
    return {one["image_id"] for one in outcome.result[key]}


def chosen(images: dict[str, str], *labels: str) -> set[str]:
    return {images[label] for label in labels}


OLD = ("home 200", "home 100", "home 50", "copy 200", "copy 100", "copy 50")


def test_old_images_are_deprecated_first_and_deleted_after_the_grace(lab: Lab, images: dict[str, str]) -> None:
    first = lab.ok(RETIRE, **OPTIONS)
    assert names(first, "deprecated") == chosen(images, *OLD)
    assert first.result["deleted"] == [] and first.result["gib_freed"] == 0
    assert {lab.image(images[label]).status for label in OLD} == {"Deprecated"}
    assert {lab.image(images[label]).status for label in ("home 10", "copy 10")} == {"Available"}

    lab.until_shown()
    lab.sim.journal.clear()
    assert not lab.ok(RETIRE, **OPTIONS).changed and lab.writes() == []

    lab.pass_time(14 * DAY + 60)
    snapshots = {disk.snapshot_id for label in OLD for disk in lab.image(images[label]).disks}
    last = lab.ok(RETIRE, **OPTIONS)
    assert names(last, "deleted") == chosen(images, *OLD)
    assert last.result["gib_freed"] == 20 * len(OLD)
    assert {image.image_id for region in (HOME, BEIJING) for image in lab.own(region)} == chosen(
        images, "home 10", "copy 10"
    )
    assert not snapshots & set(lab.sim.world.snapshots)


def test_the_grace_of_a_restored_image_begins_anew(lab: Lab, images: dict[str, str]) -> None:
    old = images["home 200"]
    lab.ok(RETIRE, **OPTIONS)
    assert MARK in lab.image(old).tags
    lab.until_shown()
    predicted, real = (lab.ok("ecs_image", region=HOME, image_id=old, check=check) for check in (True, False))
    assert surprises(predicted, real) == {}
    assert lab.image(old).status == "Available" and MARK not in lab.image(old).tags
    lab.pass_time(60 * DAY)
    lab.ok("ecs_image", region=HOME, image_id=old, state="deprecated")
    again = lab.ok(RETIRE, **OPTIONS)
    assert old in names(again, "deprecated") and old not in names(again, "deleted")


def test_the_mark_of_an_image_restored_in_the_console_does_not_outlive_its_next_deprecation(
    lab: Lab, images: dict[str, str]
) -> None:
    old = images["home 200"]
    lab.ok(RETIRE, **OPTIONS)
    lab.image(old).status = "Available"
    lab.pass_time(60 * DAY)
    call = {"region": HOME, "image_id": old, "state": "deprecated"}
    assert killed_at(lab, "write", 1, "after", "ecs_image", **call)
    assert MARK not in lab.image(old).tags
    lab.ok("ecs_image", **call)
    assert old in names(lab.ok(RETIRE, **OPTIONS), "deprecated")
    assert MARK in lab.image(old).tags and not lab.ok("ecs_image", **call).changed


@pytest.mark.parametrize("options", [{}, {"min_age_days": 365}, {"keep": 9}, {"max_images": 1}])
def test_an_image_that_was_restored_in_the_console_loses_its_old_mark(
    lab: Lab, images: dict[str, str], options: dict[str, t.Any]
) -> None:
    lab.ok(RETIRE, **OPTIONS)
    for label in ("home 200", "home 100"):
        lab.image(images[label]).status = "Available"
    lab.pass_time(60 * DAY)
    lab.sim.journal.clear()
    call = {**OPTIONS, **options, "regions": [HOME]}
    predicted = lab.ok(RETIRE, **call, check=True)
    assert lab.writes() == []
    real = lab.ok(RETIRE, **call)
    assert predicted.changed and real.changed and surprises(predicted, real) == {}
    for label in ("home 200", "home 100"):
        image, now = lab.image(images[label]), lab.stamp(lab.clock.wall())
        # Deprecated again by this run, or without a mark: never with that of the first time.
        assert image.tags.get(MARK, now)[:10] == now[:10]
        assert (image.status == "Deprecated") == (MARK in image.tags)
    restored = {one["image_id"]: one for key in ("kept", "postponed") for one in real.result[key] if one["restored"]}
    assert all("available again" in one["reason"] for one in restored.values())
    assert len(restored) + len(chosen(images, "home 200", "home 100") & names(real, "deprecated")) == 2
    assert names(real, "deleted").isdisjoint(chosen(images, "home 200", "home 100"))


def test_an_old_mark_that_can_not_be_removed_is_an_error(lab: Lab, images: dict[str, str]) -> None:
    lab.image(images["home 10"]).tags[MARK] = lab.stamp(lab.clock.wall() - 60 * DAY)
    lab.fault("error", "UntagResources", code="Forbidden.RAM", status=403)
    outcome = lab.fails(RETIRE, "ecs:UntagResources", **OPTIONS)
    assert names(outcome, "not_retired") == chosen(images, "home 10")
    assert names(outcome, "deprecated") == chosen(images, *OLD)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("action", ["TagResources", "ModifyImageAttribute"])
def test_a_kill_while_it_deprecates_shortens_no_grace(lab: Lab, images: dict[str, str], action: str, when: str) -> None:
    old = images["home 200"]
    lab.image(old).tags[MARK] = lab.stamp(lab.clock.wall() - 60 * DAY)
    call = {**OPTIONS, "regions": [HOME]}
    assert killed_at(lab, action, 1, when, RETIRE, **call, max_images=1)
    assert names(lab.ok(RETIRE, **call), "deleted") == set()
    lab.pass_time(14 * DAY + 60)
    assert old in names(lab.ok(RETIRE, **call), "deleted")


def test_check_mode_tells_all_of_it_and_writes_nothing(lab: Lab, images: dict[str, str]) -> None:
    before = lab.state()
    planned = lab.ok(RETIRE, **OPTIONS, grace_days=0, check=True)
    assert lab.state() == before and lab.writes() == []
    real = lab.ok(RETIRE, **OPTIONS, grace_days=0)
    assert planned.changed and surprises(planned, real) == {}
    for key in ("deleted", "kept", "gib_freed"):
        assert planned.result[key] == real.result[key]
    assert real.result["gib_freed"] == 20 * len(OLD)


def test_what_others_use_stays(lab: Lab, images: dict[str, str]) -> None:
    lab.ok("ecs_image_share", region=HOME, image_id=images["home 200"], accounts=[ONE])
    lab.until_shown()
    lab.plant("instances", region=HOME, image_id=images["home 100"])
    kept = lab.ok(RETIRE, **{**OPTIONS, "regions": [HOME]}, grace_days=0)
    assert names(kept, "deleted") == chosen(images, "home 50")
    reasons = {one["image_id"]: one["reason"] for one in kept.result["kept"]}
    assert reasons[images["home 200"]] == f"shared with {ONE}"
    assert reasons[images["home 100"]].startswith("used by instance i-")

    told = lab.ok(RETIRE, **{**OPTIONS, "regions": [HOME]}, grace_days=0, shared=True)
    (gone,) = told.result["deleted"]
    assert gone["image_id"] == images["home 200"] and gone["unshared"] == [ONE]


def test_no_more_than_so_many_go_at_once(lab: Lab, images: dict[str, str]) -> None:
    outcome = lab.ok(RETIRE, **OPTIONS, grace_days=0, max_images=2)
    assert names(outcome, "deleted") == chosen(images, "home 200", "copy 200")
    assert len(outcome.result["postponed"]) == 4


def test_an_image_that_can_not_go_hides_none_of_the_others(lab: Lab, images: dict[str, str]) -> None:
    lab.fault("error", "DeleteImage", region=HOME, code="Forbidden.RAM", status=403)
    outcome = lab.fails(RETIRE, "ecs:DeleteImage", **OPTIONS, grace_days=0)
    assert len(outcome.result["not_retired"]) == 1 and len(outcome.result["deleted"]) == len(OLD) - 1
    assert outcome.changed
    assert not lab.ok(RETIRE, **OPTIONS, grace_days=0).result["not_retired"]


def test_a_region_that_can_not_be_looked_at_hides_none_of_the_others(lab: Lab, images: dict[str, str]) -> None:
    lab.fault("error", "DescribeImages", region=HOME, code="Forbidden.RAM", status=403, times=None)
    outcome = lab.fails(RETIRE, f"{HOME}: ", **OPTIONS, grace_days=0)
    assert names(outcome, "deleted") == chosen(images, "copy 200", "copy 100", "copy 50")


def test_snapshots_without_their_image_are_found_weighed_and_deleted_if_asked(lab: Lab) -> None:
    lab.plant("images", region=HOME, name="another")
    tags = {"imageops:snapshot-of": "m-gone"}
    orphan = lab.plant("snapshots", region=HOME, size=40, tags=tags)
    lab.plant("snapshots", region=HOME, size=10, name="backup")
    lab.plant("snapshots", region=FRANKFURT, size=40, tags=tags)
    call = {"regions": [HOME, FRANKFURT], "families": ["base"]}
    told = lab.ok(RETIRE, **call)
    assert [one["made_for"] for one in told.result["orphaned_snapshots"]] == ["m-gone", "m-gone"]
    assert (told.result["gib_orphaned"], told.changed) == (80, False)
    # Nothing of this account is to be seen in Frankfurt, so that nothing is known to be gone there.
    assert any("ecs:DescribeImages" in warning for warning in told.warnings)
    planned = lab.ok(RETIRE, **call, orphans="delete", check=True)
    done = lab.ok(RETIRE, **call, orphans="delete")
    assert planned.changed and done.changed and surprises(planned, done) == {}
    assert [one["snapshot_id"] for one in done.result["orphaned_snapshots"] if one["deleted"]] == [orphan]
    assert (done.result["gib_freed"], done.result["gib_orphaned"]) == (40, 40)
    assert len(lab.sim.journal.calls("DeleteSnapshot")) == 1


def test_what_was_retired_is_told_although_locks_can_not_be_looked_at(lab: Lab, images: dict[str, str]) -> None:
    """Locks are looked at when the images have gone. That this look failed lost the whole result."""
    orphan = lab.plant("snapshots", region=HOME, tags={"imageops:snapshot-of": "m-gone"})
    lab.fault("unavailable", "DescribeLockedSnapshots", times=10000)
    done = lab.fails(RETIRE, orphan, **OPTIONS, orphans="delete", unreachable_timeout=10)
    assert names(done, "deprecated") == chosen(images, *OLD)
    (told,) = done.result["orphaned_snapshots"]
    assert (done.changed, told["deleted"], told["error"]["code"]) == (True, False, "ServiceUnavailable")
    lab.sim.faults.clear()
    assert lab.ok(RETIRE, **OPTIONS, orphans="delete").result["orphaned_snapshots"][0]["deleted"]


def test_what_is_locked_is_said_beforehand_and_stays(lab: Lab, images: dict[str, str]) -> None:
    (disk,) = lab.image(images["home 200"]).disks
    orphan = lab.plant("snapshots", region=HOME, size=40, tags={"imageops:snapshot-of": "m-gone"})
    for snapshot_id in (disk.snapshot_id, orphan):
        lab.lock(snapshot_id)
    call = {**OPTIONS, "grace_days": 0, "orphans": "delete"}
    planned, done = (lab.ok(RETIRE, **call, check=check) for check in (True, False))
    assert surprises(planned, done) == {}
    for outcome in (planned, done):
        (old,) = [one for one in outcome.result["deleted"] if one["image_id"] == images["home 200"]]
        assert (old["gib"], old["snapshots"]) == (0, [])
        (told,) = outcome.result["orphaned_snapshots"]
        (kept,) = old["snapshots_kept"]
        for snapshot in (kept, told):
            assert re.match(r"locked until 2\d{3}-", snapshot["reason"])
        assert (told["deleted"], told["error"]) == (False, None)
        lines = " ".join(_retired.summary(outcome.result))
        assert f"without {disk.snapshot_id} (locked" in lines and "made for m-gone, locked" in lines
    assert not {disk.snapshot_id, orphan} & {call["params"]["SnapshotId"] for call in lab.calls("DeleteSnapshot")}
    lab.pass_time(5)
    # The snapshot of the image that is gone is an orphan itself from now on.
    again = [lab.ok(RETIRE, **call, check=check) for check in (True, False)]
    assert [one.changed for one in again] == [False, False]
    assert {one["snapshot_id"] for one in again[1].result["orphaned_snapshots"]} == {disk.snapshot_id, orphan}


def test_images_that_go_side_by_side_all_know_of_the_locks(lab: Lab, images: dict[str, str]) -> None:
    labels = ("home 200", "home 100", "home 50")
    snapshots = {images[label]: lab.image(images[label]).disks[0].snapshot_id for label in labels}
    for snapshot_id in snapshots.values():
        lab.lock(snapshot_id)
    lab.fault("delay", "DescribeLockedSnapshots", seconds=0.5, times=None)
    for check in (True, False):
        done = lab.ok(RETIRE, regions=[HOME], families=["base"], keep=1, grace_days=0, check=check)
        gone = done.result["deleted"]
        kept = {one["image_id"]: [left["snapshot_id"] for left in one["snapshots_kept"]] for one in gone}
        assert kept == {image_id: [snapshot_id] for image_id, snapshot_id in snapshots.items()}
    assert not lab.calls("DeleteSnapshot")


@pytest.mark.parametrize("orphans", ["ignore", "report", "delete"])
def test_what_an_interrupted_removal_was_to_delete_is_deleted_and_nothing_else(
    lab: Lab, images: dict[str, str], orphans: str
) -> None:
    call = {**OPTIONS, "grace_days": 0}
    stray = lab.plant("snapshots", region=HOME, size=5, tags={"imageops:snapshot-of": "m-gone"})
    cancelled = lab.plant("snapshots", region=HOME, size=5, tags={"imageops:leftover-of": "m-gone"})
    old = [disk.snapshot_id for label in OLD for disk in lab.image(images[label]).disks]
    assert killed_at(lab, "DeleteSnapshot", 1, "before", RETIRE, **call)
    lab.pass_time(5)  # until no image is shown that was deleted
    used = {disk.snapshot_id for region in (HOME, BEIJING) for one in lab.own(region) for disk in one.disks}
    begun = set(old) & set(lab.sim.world.snapshots) - used
    assert begun
    call["orphans"] = orphans
    predicted, real = (lab.ok(RETIRE, **call, check=check) for check in (True, False))
    assert predicted.changed and real.changed and surprises(predicted, real) == {}
    told = real.result["orphaned_snapshots"]
    gone = {one["snapshot_id"] for one in told if one["deleted"]}
    assert {one["snapshot_id"] for one in told if one["begun"]} == begun
    assert gone == (begun | {stray, cancelled} if orphans == "delete" else begun)
    assert len(told) == len(begun) + (0 if orphans == "ignore" else 2)
    assert not set(old) & set(lab.sim.world.snapshots)
    assert {stray, cancelled} <= set(lab.sim.world.snapshots) or orphans == "delete"
    assert not lab.ok(RETIRE, **call).changed


@pytest.mark.parametrize("shared", ["lower", "empty"], ids=["told who is shared", "every share list is read"])
def test_an_image_that_is_shown_although_it_is_going_is_waited_for(
    lab: Lab, images: dict[str, str], shared: str
) -> None:
    call = {**OPTIONS, "grace_days": 0, "regions": [HOME]}
    lab.setting(delete_seconds=30.0, self_shared_form=shared)
    assert killed_at(lab, "DeleteImage", 1, "after", RETIRE, **call)
    lab.ok(RETIRE, **call)
    assert [one.image_id for one in lab.own(HOME)] == [images["home 10"]]
    behind = {disk.snapshot_id for region in (HOME, BEIJING) for one in lab.own(region) for disk in one.disks}
    assert set(lab.sim.world.snapshots) == behind


def test_backups_stay_if_a_run_that_was_to_delete_them_is_not_repeated_as_it_was(
    lab: Lab, images: dict[str, str]
) -> None:
    backup = lab.image(images["home 200"]).disks[0].snapshot_id
    del lab.sim.world.snapshots[backup].tags["imageops:snapshot-of"]
    call = {**OPTIONS, "grace_days": 0, "max_images": 1, "regions": [HOME]}
    assert killed_at(lab, "DeleteSnapshot", 1, "before", RETIRE, **call, delete_snapshots="all")
    lab.until_shown()
    for which in ("own", "none"):
        lab.ok(RETIRE, **{**call, "keep": 9}, delete_snapshots=which)
    assert backup in lab.sim.world.snapshots
    lab.ok(RETIRE, **{**call, "keep": 9}, delete_snapshots="all")
    assert backup not in lab.sim.world.snapshots


def test_bad_input_is_refused_all_at_once_before_anything(lab: Lab) -> None:
    outcome = lab.fails(
        RETIRE, "'.*' fits any name", "keep must be at least 1", regions=[HOME], name_patterns=[".*"], keep=0
    )
    roles = {"keep_used": False, "role_arns": [f"acs:ram::{ONE}:role/looker"]}
    lab.fails(RETIRE, "role_arns has no effect with keep_used=false", regions=[HOME], families=["base"], **roles)
    assert lab.calls() == [] and not outcome.changed


def test_only_the_images_that_are_named_may_go(lab: Lab, images: dict[str, str]) -> None:
    """The others stay, and count among the newest."""
    named = [images[label] for label in ("home 200", "copy 100", "home 10")]
    options = {**OPTIONS, "keep": 2, "grace_days": 0, "image_ids": named}
    done = lab.ok(RETIRE, **options)
    assert names(done, "deleted") == chosen(images, "home 200", "copy 100")
    assert {one["reason"] for one in done.result["kept"]} == {
        "not among the images that are named",
        "among the newest 2",
    }
    assert not lab.ok(RETIRE, **{**options, "image_ids": []}).changed


# Many images at once


@pins.counted
def test_check_mode_of_many_shared_images_makes_a_look_or_two_in_each_region(lab: Lab) -> None:
    """It looked into every region for each of the images, and read each share list twice."""
    regions = sorted(region.region_id for region in open_regions())
    for number in range(50):
        made = lab.stamp(lab.clock.wall() - (100 + number) * DAY)
        tags = {"imageops:created-from": "i-1"}
        where = regions[number % len(regions)]
        lab.plant("images", region=where, name=f"base-{number}", family="base", created=made, tags=tags, shares=[ONE])
    for where in regions:
        made = lab.stamp(lab.clock.wall() - DAY)
        lab.plant("images", region=where, name="base-new", family="base", created=made, tags={})
    call = {"regions": regions, "families": ["base"], "keep": 1, "shared": True, "max_images": 50}
    for grace in (0, 14):
        lab.sim.journal.clear()
        planned = lab.ok(RETIRE, **call, grace_days=grace, check=True)
        assert len(planned.result["deleted"] + planned.result["deprecated"]) == 50
        # Five kinds that may use images, a look each in every region where one would go.
        looks = 90 + len(regions) * (lab.asks_snapshots + 5)
        assert len(lab.calls()) <= looks, collections.Counter(lab.actions())
        told = [one for key in ("deleted", "deprecated") for one in planned.result[key]]
        assert len([one for one in told if one["unshared"] == [ONE]]) == 10
        assert all(one["unshared"] == [ONE] or "who, is not read" in one["reason"] for one in told)


def test_every_region_of_the_account_is_meant_by_all(lab: Lab, images: dict[str, str]) -> None:
    named = lab.ok(RETIRE, **OPTIONS, check=True)
    everywhere = lab.ok(RETIRE, **{**OPTIONS, "regions": ["all"]}, check=True)
    assert names(everywhere, "deprecated") == names(named, "deprecated")
    found = lab.ok("ecs_image_info", regions=["all"])
    assert set(images.values()) <= {one["image_id"] for one in found.result["images"]}
    assert lab.ok("ecs_image_copy_cancel", regions=["all"], all_marked=True).result["cancelled"] == []


@pytest.mark.parametrize("days", [-90, 90])
def test_the_provider_s_clock_says_how_old_something_is(
    lab: Lab, images: dict[str, str], monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr(lab.clock, "wall", lambda: lab.clock.now() + days * DAY)
    old = images["home 200"]
    first = lab.ok(RETIRE, **OPTIONS)
    assert names(first, "deprecated") == chosen(images, *OLD)
    assert lab.image(old).tags[MARK] == lab.stamp(lab.clock.now() + lab.sim.settings.clock_ahead)
    lab.until_shown()
    assert not lab.ok(RETIRE, **OPTIONS).changed, "the grace has only begun"
    for keep, gone in ((5, False), (-5, True)):
        lab.image(old).tags["imageops:keep"] = lab.stamp(lab.clock.now() + keep * DAY)[:10]
        removed = lab("ecs_image", region=HOME, image_id=old, state="absent", check=True)
        assert (removed.code == 0) is gone
    lab.pass_time(14 * DAY + 60)
    assert names(lab.ok(RETIRE, **OPTIONS), "deleted") == chosen(images, *OLD)


def test_an_image_that_is_kept_is_deleted_by_nobody(lab: Lab, images: dict[str, str]) -> None:
    kept = images["home 200"]
    lab.ok("ecs_image", region=HOME, image_id=kept, tags={"imageops:keep": "forever"})
    lab.until_shown()
    done = lab.ok(RETIRE, **OPTIONS, grace_days=0)
    reasons = {one["image_id"]: one["reason"] for one in done.result["kept"]}
    assert reasons[kept] == "its tag imageops:keep is 'forever'"
    absent = {"region": HOME, "image_id": kept, "state": "absent"}
    for check in (True, False):
        refused = lab("ecs_image", **absent, check=check)
        assert refused.code and "ignore_keep=true" in refused.result["msg"]
    lab.ok("ecs_image", **absent, ignore_keep=True)
    assert kept not in {image.image_id for image in lab.own(HOME)}


def test_a_date_that_is_none_is_refused_where_it_is_set_and_warned_about_where_it_is_found(
    lab: Lab, images: dict[str, str]
) -> None:
    refused = lab("ecs_image", region=HOME, image_id=images["home 200"], tags={"imageops:keep": "soon"})
    assert "neither forever nor a date such as 2027-01-31" in refused.result["msg"]
    lab.image(images["home 200"]).tags["imageops:keep"] = "soon"
    done = lab.ok(RETIRE, **OPTIONS, grace_days=0)
    assert any("it is kept forever" in warning for warning in done.warnings)
    assert lab.image(images["home 200"]).status == "Available"


@pytest.mark.parametrize("case", ["deprecate_previous", "unshare_previous", "retire_shared"])
def test_after_three_months_there_is_what_the_guide_says(lab: Lab, case: str) -> None:
    """Of releases that are promoted every month, with copies that a consumer has, and a retirement that keeps two."""
    options: dict[str, t.Any] = {"regions": [HOME, BEIJING], "families": ["base"], "keep": 2, "min_age_days": 30}
    options["shared"] = case == "retire_shared"
    source, copy = {}, {}
    for month in (1, 2, 3):
        made = lab.stamp(lab.clock.wall() - DAY)
        ours = {"imageops:created-from": "i-1"}
        source[month] = lab.plant("images", region=HOME, name=f"base-{month}", family="base", created=made, tags=ours)
        copy[month] = lab.twin(source[month], BEIJING, family="base", shares=[ONE])
        if month > 1:  # what the promotion does with the month before
            lab.ok("ecs_image", region=HOME, image_id=source[month - 1], state="deprecated")
        if month > 1 and case == "unshare_previous":
            lab.ok("ecs_image", region=BEIJING, image_id=copy[month - 1], state="deprecated", unshare=True)
        for _look in range(6):
            lab.ok(RETIRE, **options)
            lab.pass_time(5 * DAY)
    there = {image.image_id: image.status for region in (HOME, BEIJING) for image in lab.own(region)}
    assert source[1] not in there and there[source[2]] == "Deprecated" and there[source[3]] == "Available"
    status = "Deprecated" if case == "unshare_previous" else "Available"
    assert (there.get(copy[1]), there[copy[2]]) == ("Available" if case == "deprecate_previous" else None, status)
    assert there[copy[3]] == "Available"
