# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe, proved on the simulator: it names what was changed and nothing else, and reads back whole profiles."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from live.probe.run import FREE, LEVEL_COPY, probe, profile, rows
from live.probe.scenes import Findings, told_by_nothing
from live_tests.account import REGIONS, WORLD, Account, values
from live_tests.documentation import PAGE, completed
from live_tests.sample import one_of_each
from simulator import profiles
from simulator.settings import SWITCHES, Settings
from simulator.switches import COPY, NO, PAIR, READ

PROBED = [name for name, switch in SWITCHES.items() if switch.level not in ("", NO)]


def effective(name: str, value: t.Any) -> t.Any:
    """What a value comes to at the provider's own addresses."""
    return "ignored" if (name, value) == ("unknown_parameters", "refused_here") else value


def hidden(settings: t.Mapping[str, t.Any]) -> set[str]:
    """Switches that do nothing, or the same whatever their value, beside others of a profile."""
    whole = {name: settings.get(name, switch.default) for name, switch in SWITCHES.items()}
    rules = {
        "copy_conflict_code": whole["copy_conflict"] == "none",
        "copy_conflict_before_name": whole["copy_conflict"] == "none",
        # The repeat of a running copy is refused for that before its name is looked at.
        "copy_duplicated_text": whole["copy_conflict_before_name"] and whole["copy_conflict"] != "none",
        "tags_late_from": not whole["tags_shown_late"],
        # No tag shows before the copy is Available, so none is missing from it.
        "copy_tags_visible": bool(whole["tags_shown_late"]) and whole["tags_late_from"] == "available",
        # The image is as late as everything else in lists.
        "image_read_lag": bool(whole["listed_late"]),
        "cancel_repeated": not whole["cancel_seconds"],
    }
    return {name for name, is_so in rules.items() if is_so}


def expected(settings: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What a probe can tell of these settings, and must."""
    unseen = hidden(settings)
    whole = {name: settings.get(name, SWITCHES[name].default) for name in PROBED}
    return {name: effective(name, value) for name, value in whole.items() if name not in unseen}


def told(found: Findings) -> dict[str, t.Any]:
    return {name: one.value for name, one in found.items() if one.is_told}


def test_the_table_and_the_probes_agree() -> None:
    assert told_by_nothing() == []


def test_of_the_defaults_nothing_differs(tmp_path: Path) -> None:
    account = Account(tmp_path, {})
    found = account.probed()
    assert told(found) == expected({})
    assert not [one for one in found.values() if one.differs or one.alarms]


@pytest.mark.parametrize(("name", "value"), one_of_each(values(), lambda flip: flip[0]))
def test_a_flip_is_named_and_no_other(tmp_path: Path, name: str, value: t.Any) -> None:
    found = Account(tmp_path, {name: value}).probed()
    is_same = effective(name, value) == effective(name, SWITCHES[name].default)
    # A flip of what is seen through another alone shows nothing.
    visible = name not in hidden({name: value}) and not is_same
    assert {one.switch for one in found.values() if one.differs} == ({name} if visible else set())
    assert told(found) == expected({name: value})
    stricter_by_default = SWITCHES[name].lean == "stricter"
    assert found[name].alarms == (visible and not stricter_by_default)


def test_what_is_seen_through_another_switch_alone(tmp_path: Path) -> None:
    late = {"tags_shown_late": {"CopyImage": 5.0, "CreateImage": 5.0, "TagResources": 5.0}}
    found = Account(tmp_path, {**late, "tags_late_from": "available"}).probed()
    assert {one.switch for one in found.values() if one.differs} == {"tags_shown_late", "tags_late_from"}


@pytest.mark.parametrize("number", one_of_each(range(1, 31), lambda number: number // 8))
def test_a_drawn_profile_is_read_back(tmp_path: Path, number: int) -> None:
    drawn = profiles.profile(f"random-{number}")
    assert told(Account(tmp_path, drawn).probed()) == expected(drawn)


@pytest.mark.parametrize("word", ["kinder", "stricter", "recorded"])
def test_a_profile_of_the_simulator_is_read_back(tmp_path: Path, word: str) -> None:
    chosen = profiles.profile(word)
    assert told(Account(tmp_path, chosen).probed()) == expected(chosen)


@pytest.mark.parametrize("number", one_of_each(range(41, 46)))
def test_what_was_seen_is_a_profile(tmp_path: Path, number: int) -> None:
    """The simulator with what was seen is seen as the same again, and takes the file."""
    account = Account(tmp_path, profiles.profile(f"random-{number}"))
    found = account.probed()
    file = tmp_path / "probe.json"
    file.write_text(json.dumps(profile(found, REGIONS, LEVEL_COPY, {})), encoding="utf-8")
    again = Account(tmp_path / "again", profiles.profile(str(file)))
    assert told(again.probed()) == told(found)


def test_the_free_level_writes_nothing(tmp_path: Path) -> None:
    account = Account(tmp_path, {})
    before = account.things()
    found = probe(account.bench(), FREE)
    assert account.things() == before
    read = {name for name in PROBED if SWITCHES[name].level == READ}
    assert set(told(found)) == read
    assert {found[name].note for name in PROBED if SWITCHES[name].level in (COPY, PAIR)} == {"needs LEVEL=copy"}
    made = [entry for entry in account.sim.journal.calls() if entry["write"] and entry["status"] == 200]
    assert made == []


def test_two_regions_and_one_account_tell_the_rest(tmp_path: Path) -> None:
    found = Account(tmp_path, {}).probed(regions=REGIONS[:2], share_with="")
    untold = {name for name, one in found.items() if not one.is_told}
    second = {name for name in PROBED if SWITCHES[name].level == PAIR}
    assert untold == {*second, *hidden({}), "copy_conflict", "copy_slots"}
    assert {found[name].note for name in second} == {"needs a second account: SHARE_WITH=<its id>"}


def test_an_account_without_an_image(tmp_path: Path) -> None:
    account = Account(tmp_path, {}, {"images": [{**WORLD["images"][0], "account": "1000000000000011"}]})
    found = account.probed()
    assert found["mapping_encrypted"].note == "the account has no image of its own here"
    assert not [one for one in found.values() if one.differs]


def test_an_answer_that_nobody_knows_is_shown_and_alarms(tmp_path: Path) -> None:
    account = Account(tmp_path, {})
    fault = {"kind": "error", "action": "DeleteImage", "code": "Something.New", "status": 400, "message": "new"}
    account.sim.faults.add(fault)
    found = probe(account.bench(), FREE)
    assert found["delete_unknown_image"].is_new and found["delete_unknown_image"].alarms
    assert "Something.New" in found["delete_unknown_image"].note
    assert any("!! delete_unknown_image" in row[0] and "Something.New" in row[3] for row in rows(found))


def test_everything_seen_is_what_the_simulator_takes() -> None:
    for name, value in values():
        Settings().change({name: value})


def test_the_page_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert completed(page) == page, "run: python tests/live_tests/documentation.py"
