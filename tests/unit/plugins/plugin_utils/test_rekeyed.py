# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a new key has come to: nothing is told of tasks that this run has not come to."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest, _taken
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _rekeyed

Data = dict[str, t.Any]
BEGUN: Data = {"run": "now", "check": False, "recorded": {}, "settings": {"keys": {"cn-beijing": "k"}}}


def results(**changes: Data) -> dict[str, Data]:
    """Of two runs in one playbook: what the first has registered, where the second has not."""
    share = {"region": "cn-beijing", "image_id": "m-2", "name": "first", "added": ["1"]}
    image = {"region": "cn-beijing", "image_id": "m-1", "name": "old"}
    first: dict[str, Data] = {
        "copies": {"copies": []},
        "tried": {"results": []},
        "holders": {"shares": []},
        "audience": {"run": "before", "images": []},
        "shares": {"shares": [share]},
        "found": {"images": []},
        "succession": {"run": "before", "joined": []},
        "joined": {"results": []},
        "leads": {"result": []},
        "withdrawn": {"results": [{"image": image, "changed": True, "unshared": ["1"]}]},
    }
    return {**first, **changes}


@pytest.mark.parametrize(
    ("came", "left"),
    [
        ({"copies": {"failed": True, "copies": []}}, {"copies"}),
        ({"tried": {"failed": True, "results": []}}, {"copies", "tried"}),
        ({"audience": {"run": "now"}}, {"copies", "tried", "holders", "audience", "shares"}),
        (
            {"audience": {"run": "now"}, "succession": {"run": "now"}, "joined": {"failed": True}},
            {"copies", "tried", "holders", "audience", "shares", "found", "succession", "joined"},
        ),
    ],
    ids=["no copy", "no boot", "not shared", "not joined"],
)
def test_what_an_earlier_run_has_registered_is_not_told(came: dict[str, Data], left: set[str]) -> None:
    found = _rekeyed.of_this_run(BEGUN, results(**came))
    assert {name for name, result in found.items() if result} == left
    told = _rekeyed.told(BEGUN, found, None)
    assert _rekeyed.NOT_ENDED in told.failures
    assert ("first" in " ".join(told.lines), "old" in " ".join(told.lines)) == ("shares" in left, False)


def test_launch_templates_of_the_old_release_are_named_where_its_image_was_withdrawn() -> None:
    """They went on to start an image that nobody had any more, and no line said so."""
    templates = [{"region": region, "id": f"lt-{region}", "ignore_missing": True} for region in ("cn-beijing", "cn-x")]
    begun = {**BEGUN, "recorded": {"launch_templates": templates}}
    assert "the launch template lt-cn-beijing is left as it is" in " ".join(_rekeyed.told(begun, results(), None).lines)
    assert "lt-cn-x" not in " ".join(_rekeyed.told(begun, results(), None).lines)


OLD: Data = {"region": "cn-beijing", "image_id": "m-1", "name": "old"}
RUN: Data = {"host": "localhost", "ended": "2026-11-01T10:00:00Z", "job_id": None}


def withdrawn(changed: bool = True, unshared: t.Sequence[str] = (), **more: t.Any) -> Data:
    result = {"__image_rekey_image": OLD, "image": OLD, "changed": changed, "unshared": [*unshared], **more}
    return {"results": [{**result, "failed": "msg" in more}], "failed": "msg" in more}


def holding(*accounts: str, **others: list[str]) -> Data:
    """Who had the old image, and who the new one."""
    shares = [{**OLD, "accounts": [*accounts]}]
    return {"shares": shares + [{**OLD, "image_id": image, "accounts": has} for image, has in others.items()]}


def of_old(previous: Data | None, **changes: Data) -> Data:
    begun = {**BEGUN, "began": "2026-11-01T09:00:00Z", "settings": {**BEGUN["settings"], "name": "new"}}
    parts = _rekeyed.manifest_of(begun, results(**changes), [], previous, **RUN)
    made = _manifest.manifest(parts, previous)
    return {key: made[key] for key in ("deprecated", "left")}


def before() -> Data:
    """The manifest that an interrupted run has left."""
    begun = {**BEGUN, "began": "2026-11-01T08:00:00Z", "settings": {**BEGUN["settings"], "name": "new"}}
    begun["recorded"] = {"images": [OLD]}
    found = {"images": [{**OLD, "status": "Available"}]}
    parts = _rekeyed.ahead(begun, results(holders=holding("1", "2"), found=found), None, **RUN)
    assert parts
    made = _manifest.manifest(parts)
    assert not made["complete"] and made["left"] == [{**OLD, "reason": _taken.BEGUN, "unshared": ["1", "2"]}]
    # Once it is written, nothing is new about it.
    assert _rekeyed.ahead(begun, results(holders=holding("1"), found=found), made, **RUN) is None
    done = {"images": [{**OLD, "status": "Deprecated"}]}
    assert _rekeyed.ahead(begun, results(holders=holding(), found=done), None, **RUN) is None
    return made


@pytest.mark.parametrize("changed", [True, False], ids=["this run has deprecated it", "it was"])
def test_who_lost_an_image_in_a_run_that_was_killed_is_known_to_the_next(changed: bool) -> None:
    made = of_old(before(), withdrawn=withdrawn(changed), holders=holding(new=["1", "2"]))
    assert made == {"deprecated": [{**OLD, "accounts": ["1", "2"]}], "left": []}
    told = _rekeyed.told(BEGUN, results(withdrawn=withdrawn(changed)), before())
    assert ("was deprecated and taken from 1, 2" in " ".join(told.lines)) is changed
    assert "nothing tells" not in " ".join(told.lines)


def test_who_lost_an_image_that_could_not_be_deprecated_is_told() -> None:
    refused = withdrawn(False, ["1"], msg="no right", error={"code": "Forbidden"})
    made = of_old(before(), withdrawn=refused, holders=holding("1", "2"))
    assert made == {"deprecated": [], "left": [{**OLD, "reason": "no right", "unshared": ["1"]}]}
    told = " ".join(_rekeyed.told(BEGUN, results(withdrawn=refused, holders=holding("1", "2")), None).lines)
    assert "m-1 (old) stays Available: no right; 1 account has lost it all the same (1)" in told
    # One that failed before it took it from anybody has taken it from nobody.
    early = withdrawn(False, msg="no right", error={"code": "Forbidden"})
    del early["results"][0]["unshared"]
    assert "unshared" not in of_old(None, withdrawn=early, holders=holding("1"))["left"][0]
    crashed = withdrawn(False, msg="MODULE FAILURE")
    del crashed["results"][0]["unshared"]
    assert of_old(None, withdrawn=crashed, holders=holding("1"))["left"][0]["unshared"] == ["1"]


@pytest.mark.parametrize(
    ("result", "holders", "accounts"),
    [
        (withdrawn(False), holding(new=["1"]), None),
        (withdrawn(True), holding(new=["1"]), None),
        (withdrawn(True), holding(), []),
        (withdrawn(True, ["1"]), holding("1", new=["1"]), ["1"]),
    ],
    ids=["deprecated before", "unshared before", "nobody had it", "by this run"],
)
def test_without_a_manifest_nobody_is_made_up(result: Data, holders: Data, accounts: list[str] | None) -> None:
    """The list was empty, as if nobody had lost it."""
    made = of_old(None, withdrawn=result, holders=holders)
    assert made["deprecated"] == [{**OLD, "accounts": accounts}]
    told = _rekeyed.told(BEGUN, results(withdrawn=result, holders=holders), None)
    assert ("m-1 old: nothing tells who has lost it" in " ".join(told.lines)) is (accounts is None)
