# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ClientToken memory and dry runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator_tests.helpers import HOME, Raw, refused

Start = Callable[..., str]


def test_same_token_same_answer(sim: Simulator, image: str, copy: Start) -> None:
    first = copy(image, client_token="t-1")
    assert copy(image, client_token="t-1") == first
    assert len(sim.world.region_images("cn-beijing")) == 2, "one copy and the system image"
    with refused("IdempotentParameterMismatch", 400):
        copy(image, client_token="t-1", destination_image_name="other")
    with refused("InvalidImageName.Duplicated"):
        copy(image, client_token="T-1")


def test_token_outlives_what_it_made(
    sim: Simulator, client: Client, image: str, copy: Start, look: Callable[..., Any]
) -> None:
    first = copy(image, client_token="t-1")
    client.cancel_copy_image(ecs.CancelCopyImageRequest(region_id="cn-beijing", image_id=first))
    sim.clock.advance(5)
    assert look(first) is None
    assert copy(image, client_token="t-1") == first
    assert look(first) is None
    sim.settings.token_seconds = 5.0
    assert copy(image, client_token="t-1") != first


def test_refused_calls_are_not_remembered(sim: Simulator, image: str, copy: Start) -> None:
    sim.settings.image_quota = 0
    with refused("QuotaExceed.Image"):
        copy(image, client_token="t-1")
    sim.settings.image_quota = 5
    assert copy(image, client_token="t-1")


def test_codes_of_other_actions(sim: Simulator, client: Client) -> None:
    disk = next(iter(sim.world.disks))
    client.create_snapshot(ecs.CreateSnapshotRequest(disk_id=disk, client_token="t"))
    with refused("IdempotentParameterMismatch", 403):
        client.create_snapshot(ecs.CreateSnapshotRequest(disk_id=disk, client_token="t", snapshot_name="other"))
    instances: Any = sim.world.demo["instances"]
    sim.clock.advance(10)
    request = ecs.CreateImageRequest(region_id=HOME, instance_id=instances["demo"], client_token="t")
    client.create_image(request)
    request.image_name = "other"
    with refused("IdempotenceParamNotMatch", 400):
        client.create_image(request)


def test_dry_run_success_is_an_error_and_writes_nothing(sim: Simulator, image: str, copy: Start) -> None:
    with refused("DryRunOperation", 400, "Request validation has been passed with DryRun flag set."):
        copy(image, dry_run=True)
    assert len(sim.world.region_images("cn-beijing")) == 1
    entry = sim.journal.calls("CopyImage")[0]
    assert (entry["dry_run"], entry["write"], entry["code"], entry["image_id"]) == (
        True,
        False,
        "DryRunOperation",
        None,
    )
    assert sim.journal.writes() == []


def test_what_a_dry_run_checks(sim: Simulator, image: str, copy: Start, raw: Raw) -> None:
    with refused("DryRunOperation"):
        copy("m-none", dry_run=True)
    assert raw.v1("CopyImage", {"RegionId": HOME, "DryRun": "true"})[1]["Code"] == "MissingParameter"
    sim.settings.dry_run_checks = "full"
    with refused("InvalidImageId.NotFound"):
        copy("m-none", dry_run=True)
    with refused("DryRunOperation"):
        copy(image, dry_run=True, encrypted=True, destination_image_name="x-1")
    assert len(sim.world.region_images("cn-beijing")) == 1
    assert not [key for key in sim.world.kms_keys.values() if key.kind == "service"]


def test_a_dry_run_leaves_no_token(sim: Simulator, image: str, copy: Start) -> None:
    with refused("DryRunOperation"):
        copy(image, dry_run=True, client_token="t-1")
    assert copy(image, client_token="t-1")


def test_undocumented_dry_run_writes(sim: Simulator, client: Client, image: str) -> None:
    request = ecs.DeleteImageRequest(region_id=HOME, image_id=image, dry_run=True)
    sim.settings.dry_run_undocumented = "honoured"
    with refused("DryRunOperation"):
        client.delete_image(request)
    assert sim.journal.writes() == []
    sim.settings.dry_run_undocumented = "ignored"
    client.delete_image(request)
    assert len(sim.journal.writes()) == 1
    sim.clock.advance(1)
    assert image not in sim.world.region_images(HOME)


def test_region_that_ignores_it(sim: Simulator, image: str, copy: Start) -> None:
    sim.settings.dry_run_ignored_regions = [HOME]
    assert copy(image, dry_run=True).startswith("m-")


@pytest.mark.parametrize("action", ["DescribeImages", "DescribeSnapshots", "DescribeInstances", "DescribeDisks"])
def test_reads_have_it_too(raw: Raw, action: str) -> None:
    assert raw.v1(action, {"RegionId": HOME, "DryRun": "true"})[1]["Code"] == "DryRunOperation"


@pytest.mark.parametrize("action", ["CancelCopyImage", "DeleteSnapshot", "TagResources", "CreateSnapshot"])
def test_and_these_have_not(raw: Raw, action: str) -> None:
    status, answer = raw.v1(action, {"DryRun": "true"})
    assert (status, answer["Code"]) == (400, "InvalidParameter")
