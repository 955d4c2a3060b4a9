# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks that are killed, and run again."""

from __future__ import annotations

import collections
import dataclasses
import json
import random
import re
import typing as t

from .forks import Data
from .kills import Cell
from .results import Recorder
from .seeds import EVERYTHING
from .stage import Stage
from .states import differences, told, too_many

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclasses.dataclass(frozen=True)
class Killed:
    """A playbook with its variables.

    :param wanted: the end of a run that nobody interrupts
    :param begin: makes the world that it begins in
    """

    stage: Stage
    name: str
    variables: Data
    wanted: Data
    begin: t.Callable[[], None]

    def try_cells(self, matrix: str, part: int, cells: t.Sequence[Cell]) -> None:
        """Kill it once in a world, and run it again."""
        with Recorder(matrix, str(part)) as recorder:
            for cell in cells:
                self.begin()
                came = self.stage.kill_at(cell, self.name, self.variables)
                missed = ["the call never came"] if cell.is_write and not came else []
                recorder.cell(str(cell), missed + self._to_the_end(), reached=came)

    def try_again_and_again(self, matrix: str, cells: t.Iterable[Cell]) -> None:
        """Kill it in one world, each run after its first write, until one has none left to be killed at.

        :param cells: those of its writes, of which an uninterrupted run has as many
        """
        left = collections.Counter(cell.action for cell in cells if cell.is_write and cell.when == "after")
        with Recorder(matrix, "again") as recorder:
            self.begin()
            kills = 0
            while self.stage.kill_after_a_write(left, self.name, self.variables):
                kills += 1
                print(f"{kills} kills, {sum(left.values())} writes are left", flush=True)
            recorder.cell(f"{kills} kills in one world", self._to_the_end(), count=kills)

    def _to_the_end(self) -> list[str]:
        """Run it, and tell what is not as it should be."""
        play = self.stage.play(self.name, self.variables)
        code = play.end()
        found = [f"exit code {code}: {play.text()[-500:]}"] if code else []
        found += differences(self.wanted, end(self.stage)) + too_many(self.stage.journal(), None)
        return found + self.stage.false_claims()


def end(stage: Stage) -> Data:
    """What there is, without the moments at which it came about."""
    stage.control("clock", {"advance": 60})
    return t.cast(Data, json.loads(STAMP.sub("<then>", json.dumps(told(stage.control("state"))))))


def one_of_each(cells: list[Cell], actions: t.Sequence[str], seed: int) -> list[Cell]:
    """All cells in `make test-reliability`, and one of each of these actions in a sample, always the same ones."""
    if EVERYTHING:
        return cells
    chance = random.Random(seed)
    return [chance.choice([cell for cell in cells if cell.action == action]) for action in actions]
