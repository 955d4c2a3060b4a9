# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a manifest says of a release, and when there is anything new to write."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest, _records
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.manifest_parts import (
    BEIJING,
    HOME,
    ONE,
    OWN,
    THREE,
    TWO,
    Data,
    copied,
    parts,
    shared,
)


def again() -> Data:
    """The parts of a second run, in which nothing happened and so little is known."""
    copy = copied(action="present", started_at=None, finished_at=None, request_ids=[])
    quiet = {"changed": False, "account_id": OWN, "caller": "arn"}
    return parts(
        began="2026-11-02T09:00:00Z",
        ended="2026-11-02T09:01:00Z",
        copies={**quiet, "copies": [copy]},
        shares={**quiet, "shares": [shared(changed_at=None)]},
    )


def test_the_record_says_what_is_where_and_who_has_it() -> None:
    record = _manifest.manifest(parts())
    source, copy = record["images"]
    assert (source["role"], source["image_id"]) == ("source", "m-1")
    assert (copy["role"], copy["region"], copy["image_id"], copy["size"]) == ("copy", BEIJING, "m-2", 20)
    assert copy["shares"] == [
        {"account_id": ONE, "shared_at": "2026-11-01T10:06:00Z"},
        {"account_id": TWO, "shared_at": "2026-11-01T10:06:00Z"},
    ]
    assert (record["account_id"], record["complete"]) == (OWN, True)
    assert (record["run"]["caller"], record["run"]["changed"]) == ("arn", True)
    assert record["run"]["actions"] == {BEIJING: "started"}
    assert all(image["outcome"] == "ok" for image in record["images"])


def test_a_second_run_keeps_what_only_the_first_knew_and_says_nothing_new() -> None:
    text = json.dumps(_manifest.manifest(parts()))
    record = _manifest.manifest(again(), text)
    assert not _manifest.differs(record, text)
    assert record["images"][1]["started_at"] == "2026-11-01T10:00:00Z"
    assert record["images"][1]["shares"][0]["shared_at"] == "2026-11-01T10:06:00Z"


@pytest.mark.parametrize(
    ("change", "news"),
    [
        ({}, False),
        ({"copies": {"copies": [copied(image_id="m-3")]}}, True),
        ({"shares": {"shares": [shared(after=[ONE])]}}, True),
        ({"failures": ["something"]}, True),
        ({"began": "2026-11-09T09:00:00Z", "job_id": "7"}, False),
    ],
    ids=["nothing", "another copy", "another share", "a failure", "another run"],
)
def test_only_news_are_worth_writing(change: Data, news: bool) -> None:
    text = json.dumps(_manifest.manifest(parts()))
    record = _manifest.manifest({**again(), **change}, text)
    assert _manifest.differs(record, text) is news


def test_one_account_more_keeps_the_time_of_the_others() -> None:
    text = json.dumps(_manifest.manifest(parts()))
    later = shared(after=[ONE, TWO, THREE], changed_at="2026-11-05T10:00:00Z")
    record = _manifest.manifest({**again(), "shares": {"shares": [later]}}, text)
    times = {share["account_id"]: share["shared_at"] for share in record["images"][1]["shares"]}
    assert times == {ONE: "2026-11-01T10:06:00Z", TWO: "2026-11-01T10:06:00Z", THREE: "2026-11-05T10:00:00Z"}


def test_who_was_unshared_is_remembered_until_he_has_it_again() -> None:
    text = json.dumps(_manifest.manifest(parts(shares={"shares": [shared(after=[ONE], removed=[TWO])]})))
    kept = _manifest.manifest({**again(), "shares": {"shares": [shared(after=[ONE])]}}, text)
    assert kept["images"][1]["unshared"] == [TWO]
    back = _manifest.manifest({**again(), "shares": {"shares": [shared(after=[ONE, TWO])]}}, text)
    assert back["images"][1]["unshared"] == []


@pytest.mark.parametrize(
    "previous", [None, "", "{", "[]", "null", "{}", '{"schema": 99}', '{"schema": 1}', '{"schema": 1, "images": null}']
)
def test_a_previous_record_of_no_use_is_none(previous: str) -> None:
    record = _manifest.manifest(parts(), previous)
    assert record["images"][1]["image_id"] == "m-2"
    assert _manifest.differs(record, previous)


def test_what_failed_is_in_the_record() -> None:
    bad = copied(image_id=None, status=None, action="refused", error={"code": "X", "message": "no"})
    failed = shared(failed=[{"account_id": THREE, "error": {"code": "Y"}}], region=HOME, image_id="m-1")
    record = _manifest.manifest(parts(copies={"copies": [bad]}, shares={"shares": [failed]}, failures=["no"]))
    source, copy = record["images"]
    assert (source["outcome"], source["not_shared"]) == ("failed", [THREE])
    assert (copy["outcome"], copy["error"]["code"]) == ("failed", "X")
    assert record["complete"] is False


NOT_RUNNING = {"code": "NotRunning", "message": "it does not boot", "request_id": None, "hint": None}


def test_an_image_that_failed_its_trial_is_failed_in_the_record() -> None:
    tests = [{"region": BEIJING, "image_id": "m-2", "error": NOT_RUNNING, "not_tested": None}]
    record = _manifest.manifest(parts(tests=tests, shares={}, failures=["it does not boot"]))
    assert [(image["outcome"], image["error"]) for image in record["images"]] == [("ok", None), ("failed", NOT_RUNNING)]
    assert _manifest.summary(record)["images"] == {HOME: "m-1"}
    assert [image["image_id"] for image in _records.recorded([json.dumps(record)])["images"]] == ["m-1"]


def from_record(text: str, **changes: t.Any) -> Data:
    """The parts of a run whose images are those of a manifest."""
    recorded = _records.recorded([text])
    return parts(image={}, recorded=recorded, copies={"copies": recorded["images"]}, **changes)


def without_looks(images: list[Data]) -> list[Data]:
    return [{**one, "last_seen_at": None, "shares_seen_at": None} for one in images]


def test_a_run_from_a_manifest_keeps_what_it_says() -> None:
    bad = copied(region="us-west-1", image_id=None, status=None, error={"code": "X", "message": "no"})
    text = json.dumps(_manifest.manifest(parts(copies={"account_id": OWN, "copies": [copied(), bad]}, failures=["no"])))
    again = json.loads(json.dumps(_manifest.manifest(from_record(text), text)))
    assert (again["name"], again["complete"]) == ("golden", False)
    before = json.loads(text)["images"]
    assert [one["role"] for one in again["images"]] == ["source", "copy", "copy"]
    assert without_looks(again["images"]) == before
    assert [one["last_seen_at"] for one in again["images"]] == ["2026-11-01T11:00:00Z"] * 2 + [None]
    unshared = _manifest.manifest(from_record(text, shares={}), text)
    assert without_looks(unshared["images"]) == before
    assert _records.recorded([json.dumps(again)])["sources"] == _records.recorded([text])["sources"]


def test_two_records_of_different_names_have_none_together() -> None:
    one, other = _manifest.manifest(parts()), {**_manifest.manifest(parts()), "name": "other"}
    assert _records.recorded([json.dumps(one), json.dumps(other)])["name"] is None


def test_the_summary_names_what_can_be_used() -> None:
    bad = copied(region="us-west-1", image_id="m-3", error={"code": "X"})
    record = _manifest.manifest(parts(copies={"copies": [copied(), bad]}, failures=["no"]))
    assert _manifest.summary(record) == {
        "account_id": OWN,
        "name": "golden",
        "complete": False,
        "images": {HOME: "m-1", BEIJING: "m-2"},
        "failures": ["no"],
    }
