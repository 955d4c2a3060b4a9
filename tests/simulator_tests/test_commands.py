# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that are run against the simulator, with its environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import simulator
from simulator import Simulator
from simulator_tests.helpers import MAIN

FOLDER = Path(simulator.__file__ or "").parent


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FOLDER), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


def test_run_sets_the_environment_and_drops_the_callers() -> None:
    foreign = {"ALICLOUD_ACCESS_KEY": "real", "ALIBABA_CLOUD_SECURITY_TOKEN": "real", "NO_PROXY": "here"}
    done = run("--run", sys.executable, "-c", SHOW, env={**os.environ, **foreign})
    assert (done.returncode, done.stderr) == (0, "")
    env = json.loads(done.stdout)
    assert env["ALIBABA_CLOUD_ACCESS_KEY_ID"] == "simulator-main-key"
    assert env["ALIBABA_CLOUD_ECS_ENDPOINT"].startswith("http://127.0.0.1:")
    assert env["IMAGEOPS_SIMULATOR"] == env["ALIBABA_CLOUD_ECS_ENDPOINT"] + "/_simulator"
    assert env["NO_PROXY"] == "here,127.0.0.1,localhost,::1"
    assert not {"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_SECURITY_TOKEN"} & set(env)


@pytest.mark.slow
def test_run_by_proxy(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = f"import os, pathlib; {SHOW}; assert pathlib.Path(os.environ['SSL_CERT_FILE']).exists()"
    done = run("--proxied", "--ready-file", str(ready), "--run", sys.executable, "-c", code)
    env, line = json.loads(done.stdout), json.loads(ready.read_text())
    assert env["HTTPS_PROXY"] == line["proxy"]
    assert "ALIBABA_CLOUD_ECS_ENDPOINT" not in env
    assert line["account_id"] == MAIN


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("raise SystemExit(7)", 7),
        pytest.param("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137, marks=pytest.mark.slow),
    ],
)
def test_run_ends_as_the_command_does(code: str, status: int) -> None:
    assert run("--run", sys.executable, "-c", code).returncode == status


@pytest.mark.slow
def test_run_without_a_command_or_with_none_such() -> None:
    assert run("--run").returncode == 2
    done = run("--run", "/no/such/command")
    assert (done.returncode, "no/such" in done.stderr) == (127, True)


@pytest.mark.slow
def test_the_same_seed_the_same_ids() -> None:
    code = (
        "import json, os, urllib.request as u;"
        "print(list(json.load(u.urlopen(os.environ['IMAGEOPS_SIMULATOR'] + '/state'))['instances'])[0]['instance_id'])"
    )
    said = run("--seed", "5", "--run", sys.executable, "-c", code).stdout.strip()
    assert said == next(iter(Simulator(seed=5).world.instances))
