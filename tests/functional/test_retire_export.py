# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_retire with export: nothing goes before its export was seen finished."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.interruptions import killed_at
from functional.support import BEIJING, HOME, Data, Lab, Outcome
from functional.test_export import exports, plant_archive, written

pytestmark = pytest.mark.slow

RETIRE = "ecs_image_retire"
DAY = 86400.0
EXPORT: Data = {"buckets": {HOME: "archive"}, "prefix": "old"}
OPTIONS: Data = {"regions": [HOME], "families": ["base"], "keep": 1, "export": EXPORT}


def plant(lab: Lab, name: str, days: int, region: str = HOME, **more: t.Any) -> str:
    created = lab.stamp(lab.clock.wall() - days * DAY)
    tags = {"imageops:created-from": "i-1", **more.pop("tags", {})}
    return lab.plant("images", region=region, name=name, family="base", created=created, tags=tags, **more)


@pytest.fixture
def old(lab: Lab) -> str:
    """An image that is to go, beside one that stays."""
    plant_archive(lab)
    plant(lab, "base-10", 10)
    return plant(lab, "base-90", 90)


def entry(outcome: Outcome, key: str, image_id: str) -> Data:
    return next(one for one in outcome.result[key] if one["image_id"] == image_id)


def order(lab: Lab) -> list[str]:
    return [call["action"] for call in lab.writes()]


@pins.tags_at_once
@pins.task_told
def test_an_image_is_exported_deprecated_and_deleted_later(lab: Lab, old: str) -> None:
    before = lab.state()
    told = lab.ok(RETIRE, **OPTIONS, check=True)
    assert lab.state() == before
    assert entry(told, "deprecated", old)["export"] == {
        "action": "started", "task_id": None, "bucket": "archive", "objects": [],
    }  # fmt: skip
    done = lab.ok(RETIRE, **OPTIONS)
    assert (told.changed, done.changed, lab.image(old).status) == (True, True, "Deprecated")
    assert sorted(entry(done, "deprecated", old)["export"]["objects"]) == written(lab) != []
    assert lab.image(old).tags["imageops:exported-object-1"] in written(lab)
    wrote = order(lab)
    assert wrote.index("ExportImage") < wrote.index("TagResources") < wrote.index("ModifyImageAttribute")
    again = lab.ok(RETIRE, **OPTIONS)
    assert not again.changed and "will be deleted in" in entry(again, "kept", old)["reason"]
    lab.pass_time(15 * DAY)
    lab.sim.world.tasks.clear()  # the API forgets them, the image's tags do not
    gone = lab.ok(RETIRE, **OPTIONS)
    assert entry(gone, "deleted", old)["export"]["objects"] == written(lab)
    assert old not in {image.image_id for image in lab.own(HOME)}


@pins.task_told
def test_an_export_that_is_not_kept_in_mind_is_told_with_its_image(lab: Lab, old: str) -> None:
    lab.fault("error", "TagResources", code="Forbidden.RAM", status=403, times=None)
    failed = entry(lab.fails(RETIRE, "ecs:TagResources", **OPTIONS), "not_retired", old)
    assert sorted(failed["export"]["objects"]) == written(lab) != []
    assert set(failed["export"]) == {"action", "task_id", "bucket", "objects"}


@pins.task_told
def test_without_a_grace_an_image_is_exported_before_it_is_deleted(lab: Lab, old: str) -> None:
    done = lab.ok(RETIRE, **OPTIONS, grace_days=0)
    assert entry(done, "deleted", old)["export"]["action"] == "started" and written(lab)
    assert order(lab).index("ExportImage") < order(lab).index("DeleteImage")


def test_nothing_is_exported_that_does_not_go(lab: Lab, old: str) -> None:
    lab.ok(RETIRE, **{**OPTIONS, "keep": 2})
    assert order(lab) == [] and exports(lab) == 0


STAYING: list[t.Any] = [
    ({"disks": [{"size": 20, "encrypted": True}]}, {}, "is encrypted"),
    ({"status": "Deprecated"}, {}, "make it Available again"),
    ({"status": "Deprecated", "tags": {"imageops:deprecated-at": "2020-01-01T00:00:00Z"}}, {}, "is Deprecated"),
    ({"disks": [{"size": 20}, {"size": 600}]}, {}, "the largest of 600 GiB"),
    ({}, {"format": "qcow2"}, "not offered in cn-hangzhou"),
    ({"region": BEIJING}, {}, "export needs a bucket for cn-beijing"),
    # No bucket would help.
    ({"region": BEIJING, "disks": [{"size": 20, "encrypted": True}]}, {}, "is encrypted"),
]


@pins.task_told
def test_what_cannot_be_exported_takes_no_place_of_what_can(lab: Lab, old: str) -> None:
    """It stays, so that it is none of those that one run retires at most."""
    locked = plant(lab, "base-95", 95, disks=[{"size": 20, "encrypted": True}])
    for check in (True, False):
        done = lab.ok(RETIRE, **OPTIONS, max_images=1, check=check)
        assert entry(done, "deprecated", old) and "is encrypted" in entry(done, "kept", locked)["reason"]
        assert done.result["postponed"] == []


@pins.task_told
@pytest.mark.parametrize("grace", [14, 0])
@pytest.mark.parametrize(("image", "how", "words"), STAYING)
def test_what_cannot_be_exported_stays_and_is_listed(lab: Lab, image: Data, how: Data, words: str, grace: int) -> None:
    plant_archive(lab)
    region = image.get("region", HOME)
    plant(lab, "base-10", 10, region=region)
    old = plant(lab, "base-90", 90, **image)
    options = {**OPTIONS, "regions": [region], "export": {**EXPORT, **how}, "grace_days": grace}
    for check in (True, False):
        kept = lab.ok(RETIRE, **options, check=check)
        reason = entry(kept, "kept", old)["reason"]
        assert words in reason and "export_required=false" in reason and not kept.changed
    assert lab.writes() == []
    told = lab.ok(RETIRE, **options, export_required=False, check=True)
    done = lab.ok(RETIRE, **options, export_required=False)
    for outcome in (told, done):
        gone = [*outcome.result["deprecated"], *outcome.result["deleted"]]
        assert outcome.changed and words in next(one["reason"] for one in gone if one["image_id"] == old)
    assert exports(lab) == 0


@pins.task_told
@pytest.mark.parametrize("code", ["InvalidImageLicense.NotSupported", "ImageNotSupported"])
def test_what_the_api_refuses_to_export_stays_and_the_others_go(lab: Lab, old: str, code: str) -> None:
    lab.plant("buckets", name="there", region=BEIJING)
    plant(lab, "base-10", 10, region=BEIJING)
    refused = plant(lab, "base-90", 90, region=BEIJING)
    lab.fault("error", "ExportImage", region=BEIJING, code=code, status=403, times=None)
    both = {**OPTIONS, "regions": [HOME, BEIJING], "export": {"buckets": {HOME: "archive", BEIJING: "there"}}}
    done = lab.ok(RETIRE, **both)
    assert code in entry(done, "kept", refused)["reason"] and lab.image(refused).status == "Available"
    assert entry(done, "deprecated", old)["export"]["objects"] == written(lab)
    left = lab.ok(RETIRE, **both, export_required=False)
    assert code in entry(left, "deprecated", refused)["reason"] and lab.image(refused).status == "Deprecated"


def test_a_refusal_alone_changes_nothing(lab: Lab, old: str) -> None:
    lab.fault("error", "ExportImage", code="ImageNotSupported", status=403, times=None)
    assert not lab.ok(RETIRE, **OPTIONS).changed


@pytest.mark.parametrize("required", [True, False])
def test_an_export_that_fails_leaves_its_image(lab: Lab, old: str, required: bool) -> None:
    lab.fault("error", "ExportImage", code="WeeklyQuotaExceed.ExportImage", status=403, times=None)
    outcome = lab.fails(RETIRE, "WeeklyQuotaExceed", **OPTIONS, export_required=required, grace_days=0)
    assert entry(outcome, "not_retired", old)["export"] is None and lab.image(old).status == "Available"


@pins.exported_again
@pins.task_told
def test_an_export_that_somebody_cancels_leaves_its_image(lab: Lab, old: str) -> None:
    from simulator.actions import exporting

    def cancel() -> None:
        for task in lab.sim.world.tasks.values():
            exporting.cancel(lab.sim.world, task)

    for seconds in range(1, 10):
        lab.clock.after(seconds, cancel)
    outcome = lab.fails(RETIRE, "was cancelled", **OPTIONS, grace_days=0)
    assert outcome.changed and lab.image(old).status == "Available"
    lab.pass_time(60)
    assert entry(lab.ok(RETIRE, **OPTIONS, grace_days=0), "deleted", old)["export"]["objects"]


@pins.task_told
def test_one_that_is_not_waited_for_goes_with_the_next_run(lab: Lab, old: str) -> None:
    begun = lab.ok(RETIRE, **OPTIONS, grace_days=0, wait=False)
    kept = entry(begun, "kept", old)
    assert begun.changed and "under way" in kept["reason"] and kept["export"]["task_id"]
    lab.pass_time(3)
    done = lab.ok(RETIRE, **OPTIONS, grace_days=0)
    assert entry(done, "deleted", old)["export"]["action"] == "adopted" and exports(lab) == 1


@pins.task_told
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", range(1, 6))
def test_a_run_that_is_killed_loses_nothing(lab: Lab, old: str, nth: int, when: str) -> None:
    def gone() -> bool:
        return old not in {image.image_id for image in lab.own(HOME)}

    options = {**OPTIONS, "grace_days": 0}
    killed = killed_at(lab, "write", nth, when, RETIRE, **options)
    assert not gone() or written(lab)
    lab.pass_time(60)
    again = lab.ok(RETIRE, **options)
    assert gone() and exports(lab) == 1 and len(written(lab)) == 1
    assert killed or not again.changed


@pins.task_told
@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_lost_answer_is_no_second_export(lab: Lab, old: str, kind: str) -> None:
    lab.fault(kind, "ExportImage")
    lab.ok(RETIRE, **OPTIONS, grace_days=0)
    assert exports(lab) == 1 and written(lab)


@pins.tags_at_once
@pins.task_told
def test_an_export_of_before_counts_wherever_it_went(lab: Lab, old: str) -> None:
    lab.ok("ecs_image_export", region=HOME, image_id=old, bucket="other")
    done = lab.ok(RETIRE, **OPTIONS, grace_days=0)
    export = entry(done, "deleted", old)["export"]
    assert (export["action"], export["bucket"], exports(lab)) == ("present", "other", 1)


@pins.task_told
@pytest.mark.parametrize("come_along", [False, True], ids=["", "though its tags come along"])
def test_a_copy_is_not_exported_because_its_source_was(lab: Lab, old: str, come_along: bool) -> None:
    lab.setting(copy_tags_from_source=come_along)
    lab.ok("ecs_image_export", region=HOME, image_id=old, bucket="archive")
    lab.pass_time(60)
    lab.ok("ecs_image_copy", region=HOME, image_id=old, destination_regions=[BEIJING])
    lab.pass_time(60)
    copy = lab.one(BEIJING)
    lab.plant("buckets", name="there", region=BEIJING)
    assert lab.ok("ecs_image_export", region=BEIJING, image_id=copy.image_id, bucket="archive", check=True).changed
    wanted = {"regions": [BEIJING], "image_ids": [copy.image_id], "export": {"buckets": {BEIJING: "there"}}}
    lab.pass_time(90 * DAY)
    done = lab.ok(RETIRE, **wanted, grace_days=0)
    (name,) = entry(done, "deleted", copy.image_id)["export"]["objects"]
    assert copy.image_id in name and entry(done, "deleted", copy.image_id)["export"]["bucket"] == "there"


BAD: list[t.Any] = [
    ({}, "export needs buckets"),
    ({"buckets": {HOME: 7}}, "a bucket as a text for cn-hangzhou"),
    ({"buckets": {HOME: "archive"}, "prefix": "a_b"}, "1 to 30 letters and digits"),
    ({"buckets": {"cn-hangzou": "archive"}}, "cn-hangzou"),
]


@pytest.mark.parametrize(("export", "words"), BAD)
def test_a_wrong_export_is_refused_at_once(lab: Lab, old: str, export: Data, words: str) -> None:
    lab.fails(RETIRE, words, "keep must be at least 1", **{**OPTIONS, "export": export, "keep": 0})
    assert lab.writes() == []


@pins.task_told
@pytest.mark.parametrize("grace", [0, 14])
def test_what_somebody_needs_since_its_export_began_stays(lab: Lab, old: str, grace: int) -> None:
    """An export takes an hour, and what somebody had protected in that hour was deprecated or deleted after it."""
    lab.fault("hold", "ExportImage", when="after")
    lab.when_held(lambda: lab.image(old).tags.update({"imageops:keep": "forever"}))
    done = lab.ok(RETIRE, **OPTIONS, grace_days=grace)
    assert lab.image(old).status == "Available"
    assert entry(done, "kept", old)["reason"] == "its tag imageops:keep is 'forever', since this run has begun"
    assert entry(done, "kept", old)["export"]["objects"] == written(lab)
