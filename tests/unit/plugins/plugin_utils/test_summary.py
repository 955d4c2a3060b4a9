# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that sum a release up."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _summary

Data = dict[str, t.Any]


def line(**changes: t.Any) -> str:
    image: Data = {
        **{"region": "cn-beijing", "image_id": "m-1", "name": "base", "role": "copy", "status": "Available"},
        **{"encrypted": False, "shares": [], "shares_seen_at": None, "last_seen_at": None, "outcome": "ok"},
        **{"started_at": None, "finished_at": None, "test_boot": None},
    }
    record = {"images": [{**image, **changes}], "left": []}
    (found,) = _summary.lines(record, {"deprecated": []})
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
