# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy of `make live`: what the targets do works with it, and with not one action less."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from live import run, session
from live_tests.account import REGIONS, Account
from live_tests.in_short import Modules, config
from live_tests.test_policy import KEYS, actions, read, without
from simulator.seed import plant

POLICY = read("policy-live.json")
# Whoever uses images: of each template that there is, the versions are read.
USERS = {"launch_templates": [{"region": REGIONS[0], "name": "web", "versions": [{"ImageId": "m-another"}]}]}


def trouble(here: Path, policy: t.Mapping[str, t.Any]) -> str:
    """What speaks against a run by a user with this policy."""
    account, said = Account(here, {"image_quota": 1000}), []
    user = {"name": "live", "policies": [policy], "access_keys": [KEYS]}
    plant(account.sim.world, {"users": [user], **USERS})
    before = account.things()

    def runner(world: t.Mapping[str, t.Any], names: list[str]) -> int:
        modules = Modules(account, world)
        try:
            modules.work()
            modules.rest()
        except AssertionError as error:
            said.append(str(error)[:500] or "what a target makes sure of is not so")
        return len(said)

    instance = account.sim.world.demo["instances"]["demo"]  # type: ignore[index]
    try:
        run.live(config(here, instance_id=instance), lambda text: None, account.caller("live"), runner)
    except session.Stop as stop:
        said.append(str(stop))
    told = "; ".join(said)
    left = account.things().keys() - before.keys()
    assert "make live-clean" in told or not left, f"left without a word: {left}"
    return told


def test_it_is_enough(here: Path) -> None:
    assert trouble(here, POLICY) == ""


def test_keys_to_which_no_snapshots_show_are_refused_before_a_run_begins(here: Path) -> None:
    account, said = Account(here, {"image_quota": 1000}), list[str]()
    blind = without(POLICY, "ecs:DescribeSnapshots")
    plant(account.sim.world, {"users": [{"name": "live", "policies": [blind], "access_keys": [KEYS]}]})
    with pytest.raises(session.Stop, match="Grant ecs:DescribeSnapshots"):
        run.live(config(here), said.append, account.caller("live"), lambda world, names: pytest.fail("it ran"))
    assert said == []


FIRST, *OTHERS = actions(POLICY)


@pytest.mark.parametrize("action", [FIRST, *(pytest.param(other, marks=pytest.mark.extra) for other in OTHERS)])
def test_it_is_not_too_much(here: Path, action: str) -> None:
    assert trouble(here, without(POLICY, action)), f"{action} is not needed"
