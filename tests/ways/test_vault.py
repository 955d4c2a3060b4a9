# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that are vaulted one by one work on every ansible-core, and no output shows them, at -vvvv or refused."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import environment
import process_tree
import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from e2e.leaks import Secrets
from ways import beyond

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Stage

pytestmark = pytest.mark.slow

EVERYTHING = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
HOME, BEIJING = "cn-hangzhou", "cn-beijing"


class Ground:
    """Variables with vaulted secrets, and the runs that are given them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.secrets = secrets = Secrets()
        self.env = {name: value for name, value in stage.env.items() if not name.startswith("ALIBABA_CLOUD_ACCESS")}
        key = {"id": secrets.key_id, "secret": secrets.secret, "token": secrets.token}
        stage.control("seed", {"users": [{"name": "marked", "policies": [EVERYTHING], "access_keys": [key]}]})
        self.password = stage.folder / "password"
        self.password.write_text("of-the-test\n")
        self.given = stage.folder / "given.yml"
        connection = (
            f"  access_key_id: {secrets.key_id}\n"
            f"  access_key_secret: {self.vaulted(secrets.secret)}\n"
            f"  security_token: {self.vaulted(secrets.token)}\n"
        )
        self.given.write_text(f"image_release_connection:\n{connection}image_retire_connection:\n{connection}")

    def vaulted(self, secret: str) -> str:
        vault = VaultLib([("default", VaultSecret(self.password.read_bytes().strip()))])
        lines = vault.encrypt(secret).decode().splitlines()
        return "\n".join(["!vault |", *(f"    {line}" for line in lines)])

    def run(self, book: str, variables: Data) -> tuple[int, str]:
        words: list[str | Path] = [environment.BIN / "ansible-playbook", book, "-vvvv", "-e", f"@{self.given}"]
        words += ["-e", json.dumps(variables), "--vault-password-file", self.password]
        done = process_tree.run(words, cwd=self.stage.folder, env=self.env)
        out = done.stdout + done.stderr
        assert not self.secrets.in_text(out)
        return done.returncode, out


def test_vaulted_values_in_connections(stage: Stage) -> None:
    ground = Ground(stage)
    release: Data = {
        "image_release_source": {"region": HOME, "image_id": stage.image(family="golden")},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_manifest": str(stage.manifest),
    }
    code, out = ground.run("imageops.alicloud.create_copy_share", release)
    assert code == 0, out
    assert len(stage.in_region(BEIJING)) == 1
    code, out = ground.run("imageops.alicloud.create_copy_share", {**release, "image_release_accounts": ["none"]})
    assert code == 2 and "must be an account id" in out, out
    retire: Data = {"image_retire_regions": [HOME], "image_retire_families": ["golden"]}
    code, out = ground.run("imageops.alicloud.image_retire", {**retire, "image_retire_keep": 1})
    assert code == 0, out
    code, out = ground.run("imageops.alicloud.image_retire", {**retire, "image_retire_keep": "many"})
    assert code == 2, out
    assert not ground.secrets.in_files(stage.folder, [ground.given])


@pytest.mark.extra
def test_all_that_is_beside_a_release_with_vaulted_values(stage: Stage) -> None:
    ground = Ground(stage)

    def run(book: str, variables: Data) -> None:
        code, out = ground.run(book, variables)
        assert code == 0, out

    beyond.life(stage, run)
    beyond.audit(stage, run)
    assert not ground.secrets.in_files(stage.folder, [ground.given])
