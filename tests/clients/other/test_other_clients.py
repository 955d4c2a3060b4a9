# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unmodified clients that take more than this Python: for Node, Go, Ruby and Python 2, and packer."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cores
import environment
import pytest
from clients import packer
from clients.conftest import finish
from simulator import Simulator

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1]
BUILD = TESTS.parent / "build" / "clients"
HOME = "cn-hangzhou"
REGIONS = ["cn-beijing", "eu-central-1", "us-west-1"]
CONSUMER = "1000000000000011"
Run = Callable[..., str]
pytestmark = pytest.mark.slow


SCRIPTS = [
    ("typed.js", "node-copy"),
    ("two.js", "two-copy"),
    ("popcore.js", "core-copy"),
    ("aly.js", "aly-copy"),
    ("generic.js", "generic-copy"),
]


def needed(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        pytest.fail(f"{tool} is not installed", pytrace=False)
    return path


@pytest.fixture(scope="session")
def node() -> tuple[str, Path]:
    """The interpreter, and the folder that has the packages."""
    path, folder = needed("node"), BUILD / "node"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "package.json", folder)
    command = [needed("npm"), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=folder, check=True)
    return path, folder


def task(sim: Simulator) -> str:
    demo: Any = sim.world.demo
    return json.dumps({"instance": demo["instances"]["demo"], "account": CONSUMER, "regions": REGIONS})


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
@pytest.mark.parametrize(("script", "name"), SCRIPTS)
def test_node(sim: Simulator, run: Run, node: tuple[str, Path], script: str, name: str, secure: bool) -> None:
    interpreter, folder = node
    # Packages are looked for beside the script.
    shutil.copy(HERE / script, folder)
    endpoint = sim.tls_endpoint if secure else sim.endpoint
    done = json.loads(run(interpreter, folder / script, task(sim), ENDPOINT=endpoint))
    finish(sim)
    for region in REGIONS[:-1]:
        copy = sim.world.region_images(region)[done["copies"][region]]
        assert (copy.name, copy.status, copy.accounts()) == (name, "Available", [CONSUMER])
        assert copy.tags == {"made by": "node"}
    assert done["copies"][REGIONS[-1]] not in sim.world.region_images(REGIONS[-1])
    if script == "two.js":
        assert sim.world.region_images(HOME)[done["source"]].tags == {"made by": "node"}
    assert {entry["code"] for entry in sim.journal.writes()} == {None}


def test_waliyun(sim: Simulator, run: Run, node: tuple[str, Path]) -> None:
    """It writes actions as its caller does, in the words of its own page: createImage."""
    interpreter, folder = node
    shutil.copy(HERE / "wali.js", folder)
    done = json.loads(run(interpreter, folder / "wali.js", task(sim)))
    image = sim.world.region_images(HOME)[done["source"]]
    assert (image.name, image.accounts()) == ("wali", [CONSUMER])
    copies = [sim.world.region_images(region).get(done["copies"][region]) for region in REGIONS]
    assert [copy and copy.name for copy in copies] == ["wali-copy", "wali-copy", None], "one is cancelled"
    assert {entry["code"] for entry in sim.journal.writes()} == {None}


def test_packer(sim: Simulator, run: Run, tmp_path: Path) -> None:
    """Instance from the system image, tagged image of it, three copies, shared at once without waiting for them."""
    program = needed("packer")
    # The stricter reading of the same switch refuses what packer has always done.
    sim.settings.change({"share_unfinished": "allowed"})
    copies = {region: f"packer-{region}" for region in REGIONS}
    template = tmp_path / "template.json"
    template.write_text(packer.template(HOME, "packer-golden", copies, CONSUMER))
    said = run(program, "build", "-color=false", template, CHECKPOINT_DISABLE="1", PACKER_CONFIG_DIR=str(tmp_path))
    artifacts = dict(re.findall(r"^([a-z0-9-]+): (m-[a-z0-9]+)$", said, re.MULTILINE))
    assert set(artifacts) == {HOME, *REGIONS}
    finish(sim)
    for region, image_id in artifacts.items():
        image = sim.world.region_images(region)[image_id]
        assert image.tags == ({"type": "golden"} if region == HOME else {})  # copies get none
        assert (image.status, image.accounts()) == ("Available", [CONSUMER])
        assert (image.name, image.is_copied) == (
            ("packer-golden", False) if region == HOME else (f"packer-{region}", True)
        )
    assert {"AddTags", "CreateKeyPair", "DeleteKeyPairs"} <= {entry["action"] for entry in sim.journal.writes()}
    assert sim.world.key_pairs == {}
    assert [instance.name for instance in sim.world.instances.values()] == ["demo", "stopped", "encrypted"]
    assert {entry["code"] for entry in sim.journal.writes()} == {None}


def test_fog(sim: Simulator, run: Run) -> None:
    """A snapshot of a disk, two images of it, one of them deleted."""
    done = json.loads(run(needed("ruby"), HERE / "fog.rb", task(sim), ENDPOINT=sim.endpoint).splitlines()[-1])
    finish(sim)
    images = sim.world.region_images(HOME)
    assert (images[done["image"]].name, images[done["image"]].status) == ("fog", "Available")
    assert done["deleted"] not in images and done["snapshot"] in sim.world.snapshots
    assert {entry["code"] for entry in sim.journal.writes()} == {None}


@pytest.fixture(scope="session")
def aliyungo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, which takes its time to build."""
    program = tmp_path_factory.mktemp("go") / "aliyungo"
    paths = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(BUILD / "go")}
    command = [needed("go"), "build", "-o", program, HERE / "aliyungo" / "main.go"]
    subprocess.run(command, env={**os.environ, **paths}, check=True)
    return program


def test_aliyungo(sim: Simulator, run: Run, aliyungo: Path) -> None:
    """Regions' endpoints by the location service, tags in the older way, sizes of snapshots as numbers."""
    asked = {**json.loads(task(sim)), "regions": [*REGIONS[:-1], "na-south-1"]}
    done = json.loads(run(aliyungo, json.dumps(asked)))
    assert sim.world.region_images(HOME)[done["source"]].tags == {"made by": "go"}
    for region in asked["regions"]:
        copy = sim.world.region_images(region)[done["copies"][region]]
        assert (copy.name, copy.status, copy.accounts()) == ("go-copy", "Available", [CONSUMER])
    assert len(sim.journal.calls("DescribeEndpoints")) >= 1 + len(asked["regions"])
    assert {entry["code"] for entry in sim.journal.writes()} == {None}


@pytest.fixture(scope="session")
def python2() -> tuple[str, Path]:
    """The interpreter, and the folder that has the packages."""
    path, folder = cores.interpreter("python2.7"), BUILD / "python2"
    if path is None:
        pytest.fail("python2.7 is not installed", pytrace=False)
    wanted = TESTS / "requirements-clients-python2.txt"
    with environment.locked(folder.name):
        if not folder.exists():
            pip = [path, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            subprocess.run([*pip, "--target", folder, "-r", wanted], check=True)
    return path, folder


def test_footmark_of_2019(sim: Simulator, run: Run, python2: tuple[str, Path]) -> None:
    """It sends a parameter that no action knows, and asks each instance for its user data."""
    interpreter, folder = python2
    done = json.loads(run(interpreter, HERE / "footmark_2.py", task(sim), PYTHONPATH=str(folder)))
    images = sim.world.region_images(HOME)
    assert (images[done["image"]].name, images[done["image"]].tags) == ("footmark", {"made by": "footmark"})
    finish(sim)
    assert done["deleted"] not in sim.world.region_images(HOME) and done["instances"] == 3
    assert len(sim.journal.calls("DescribeUserData")) == 3
    assert {entry["code"] for entry in sim.journal.writes()} == {None}
