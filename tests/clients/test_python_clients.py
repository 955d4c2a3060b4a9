# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unmodified clients of other ages do their image work, and leave the state that they should."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clients.conftest import finish
from simulator import Simulator
from simulator.seed import plant

HERE = Path(__file__).resolve().parent
HOME = "cn-hangzhou"
REGIONS = ["cn-beijing", "eu-central-1", "us-west-1"]
CONSUMER = "1000000000000011"
MAIN = "1000000000000001"
Run = Callable[..., str]
pytestmark = pytest.mark.slow


def task(sim: Simulator) -> str:
    demo: Any = sim.world.demo
    return json.dumps({"instance": demo["instances"]["demo"], "account": CONSUMER, "regions": REGIONS})


def hosts(sim: Simulator) -> dict[str, set[str]]:
    """Actions and the regions they reached."""
    found: dict[str, set[str]] = {}
    for entry in sim.journal.entries():
        found.setdefault(entry["action"], set()).add(entry["region"])
    return found


@pytest.mark.parametrize("signature", ["", "v2"])
def test_typed_client_of_an_older_major_version(sim: Simulator, run: Run, typed_client: Path, signature: str) -> None:
    variables = {"SIGNATURE": signature} if signature else {}
    done = json.loads(run(typed_client / "python", HERE / "work_typed.py", task(sim), **variables))
    finish(sim)
    world = sim.world
    source = world.region_images(HOME)[done["source"]]
    assert (source.name, source.status) == ("typed", "Available")
    for region in REGIONS[:-1]:
        copy = world.region_images(region)[done["copies"][region]]
        assert (copy.name, copy.status, copy.is_copied) == ("typed-copy", "Available", True)
        assert copy.tags == {"made by": "typed client"}
        assert copy.accounts() == [CONSUMER]
    assert done["copies"][REGIONS[-1]] not in world.region_images(REGIONS[-1])
    assert hosts(sim)["CancelCopyImage"] == {REGIONS[-1]}
    assert {entry["code"] for entry in sim.journal.writes()} == {None}


@pytest.mark.parametrize("protocol", ["http", "https"])
def test_client_before_the_typed_one(sim: Simulator, run: Run, old_client: Path, protocol: str) -> None:
    done = json.loads(run(old_client / "python", HERE / "work_old.py", task(sim), PROTOCOL=protocol))
    finish(sim)
    world = sim.world
    assert world.region_images(HOME)[done["source"]].tags == {"made by": "old"}
    first, second, third = (world.region_images(region).get(done["copies"][region]) for region in REGIONS)
    assert (first, third) == (None, None), "deleted and cancelled"
    assert second is not None
    assert (second.name, second.status, second.accounts()) == ("old-copy", "Available", [CONSUMER])
    assert done["snapshot"] not in world.snapshots
    assert [entry["code"] for entry in sim.journal.writes() if entry["code"]] == ["ImageUseShared"]
    assert "na-south-1" in hosts(sim)["DescribeImages"] and "DescribeEndpoints" in hosts(sim)


def test_aliyun_img_utils(sim: Simulator, run: Run, old_client: Path) -> None:
    with sim.lock:
        plant(sim.world, {"accounts": [{"id": MAIN, "launch_permissions": ["HIDDEN"]}]})
        image = {"region": HOME, "name": "suse-15", "description": "an image"}
        plant(sim.world, {"images": [image]})
    keys = ["--access-key", "simulator-main-key", "--access-secret", "simulator-main-secret", "--region", HOME]

    def utils(command: str, *options: str) -> str:
        tool = old_client / "aliyun-img-utils"
        return run(tool, "image", command, "--image-name", "suse-15", "--no-color", *options, *keys, entry="y\n")

    regions = ",".join(REGIONS)
    said = utils("replicate", "--regions", regions)
    # A line about its own settings comes before the JSON.
    copies = json.loads(said[said.index("{") :])
    assert set(copies) == set(REGIONS)
    finish(sim)
    utils("publish", "--launch-permission", "HIDDEN", "--regions", regions)
    utils("deprecate", "--replacement-image", "suse-16", "--regions", REGIONS[0])
    utils("delete", "--regions", REGIONS[1])
    finish(sim)
    world = sim.world
    kept = [world.region_images(region)[copies[region]] for region in (REGIONS[0], REGIONS[2])]
    assert [(image.name, image.status, image.launch_permission) for image in kept] == [
        ("suse-15", "Available", "HIDDEN"),
        ("suse-15", "Available", "HIDDEN"),
    ]
    # It deprecates by tags alone.
    assert kept[0].tags["Replacement image"] == "suse-16"
    assert copies[REGIONS[1]] not in world.region_images(REGIONS[1])
    assert {entry["code"] for entry in sim.journal.writes()} == {None}


def test_footmark(sim: Simulator, run: Run, footmark: Path) -> None:
    """The library of alibaba.alicloud, which sends a parameter that no action knows."""
    done = json.loads(run(footmark / "python", HERE / "work_footmark.py", task(sim)))
    world = sim.world
    image = world.region_images(HOME)[done["image"]]
    assert (image.name, image.tags) == ("footmark", {"made by": "footmark"})
    assert done["instances"] == 3
    assert {entry["code"] for entry in sim.journal.writes()} == {None}


def test_libcloud(sim: Simulator, run: Run, footmark: Path) -> None:
    with sim.lock:
        image = plant(sim.world, {"images": [{"region": HOME, "name": "libcloud"}]})["images"][0]
    assert json.loads(run(footmark / "python", HERE / "work_libcloud.py", task(sim)))["copied"] == image
    copies = sim.world.region_images(REGIONS[0]).values()
    assert [copy.name for copy in copies if copy.is_copied] == ["libcloud-copy"]
    assert {entry["code"] for entry in sim.journal.writes()} == {None}
