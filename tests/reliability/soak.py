# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rounds in which a cloud has all its habits at once. Each has a seed.

After every task its claims are held against what is there. After every round no image may have a second copy, and
nobody else's may be touched.
"""

from __future__ import annotations

import random
import typing as t

from functional.support import BEIJING, FRANKFURT, HOME, ONE, TWO, VALLEY, Data
from model.worlds import Moment

from .arena import Arena
from .cloud_habits import habits, troubles
from .forks import Report

PLACES = [BEIJING, FRANKFURT, VALLEY, "cn-shanghai"]
NAME, FAMILY = "golden", "base"
STEPS = 5  # tasks of a round
MANY = 101  # images that make a second page
QUICK = {"wait_timeout": 900, "consistency_wait": 60}


class Round:
    """One seed: a world, some tasks, and what is wrong after them."""

    def __init__(self, arena: Arena, seed: int) -> None:
        self.arena, self.lab = arena, arena.lab
        self.chance = random.Random(seed)
        self.found: list[str] = []
        self.told: list[str] = []  # what was done, for who reads of a failure
        arena.fresh(**habits(self.chance))
        self._furnish()
        for rule in troubles(self.chance):
            arena.sim.faults.add(rule)

    def _furnish(self) -> None:
        lab, chance = self.lab, self.chance
        self.sources = [lab.source(family=FAMILY), lab.source(name="silver")]
        self.made: list[tuple[str, str]] = [(HOME, self.sources[0])]
        held = chance.sample(PLACES, 2)
        stamp = lab.stamp(lab.clock.now() - chance.choice([1, 100_000]))
        strangers = [lab.plant("images", region=held[0], name=NAME, created=stamp, shares=[TWO])]
        strangers.append(lab.twin(self.sources[1], held[1], copied_as="other", name=NAME))
        if chance.random() < 0.25:
            strangers += [lab.plant("images", region=HOME, name=f"filler-{number}") for number in range(MANY)]
        self.held, self.strangers = held, strangers
        self.faces = {one: self._face(one) for one in strangers}

    def _face(self, image_id: str) -> Data | None:
        image = Moment.of(self.lab).images.get(image_id)
        return (
            None
            if image is None
            else {"name": image.name, "status": image.status, "tags": image.tags, "shared": image.accounts()}
        )

    def __call__(self) -> list[str]:
        """What is wrong with the round."""
        for number in range(STEPS):
            module, params = self.chance.choice(TASKS)(self)
            self._do(module, params, number)
            if self.found:
                break
        if not self.found:
            self._converges()
        self._foreign()
        return [f"{one} (after {', '.join(self.told)})" for one in self.found]

    # Tasks

    def _places(self) -> list[str]:
        return self.chance.sample(PLACES, self.chance.randint(1, len(PLACES)))

    def copy(self) -> tuple[str, Data]:
        more = self.chance.choice(
            [{}, {}, {"wait": False}, {"check": True}, {"wait_timeout": 30, "on_timeout": "cancel"}]
        )
        wanted = {"region": HOME, "image_id": self.sources[0], "destination_regions": self._places()}
        return "ecs_image_copy", {**wanted, "family": FAMILY, **QUICK, **more}

    def share(self) -> tuple[str, Data]:
        state = self.chance.choice(["present", "present", "absent"])
        accounts = self.chance.sample([ONE, TWO], self.chance.randint(1, 2))
        by_source = {"source_image_id": self.sources[0], "source_region": HOME, "regions": self._places()}
        by_ids = {"images": [{"region": region, "image_id": image_id} for region, image_id in self.made]}
        return "ecs_image_share", {"state": state, "accounts": accounts, **self.chance.choice([by_source, by_ids])}

    def cancel(self) -> tuple[str, Data]:
        by_source = {"source_image_id": self.sources[0], "source_region": HOME, "regions": self._places()}
        all_of_them = {"regions": self._places(), "all_marked": True}
        more = {"accept_suspects": self.chance.random() < 0.5, "wait": self.chance.random() < 0.7}
        return "ecs_image_copy_cancel", {**self.chance.choice([by_source, all_of_them]), **QUICK, **more}

    def retire(self) -> tuple[str, Data]:
        ages = {"keep": 1, "min_age_days": 0, "grace_days": 0, "shared": self.chance.random() < 0.5}
        return "ecs_image_retire", {"regions": [HOME, *self._places()], "families": [FAMILY], **ages}

    def create(self) -> tuple[str, Data]:
        wanted = {"region": HOME, "instance_id": self.lab.demo("instances", "demo"), "family": FAMILY}
        name = f"base-{self.chance.randint(1, 2)}"
        return "ecs_image", {**wanted, "name": name, "wait": self.chance.random() < 0.6, **QUICK}

    def look(self) -> tuple[str, Data]:
        return "ecs_image_info", {"regions": [HOME, *PLACES]}

    # Doing them

    def _do(self, module: str, params: Data, number: int) -> None:
        seed = self.chance.randint(1, 1 << 30)
        if self.chance.random() < 0.3:
            self._kill(module, params, seed)
        if self.chance.random() < 0.2:
            self._rename()
        self.told.append(module)
        for done in self._run(module, params, seed):
            self._learn(done["result"])
        self._once(number)

    def _run(self, module: str, params: Data, seed: int) -> list[Data]:
        fork = self.arena.fork(_task(module, params), seed)
        if not fork.wait(120):
            self.found.append(f"{module} hangs")
        if complaint := fork.complaint():
            told = [line for line in complaint.splitlines() if "Error" in line] or complaint.splitlines()
            self.found.append(f"{module}: {told[-1][:900]}")
        return fork.results()

    def _kill(self, module: str, params: Data, seed: int) -> None:
        faults = self.arena.sim.faults
        when = self.chance.choice(["before", "after"])
        hold = faults.add({"kind": "hold", "when": when, "nth": self.chance.randint(2, 25)})
        fork = self.arena.fork(_task(module, params), seed)
        if self.arena.held(fork, hold):
            self.told.append(f"{module} killed")
        fork.kill()
        faults.remove(hold)
        faults.release(hold)

    def _rename(self) -> None:
        """Somebody gives one of our copies another name, so that its own guards it no more. Its tags show by then."""
        self.arena.settle()
        with self.lab.sim.lock:
            ours = [
                image
                for image in self.lab.sim.world.all_images()
                if image.tags.get("imageops:copied-as") == NAME and image.status == "Available"
            ]
            if ours:
                self.told.append("renamed")
                self.chance.choice(ours).name = f"renamed-{self.chance.randint(1, 1 << 30)}"

    def _learn(self, result: Data) -> None:
        images = result.get("images")
        self.made += list(images.items()) if isinstance(images, dict) else []
        image = result.get("image") or {}
        if isinstance(image, dict) and image.get("image_id") and not result.get("failed"):
            self.made.append((image["region"], image["image_id"]))

    # Judging

    def _once(self, number: int) -> None:
        for pair, ids in Moment.of(self.lab).live_pairs().items():
            if len(ids) > 1:
                self.found.append(f"second copies after task {number}: {pair}: {', '.join(ids)}")

    def _converges(self) -> None:
        """Without troubles, two runs bring what is asked wherever nobody else is in the way."""
        self.arena.sim.faults.clear()
        self.arena.settle()
        free = [region for region in PLACES if region not in self.held and not self._is_stuck(region)]
        if not free or self._face(self.sources[0]) is None or self._face(self.sources[0])["status"] != "Available":  # type: ignore[index]
            return
        wanted = {"region": HOME, "image_id": self.sources[0], "destination_regions": free, **QUICK}
        for done in self._run("ecs_image_copy", wanted, 1):
            lost = [one for one in done["result"]["copies"] if one["error"] or one["status"] != "Available"]
            deprecated = [one for one in lost if one["status"] == "Deprecated"]
            if lost != deprecated:
                self.found.append(f"it does not converge: {done['result'].get('msg')}")
        self._once(STEPS)

    def _is_stuck(self, region: str) -> bool:
        return any(image.status == "Quarantined" for image in self.lab.own(region))

    def _foreign(self) -> None:
        for image_id, face in self.faces.items():
            if self._face(image_id) != face:
                self.found.append(f"{image_id} of somebody else was {face} and is {self._face(image_id)}")
        for call in self.arena.sim.journal.writes():
            if {*self.strangers} & {value for value in call["params"].values() if isinstance(value, str)}:
                self.found.append(f"{call['action']} was tried on an image of somebody else")


def _task(module: str, params: Data) -> t.Callable[[t.Any, Report], None]:
    def work(lab: t.Any, report: Report) -> None:
        outcome = lab(module, **params)
        report({"module": module, "code": outcome.code, "result": outcome.result})

    return work


TASKS: list[t.Callable[[Round], tuple[str, Data]]] = [
    Round.copy,
    Round.copy,
    Round.copy,
    Round.share,
    Round.share,
    Round.cancel,
    Round.retire,
    Round.create,
    Round.look,
]
