# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading, changing and deleting images; CreateImage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator.seed import plant
from simulator_tests.helpers import HOME, MAIN, ONE, refused, sdk

New = Callable[..., str]
SYSTEM_IMAGE = "aliyun_3_x64_20G_alibase_20260115.vhd"


def find(client: Client, **filters: Any) -> list[str]:
    request = ecs.DescribeImagesRequest(**{"region_id": HOME, "image_owner_alias": "self", **filters})
    return [image.image_id for image in client.describe_images(request).body.images.image]


def modify(client: Client, image_id: str, **changes: Any) -> None:
    client.modify_image_attribute(ecs.ModifyImageAttributeRequest(region_id=HOME, image_id=image_id, **changes))


def delete(client: Client, image_id: str, **options: Any) -> None:
    client.delete_image(ecs.DeleteImageRequest(region_id=HOME, image_id=image_id, **options))


# Reading


def test_filters(sim: Simulator, client: Client, new_image: New) -> None:
    old = new_image(name="web-1", created="2026-03-01T10:00:00Z", tags={"a": "1", "b": ""}, family="web")
    new = new_image(name="web-10", created="2026-03-02T10:00:00Z", tags={"a": "2"}, architecture="arm64")
    gone = new_image(name="dep", status="Deprecated")
    assert find(client) == [new, old], "newest first, Available only"
    assert find(client, status="Deprecated,Available") == [gone, new, old]
    assert find(client, status="ALL", image_id=gone) == [gone]
    assert find(client, image_name="web-1") == [new, old], "the name is a fuzzy filter"
    assert find(client, image_name="web-*") == [new, old]
    assert find(client, image_name="*-1") == [old]
    assert find(client, image_family="web") == [old]
    assert find(client, architecture="arm64") == [new]
    tag = ecs.DescribeImagesRequestTag
    assert find(client, tag=[tag(key="a")]) == [new, old]
    assert find(client, tag=[tag(key="a", value="1"), tag(key="b", value="")]) == [old]
    since = ecs.DescribeImagesRequestFilter(key="CreationStartTime", value="2026-03-02T00:00Z")
    assert find(client, filter=[since]) == [new]
    assert find(client, image_id="m-none") == []
    assert find(client, image_id=f"{old},{new}") == [], "several ids are one unknown id"
    snapshot = sim.world.region_images(HOME)[old].disks[0].snapshot_id
    assert find(client, snapshot_id=snapshot) == [old]
    assert find(client, image_owner_alias=None, image_id=SYSTEM_IMAGE) == [SYSTEM_IMAGE]
    assert find(client, image_owner_alias="system") == [SYSTEM_IMAGE]
    sim.settings.image_name_match = "exact"
    assert find(client, image_name="web-1") == [old]


@pytest.mark.parametrize(
    ("filters", "code", "status"),
    [
        ({"image_owner_alias": "me"}, "InvalidImageOwnerAlias.ValueNotSupported", 400),
        ({"image_owner_id": 1}, "InvalidOperation.ImageOwnerIdUnsupported", 400),
        ({"is_public": True}, "InvalidImageOwnerAlias.PublicImageUnsupported", 400),
        ({"usage": "x"}, "InvalidUsage", 404),
        ({"ostype": "x"}, "InvalidOSType", 404),
        ({"architecture": "x"}, "InvalidArchitecture", 404),
        ({"instance_type": "x"}, "InvalidInstanceType.ValueNotSupported", 400),
        ({"status": "Gone"}, "InvalidParamter", 400),
        ({"status": "ALL,Available"}, "InvalidParamter", 400),
        ({"usable": True}, "MissingParameter", 400),
        ({"page_size": 101}, "InvalidParamter", 400),
        ({"page_number": 0}, "InvalidParamter", 400),
        ({"filter": [ecs.DescribeImagesRequestFilter(key="x", value="y")]}, "InvalidFilterKey.NotFound", 404),
        ({"filter": [ecs.DescribeImagesRequestFilter(key="CreationEndTime", value="y")]}, "InvalidFilterValue", 404),
        ({"tag": [ecs.DescribeImagesRequestTag(value="y")]}, "InvalidTag.Mismatch", 400),
        ({"tag": [ecs.DescribeImagesRequestTag(key=str(n)) for n in range(21)]}, "InvalidTagCount", 400),
    ],
)
def test_bad_filters_are_refused_even_when_nothing_could_be_found(
    client: Client, filters: dict[str, Any], code: str, status: int
) -> None:
    with refused(code, status):
        find(client, **filters)


def test_pages(client: Client, new_image: New) -> None:
    ids = [new_image(name=f"image-{number:02}") for number in range(23)]
    assert len(find(client)) == 10
    pages = [find(client, page_size=10, page_number=number) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, 3, 0]
    assert sorted(one for page in pages for one in page) == sorted(ids)
    body = client.describe_images(ecs.DescribeImagesRequest(region_id=HOME, image_owner_alias="self")).body
    assert (body.total_count, body.page_number, body.page_size) == (23, 1, 10)


def test_family(sim: Simulator, client: Client, new_image: New) -> None:
    request = ecs.DescribeImageFromFamilyRequest(region_id=HOME, image_family="web")
    assert client.describe_image_from_family(request).body.image.image_id is None
    new_image(name="one", family="web", created="2026-03-01T10:00:00Z")
    two = new_image(name="two", family="web", created="2026-03-02T10:00:00Z", shares=[ONE])
    new_image(name="three", family="web", status="Deprecated")
    assert client.describe_image_from_family(request).body.image.image_id == two
    theirs = ecs.DescribeImageFromFamilyRequest(region_id=HOME, image_family=f"acs:{MAIN}:web")
    assert sdk(sim, "consumer-one").describe_image_from_family(theirs).body.image.image_id == two
    assert sdk(sim, "consumer-two").describe_image_from_family(request).body.image.image_id is None


def test_new_images_may_show_late(sim: Simulator, client: Client, image: str) -> None:
    sim.settings.image_read_lag = 3.0
    request = ecs.CopyImageRequest(region_id=HOME, image_id=image, destination_region_id="cn-beijing")
    copied = client.copy_image(request).body.image_id
    assert find(client, region_id="cn-beijing", status="ALL") == []
    with refused("InvalidImageName.Duplicated"):
        client.copy_image(request)
    sim.clock.advance(3)
    assert find(client, region_id="cn-beijing", status="ALL") == [copied]


# Changing


def test_modify(sim: Simulator, client: Client, image: str, new_image: New) -> None:
    modify(client, image, image_name="renamed", description="new text", image_family="fam", license_type="BYOL")
    changed = sim.world.region_images(HOME)[image]
    assert (changed.name, changed.description, changed.family) == ("renamed", "new text", "fam")
    other = new_image(name="other")
    for changes, code in [
        ({"image_name": "renamed"}, "InvalidImageName.Duplicated"),
        ({"image_name": "1"}, "InvalidImageName.Malformed"),
        ({"description": ""}, "InvalidDescription.Malformed"),
        ({"boot_mode": "x"}, "InvalidBootMode.NotSupport"),
        ({"license_type": "x"}, "InvalidLicenseType.NotSupported"),
        ({"image_family": "a"}, "InvalidImageFamily.Malformed"),
        ({"status": "Available"}, "ImageStatus.NotDeprecated"),
        ({"status": "Gone"}, "InvalidParameter"),
    ]:
        with refused(code):
            modify(client, other, **{"description": "must not stick", **changes})
    assert sim.world.region_images(HOME)[other].description == ""
    with refused("InvalidStatus.ImageIsCreating", 403):
        modify(client, new_image(name="busy", status="Creating"), description="xx")


def test_deprecate_and_back(client: Client, image: str, new_image: New) -> None:
    with refused("ImageUseShared", 403):
        modify(client, new_image(name="shared", shares=[ONE]), status="Deprecated")
    with refused("ImageUseShared"):
        modify(client, new_image(name="public", is_public=True), status="Deprecated")
    modify(client, image, status="Deprecated")
    with refused("ImageStatus.NotAvailable", 403):
        modify(client, image, status="Deprecated")
    modify(client, image, status="Available")


def test_imds_goes_one_way(client: Client, image: str) -> None:
    features = ecs.ModifyImageAttributeRequestFeatures
    modify(client, image, features=features(imds_support="v2"))
    with refused("InvalidOperation.FeaturesImdsSupportNotMatch", 403):
        modify(client, image, features=features(imds_support="v1"))


# Deleting


def test_delete_takes_a_while_and_leaves_the_snapshots(sim: Simulator, client: Client, image: str) -> None:
    snapshot = sim.world.region_images(HOME)[image].disks[0].snapshot_id
    forget = ecs.DeleteSnapshotRequest(snapshot_id=snapshot, force=True)
    with refused("SnapshotCreatedImage", 403):
        client.delete_snapshot(forget)
    delete(client, image)
    assert find(client, status="ALL") == [image]
    with refused("SnapshotCreatedImage"):
        client.delete_snapshot(forget)
    sim.clock.advance(1)
    assert find(client, status="ALL") == []
    assert sim.world.snapshots[snapshot].status == "accomplished"
    client.delete_snapshot(forget)
    with refused("InvalidSnapshotId.NotFound", 404):
        client.delete_snapshot(forget)
    with refused("InvalidImageId.NotFound", 404):
        delete(client, image)


def test_delete_refusals(sim: Simulator, client: Client, new_image: New) -> None:
    with refused("ImageUseShared", 403):
        delete(client, new_image(name="shared", shares=[ONE]), force=True)
    used = new_image(name="used")
    with sim.lock:
        plant(sim.world, {"instances": [{"region": HOME, "image_id": used}]})
    with refused("ImageUsingByInstance", 403):
        delete(client, used)
    delete(client, used, force=True)
    source = new_image(name="source")
    copied = client.copy_image(
        ecs.CopyImageRequest(region_id=HOME, image_id=source, destination_region_id="cn-beijing")
    ).body.image_id
    with refused("OperationDenied.ImageCopying", 403):
        delete(client, source)
    with refused("OperationDenied.ImageCopying", 403):
        client.delete_image(ecs.DeleteImageRequest(region_id="cn-beijing", image_id=copied))
    delete(client, new_image(name="old", status="Deprecated"))
    delete(client, new_image(name="failed", status="CreateFailed"))


# Creating


def create(client: Client, **options: Any) -> str:
    return str(client.create_image(ecs.CreateImageRequest(region_id=HOME, **options)).body.image_id)


def demo(sim: Simulator, name: str) -> str:
    instances: Any = sim.world.demo["instances"]
    return str(instances[name])


def test_create_from_instance(sim: Simulator, client: Client) -> None:
    image = create(client, instance_id=demo(sim, "stopped"), image_name="made", image_family="fam")
    made = sim.world.region_images(HOME)[image]
    assert made.status == "Creating"
    with refused("ImageIsCreating", 403):
        delete(client, image)
    with refused("IncorrectDiskStatus.CreatingSnapshot", 403):
        create(client, instance_id=demo(sim, "stopped"))
    sim.clock.advance(8)
    assert find(client) == [image]
    assert [(disk.device, disk.size) for disk in made.disks] == [("/dev/xvda", 20), ("/dev/xvdb", 40)]
    assert {s.status for s in sim.world.image_snapshots(made)} == {"accomplished"}
    assert (made.platform, made.features["NvmeSupport"], made.is_copied) == ("Aliyun", "supported", False)
    with refused("InvalidImageName.Duplicated", 400):
        create(client, instance_id=demo(sim, "demo"), image_name="made")


def test_create_from_encrypted_instance(sim: Simulator, client: Client) -> None:
    made = sim.world.region_images(HOME)[create(client, instance_id=demo(sim, "encrypted"))]
    keys: Any = sim.world.demo["kms_keys"]
    assert [s.kms_key_id for s in sim.world.image_snapshots(made)] == [keys[HOME]]


def test_create_from_snapshots(sim: Simulator, client: Client) -> None:
    with sim.lock:
        entries = [
            {"region": HOME},
            {"region": HOME, "type": "data", "size": 40},
            {"region": HOME, "status": "progressing"},
        ]
        system, data, unready = plant(sim.world, {"snapshots": entries})["snapshots"]
    mapping = ecs.CreateImageRequestDiskDeviceMapping
    image = create(client, disk_device_mapping=[mapping(snapshot_id=data), mapping(snapshot_id=system), mapping()])
    disks = sim.world.region_images(HOME)[image].disks
    assert [(d.device, d.kind, d.size, bool(d.snapshot_id)) for d in disks] == [
        ("/dev/xvda", "system", 20, True),
        ("/dev/xvdb", "data", 40, True),
    ], "an entry without any field is not sent at all"
    create(client, snapshot_id=system)
    cases: list[tuple[dict[str, Any], str, int]] = [
        ({"snapshot_id": data}, "OperationDenied", 403),
        ({"snapshot_id": unready}, "InvalidSnapshotId.NotReady", 403),
        ({"snapshot_id": "s-none"}, "InvalidSnapshotId.NotFound", 404),
        ({"instance_id": "i-none"}, "InvalidInstanceId.NotFound", 404),
        ({"disk_device_mapping": [mapping(snapshot_id=data)]}, "OperationDenied", 400),
        ({"disk_device_mapping": [mapping(snapshot_id=system)] * 2}, "OperationDenied", 400),
        ({"disk_device_mapping": [mapping(snapshot_id=system, size=10)]}, "InvalidSize.ValueNotSupported", 400),
        ({"disk_device_mapping": [mapping(snapshot_id=system, device="/dev/sda")]}, "InvalidDevice.Malformed", 400),
        ({"disk_device_mapping": [mapping(snapshot_id=data, disk_type="system")]}, "UserNotInTheWhiteList", 403),
        ({"snapshot_id": system, "platform": "BeOS"}, "InvalidPlatform.Malformed", 400),
        ({"snapshot_id": system, "architecture": "vax"}, "InvalidArchitecture.Malformed", 400),
        ({}, "MissingParameter", 400),
    ]
    for options, code, status in cases:
        with refused(code, status):
            create(client, **options)
