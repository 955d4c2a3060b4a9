# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs at one time that let two releases lead one family: whoever ends last says what came of it."""

from __future__ import annotations

import json
import typing as t

import pytest
from ways.plays import meanwhile

from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import ECS

from .beside import another_run, client_of
from .releases import release
from .test_going_back import BEIJING, HOME, ONE, PROMOTE, SHARED, back, leaders

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow


def test_a_family_that_two_runs_have_left_without_a_lead_is_told(stage: Stage) -> None:
    """One promotes and the other goes back: each deprecated what led before, nothing was left, and both said ok."""
    first, second = (stage.image(name=name, created=f"2026-0{name[-1]}-01T00:00:00Z") for name in ("base-1", "base-2"))
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED, **PROMOTE))
    # Both images of the second one have joined the family by then.
    stage.control("faults", {"kind": "hold", "action": "ModifyImageAttribute", "nth": 3})

    stage.holds_claims = False  # what the other one does is no claim of a task
    with another_run(stage, (HOME, {"ImageId": second, "Status": "Deprecated"})):
        done = stage.playbook("create_copy_share", release(stage, "base-2", second, **SHARED, **PROMOTE), code=2)
    assert f"{HOME}: {second} is not Available any more: another run has deprecated it" in done.out
    assert "playbook rollback" in done.out and f"{BEIJING}: m-" not in done.of("image_release_step")[-1]["msg"]
    assert leaders(stage) == {f"{BEIJING} base-2 {ONE}"}
    assert not json.loads((stage.folder / "base-2.json").read_text())["complete"]
    back(stage, "base-1")
    assert leaders(stage) == {f"{HOME} base-1", f"{BEIJING} base-1 {ONE}"}


def test_a_family_that_a_new_key_and_a_rollback_have_left_without_a_lead_is_told(stage: Stage) -> None:
    """The rollback deprecated the image with the new key, and that run the former one: both said ok."""
    first = stage.image(name="base-1", created="2026-01-01T00:00:00Z")
    stage.playbook("create_copy_share", release(stage, "base-1", first, **SHARED, **PROMOTE))
    # The new image has joined the family by then.
    stage.control("faults", {"kind": "hold", "action": "ModifyImageAttribute", "nth": 2})

    def go_back() -> None:
        (new,) = (image["image_id"] for image in stage.in_region(BEIJING) if image["name"] == "keyed")
        client = client_of(stage)
        client.call(ECS, "go back", BEIJING, "ModifyImageSharePermission", {"ImageId": new, "RemoveAccount": [ONE]})
        client.call(ECS, "go back", BEIJING, "ModifyImageAttribute", {"ImageId": new, "Status": "Deprecated"})
        stage.control("faults/release", {})

    stage.holds_claims = False  # what the other one does is no claim of a task
    keys = {HOME: "keep", BEIJING: stage.ready["demo"]["kms_keys"][BEIJING]}
    rekey = {"image_rekey_manifests": "base-1.json", "image_rekey_manifest": "keyed.json", "image_rekey_name": "keyed"}
    with meanwhile(lambda: bool(stage.control("faults")["held"]), go_back):
        done = stage.playbook("image_rekey", {**rekey, "image_rekey_keys": keys}, code=2)
    assert leaders(stage) == {f"{HOME} base-1"}
    (new,) = (image["image_id"] for image in stage.in_region(BEIJING) if image["name"] == "keyed")
    assert f"{BEIJING}: {new} is not Available any more: another run has deprecated it" in done.out
    assert not json.loads((stage.folder / "keyed.json").read_text())["complete"]
    back(stage, "base-1")
    assert leaders(stage) == {f"{HOME} base-1", f"{BEIJING} base-1 {ONE}"}


@pytest.mark.parametrize("mine", ["base-2", "base-3"])
def test_releases_that_are_promoted_beside_each_other_are_told(stage: Stage, mine: str) -> None:
    """Both led, each where its copy was the last to be made, both said ok, and both had deprecated what led before."""
    first, *others = (stage.image(name=f"base-{n}", created=f"2026-0{n}-01T00:00:00Z") for n in (1, 2, 3))
    stage.playbook("create_copy_share", release(stage, "base-1", first, **PROMOTE))
    for name, source in zip(("base-3", "base-2"), reversed(others), strict=True):
        stage.playbook("create_copy_share", release(stage, name, source))
        stage.control("clock", {"advance": 60})
    theirs = {image["region"]: image["image_id"] for image in stage.images() if image["name"] not in (mine, "base-1")}
    stage.control("faults", {"kind": "hold", "action": "ModifyImageAttribute"})
    joins = [(region, {"ImageId": image_id, "ImageFamily": "base"}) for region, image_id in theirs.items()]
    stage.holds_claims = False  # what the other one does is no claim of a task
    promote = {"image_release_from_manifest": f"{mine}.json", "image_release_steps": ["promote"], **PROMOTE}
    promote |= {"image_release_family": "base", "image_release_manifest": f"{mine}.json"}
    with another_run(stage, *joins, (HOME, {"ImageId": first, "Status": "Deprecated"})):
        done = stage.playbook("create_copy_share", promote, code=2)
    # The older one is taken for the newest where its copy is the younger.
    told = {BEIJING: "base-2"} if mine == "base-3" else {HOME: "base-3", BEIJING: "base-3"}
    named = {region: f"{region}: family base holds {theirs[region]} ({name}) of" for region, name in told.items()}
    assert all(sentence in done.out for sentence in named.values())
    assert "another run has put it there beside this one" in done.out
    record = json.loads((stage.folder / f"{mine}.json").read_text())
    assert not record["complete"] and [image["region"] for image in record["deprecated"]] == [BEIJING]
    again = {**promote, "image_release_from_manifest": "base-3.json", "image_release_manifest": "base-3.json"}
    stage.playbook("create_copy_share", again)
    assert leaders(stage) == {f"{HOME} base-3", f"{BEIJING} base-3"}
