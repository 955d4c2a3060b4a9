# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images ecs_image_retire takes, and which it never touches."""

from __future__ import annotations

import collections
import datetime
import time

import pytest
from functional import pins
from functional.retire.retiring import DAY, OLD, OPTIONS, RETIRE, chosen, names
from functional.support import BEIJING, HOME, MAIN, ONE, Lab, surprises
from functional.test_usage import new_looker
from simulator.state.regions import open_regions

OURS = {"imageops:created-from": "i-1"}


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


def test_where_it_could_not_look_nothing_goes_and_it_says_so(lab: Lab, images: dict[str, str]) -> None:
    """Images went that a launch template may have started, with a warning."""
    lab.plant("launch_templates", region=HOME, name="web", versions=[{"ImageId": images["home 200"]}])
    fault = {"code": "Forbidden.RAM", "status": 403, "times": None, "region": HOME}
    lab.fault("error", "DescribeLaunchTemplates", **fault)
    for grace in (14, 0):
        done = lab.ok(RETIRE, **OPTIONS, grace_days=grace, check=grace == 14)
        assert names(done, "deleted" if grace == 0 else "deprecated") == chosen(
            images, "copy 200", "copy 100", "copy 50"
        ), "only where it looked"
        reasons = {one["image_id"]: one["reason"] for one in done.result["kept"]}
        for label in ("home 200", "home 100", "home 50"):
            assert f"launch templates of {MAIN} could not be looked at" in reasons[images[label]]
            assert "keep_used=false" in reasons[images[label]]
        assert [(one["region"], one["kind"]) for one in done.result["not_looked"]] == [(HOME, "launch templates")]
        assert "ecs:DescribeLaunchTemplates" in " ".join(done.warnings)
    lab.until_shown()
    assert not lab.ok(RETIRE, **OPTIONS, grace_days=0).changed
    told = lab.ok(RETIRE, **OPTIONS, grace_days=0, keep_used=False)
    assert names(told, "deleted") == chosen(images, "home 200", "home 100", "home 50")


def test_nothing_goes_while_an_account_that_is_named_can_not_be_entered(lab: Lab, images: dict[str, str]) -> None:
    lab.plant("instances", account=ONE, region=HOME, image_id=images["home 100"])
    role = f"acs:ram::{ONE}:role/none"
    done = lab.ok(RETIRE, **OPTIONS, grace_days=0, role_arns=[role])
    assert not done.changed and lab.writes() == []
    reasons = {one["image_id"]: one["reason"] for one in done.result["kept"]}
    assert all(f"everything of {role} could not be looked at" in reasons[images[label]] for label in OLD)


def test_what_goes_on_without_an_image_need_not_be_seen(lab: Lab, images: dict[str, str]) -> None:
    lab.fault("error", "DescribeDisks", code="Forbidden.RAM", status=403, times=None)
    done = lab.ok(RETIRE, **OPTIONS)
    assert names(done, "deprecated") == chosen(images, *OLD)
    assert {one["kind"] for one in done.result["not_looked"]} == {"disks"}


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


def test_bad_input_is_refused_all_at_once_before_anything(lab: Lab) -> None:
    outcome = lab.fails(
        RETIRE, "'.*' fits any name", "keep must be at least 1", regions=[HOME], name_patterns=[".*"], keep=0
    )
    roles = {"keep_used": False, "role_arns": [f"acs:ram::{ONE}:role/looker"]}
    lab.fails(RETIRE, "role_arns has no effect with keep_used=false", regions=[HOME], families=["base"], **roles)
    # Nobody could look there, and what is used there would go.
    lab.fails(RETIRE, "'looker' is no ARN of a role", regions=[HOME], families=["base"], role_arns=["looker"])
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


def test_an_image_with_a_new_key_takes_no_place_of_an_older_release(lab: Lab, images: dict[str, str]) -> None:
    """Where the old one is a copy, the two were of two sources: a release went there that stayed elsewhere."""
    keyed = {
        lab.twin(images[label], region, name="keyed", copied_as="keyed", family="base",
                 tags={"imageops:source-created": lab.stamp(lab.image(images["home 10"]).created)})
        for label, region in (("home 10", HOME), ("copy 10", BEIJING))
    }  # fmt: skip
    done = lab.ok(RETIRE, **{**OPTIONS, "keep": 2}, grace_days=0)
    assert names(done, "deleted") == chosen(images, "home 200", "home 100", "copy 200", "copy 100")
    assert names(done, "kept") == keyed | chosen(images, "home 10", "home 50", "copy 10", "copy 50")


@pins.list_counted
@pytest.mark.parametrize("late", [0, 70])
def test_a_region_is_looked_at_again_once_for_all_its_images(lab: Lab, images: dict[str, str], late: int) -> None:
    """Each of them had the whole list read once more, when a minute had passed since the first look."""
    lab.fault("hold", "DescribeInstances", when="after")
    lab.when_held(lambda: lab.pass_time(late))
    call = {"regions": [HOME], "families": ["base"], "keep": 1, "grace_days": 0}
    done = lab.ok(RETIRE, **call)
    assert len(names(done, "deleted")) == 3
    lists = [one for one in lab.calls("DescribeImages") if "ImageId" not in one["params"]]
    assert len(lists) == (2 if late else 1)


@pytest.mark.parametrize(
    ("told", "days", "goes"),
    [("0001-01-01T00:00:00Z", 0, []), ("{:%Y-%m-%dT%H:%M}", 29.8, []), ("{:%Y-%m-%dT%H:%M}", 30.2, ["base-1"])],
)
def test_an_age_that_is_told_otherwise(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, told: str, days: float, goes: list[str]
) -> None:
    """The first day that there is stands for none. A time without a zone was this machine's, and the API has UTC."""
    monkeypatch.setenv("TZ", "Etc/GMT-14")  # 14 hours ahead
    time.tzset()
    try:
        born = datetime.datetime.fromtimestamp(lab.clock.wall() - days * DAY, datetime.UTC)
        lab.source(name="base-1", family="base", tags={"imageops:source-created": told.format(born), **OURS})
        lab.source(name="base-2", family="base")
        done = lab.ok(RETIRE, regions=[HOME], families=["base"], keep=1, check=True)
        assert [one["name"] for one in done.result["deprecated"]] == goes
    finally:
        monkeypatch.undo()
        time.tzset()
