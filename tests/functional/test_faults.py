# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every action of every task, throttled, failing and lost, before and after it took effect: the end is the same."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, HOME, MAIN, ONE, TWO, Lab, Outcome

pytestmark = pytest.mark.slow

# What befalls one call. The last two are the treacherous ones: it took effect, and nobody heard of it.
READ_TROUBLES = ["throttle", "unavailable", "truncate"]
WRITE_TROUBLES = ["throttle", "internal", "reset_before", "reset_after"]

Task = t.Callable[[Lab], tuple[str, dict[str, t.Any]]]


def copying(lab: Lab) -> tuple[str, dict[str, t.Any]]:
    source = lab.source()
    return "ecs_image_copy", {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}


def repairing(lab: Lab) -> tuple[str, dict[str, t.Any]]:
    source = lab.source(tags={"stage": "release"})
    group = lab.plant("resource_groups")
    lab.twin(source, BEIJING, tags={"stage": "old", "extra": "1"}, features={})
    wanted = {"region": HOME, "image_id": source, "destination_regions": [BEIJING], "resource_group_id": group}
    return "ecs_image_copy", {**wanted, "purge_tags": True}


def replacing(lab: Lab) -> tuple[str, dict[str, t.Any]]:
    lab.setting(copy_tags_after_failure="kept", copy_failed_record="kept")
    source = lab.source()
    lab.fault("copy_fails", "CopyImage", region=BEIJING, percent=50)
    call = {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}
    lab.fails("ecs_image_copy", replace_failed=False, **call)
    return "ecs_image_copy", call


def creating(lab: Lab) -> tuple[str, dict[str, t.Any]]:
    instance = lab.demo("instances", "demo")
    return "ecs_image", {"region": HOME, "instance_id": instance, "name": "base", "nvme_support": "unsupported"}


def removing(lab: Lab) -> tuple[str, dict[str, t.Any]]:
    source = lab.source(shares=[ONE])
    for disk in lab.image(source).disks:
        lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = source
    wanted = {"image_id": source, "state": "absent", "unshare": True, "delete_snapshots": "own"}
    return "ecs_image", {"region": HOME, **wanted}


def deprecating(lab: Lab) -> tuple[str, dict[str, t.Any]]:
    return "ecs_image", {"region": HOME, "image_id": lab.source(shares=[ONE]), "state": "deprecated", "unshare": True}


def sharing(lab: Lab) -> tuple[str, dict[str, t.Any]]:
    source = lab.source(shares=[TWO])
    return "ecs_image_share", {"region": HOME, "image_id": source, "accounts": [ONE], "purge_accounts": True}


def cancelling(lab: Lab) -> tuple[str, dict[str, t.Any]]:
    lab.setting(cancel_seconds=10.0)
    module, call = copying(lab)
    lab.setting(copy_gib_per_second=0.1)
    lab.ok(module, wait=False, **call)
    lab.until_shown()
    return "ecs_image_copy_cancel", {"region": BEIJING, "image_id": lab.one(BEIJING).image_id}


TASKS: list[tuple[Task, list[str]]] = [
    (copying, ["DescribeImages", "CopyImage", "ModifyImageAttribute", "TagResources"]),
    (repairing, ["DescribeSnapshots", "ModifyImageAttribute", "TagResources", "UntagResources", "JoinResourceGroup"]),
    (replacing, ["DeleteImage", "DeleteSnapshot", "CopyImage"]),
    (creating, ["DescribeInstances", "DescribeDisks", "CreateImage", "ModifyImageAttribute", "TagResources"]),
    (removing, ["DescribeImageSharePermission", "ModifyImageSharePermission", "DeleteImage", "DeleteSnapshot"]),
    (deprecating, ["ModifyImageSharePermission", "ModifyImageAttribute"]),
    (sharing, ["DescribeImageSharePermission", "ModifyImageSharePermission"]),
    (cancelling, ["CancelCopyImage", "DescribeImages"]),
]
CASES = [
    (task, action, trouble)
    for task, actions in TASKS
    for action in actions
    for trouble in (READ_TROUBLES if action.startswith("Describe") else WRITE_TROUBLES)
]
CASES += [(copying, "CopyImage", "truncate"), (creating, "CreateImage", "truncate")]


def shape(lab: Lab) -> list[t.Any]:
    """What is there in the end, without ids and times: they differ from run to run."""
    world = lab.sim.world
    images = sorted(
        (
            region,
            image.name,
            image.status,
            image.description,
            sorted(key for key in image.tags),
            image.features["NvmeSupport"],
            sorted(image.accounts()),
            [sorted(snapshot.tags) for snapshot in world.image_snapshots(image)],
        )
        for region in (HOME, BEIJING)
        for image in lab.own(region)
    )
    return [*images, sum(snapshot.account_id == MAIN for snapshot in world.snapshots.values())]


def end_of(lab: Lab, task: Task, *trouble: tuple[str, str]) -> tuple[Outcome, list[t.Any]]:
    module, call = task(lab)
    for kind, action in trouble:
        lab.fault(kind, action)
    outcome = lab(module, **call)
    lab.pass_time(60)
    return outcome, shape(lab)


Ends = dict[str, tuple[Outcome, list[t.Any]]]


@pytest.fixture(scope="module")
def smooth_ends() -> Ends:
    """How each task ends without trouble, found out once."""
    return {}


@pytest.mark.parametrize(
    ("task", "action", "trouble"), CASES, ids=[f"{task.__name__}-{action}-{trouble}" for task, action, trouble in CASES]
)
def test_one_troubled_call_changes_nothing_in_the_end(
    lab: Lab, smooth_ends: Ends, task: Task, action: str, trouble: str
) -> None:
    if task.__name__ not in smooth_ends:
        smooth_ends[task.__name__] = end_of(lab, task)
        lab.sim.reset()
    smooth, wanted = smooth_ends[task.__name__]
    assert smooth.code == 0, smooth.result
    outcome, came = end_of(lab, task, (trouble, action))
    assert lab.sim.faults.describe()[-1]["used"] == 1, "the fault never applied"
    assert outcome.code == 0, outcome.result
    assert came == wanted
    assert outcome.changed == smooth.changed
    if "copies" in smooth.result:
        assert outcome.actions == smooth.actions
    if "snapshots_kept" in smooth.result:
        assert outcome.result["snapshots_kept"] == smooth.result["snapshots_kept"]


def test_everything_is_throttled_all_the_time_and_still_gets_done(lab: Lab) -> None:
    module, call = copying(lab)
    for action in ("CopyImage", "DescribeImages", "TagResources", "ModifyImageAttribute"):
        lab.fault("throttle", action, times=6)
    assert lab.ok(module, **call).actions == {BEIJING: "started"}
    assert len(lab.own(BEIJING)) == 1


def test_throttling_is_given_up_at_the_deadline_and_not_before(lab: Lab) -> None:
    module, call = copying(lab)
    lab.fault("throttle", "DescribeImages", region=BEIJING, times=None)
    begun = lab.clock.now()
    outcome = lab(module, wait_timeout=900, unreachable_timeout=100, **call)
    assert outcome.copy_in(BEIJING)["error"]["code"].startswith("Throttling")
    assert 900 <= lab.clock.now() - begun < 1100


def test_a_lost_answer_while_reads_lag_makes_no_second_copy(lab: Lab) -> None:
    """The look after the lost answer shows nothing: only the token of the repeat can prevent a second copy."""
    module, call = copying(lab)
    lab.pass_time(60)
    lab.setting(image_read_lag=20.0)
    lab.fault("reset_after", "CopyImage")
    outcome = lab.ok(module, **call)
    assert len(lab.own(BEIJING)) == 1
    assert outcome.result["images"] == {BEIJING: lab.one(BEIJING).image_id}


def test_the_token_is_kept_over_the_repeats_and_is_new_in_the_next_run(lab: Lab) -> None:
    module, call = copying(lab)
    lab.fault("throttle", "CopyImage", times=2)
    lab.ok(module, **call)
    first = {one["params"]["ClientToken"] for one in lab.calls("CopyImage")}
    assert len(lab.calls("CopyImage")) == 3 and len(first) == 1
    lab.ok("ecs_image", region=BEIJING, image_id=lab.one(BEIJING).image_id, state="absent")
    lab.sim.journal.clear()
    lab.ok(module, **call)
    assert {one["params"]["ClientToken"] for one in lab.calls("CopyImage")}.isdisjoint(first)
    assert lab.one(BEIJING).status == "Available"


@pytest.mark.parametrize("code", ["IdempotentProcessing", "LastTokenProcessing"])
def test_a_token_that_is_being_worked_on_is_waited_for(lab: Lab, code: str) -> None:
    module, call = copying(lab)
    lab.fault("error", "CopyImage", code=code, status=403, times=2)
    assert lab.ok(module, **call).actions == {BEIJING: "started"}


def test_a_refused_call_is_not_repeated(lab: Lab) -> None:
    module, call = copying(lab)
    lab.fault("error", "CopyImage", code="QuotaExceed.Image", status=403, times=None)
    outcome = lab(module, **call)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "QuotaExceed.Image"
    assert len(lab.calls("CopyImage")) == 1
