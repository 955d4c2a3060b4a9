# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state machine: every step is a task of ours, a deed of somebody else's, or time that passes."""

from __future__ import annotations

import collections
import typing as t
from pathlib import Path

from functional.support import HOME, MAIN, ONE, Data, Lab, Outcome
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from model import laws, wishes
from model.foreign import Stranger
from model.frames import Task
from model.worlds import Moment
from simulator import Simulator
from simulator.state.images import UNFINISHED, Image

BASE = {"copy_slot_limit": 100, "dry_run_checks": "full"}

# The same laws under two readings of what the API's pages leave open.
READINGS: dict[str, Data] = {
    "as the simulator has it": {},
    "the other way round": {
        "cancel_repeated": "accepted",
        "copy_cancelled_snapshots": "removed",
        "copy_conflict": "source",
        "copy_conflict_before_name": True,
        "copy_snapshot_links": True,
        "copy_tags_after_failure": "kept",
        "image_name_match": "exact",
        "share_on_error": "atomic",
        "unshare_absent": "ignored",
    },
}


class Tally:
    """How much was tried."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = collections.Counter()

    def add(self, what: str) -> None:
        self.counts[what] += 1


class ImageOps(RuleBasedStateMachine):
    """One account with three images at home, and whatever comes to it."""

    def __init__(self, sim: Simulator, folder: Path, reading: Data, tally: Tally) -> None:
        super().__init__()
        sim.reset()
        self.lab = Lab(sim, folder)
        self.lab.setting(**BASE, **reading)
        self.stranger = Stranger(self.lab)
        self.tally = tally
        tally.add("examples")
        vault = [{"size": 20, "encrypted": True, "kms_key_id": self.lab.key(HOME)}]
        self.lab.source(tags={"stage": "release"}, shares=[ONE])
        self.lab.source(name="silver", disks=[{"size": 20}, {"size": 40}])
        self.lab.source(name="vault", disks=vault)

    def teardown(self) -> None:
        assert not [text for text in self.lab.outputs if "-secret" in text], "a secret was written"

    # Steps

    @rule(wish=wishes.a_copy(), trouble=wishes.a_trouble())
    def copy(self, wish: Data, trouble: Data | None) -> None:
        source = self._image(wish["source"], of_home=True)
        destinations = [self._destination(one) for one in wish["destinations"]]
        self._task("ecs_image_copy", trouble, wish, region=HOME, image_id=source.image_id, destinations=destinations)

    @rule(wish=wishes.a_share(), trouble=wishes.a_trouble())
    def share(self, wish: Data, trouble: Data | None) -> None:
        images = [self._image(number) for number in wish["images"]]
        entries = {image.image_id: image.region for image in images}
        ways: dict[str, Data] = {
            "one": {"region": images[0].region, "image_id": images[0].image_id},
            "several": {"images": [{"region": region, "image_id": one} for one, region in entries.items()]},
            "copies": {"source_region": images[0].region, "source_image_id": images[0].image_id},
            "all own": {"all_own": True},
        }
        way = ways[wish["way"]]
        if wish["way"] in ("copies", "all own"):
            way["regions"] = wishes.REGIONS
        self._task("ecs_image_share", trouble, wish, accounts=wish["accounts"], state=wish["state"], **way)

    @rule(wish=wishes.a_cancel(), trouble=wishes.a_trouble())
    def cancel(self, wish: Data, trouble: Data | None) -> None:
        image = self._image(wish["image"])
        ways: dict[str, Data] = {
            "one": {"region": image.region, "image_id": image.image_id},
            "source": {"source_region": image.region, "source_image_id": image.image_id, "regions": wishes.REGIONS},
            "all marked": {"regions": wishes.REGIONS, "all_marked": True},
        }
        way = ways[wish["way"]]
        self._task("ecs_image_copy_cancel", trouble, wish, **way)

    @rule(wish=wishes.an_image(), trouble=wishes.a_trouble())
    def create(self, wish: Data, trouble: Data | None) -> None:
        source = {"instance_id": self.lab.demo("instances", wish["source"])} if wish["source"] else {}
        self._task("ecs_image", trouble, wish, region=HOME, name=wish["name"], **source)

    @rule(wish=wishes.a_retirement(), trouble=wishes.a_trouble())
    def retire(self, wish: Data, trouble: Data | None) -> None:
        image = self._image(wish["image"])
        which = {"name": image.name} if wish["by_name"] else {"image_id": image.image_id}
        self._task("ecs_image", trouble, wish, region=image.region, state=wish["state"], **which)

    @rule(wish=wishes.a_snapshot_copy(), trouble=wishes.a_trouble())
    def copy_snapshot(self, wish: Data, trouble: Data | None) -> None:
        image = self._image(wish["image"])
        destinations = [{"region": region} for region in wish["destinations"] if region != image.region]
        if destinations and image.disks:
            source = {"region": image.region, "snapshot_id": image.disks[0].snapshot_id}
            self._task("ecs_snapshot_copy", trouble, wish, destinations=destinations, **source)

    @rule(deed=wishes.a_foreign_deed())
    def somebody_else(self, deed: Data) -> None:
        self.tally.add("foreign deeds")
        self.stranger.act(deed, self._image(deed["image"]), self._image(deed["other"]))

    @rule(seconds=st.sampled_from([1, 3, 60]))
    def wait(self, seconds: int) -> None:
        self.tally.add("pauses")
        self.lab.pass_time(seconds)

    # What they are about

    def _image(self, number: int, of_home: bool = False) -> Image:
        with self.lab.sim.lock:
            own = [one for one in self.lab.sim.world.all_images() if one.account_id == MAIN and one.alias == "self"]
            if of_home:
                own = [one for one in own if one.region == HOME]
            if own:
                return own[number % len(own)]
            self.lab.source()
        return self._image(number, of_home)

    def _destination(self, wish: Data) -> Data:
        one = {key: value for key, value in wish.items() if key != "encryption"}
        how = wish.get("encryption")
        if how:
            one["encrypted"] = how != "plain"
        if how == "own key":
            one["kms_key_id"] = self.lab.key(wish["region"])
        return one

    # A task and all that is to be said about it

    def _task(self, module: str, trouble: Data | None, wish: Data, **params: t.Any) -> None:
        self.tally.add("tasks")
        timing = {} if module == "ecs_image_share" else {"wait_timeout": 900}
        task = Task(module, {**timing, **wish["options"], **params})
        before = Moment.of(self.lab)
        predicted = self._foresee(task, before)
        self._arm(trouble)
        real = self._run(task)
        after = Moment.of(self.lab)
        used = any(rule["used"] for rule in self.lab.sim.faults.describe())
        self.lab.sim.faults.clear()
        self.tally.add("troubled") if used else None
        laws.ended_as_it_says(real)
        untouched = before.untouched(self.lab.clock.now())
        laws.changed_is_true(self.lab, real, untouched, after)
        laws.nothing_else_was_touched(task, before, untouched, after)
        laws.no_second_copy(before, after)
        laws.the_result_is_true(task, real, before, after)
        if self._foreseeable(task, before, trouble if used else None):
            self.tally.add("compared with check mode")
            laws.foretold(task, predicted, real)
        # What was not waited for may have failed since, and then is replaced; or it is going, which no read shows;
        # or it has been finished since, and then gets what only a finished image can be given.
        unsettled = task["wait"] is False and (
            after.doomed() or after.has_failed() or after.going() or laws.finished_since(real, after)
        )
        if real.code == 0 and not unsettled:
            self._again(task)

    def _foresee(self, task: Task, before: Moment) -> Outcome:
        predicted = self._run(task, check=True)
        assert self.lab.writes() == [], "check mode has written"
        laws.alike(before.untouched(self.lab.clock.now()), Moment.of(self.lab), "check mode has changed something")
        laws.ended_as_it_says(predicted)
        return predicted

    def _again(self, task: Task) -> None:
        """What succeeded is silent from then on."""
        before = Moment.of(self.lab)
        self.tally.add("repeated")
        laws.silent(self.lab, self._run(task))
        laws.alike(before.untouched(self.lab.clock.now()), Moment.of(self.lab), "the repeat has changed something")

    def _run(self, task: Task, check: bool = False) -> Outcome:
        self.tally.add("module runs")
        self.lab.sim.journal.clear()
        return self.lab(task.module, check=check, **task.params)

    def _arm(self, trouble: Data | None) -> None:
        if trouble and trouble["kind"] in wishes.COPY_TROUBLES:
            for action in ("CopyImage", "CopySnapshot"):
                self.lab.fault(action=action, **trouble)
        elif trouble:
            self.lab.fault(**trouble)

    def _foreseeable(self, task: Task, before: Moment, trouble: Data | None) -> bool:
        """Whether check mode could know what would come: not how a copy ends, nor whose a nameless one is."""
        if before.doomed() or before.going() or (trouble and trouble["kind"] in wishes.COPY_TROUBLES):
            return False
        if trouble and before.busy():
            return False
        if task.module != "ecs_image_copy":
            return True
        held = {(image.region, image.name) for image in before.images.values() if image.status in UNFINISHED}
        return not any((one["region"], one["name"]) in held for one in task.destinations(before))
