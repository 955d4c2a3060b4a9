# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release that leads its family and whose manifest is not there: what nothing tells any more is said, not made up."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _release_facts, _summary
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.manifest_runs import copied, run

Data = dict[str, t.Any]
BEIJING = "cn-beijing"
OWN, OLD, OLDEST = "m-2", "m-1", "m-0"


def seen(image_id: str, **changes: t.Any) -> Data:
    created = f"202{image_id[-1]}-01-01T00:00:00Z"
    usual: Data = {
        "region": BEIJING,
        "image_id": image_id,
        "name": f"base-{image_id[-1]}",
        "family": "base",
        "tags": {},
    }
    return {**usual, "status": "Deprecated", "created_at": created, **changes}


def forgotten(looked: list[Data], **decided: t.Any) -> list[Data]:
    own = seen(OWN, status="Available")
    results = {
        "look": {"result": [*looked, own]},
        "family": {"result": [own]},
        "spread": {"candidates": [own]},
        "promotion": {"decided": {"promote": [], "previous": [], "left": [], "refused": [], **decided}},
    }
    return _release_facts.forgotten({"family": "base"}, results)


def test_the_youngest_that_led_before_may_have_been_deprecated_by_this_release() -> None:
    (found,) = forgotten([seen(OLD), seen(OLDEST)])
    assert found == {"region": BEIJING, "image_id": OLD, "name": "base-1"}


@pytest.mark.parametrize(
    ("looked", "decided"),
    [
        ([seen(OLD)], {"promote": [seen(OWN)]}),
        ([seen(OLD)], {"previous": [seen(OLDEST)]}),
        ([seen(OLD)], {"refused": ["why"]}),
        ([seen(OLD, status="Available")], {}),
        ([seen(OLD, family="other")], {}),
        ([seen(OLD, region="cn-shanghai")], {}),
        ([seen(OLD, created_at="2026-09-01T00:00:00Z")], {}),
        ([], {}),
    ],
    ids=["it joins now", "another leaves now", "refused", "Available", "other family", "elsewhere", "younger", "alone"],
)
def test_where_no_earlier_run_can_have_done_it_nothing_is_said(looked: list[Data], decided: Data) -> None:
    assert forgotten(looked, **decided) == []


def test_it_is_told_once_and_stays_in_the_manifest() -> None:
    found = forgotten([seen(OLD)])
    (line,) = _summary.forgotten({"forgotten": found}, "base-2.json")
    assert line.startswith(f"{BEIJING}: {OLD} (base-1): nothing tells") and "base-2.json was not there" in line
    assert _summary.forgotten({}, "base-2.json") == []
    made = run(copied(BEIJING), forgotten=found, left=[])
    assert made["forgotten"] == found and made["deprecated"] == []
    again = run(copied(BEIJING), previous=made, left=[])
    assert again["forgotten"] == found and not _manifest.differs(again, made)
    assert "forgotten" not in run(copied(BEIJING), forgotten=[], left=[])
