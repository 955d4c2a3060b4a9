# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a release in a real browser: on a phone, a tablet and a desk, by day, by night, and on paper."""

from __future__ import annotations

import re
import subprocess
import typing as t
from pathlib import Path

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _audit
from docs import browser

pytestmark = [pytest.mark.slow, pytest.mark.extra]

Data = dict[str, t.Any]
WIDTHS = (320, 768, 1280)
REGIONS = [f"region-{number}" for number in range(40)]
ACCOUNTS = [f"10000000000000{number:02}" for number in range(23)]
ENOUGH = 4.5  # contrast of text, WCAG 2.2 AA

# What a person sees: what is too wide, the parts and their text, and text that is too faint for what is behind it.
LOOK = """(root, window, path, width) => {
  const numbers = colour => colour.match(/[\\\\d.]+/g).map(Number);
  const light = colour => numbers(colour).slice(0, 3).map(one => one / 255)
    .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = one => {
    for (; one; one = one.parentElement) {
      const colour = window.getComputedStyle(one).backgroundColor;
      if ((numbers(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const contrast = one => {
    const [a, b] = [light(window.getComputedStyle(one).color), light(behind(one))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const lines = one => {
    const text = root.ownerDocument.createRange();
    text.selectNodeContents(one);
    return text.getClientRects().length;
  };
  const own = [...root.querySelectorAll('body *')].filter(
    one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()));
  return {
    window: window.innerWidth, width: root.scrollWidth, room: root.clientWidth,
    clipped: own.filter(one => !one.closest('.wide, .hidden'))
      .filter(one => one.getBoundingClientRect().right > root.clientWidth + 1)
      .map(one => one.textContent.trim()),
    headings: [...root.querySelectorAll('h1, h2')].map(one => one.textContent),
    rows: [...root.querySelectorAll('.images tbody tr, .list tbody tr')]
      .map(one => one.innerText.replace(/\\\\s+/g, ' ').trim()),
    hidden_rows: [...root.querySelectorAll('.images tbody tr')]
      .filter(one => !one.getBoundingClientRect().height).length,
    cells: root.querySelectorAll('.shares td').length,
    marks: root.querySelector('.marks')?.textContent.trim(),
    failures: root.querySelectorAll('.failure').length,
    broken: [...root.querySelectorAll('.id, .family .name, .key')].filter(one => lines(one) > 1)
      .map(one => one.textContent.trim()),
    stray: [...root.querySelectorAll('.bars > div')].filter(one => {
      const [name, drawn, took] = [...one.children].map(part => part.getBoundingClientRect());
      const isBeside = name.top <= took.bottom && took.top <= name.bottom && took.left >= name.right;
      return !isBeside || drawn.bottom > one.getBoundingClientRect().bottom + 1;
    }).map(one => one.textContent.trim()),
    bars: [...root.querySelectorAll('.track')].map(one => ({
      room: one.getBoundingClientRect().width,
      used: [...one.children].reduce((sum, part) => sum + part.getBoundingClientRect().width, 0)})),
    page: window.getComputedStyle(root.querySelector('body')).backgroundColor,
    faint: own.filter(one => contrast(one) < ENOUGH)
      .map(one => `${contrast(one).toFixed(2)} ${one.textContent.trim()}`),
    outside: [...root.querySelectorAll('script, link, img, iframe')].length,
  };
}""".replace("ENOUGH", str(ENOUGH)).replace("\\\\", "\\")


def image(number: int, region: str) -> Data:
    failed = number == len(REGIONS) - 1
    error = {"code": "CreateFailed", "message": "the copy has failed", "request_id": "R-1", "hint": "Run again."}
    return {
        "role": "copy" if number else "source",
        "region": region,
        "image_id": None if failed else f"m-{number:020}",
        "name": "base-" + "x" * 100,
        "status": None if failed else "Available",
        "size": 20,
        "encrypted": number % 2 == 0,
        "kms_key_id": "0e478b7a-4262-4802-b8cb-00d3fb40826e" if number % 2 == 0 else None,
        "started_at": "2026-11-22T10:00:00Z",
        "copying_at": "2026-11-22T10:05:00Z" if number else None,
        "finished_at": None if failed else f"2026-11-22T10:{number + 10:02}:00Z",
        "failed_at": "2026-11-22T10:55:00Z" if failed else None,
        "finishing_seconds": 2.0 if number else None,
        "shares": [{"account_id": one, "shared_at": None} for one in ACCOUNTS[:-1] if not failed],
        "asked_accounts": ACCOUNTS,
        "family": "golden",
        "test_boot": {"outcome": "passed", "instance_type": "ecs.g7.large", "at": None} if number else None,
        "unshared": [],
        "not_shared": [] if failed else [ACCOUNTS[-1]],
        "not_shared_reasons": {} if failed else {ACCOUNTS[-1]: "InvalidAccount.NotFound: it does not exist"},
        "error": error if failed else None,
        "outcome": "failed" if failed else "ok",
    }


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("report") / "report.html"
    found.write_text(_report.html(release(), {"currency": "CNY", "snapshot_gib_month": 0.12}), encoding="utf-8")
    found.with_name("report_audit.html").write_text(_report.audit(audited(), {"snapshot_gib_month": 0.12}))
    found.with_name("report_index.html").write_text(_report.index(releases(), ["x.json: it is not JSON"]))
    return found


def release(**other: t.Any) -> Data:
    """A release in which a copy has failed and an account was refused everywhere."""
    images = [image(number, region) for number, region in enumerate(REGIONS)]
    run = {
        "began_at": "2026-11-22T10:00:00Z", "ended_at": "2026-11-22T11:00:00Z", "caller": "acs:ram::1:user/jane",
        "job_id": "12", "steps": ["create", "copy", "verify", "share"], "actions": dict.fromkeys(REGIONS, "started"),
    }  # fmt: skip
    usual = {"host": "localhost", "account_id": ACCOUNTS[0], "name": "base", "complete": False, "failures": []}
    return {**usual, "images": images, "run": run, **other}


def releases() -> list[Data]:
    """As many as somebody has after some years."""
    small = [image(number, region) for number, region in enumerate(REGIONS[:3])]
    return [
        release(
            name=f"base-{number}",
            complete=bool(number % 5),
            images=small,
            run={"ended_at": f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}T10:00:00Z"},
            file=f"base-{number}.json",
        )
        for number in range(500)
    ]


@pytest.fixture(scope="module", params=[browser.LIGHT, browser.DARK], ids=["light", "dark"])
def views(request: pytest.FixtureRequest, page: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Data]:
    profile = tmp_path_factory.mktemp("profile")
    return browser.look(page.parent, ["/report.html"], WIDTHS, LOOK, profile, request.param)


def test_it_is_as_wide_as_its_window(views: list[Data]) -> None:
    assert [view["window"] for view in views] == list(WIDTHS)
    for view in views:
        assert view["width"] <= view["room"]
        assert not view["clipped"]


def test_everything_is_there(views: list[Data]) -> None:
    for view in views:
        titles = ["base", "What went wrong", "Images", "Shares", "Timeline", "What next", "The run"]
        assert view["headings"] == titles
        assert len(view["rows"]) == len(REGIONS) and not view["hidden_rows"]
        for row, region in zip(view["rows"], REGIONS, strict=True):
            assert region in row and ("m-" in row or "missing" in row)
        assert view["failures"] == 2  # the copy, and the account once for all its images
        assert "○ image missing" in view["marks"]
        assert view["cells"] == len(REGIONS) * len(ACCOUNTS)
        assert len(view["bars"]) == len(REGIONS)
        assert all(0 < one["used"] <= one["room"] for one in view["bars"])


def test_each_duration_stands_beside_its_own_region(views: list[Data]) -> None:
    for view in views:
        assert not view["stray"]


def test_no_id_is_broken(views: list[Data]) -> None:
    for view in views:
        assert not view["broken"]


def test_it_can_be_read(views: list[Data]) -> None:
    for view in views:
        assert not view["faint"]


def test_it_needs_nothing_from_elsewhere(views: list[Data], page: Path) -> None:
    assert not any(view["outside"] for view in views)
    assert not re.search(r"(?i)\b(?:src|href)\s*=|@import|url\(", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("shade", [browser.LIGHT, browser.DARK], ids=["light", "dark"])
def test_the_index_stays_usable_with_many_releases(page: Path, tmp_path: Path, shade: str) -> None:
    views = browser.look(page.parent, ["/report_index.html"], WIDTHS, LOOK, tmp_path / "profile", shade)
    for view in views:
        assert view["width"] <= view["room"] and not view["clipped"] and not view["faint"] and not view["broken"]
        assert len(view["rows"]) == 500 and not view["hidden_rows"]
    assert page.with_name("report_index.html").stat().st_size < 2**20


def audited() -> Data:
    """An audit of all accounts with a hundred findings in each."""
    message = "it is shared with 1000000000000012, 1000000000000013, which no list names"
    usual = {
        "kind": "overshared",
        "level": "bad",
        "name": "base-2026-11",
        "accounts": ACCOUNTS[:1],
        "gib": 20,
        "message": message,
    }
    newest = {"image_id": "m-bp1", "name": "base-2026-11", "created_at": "2026-11-22T10:00:00Z"}
    results = [
        {
            "account_id": account,
            "regions": REGIONS,
            "findings": [{**usual, "region": REGIONS[n % len(REGIONS)], "id": f"m-{n:022}"} for n in range(100)],
            "families": [
                {"region": one, "family": "base", "images": 3, "ours": 3, "gib": 60, "oldest": newest, "newest": newest}
                for one in REGIONS
            ],
            "not_looked": [{"region": REGIONS[0], "what": "images", "reason": "no answer", "optional": False}],
        }
        for account in ACCOUNTS
    ]
    run = {"host": "localhost", "began_at": "2026-11-22T11:00:00Z", "ended_at": "2026-11-22T11:00:00Z", "job_id": None}
    return _audit.record([{}] * len(results), results, None, run)


@pytest.mark.parametrize("shade", [browser.LIGHT, browser.DARK], ids=["light", "dark"])
def test_an_audit_stays_usable_with_many_findings(page: Path, tmp_path: Path, shade: str) -> None:
    views = browser.look(page.parent, ["/report_audit.html"], WIDTHS, LOOK, tmp_path / "profile", shade)
    for view in views:
        assert view["width"] <= view["room"] and not view["clipped"] and not view["faint"] and not view["broken"]
        assert len(view["rows"]) == 100 * len(ACCOUNTS) and not view["hidden_rows"]
        assert view["headings"][1:] == ["What could not be looked at", "Findings", "Images by family and age"]


# Types words into the filter of the index, and says which releases are left.
FILTER = """(root, window, path, width) => {
  const [words, state] = ['words', 'state'].map(id => root.querySelector('#' + id));
  const rows = [...root.querySelectorAll('.list tbody tr')];
  const left = (text, wanted) => {
    words.value = text; state.value = wanted;
    words.dispatchEvent(new window.Event('input'));
    return rows.filter(row => row.getBoundingClientRect().height).length;
  };
  return {all: left('', ''), one: left('base-77', ''), none: left('base-77 nowhere', ''), bad: left('', 'incomplete'),
    shown: root.querySelector('#shown').textContent, ages: root.querySelector('time').textContent};
}"""


def test_the_index_finds_a_release(page: Path, tmp_path: Path) -> None:
    for view in browser.look(page.parent, ["/report_index.html"], WIDTHS, FILTER, tmp_path / "profile"):
        assert (view["all"], view["one"], view["none"], view["bad"]) == (500, 1, 0, 100)
        assert view["shown"] == "100 of 500 releases" and "day" in view["ages"]


def test_night_is_dark(page: Path, tmp_path: Path) -> None:
    shades = []
    for name, flag in (("light", browser.LIGHT), ("dark", browser.DARK)):
        (view,) = browser.look(page.parent, ["/report.html"], WIDTHS[:1], LOOK, tmp_path / name, flag)
        shades.append(sum(map(float, re.findall(r"[\d.]+", view["page"])[:3])))
    assert shades[0] > 600 > 200 > shades[1]


def test_it_goes_onto_paper(page: Path, tmp_path: Path) -> None:
    paper = tmp_path / "report.pdf"
    command = [browser.executable(), *browser.FLAGS, f"--user-data-dir={tmp_path / 'profile'}"]
    subprocess.run([*command, f"--print-to-pdf={paper}", page.as_uri()], check=True, capture_output=True, timeout=60)
    pages = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
    assert 2 <= pages <= 10
