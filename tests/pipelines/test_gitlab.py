# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The GitLab pipeline as its runner would run it: gitlab-ci-local's shell executor, against the simulator."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import typing as t
from pathlib import Path

import process_tree
import pytest
import yaml
from pipelines.conftest import PIPELINES, npm

if t.TYPE_CHECKING:
    from docs.conftest import Data, Simulated

pytestmark = [pytest.mark.slow, pytest.mark.extra]

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
CONSUMER = "1000000000000011"
IMAGE = "m-bp1golden0image"
RELEASE = {
    "image_release_source": {"region": HOME, "image_id": IMAGE},
    "image_release_family": "base",
    "image_release_destinations": [{"region": BEIJING}, {"region": FRANKFURT}],
    "image_release_accounts": [CONSUMER],
    "image_release_wait_interval": 0.5,
}


class Gitlab:
    """A repository with the pipeline in it, and a runner."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.folder = simulated.folder / "repository"
        self.folder.mkdir()
        shutil.copy(PIPELINES / "gitlab-ci.yml", self.folder / ".gitlab-ci.yml")
        (self.folder / "release.yml").write_text(yaml.safe_dump(RELEASE))
        for words in (
            ["init", "-q", "-b", "main"],
            ["add", "-A"],
            ["-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "A release"],
            ["remote", "add", "origin", "git@gitlab.example.com:images/release.git"],
        ):
            subprocess.run(["git", *words], cwd=self.folder, check=True, env=simulated.env)

    def start(self, *words: str) -> subprocess.Popen[str]:
        program = str(npm("linters") / ".bin" / "gitlab-ci-local")
        # The account's keys stand for the CI's store. An id token needs GitLab itself.
        keys = {name: str(value) for name, value in self.simulated.ready["env"].items()}
        given = [word for name, value in keys.items() for word in ("--variable", f"{name}={value}")]
        command = [program, "--force-shell-executor", "--home", str(self.simulated.folder), *given, *words]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.simulated.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, code: int = 0) -> str:
        process = self.start(*words)
        shown, dummy = process_tree.said(process)
        assert process.returncode == code, shown
        assert "-secret" not in shown
        return shown

    def artifact(self, job: str, name: str) -> Path:
        return self.folder / ".gitlab-ci-local" / "artifacts" / job / name


@pytest.fixture
def gitlab(simulated: Simulated) -> Gitlab:
    simulated.control("seed", {"images": [{"id": IMAGE, "region": HOME, "name": "golden"}]})
    return Gitlab(simulated)


def shares(image: Data) -> list[str]:
    return sorted(share["account_id"] for share in image["shares"] if share["revoked"] is None)


def wait_for(seen: t.Callable[[], t.Any], patience: float = process_tree.PATIENCE) -> None:
    end = time.monotonic() + patience
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_a_release_with_a_job_that_is_killed_and_started_again(gitlab: Gitlab) -> None:
    simulated = gitlab.simulated
    shown = gitlab.run("plan")
    assert simulated.images(BEIJING) == [] and "PASS" in shown
    planned = gitlab.artifact("plan", "plan.md").read_text()
    assert "would be started" in planned and "would join" in planned, "of every job"
    assert not [call for call in simulated.control("journal")["entries"] if call["write"]]

    simulated.control("settings", {"copy_gib_per_second": 0.001})  # 20 GiB: 20000 simulated seconds
    killed = gitlab.start("copy")
    wait_for(lambda: simulated.images(BEIJING) and simulated.images(FRANKFURT))
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    before = {region: simulated.images(region)[0] for region in (BEIJING, FRANKFURT)}
    assert {image["status"] for image in before.values()} == {"Creating"}

    simulated.control("clock", {"advance": 20000})
    gitlab.run("copy")
    manifest = json.loads(gitlab.artifact("copy", "manifest.json").read_text())
    for region, image in before.items():
        (same,) = simulated.images(region)
        assert same["image_id"] == image["image_id"] and same["status"] == "Available", "a second copy was made"
        assert shares(same) == [], "it is shared after the second yes only"
        assert image["image_id"] in [one["image_id"] for one in manifest["images"]]

    gitlab.run("share")
    for region in before:
        (image,) = simulated.images(region)
        assert shares(image) == [CONSUMER] and image["family"] == "base"
    gitlab.run("report")
    assert before[BEIJING]["image_id"] in gitlab.artifact("report", "report.html").read_text()
    assert "3 of 3 images" in gitlab.artifact("report", "report.md").read_text()
