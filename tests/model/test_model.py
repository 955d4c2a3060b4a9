# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks in any order, foreign hands between them, troubled calls: after each step the laws hold."""

from __future__ import annotations

import functools
import typing as t
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from model.machine import READINGS, ImageOps, Tally
from reliability.results import Recorder
from simulator import Simulator


@pytest.mark.parametrize("reading", sorted(READINGS))
def test_whatever_comes_the_laws_hold(
    simulator: Simulator,
    profile: settings,
    tmp_path: Path,
    reading: str,
    record_property: t.Callable[[str, object], None],
) -> None:
    tally = Tally()
    machine: t.Any = functools.partial(ImageOps, simulator, tmp_path, READINGS[reading], tally)
    with Recorder("model", reading) as recorder:
        failures = ["a law was broken"]
        try:
            run_state_machine_as_test(machine, settings=profile)
            failures = []
        finally:
            record_property(f"model: {reading}", dict(tally.counts))
            recorder.cell(reading, failures, count=tally.counts["examples"])
