# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing of a run is left, and nothing else is touched, however it ends."""

from __future__ import annotations

import argparse
import itertools
import typing as t
from pathlib import Path

import pytest
from live import commands, session
from live.cleaner import Cleaner
from live.journal import Journal
from live.probe.run import LEVEL_COPY, probe
from live_tests import foreign
from live_tests.account import IMAGE, MAIN, REGIONS, Account, Killed
from live_tests.documentation import PAGE
from simulator import profiles

MANY = {"image_quota": 1000}
STRIDE, SAMPLE = 120, 7
STARTS = [pytest.param(start, marks=() if start == SAMPLE else pytest.mark.extra) for start in range(1, STRIDE + 1)]


def left_by(account: Account) -> list[str]:
    """The names of what is there and was not."""
    return sorted(account.things().keys() - account.before.keys())


def killed_at(folder: Path, settings: t.Mapping[str, t.Any], call: int, after: bool) -> tuple[Account, bool]:
    """A probe that dies before or after one of its calls. Whether it did."""
    account = Account(folder, {**MANY, **settings}, foreign.world())
    bench = account.bench(run=foreign.RUN)
    account.before = account.things()
    account.wire.count, account.wire.dies_at, account.wire.after = 0, call, after
    try:
        probe(bench, LEVEL_COPY)
    except Killed:
        account.wire.dies_at = None
        return account, True
    return account, False


@pytest.mark.parametrize("word", ["default", pytest.param("stricter", marks=pytest.mark.extra)])
@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
@pytest.mark.parametrize("start", STARTS)
def test_killed_at_every_call(tmp_path: Path, start: int, after: bool, word: str) -> None:
    settings = profiles.profile(word)
    for call in itertools.count(start, STRIDE):
        account, died = killed_at(tmp_path / str(call), settings, call, after)
        if not died:
            assert call > 100, "hardly anything was called"
            return
        journal = Journal.read(tmp_path / str(call) / f"{foreign.RUN}.jsonl")
        left = Cleaner(account.caller(), journal).run()
        assert (left.kept, left_by(account)) == ([], []), f"killed at call {call}"
        assert account.things() == account.before, f"killed at call {call}"
        assert Journal.read(journal.path).is_closed


def options(**given: t.Any) -> argparse.Namespace:
    defaults = {
        "level": LEVEL_COPY, "regions": ",".join(REGIONS), "image": IMAGE, "share_with": "", "confirm": MAIN,
        "output": Path("probe.json"), "record": None,
    }  # fmt: skip
    return argparse.Namespace(**{**defaults, **given})


def stopped(account: Account, **given: t.Any) -> str:
    """The word that a run ends with; what it leaves is nothing."""
    before = account.things()
    with pytest.raises(session.Stop) as stop:
        commands.probe(options(**given), lambda text: None, account.caller())
    assert account.things() == before
    return str(stop.value)


def test_a_whole_run_leaves_nothing(here: Path) -> None:
    account, said = Account(here, {}), []
    before = account.things()
    assert commands.probe(options(), said.append, account.caller()) == 0
    assert account.things() == before
    assert "probe.json" in said[-1]


@pytest.mark.parametrize("word", ["default", "stricter"])
@pytest.mark.parametrize(
    ("level", "words", "least", "most"),
    [
        ("free", "About 25 calls", 20, 30),
        (LEVEL_COPY, "400 to 900 calls", 400, 900),
    ],
)
def test_it_takes_as_many_calls_as_it_says(
    here: Path, level: str, words: str, least: int, most: int, word: str
) -> None:
    account, said = Account(here, profiles.profile(word)), []
    caller = account.caller()
    commands.probe(options(level=level), said.append, caller)
    assert least <= sum(caller.calls.values()) <= most
    assert words in said[1] and words in PAGE.read_text(encoding="utf-8")


def test_what_differs_is_the_exit_code(here: Path) -> None:
    account = Account(here, {"copy_conflict": "source"})
    assert commands.probe(options(), lambda text: None, account.caller()) == 3
    account = Account(here, {"delete_unknown_image": "ignored"})
    assert commands.probe(options(level="free"), lambda text: None, account.caller()) == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"confirm": "1000000000000011"}, "belong to account 1000000000000001, and CONFIRM names 1000000000000011"),
        ({"confirm": ""}, "CONFIRM=1000000000000001"),
        ({"image": None}, "LEVEL=copy needs IMAGE="),
        ({"image": "m-0"}, "no image m-0 of this account"),
        ({"regions": "cn-hangzhou"}, "two or three regions"),
        ({"regions": "cn-hangzhou,nowhere-1"}, "Region nowhere-1"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_made(here: Path, given: dict[str, t.Any], words: str) -> None:
    account = Account(here, {})
    assert words in stopped(account, **given)
    assert account.sim.journal.writes() == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"action": "CopyImage", "code": "Forbidden.RAM", "status": 403}, "Forbidden.RAM"),
        ({"action": "CopyImage", "code": "QuotaExceed.Image", "status": 403}, "QuotaExceed.Image"),
        ({"action": "DescribeImages", "code": "Forbidden.RAM", "status": 403}, "Nothing was made"),
    ],
    ids=["no right to copy", "quota", "no right to look"],
)
def test_what_is_refused_ends_with_a_word(here: Path, fault: dict[str, t.Any], words: str) -> None:
    account = Account(here, {})
    account.sim.faults.add({"kind": "error", "message": "no", "times": None, **fault})
    assert words in stopped(account)


def test_a_quota_that_is_met_on_the_way(here: Path) -> None:
    account = Account(here, {"image_quota": 3})
    said: list[str] = []
    before = account.things()
    commands.probe(options(), said.append, account.caller())
    assert account.things() == before
    assert "QuotaExceed.Image" in "\n".join(said)


def test_a_region_that_does_not_answer(here: Path) -> None:
    account = Account(here, {})
    account.wire.silent_from = {"eu-central-1": 0}
    assert "Region eu-central-1 does not answer" in stopped(account)
    assert account.sim.journal.writes() == []


def test_a_region_that_falls_silent(here: Path) -> None:
    """While it is silent nothing can be taken away there; afterwards it can."""
    account = Account(here, {})
    before, caller = account.things(), account.caller()
    account.wire.silent_from = {"cn-beijing": 100}
    with pytest.raises(session.Stop, match=r"could not be taken away: .*cn-beijing.* Try: make live-clean"):
        commands.probe(options(), lambda text: None, caller)
    assert account.things() != before
    account.wire.silent_from = {}
    assert commands.clean(options(), lambda text: None, account.caller()) == 0
    assert account.things() == before


def test_a_signal_cleans_up(here: Path) -> None:
    account = Account(here, {})
    before, caller = account.things(), account.caller()

    def interrupted(call: t.Any, reply: t.Any) -> None:
        if call.action == "CancelCopyImage":
            caller.watchers.clear()
            raise session.Interrupted("SIGTERM")

    caller.watchers.append(interrupted)
    with pytest.raises(session.Stop, match="Ended by SIGTERM, and nothing of run"):
        commands.probe(options(), lambda text: None, caller)
    assert account.things() == before


def test_clean_finishes_what_a_kill_has_left(here: Path) -> None:
    account = Account(here / "journals", {})
    before = account.things()
    bench = account.bench()
    account.wire.count, account.wire.dies_at, account.wire.after = 0, 60, True
    with pytest.raises(Killed):
        probe(bench, LEVEL_COPY)
    account.wire.dies_at = None
    said: list[str] = []
    with pytest.raises(session.Stop, match="CONFIRM="):
        commands.clean(options(confirm=""), said.append, account.caller())
    assert account.things() != before
    assert commands.clean(options(), said.append, account.caller()) == 0
    assert account.things() == before
    assert commands.clean(options(), said.append, account.caller()) == 0
    assert "has left anything" in said[-1]


def test_what_cannot_go_is_named(here: Path) -> None:
    account = Account(here / "journals", {})
    bench = account.bench()
    account.wire.count, account.wire.dies_at = 0, 250
    with pytest.raises(Killed):
        probe(bench, LEVEL_COPY)
    account.wire.dies_at = None
    account.sim.faults.add(
        {"kind": "error", "action": "DeleteImage", "code": "Forbidden.RAM", "status": 403, "message": "no",
         "times": None}
    )  # fmt: skip
    with pytest.raises(session.Stop, match=r"DeleteImage answers Forbidden\.RAM"):
        commands.clean(options(), lambda text: None, account.caller())
