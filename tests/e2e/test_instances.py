# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a finished copy is for: instances of it, and new system disks for those that run; and the pause of a source."""

from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
OLD = "m-old"

Data = dict[str, t.Any]


def instances(stage: Stage, region: str) -> dict[str, Data]:
    """The instances of a region by name."""
    return {one["name"]: one for one in stage.control("state")["instances"] if one["region"] == region}


def copied(stage: Stage) -> tuple[str, str]:
    """An image and its finished copy in Beijing."""
    source = stage.image()
    stage.playbook("examples.across_regions", {"image_id": source, "regions": [BEIJING]})
    stage.forget()
    return source, stage.in_region(BEIJING)[0]["image_id"]


def test_an_instance_of_a_finished_copy(stage: Stage) -> None:
    source, copy = copied(stage)
    variables = {
        "region": BEIJING,
        "copied_from": f"{HOME}/{source}",
        "instance_name": "web-1",
        "instance_type": "ecs.g7.large",
        "vswitch_id": f"vsw-simulator-{BEIJING}",
        "security_group_id": f"sg-simulator-{BEIJING}",
        "poll_seconds": 1,
    }
    stage.playbook("examples.create_instance", variables, "--check")
    assert stage.writes() == []
    assert stage.playbook("examples.create_instance", variables).changed == 1
    made = instances(stage, BEIJING)["web-1"]
    assert (made["image_id"], made["status"]) == (copy, "Running")
    stage.forget()
    assert stage.playbook("examples.create_instance", variables).changed == 0
    assert stage.writes() == [] and len(instances(stage, BEIJING)) == 1

    refused = stage.playbook("examples.create_instance", {**variables, "instance_name": "w", "vswitch_id": "n"}, code=2)
    assert "RunInstances: InvalidVSwitchId.NotFound" in refused.out


def test_an_instance_that_somebody_has_stopped_is_left_so(stage: Stage) -> None:
    stage.image(name="copy", tags={"imageops:copied-from": f"{BEIJING}/m-1"})
    variables = {
        "region": HOME,
        "copied_from": f"{BEIJING}/m-1",
        "instance_name": "stopped",
        "instance_type": "ecs.g7.large",
        "vswitch_id": f"vsw-simulator-{HOME}",
        "security_group_id": f"sg-simulator-{HOME}",
        "poll_seconds": 1,
    }
    assert stage.playbook("examples.create_instance", variables).changed == 0
    assert stage.writes() == [] and instances(stage, HOME)["stopped"]["status"] == "Stopped"


@pytest.fixture
def fleet(stage: Stage) -> list[str]:
    """Two instances of an old image, and the words that make them the inventory."""
    planted = {
        name: stage.control("seed", {"instances": [{"name": name, "region": BEIJING, "image_id": OLD}]})["ids"][
            "instances"
        ][0]
        for name in ("web-1", "web-2")
    }
    hosts = {name: {"instance_id": instance_id} for name, instance_id in planted.items()}
    inventory = stage.folder / "instances.json"
    inventory.write_text(json.dumps({"instances": {"hosts": hosts}}))
    return ["-i", str(inventory)]


def rollout(source: str) -> Data:
    return {"region": BEIJING, "copied_from": f"{HOME}/{source}", "poll_seconds": 1}


def deeds(stage: Stage) -> list[tuple[str, str]]:
    return [(call["action"], call["params"]["InstanceId"]) for call in stage.writes()]


def test_system_disks_are_replaced_one_instance_after_another(stage: Stage, fleet: list[str]) -> None:
    source, copy = copied(stage)
    stage.playbook("examples.replace_system_disk", rollout(source), "--check", *fleet)
    assert stage.writes() == []
    assert stage.playbook("examples.replace_system_disk", rollout(source), *fleet).changed == 6
    came = instances(stage, BEIJING)
    assert {(one["image_id"], one["status"]) for one in came.values()} == {(copy, "Running")}
    steps = ("StopInstance", "ReplaceSystemDisk", "StartInstance")
    ids = [came[name]["instance_id"] for name in ("web-1", "web-2")]
    assert deeds(stage) == [(step, instance_id) for instance_id in ids for step in steps]
    stage.forget()
    assert stage.playbook("examples.replace_system_disk", rollout(source), *fleet).changed == 0
    assert stage.writes() == []


def test_no_image_is_made_from_nothing(stage: Stage, fleet: list[str]) -> None:
    """An empty answer of a survey: instances got the newest of all images for their system disks."""
    copied(stage)
    empty = {**rollout(""), "copied_from": ""}
    refused = stage.playbook("examples.replace_system_disk", empty, *fleet, code=2)
    assert "copied_from is empty" in refused.out and stage.writes() == []


def test_the_first_failure_ends_the_rollout_and_the_next_run_does_the_rest(stage: Stage, fleet: list[str]) -> None:
    source, copy = copied(stage)
    first = instances(stage, BEIJING)["web-1"]["instance_id"]
    stage.control("faults", {"kind": "error", "action": "ReplaceSystemDisk", "code": "INST_HAS_UNPAID_ORDER"})
    failed = stage.playbook("examples.replace_system_disk", rollout(source), *fleet, code=2)
    assert "INST_HAS_UNPAID_ORDER" in failed.out
    came = instances(stage, BEIJING)
    assert [(came[name]["image_id"], came[name]["status"]) for name in ("web-1", "web-2")] == [
        (OLD, "Stopped"),
        (OLD, "Running"),
    ]
    stage.forget()
    stage.playbook("examples.replace_system_disk", rollout(source), *fleet)
    assert {(one["image_id"], one["status"]) for one in instances(stage, BEIJING).values()} == {(copy, "Running")}
    assert deeds(stage)[:2] == [("ReplaceSystemDisk", first), ("StartInstance", first)]


def test_a_release_stops_its_instance_and_has_the_image_checked(stage: Stage) -> None:
    instance = stage.ready["demo"]["instances"]["demo"]
    source = {"region": HOME, "instance_id": instance, "consistency": "stopped", "detection_strategy": "Standard"}
    variables = {"image_release_source": source, "image_release_name": "base-2026-11"}
    predicted = stage.playbook("create_copy_share", variables, "--check")
    assert stage.writes() == []
    assert predicted.one("ecs_image")["instance"] == {"instance_id": instance, "stopped": True, "started": True}
    done = stage.playbook("create_copy_share", variables)
    assert done.one("ecs_image")["instance"] == predicted.one("ecs_image")["instance"]
    assert done.one("ecs_image")["image"]["detection_options"]["status"] == "Finished"
    assert instances(stage, HOME)["demo"]["status"] == "Running"
    assert stage.playbook("create_copy_share", variables).changed == 0
