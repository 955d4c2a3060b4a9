# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image: everything that an image can be created with."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import HOME, Lab, four_steps
from functional.test_image_import import DISK, plant_bucket

IMAGE = "ecs_image"
RISK = {"Name": "Nvme", "Value": "Unsupported", "RiskLevel": "High", "RiskCode": "NVMe.NotInstallded"}


@pytest.fixture
def call(lab: Lab) -> dict[str, t.Any]:
    instance = lab.demo("instances", "stopped")
    return {"region": HOME, "name": "base", "instance_id": instance, "nvme_support": "supported"}


def snapshot_tags(lab: Lab, image_id: str) -> list[dict[str, str]]:
    return [lab.sim.world.snapshots[disk.snapshot_id].tags for disk in lab.image(image_id).disks]


# Disk maps


def test_a_disk_map_of_seventeen_disks(lab: Lab) -> None:
    system = lab.plant("snapshots", region=HOME, size=20, disk_id="d-1")
    backup = lab.plant("snapshots", region=HOME, size=40, type="data", disk_id="d-2")
    disks: list[dict[str, t.Any]] = [
        {"snapshot_id": system, "size": 30, "device": "/dev/xvda", "type": "system"},
        {"snapshot_id": backup, "device": "/dev/xvdb"},
        *({"size": 100 + number} for number in range(15)),
    ]
    asked = {"family": "base", "version": "2", "platform": "Debian", "architecture": "x86_64", "boot_mode": "UEFI"}
    features = {"imds_support": "v2", "nvme_support": "supported"}
    group = lab.plant("resource_groups")
    wanted = {**asked, **features, "resource_group_id": group, "tags": {"stage": "test"}}
    outcome = four_steps(lab, IMAGE, region=HOME, name="base", disk_mappings=disks, **wanted)
    image = outcome.result["image"]
    assert [image[key] for key in asked] == list(asked.values())
    assert features.items() <= image["features"].items() and image["resource_group_id"] == group
    assert [disk["size"] for disk in image["disks"]] == [30, 40, *range(100, 115)]
    assert [bool(disk["snapshot_id"]) for disk in image["disks"]] == [True, True] + [False] * 15
    assert image["tags"]["stage"] == "test"


# What surveys send for questions that nobody has answered.
UNANSWERED = dict.fromkeys(("description", "family", "version", "platform", "resource_group_id", "image_id"), "")


@pytest.mark.parametrize("way", ["instance", "import"])
def test_what_is_given_empty_is_not_asked_for(lab: Lab, call: dict[str, t.Any], way: str) -> None:
    """Check mode promised an image, and the API refused it."""
    if way == "import":
        plant_bucket(lab)
        call["import_from"] = [{**DISK, "device": ""}]
        del call["instance_id"]
        call["role_name"] = ""
    image = four_steps(lab, IMAGE, **call, **UNANSWERED).result["image"]
    assert (image["name"], image["family"], image["description"]) == ("base", "", "")


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_an_image_that_has_a_name_and_a_family_keeps_them(lab: Lab, check: bool) -> None:
    image = lab.source(family="web")
    assert not lab.ok(IMAGE, region=HOME, image_id=image, name="", family="", check=check).changed
    assert lab.writes() == [] and lab.image(image).family == "web"


BAD_DISKS: list[t.Any] = [
    pytest.param([{"snapshot_id": "SYSTEM"}] + [{"size": 20}] * 17, "18 entries", id="too many"),
    pytest.param([{"snapshot_id": "SYSTEM", "device": "/dev/sda"}], "'/dev/sda' is none of", id="device"),
    pytest.param([{"size": 20, "type": "system"}], "the system disk needs snapshot_id", id="empty system disk"),
    pytest.param([{"snapshot_id": "SYSTEM"}, {"size": 40000}], "between 1 and 32768", id="too large"),
    pytest.param(
        [{"snapshot_id": "SYSTEM", "type": "system", "device": "/dev/xvdb"}], "that of a data disk", id="place"
    ),
    pytest.param([{"snapshot_id": "DATA"}], "0 system disks", id="no system disk"),
    pytest.param([{"snapshot_id": "SYSTEM"}, {"snapshot_id": "DATA", "type": "system"}], "2 system disks", id="two"),
    pytest.param([{"snapshot_id": "SYSTEM", "size": 10}], "too small for snapshot", id="too small"),
]


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
@pytest.mark.parametrize(("disks", "word"), BAD_DISKS)
def test_disks_that_make_no_image_are_refused_before_the_first_write(
    lab: Lab, disks: list[dict[str, t.Any]], word: str, check: bool
) -> None:
    known = {
        "SYSTEM": lab.plant("snapshots", region=HOME, size=20, disk_id="d-1"),
        "DATA": lab.plant("snapshots", region=HOME, size=40, type="data", disk_id="d-2"),
    }
    given = [
        {**disk, **({"snapshot_id": known[disk["snapshot_id"]]} if "snapshot_id" in disk else {})} for disk in disks
    ]
    lab.fails(IMAGE, word, region=HOME, name="base", disk_mappings=given, check=check)
    assert lab.writes() == []


def test_the_snapshot_of_a_data_disk_is_refused(lab: Lab) -> None:
    data = lab.plant("snapshots", region=HOME, size=40, type="data", disk_id="d-2")
    lab.fails(IMAGE, "0 system disks", region=HOME, name="base", snapshot_id=data)
    assert lab.writes() == []


# The check of an image


@pins.tags_at_once
def test_the_check_of_an_image_is_waited_for(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(detection_seconds=90.0)
    outcome = four_steps(lab, IMAGE, **call, detection_strategy="Standard")
    assert lab.calls("CreateImage") == []  # four_steps has cleared the journal, and the last two runs made none
    found = {"name": "Nvme", "value": "Supported", "risk_level": "", "risk_code": ""}
    assert outcome.result["image"]["detection_options"] == {"status": "Finished", "check_items": [found]}
    assert outcome.warnings == []
    (told,) = lab.ok("ecs_image_info", region=HOME, name="base").result["images"]
    assert told["detection_options"] == outcome.result["image"]["detection_options"]


def test_a_risk_is_a_warning_and_in_the_result(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(detection_items=[RISK, {"Name": "Firewall", "Value": "Normal"}])
    outcome = lab.ok(IMAGE, **call, detection_strategy="Standard")
    (warning,) = [text for text in outcome.warnings if "found a risk" in text]
    assert "Nvme is Unsupported (High, NVMe.NotInstallded)" in warning
    assert len(outcome.result["image"]["detection_options"]["check_items"]) == 2


@pins.counted
def test_without_a_strategy_nothing_is_checked_or_waited_for(lab: Lab, call: dict[str, t.Any]) -> None:
    outcome = lab.ok(IMAGE, **call)
    assert "DetectionStrategy" not in lab.calls("CreateImage")[0]["params"]
    assert outcome.result["image"]["detection_options"] == {"status": "", "check_items": []}
    looks = len(lab.calls("DescribeImages"))
    lab.ok(IMAGE, **call, detection_strategy="Standard")
    assert len(lab.calls("DescribeImages")) == looks + 1, "one that is there already is not checked"


def test_a_check_that_takes_too_long_is_an_error_and_waited_for_by_the_next_run(
    lab: Lab, call: dict[str, t.Any]
) -> None:
    lab.setting(detection_seconds=500.0)
    made = {**call, "detection_strategy": "Standard"}
    lab.fails(IMAGE, "its check is not finished in time", wait_timeout=100, **made)
    assert lab.ok(IMAGE, **made).result["image"]["detection_options"]["status"] == "Finished"
    assert len(lab.calls("CreateImage")) == 1


def test_an_image_that_vanishes_during_its_check_is_missed_for_a_while(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(detection_seconds=5000.0)
    vanishes, missed, interval = 200, 90, 5
    began = lab.clock.now()
    lab.clock.after(vanishes, lambda: lab.sim.world.drop_image(lab.one(HOME)))
    patience = {"consistency_wait": missed, "wait_interval": interval}
    outcome = lab.fails(
        IMAGE, "has vanished while it was waited for", **call, detection_strategy="Standard", **patience
    )
    assert outcome.result["error"]["code"] == "Vanished" and outcome.result["image"] is None
    assert abs(lab.clock.now() - began - vanishes - missed) <= 2 * interval
    assert len(lab.calls("CreateImage")) == 1


def test_an_instance_is_started_before_the_check_of_its_image_is_over(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.setting(detection_seconds=5000.0)
    made = {**call, "instance_id": lab.demo("instances", "demo"), "consistency": "stopped"}
    lab.fails(IMAGE, "its check", wait_timeout=300, detection_strategy="Standard", **made)
    assert lab.sim.world.instances[made["instance_id"]].status == "Running"


# Tags of its snapshots


@pins.tags_at_once
def test_the_tags_go_onto_the_snapshots_and_are_kept_there(lab: Lab, call: dict[str, t.Any]) -> None:
    wanted = {**call, "tags": {"stage": "test", "team": "one"}, "tag_snapshots": True}
    outcome = four_steps(lab, IMAGE, **wanted)
    made = outcome.result["image"]["image_id"]
    marked = {"imageops:snapshot-of": made}
    assert snapshot_tags(lab, made) == [{**wanted["tags"], **marked}] * 2
    first, second = snapshot_tags(lab, made)
    first["team"] = "another"
    first["mine"] = "kept"
    second.clear()
    lab.sim.journal.clear()
    four_steps(lab, IMAGE, **wanted)
    assert snapshot_tags(lab, made) == [{**wanted["tags"], **marked, "mine": "kept"}, {**wanted["tags"], **marked}]


def test_only_snapshots_that_are_made_for_the_image_can_be_tagged(lab: Lab) -> None:
    system = lab.plant("snapshots", region=HOME, size=20, disk_id="d-1")
    lab.fails(IMAGE, "needs instance_id", region=HOME, name="base", snapshot_id=system, tag_snapshots=True)
    assert lab.calls() == []
