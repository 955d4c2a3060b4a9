# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each switch decides: one thing to do, and how it ends with the default and with every other value.

Switches that other tests are about are not here again; one test sees to it that none is without any.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from simulator import Simulator
from simulator.settings import SWITCHES
from simulator.switches import LEVELS
from simulator.values import check
from simulator_tests.error_lab import Lab
from simulator_tests.helpers import HOME, MAIN, ONE
from simulator_tests.switches_of_calls import CALL_SWITCHES
from simulator_tests.switches_of_copies import COPY_SWITCHES, Look, code, copied, keys, shown
from simulator_tests.switches_of_others import OTHER_SWITCHES

FOLDER = Path(__file__).resolve().parent
CASES = [*COPY_SWITCHES, *OTHER_SWITCHES, *CALL_SWITCHES]


@pytest.mark.parametrize(("name", "look", "default", "others"), CASES, ids=lambda part: getattr(part, "__name__", ""))
def test_switch(sim: Simulator, name: str, look: Look, default: Any, others: dict[Any, Any]) -> None:
    assert look(Lab(sim)) == default
    for value, wanted in others.items():
        sim.reset()
        sim.settings.change({name: list(value) if isinstance(value, tuple) else value})
        assert look(Lab(sim)) == wanted, value


def test_every_switch_has_a_test() -> None:
    """In the table above, or by name in another file."""
    elsewhere = " ".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py") if path != Path(__file__))
    names = {case[0] for case in CASES} | set(re.findall(r"[a-z_]+", elsewhere))
    assert set(SWITCHES) - names == set()


def test_every_default_is_the_stricter_reading_or_says_why_not() -> None:
    for switch in SWITCHES.values():
        assert bool(switch.why) == (switch.lean != "stricter"), switch.name
        assert not (switch.stricter and switch.other), switch.name


def test_every_assumption_says_how_it_is_told_and_has_other_values() -> None:
    for switch in SWITCHES.values():
        samples = (*switch.stricter, *switch.kinder, *switch.other)
        assert bool(switch.page) == bool(switch.level and switch.probe and samples), switch.name
        assert not switch.page or switch.level in LEVELS, switch.name
        for value in (switch.default, *samples):
            check(switch.name, value, switch.kind)


# Tags of the source


def test_too_many_tags_together(sim: Simulator) -> None:
    lab = Lab(sim)
    lab.set(copy_tags_from_source=True)
    lab.image(tags={f"old-{number}": "" for number in range(15)})
    given = {f"Tag.{number}.Key": f"new-{number}" for number in range(1, 7)}
    assert code(lab, "CopyImage", **given) == "QuotaExceed.Tags"
    del given["Tag.6.Key"]
    assert len(keys(copied(lab, 0, **given))) == 20


def test_anothers_tags_do_not_come_along(sim: Simulator) -> None:
    lab = Lab(sim)
    lab.set(copy_tags_from_source=True)
    theirs = lab.image(account=ONE, shares=[MAIN], tags={"theirs": "1"})
    copy = lab.copy(ImageId=theirs, DestinationRegionId=HOME, Encrypted="true", DestinationImageName="mine")
    assert keys(shown(lab, copy)) == []
