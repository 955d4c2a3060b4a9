# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots, instances, disks, tags, resource groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator.seed import plant
from simulator_tests.helpers import HOME, ONE, Raw, refused, sdk

New = Callable[..., str]


def plant_snapshots(sim: Simulator, *entries: dict[str, Any]) -> list[str]:
    with sim.lock:
        return plant(sim.world, {"snapshots": [{"region": HOME, **entry} for entry in entries]})["snapshots"]


# Snapshots


def test_snapshot_life(sim: Simulator, client: Client) -> None:
    disk = next(disk.disk_id for disk in sim.world.disks.values() if disk.size == 40)
    request = ecs.CreateSnapshotRequest(disk_id=disk, snapshot_name="mine", retention_days=3)
    snapshot = client.create_snapshot(request).body.snapshot_id

    def show() -> Any:
        answer = client.describe_snapshots(ecs.DescribeSnapshotsRequest(region_id=HOME, snapshot_ids=f'["{snapshot}"]'))
        return answer.body.snapshots.snapshot[0]

    sim.clock.advance(2)
    assert (show().status, show().progress, show().remain_time) == ("progressing", "25%", 6)
    with refused("IncorrectDiskStatus.CreatingSnapshot", 403):
        client.create_snapshot(ecs.CreateSnapshotRequest(disk_id=disk))
    sim.clock.advance(6)
    done = show()
    assert (done.status, done.progress, done.source_disk_type, done.usage) == ("accomplished", "100%", "data", "none")
    change = ecs.ModifySnapshotAttributeRequest(snapshot_id=snapshot)
    with refused("NoAttributeToModify", 400):
        client.modify_snapshot_attribute(change)
    change.retention_days = 2
    with refused("InvalidOperation.DecreaseRetentionDaysUnsupported", 400):
        client.modify_snapshot_attribute(change)
    change.retention_days, change.snapshot_name, change.description = 9, "renamed", ""
    client.modify_snapshot_attribute(change)
    assert (show().snapshot_name, show().retention_days) == ("renamed", 9)
    with refused("InvalidSnapshotId.NotFound", 404, "The specified snapshot is not found."):
        sdk(sim, "consumer-one").delete_snapshot(ecs.DeleteSnapshotRequest(snapshot_id=snapshot))


def test_snapshot_pages(sim: Simulator, raw: Raw) -> None:
    ids = plant_snapshots(sim, *({} for dummy in range(25)))
    found: list[str] = []
    query = {"RegionId": HOME, "MaxResults": "10"}
    while True:
        answer = raw.v1("DescribeSnapshots", query)[1]
        assert "TotalCount" not in answer
        found += [snapshot["SnapshotId"] for snapshot in answer["Snapshots"]["Snapshot"]]
        if not answer["NextToken"]:
            break
        query["NextToken"] = answer["NextToken"]
    assert sorted(found) == sorted(ids)
    assert raw.v1("DescribeSnapshots", {"RegionId": HOME})[1]["TotalCount"] == 25
    assert raw.v1("DescribeSnapshots", {**query, "Status": "failed"})[0] == 400, "the token is of another query"
    assert raw.v1("DescribeSnapshots", {"RegionId": HOME, "NextToken": "x"})[0] == 400


def test_snapshot_filters(sim: Simulator, client: Client) -> None:
    secret, plain = plant_snapshots(sim, {"encrypted": True}, {"status": "failed", "type": "data"})

    def find(**filters: Any) -> list[str]:
        answer = client.describe_snapshots(ecs.DescribeSnapshotsRequest(region_id=HOME, **filters))
        return sorted(snapshot.snapshot_id for snapshot in answer.body.snapshots.snapshot)

    assert find() == sorted([secret, plain])
    assert find(encrypted=True) == [secret]
    assert find(status="failed") == [plain]
    assert find(source_disk_type="data") == [plain]
    assert find(snapshot_ids='["s-none"]') == []
    assert find(snapshot_ids="[]") == []
    with refused("InvalidSnapshotIds.Malformed", 403):
        find(snapshot_ids=secret)
    with refused("InvalidUsage", 404):
        find(usage="x")
    sim.settings.snapshots_encrypted_omitted = "plain"
    assert find() == [plain]


# Instances and disks


def test_stop_and_start(sim: Simulator, client: Client) -> None:
    instances: Any = sim.world.demo["instances"]
    demo = instances["demo"]

    def status() -> str:
        request = ecs.DescribeInstanceStatusRequest(region_id=HOME, instance_id=[demo])
        return str(client.describe_instance_status(request).body.instance_statuses.instance_status[0].status)

    stop = ecs.StopInstanceRequest(instance_id=demo)
    client.stop_instance(stop)
    assert status() == "Stopping"
    with refused("IncorrectInstanceStatus", 403):
        client.stop_instance(stop)
    with refused("IncorrectInstanceStatus", 400):
        client.create_image(ecs.CreateImageRequest(region_id=HOME, instance_id=demo))
    sim.clock.advance(1)
    assert status() == "Stopped"
    with refused("IncorrectInstanceStatus"):
        client.stop_instance(ecs.StopInstanceRequest(instance_id=demo, dry_run=True))
    with refused("DryRunOperation"):
        client.start_instance(ecs.StartInstanceRequest(instance_id=demo, dry_run=True))
    client.start_instance(ecs.StartInstanceRequest(instance_id=demo))
    sim.clock.advance(1)
    assert status() == "Running"
    with refused("InvalidInstanceId.NotFound", 404):
        sdk(sim, "consumer-one").stop_instance(stop)


def test_instances_and_disks(sim: Simulator, client: Client) -> None:
    instances: Any = sim.world.demo["instances"]
    stopped = instances["stopped"]
    request = ecs.DescribeInstancesRequest(region_id=HOME, instance_ids=f'["{stopped}"]')
    found = client.describe_instances(request).body.instances.instance
    assert [(one.instance_id, one.status, one.zone_id) for one in found] == [(stopped, "Stopped", "cn-hangzhou-a")]
    assert (
        client.describe_instances(
            ecs.DescribeInstancesRequest(region_id=HOME, instance_ids="[]")
        ).body.instances.instance
        == []
    )
    disks = client.describe_disks(ecs.DescribeDisksRequest(region_id=HOME, instance_id=stopped)).body.disks.disk
    assert [(disk.type, disk.size, disk.device, disk.status) for disk in disks] == [
        ("system", 20, "/dev/xvda", "In_use"),
        ("data", 40, "/dev/xvdb", "In_use"),
    ]


# Tags and groups


def tag(client: Client, resource_id: str, tags: dict[str, str], kind: str = "image") -> None:
    entries = [ecs.TagResourcesRequestTag(key=key, value=value) for key, value in tags.items()]
    client.tag_resources(
        ecs.TagResourcesRequest(region_id=HOME, resource_type=kind, resource_id=[resource_id], tag=entries)
    )


def test_tags(sim: Simulator, client: Client, image: str) -> None:
    tag(client, image, {"a": "1", "b": ""})
    tag(client, image, {"a": "2"})
    listing = ecs.ListTagResourcesRequest(region_id=HOME, resource_type="image", resource_id=[image])
    entries = client.list_tag_resources(listing).body.tag_resources.tag_resource
    assert [(entry.tag_key, entry.tag_value) for entry in entries] == [("a", "2"), ("b", "")]
    by_tag = ecs.ListTagResourcesRequest(
        region_id=HOME, resource_type="image", tag=[ecs.ListTagResourcesRequestTag(key="a", value="2")]
    )
    assert {e.resource_id for e in client.list_tag_resources(by_tag).body.tag_resources.tag_resource} == {image}
    with refused("TagKey.Duplication", 403):
        tag(client, image, {"A": "x"})
    with refused("OperationDenied.QuotaExceed", 400):
        tag(client, image, {f"k{number}": "" for number in range(19)})
    with refused("NumberExceed.Tags", 400):
        tag(client, image, {f"k{number}": "" for number in range(21)})
    untag = ecs.UntagResourcesRequest(region_id=HOME, resource_type="image", resource_id=[image], tag_key=["a"])
    client.untag_resources(untag)
    assert sim.world.region_images(HOME)[image].tags == {"b": ""}
    untag.all = True
    with refused("Param.Conflict", 403):
        client.untag_resources(untag)
    untag.tag_key = None
    client.untag_resources(untag)
    assert sim.world.region_images(HOME)[image].tags == {}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("aliyun-x", "", "InvalidTagKey.Malformed"),
        ("ACS:x", "", "InvalidTagKey.Malformed"),
        ("x" * 129, "", "InvalidTagKey.Malformed"),
        ("x", "acs:y", "InvalidTagValue.Malformed"),
        ("x", "see https://y", "InvalidTagValue.Malformed"),
        ("x", "y" * 129, "InvalidTagValue.Malformed"),
    ],
)
def test_tag_rules(client: Client, image: str, key: str, value: str, code: str) -> None:
    with refused(code, 400):
        tag(client, image, {key: value})


def test_tagging_others(sim: Simulator, client: Client, new_image: New) -> None:
    shared = new_image(shares=[ONE])
    with refused("InvalidResourceId.NotFound", 404):
        tag(sdk(sim, "consumer-one"), shared, {"a": "b"})
    with refused("InvalidResourceType.NotFound", 404):
        tag(client, shared, {"a": "b"}, "picture")
    instances: Any = sim.world.demo["instances"]
    tag(client, instances["demo"], {"a": "b"}, "instance")
    tag(client, next(iter(sim.world.disks)), {"a": "b"}, "disk")


def test_tag_pages(sim: Simulator, client: Client, new_image: New) -> None:
    sim.settings.tag_page_size = 2
    image = new_image(tags={"a": "1", "b": "2", "c": "3"})
    request = ecs.ListTagResourcesRequest(region_id=HOME, resource_type="image", resource_id=[image])
    first = client.list_tag_resources(request).body
    request.next_token = first.next_token
    second = client.list_tag_resources(request).body
    keys = [entry.tag_key for body in (first, second) for entry in body.tag_resources.tag_resource]
    assert (keys, second.next_token) == (["a", "b", "c"], "")


def test_resource_groups(sim: Simulator, client: Client, image: str) -> None:
    with sim.lock:
        group = plant(sim.world, {"resource_groups": [{}]})["resource_groups"][0]
    join = ecs.JoinResourceGroupRequest(
        region_id=HOME, resource_type="image", resource_id=image, resource_group_id="rg-none"
    )
    with refused("InvalidResourceGroup.NotFound", 404):
        client.join_resource_group(join)
    join.resource_group_id = group
    client.join_resource_group(join)
    request = ecs.DescribeImagesRequest(region_id=HOME, resource_group_id=group)
    assert [one.image_id for one in client.describe_images(request).body.images.image] == [image]
    with refused("InvalidResourceGroup.Duplicate", 403):
        client.join_resource_group(join)
