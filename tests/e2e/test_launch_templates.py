# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch templates that follow a promotion, by playbook: in all regions or in none, and back with the rollback."""

from __future__ import annotations

import json
import typing as t

import pytest

from .releases import release

if t.TYPE_CHECKING:
    from .conftest import Data, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
DATA = {"ImageId": "m-former", "InstanceType": "ecs.g7.large", "SystemDisk.Size": 40, "SystemDisk.Encrypted": "true"}
TEMPLATES = [{"region": HOME, "name": "web"}, {"region": BEIJING, "name": "web", "keep_versions": 5}]


def plant(stage: Stage, **more: t.Any) -> None:
    stage.control("settings", {"lt_extra_field": "absent"})
    web = [{"region": region, "name": "web", "versions": [DATA]} for region in (HOME, BEIJING)]
    web[1]["versions"] = [{**DATA, **more}]
    ids = stage.control("seed", {"launch_templates": web})["ids"]["launch_templates"]
    group = {"region": HOME, "name": "eager", "launch_template": ids[0], "version": "Latest"}
    stage.control("seed", {"scaling_groups": [group]})


def promoted(stage: Stage, name: str, day: int) -> Data:
    """A release that leads its family, and whose image the templates get."""
    return release(
        stage,
        name,
        stage.image(name=name, created=f"2026-11-{day:02}T08:00:00Z"),
        image_release_promote=True,
        image_release_deprecate_previous=True,
        image_release_launch_templates=TEMPLATES,
        image_release_report=str(stage.folder / f"{name}.html"),
    )


def defaults(stage: Stage) -> dict[str, str]:
    """The name of the image that each region's template starts from; all else must be as it was."""
    names = {image["image_id"]: image["name"] for image in stage.images()}
    found = {}
    for template in stage.control("state")["launch_templates"]:
        data = template["versions"][str(template["default"])]["data"]
        assert {**data, "ImageId": "m-former"} == DATA
        found[template["region"]] = names.get(data["ImageId"], data["ImageId"])
    return found


def test_templates_follow_the_promotion_and_go_back_with_it(stage: Stage) -> None:
    plant(stage)
    first, second = promoted(stage, "base-1", 1), promoted(stage, "base-2", 2)
    planned = stage.playbook("create_copy_share", first, "--check")
    assert "launch template web would get a new version with the new image in place of m-former" in planned.out
    assert "scaling group eager is on Latest and would take the new version before it is promoted" in planned.out
    assert defaults(stage) == dict.fromkeys((HOME, BEIJING), "m-former")
    done = stage.playbook("create_copy_share", first)
    assert done.changed == planned.changed
    assert defaults(stage) == dict.fromkeys((HOME, BEIJING), "base-1")
    assert f"{BEIJING}: launch template web has" in done.out
    record = json.loads((stage.folder / "base-1.json").read_text())
    assert {one["region"]: one["default_version"] for one in record["launch_templates"]} == {HOME: 2, BEIJING: 2}
    assert "launch template web has" in (stage.folder / "base-1.html").read_text()
    assert stage.playbook("create_copy_share", first).changed == 0

    stage.playbook("create_copy_share", second)
    assert defaults(stage) == dict.fromkeys((HOME, BEIJING), "base-2")

    # The record names the templates.
    back = {"image_release_from_manifest": [first["image_release_manifest"]], "image_release_family": "base"}
    back["image_release_manifest"] = first["image_release_manifest"]
    planned = stage.playbook("rollback", back, "--check")
    assert "would be the default, as one step with the family" in planned.out and "goes back" not in planned.out
    assert defaults(stage) == dict.fromkeys((HOME, BEIJING), "base-2")
    assert stage.playbook("rollback", back).changed == planned.changed
    assert defaults(stage) == dict.fromkeys((HOME, BEIJING), "base-1")
    versions = [len(template["versions"]) for template in stage.control("state")["launch_templates"]]
    assert versions == [3, 3], "going back makes no version"
    assert stage.playbook("rollback", back).changed == 0


def test_a_rollback_leaves_out_a_template_that_is_gone(stage: Stage) -> None:
    plant(stage)
    first, second = promoted(stage, "base-1", 1), promoted(stage, "base-2", 2)
    stage.playbook("create_copy_share", first)
    stage.playbook("create_copy_share", second)
    gone = next(found for found in stage.control("state")["launch_templates"] if found["region"] == HOME)
    stage.control("remove", {"launch_template_id": gone["template_id"]})

    back = {"image_release_from_manifest": [first["image_release_manifest"]], "image_release_family": "base"}
    back["image_release_manifest"] = first["image_release_manifest"]
    planned = stage.playbook("rollback", back, "--check")
    told = f"{HOME}: launch template {gone['template_id']} is not there any more, and nothing is done for it"
    assert told in planned.out
    done = stage.playbook("rollback", back)
    assert told in done.out and done.changed == planned.changed
    assert defaults(stage) == {BEIJING: "base-1"}
    record = json.loads((stage.folder / "base-1.json").read_text())
    assert [template["region"] for template in record["launch_templates"]] == [BEIJING]
    assert stage.playbook("rollback", back).changed == 0

    # One that is asked for by name must be there.
    named = {**back, "image_release_launch_templates": [{"region": HOME, "id": gone["template_id"]}]}
    assert "Nothing is promoted" in stage.playbook("rollback", named, code=2).out


def test_one_template_that_can_not_be_kept_stops_all_before_the_first_write(stage: Stage) -> None:
    plant(stage, InstanceLabel="kept")
    variables = promoted(stage, "base-1", 1)
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", variables, *words, code=2)
        assert "Nothing is promoted" in refused.out and "InstanceLabel" in refused.out
        assert "image_release_launch_templates.allowed_losses" in refused.out
    assert stage.writes() == []
    odd = {**variables, "image_release_promote": False}
    assert "change with a promotion" in stage.playbook("create_copy_share", odd, code=2).out
    lost = [{**one, "allowed_losses": ["InstanceLabel"]} for one in TEMPLATES]
    stage.control("faults", {"kind": "error", "action": "CreateLaunchTemplateVersion", "code": "InvalidParameter",
                             "status": 400, "region": BEIJING, "times": 1})  # fmt: skip
    failed = stage.playbook("create_copy_share", {**variables, "image_release_launch_templates": lost}, code=2)
    assert "Nothing is promoted" in failed.out
    assert {image["family"] for image in stage.images()} == {""}
    assert {template["default"] for template in stage.control("state")["launch_templates"]} == {1}
    stage.playbook("create_copy_share", {**variables, "image_release_launch_templates": lost})
    assert {image["family"] for image in stage.images()} == {"base"}
    assert {template["default"] for template in stage.control("state")["launch_templates"]} == {2}
    stage.forget()
    assert stage.playbook("create_copy_share", {**variables, "image_release_launch_templates": lost}).changed == 0
    assert stage.writes() == []
