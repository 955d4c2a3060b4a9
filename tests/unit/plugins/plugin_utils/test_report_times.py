# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report shows of times, and its timeline."""

from __future__ import annotations

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report, _report_text, _view
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.report_records import ERROR, image, record


@pytest.mark.parametrize("stamp", ["2026-11-22", "2026-11-22T10:00:00", "0001-01-01T00:00:00Z", "soon", "9999-12-31"])
def test_any_time_can_be_shown(stamp: str) -> None:
    for key in ("started_at", "copying_at", "finished_at"):
        assert _report.html(record(image("cn-beijing", **{key: stamp}), image("cn-hangzhou")))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (3661, "1 h 1 min"), (None, "")],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert _report_text.span(seconds) == text


def test_a_timeline_adds_up() -> None:
    first = image("cn-beijing")
    times = {"started_at": "2026-11-22T10:05:00Z", "finished_at": "2026-11-22T10:20:00Z"}
    second = image("cn-shanghai", copying_at=None, finishing_seconds=None, **times)
    frame = _view._frame([first, second])
    assert frame == {"from": "2026-11-22T10:00:00Z", "seconds": 1201.0}
    bars = [_view._bar(one, frame) for one in (first, second)]
    assert all(bars) and bars[0]["queued"] == pytest.approx(100 * 60 / 1201, abs=0.01)
    for parts in bars:
        assert parts["left"] + parts["queued"] + parts["copying"] + parts["finishing"] <= 100.1


def test_a_record_without_times_has_no_timeline() -> None:
    plain = image("cn-beijing", started_at=None, copying_at=None, finished_at=None, finishing_seconds=None)
    assert "Timeline" not in _report.html(record(plain))
    assert "Timeline" in _report.html(record(image("cn-beijing")))


def test_failed_copies_and_the_source_are_in_the_timeline() -> None:
    source = image("cn-hangzhou", role="source", copying_at=None)
    failed = image(
        "eu-central-1", finished_at=None, failed_at="2026-11-22T10:30:00Z", error=ERROR, status="CreateFailed"
    )
    seen = _view.view(record(source, failed), {}, "")
    assert [one["bar"]["deed"] for one in seen["images"]] == ["creating", "failed"]
    assert seen["frame"]["seconds"] == 1801.0
