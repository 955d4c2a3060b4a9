# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release says of itself: decided before the first write, foretold by check mode, and counted as it was."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ways.plays import meanwhile

from .releases import place, release

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
ONE, TWO = "1000000000000011", "1000000000000012"


def states(stage: Stage) -> dict[str, str]:
    return {f"{image['region']}/{image['name']}": image["status"] for image in stage.images()}


PROMOTE = {"image_release_promote": True, "image_release_deprecate_previous": True}


def test_an_older_release_is_refused_before_anything_of_it_is_made_available_again(stage: Stage) -> None:
    given = {**PROMOTE, "image_release_unshare_previous": True, "image_release_accounts": [ONE]}
    stage.playbook("create_copy_share", release(stage, "base-1", **given))
    stage.playbook("create_copy_share", release(stage, "base-2", stage.image(name="base-2"), **given))
    before = states(stage)
    assert before[f"{HOME}/base-1"] == before[f"{BEIJING}/base-1"] == "Deprecated"
    stage.forget()
    old = release(stage, "base-1", **PROMOTE, image_release_accounts=[ONE])
    # The record that it leaves is held against the cloud by the stage itself.
    refused = stage.playbook("create_copy_share", old, code=2)
    assert "which is younger than" in refused.out
    assert stage.writes() == []
    assert states(stage) == before


def test_check_mode_does_not_refuse_what_the_run_does(stage: Stage) -> None:
    """An image that somebody has deprecated is made Available again by the release that has made it."""
    given = release(stage, "base-1")
    stage.playbook("create_copy_share", given)
    (made,) = stage.in_region(HOME)
    deprecated = {"region": HOME, "image_id": made["image_id"], "state": "deprecated"}
    stage.run("ansible", "-m", "imageops.alicloud.ecs_image", "-a", json.dumps(deprecated), "localhost")
    planned = stage.playbook("create_copy_share", {**given, **PROMOTE}, "--check")
    done = stage.playbook("create_copy_share", {**given, **PROMOTE})
    assert planned.changed == done.changed > 0
    assert states(stage) == {f"{HOME}/base-1": "Available", f"{BEIJING}/base-1": "Available"}


def test_a_release_that_fails_again_changes_nothing_again(stage: Stage) -> None:
    """The sentence of each failure holds another request id."""
    stage.control(
        "faults", {"kind": "error", "action": "CopyImage", "code": "Forbidden.RAM", "status": 403, "times": None}
    )
    given = release(stage, "base-1", stage.image(name="base-1"), image_release_report=str(stage.folder / "report.html"))
    assert stage.playbook("create_copy_share", given, code=2).changed > 0
    assert stage.playbook("create_copy_share", given, code=2).changed == 0


def test_sharing_by_a_manifest_of_which_some_is_gone_counts_what_it_did(stage: Stage) -> None:
    given = release(stage, "base-1", stage.image(name="base-1"), image_release_accounts=[ONE])
    given["image_release_destinations"] = [{"region": BEIJING}, {"region": "eu-central-1"}]
    stage.playbook("create_copy_share", given)
    (gone,) = stage.in_region("eu-central-1")
    retired = {"region": "eu-central-1", "image_id": gone["image_id"], "state": "absent", "unshare": True}
    words = ["-m", "imageops.alicloud.ecs_image", "-a", json.dumps(retired), "localhost"]
    stage.run("ansible", *words)
    again = {"image_release_from_manifest": [str(stage.folder / "base-1.json")], "image_release_accounts": [ONE, TWO]}
    more = {"image_release_connection": {}, "image_release_manifest": ""}
    done = stage.playbook("share", {**again, **more}, code=2)
    assert gone["image_id"] in done.out
    (copy,) = stage.in_region(BEIJING)
    assert stage.shares(copy["image_id"]) == [ONE, TWO]
    assert done.changed >= 1


def test_a_source_that_was_renamed_is_not_made_once_more(stage: Stage) -> None:
    """A second image was made under its name, and billed, and the copies of that were refused."""
    given = release(stage, "base-1")
    stage.playbook("create_copy_share", given)
    (source,) = stage.in_region(HOME)
    for name in ("base-kept", "base-1"):
        renamed = {"region": HOME, "image_id": source["image_id"], "name": name}
        stage.run("ansible", "-m", "imageops.alicloud.ecs_image", "-a", json.dumps(renamed), "localhost")
        stage.forget()
        if name == "base-kept":
            for words in (["--check"], []):
                refused = stage.playbook("create_copy_share", given, *words, code=2)
                assert "it is called 'base-kept' now" in refused.out
                assert f"Give {source['image_id']} its name 'base-1' again" in refused.out
    stage.playbook("create_copy_share", given)
    assert stage.writes() == [] and [image["image_id"] for image in stage.in_region(HOME)] == [source["image_id"]]


def test_a_renamed_copy_has_the_name_that_it_has(stage: Stage) -> None:
    given = release(stage, "base-1", stage.image(name="base-1"), image_release_destinations=[{"region": BEIJING}])
    stage.playbook("create_copy_share", given)
    (copy,) = stage.in_region(BEIJING)
    renamed = {"region": BEIJING, "image_id": copy["image_id"], "name": "web-prod"}
    stage.run("ansible", "-m", "imageops.alicloud.ecs_image", "-a", json.dumps(renamed), "localhost")
    stage.playbook("create_copy_share", given)
    record = json.loads((stage.folder / "base-1.json").read_text())
    assert [one["name"] for one in record["images"] if one["role"] == "copy"] == ["web-prod"]


def test_files_that_can_not_be_written_are_refused_before_the_first_write(stage: Stage) -> None:
    """A share that is not mounted. Its folder may be made by a task before, which check mode does not run."""
    away = str(stage.folder / "share")
    image = stage.image(name="base-1", family="base", tags={"imageops:created-from": "i-1"})
    retire = {
        "image_retire_regions": [HOME],
        "image_retire_families": ["base"],
        "image_retire_report": f"{away}/r.html",
    }
    given = {
        "create_copy_share": release(stage, "base-2", image, image_release_manifest=f"{away}/base-2.json"),
        "image_retire": retire,
        "image_audit": {"image_audit_regions": [HOME], "image_audit_file": f"{away}/audit.json"},
    }
    for name, variables in given.items():
        planned = stage.playbook(name, variables, "--check")
        refused = stage.playbook(name, variables, code=2)
        assert f"there is no folder {away}" in planned.err and f"there is no folder {away}" in refused.out
        assert "nothing was changed" in refused.out
    assert stage.writes() == []


def test_what_was_retired_is_told_when_its_report_is_lost(stage: Stage) -> None:
    for number in (1, 2):
        made = {"created": f"2026-0{number}-01T00:00:00Z", "tags": {"imageops:created-from": f"i-{number}"}}
        stage.image(name=f"base-{number}", family="base", **made)
    given = {"image_retire_regions": [HOME], "image_retire_families": ["base"], "image_retire_keep": 1}
    given |= {"image_retire_grace_days": 0, "image_retire_min_age_days": 0}
    report = stage.folder / "report"
    # Somebody makes a folder of that name as soon as the first image goes.
    with meanwhile(lambda: bool(stage.writes()), report.mkdir):
        lost = stage.playbook("image_retire", {**given, "image_retire_report": str(report)}, code=2)
    assert [image["name"] for image in stage.images()] == ["base-2"]
    assert "can't be written: it is a folder" in lost.out
    assert "base-1" in lost.out and "deleted" in lost.out


def test_a_run_with_the_keys_of_another_account_costs_no_manifest(stage: Stage) -> None:
    given = release(stage, "base-1", image_release_accounts=[ONE])
    stage.playbook("create_copy_share", given)
    manifest = stage.folder / "base-1.json"
    kept = manifest.read_text()
    other = stage.ready["demo"]["consumers"]["consumer-one"]
    keys = {name: other[name] for name in ("access_key_id", "access_key_secret")}
    stage.forget()
    for connection in (keys, {**keys, "account_id": stage.ready["account_id"]}):
        wrong = stage.playbook("create_copy_share", {**given, "image_release_connection": connection}, code=2)
        assert f"is of account {stage.ready['account_id']} and stays as it was" in wrong.out and wrong.changed == 0
        assert manifest.read_text() == kept
    again = {"image_release_from_manifest": "base-1.json", "image_release_accounts": [TWO]}
    for own in ("base-1.json", "other.json"):
        where = {"image_release_connection": keys, "image_release_manifest": str(stage.folder / own)}
        assert f"not to {stage.ready['account_id']}" in stage.playbook("share", {**again, **where}, code=2).out
        assert json.loads((stage.folder / own).read_text())["account_id"] == stage.ready["account_id"]
    assert stage.writes() == []


def test_check_mode_counts_a_promotion_of_images_that_are_to_be_made(stage: Stage) -> None:
    stage.playbook("create_copy_share", release(stage, "base-1", stage.image(name="base-1"), **PROMOTE))
    given = release(stage, "base-2", **PROMOTE, image_release_accounts=[ONE])
    planned = stage.playbook("create_copy_share", given, "--check")
    done = stage.playbook("create_copy_share", given)
    assert planned.changed == done.changed


def test_the_plans_of_several_hosts_stand_in_one_file(stage: Stage) -> None:
    """The approver of a merge request has seen the release of the host that came last, and no word of the others."""
    source = {"region": HOME, "image_id": stage.image(name="golden")}
    hosts = {host: {"image_release_name": host, "image_release_source": source} for host in ("base", "web", "lost")}
    hosts["lost"]["image_release_source"] = {"region": HOME, "image_id": "m-gone"}
    hosts["apart"] = {**hosts["base"], "plan_markdown": "apart.md"}
    shared = {"image_release_destinations": [{"region": BEIJING}], "plan_markdown": "plan.md"}
    (stage.folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts, "vars": shared}}))
    given = {"image_release_hosts": "all", "image_release_manifest": ""}
    stage.playbook("plan", given, "-i", "hosts.json", code=2)
    plan, apart = ((stage.folder / name).read_text() for name in ("plan.md", "apart.md"))
    assert [line for line in plan.splitlines() if line.startswith(("#", "There", "It"))] == [
        *("## Plan for base", "There is something to do."),
        *("## Plan for web", "There is something to do."),
        *("## Plan for lost", "It could not be made."),
    ]
    assert plan.count("```") == 4 and "\n```\n\n## Plan for web\n\n" in plan
    assert f"\n{BEIJING}: copy web would be started, 20 GiB\n" in plan
    assert apart.startswith("## Plan for base\n\nThere is something to do.\n\n```text\n") and apart.count("## ") == 1


def test_who_owns_the_images_is_named_before_they_are_copied(stage: Stage) -> None:
    """All was copied, nobody got anything, and it was said that nothing was changed."""
    own = stage.ready["account_id"]
    given = release(stage, "base-1", stage.image(name="base-1"), image_release_accounts=[ONE, own])
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", given, *words, code=2)
        assert f"Nothing is copied: account {own} owns the image" in refused.out
    assert stage.writes() == []


@pytest.mark.parametrize("beside", [{}, {"image_release_file_mode": "wide"}], ids=["alone", "beside another fault"])
def test_an_owner_whom_nobody_but_a_variable_has_named_is_told_with_that_variable(
    stage: Stage, beside: dict[str, str]
) -> None:
    """With a wrong account_id the message told of an owner who is none."""
    given = release(stage, "base-1", stage.image(name="base-1"), image_release_accounts=[ONE], **beside)
    refused = stage.playbook("create_copy_share", {**given, "image_release_connection": {"account_id": ONE}}, code=2)
    assert f"account {ONE} owns the image, by image_release_connection.account_id: an image can't" in refused.out


def test_a_manifest_is_named_where_it_is_and_foretold_where_it_would_be(stage: Stage) -> None:
    """The summary named a file that nobody had written."""
    given = release(stage, "base-1")
    path = Path(given["image_release_manifest"])
    wrong = {**given, "image_release_source": {"region": HOME, "instance_id": "i-none"}}
    planned = stage.playbook("create_copy_share", wrong, "--check", code=2)
    assert f'"manifest: {path} would be written"' in planned.out and not path.exists()
    failed = stage.playbook("create_copy_share", wrong, code=2)
    assert f'"manifest: {path}"' in failed.out and path.exists()
    assert planned.changed == failed.changed == 1
    again = stage.playbook("create_copy_share", wrong, "--check", code=2)
    assert again.changed == 0 and "would be written" not in again.out


def test_plan_recap_and_run_agree_about_files(stage: Stage) -> None:
    """With images that are there and a manifest that is not, a plan told nothing and the recap a change."""
    report = stage.folder / "report.html"
    given = release(stage, "base-1", image_release_report=str(report))
    stage.playbook("create_copy_share", given)
    for lost in ([Path(given["image_release_manifest"]), report], [report], []):
        for path in lost:
            path.unlink()
        planned = stage.playbook("create_copy_share", given, "--check")
        told = [step["summary"] for step in planned.of("image_release_step") if "summary" in step]
        foretold = [line for line in told[0] if "would be written" in line]
        assert foretold == [f"{kind}: {path} would be written" for kind, path in named(given) if path in lost]
        assert planned.changed == stage.playbook("create_copy_share", given).changed == bool(lost)


def named(given: dict[str, t.Any]) -> list[tuple[str, Path]]:
    """The files of a release, as its summary calls them."""
    return [(kind, Path(given[f"image_release_{kind}"])) for kind in ("manifest", "report")]


def test_a_test_boot_is_told(stage: Stage) -> None:
    places = [place(HOME), place(BEIJING)]
    steps = {"image_release_steps": ["create", "copy", "verify", "share"], "image_release_verify": places}
    stage.playbook("create_copy_share", {**release(stage, "base-1"), **steps})
    again = stage.playbook("create_copy_share", release(stage, "base-1"))
    tested = stage.playbook("create_copy_share", {**release(stage, "base-1"), **steps})
    for play in (tested, again):
        assert play.out.count("booted as ecs.g7.large") == 2


@pytest.mark.parametrize("marked", [False, True], ids=["without tags", "a copy of another image"])
def test_a_name_that_another_image_holds_is_told_before_the_image_is_made(stage: Stage, marked: bool) -> None:
    """The image was made and billed, and then the copy was refused."""
    tags = {"imageops:copied-from": f"{HOME}/{stage.image(name='web')}", "imageops:copied-as": "base-1"}
    other = stage.image(name="base-1", region=BEIJING, created="2026-01-01T00:00:00Z", tags=tags if marked else {})
    for words in (["--check"], []):
        stage.forget()
        refused = stage.playbook("create_copy_share", release(stage, "base-1"), *words, code=2)
        assert f"other images hold the names that copies of 'base-1' were to have: {BEIJING} {other}" in refused.out
        assert stage.writes() == []
        asked = [call["region"] for call in stage.control("journal")["entries"] if call["action"] == "DescribeImages"]
        assert asked.count(BEIJING) == 1
