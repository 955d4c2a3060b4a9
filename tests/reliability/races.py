# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs beside each other: they start together, calls are delayed by chance, and the chance has a seed."""

from __future__ import annotations

import mmap
import random
import time
import typing as t

from functional.support import HOME, Lab

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import ECS, Client

from .arena import Arena, Work
from .forks import Data, Fork

DELAYED = (
    "CopyImage",
    "CopySnapshot",
    "CreateImage",
    "DeleteImage",
    "DescribeImages",
    "DescribeSnapshots",
    "ModifyImageAttribute",
    "ModifyImageSharePermission",
    "TagResources",
)
DELAYS = 10  # calls that are delayed in each race
LONGEST = 0.15  # real seconds of a delay; a simulated copy takes half a second of them


class Gate:
    """Where forks wait for each other, so that none has a lead."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 1)

    def open(self) -> None:
        self._memory[:1] = b"1"

    def is_open(self) -> bool:
        return self._memory[:1] == b"1"

    def guard(self, work: Work, delay: float = 0.0) -> Work:
        """The same work, done when the gate opens, or some real seconds after that."""

        def guarded(lab: Lab, report: t.Callable[[Data], None]) -> None:
            while not self.is_open():
                time.sleep(0.0005)
            time.sleep(delay)
            work(lab, report)

        return guarded


def delay_some(arena: Arena, chance: random.Random) -> None:
    for _number in range(DELAYS):
        arena.lab.fault(
            "delay", chance.choice(DELAYED), nth=chance.randint(1, 12), seconds=chance.uniform(0.005, LONGEST)
        )


def race(arena: Arena, works: t.Sequence[tuple[Work, float]], seed: int) -> list[Fork]:
    """Run works beside each other to their ends, each from its own moment on."""
    gate = Gate()
    forks = [arena.fork(gate.guard(work, delay), seed * 10 + number) for number, (work, delay) in enumerate(works)]
    gate.open()
    for fork in forks:
        fork.wait()
    return forks


def one_module(module: str, **params: t.Any) -> Work:
    def work(lab: Lab, report: t.Callable[[Data], None]) -> None:
        outcome = lab(module, **params)
        report({"module": module, "code": outcome.code, "result": outcome.result})

    return work


def foreign_copies(source: str, name: str, regions: t.Sequence[str]) -> Work:
    """What another client does: CopyImage under a name, and not one tag."""

    def work(lab: Lab, report: t.Callable[[Data], None]) -> None:
        client = Client(Connection.from_params({"region": HOME, **lab.connection()}))
        for region in regions:
            fields = {"ImageId": source, "DestinationRegionId": region, "DestinationImageName": name}
            try:
                answer = client.call(ECS, "copy by another client", HOME, "CopyImage", {**fields, "Encrypted": False})
                report({"region": region, "image_id": answer["ImageId"]})
            except ApiError as error:
                report({"region": region, "image_id": None, "code": error.code})

    return work


def strangers_of(arena: Arena) -> dict[str, str]:
    """What clients have made that set no tags: the id of each image, and its region. Also what they never heard of."""
    calls = arena.sim.journal.calls("CopyImage")
    return {
        call["image_id"]: call["params"]["DestinationRegionId"]
        for call in calls
        if call["image_id"] and not call["dry_run"] and "Tag.1.Key" not in call["params"]
    }


def touched(arena: Arena, strangers: t.Mapping[str, str]) -> list[str]:
    """What was done to images that are nobody's of ours: they may not be deleted, cancelled, stamped or shared."""
    found = []
    for image_id, region in strangers.items():
        (image, *_more) = [*(one for one in arena.lab.own(region) if one.image_id == image_id), None]
        if image is None:
            found.append(f"{region}: {image_id} of another client is gone")
        elif image.tags or image.shares:
            found.append(f"{region}: {image_id} of another client has {image.tags} and {image.shares}")
    for call in arena.sim.journal.writes():
        meant = strangers.keys() & set(call["params"].values())
        if meant and call["action"] != "CopyImage":
            found.append(f"{call['action']} was tried on {meant}")
    return found


def copies_of(fork: Fork) -> dict[str, Data]:
    """Region → outcome of each copy, over all tasks of a run."""
    return {copy["region"]: copy for done in fork.results() for copy in done["result"].get("copies") or []}


def not_ended(forks: t.Sequence[Fork], results: int) -> list[str]:
    found = [claim for fork in forks for claim in fork.false_claims()]
    return found or [
        f"run {number} reported {len(fork.results())} of {results} results {fork.complaint()}"
        for number, fork in enumerate(forks)
        if len(fork.results()) != results
    ]
