# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the API answers: no module ends in a traceback, touches what it was not told to, or asks another host."""

from __future__ import annotations

import pkgutil
import typing as t

import pytest
from functional import hostile, security_results
from functional.hostile_worlds import WORLDS, World
from functional.other_servers import Other, always, identity, serving
from functional.support import MAIN, Lab
from functional.test_hosts import sought
from hypothesis import given
from internal import STEPS
from simulator import Simulator

from ansible_collections.imageops.alicloud.plugins import modules

__all__ = ["sought"]

pytestmark = pytest.mark.slow

PROFILE = hostile.share_of(hostile.profile(quick=100, thorough=10_000), len(WORLDS))


@pytest.fixture
def elsewhere() -> t.Iterator[Other]:
    """A server that would have an answer for everybody."""
    with serving(always(200, identity(MAIN))) as other:
        yield other


@pytest.fixture
def liar(sim: Simulator, elsewhere: Other, sought: list[str], monkeypatch: pytest.MonkeyPatch) -> hostile.Liar:
    liar = hostile.Liar(sim._dispatcher.reply, elsewhere.place)
    liar.asked = lambda: [*[one.line for one in elsewhere.asked], *sought]
    monkeypatch.setattr(sim._dispatcher, "reply", liar)
    return liar


def lied_to(lab: Lab, liar: hostile.Liar, name: str, lie: hostile.Lie) -> list[str]:
    """Run a module that is lied to.

    :returns: the actions that were called
    """
    liar.lie = None
    lab.sim.reset()
    lab.outputs.clear()
    lab.checks_claims = False  # what is told is the lie
    world = World(lab, WORLDS[name])
    liar.begin(lie)
    with security_results.tried("answers", case=name):
        outcome = lab(world.module, **world.params)
        liar.lie = None
        called = [call["action"] for call in lab.sim.journal.calls()]
        faults = [*hostile.traces_of_a_crash(outcome.text), *world.damage()]
        faults += [f"another host was asked: {asked}" for asked in liar.asked()]
        assert not faults, "\n".join([*faults, *lie.told, outcome.text[:2000]])
    return called


@pytest.mark.parametrize("name", WORLDS)
def test_a_lying_api(lab: Lab, liar: hostile.Liar, name: str) -> None:
    @PROFILE
    @given(lie=hostile.lies())
    def run(lie: hostile.Lie) -> None:
        lied_to(lab, liar, name, lie)

    run()


@pytest.mark.parametrize("name", WORLDS)
def test_an_api_that_confuses_types(lab: Lab, liar: hostile.Liar, name: str) -> None:
    """Each action's answers with each kind of junk for the figures, every day with two of the kinds in turn."""
    nobody = frozenset[str]()
    called = sorted(set(lied_to(lab, liar, name, hostile.Lie(lambda reply: reply, nobody, frozenset()))))
    for number, action in enumerate(called, list(WORLDS).index(name)):
        for kind, junk in hostile.OTHER_TYPES if security_results.asked_for() else hostile.OTHER_TYPES[number % 4 :: 4]:
            change = hostile.of_another_type(kind, junk)
            lied_to(lab, liar, name, hostile.Lie(change, frozenset([action]), frozenset()))


def test_every_module_is_lied_to() -> None:
    found = {one.name for one in pkgutil.iter_modules(modules.__path__)}
    assert {case.module for case in WORLDS.values()} == found - STEPS
