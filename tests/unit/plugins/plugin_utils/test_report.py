# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report shows, and that nothing from the cloud becomes part of its markup."""

from __future__ import annotations

import html.parser
import re
import typing as t
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.imageops.alicloud.plugins.plugin_utils import _report

Data = dict[str, t.Any]


def image(region: str, **other: t.Any) -> Data:
    return {
        "role": "copy", "region": region, "image_id": f"m-{region}", "name": "base", "status": "Available", "size": 20,
        "encrypted": False, "kms_key_id": None, "snapshot_ids": [], "started_at": "2026-11-22T10:00:00Z",
        "copying_at": "2026-11-22T10:01:00Z", "finished_at": "2026-11-22T10:10:00Z", "finishing_seconds": 1.0,
        "request_ids": None, "shares": [], "unshared": [], "not_shared": [], "error": None, "outcome": "ok", **other,
    }  # fmt: skip


def record(*images: Data, **other: t.Any) -> Data:
    return {
        "schema": 1, "collection": "imageops.alicloud", "host": "localhost", "account_id": "1000000000000001",
        "name": "base", "complete": True, "images": list(images), "failures": [],
        "run": {"began_at": "2026-11-22T10:00:00Z", "changed": True}, **other,
    }  # fmt: skip


ERROR = {"code": "Zone.NotOnSale", "message": "it is closed", "request_id": "R-1", "hint": "Choose another region."}


def test_the_run_changes_nothing_in_it() -> None:
    one, other = record(image("cn-beijing")), record(image("cn-beijing"), run={"began_at": "2027-01-01T00:00:00Z"})
    assert _report.html(one) == _report.html(other)
    assert _report.markdown(one) == _report.markdown(other)


def test_what_is_in_it() -> None:
    shared = [{"account_id": "2000000000000001", "shared_at": None}]
    text = _report.html(
        record(
            image("cn-hangzhou", role="source", started_at=None, copying_at=None, finished_at=None),
            image("cn-beijing", shares=shared, encrypted=True, kms_key_id="key-1"),
            image("eu-central-1", image_id=None, status=None, size=None, outcome="failed", error=ERROR,
                  not_shared=["2000000000000002"]),
            complete=False,
        )
    )  # fmt: skip
    for part in ("incomplete", "40 GiB", "2 of 3", "key-1", "Zone.NotOnSale", "Choose another region.", "R-1",
                 "2000000000000001", "2000000000000002", "10 min 1 s", "<title>Release of base</title>"):  # fmt: skip
        assert part in text, part
    assert "<script" not in text and "http" not in text.replace("http-equiv", "")


class Structure(html.parser.HTMLParser):
    """The tags of a page with their attributes, and its text apart from them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, t.Any]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: t.Any) -> None:
        self.tags.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((tag, "end"))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def filled_with(value: str) -> Data:
    """A record in which every text that the cloud or a playbook chooses is this one."""
    error = dict.fromkeys(ERROR, value)
    texts = dict.fromkeys(("region", "image_id", "name", "status", "kms_key_id", "outcome"), value)
    failed = image(**texts, encrypted=True, error=error, not_shared=[value])
    good = image(**texts, encrypted=True, shares=[{"account_id": value, "shared_at": value}])
    return record(failed, good, name=value, host=value, account_id=value, failures=[value])


HOSTILE = st.sampled_from(
    [
        '<b onclick="x">',
        "</style><script>x()</script>",
        "<!--",
        "a\u202egnp.exe",
        "a\x1b[31mb",
        "{{ 7 * 7 }}{% raw %}",
        "|a|b|\n|---|",
        "\n\n# head\n",
        "[a](javascript:x)",
        "```\n`",
        "\\|",
        "&lt;b&gt;",
        "  ",
    ]
) | st.text(min_size=1, max_size=60)


@settings(max_examples=150, derandomize=True, database=None, deadline=None)
@given(value=HOSTILE)
def test_text_from_the_cloud_stays_text(value: str) -> None:
    page = _report.html(filled_with(value))
    found, plain = Structure(page), Structure(_report.html(filled_with("x")))
    assert found.tags == plain.tags
    assert found.text.count(_report.seen(value)) >= plain.text.count("x")
    assert not [one for one in page if unicodedata.category(one) in _report._HIDDEN and one != "\n"]


@settings(max_examples=150, derandomize=True, database=None, deadline=None)
@given(value=HOSTILE)
def test_text_from_the_cloud_is_no_markdown(value: str) -> None:
    text, plain = _report.markdown(filled_with(value)), _report.markdown(filled_with("x"))
    assert len(text.splitlines()) == len(plain.splitlines())
    for line, model in zip(text.splitlines(), plain.splitlines(), strict=True):
        bare = re.sub(r"\\[\\`*_{}\[\]()#+!|~-]", "", line)
        assert "<" not in bare and ">" not in bare
        for sign in "`*_[]#|~":
            assert bare.count(sign) == model.count(sign), line
    assert not [one for one in text if unicodedata.category(one) in _report._HIDDEN and one != "\n"]


@pytest.mark.parametrize("stamp", ["2026-11-22", "2026-11-22T10:00:00", "0001-01-01T00:00:00Z", "soon", "9999-12-31"])
def test_any_time_can_be_shown(stamp: str) -> None:
    for key in ("started_at", "copying_at", "finished_at"):
        assert _report.html(record(image("cn-beijing", **{key: stamp}), image("cn-hangzhou")))


def test_markdown_cells_can_not_be_broken() -> None:
    text = _report.markdown(record(image("cn-beijing", name="a|b\n| c")))
    (row,) = [line for line in text.splitlines() if line.startswith("| cn")]
    assert row.replace("\\|", "").count("|") == 8


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (3661, "1 h 1 min"), (None, "")],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert _report.span(seconds) == text


def test_a_timeline_adds_up() -> None:
    first = image("cn-beijing")
    times = {"started_at": "2026-11-22T10:05:00Z", "finished_at": "2026-11-22T10:20:00Z"}
    second = image("cn-shanghai", copying_at=None, finishing_seconds=None, **times)
    frame = _report._frame([first, second])
    assert frame == {"from": "2026-11-22T10:00:00Z", "seconds": 1201.0}
    bars = [_report._bar(one, frame) for one in (first, second)]
    assert bars[0]["queued"] == pytest.approx(100 * 60 / 1201, abs=0.01)
    for one in bars:
        assert one["left"] + one["queued"] + one["copying"] + one["finishing"] <= 100.1


def test_a_record_without_times_has_no_timeline() -> None:
    plain = image("cn-beijing", started_at=None, copying_at=None, finished_at=None, finishing_seconds=None)
    assert "Timeline" not in _report.html(record(plain))
    assert "Timeline" in _report.html(record(image("cn-beijing")))


def test_what_no_image_tells_is_told_beside_it() -> None:
    """The failure of a step that is that of its images is told once, anything else always."""
    failures = [
        "1 of 2 destinations failed in account 1: eu-central-1: Zone.NotOnSale: it is closed",
        "1 of 2 destinations failed in account 1: eu-central-1: X: it is closed; us-west-1: Y: another reason",
        "Nothing is promoted. It is older.",
    ]
    bad = image("eu-central-1", image_id=None, status=None, size=None, outcome="failed", error=ERROR)
    for text in (_report.html(record(bad, failures=failures)), _report.markdown(record(bad, failures=failures))):
        assert text.count("it is closed") == 2 and "another reason" in text
        assert "Nothing is promoted" in text
    assert "Nothing is promoted" in _report.markdown(record(image("cn-beijing"), failures=failures))
