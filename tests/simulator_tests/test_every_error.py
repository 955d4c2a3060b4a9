# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every code that state or input can cause for the actions around images is caused here, and the lists agree."""

from __future__ import annotations

import re

import pytest
from simulator import Simulator
from simulator.errors import BY_ACTION, COMMON
from simulator.errors.documented import COMMON_CODES, NOT_MODELLED
from simulator_tests.error_lab import Case, Lab
from simulator_tests.errors_of_images import IMAGE_CASES
from simulator_tests.errors_of_making import MAKING_CASES

CASES = [*IMAGE_CASES, *MAKING_CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_code(sim: Simulator, case: Case) -> None:
    lab = Lab(sim)
    more = case.prepare(lab)
    params = {**lab.defaults(case.action), **(more if isinstance(more, dict) else {}), **case.params}
    status, answer = lab.raw.v1(case.action, {name: value for name, value in params.items() if value is not None})
    wanted, message = BY_ACTION[case.action].get(case.code) or COMMON[case.code]
    assert (answer.get("Code"), status) == (case.code.partition("#")[0], wanted), answer
    pattern = ".*".join(re.escape(part) for part in message.split("%s"))
    assert re.fullmatch(pattern, answer["Message"])


def caused(action: str) -> set[str]:
    return {case.code for case in CASES if case.action == action}


@pytest.mark.parametrize("action", NOT_MODELLED)
def test_no_code_is_forgotten(action: str) -> None:
    """An action's own rows and its common ones are all caused above, and nothing else is."""
    rows = set(BY_ACTION[action]) | set(COMMON_CODES[action])
    assert caused(action) == rows


@pytest.mark.parametrize("action", NOT_MODELLED)
def test_what_is_not_modelled_is_not_there(action: str) -> None:
    own = {code.partition("#")[0] for code in BY_ACTION[action]}
    absent = set(NOT_MODELLED[action])
    assert not absent & (own | set(COMMON_CODES[action]))
    assert set(COMMON_CODES[action]) <= set(COMMON)
    assert all(NOT_MODELLED[action].values()), "each with a reason"
