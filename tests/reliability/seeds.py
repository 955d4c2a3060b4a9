# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many cells, races and whole playbooks are tried: all in `make test-reliability`, else some."""

from __future__ import annotations

import collections
import os
import random
import typing as t

EVERYTHING = os.environ.get("RELIABILITY") == "all"
SEED = 20261128

Cell = t.TypeVar("Cell")


def seeds(all_of_them: int, some: int) -> list[int]:
    return list(range(all_of_them if EVERYTHING else some))


def numbered(cells: t.Sequence[Cell], *kinds: t.Callable[[Cell], t.Hashable]) -> list[tuple[int, Cell]]:
    """Each cell with its number: all of them, or of each sort of kinds one of each, always the same ones."""
    if EVERYTHING:
        return list(enumerate(cells))
    chance, chosen = random.Random(SEED), set()
    for kind in kinds:
        alike: dict[t.Hashable, list[int]] = collections.defaultdict(list)
        for number, cell in enumerate(cells):
            alike[kind(cell)].append(number)
        # One that is there already serves for this kind, too.
        chosen |= {chance.choice(numbers) for numbers in alike.values() if chosen.isdisjoint(numbers)}
    return [(number, cells[number]) for number in sorted(chosen)]
