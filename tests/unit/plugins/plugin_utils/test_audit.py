# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of an audit: what is new, what has gone, what could not be seen, and the page that shows it."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest._manifest_file import ManifestFault
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _audit, _audit_file, _works

Data = dict[str, t.Any]
OWN, OTHER = "1000000000000001", "1000000000000002"
ROLE = f"acs:ram::{OTHER}:role/audit"
HOME, BEIJING = "cn-hangzhou", "cn-beijing"
FIRST, SECOND, THIRD = (f"2026-11-0{day}T10:00:00Z" for day in (1, 2, 3))


def finding(kind: str = "overshared", region: str = HOME, **other: t.Any) -> Data:
    usual = {"level": "bad", "id": "m-1", "name": "base", "accounts": [], "gib": 0, "message": "it is so"}
    return {"kind": kind, "region": region, **usual, **other}


def family(region: str, day: str, **other: t.Any) -> Data:
    newest = {"image_id": "m-1", "name": "base", "created_at": f"2026-11-{day}T00:00:00Z"}
    return {
        "region": region,
        "family": "base",
        "images": 2,
        "ours": 1,
        "gib": 40,
        "oldest": newest,
        "newest": newest,
        **other,
    }


def result(*findings: Data, **other: t.Any) -> Data:
    usual = {"account_id": OWN, "regions": [HOME, BEIJING], "families": [family(HOME, "01")], "not_looked": []}
    return {**usual, "findings": list(findings), **other}


def record(*results: Data, before: Data | None = None, at: str = FIRST, calls: t.Sequence[Data] = ({},)) -> Data:
    run = {"host": "localhost", "began_at": at, "ended_at": at, "job_id": None}
    return _audit.record(calls, results, before, run)


def unseen(what: str, region: str = HOME, optional: bool = False) -> Data:
    return {"region": region, "what": what, "reason": "refused", "optional": optional}


def test_what_is_new_and_what_has_gone_is_told_by_the_record_before() -> None:
    first = record(result(finding(), finding("missing", id="m-2")))
    second = record(result(finding(), finding("public")), before=first, at=SECOND)
    assert [(one["kind"], one["since"]) for one in second["findings"]] == [("overshared", FIRST), ("public", SECOND)]
    assert [one["kind"] for one in second["gone"]] == ["missing"]
    assert _audit.facts(second)["new"] == 1 and _audit.facts(second)["gone"] == 1
    # Other accounts that have it are another finding.
    third = record(result(finding(accounts=[OTHER]), finding("public")), before=second, at=SECOND)
    assert [one["kind"] for one in third["gone"]] == ["overshared"]


def test_a_record_that_says_the_same_is_the_same() -> None:
    first = record(result(finding()))
    assert not _audit.differs(record(result(finding()), before=first, at=SECOND), first)
    assert _audit.differs(first, None) and _audit.differs(record(result(), before=first), first)


def test_what_could_not_be_looked_at_is_not_gone_and_not_new_the_next_time() -> None:
    first = record(result(finding(), finding("organisation", BEIJING)))
    blind = [unseen("images"), unseen("organisation", BEIJING, optional=True)]
    second = record(result(not_looked=blind), before=first, at=SECOND)
    assert [one["since"] for one in second["findings"]] == [FIRST, FIRST] and second["gone"] == []
    third = record(result(finding()), before=second, at=SECOND)
    assert _audit.facts(third)["new"] == 0 and [one["kind"] for one in third["gone"]] == ["organisation"]
    # That an organisation was not looked at hides nothing else.
    other = record(result(not_looked=[unseen("organisation", optional=True)]), before=record(result(finding())))
    assert [one["kind"] for one in other["gone"]] == ["overshared"]


def test_an_audit_that_is_asked_for_less_calls_nothing_else_gone_and_nothing_new_the_next_time() -> None:
    calls = [{"account_id": OWN}, {"account_id": OTHER, "ram_role_arn": ROLE}]
    of_other = result(finding("public"), account_id=OTHER)
    whole = record(result(finding(), finding("missing", BEIJING)), of_other, calls=calls)
    less = record(result(finding(), regions=[HOME]), before=whole, at=SECOND)
    assert [one["kind"] for one in less["findings"]] == ["overshared"] and less["gone"] == []
    assert _audit.failures(less, "findings") == ["1 finding, as image_audit_fail_on=findings says"]
    # Read again from its file, and asked for less once more.
    less = record(
        result(finding(), regions=[HOME]), before=_audit_file.read(_audit_file.as_text(less), "a.json"), at=SECOND
    )
    again = record(result(finding(), finding("missing", BEIJING)), of_other, before=less, at=SECOND, calls=calls)
    assert {one["since"] for one in again["findings"]} == {FIRST} and again["gone"] == [] == again["elsewhere"]
    fixed = record(result(finding()), result(account_id=OTHER), before=less, at=SECOND, calls=calls)
    assert sorted(one["kind"] for one in fixed["gone"]) == ["missing", "public"]
    # An account that let nobody in this time was asked.
    shut = record(result(finding()), {"msg": "refused"}, before=whole, at=SECOND, calls=calls)
    assert "public" in [one["kind"] for one in shut["findings"]] and shut["elsewhere"] == []


def test_what_this_run_has_not_seen_says_when_it_was_last_seen() -> None:
    first = record(result(finding(), finding("missing", BEIJING), finding("public", id="m-2")))
    assert {one["last_seen_at"] for one in first["findings"]} == {None}
    blind = result(finding(), not_looked=[unseen("images", BEIJING)])
    second = record(blind, before=first, at=SECOND)
    seen = {one["kind"]: one["last_seen_at"] for one in [*second["findings"], *second["gone"]]}
    assert seen == {"overshared": None, "missing": FIRST, "public": FIRST}
    told = _audit.lines(second)
    assert f"{OWN} {BEIJING}: missing base: it is so (not looked at this time, seen at {FIRST})" in told
    assert told[-1] == "2 findings in 2 images of 1 account, 1 of which was not looked at this time"
    assert _audit.facts(second)["seen_earlier"] == 1 and _audit.facts(first)["seen_earlier"] == 0
    assert _report.audit(second).count("last seen 2026-11-01 10:00 UTC") == 2
    # It stays the time of the look, however often nobody can look or is asked to.
    again = record(blind, before=_audit_file.read(_audit_file.as_text(second), "a.json"), at=THIRD)
    less = record(result(finding(), regions=[HOME]), before=again, at=THIRD)
    assert [one["last_seen_at"] for one in [again["findings"][1], *less["elsewhere"]]] == [FIRST, FIRST]
    assert not _audit.differs(record(blind, before=again, at=THIRD), again)
    found = record(result(finding(), finding("missing", BEIJING)), before=less, at=THIRD)
    assert [(one["last_seen_at"], one["since"]) for one in found["findings"]] == [(None, FIRST)] * 2


def test_a_record_of_before_that_kept_nothing_apart_is_read() -> None:
    older = record(result(finding()))
    del older["elsewhere"], older["findings"][0]["last_seen_at"]
    older["run"]["began_at"] = SECOND
    read = _audit_file.read(_audit_file.as_text(older), "a.json")
    assert record(result(finding()), before=read, at=SECOND)["findings"][0]["since"] == FIRST
    # Nobody knows whether that run has seen it.
    (kept,) = record(result(not_looked=[unseen("images")]), before=read, at=THIRD)["findings"]
    assert kept["last_seen_at"] == FIRST
    spoilt = {**older, "elsewhere": [{}]}
    with pytest.raises(ManifestFault):
        _audit_file.read(_audit_file.as_text(spoilt), "a.json")


def test_an_account_that_can_t_be_looked_at_is_named_and_fails() -> None:
    calls = [{}, {"ram_role_arn": ROLE, "account_id": OTHER}]
    made = record(result(), {"msg": "Could not assume the role", "failed": True}, calls=calls)
    (entry,) = made["not_looked"]
    assert (entry["account_id"], entry["what"]) == (OTHER, "account")
    assert _audit.failures(made, "nothing") == [f"{OTHER}: account could not be looked at: Could not assume the role"]
    assert "Could not assume the role" in _report.audit(made)


@pytest.mark.parametrize(("fail_on", "first", "second"), [("nothing", 0, 0), ("findings", 1, 1), ("new", 1, 0)])
def test_what_it_fails_on(fail_on: str, first: int, second: int) -> None:
    made = record(result(finding(), finding("unfinished", level="note")))
    assert len(_audit.failures(made, fail_on)) == first
    assert len(_audit.failures(record(result(finding()), before=made, at=SECOND), fail_on)) == second
    assert _audit.failures(record(result(finding("unfinished", level="note"))), fail_on) == []


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", "no JSON", '{"audit": 2}', '{"collection": "imageops.alicloud", "schema": 2}'],
)
def test_what_is_no_record_is_not_overwritten(text: str) -> None:
    with pytest.raises(ManifestFault, match="is not overwritten"):
        _audit_file.read(text, "a.json")


def test_a_record_is_read_again_and_a_spoilt_one_is_not() -> None:
    made = record(result(finding()))
    assert _audit_file.read(_audit_file.as_text(made), "a.json") == made and _audit_file.read(None, "a.json") is None
    for spoilt in ({"kind": "odd"}, {"accounts": [1]}, {"since": None}, {"gib": "1"}, {"last_seen_at": 1}):
        with pytest.raises(ManifestFault):
            _audit_file.read(_audit_file.as_text({**made, "findings": [{**made["findings"][0], **spoilt}]}), "a.json")


@pytest.mark.parametrize(
    "spoilt", [{"audit": True}, {"run": {}}, {"run": {"host": "h", "began_at": 1, "ended_at": ""}}]
)
def test_a_record_that_does_not_say_when_it_was_made_is_none(spoilt: Data) -> None:
    with pytest.raises(ManifestFault, match="it is no record"):
        _audit_file.read(_audit_file.as_text({**record(result()), **spoilt}), "a.json")


def test_the_page_shows_findings_families_and_costs() -> None:
    families = [family(HOME, "01"), family(BEIJING, "03"), family(HOME, "02", family="")]
    orphan = finding("orphaned_snapshot", id="s-1", name="", gib=40)
    made = record(result(orphan, finding("unfinished", level="note"), families=families))
    page = _report.audit(made, {"snapshot_gib_month": 0.5, "currency": "USD"})
    told = " ".join(re.sub(r"<[^>]+>", " ", page.partition("<body>")[2].partition("<script>")[0]).split())
    for part in ("1 finding ", "120 GiB", "60.00 USD", "40 GiB, 20.00 USD a month", "Orphaned snapshot new", "s-1"):
        assert part in told, part
    some = _report.audit(made, {"regions": {BEIJING: {"snapshot_gib_month": 0.5}}, "currency": "USD"})
    assert (
        f"20.00 USD, without {HOME}" in some
        and "0.00 USD</td>" not in some.partition("<tbody>")[2].partition("s-1")[2][:400]
    )
    # The family without a new image for longer comes first, with all its regions.
    assert told.index("none 1000000000000001 base 2026-11-02") < told.index("base 1000000000000001 base 2026-11-03")
    assert "<option>Orphaned snapshot</option>" in page and "No longer found" not in told


def test_the_page_takes_text_from_the_cloud_as_text() -> None:
    hostile = '<b onclick="x">'
    texts = dict.fromkeys(("region", "id", "name", "message"), hostile)
    newest = dict.fromkeys(("image_id", "name", "created_at"), hostile)
    rows = [family(hostile, "01", family=hostile, newest=newest, oldest=newest)]
    blind = [{**unseen("images"), "reason": hostile, "region": hostile}]
    made = record(result(finding(**texts), families=rows, not_looked=blind, account_id=hostile, regions=[hostile]))
    assert hostile not in _report.audit(record(result(), before=made, at=SECOND)) + _report.audit(made)


def test_what_manifests_expect() -> None:
    image = {"region": HOME, "image_id": "m-1", "name": "base", "encrypted": True, "kms_key_id": "k", "shares": None}
    asked = {**image, "asked_for": True, "asked_accounts": [OTHER]}
    manifest: Data = {"schema": 2, "account_id": OWN, "name": None, "complete": True, "images": [asked]}
    old = {**image, "asked_for": False}
    found = _audit.expected_of({"/a/base.json": {**manifest, "images": [*manifest["images"], old]}})
    (entry,) = found["expected"]
    assert (entry["release"], entry["accounts"], entry["shared_with"]) == ("base.json", [OTHER], None)
    assert (found["accounts"], found["account_id"]) == ([OWN], OWN)
    both = {"/a/base.json": manifest, "/a/other.json": {**manifest, "account_id": OTHER}}
    assert _audit.expected_of(both)["account_id"] is None
    later = {**manifest, "images": [], "deprecated": [{"region": HOME, "image_id": "m-1", "name": "base"}]}
    assert not entry["withdrawn"]
    assert _audit.expected_of({"/a/base.json": manifest, "/a/later.json": later})["expected"][0]["withdrawn"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"every_region": "not_listed"}, "was to be copied to every region"),
        ({"complete": False, "images": []}, "failed before it had an image"),
        ({"complete": False, "schema": 1}, "version 1.0.0 did not write down"),
        ({"complete": False}, None),  # it names what it lacks
        ({"schema": 1}, None),
        ({"images": []}, None),
    ],
)
def test_a_manifest_that_does_not_say_all_that_should_be_there(more: Data, why: str | None) -> None:
    source = {"region": HOME, "image_id": "m-1", "name": "base", "encrypted": False, "kms_key_id": None}
    source |= {"role": "source", "shares": None, "asked_for": True}
    manifest = {"schema": 2, "account_id": OWN, "name": "base", "complete": True, "images": [source], **more}
    unknown = _audit.expected_of({"/a/base.json": manifest})["unknown"]
    assert [why in one["reason"] for one in unknown] == ([True] if why else [])


def test_a_call_for_each_role_and_what_is_wrong_with_them() -> None:
    settings: Data = {"roles": [ROLE], "regions": [], "organisation": True, "quota": None, "allowed": None}
    (call,) = _works.WORKS["image_audit"].calls(settings, {})
    assert call == {"regions": ["all"], "organisation": True, "expected": [], "ram_role_arn": ROLE, "account_id": OTHER}
    faults = _works.WORKS["image_audit"].faults({**settings, "roles": [ROLE, "no-role"]}, {"accounts": [OWN]})
    assert len(faults) == 2 and "'no-role' is no ARN" in faults[0] and f"name images of {OWN}" in faults[1]
    (fault,) = _works.WORKS["image_audit"].faults({**settings, "roles": [ROLE, ROLE]}, {})
    assert fault == f"image_audit_roles names account {OTHER} twice: give one role for each"
    (fault,) = _works.WORKS["image_audit"].faults({**settings, "roles": []}, {"accounts": [OTHER, OWN]})
    assert "image_audit_roles takes a role for each" in fault


def test_every_kind_that_is_found_has_a_name() -> None:
    plan = Path(__file__).parents[4] / "plugins" / "module_utils" / "_audit" / "plan.py"
    assert {*re.findall(r'_finding\(\s*seen,\s*"(\w+)"', plan.read_text())} == set(_audit.KINDS)
