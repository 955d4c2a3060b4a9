# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing from the cloud becomes part of the markup of a report."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report, _report_text, _view
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.report_records import (
    TWO,
    Structure,
    bare_of,
    both,
    filled_with,
    image,
    record,
    text_of,
)

# What the report has a colour for.
STATES = (*_view.SOUND, *_view.RUNNING, "passed", "failed", "not_tested", "localhost")
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
        "@all www.evil.example https://evil.example $x$",
        "  ",
    ]
) | st.text(min_size=1, max_size=60).filter(lambda text: text not in STATES)


@settings(max_examples=150, derandomize=True, database=None, deadline=None)
@given(value=HOSTILE)
def test_text_from_the_cloud_stays_text(value: str) -> None:
    page = _report.html(filled_with(value))
    found, plain = Structure(page), Structure(_report.html(filled_with("x")))
    assert found.tags == plain.tags
    assert found.text.count(_report_text.seen(value)) >= plain.text.count("x")
    assert not [one for one in page if unicodedata.category(one) in _report_text.HIDDEN and one != "\n"]


@settings(max_examples=150, derandomize=True, database=None, deadline=None)
@given(value=HOSTILE)
def test_text_from_the_cloud_is_no_markdown(value: str) -> None:
    text, plain = _report.markdown(filled_with(value)), _report.markdown(filled_with("x"))
    assert len(text.splitlines()) == len(plain.splitlines())
    for line, model in zip(text.splitlines(), plain.splitlines(), strict=True):
        bare, usual = bare_of(line), bare_of(model)
        assert "<" not in bare and ">" not in bare
        for sign in "`*_{}[]#|~":
            assert bare.count(sign) == usual.count(sign), line
    assert not [one for one in text if unicodedata.category(one) in _report_text.HIDDEN and one != "\n"]


@pytest.mark.parametrize(
    ("text", "active"),
    [
        ("@all look", "@all"),
        ("me@example.org", "@example"),
        ("see www.evil.example", "www."),
        ("WWW.evil.example", "WWW."),
        ("http://evil.example/x", "://"),
        ("ftp://evil.example", "://"),
        ("$x$ and $$y$$", "$"),
    ],
)
def test_nobody_is_called_and_nothing_is_linked(text: str, active: str) -> None:
    """Nothing is in a code span."""
    shown = re.sub(r"(`+)[^`].*?\1", "", _report.markdown(filled_with(text)))
    assert active in text and active not in shown


def test_markdown_cells_can_not_be_broken() -> None:
    text = _report.markdown(record(image("cn-beijing", name="a|b\n| c")))
    (row,) = [line for line in text.splitlines() if line.startswith("| `cn")]
    assert bare_of(row).count("|") == 9


@settings(max_examples=50, derandomize=True, database=None, deadline=None)
@given(value=HOSTILE)
def test_the_index_takes_text_from_the_cloud_as_text(value: str) -> None:
    found, plain = (Structure(_report.index([{**filled_with(one), "file": one}])) for one in (value, "x"))
    assert [tag for tag, _attributes in found.tags] == [tag for tag, _attributes in plain.tags]


def test_a_source_of_somebody_else_costs_this_account_nothing() -> None:
    """Its disks were counted, and what they would cost."""
    source, own = image("cn-hangzhou", role="source", owner=TWO, size=500), image("cn-beijing", size=40)
    for told in both(record(source, own), prices={"currency": "CNY", "snapshot_gib_month": 0.1}):
        assert "40 GiB" in text_of(told) and "540 GiB" not in told
        assert "4.00 CNY" in told and "50.00 CNY" not in told and "54.00" not in told
        assert f"What belongs to {TWO} is not counted." in text_of(told)
    only_there = _view.view(record(source, own), {"regions": {"cn-beijing": {"snapshot_gib_month": 0.1}}}, "")
    assert (only_there["cost"], only_there["unpriced"]) == (4.0, [])
    assert "540 GiB" not in _report.index([record(source, own)])
    assert "not counted" not in text_of(_report.html(record(own)))
