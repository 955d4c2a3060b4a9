# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several runs at once, and others who work on the same images: one copy per destination, and nobody's is touched."""

from __future__ import annotations

import random

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, VALLEY, Lab
from reliability.arena import Arena, judge, uninterrupted
from reliability.forks import Data, Report
from reliability.races import (
    copies_of,
    delay_some,
    foreign_copies,
    not_ended,
    one_module,
    race,
    strangers_of,
    touched,
)
from reliability.releases import MODULES, REGIONS, Release, faults, ids, release
from reliability.results import Recorder
from reliability.seeds import seeds
from reliability.states import too_many

pytestmark = pytest.mark.slow

THREE = [BEIJING, FRANKFURT, VALLEY]


@pytest.fixture(scope="module")
def wanted(running: Arena) -> Data:
    return uninterrupted(running, release, faults)[0]


@pytest.mark.parametrize("count", [2, 5])
@pytest.mark.parametrize("shard", range(2))
def test_releases_started_together(running: Arena, wanted: Data, count: int, shard: int) -> None:
    with Recorder(f"{count} releases together", str(shard)) as recorder:
        for seed in seeds(50, 4)[shard::2]:
            running.fresh()
            if seed % 5 == 0:
                faults(running.lab)
            delay_some(running, random.Random(seed))
            work = [(release, 0.0)] * count
            forks = race(running, work, seed)
            found = not_ended(forks, MODULES)
            found += [str(done["result"].get("msg")) for fork in forks for done in fork.results() if done["code"]]
            found += _disagreements([ids(fork.results()) for fork in forks])
            recorder.cell(f"seed {seed}", found + judge(running, wanted))


def _disagreements(said: list[dict[str, str]]) -> list[str]:
    regions = {region for one in said for region in one}
    return [
        f"the runs do not agree on {region}: {[one.get(region) for one in said]}"
        for region in sorted(regions)
        if len({one.get(region) for one in said}) > 1
    ]


@pytest.mark.parametrize("additional", [False, True], ids=["exclusive", "additional"])
def test_two_teams_with_names_of_their_own(running: Arena, additional: bool) -> None:
    names = ("golden-a", "golden-b")
    with Recorder("two teams", str(additional)) as recorder:
        for seed in seeds(25, 3):
            running.fresh()
            source = running.lab.source()
            chance = random.Random(seed)
            delay_some(running, chance)
            call: Data = {"region": HOME, "image_id": source, "destination_regions": THREE, "wait_interval": 2.0}
            call["additional_copy"] = additional
            works = [one_module("ecs_image_copy", name=name, **call) for name in names]
            forks = race(running, [(work, chance.uniform(0, 0.2)) for work in works], seed)
            found = not_ended(forks, 1) or _teams(running, [copies_of(fork) for fork in forks], names, additional)
            recorder.cell(f"seed {seed}", found)


def _teams(arena: Arena, outcomes: list[dict[str, Data]], names: tuple[str, ...], additional: bool) -> list[str]:
    found = []
    arena.settle()
    for region in THREE:
        errors = [(outcome[region]["error"] or {}).get("code") for outcome in outcomes]
        there = sorted((image.name, image.status) for image in arena.lab.own(region))
        if additional:
            good = errors == [None, None] and there == [(name, "Available") for name in names]
        else:
            winner = [name for name, error in zip(names, errors, strict=True) if error is None]
            good = sorted(errors, key=str) == [None, "OtherCopyExists"] and there == [(winner[0], "Available")]
        if not good:
            found.append(f"{region}: errors {errors}, there are {there}")
    return found


def test_another_client_takes_the_same_name(running: Arena) -> None:
    with Recorder("another client", "0") as recorder:
        for seed in seeds(25, 3):
            running.fresh()
            source = running.lab.source()
            chance = random.Random(seed)
            delay_some(running, chance)
            ours = one_module(
                "ecs_image_copy",
                region=HOME, image_id=source, destination_regions=THREE, tags={"stage": "release"}, wait_interval=2.0,
            )  # fmt: skip
            theirs = foreign_copies(source, "golden", THREE)
            mine, other = race(running, [(ours, 0.0), (theirs, chance.uniform(0, 0.15))], seed)
            recorder.cell(f"seed {seed}", not_ended([mine], 1) or _foreign(running, copies_of(mine), other.results()))


def _foreign(arena: Arena, ours: dict[str, Data], theirs: list[Data]) -> list[str]:
    found = []
    arena.settle()
    for entry in theirs:
        region, error = entry["region"], (ours[entry["region"]]["error"] or {}).get("code")
        (image,) = arena.lab.own(region)
        if entry["image_id"]:
            touched = image.tags or image.shares or image.image_id != entry["image_id"]
            if touched or error != "NameTaken" or image.status != "Available":
                found.append(f"{region}: the other's {entry['image_id']} has {image.tags}, ours came to {error}")
        elif error or image.image_id != ours[region]["image_id"]:
            found.append(f"{region}: ours came to {error}, there is {image.image_id}")
    return found


LOST = ("reset_before", "reset_after", None)


def test_other_clients_where_answers_are_lost_and_copies_fail(running: Arena) -> None:
    """Whatever comes of it: what another client makes, of the same image or of another one, is not touched."""
    with Recorder("other clients", "0") as recorder:
        for seed in seeds(48, 6):
            running.fresh()
            source, other = running.lab.source(), running.lab.source(name="other")
            chance = random.Random(seed)
            delay_some(running, chance)
            if LOST[seed % 3]:
                running.lab.fault(str(LOST[seed % 3]), "CopyImage", nth=chance.randint(1, 4), times=2)
            if seed // 2 % 2:
                running.lab.fault("copy_fails", "CopyImage", nth=chance.randint(1, 4), percent=50, times=2)
            ours = one_module(
                "ecs_image_copy",
                region=HOME, image_id=source, destination_regions=THREE, wait_interval=2.0, consistency_wait=15.0,
                on_timeout="cancel", wait_timeout=chance.choice([4.0, 300.0]),
            )  # fmt: skip
            theirs = foreign_copies(other if seed % 2 else source, "golden", THREE)
            mine, _other = race(running, [(ours, 0.0), (theirs, chance.uniform(0, 0.1))], seed)
            recorder.cell(f"seed {seed}", not_ended([mine], 1) or _strangers_left_alone(running, copies_of(mine)))


def _strangers_left_alone(arena: Arena, ours: dict[str, Data]) -> list[str]:
    arena.settle()
    strangers = strangers_of(arena)
    found = touched(arena, strangers)
    for region, copy in ours.items():
        pairs = [image for image in arena.lab.own(region) if image.image_id not in strangers]
        if len([image for image in pairs if image.status != "CreateFailed"]) > 1:
            found.append(f"{region}: {[image.image_id for image in pairs]} are all ours")
        if copy["image_id"] in strangers and not copy["error"]:
            found.append(f"{region}: another client's {copy['image_id']} is told as ours")
        if copy["status"] == "Available" and not copy["error"] and not pairs:
            found.append(f"{region}: told as there, and is not")
    return found


def test_the_brake_is_pulled_while_a_release_runs(running: Arena) -> None:
    with Recorder("brake", "0") as recorder:
        for seed in seeds(50, 4):
            running.fresh(copy_gib_per_second=20 / 40, cancel_seconds=3.0)  # a copy takes two of our seconds
            chance = random.Random(seed)
            delay_some(running, chance)
            brake = one_module("ecs_image_copy_cancel", regions=list(REGIONS), all_marked=True, wait_interval=2.0)
            mine, other = race(
                running,
                [
                    (_impatient_release, 0.0),
                    (brake, chance.uniform(0.3, 4.0)),
                ],
                seed,
            )
            found = not_ended([other], 1) + not_ended([mine], MODULES)
            recorder.cell(f"seed {seed}", found or _braked(running, copies_of(mine), other.results()[0]))


def _impatient_release(lab: Lab, report: Report) -> None:
    Release(lab, options={"consistency_wait": 15.0}, report=report)()


def _braked(arena: Arena, ours: dict[str, Data], brake: Data) -> list[str]:
    """What was cancelled is told as failed, is gone, and was not begun again."""
    found = [] if brake["code"] == 0 else [f"the brake failed: {brake['result']['msg']}"]
    arena.settle()
    stopped = {entry["region"] for entry in brake["result"]["cancelled"]}
    for region, copy in ours.items():
        there = [image.status for image in arena.lab.own(region)]
        code = (copy["error"] or {}).get("code")
        if region in stopped and (code not in ("Vanished", "NeverSeen") or there):
            found.append(f"{region} was stopped, the release says {code}, there is {there}")
        if region not in stopped and (code or there != ["Available"]):
            found.append(f"{region} was not stopped, the release says {code}, there is {there}")
    return found + too_many(arena.sim.journal.calls(), None)
