# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much is tried: everything in `make test-reliability`, a part that fits into `make test` otherwise."""

from __future__ import annotations

import os

EVERYTHING = os.environ.get("RELIABILITY") == "all"


def seeds(all_of_them: int, some: int) -> list[int]:
    return list(range(all_of_them if EVERYTHING else some))


def thin(every: int) -> int:
    """The step through a list of cells: 1 is all of them."""
    return 1 if EVERYTHING else every
