# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is deprecated is deleted after its grace, which begins anew where an image was restored."""

from __future__ import annotations

import typing as t

import pytest
from functional.interruptions import killed_at
from functional.retire.retiring import DAY, MARK, OLD, OPTIONS, RETIRE, chosen, names
from functional.support import BEIJING, HOME, ONE, Lab, surprises

pytestmark = pytest.mark.slow


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
