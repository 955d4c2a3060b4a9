# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of pages that commands make: what stands between two marks, and the tables in it."""

from __future__ import annotations

import re
import typing as t


def with_part(page: str, name: str, text: str) -> str:
    """The page with its part between the marks of this name made anew.

    :raises ValueError: if the page has no such part, or more than one
    """
    marks = re.compile(rf"(?s)(\.\. {name}: begin[^\n]*\n\n).*?(\.\. {name}: end\n)")
    new, count = marks.subn(lambda found: found[1] + text + found[2], page)
    if count != 1:
        raise ValueError(f"the page has {count} parts with the marks of {name}")
    return new


def list_table(title: str, widths: str, rows: t.Iterable[t.Sequence[object]]) -> str:
    """A table whose first row is its head, and the empty line after it."""
    head = f".. list-table:: {title}\n   :header-rows: 1\n   :widths: {widths}\n\n"
    lines = [f"   {' ' if number else '*'} - {cell}" for row in rows for number, cell in enumerate(row)]
    return head + "\n".join(lines) + "\n\n"
