# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many cells, races and whole playbooks are tried: all in `make test-reliability`, some in `make test`."""

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


def numbered(cells: t.Sequence[Cell], kind: t.Callable[[Cell], t.Hashable]) -> list[tuple[int, Cell]]:
    """Each cell with its number: all of them, or one of each kind, always the same ones."""
    kinds: dict[t.Hashable, list[tuple[int, Cell]]] = collections.defaultdict(list)
    for number, cell in enumerate(cells):
        kinds[kind(cell)].append((number, cell))
    if EVERYTHING:
        return list(enumerate(cells))
    chance = random.Random(SEED)
    return sorted((chance.choice(alike) for alike in kinds.values()), key=lambda pair: pair[0])
