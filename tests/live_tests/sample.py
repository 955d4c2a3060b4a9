# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make test` runs of a table; `make nightly` runs it whole."""

from __future__ import annotations

import typing as t

import pytest

Row = t.TypeVar("Row")


def one_of_each(rows: t.Iterable[Row], kind: t.Callable[[Row], t.Hashable] = lambda row: "row") -> list[t.Any]:
    """All rows, of which those are extra that are not the first of their kind."""
    seen: set[t.Hashable] = set()
    found = []
    for row in rows:
        more = {"marks": pytest.mark.extra} if kind(row) in seen else {}
        seen.add(kind(row))
        values = row if isinstance(row, tuple) else (row,)
        found.append(pytest.param(*values, **more))
    return found
