# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases that are named by their records: shared again, taken back, refused."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from .releases import BEIJING, FRANKFURT, HOME, ONE, TWO, release

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
THREE = "1000000000000013"


def test_an_account_is_added_to_old_releases_by_their_records(stage: Stage) -> None:
    records = []
    for name in ("base-1", "base-2"):
        variables = release(stage, name, stage.image(name=name), encrypted=True, image_release_accounts=[ONE])
        stage.playbook("create_copy_share", variables)
        records.append(variables["image_release_manifest"])
    stage.forget()
    again = {"image_release_from_manifest": records, "image_release_accounts": [ONE, TWO]}
    planned = stage.playbook("share", again, "--check")
    assert stage.writes() == []
    done = stage.playbook("share", again)
    assert planned.changed == done.changed == 2
    assert {call["action"] for call in stage.writes()} == {"ModifyImageSharePermission"}
    copies = [image for image in stage.images() if image["is_copied"]]
    assert len(copies) == 4
    assert all(stage.shares(image["image_id"]) == [ONE, TWO] for image in copies)
    assert stage.playbook("share", again).changed == 0


def test_a_run_from_a_record_updates_it_and_names_are_those_of_the_working_directory(stage: Stage) -> None:
    record = {"image_release_manifest": "record.json"}
    stage.playbook("create_copy_share", release(stage, "base-1", stage.image(name="base-1"), encrypted=True, **record))
    before = json.loads((stage.folder / "record.json").read_text())
    again = {"image_release_from_manifest": ["record.json"], "image_release_accounts": [ONE], **record}
    stage.playbook("share", again)
    after = json.loads((stage.folder / "record.json").read_text())
    assert not (ROOT / "playbooks" / "record.json").exists()
    assert (after["name"], [image["role"] for image in after["images"]]) == ("base-1", ["source", "copy", "copy"])
    assert [image["shares"] and [one["account_id"] for one in image["shares"]] for image in after["images"]] == [
        None,  # the source, which its release shares with nobody
        [ONE],
        [ONE],
    ]
    assert [image["started_at"] for image in after["images"]] == [image["started_at"] for image in before["images"]]
    (stopped,) = stage.playbook("stop_copies", {"stop_copies_manifests": ["record.json"]}).of("ecs_image_copy_cancel")
    assert len(stopped.get("results", [stopped])) == 1


def test_an_account_that_a_record_takes_the_images_from_is_asked_for_no_more(stage: Stage) -> None:
    """An audit right after it found that the account, from which they had just been taken, has not got them."""
    stage.playbook("create_copy_share", release(stage, "base-1", encrypted=True, image_release_accounts=[ONE, TWO]))
    again = {"image_release_from_manifest": "base-1.json", "image_release_manifest": "base-1.json"}
    denied = {"image_release_accounts": [ONE], "image_release_denied_accounts": [TWO]}
    purged = {"image_release_accounts": [THREE], "image_release_purge_accounts": True}
    for given in ({**again, **denied}, {**again, **purged}):
        stage.playbook("share", given)
        assert stage.playbook("share", given).changed == 0
        audit = {"image_audit_manifests": ["base-1.json"], "image_audit_regions": [HOME, BEIJING, FRANKFURT]}
        assert "0 findings in" in stage.playbook("image_audit", audit).out
    record = json.loads((stage.folder / "base-1.json").read_text())
    assert [image["asked_accounts"] for image in record["images"]] == [[], [THREE], [THREE]]


def test_a_customer_that_leaves_loses_the_images_of_a_record(stage: Stage) -> None:
    other = stage.image(name="other", shares=[ONE])
    source = {"region": HOME, "image_id": stage.image(name="base-1")}
    stage.playbook("create_copy_share", {"image_release_source": source, "image_release_accounts": [ONE, TWO]})
    leave = {"unshare_everywhere_manifests": [str(stage.manifest)], "unshare_everywhere_accounts": [ONE]}
    assert stage.playbook("unshare_everywhere", leave).changed == 1
    assert (stage.shares(source["image_id"]), stage.shares(other)) == ([TWO], [ONE])
    everywhere = {"unshare_everywhere_regions": [HOME], "unshare_everywhere_accounts": [ONE]}
    guarded = {**everywhere, "image_release_connection": {"account_id": TWO}}
    assert f"not to {TWO} (" in stage.playbook("unshare_everywhere", guarded, code=2).out
    assert stage.shares(other) == [ONE]
    assert stage.playbook("unshare_everywhere", everywhere).changed == 1
    assert stage.shares(other) == []


def test_what_is_no_record_is_refused_before_anything(stage: Stage) -> None:
    wrong = stage.folder / "wrong.json"
    wrong.write_text('{"collection": "imageops.alicloud", "schema": 99}')
    refused = stage.playbook("share", {"image_release_from_manifest": [str(wrong)]}, code=2)
    assert "its schema is 99" in refused.out
    assert stage.writes() == []


def test_records_of_another_account_are_refused_before_anything(stage: Stage) -> None:
    """Whoever names an account means it: keys of the records' account are no excuse."""
    variables = release(stage, "base-1", stage.image(name="base-1"))
    stage.playbook("create_copy_share", variables)
    stage.forget()
    again = {"image_release_from_manifest": variables["image_release_manifest"], "image_release_accounts": [ONE]}
    refused = stage.playbook("share", {**again, "image_release_account_id": TWO}, code=2)
    assert "different accounts are named" in refused.out and TWO in refused.out
    assert stage.writes() == []


@pytest.mark.parametrize("steps", [["share", "promote"], ["share"]])
def test_the_record_of_a_release_that_has_no_image_is_refused(stage: Stage, steps: list[str]) -> None:
    """The next job of the pipeline was green without having shared anything, and the record was complete after it."""
    failing = release(stage, "base-1", "m-nobody0has0this00000")
    stage.playbook("create_copy_share", failing, code=2)
    record = (stage.folder / "base-1.json").read_text()
    again = {
        "image_release_from_manifest": ["base-1.json"],
        "image_release_steps": steps,
        "image_release_family": "base",
    }
    again |= {"image_release_accounts": [ONE], "image_release_manifest": "base-1.json"}
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", again, *words, code=2)
        assert "the manifest of the release base-1 names no image, because it failed: run it again" in refused.out
    assert (stage.folder / "base-1.json").read_text() == record
    stage.playbook("create_copy_share", release(stage, "base-1", stage.image(name="base-1")))
    assert stage.playbook("create_copy_share", again).changed > 0


def test_an_image_that_two_records_name_is_told_once_and_as_it_is(stage: Stage) -> None:
    """It stood there twice, in its family and in none, and each run wrote the record anew."""
    source = stage.image(name="base-1")
    stage.playbook("create_copy_share", release(stage, "base-1", source, image_release_promote=True))
    more = {"image_release_destinations": [{"region": FRANKFURT}], "image_release_manifest": "more.json"}
    stage.playbook("create_copy_share", release(stage, "base-1", source, **more))
    both = {"image_release_from_manifest": ["base-1.json", "more.json"], "image_release_manifest": "both.json"}
    both |= {"image_release_accounts": [ONE]}
    assert stage.playbook("share", both).out.count(source) == 1
    record = json.loads((stage.folder / "both.json").read_text())
    families = {image["region"]: image["family"] for image in record["images"]}
    assert families == {HOME: "base", BEIJING: "base", FRANKFURT: None} and len(record["images"]) == 3
    assert stage.playbook("share", both).changed == 0
    stopped = stage.playbook("stop_copies", {"stop_copies_manifests": ["base-1.json", "more.json", "both.json"]})
    assert stopped.out.count("is finished, and stays") == 2
