# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulator for all tests, put back to the start before each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator.seed import plant
from simulator_tests.helpers import HOME, Raw, sdk
from simulator_tests.policies import document


@pytest.fixture(scope="session")
def running() -> Iterator[Simulator]:
    with Simulator(clock="manual") as sim:
        yield sim


@pytest.fixture
def sim(running: Simulator) -> Simulator:
    running.reset()
    return running


@pytest.fixture
def client(sim: Simulator) -> Client:
    return sdk(sim)


@pytest.fixture
def raw(sim: Simulator) -> Raw:
    return Raw(sim)


@pytest.fixture
def image(sim: Simulator) -> str:
    """An own, finished, plain 20 GiB image at home."""
    return make_image(sim)


def make_image(sim: Simulator, **entry: Any) -> str:
    with sim.lock:
        return plant(sim.world, {"images": [{"region": HOME, "name": "golden", **entry}]})["images"][0]


@pytest.fixture
def new_image(sim: Simulator) -> Callable[..., str]:
    return lambda **entry: make_image(sim, **entry)


@pytest.fixture
def copy(client: Client) -> Callable[..., str]:
    """Start a copy; the id it got."""

    def start(image_id: str, to: str = "cn-beijing", **options: Any) -> str:
        request = ecs.CopyImageRequest(
            region_id=options.pop("region_id", HOME), image_id=image_id, destination_region_id=to, **options
        )
        return str(client.copy_image(request).body.image_id)

    return start


@pytest.fixture
def look(client: Client) -> Callable[..., Any]:
    """An image as DescribeImages shows it in any state; None if it does not."""

    def find(image_id: str, region: str = "cn-beijing", status: str = "ALL", by: Client | None = None) -> Any:
        request = ecs.DescribeImagesRequest(region_id=region, image_id=image_id, status=status)
        found = (by or client).describe_images(request).body.images.image
        return found[0] if found else None

    return find


@pytest.fixture
def user(sim: Simulator) -> Callable[..., Client]:
    """A RAM user of the main account with these statements."""

    def make(*statements: dict[str, Any]) -> Client:
        policies = [document(*statements)] if statements else []
        keys = [{"id": "simulator-user-key", "secret": "simulator-user-secret"}]
        with sim.lock:
            plant(sim.world, {"users": [{"name": "user", "policies": policies, "access_keys": keys}]})
        return sdk(sim, "user")

    return make
