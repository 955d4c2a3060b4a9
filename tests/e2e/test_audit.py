# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook image_audit: accounts by their roles, manifests, the record and the page, and how it ends."""

from __future__ import annotations

import json
import typing as t

import pytest

from .releases import release, released

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]
HOME, BEIJING = "cn-hangzhou", "cn-beijing"
ONE, TWO = "1000000000000011", "1000000000000012"


def test_a_release_that_somebody_has_changed(stage: Stage) -> None:
    released(stage, ONE)
    (copy,) = stage.in_region(BEIJING)
    audit = {"image_audit_manifests": [str(stage.manifest)], "image_audit_regions": [HOME, BEIJING]}
    stage.forget()
    checked = stage.playbook("image_audit", audit, "--check")
    assert checked.changed == 1 and not (stage.folder / "image_audit-localhost.json").exists()
    clean = stage.playbook("image_audit", {**audit, "image_audit_fail_on": "findings"})
    assert "0 findings in 2 images of 1 account" in clean.out
    assert stage.playbook("image_audit", audit).changed == 0
    share = {"region": BEIJING, "image_id": copy["image_id"], "accounts": [TWO]}
    stage.run("ansible", "-m", "imageops.alicloud.ecs_image_share", "-a", json.dumps(share), "localhost")
    stage.forget()
    found = stage.playbook("image_audit", {**audit, "image_audit_fail_on": "new"}, code=2)
    assert f"overshared base-1: it is shared with {TWO}, which no list names (new)" in found.out
    assert "1 new finding, as image_audit_fail_on=new says" in found.out
    again = stage.playbook("image_audit", {**audit, "image_audit_fail_on": "new"})
    assert "1 finding in" in again.out
    record = json.loads((stage.folder / "image_audit-localhost.json").read_text())
    assert [one["accounts"] for one in record["findings"]] == [[TWO]]
    assert TWO in (stage.folder / "image_audit-localhost.html").read_text()
    allowed = stage.playbook("image_audit", {**audit, "image_audit_allowed": [ONE, TWO]})
    assert "overshared base-1 is gone from the list" in allowed.out and stage.writes() == []


def test_what_a_rollback_has_unshared_is_no_finding(stage: Stage) -> None:
    """The manifest of the newer release says who had its images, and that of the older one who has lost them."""
    releases = [release(stage, f"base-{number}", image_release_accounts=[ONE]) for number in (1, 2)]
    older, newer = (one["image_release_manifest"] for one in releases)
    for given in releases:
        stage.playbook("create_copy_share", {**given, "image_release_promote": True})
    audit = {"image_audit_manifests": [older, newer], "image_audit_regions": [HOME, BEIJING]}
    assert "0 findings in 4 images" in stage.playbook("image_audit", audit).out
    back = {"image_release_from_manifest": [older], "image_release_manifest": older, "image_release_family": "base"}
    stage.playbook("rollback", {**back, "image_release_unshare_previous": True})
    after = stage.playbook("image_audit", audit)
    assert "0 findings in 4 images" in after.out and "deprecated base-2: the image of base-2 is deprecated" in after.out
    # Without the manifest that says it, somebody may have done it.
    alone = stage.playbook("image_audit", {**audit, "image_audit_manifests": [newer]})
    assert f"unshared base-2: it is no longer shared with {ONE}, who had it (new)" in alone.out


def test_what_a_run_could_not_look_at_says_when_it_was_seen(stage: Stage) -> None:
    released(stage, ONE)
    audit = {"image_audit_allowed": [], "image_audit_regions": [HOME, BEIJING]}
    record = stage.folder / "image_audit-localhost.json"
    stage.playbook("image_audit", audit)
    began = json.loads(record.read_text())["run"]["began_at"]
    shut = {"kind": "error", "action": "DescribeImages", "code": "Forbidden.RAM", "status": 403, "times": None}
    stage.control("faults", {**shut, "region": BEIJING})
    found = stage.playbook("image_audit", audit, code=2)
    assert f"which no list names (not looked at this time, seen at {began})" in found.out
    assert [one["last_seen_at"] for one in json.loads(record.read_text())["findings"]] == [began]
    assert "last seen " in record.with_suffix(".html").read_text()
    stage.playbook("image_audit", {**audit, "image_audit_regions": [HOME]})
    assert [one["last_seen_at"] for one in json.loads(record.read_text())["elsewhere"]] == [began]
    stage.control("faults", method="DELETE")
    stage.playbook("image_audit", audit)
    assert [one["last_seen_at"] for one in json.loads(record.read_text())["findings"]] == [None]
    # No list is none that allows nobody: what no manifest knows is not judged then.
    unjudged = stage.playbook("image_audit", {**audit, "image_audit_allowed": ""})
    assert "is gone from the list" in unjudged.out


def test_many_accounts_one_of_which_lets_nobody_in(stage: Stage) -> None:
    stage.image(name="lost", account=ONE, status="CreateFailed")
    stage.image(name="fine", account=ONE)
    roles = [f"acs:ram::{ONE}:role/image-release", f"acs:ram::{TWO}:role/none"]
    releaser = {"access_key_id": "simulator-releaser-key", "access_key_secret": "simulator-releaser-secret"}
    audit = {"image_audit_roles": roles, "image_audit_regions": [HOME], "image_release_connection": releaser}
    play = stage.playbook("image_audit", audit, code=2)
    assert f"{ONE} {HOME}: failed lost: is CreateFailed" in play.out
    assert f"{TWO}: account could not be looked at" in play.out
    record = json.loads((stage.folder / "image_audit-localhost.json").read_text())
    assert [one["account_id"] for one in record["accounts"]] == [ONE, TWO]
    told = {(one["account_id"], one["what"], one["optional"]) for one in record["not_looked"]}
    assert told == {(ONE, "organisation", True), (TWO, "account", False)}
    assert "organisation was not looked at in 1 place" in play.out
    # The one that let nobody in has shown nothing.
    assert "1 finding in 2 images of 1 account" in play.out
    report = (stage.folder / "image_audit-localhost.html").read_text()
    assert "<dt>Accounts</dt><dd>1</dd>" in report and f"from what {ONE} showed" in report


def test_what_is_wrong_is_told_at_once(stage: Stage) -> None:
    (stage.folder / "image_audit-localhost.json").write_text('{"my": "file"}')
    wrong = {"image_audit_roles": ["audit"], "image_audit_fail_on": "never", "image_audit_manifest": []}
    refused = stage.playbook("image_audit", wrong, code=2)
    for part in ("'audit' is no ARN of a role", "image_audit_fail_on", "did you mean image_audit_manifests?"):
        assert part in refused.out, refused.out
    kept = stage.playbook("image_audit", {}, code=2)
    assert "image_audit-localhost.json is not overwritten" in kept.out
    one_file = stage.playbook("image_audit", {"image_audit_file": "a.json", "image_audit_report": "./a.json"}, code=2)
    assert "image_audit_file and image_audit_report name the same file" in one_file.out
    assert stage.control("journal")["entries"] == []


def test_a_manifest_that_does_not_name_all_that_is_asked_for_is_no_clean_bill(stage: Stage) -> None:
    """A release to every region of which none was copied, and one without an image, had no findings."""
    own = stage.ready["account_id"]
    given = release(stage, "every", stage.image(name="every"), image_release_accounts=[own])
    everywhere = {**given, "image_release_destinations": [], "image_release_destination_regions": "all"}
    stage.playbook("create_copy_share", everywhere, code=2)
    stage.playbook("create_copy_share", release(stage, "lost", "m-nobody0has0this00000"), code=2)
    audit = {"image_audit_manifests": ["every.json", "lost.json"], "image_audit_regions": [HOME]}
    told = " ".join(stage.playbook("image_audit", audit, code=2).out.split())
    assert f"{own}: all images of every could not be looked at: its release was to be copied to every region" in told
    assert "all images of lost could not be looked at: its release failed before it had an image" in told
    assert "all images of every" in (stage.folder / "image_audit-localhost.html").read_text()
    # What was found and is mended is gone all the same.
    record = stage.folder / "image_audit-localhost.json"
    before = json.loads(record.read_text())
    seen = {"region": HOME, "kind": "failed", "id": "m-1", "name": "old", "level": "bad", "message": "is CreateFailed"}
    before["findings"] = [{**seen, "account_id": own, "since": "2026-01-01T00:00:00Z", "gib": 0, "accounts": []}]
    record.write_text(json.dumps(before))
    assert "failed old is gone from the list" in stage.playbook("image_audit", audit, code=2).out
