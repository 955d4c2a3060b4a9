# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy beside the runs: they work with it, and with not one action less."""

from __future__ import annotations

import copy
import json
import typing as t
from pathlib import Path

import pytest
from live.cleaner import Cleaner, CleanError
from live.probe.run import LEVEL_COPY, probe
from live.session import Stop, reachable, sees_source
from live_tests.account import REGIONS, Account
from live_tests.sample import one_of_each
from simulator.seed import plant

FOLDER = Path(__file__).resolve().parents[1] / "live"
KEYS = {"id": "simulator-live-key", "secret": "simulator-live-secret"}
Policy = dict[str, t.Any]


def read(name: str) -> Policy:
    """One of the policies that ship with the runs."""
    return t.cast(Policy, json.loads((FOLDER / name).read_text(encoding="utf-8")))


def actions(policy: Policy) -> list[str]:
    """Each once."""
    return sorted({action for statement in policy["Statement"] for action in statement["Action"]})


def without(policy: Policy, action: str) -> Policy:
    fewer = copy.deepcopy(policy)
    for statement in fewer["Statement"]:
        statement["Action"] = [one for one in statement["Action"] if one != action]
    return {**fewer, "Statement": [statement for statement in fewer["Statement"] if statement["Action"]]}


POLICY = read("policy.json")


def outcome(folder: Path, policy: t.Mapping[str, t.Any]) -> tuple[set[str], str]:
    """What a probe by a user with this policy tells, and what speaks against the run."""
    account = Account(folder, {})
    plant(account.sim.world, {"users": [{"name": "live", "policies": [policy], "access_keys": [KEYS]}]})
    bench = account.bench(who="live")
    try:
        reachable(bench.caller, REGIONS)
        sees_source(bench)
        found = probe(bench, LEVEL_COPY)
        left = Cleaner(bench.caller, bench.keeper.journal).run()
    except (Stop, CleanError) as end:
        return set(), str(end)
    return {name for name, one in found.items() if one.is_told}, "; ".join(left.kept)


def test_it_is_enough(tmp_path: Path) -> None:
    told, trouble = outcome(tmp_path, POLICY)
    assert trouble == ""
    assert told == {name for name, one in Account(tmp_path, {}).probed().items() if one.is_told}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What the policy as it is tells."""
    return outcome(tmp_path_factory.mktemp("whole"), POLICY)[0]


@pytest.mark.parametrize("action", one_of_each(actions(POLICY), lambda action: action.startswith("ecs:Describe")))
def test_it_is_not_too_much(tmp_path: Path, whole: set[str], action: str) -> None:
    told, trouble = outcome(tmp_path, without(POLICY, action))
    assert trouble or told < whole, f"{action} is not needed"
