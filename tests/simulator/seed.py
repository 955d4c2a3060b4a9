# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world at the start, and objects added later by the same means."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .planting import (
    MAIN,
    Objects,
    SeedError,
    add_account,
    add_bucket,
    add_group,
    add_image,
    add_instance,
    add_instance_role,
    add_key,
    add_oidc_provider,
    add_role,
    add_security_group,
    add_sign_in,
    add_snapshot,
    add_user,
    add_vswitch,
)
from .planting_templates import add_launch_template, add_scaling_group
from .seed_keys import check_entries
from .state import regions
from .state.clock import parse_stamp
from .state.images import FEATURES, Image, ImageDisk
from .state.world import World

__all__ = [
    "CONSUMERS",
    "KINDS_OF_OBJECTS",
    "MAIN",
    "SYSTEM",
    "SYSTEM_IMAGE",
    "Ids",
    "Objects",
    "SeedError",
    "main_key",
    "plant",
    "plant_default",
]
SYSTEM = "1000000000000000"
CONSUMERS = {
    "consumer-one": "1000000000000011",
    "consumer-two": "1000000000000012",
    "consumer-three": "1000000000000013",
}
PLAIN_ACCOUNTS = 64
KEY_REGIONS = ("cn-hangzhou", "cn-beijing", "cn-shanghai", "eu-central-1", "us-west-1", "ap-southeast-1")
SYSTEM_IMAGE = "aliyun_3_x64_20G_alibase_20260115.vhd"
Ids = dict[str, list[str]]
# In the order in which they may refer to each other.
KINDS_OF_OBJECTS: dict[str, Callable[[World, Objects], str]] = {
    "accounts": add_account,
    "users": add_user,
    "oidc_providers": add_oidc_provider,
    "roles": add_role,
    "instance_roles": add_instance_role,
    "sign_ins": add_sign_in,
    "resource_groups": add_group,
    "keys": add_key,
    "vswitches": add_vswitch,
    "security_groups": add_security_group,
    "buckets": add_bucket,
    "instances": add_instance,
    "snapshots": add_snapshot,
    "images": add_image,
    "launch_templates": add_launch_template,
    "scaling_groups": add_scaling_group,
}


def plant_default(world: World) -> None:
    """Main account with instances and keys, three consumers, many plain accounts, one system image a region."""
    add_account(world, {"id": MAIN, "name": "main", "access_keys": [_key_pair("main")]})
    for name, account_id in CONSUMERS.items():
        add_account(world, {"id": account_id, "name": name, "access_keys": [_key_pair(name)]})
    for number in range(1, PLAIN_ACCOUNTS + 1):
        add_account(world, {"id": str(2000000000000000 + number)})
    for region in regions.open_regions():
        world.add_image(_system_image(world, region.region_id))
    keys = {region: add_key(world, {"region": region}) for region in KEY_REGIONS}
    disabled = add_key(world, {"region": "cn-beijing", "state": "Disabled"})
    home = {"region": "cn-hangzhou", "image_id": SYSTEM_IMAGE}
    demo = add_instance(world, {**home, "name": "demo", "disks": [{"size": 20}]})
    stopped = add_instance(
        world, {**home, "name": "stopped", "status": "Stopped", "disks": [{"size": 20}, {"size": 40}]}
    )
    secret_disk = {"size": 20, "encrypted": True, "kms_key_id": keys["cn-hangzhou"]}
    encrypted = add_instance(world, {**home, "name": "encrypted", "disks": [secret_disk]})
    everything = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}]}
    take_roles = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}
    # Accounts themselves cannot take on roles, so there is a user who can.
    releaser = _key_pair("releaser")
    add_user(world, {"name": "releaser", "policies": [everything, take_roles], "access_keys": [releaser]})
    role = {"name": "image-release", "trust": [MAIN], "policies": [everything]}
    roles = {
        name: add_role(world, {**role, "account": account_id})
        for name, account_id in {"main": MAIN, **CONSUMERS}.items()
    }
    for region in regions.open_regions():
        for kind, add in (("vsw", add_vswitch), ("sg", add_security_group)):
            place = {"region": region.region_id, "vpc_id": f"vpc-simulator-{region.region_id}"}
            add(world, {**place, "id": f"{kind}-simulator-{region.region_id}"})
    world.demo = {
        "users": {"releaser": {"access_key_id": releaser["id"], "access_key_secret": releaser["secret"]}},
        "roles": roles,
        "instances": {"demo": demo, "stopped": stopped, "encrypted": encrypted},
        "kms_keys": keys,
        "disabled_kms_key": {"cn-beijing": disabled},
        "consumers": {
            name: {"account_id": account_id, **{f"access_key_{k}": v for k, v in _key_pair(name).items()}}
            for name, account_id in CONSUMERS.items()
        },
        "plain_accounts": [str(2000000000000000 + number) for number in range(1, PLAIN_ACCOUNTS + 1)],
    }


def _key_pair(name: str) -> dict[str, str]:
    # Plainly no real credentials.
    return {"id": f"simulator-{name}-key", "secret": f"simulator-{name}-secret"}


def main_key() -> dict[str, str]:
    return _key_pair("main")


def _system_image(world: World, region: str) -> Image:
    return Image(
        image_id=SYSTEM_IMAGE,
        account_id=SYSTEM,
        region=region,
        name=SYSTEM_IMAGE,
        alias="system",
        description="Alibaba Cloud Linux",
        platform="Aliyun",
        os_name="Alibaba Cloud Linux 3.2104 LTS 64 bit",
        created=parse_stamp("2026-01-15T08:00:00Z"),
        disks=[ImageDisk("/dev/xvda", "system", 20)],
        features={**FEATURES, "NvmeSupport": "supported"},
        login_as_non_root=True,
    )


def plant(world: World, objects: Objects) -> Ids:
    """Add objects, all or none; the ids of all that were added, by kind, in the order given."""
    if not isinstance(objects, Mapping):
        raise SeedError("a seed is an object of lists")
    unknown = set(objects) - set(KINDS_OF_OBJECTS)
    if unknown:
        raise SeedError(f"unknown kinds: {', '.join(sorted(unknown))}")
    try:
        for kind, entries in objects.items():
            check_entries(kind, entries, kind)
    except ValueError as problem:
        raise SeedError(str(problem)) from None
    # What cannot be seen from an entry alone, such as an account that is not there, shows on the copy.
    _plant(world.rehearsal(), objects)
    return _plant(world, objects)


def _plant(world: World, objects: Objects) -> Ids:
    chosen = {kind: add for kind, add in KINDS_OF_OBJECTS.items() if kind in objects}
    return {kind: [add(world, entry) for entry in objects[kind]] for kind, add in chosen.items()}
