# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.imageops.alicloud.plugins.plugin_utils._events._progress_lines import ProgressLines, duration


def event(**changes: t.Any) -> str:
    usual = {
        "account": "1",
        "region": "cn-beijing",
        "image_id": "m-1",
        "status": "Creating",
        "progress": 0,
        "size": 20,
        "error": None,
        "elapsed": 0,
    }
    return json.dumps({**usual, **changes})


def lines(events: t.Iterable[tuple[float, str]]) -> list[str]:
    chosen = ProgressLines("host")
    return [line for now, raw in events if (line := chosen.line(raw, now))]


def test_every_ten_percent_is_a_line() -> None:
    assert len(lines((number / 10, event(progress=number)) for number in range(0, 100))) == 10


def test_the_same_again_is_no_line_until_a_minute_has_passed() -> None:
    assert len(lines((float(second), event(progress=42)) for second in range(0, 181))) == 4


def test_every_change_of_status_is_a_line() -> None:
    states = ["Waiting", "Creating", "Available"]
    assert len(lines((0.0, event(status=status)) for status in states)) == 3


def test_each_region_has_its_own_steps() -> None:
    events = [event(region=region, progress=50) for region in ("cn-beijing", "us-west-1", "cn-beijing")]
    assert len(lines((0.0, raw) for raw in events)) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"progress": 50, "elapsed": 300}, ["50 %", "10 of 20 GiB"]),
        ({"status": "Waiting", "elapsed": 90}, ["queued for 90 s"]),
        ({"status": "Available", "progress": 100, "elapsed": 7500}, ["done after 2 h 5 min"]),
        ({"status": "CreateFailed", "elapsed": 60}, ["failed after 60 s"]),
        ({"error": "QuotaExceed.Image"}, ["failed: QuotaExceed.Image"]),
        ({"progress": 0, "elapsed": 10}, ["0 %"]),
    ],
    ids=["half", "queued", "done", "failed", "error", "begun"],
)
def test_a_line_says_where_what_and_how_far(changes: dict[str, t.Any], words: list[str]) -> None:
    (line,) = lines([(0.0, event(**changes))])
    assert line.startswith("[host] cn-beijing")
    for word in ["m-1", *words]:
        assert word in line


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([("Creating", 0, 0), ("Creating", 50, 300)], "about 5 min left"),
        ([("Creating", 60, 2)], None),
        ([("Creating", 60, 2), ("Creating", 70, 302)], "about 15 min left"),
        ([("Creating", 0, 0), ("Creating", 98, 2)], None),  # nothing that could be counted
        ([("Waiting", 0, 0), ("Waiting", 0, 1800), ("Creating", 0, 1800), ("Creating", 10, 1980)], "about 27 min left"),
        ([("Creating", 50, 300), ("Creating", 50, 900)], None),
        ([("Creating", 50, 300), ("Creating", 40, 900)], None),
    ],
    ids=["from the start", "just found", "found half-way", "under a second", "out of the queue", "stuck", "backwards"],
)
def test_the_time_left_follows_from_how_fast_it_was_seen_to_go(
    events: list[tuple[str, int, int]], left: str | None
) -> None:
    raw = [event(status=status, progress=progress, elapsed=elapsed) for status, progress, elapsed in events]
    last = lines((60.0 * number, one) for number, one in enumerate(raw))[-1]
    assert (left in last) if left else ("left" not in last)


def test_a_copy_that_takes_a_failed_one_s_place_begins_anew() -> None:
    first = [event(progress=progress, elapsed=progress) for progress in (0, 50)]
    second = [event(image_id="m-2", progress=progress, elapsed=60 + 10 * progress) for progress in (0, 10)]
    assert "about 15 min left" in lines((0.0, raw) for raw in first + second)[-1]


@pytest.mark.parametrize(
    "raw",
    ["", "{", "null", "[]", "1", '"x"', "\x1b[2J", '{"progress": "x"'],
    ids=["empty", "cut off", "null", "list", "number", "text", "escape", "half"],
)
def test_what_is_no_event_is_no_line(raw: str) -> None:
    assert lines([(0.0, raw)]) == []


def test_nothing_that_a_terminal_would_obey_gets_through() -> None:
    hostile = "\x1b[31mred\x1b[0m\r\n\x07\u202e" + "x" * 500
    names = ("region", "image_id", "status", "error", "account")
    for name in names:
        (line,) = lines([(0.0, event(**{name: hostile}))])
        assert line.isprintable() and len(line) < 300


@pytest.mark.parametrize("value", [None, True, "99", [1], {"a": 1}, -5, 1e308, float("nan"), float("inf")])
def test_values_of_the_wrong_type_break_nothing(value: object) -> None:
    for name in ("progress", "size", "elapsed", "status", "region", "error"):
        assert len(lines([(0.0, event(**{name: value}))])) <= 1


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h 0 min")]
)
def test_durations(seconds: int, text: str) -> None:
    assert duration(seconds) == text


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from([10**400, "\x1b[2J", "a\nb"]) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KEYS = ("account", "region", "image_id", "status", "progress", "size", "error", "elapsed")


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(given=st.lists(st.dictionaries(st.sampled_from(KEYS), ANYTHING) | ANYTHING, max_size=4))
def test_whatever_an_event_holds_a_line_is_a_line(given: list[t.Any]) -> None:
    shown = ProgressLines("host")
    for number, told in enumerate(given):
        raw = event(**told) if isinstance(told, dict) and set(told) <= set(KEYS) else json.dumps(told)
        line = shown.line(raw, float(number))
        assert line is None or (line.isprintable() and len(line) < 400)


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(raw=st.text())
def test_no_text_is_more_than_a_line(raw: str) -> None:
    line = ProgressLines("host").line(raw, 0.0)
    assert line is None or line.isprintable()


def test_many_copies_have_one_line_for_all() -> None:
    regions = [f"region-{number}" for number in range(39)]
    events = [(float(step), event(region=one, progress=step)) for step in range(0, 100) for one in regions]
    events += [(100.0, event(region=one, status="Available", progress=100)) for one in regions]
    shown = lines(events)
    assert len(shown) <= 8 + 11
    assert "39 images: 100 %" in shown[-1] and "39 done" in shown[-1]
    still = [(float(second), event(region=one, progress=5)) for second in range(0, 901, 60) for one in regions]
    assert len(lines(still)) <= 8 + 1 + 900 // 300
    assert "failed: Gone" in lines([*events, (101.0, event(region="region-3", error="Gone"))])[-1]
