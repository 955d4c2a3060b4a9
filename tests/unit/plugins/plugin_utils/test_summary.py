# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that sum a release up."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _summary

Data = dict[str, t.Any]


def line(action: str = "started", followed: t.Sequence[str] = (), **changes: t.Any) -> str:
    image: Data = {
        **{"region": "cn-beijing", "image_id": "m-1", "name": "base", "role": "copy", "status": "Available"},
        **{"encrypted": False, "shares": [], "shares_seen_at": None, "last_seen_at": None, "outcome": "ok"},
        **{"started_at": None, "finished_at": None, "test_boot": None},
    }
    record = {"images": [{**image, **changes}], "left": [], "run": {"actions": {"cn-beijing": action}}}
    (found,) = _summary.lines(record, {"deprecated": [], "followed": followed})
    return found


@pytest.mark.parametrize(
    ("outcome", "of_image", "end"),
    [
        ("passed", "ok", ", booted as ecs.g7.large"),
        ("failed", "failed", ", did not boot as ecs.g7.large"),
        ("not_tested", "not_tested", ", not tested (no room)"),
        ("not_tested", "failed", ", not tested (no room)"),
    ],
)
def test_a_test_boot_stands_in_the_line_of_its_image(outcome: str, of_image: str, end: str) -> None:
    boot = {"outcome": outcome, "instance_type": "ecs.g7.large", "reason": "no room", "at": "2026-11-22T10:00:00Z"}
    assert line(test_boot=boot, outcome=of_image).endswith(f"shared with 0{end}")


def test_nothing_is_said_of_a_boot_that_was_not_asked_for() -> None:
    assert line().endswith("shared with 0")


def test_a_source_that_was_looked_at_before_a_long_copy_is_told_as_of_then() -> None:
    """Another run had deleted it meanwhile, and it was told as Available."""
    before = "m-1 Available before it was copied, not encrypted"
    for action in ("started", "adopted", "replaced"):
        assert before in line(action, role="source", shares=None)
        assert before in line(action, role="source", shares_seen_at="2026-11-22T10:00:00Z")
        assert before not in line(action)
        # Who has it was read after that, or it was promoted.
        assert before not in line(action, role="source") and before not in line(action, ["cn-beijing"], role="source")
    assert before not in line("present", role="source", shares=None)


def test_who_lost_an_image_in_a_run_that_was_interrupted_is_told_by_the_one_that_ends_it() -> None:
    old = {"region": "cn-beijing", "image_id": "m-0", "name": "base-0"}
    parts = {"deprecated": [{**old, "accounts": []}], "followed": []}
    record = {"images": [], "left": [], "deprecated": [{**old, "accounts": ["1"]}], "run": {"actions": {}}}
    assert _summary.lines(record, parts) == [
        "cn-beijing: m-0 (base-0) was deprecated, and 1 account lost it (1)",
    ]
    record |= {"left": [{**old, "reason": "refused", "unshared": ["1"]}]}
    assert "m-0 (base-0) stays Available: refused; 1 account has lost it all the same (1)" in str(
        _summary.lines(record, {**parts, "deprecated": []})
    )
