# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The job templates as a controller runs them: ansible-runner, the text of a survey, a credential, a cancel."""

from __future__ import annotations

import json
import shutil
import time
import typing as t
from pathlib import Path

import ansible_runner
import pytest
import yaml

if t.TYPE_CHECKING:
    from .conftest import Data, Simulated

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2] / "extensions" / "awx" / "project"
HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ACCOUNT, CONSUMER = "1000000000000001", "1000000000000011"


class Controller:
    """Runs a playbook of the project as AWX does: in a private directory, with what credential and survey inject."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.folder = simulated.folder / "runner"
        shutil.copytree(PROJECT, self.folder / "project")

    def launch(self, playbook: str, survey: Data, cancel: t.Callable[[], bool] | None = None) -> ansible_runner.Runner:
        credential = {name: str(value) for name, value in self.simulated.ready["env"].items()}
        # The fields of the credential that are left empty arrive as empty texts.
        credential |= {
            "ALIBABA_CLOUD_SECURITY_TOKEN": "",
            "ALICLOUD_ASSUME_ROLE_ARN": "",
            "ALIBABA_CLOUD_REGION_ID": "",
        }
        env = self.simulated.env | credential | {"AWX_JOB_ID": "42", "JOB_ID": "42"}
        return ansible_runner.run(
            private_data_dir=str(self.folder),
            playbook=playbook,
            envvars=env,
            extravars={"alicloud_account_id": ACCOUNT, **survey},
            cancel_callback=cancel or (lambda: False),
            quiet=True,
            suppress_env_files=True,
        )


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


def release(**more: t.Any) -> Data:
    """What the survey of "Release an image" returns."""
    return {
        "release_source_region": HOME,
        "release_source_id": "m-bp1golden0image",
        "release_name": "",
        "release_destinations": json.dumps([{"region": BEIJING}, {"region": FRANKFURT}]),
        "release_accounts": f"{CONSUMER}\n1000000000000012, 1000000000000013",
        "release_steps": ["create", "copy", "share"],
        **more,
    }


def artifacts(run: ansible_runner.Runner) -> Data:
    """What set_stats has handed on."""
    (stats,) = [event for event in run.events if event["event"] == "playbook_on_stats"]
    return t.cast("Data", stats["event_data"]["artifact_data"])


def shares(image: Data) -> list[str]:
    return sorted(share["account_id"] for share in image["shares"] if share["revoked"] is None)


def test_a_release_is_cancelled_and_run_again(controller: Controller) -> None:
    simulated = controller.simulated
    simulated.control("settings", {"copy_gib_per_second": 0.02})  # 20 GiB: 1000 simulated seconds, 50 real ones

    def both_run() -> bool:
        return bool(simulated.images(BEIJING) and simulated.images(FRANKFURT))

    first = controller.launch("release.yml", release(), both_run)
    assert first.status == "canceled", first.stdout.read()
    running = {region: simulated.images(region) for region in (BEIJING, FRANKFURT)}
    assert all(len(images) == 1 and images[0]["status"] == "Creating" for images in running.values())

    time.sleep(1)  # what a killed job may have left behind would show now
    simulated.control("settings", {"copy_gib_per_second": 50})
    again = controller.launch("release.yml", release())
    assert again.status == "successful", again.stdout.read()
    for region, images in running.items():
        (copy,) = simulated.images(region)
        assert copy["image_id"] == images[0]["image_id"], "a second copy was made"
        assert copy["status"] == "Available"
        assert shares(copy) == [CONSUMER, "1000000000000012", "1000000000000013"]

    handed_on = artifacts(again)["image_release"]["localhost"]
    assert handed_on["complete"] is True and handed_on["account_id"] == ACCOUNT
    assert handed_on["images"] == {
        HOME: "m-bp1golden0image",
        **{region: images[0]["image_id"] for region, images in running.items()},
    }
    lines = [event["stdout"] for event in again.events if event["event"] == "verbose"]
    assert any(BEIJING in line and "done after" in line for line in lines), "no progress in the job's output"
    assert "-secret" not in json.dumps(list(again.events))


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


def workflow_steps() -> dict[str, Data]:
    from docs.awx_assets import tasks

    (workflow,) = [options for module, options in tasks() if module == "workflow_job_template"]
    return {node["identifier"]: node.get("extra_data", {}) for node in workflow["workflow_nodes"]}


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


def test_another_account_is_refused(controller: Controller) -> None:
    refused = controller.launch("release.yml", release(alicloud_account_id=CONSUMER))
    assert refused.status == "failed"
    assert f"not to account_id {CONSUMER}" in refused.stdout.read()
    assert controller.simulated.images(BEIJING) == []


def test_a_release_from_the_inventory(controller: Controller) -> None:
    variables = {
        "image_release_source": {"region": HOME, "image_id": "m-bp1golden0image"},
        "image_release_destinations": [{"region": BEIJING}],
    }
    inventory = {"all": {"hosts": {"golden": variables}}}
    (controller.folder / "inventory").mkdir()
    (controller.folder / "inventory" / "hosts.yml").write_text(yaml.safe_dump(inventory))
    done = controller.launch("release_inventory.yml", {"image_release_hosts": "all"})
    assert done.status == "successful", done.stdout.read()
    assert len(controller.simulated.images(BEIJING)) == 1
    assert list(artifacts(done)["image_release"]) == ["golden"]
