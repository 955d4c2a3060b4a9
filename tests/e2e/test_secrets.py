# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases at -vvvv with secrets that are known by sight: none of them turns up, wherever one looks."""

from __future__ import annotations

import itertools
import json
import subprocess
import typing as t
from pathlib import Path

import ansible_runner
import environment
import process_tree
import pytest
from functional import security_results

from .leaks import Secrets

if t.TYPE_CHECKING:
    from .conftest import Data, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
MAIN, ONE = "1000000000000001", "1000000000000011"
ROLE = f"acs:ram::{MAIN}:role/marked"
ISSUER = f"acs:ram::{MAIN}:oidc-provider/marked"
EVERYTHING = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
WAYS = ("environment", "options", "profile", "pipeline")
STARTS, OUTCOMES = ("playbook", "runner"), ("good", "bad")
# A few of them in the tests of every day; all for the figures of the documentation.
CASES = (
    list(itertools.product(WAYS, STARTS, OUTCOMES))
    if security_results.asked_for()
    else [("options", "playbook", "good"), ("pipeline", "playbook", "bad"), ("environment", "runner", "bad")]
)


class Ground:
    """A release that is given its credentials in one way or another, and the files in which they are given."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.folder = stage.folder
        self.secrets = secrets = Secrets()
        self.keys = {
            "access_key_id": secrets.key_id,
            "access_key_secret": secrets.secret,
            "security_token": secrets.token,
        }
        self.given: list[Path] = []
        self.env: dict[str, str] = {
            name: value
            for name, value in stage.env.items()
            if not name.startswith(("ALIBABA_CLOUD_ACCESS", "ALICLOUD_"))
        }
        self.env["TMPDIR"] = str(self.folder / "temporary")
        (self.folder / "temporary").mkdir()
        key = {"id": secrets.key_id, "secret": secrets.secret, "token": secrets.token}
        stage.control(
            "seed",
            {
                "users": [{"name": "marked", "policies": [EVERYTHING], "access_keys": [key]}],
                "roles": [{"name": "marked", "policies": [EVERYTHING], "trust": [MAIN, ISSUER]}],
                "oidc_providers": [{"name": "marked", "issuer": "https://ci.example.org", "key": secrets.issuer_key}],
            },
        )
        self.variables: Data = {
            "image_release_source": {"region": HOME, "image_id": stage.image()},
            "image_release_destinations": [{"region": BEIJING}],
            "image_release_accounts": [ONE],
            "image_release_wait_interval": 0.2,
            "image_release_manifest": str(stage.manifest),
            "image_release_report": str(self.folder / "report.html"),
            "image_release_report_markdown": str(self.folder / "report.md"),
        }

    def give(self, way: str) -> None:
        if way == "environment":
            self.env |= {f"ALIBABA_CLOUD_{name.upper()}": value for name, value in self.keys.items()}
        elif way == "options":
            self.variables["image_release_connection"] = {**self.keys, "ram_role_arn": ROLE}
        elif way == "profile":
            values = {**self.keys, "sts_token": self.secrets.token}
            profile = {"name": "marked", "mode": "StsToken", **values}
            self.file(".aliyun/config.json", json.dumps({"current": "marked", "profiles": [profile]}))
        else:
            token = self.stage.control("sts/token", {"provider": ISSUER})["token"]
            self.env |= {
                "ALIBABA_CLOUD_ROLE_ARN": ROLE,
                "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": ISSUER,
                "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(self.file("token", token)),
            }

    def file(self, name: str, text: str) -> Path:
        """A file of the user's own, which holds what it holds."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        self.given.append(path)
        return path

    def playbook(self) -> int:
        variables = self.file("variables.json", json.dumps(self.variables))
        book = "imageops.alicloud.create_copy_share"
        words = [environment.BIN / "ansible-playbook", book, "-vvvv", "-e", f"@{variables}"]
        with open(self.folder / "output.txt", "wb") as output:
            done = process_tree.run(words, cwd=self.folder, env=self.env, stdout=output, stderr=subprocess.STDOUT)
        return done.returncode

    def runner(self) -> int:
        private = self.folder / "runner"
        (private / "project").mkdir(parents=True)
        (private / "project" / "play.yml").write_text(
            json.dumps([{"import_playbook": "imageops.alicloud.create_copy_share"}])
        )
        (private / "env").mkdir()
        self.file("runner/env/extravars", json.dumps(self.variables))
        # It writes down how it was started, with the whole environment.
        self.given.append(private / "artifacts" / "job" / "command")
        run = ansible_runner.run(
            private_data_dir=str(private), ident="job", playbook="play.yml", envvars=self.env, verbosity=4, quiet=True
        )
        self.given.append(private / "env" / "envvars")
        return int(run.rc)


@pytest.mark.parametrize(("way", "start", "outcome"), CASES)
def test_no_secret_turns_up(stage: Stage, way: str, start: str, outcome: str) -> None:
    ground = Ground(stage)
    ground.give(way)
    if outcome == "bad":
        stage.control("faults", {"kind": "error", "action": "CopyImage", "code": "EncryptedOption.Conflict"})
        stage.control("faults", {"kind": "truncate", "action": "ModifyImageSharePermission"})
    with security_results.tried("leaks", way=way, start=start, outcome=outcome) as result:
        with ground.secrets.watched_processes() as shown:
            code = getattr(ground, start)()
        found = shown + ground.secrets.in_files(stage.folder, ground.given)
        result["found"] = len(found)
        assert (code == 0) == (outcome == "good")
        assert stage.manifest.exists() and (stage.folder / "report.html").exists()
        assert not found, "\n".join(found)


def test_refused_keys_are_not_shown(stage: Stage) -> None:
    ground = Ground(stage)
    ground.give("environment")
    ground.env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = f"{ground.secrets.mark}Other"
    assert ground.playbook() == 2
    assert "SignatureDoesNotMatch" in (stage.folder / "output.txt").read_text()
    assert not ground.secrets.in_files(stage.folder, ground.given)


def test_a_secret_would_be_found(tmp_path: Path) -> None:
    """The search itself works."""
    secrets = Secrets()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_text(f"x={secrets.secret}")
    (tmp_path / "mine").write_text(secrets.token)
    assert len(secrets.in_files(tmp_path, [tmp_path / "mine"])) == 1
    with secrets.watched_processes() as shown:
        subprocess.run(["sleep", "0.3"], check=True)
        assert not shown
        subprocess.run(["sh", "-c", f"sleep 0.3; : {secrets.secret}"], check=True)
    assert shown
