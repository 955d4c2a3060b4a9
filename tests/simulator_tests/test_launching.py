# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances from images: started, released, given another image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator.seed import plant
from simulator_tests.helpers import HOME, MAIN, ONE, Raw, refused, sdk

New = Callable[..., str]
KEYED = {"size": 20, "encrypted": True}


def start(client: Client, image: str | None, **options: Any) -> list[str]:
    asked = {
        "instance_type": "ecs.g7.large",
        "v_switch_id": f"vsw-simulator-{HOME}",
        "security_group_id": f"sg-simulator-{HOME}",
        **options,
    }
    return list(
        client.run_instances(
            ecs.RunInstancesRequest(region_id=HOME, image_id=image, **asked)
        ).body.instance_id_sets.instance_id_set
    )


def look(client: Client, instance: str) -> Any:
    request = ecs.DescribeInstancesRequest(region_id=HOME, instance_ids=f'["{instance}"]')
    found = client.describe_instances(request).body.instances.instance
    return found[0] if found else None


def test_run(sim: Simulator, client: Client, new_image: New) -> None:
    image = new_image(disks=[{"size": 20}, {"size": 40, "encrypted": True}], architecture="arm64")
    tags = [ecs.RunInstancesRequestTag(key="imageops:verify-of", value=image)]
    system = ecs.RunInstancesRequestSystemDisk(size="30")
    asked = {"instance_type": "ecs.g8y.large", "instance_name": "probe", "system_disk": system}
    first, second = start(client, image, amount=2, tag=tags, **asked)
    assert (look(client, first).status, look(client, second).status) == ("Pending", "Pending")
    sim.clock.advance(1)
    shown = look(client, first)
    assert (shown.status, shown.image_id, shown.instance_name) == ("Running", image, "probe")
    assert shown.vpc_attributes.v_switch_id == f"vsw-simulator-{HOME}"
    assert shown.security_group_ids.security_group_id == [f"sg-simulator-{HOME}"]
    by_tag = ecs.DescribeInstancesRequest(
        region_id=HOME, tag=[ecs.DescribeInstancesRequestTag(key="imageops:verify-of", value=image)]
    )
    assert len(client.describe_instances(by_tag).body.instances.instance) == 2
    disks = client.describe_disks(ecs.DescribeDisksRequest(region_id=HOME, instance_id=first)).body.disks.disk
    assert [(disk.type, disk.size, disk.encrypted) for disk in disks] == [("system", 30, False), ("data", 40, True)]
    with refused("ImageUsingByInstance", 403):
        client.delete_image(ecs.DeleteImageRequest(region_id=HOME, image_id=image))


def test_delete(sim: Simulator, client: Client, image: str) -> None:
    one, two, three = start(client, image, amount=3)
    sim.clock.advance(1)
    with refused("IncorrectInstanceStatus", 403):
        client.delete_instance(ecs.DeleteInstanceRequest(instance_id=one))
    client.delete_instance(ecs.DeleteInstanceRequest(instance_id=one, force=True))
    with refused("InvalidInstanceId.NotFound", 404):
        client.delete_instances(ecs.DeleteInstancesRequest(region_id=HOME, instance_id=[two, "i-none"], force=True))
    assert look(client, two).status == "Running", "all or none"
    client.delete_instances(ecs.DeleteInstancesRequest(region_id=HOME, instance_id=[two, three], force=True))
    sim.clock.advance(1)
    assert [look(client, gone) for gone in (one, two, three)] == [None] * 3
    assert not [disk for disk in sim.world.disks.values() if disk.instance_id in (one, two, three)]
    client.delete_image(ecs.DeleteImageRequest(region_id=HOME, image_id=image))


def test_tokens_and_dry_runs(sim: Simulator, client: Client, image: str) -> None:
    before = len(sim.world.instances)
    with refused("DryRunOperation", 400):
        start(client, image, dry_run=True)
    with refused("InvalidImageId.NotFound", 404):
        start(client, "m-none", dry_run=True)
    assert len(sim.world.instances) == before
    assert start(client, image, client_token="t") == start(client, image, client_token="t")
    assert len(sim.world.instances) == before + 1


@pytest.mark.parametrize(
    ("source", "options", "code", "status"),
    [
        ("m-none", {}, "InvalidImageId.NotFound", 404),
        (None, {}, "MissingParameter", 400),
        (None, {"image_family": "none"}, "InvalidImageFamily.MissingAvailableImage", 403),
        ("@", {"image_family": "web"}, "UnexpectedImageFamily.ImageIdSupplied", 400),
        ("@", {"instance_type": "big"}, "InvalidInstanceType.ValueNotSupported", 400),
        ("@", {"v_switch_id": "vsw-none"}, "InvalidVSwitchId.NotFound", 404),
        ("@", {"v_switch_id": None}, "MissingParameter", 400),
        ("@", {"zone_id": "cn-hangzhou-z"}, "InvalidParameter.Mismatch", 400),
        ("@", {"security_group_id": "sg-none"}, "InvalidSecurityGroupId.NotFound", 404),
        ("@", {"security_group_id": None}, "MissingParameter", 400),
        (
            "@",
            {"system_disk": ecs.RunInstancesRequestSystemDisk(size="10")},
            "InvalidSystemDiskSize.LessThanImageSize",
            404,
        ),
        ("@", {"amount": 101}, "InvalidParameter", 400),
    ],
)
def test_refusals(
    client: Client, image: str, source: str | None, options: dict[str, Any], code: str, status: int
) -> None:
    with refused(code, status):
        start(client, image if source == "@" else source, **options)


def test_states_and_families(sim: Simulator, client: Client, new_image: New) -> None:
    with refused("OperationDenied", 403, "not available"):
        start(client, new_image(name="busy", status="Creating"))
    assert start(client, new_image(name="old", status="Deprecated", family="web"))
    new = new_image(name="new", family="web")
    instance = start(client, None, image_family="web")[0]
    assert sim.world.instances[instance].image_id == new


def test_encryption(sim: Simulator, client: Client, new_image: New) -> None:
    shared = new_image(account=ONE, shares=[MAIN], disks=[KEYED])
    with refused("InvalidParam.EncryptedMismatch", 400):
        start(client, shared)
    disk = "SystemDisk.Encrypted"
    params = {
        "RegionId": HOME, "ImageId": shared, "InstanceType": "ecs.g7.large", disk: "true",
        "VSwitchId": f"vsw-simulator-{HOME}", "SecurityGroupId": f"sg-simulator-{HOME}",
    }  # fmt: skip
    raw = Raw(sim)
    instance = raw.v1("RunInstances", params)[1]["InstanceIdSets"]["InstanceIdSet"][0]
    key = sim.world.kms_keys[sim.world.disks_of(instance)[0].kms_key_id]
    assert (key.kind, key.account_id) == ("service", MAIN)
    assert raw.v1("RunInstances", {**params, disk: "false", "SystemDisk.KMSKeyId": "k"})[1]["Code"] == (
        "InvalidEncrypted.NotMatchKmsKeyId"
    )


def test_replace_system_disk(sim: Simulator, client: Client, new_image: New) -> None:
    demo: Any = sim.world.demo
    stopped, running = demo["instances"]["stopped"], demo["instances"]["demo"]
    image = new_image()
    request = ecs.ReplaceSystemDiskRequest(instance_id=stopped, image_id=image)
    before = {disk.disk_id for disk in sim.world.disks_of(stopped)}
    disk = client.replace_system_disk(request).body.disk_id
    after = {one.disk_id for one in sim.world.disks_of(stopped)}
    assert (len(after), len(after & before), disk in after) == (2, 1, True)
    assert look(client, stopped).image_id == image
    for changes, code in [
        ({"instance_id": running}, "IncorrectInstanceStatus"),
        ({"image_id": "m-none"}, "InvalidImageId.NotFound"),
        ({"image_id": new_image(name="full", disks=[{"size": 20}, {"size": 20}])}, "OperationDenied"),
        ({"image_id": new_image(name="busy", status="Creating")}, "OperationDenied.ImageNotValid"),
        ({"kmskey_id": "k"}, "InvalidEncrypted.NotMatchKmsKeyId"),
        ({"kmskey_id": "k", "encrypted": True}, "InvalidParameter.KMSKeyId.NotFound"),
    ]:
        asked = ecs.ReplaceSystemDiskRequest(**{"instance_id": stopped, "image_id": image, **changes})
        with refused(code):
            client.replace_system_disk(asked)
    sim.world.accounts[MAIN].default_encryption.add(HOME)
    with refused("InvalidEncrypted.DefaultEncryptionUnsupported", 403):
        client.replace_system_disk(request)


def test_networks_are_looked_up(sim: Simulator, client: Client) -> None:
    with sim.lock:
        ids = plant(sim.world, {"vswitches": [{"region": HOME}], "security_groups": [{"region": HOME}]})
    groups = client.describe_security_groups(ecs.DescribeSecurityGroupsRequest(region_id=HOME)).body
    assert ids["security_groups"][0] in [group.security_group_id for group in groups.security_groups.security_group]
    raw = Raw(sim)
    vpc = f"vpc-simulator-{HOME}"
    found = raw.v1("DescribeVSwitches", {"RegionId": HOME, "VpcId": vpc})[1]["VSwitches"]["VSwitch"]
    assert [switch["VSwitchId"] for switch in found] == [f"vsw-simulator-{HOME}"]
    assert raw.v1("DescribeVpcs", {"RegionId": HOME, "VpcId": vpc})[1]["TotalCount"] == 1
    others = sdk(sim, "consumer-one").describe_security_groups(ecs.DescribeSecurityGroupsRequest(region_id=HOME))
    assert others.body.security_groups.security_group == []


def test_stopped_from_the_start(sim: Simulator, client: Client, image: str) -> None:
    request = ecs.CreateInstanceRequest(
        region_id=HOME, image_id=image, instance_type="ecs.g7.large",
        v_switch_id=f"vsw-simulator-{HOME}", security_group_id=f"sg-simulator-{HOME}",
    )  # fmt: skip
    instance = client.create_instance(request).body.instance_id
    sim.clock.advance(1)
    assert look(client, instance).status == "Stopped"
