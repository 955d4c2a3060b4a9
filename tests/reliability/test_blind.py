# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Callers who may not look see empty lists. Emptiness proves nothing: nothing is deleted or made again for it."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, ONE, VALLEY, Outcome
from reliability.arena import Arena
from reliability.forks import Data
from reliability.releases import WAITING
from reliability.results import Recorder
from reliability.states import differences, end_state, too_many

KEEPERS = ("DeleteImage", "DeleteSnapshot", "CancelCopyImage", "ModifyImageSharePermission", "UntagResources")
ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}


class World:
    """A source, a finished copy, a running one, and one of snapshots; and a user who may not look at some of it."""

    def __init__(self, arena: Arena, hidden: str, region: str = "*") -> None:
        self.arena = arena
        arena.fresh()
        self.lab = lab = arena.lab
        self.source = lab.source(shares=[ONE])
        self.copy = lab.twin(self.source, BEIJING, shares=[ONE])
        for disk in lab.image(self.copy).disks:
            lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = self.copy
        by_snapshots = {"destination_regions": [FRANKFURT], "method": "snapshots", **WAITING}
        lab.ok("ecs_image_copy", region=HOME, image_id=self.source, **by_snapshots)
        lab.setting(copy_gib_per_second=0.1)
        lab.ok("ecs_image_copy", region=HOME, image_id=self.source, destination_regions=[VALLEY], wait=False)
        deny = {"Effect": "Deny", "Action": f"ecs:{hidden}", "Resource": f"acs:ecs:{region}:*:*"}
        key = {"id": "simulator-blind-key", "secret": "simulator-blind-secret"}
        policy = {"Version": "1", "Statement": [ALLOW, deny]}
        lab.plant("users", name="blind", policies=[policy], access_keys=[key])
        lab.sim.journal.clear()
        self.before = end_state(lab.sim)

    def run(self, module: str, **params: t.Any) -> Outcome:
        return self.lab(module, who="blind", **params)

    def harm(self) -> list[str]:
        """What has gone or changed that was there before, and what was made more than once."""
        before, after = dict(self.before), end_state(self.lab.sim)
        # What this run has begun may come on top.
        found = [] if after.pop("unfinished copies") >= before.pop("unfinished copies") else ["a copy was stopped"]
        found += [f"gone: {one}" for one in before.pop("stray snapshots") if one not in after["stray snapshots"]]
        found += differences(before, {key: value for key, value in after.items() if key in before})
        found += too_many(self.lab.sim.journal.calls(), None)
        writes = [call for call in self.lab.sim.journal.writes() if call["action"] in KEEPERS and call["status"] == 200]
        return found + [f"{call['action']} was accepted" for call in writes]


def _copy(region: str, **more: t.Any) -> t.Callable[[World], Outcome]:
    return lambda world: world.run(
        "ecs_image_copy", image={"region": HOME, "image_id": world.source}, destination_regions=[region],
        **{**WAITING, **more},
    )  # fmt: skip


def _absent(**more: t.Any) -> t.Callable[[World], Outcome]:
    return lambda world: world.run(
        "ecs_image", region=BEIJING, image_id=world.copy, state="absent", unshare=True, force=True,
        delete_snapshots="own", force_snapshots=True, **more,
    )  # fmt: skip


CASES: dict[str, tuple[str, str, t.Callable[[World], Outcome], bool]] = {
    # name: (what is hidden, where, what is done, whether it must fail)
    "copy over one that is there": ("DescribeImages", BEIJING, _copy(BEIJING), True),
    "copy beside one that runs": ("DescribeImages", VALLEY, _copy(VALLEY, consistency_wait=30.0), True),
    "first copy": ("DescribeImages", "cn-shanghai", _copy("cn-shanghai"), True),
    "copy by snapshots over one that is there": (
        "DescribeImages",
        FRANKFURT,
        _copy(FRANKFURT, method="snapshots"),
        True,
    ),
    "first copy by snapshots": ("DescribeSnapshots", "cn-shanghai", _copy("cn-shanghai", method="snapshots"), True),
    "copy whose snapshots are hidden": ("DescribeSnapshots", FRANKFURT, _copy(FRANKFURT, method="snapshots"), True),
    "remove": ("DescribeImages", BEIJING, _absent(), False),
    "remove with hidden snapshots": ("DescribeSnapshots", BEIJING, _absent(), True),
    "stop all": (
        "DescribeImages",
        "*",
        lambda world: world.run("ecs_image_copy_cancel", regions=[BEIJING, FRANKFURT, VALLEY], all_marked=True),
        False,
    ),
    "stop one": (
        "DescribeImages",
        VALLEY,
        lambda world: world.run("ecs_image_copy_cancel", region=VALLEY, image_id=world.lab.one(VALLEY).image_id),
        False,
    ),
    "unshare everything": (
        "DescribeImages",
        "*",
        lambda world: world.run(
            "ecs_image_share", regions=[HOME, BEIJING], all_own=True, state="absent", accounts=[ONE]
        ),
        False,
    ),
    "purge a share list": (
        "DescribeImageSharePermission",
        BEIJING,
        lambda world: world.run(
            "ecs_image_share", region=BEIJING, image_id=world.copy, accounts=[], purge_accounts=True, allow_empty=True
        ),
        True,
    ),
    "create over one that is there": (
        "DescribeImages",
        HOME,
        lambda world: world.run(
            "ecs_image", region=HOME, instance_id=world.lab.demo("instances", "demo"), name="golden", **WAITING
        ),
        True,
    ),
    "create a first one": (
        "DescribeImages",
        HOME,
        lambda world: world.run(
            "ecs_image", region=HOME, instance_id=world.lab.demo("instances", "demo"), name="base", **WAITING
        ),
        True,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_caller_who_sees_nothing_harms_nothing(stepped: Arena, name: str) -> None:
    hidden, region, deed, must_fail = CASES[name]
    with Recorder("blind", name.replace(" ", "-")) as recorder:
        world = World(stepped, hidden, region)
        outcome = deed(world)
        found: list[str] = world.harm()
        if must_fail and not outcome.code:
            found.append(f"it did not fail: {outcome.result}")
        recorder.cell(name, found, said=_said(outcome))


@pytest.mark.parametrize("delete", [False, True])
def test_a_caller_who_sees_no_snapshots_leaves_none_of_a_cancelled_copy_in_silence(
    stepped: Arena, delete: bool
) -> None:
    with Recorder("blind", f"cancel-{delete}") as recorder:
        world = World(stepped, "DescribeSnapshots", VALLEY)
        copy = world.lab.one(VALLEY)
        snapshots = {disk.snapshot_id for disk in copy.disks}
        by_id = {"region": VALLEY, "image_id": copy.image_id, "delete_snapshots": delete}
        outcome = world.run("ecs_image_copy_cancel", **by_id)
        (entry,) = outcome.result["cancelled"]
        found = [] if {*entry["snapshots_left"], *entry["snapshots_deleted"]} == snapshots else ["snapshots not told"]
        found += [] if outcome.warnings else ["no warning"]
        found += [f"left: {one}" for one in snapshots if delete and one in world.lab.sim.world.snapshots]
        # The second time there is no copy any more, and what may be left of it can't be seen.
        again = world.run("ecs_image_copy_cancel", **by_id)
        found += [] if any("ecs:DescribeSnapshots" in one for one in again.warnings) else ["no warning the second time"]
        recorder.cell(f"cancel, delete_snapshots={delete}", found, said=_said(outcome))


def _said(outcome: Outcome) -> Data:
    return {"msg": outcome.msg[:500], "warnings": outcome.warnings}
