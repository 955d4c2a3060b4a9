# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A controller: what it hands to a job by survey and credential, and what a job has come to."""

from __future__ import annotations

import json
import shutil
import typing as t
from pathlib import Path

import ansible_runner
from docs.answers import as_file

if t.TYPE_CHECKING:
    from .conftest import Data, Simulated


PROJECT = Path(__file__).resolve().parents[2] / "extensions" / "awx" / "project"

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ACCOUNT, CONSUMER, ELSEWHERE = "1000000000000001", "1000000000000011", "1000000000000019"


class Controller:
    """Runs a playbook of the project as AWX does: in a private directory, with what credential and survey inject."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.folder = simulated.folder / "runner"
        shutil.copytree(PROJECT, self.folder / "project")

    def launch(
        self, playbook: str, survey: Data, cancel: t.Callable[[], bool] | None = None, check: bool = False
    ) -> ansible_runner.Runner:
        credential = {name: str(value) for name, value in self.simulated.ready["env"].items()}
        # The fields of the credential that are left empty arrive as empty texts.
        credential |= {
            "ALIBABA_CLOUD_SECURITY_TOKEN": "",
            "ALICLOUD_ASSUME_ROLE_ARN": "",
            "ALIBABA_CLOUD_REGION_ID": "",
        }
        env = self.simulated.env | credential | {"AWX_JOB_ID": "42", "JOB_ID": "42"}
        answers = as_file({"alicloud_account_id": ACCOUNT, **survey})
        (self.folder / "env").mkdir(exist_ok=True)
        (self.folder / "env" / "extravars").write_text(answers)
        return ansible_runner.run(
            private_data_dir=str(self.folder),
            playbook=playbook,
            envvars=env,
            cancel_callback=cancel or (lambda: False),
            cmdline="--check" if check else None,
            quiet=True,
            suppress_env_files=True,
        )


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
