# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CopySnapshot, and images made of what it brings: the way for images that CopyImage does not take."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator.seed import plant
from simulator_tests.helpers import HOME, MAIN, ONE, refused, sdk

BEIJING = "cn-beijing"


def seed(sim: Simulator, kind: str, **entry: Any) -> str:
    with sim.lock:
        return plant(sim.world, {kind: [{"region": HOME, **entry}]})[kind][0]


def copy(client: Client, snapshot: str, to: str = BEIJING, **options: Any) -> str:
    request = ecs.CopySnapshotRequest(
        region_id=HOME,
        snapshot_id=snapshot,
        destination_region_id=to,
        destination_snapshot_name="copy",
        destination_snapshot_description="a copy",
        **options,
    )
    return str(client.copy_snapshot(request).body.snapshot_id)


def look(client: Client, snapshot: str, region: str = BEIJING) -> Any:
    request = ecs.DescribeSnapshotsRequest(region_id=region, snapshot_ids=f'["{snapshot}"]')
    found = client.describe_snapshots(request).body.snapshots.snapshot
    return found[0] if found else None


def key(sim: Simulator, region: str = BEIJING) -> str:
    demo: Any = sim.world.demo
    return str(demo["kms_keys"][region])


def test_progress_and_end(sim: Simulator, client: Client) -> None:
    source = seed(sim, "snapshots", tags={"a": "b"}, retention_days=3, type="data", disk_id="d-1")
    copied = copy(client, source, tag=[ecs.CopySnapshotRequestTag(key="c", value="d")])
    sim.clock.advance(2.4)
    half = look(client, copied)
    assert (half.status, half.progress, half.remain_time, half.available) == ("progressing", "60%", 2, False)
    sim.clock.advance(1.6)
    done = look(client, copied)
    assert (done.status, done.progress, done.available) == ("accomplished", "100%", True)
    assert (done.source_snapshot_id, done.source_region_id) == (source, HOME), "the link is kept"
    assert (done.snapshot_name, done.description, done.source_disk_type) == ("copy", "a copy", "data")
    assert [(tag.tag_key, tag.tag_value) for tag in done.tags.tag] == [("c", "d")], "tags are not inherited"
    assert (done.retention_days, done.encrypted, done.source_disk_id) == (0, False, "")


def test_speed_is_the_destinations(sim: Simulator, client: Client) -> None:
    sim.settings.change({"copy_gib_per_second_by_region": {BEIJING: 1.0}})
    copied = copy(client, seed(sim, "snapshots"))
    sim.clock.advance(10)
    assert look(client, copied).progress == "50%"


def test_one_unfinished_copy_a_disk_and_region(sim: Simulator, client: Client) -> None:
    one, two = (seed(sim, "snapshots", disk_id="d-1") for dummy in range(2))
    first = copy(client, one)
    with refused("InvalidOperation.UnfinishedCrossRegionCopy", 403):
        copy(client, two)
    copy(client, two, "cn-shanghai")
    copy(client, seed(sim, "snapshots", disk_id="d-2"))
    sim.clock.advance(4)
    copy(client, two)
    assert look(client, first).status == "accomplished"


def test_cancelling_is_deleting(sim: Simulator, client: Client) -> None:
    source = seed(sim, "snapshots")
    copied = copy(client, source)
    sim.clock.advance(1)
    client.delete_snapshot(ecs.DeleteSnapshotRequest(snapshot_id=copied))
    assert look(client, copied) is None
    again = copy(client, source)
    assert again != copied, "the disk is free again"
    sim.clock.advance(100)
    assert look(client, copied) is None
    assert look(client, again).status == "accomplished"


def test_tokens_and_names(sim: Simulator, client: Client) -> None:
    source = seed(sim, "snapshots")
    first = copy(client, source, client_token="t")
    assert copy(client, source, client_token="t") == first
    with refused("IdempotentParameterMismatch", 400):
        copy(client, source, client_token="t", retention_days=1)
    sim.clock.advance(4)
    assert copy(client, source) != first, "the same name does no harm here"


def test_encryption(sim: Simulator, client: Client) -> None:
    copied = copy(client, seed(sim, "snapshots"), encrypted=True, kmskey_id=key(sim))
    assert (look(client, copied).encrypted, look(client, copied).kmskey_id) == (True, key(sim))
    secret = seed(sim, "snapshots", encrypted=True, kms_key_id=key(sim, HOME))
    with refused("InvalidEncrypted.NotSupportDecrypt", 403):
        copy(client, secret)
    with refused("InvalidParameter.KMSKeyId.NotFound", 403):
        copy(client, secret, encrypted=True, kmskey_id=key(sim, HOME))
    service = look(client, copy(client, secret, encrypted=True)).kmskey_id
    assert sim.world.kms_keys[service].kind == "service"
    same = copy(client, secret, HOME, encrypted=True)
    assert look(client, same, HOME).kmskey_id == key(sim, HOME), "inside a region the source's key is kept"


def test_shared_snapshots(sim: Simulator, client: Client) -> None:
    theirs = seed(sim, "snapshots", account=ONE, shares=[MAIN])
    copied = copy(client, theirs)
    sim.clock.advance(4)
    request = ecs.CreateImageRequest(region_id=BEIJING, snapshot_id=copied)
    assert client.create_image(request).body.image_id
    with refused("InvalidSnapshotId.NotFound", 403):
        copy(sdk(sim, "consumer-two"), theirs)


@pytest.mark.parametrize(("kind", "status"), [("copy_fails", "failed"), ("copy_hangs", "progressing")])
def test_faults(sim: Simulator, client: Client, kind: str, status: str) -> None:
    sim.faults.add({"kind": kind, "action": "CopySnapshot", "region": BEIJING, "percent": 50})
    source = seed(sim, "snapshots")
    copied = copy(client, source)
    sim.clock.advance(1000)
    assert (look(client, copied).status, look(client, copied).progress) == (status, "50%")


def test_seventeen_disks_by_way_of_snapshots(sim: Simulator, client: Client) -> None:
    """An image too large for CopyImage arrives complete, encrypted with a key of its destination."""
    disks = [{"size": 40}, *({"size": 500} for dummy in range(16))]
    source = seed(sim, "images", name="large", disks=disks, architecture="x86_64")
    request = ecs.CopyImageRequest(region_id=HOME, image_id=source, destination_region_id=BEIJING)
    with refused("SizeExceed.Image", 403, "CopySnapshot"):
        client.copy_image(request)
    found = ecs.DescribeImagesRequest(region_id=HOME, image_id=source)
    mappings = client.describe_images(found).body.images.image[0].disk_device_mappings.disk_device_mapping
    copies = [copy(client, disk.snapshot_id, encrypted=True, kmskey_id=key(sim)) for disk in mappings]
    make = ecs.CreateImageRequest(
        region_id=BEIJING,
        image_name="large",
        platform="CentOS",
        disk_device_mapping=[
            ecs.CreateImageRequestDiskDeviceMapping(
                snapshot_id=copied, device=disk.device, disk_type=disk.type, size=int(disk.size)
            )
            for disk, copied in zip(mappings, copies, strict=True)
        ],
    )
    with refused("InvalidSnapshotId.NotReady", 403):
        client.create_image(make)
    sim.clock.advance(100)
    made = client.create_image(make).body.image_id
    sim.clock.advance(100)
    shown = client.describe_images(ecs.DescribeImagesRequest(region_id=BEIJING, image_id=made)).body.images.image[0]
    new = shown.disk_device_mappings.disk_device_mapping
    assert (shown.status, shown.size, shown.is_copied) == ("Available", 40, False)
    assert [(disk.device, disk.type, disk.size) for disk in new] == [
        (disk.device, disk.type, disk.size) for disk in mappings
    ]
    assert all(disk.encrypted for disk in new)
    with refused("SnapshotCreatedImage", 403):
        client.delete_snapshot(ecs.DeleteSnapshotRequest(snapshot_id=copies[3]))
    make.disk_device_mapping.append(ecs.CreateImageRequestDiskDeviceMapping(size=20))
    make.image_name = "one-too-many"
    with refused("InvalidParameter", 400, "DiskDeviceMapping"):
        client.create_image(make)


def test_images_and_disks_rest_on_snapshots(sim: Simulator, client: Client) -> None:
    secret = seed(sim, "snapshots", encrypted=True, kms_key_id=key(sim, HOME))
    data = seed(sim, "snapshots", type="data", size=100)
    mapping = ecs.CreateImageRequestDiskDeviceMapping
    request = ecs.CreateImageRequest(
        region_id=HOME, disk_device_mapping=[mapping(snapshot_id=secret), mapping(snapshot_id=data, size=200)]
    )
    made = sim.world.region_images(HOME)[client.create_image(request).body.image_id]
    assert [(disk.device, disk.kind, disk.size) for disk in made.disks] == [
        ("/dev/xvda", "system", 20),
        ("/dev/xvdb", "data", 200),
    ]
