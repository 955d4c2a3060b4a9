# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No cell of the matrix is left out without a word: a usual Python has to be there, a rare one is named."""

from __future__ import annotations

import matrix
import pytest


@pytest.mark.parametrize(
    ("there", "absent"),
    [(["3.13", "3.14"], []), (["3.13"], [("2.21", "3.14")]), (["3.14"], []), ([], [("2.21", "3.14")])],
)
def test_only_a_rare_python_may_be_absent(there: list[str], absent: list[tuple[str, str]]) -> None:
    wanted = [("2.21", "3.13"), ("2.21", "3.14")]
    assert matrix.divided(wanted, there) == ([cell for cell in wanted if cell not in absent], absent)


def test_every_rare_python_is_one_of_the_cells_and_none_of_them_is_the_only_one() -> None:
    assert {python for pythons in matrix.CELLS.values() for python in pythons} >= matrix.RARE
    assert all(set(pythons) - matrix.RARE for pythons in matrix.CELLS.values())
