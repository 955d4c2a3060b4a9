# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The job templates as a controller runs them: ansible-runner, the text of a survey, a credential, a cancel."""

from __future__ import annotations

import json
import time
import typing as t

import pytest
import yaml
from docs.controller import (
    ACCOUNT,
    BEIJING,
    CONSUMER,
    ELSEWHERE,
    FRANKFURT,
    HOME,
    Controller,
    artifacts,
    release,
    shares,
)
from simulator.state.regions import REGIONS

if t.TYPE_CHECKING:
    from .conftest import Data, Simulated


pytestmark = pytest.mark.slow


@pytest.fixture
def controller(simulated: Simulated) -> Controller:
    simulated.control(
        "seed",
        {
            "images": [{"id": "m-bp1golden0image", "region": HOME, "name": "golden"}],
            "instances": [{"id": "i-bp1demo0instance", "region": HOME, "disks": [{"size": 20}]}],
        },
    )
    return Controller(simulated)


def test_a_release_is_cancelled_and_run_again(controller: Controller) -> None:
    simulated = controller.simulated
    simulated.control("settings", {"copy_gib_per_second": 0.001})  # 20 GiB: 20000 simulated seconds

    def both_run() -> bool:
        return bool(simulated.images(BEIJING) and simulated.images(FRANKFURT))

    first = controller.launch("release.yml", release(), both_run)
    assert first.status == "canceled", first.stdout.read()
    running = {region: simulated.images(region) for region in (BEIJING, FRANKFURT)}
    assert all(len(images) == 1 and images[0]["status"] == "Creating" for images in running.values())

    time.sleep(1)  # what a killed job may have left behind would show now
    before = len(simulated.control("journal")["entries"])

    def finish_when_waited_for() -> bool:
        """However slow this machine is, the second job sees the copies run, and then it need not wait for them."""
        calls = simulated.control("journal")["entries"][before:]
        looks = [call["params"] for call in calls if (call["action"], call["region"]) == ("DescribeImages", BEIJING)]
        # First it lists what is its own, which tells it from the first job's last looks, then it waits for the one.
        found = next((number for number, one in enumerate(looks) if "ImageOwnerAlias" in one), len(looks))
        if len(looks) > found + 5 and simulated.images(BEIJING)[0]["status"] == "Creating":
            simulated.control("clock", {"advance": 20000})
        return False

    again = controller.launch("release.yml", release(image_release_wait_interval=0.5), finish_when_waited_for)
    assert again.status == "successful", again.stdout.read()
    for region, images in running.items():
        (copy,) = simulated.images(region)
        assert copy["image_id"] == images[0]["image_id"], "a second copy was made"
        assert copy["status"] == "Available"
        assert shares(copy) == [CONSUMER, "1000000000000012", "1000000000000013"]

    handed_on = artifacts(again)["imageops_release_localhost"]
    assert handed_on["complete"] is True and handed_on["account_id"] == ACCOUNT
    assert handed_on["images"] == {
        HOME: "m-bp1golden0image",
        **{region: images[0]["image_id"] for region, images in running.items()},
    }
    lines = [event["stdout"] for event in again.events if event["event"] == "verbose"]
    assert any(BEIJING in line and "done after" in line for line in lines), "no progress in the job's output"
    assert "-secret" not in json.dumps(list(again.events))


@pytest.mark.extra
def test_the_workflow_copies_first_and_shares_later(controller: Controller) -> None:
    survey = release(release_source_id="i-bp1demo0instance", release_name="base-2026-11")
    steps = workflow_steps()
    copied = controller.launch("release.yml", {**survey, **steps["copy"]})
    assert copied.status == "successful", copied.stdout.read()
    (copy,) = controller.simulated.images(BEIJING)
    assert shares(copy) == []
    shared = controller.launch("release.yml", {**survey, **steps["share"], **artifacts(copied)})
    assert shared.status == "successful", shared.stdout.read()
    (same,) = controller.simulated.images(BEIJING)
    assert same["image_id"] == copy["image_id"] and CONSUMER in shares(same)


@pytest.mark.extra
def test_the_survey_takes_an_object_as_the_source(controller: Controller) -> None:
    controller.simulated.control(
        "seed",
        {
            "roles": [{"name": "AliyunECSImageImportDefaultRole", "trust": ["ecs.aliyuncs.com"]}],
            "buckets": [{"name": "builds", "region": HOME, "objects": {"debian/13.qcow2": {"size": 20}}}],
        },
    )
    survey = release(release_source_id="oss://builds/debian/13.qcow2", release_name="debian-13")
    done = controller.launch("release.yml", survey)
    assert done.status == "successful", done.stdout.read()
    (copy,) = controller.simulated.images(BEIJING)
    assert copy["name"] == "debian-13"


def workflow_steps() -> dict[str, Data]:
    from docs.awx_assets import tasks

    (workflow,) = [options for module, options in tasks() if module == "workflow_job_template"]
    return {node["identifier"]: node.get("extra_data", {}) for node in workflow["workflow_nodes"]}


@pytest.mark.extra
def test_stop_and_unshare(controller: Controller) -> None:
    simulated = controller.simulated
    simulated.control("settings", {"copy_gib_per_second": 0.001})
    started = controller.launch("release.yml", release(), lambda: bool(simulated.images(BEIJING)))
    assert started.status == "canceled", started.stdout.read()
    of_one = {"stop_copies_source_region": HOME, "stop_copies_source_image_id": "m-bp1golden0image"}
    for survey in (of_one, {}):  # the second one finds nothing left to stop
        stopped = controller.launch("stop_copies.yml", {**survey, "stop_regions": f"{BEIJING}\n{FRANKFURT}"})
        assert stopped.status == "successful", stopped.stdout.read()
        assert simulated.images(BEIJING) == simulated.images(FRANKFURT) == []

    simulated.control("seed", {"images": [{"region": BEIJING, "name": "given", "shares": [CONSUMER]}]})
    survey = {"unshare_regions": BEIJING, "unshare_accounts": CONSUMER}
    assert controller.launch("unshare.yml", survey).status == "successful"
    assert shares(simulated.images(BEIJING)[0]) == []


@pytest.mark.extra
def test_a_release_is_tried_and_promoted(controller: Controller) -> None:
    place = {"vswitch_id": f"vsw-simulator-{BEIJING}", "security_group_id": f"sg-simulator-{BEIJING}"}
    survey = release(
        release_destinations=json.dumps([{"region": BEIJING}]),
        release_verify=json.dumps([{"region": BEIJING, "instance_type": "ecs.g7.large", **place}]),
        release_family="golden",
        release_steps=["copy", "verify", "share", "promote"],
    )
    done = controller.launch("release.yml", survey)
    assert done.status == "successful", done.stdout.read()
    calls = [call["action"] for call in controller.simulated.control("journal")["entries"]]
    assert calls.count("RunInstances") == calls.count("DeleteInstance") == 1
    assert [image["family"] for image in controller.simulated.images(BEIJING)] == ["golden"]


def test_old_images_are_planned_to_go_and_then_go(controller: Controller) -> None:
    aged = [
        {
            "region": BEIJING,
            "name": name,
            "family": "base",
            "created": created,
            "tags": {"imageops:created-from": "i-1"},
        }
        for name, created in (("old", "2020-01-01T00:00:00Z"), ("older", "2019-01-01T00:00:00Z"))
    ]
    controller.simulated.control("seed", {"images": aged})
    survey = {
        **dict.fromkeys(("retire_keep", "retire_min_age_days", "retire_max"), 1),
        **{"retire_regions": BEIJING, "retire_families": "base", "retire_name_patterns": "", "retire_grace_days": 0},
    }
    refused = controller.launch("retire.yml", {**survey, "alicloud_account_id": CONSUMER})
    named = f"not to {CONSUMER} (image_retire_connection.account_id)"
    assert refused.status == "failed" and named in refused.stdout.read()
    planned = controller.launch("retire.yml", survey, check=True)
    assert planned.status == "successful" and "would be deleted" in planned.stdout.read()
    assert len(controller.simulated.images(BEIJING)) == 2

    done = controller.launch("retire.yml", survey)
    assert done.status == "successful", done.stdout.read()
    assert [image["name"] for image in controller.simulated.images(BEIJING)] == ["old"]
    assert len(artifacts(done)["imageops_retire_localhost"]["deleted"]) == 1


def test_another_account_is_refused(controller: Controller) -> None:
    refused = controller.launch("release.yml", release(alicloud_account_id=ELSEWHERE))
    assert refused.status == "failed"
    assert f"not to {ELSEWHERE} (image_release_account_id)" in refused.stdout.read()
    assert controller.simulated.images(BEIJING) == []


@pytest.mark.parametrize(
    ("answers", "regions"),
    [
        pytest.param({"release_accounts": CONSUMER}, [BEIJING, FRANKFURT], id="one account"),  # which is a number
        pytest.param({"release_destinations": BEIJING}, [BEIJING], id="one region", marks=pytest.mark.extra),
        pytest.param({"release_destinations": f"{BEIJING},\r\n {FRANKFURT}\n"}, [BEIJING, FRANKFURT], id="regions"),
        pytest.param({"release_destinations": f"- region: {BEIJING}\n"}, [BEIJING], id="yaml", marks=pytest.mark.extra),
    ],
)
def test_answers_as_people_type_them(controller: Controller, answers: Data, regions: list[str]) -> None:
    done = controller.launch("release.yml", release(**{"release_accounts": CONSUMER, **answers}))
    assert done.status == "successful", done.stdout.read()
    for region in (BEIJING, FRANKFURT):
        found = [shares(image) for image in controller.simulated.images(region)]
        assert found == ([[CONSUMER]] if region in regions else [])


def test_no_step_at_all_is_refused(controller: Controller) -> None:
    """A survey takes an empty answer to a required question of several choices."""
    refused = controller.launch("release.yml", release(release_steps=[]))
    assert refused.status == "failed" and "image_release_steps" in refused.stdout.read()


MOST_BYTES, MOST_EVENTS = 200_000, 150


@pytest.mark.extra
def test_a_large_release_stays_small_in_the_controllers_database(controller: Controller) -> None:
    """Every region and 20 accounts, with copies that take minutes. A controller keeps each event and its output."""
    simulated = controller.simulated
    simulated.control("settings", {"copy_gib_per_second": 0.1})
    others = sorted({one.region_id for one in REGIONS.values() if not one.closed} - {HOME})
    accounts = [str(2000000000000001 + number) for number in range(20)]
    survey = release(
        release_destinations=json.dumps([{"region": one} for one in others]),
        release_accounts="\n".join(accounts),
    )
    done = controller.launch("release.yml", survey)
    assert done.status == "successful", done.stdout.read()
    assert all(shares(simulated.images(one)[0]) == accounts for one in others)
    events = list(done.events)
    size = sum(len(json.dumps(event["event_data"])) + len(event["stdout"]) for event in events)
    assert size <= MOST_BYTES and len(events) <= MOST_EVENTS, f"{size} bytes in {len(events)} events"
    assert sum("done after" in event["stdout"] or " %" in event["stdout"] for event in events) > 5, "no progress"


def have_hosts(controller: Controller, **connections: Data) -> None:
    """An inventory with a host for each connection: releases of one image to Beijing."""
    variables = {
        "image_release_source": {"region": HOME, "image_id": "m-bp1golden0image"},
        "image_release_destinations": [{"region": BEIJING}],
    }
    hosts = {name: {**variables, "image_release_connection": one} for name, one in connections.items()}
    folder = controller.folder / "inventory"
    folder.mkdir()
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}))


@pytest.mark.extra
def test_a_release_from_the_inventory(controller: Controller) -> None:
    have_hosts(controller, golden={})
    done = controller.launch("release_inventory.yml", {"image_release_hosts": "all"})
    assert done.status == "successful", done.stdout.read()
    assert len(controller.simulated.images(BEIJING)) == 1
    assert list(artifacts(done)) == ["imageops_release_golden"]


def test_another_account_is_refused_for_hosts_that_name_none(controller: Controller) -> None:
    """The credential's account holds for every host, also for one that names another."""
    have_hosts(controller, golden={}, own={"account_id": ACCOUNT})
    launched = controller.launch(
        "release_inventory.yml", {"image_release_hosts": "all", "alicloud_account_id": CONSUMER}
    )
    assert launched.status == "failed"
    said = launched.stdout.read()
    assert f"not to {CONSUMER} (image_release_account_id)" in said and "different accounts are named" in said
    (stats,) = [event["event_data"] for event in launched.events if event["event"] == "playbook_on_stats"]
    assert sorted(stats["failures"]) == ["golden", "own"]
    assert controller.simulated.images(BEIJING) == []
