# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a retirement: what became of each image, who uses it, and what could not be looked at."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report

Data = dict[str, t.Any]
OWN, OTHER, HOME = "1000000000000001", "1000000000000011", "cn-hangzhou"
HOSTILE = '<b onclick="x">|`'


def use(kind: str = "launch_template", key: str = "lt-1", **other: t.Any) -> Data:
    usual = {"account_id": OTHER, "kind": kind, "id": key, "name": "web", "details": "version 3, the default"}
    return {**usual, "holds": True, **other}


def entry(outcome: str, **other: t.Any) -> Data:
    named = {"region": HOME, "image_id": f"m-{outcome}", "name": f"base-{outcome}", "outcome": outcome}
    usual = {"source_created_at": "2026-01-01T00:00:00Z", "reason": "it is so", "gib": 0, "error": None}
    return {**named, **usual, "unshared": [], "export": None, "uses": [], **other}


def result(*entries: Data, **other: t.Any) -> Data:
    outcomes = ("deleted", "deprecated", "not_retired", "postponed", "kept")
    found = {name: [one for one in entries if one["outcome"] == name] for name in outcomes}
    usual = {"account_id": OWN, "gib_freed": 20, "gib_orphaned": 0, "orphaned_snapshots": [], "not_looked": []}
    return {**found, **usual, "not_selected": [], **other}


EXPORT = {"action": "present", "task_id": None, "bucket": "archive", "objects": ["m-deleted_system.raw.tar.gz"]}
WHOLE = result(
    entry("kept", uses=[use(), use("disk", "d-1", name="", details="", holds=False)]),
    entry("deleted", gib=20, export=EXPORT, unshared=[OTHER]),
    entry("not_retired", error={"code": "Busy", "message": "it is busy"}),
    not_looked=[
        {"account_id": OTHER, "region": HOME, "kind": "instances", "error": {"code": "Forbidden.RAM", "message": "no"}}
    ],
    orphaned_snapshots=[
        {"region": HOME, "snapshot_id": "s-1", "size": 40, "made_for": "m-gone", "deleted": False, "error": None}
    ],
)


def page(found: Data, check: bool = False) -> str:
    body = _report.retired(found, check).partition("<body>")[2].partition("<script>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize("told", [page(WHOLE), _report.retired_markdown(WHOLE)], ids=["HTML", "Markdown"])
def test_the_report_shows_who_uses_an_image_and_what_became_of_it(told: str) -> None:
    for part in (
        "launch template lt-1 web (version 3, the default)",
        "disk d-1",
        OTHER,
        "archive/m-deleted",
        "it is busy",
        "instances not looked at",
        "m-gone",
        "1 not retired",
    ):
        assert part in told.replace("&ZeroWidthSpace;", "").replace("\\_", "_"), part
    assert told.index("m-deleted") < told.index("m-kept")


def test_what_goes_on_without_an_image_is_told_apart() -> None:
    assert '<span class="soft">disk d-1' in _report.retired(WHOLE)
    assert f"disk d-1, account {OTHER}, goes on without it" in _report.retired_markdown(WHOLE)


def test_a_plan_says_what_would_be() -> None:
    assert "would be deleted" in page(WHOLE, check=True)
    assert "would be deleted" in _report.retired_markdown(WHOLE, True) and "would be" not in page(WHOLE)


def test_nothing_that_was_selected_is_said_to_be_so() -> None:
    assert "None was selected" in page(result()) and "### Images" not in _report.retired_markdown(result())


def test_the_report_takes_text_from_the_cloud_as_text() -> None:
    texts = dict.fromkeys(("region", "image_id", "name", "reason", "source_created_at"), HOSTILE)
    hostile = use(HOSTILE, HOSTILE, name=HOSTILE + "2", details=HOSTILE, account_id=HOSTILE)
    found = result(entry("kept", **texts, uses=[hostile], unshared=[HOSTILE]), account_id=HOSTILE)
    for told in (_report.retired(found), _report.retired_markdown(found)):
        assert "<b onclick" not in told
    (row,) = [line for line in _report.retired_markdown(found).splitlines() if line.startswith("| kept")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 8
