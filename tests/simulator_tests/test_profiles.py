# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles: many switches at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from simulator.profiles import names, profile
from simulator.settings import SWITCHES, Settings


@pytest.mark.parametrize("word", [*names(), "random-1", "random-20"])
def test_every_profile_can_be_set(word: str) -> None:
    Settings().change(profile(word))


def test_a_drawn_profile_is_the_same_every_time() -> None:
    assert profile("random-3") == profile("random-3") != profile("random-4")
    assert set(profile("random-3")) == {name for name, switch in SWITCHES.items() if switch.page}


def test_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"copy_slots": "source"}), encoding="utf-8")
    assert profile(str(file)) == {"copy_slots": "source"}
    file.write_text(json.dumps({"seen": "2026", "switches": {"copy_slots": "destination"}}), encoding="utf-8")
    assert profile(str(file)) == {"copy_slots": "destination"}


@pytest.mark.parametrize("content", ['{"nonsense": 1}', '{"copy_slots": "none"}', "[]", '{"switches": 1}', "{"])
def test_a_bad_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "mine.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError):
        profile(str(file))


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="stricter"):
        profile("no/such.json")
