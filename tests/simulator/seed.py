# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The world at the start, and objects added later by the same means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .state import regions
from .state.accounts import AccessKey, Account, KmsKey
from .state.clock import parse_stamp
from .state.images import FEATURES, STATES, Image, ImageDisk
from .state.instances import Disk, Instance
from .state.snapshots import Snapshot
from .state.world import World

MAIN = "1000000000000001"
SYSTEM = "1000000000000000"
CONSUMERS = {
    "consumer-one": "1000000000000011",
    "consumer-two": "1000000000000012",
    "consumer-three": "1000000000000013",
}
PLAIN_ACCOUNTS = 64
KEY_REGIONS = ("cn-hangzhou", "cn-beijing", "cn-shanghai", "eu-central-1", "us-west-1", "ap-southeast-1")
SYSTEM_IMAGE = "aliyun_3_x64_20G_alibase_20260115.vhd"
Objects = Mapping[str, Any]
Ids = dict[str, list[str]]


class SeedError(ValueError):
    """A seed that cannot be planted."""


def plant_default(world: World) -> None:
    """Main account with instances and keys, three consumers, many plain accounts, one system image a region."""
    _account(world, {"id": MAIN, "name": "main", "access_keys": [_key_pair("main")]})
    for name, account_id in CONSUMERS.items():
        _account(world, {"id": account_id, "name": name, "access_keys": [_key_pair(name)]})
    for number in range(1, PLAIN_ACCOUNTS + 1):
        _account(world, {"id": str(2000000000000000 + number)})
    for region in regions.open_regions():
        world.add_image(_system_image(world, region.region_id))
    keys = {region: _key(world, {"region": region}) for region in KEY_REGIONS}
    disabled = _key(world, {"region": "cn-beijing", "state": "Disabled"})
    home = {"region": "cn-hangzhou", "image_id": SYSTEM_IMAGE}
    demo = _instance(world, {**home, "name": "demo", "disks": [{"size": 20}]})
    stopped = _instance(world, {**home, "name": "stopped", "status": "Stopped", "disks": [{"size": 20}, {"size": 40}]})
    secret_disk = {"size": 20, "encrypted": True, "kms_key_id": keys["cn-hangzhou"]}
    encrypted = _instance(world, {**home, "name": "encrypted", "disks": [secret_disk]})
    world.demo = {
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
    )


def plant(world: World, objects: Objects) -> Ids:
    """Add objects; the ids of all that were added, by kind, in the order given."""
    kinds = {
        "accounts": _account,
        "resource_groups": _group,
        "keys": _key,
        "instances": _instance,
        "snapshots": _snapshot,
        "images": _image,
    }
    unknown = set(objects) - set(kinds)
    if unknown:
        raise SeedError(f"unknown kinds: {', '.join(sorted(unknown))}")
    return {
        kind: [planter(world, entry) for entry in objects[kind]] for kind, planter in kinds.items() if kind in objects
    }


def _only(entry: Objects, kind: str, *allowed: str) -> None:
    unknown = set(entry) - set(allowed)
    if unknown:
        raise SeedError(f"unknown keys of {kind}: {', '.join(sorted(unknown))}")


def _owner(world: World, entry: Objects) -> str:
    account = str(entry.get("account", MAIN))
    if account not in world.accounts:
        raise SeedError(f"no account {account}")
    return account


def _place(entry: Objects) -> str:
    region = entry.get("region")
    if not isinstance(region, str) or not regions.is_open(region):
        raise SeedError(f"no region {region!r}")
    return region


def _created(world: World, entry: Objects) -> float:
    return parse_stamp(entry["created"]) if "created" in entry else world.now()


_FLAGS = [
    "name",
    "site",
    "kms_enabled",
    "disk_encryption_role",
    "share_encrypted_role",
    "community_terms",
    "arrears",
    "data_disk_as_system",
]


def _account(world: World, entry: Objects) -> str:
    """A new account, or changes to one that is there."""
    _only(entry, "accounts", "id", "access_keys", "default_encryption", *_FLAGS)
    account_id = str(entry.get("id") or 3000000000000000 + len(world.accounts))
    account = world.accounts.setdefault(account_id, Account(account_id))
    for name in _FLAGS:
        if name in entry:
            setattr(account, name, entry[name])
    account.default_encryption |= set(entry.get("default_encryption", ()))
    for key in entry.get("access_keys", ()):
        _only(key, "access_keys", "id", "secret", "enabled", "token", "expires")
        options = {name: key[name] for name in ("enabled", "token", "expires") if name in key}
        world.access_keys[key["id"]] = AccessKey(key["id"], key["secret"], account_id, **options)
    if account_id not in world.resource_groups.values():
        world.resource_groups[world.new_id("rg-")] = account_id
    return account_id


def _group(world: World, entry: Objects) -> str:
    _only(entry, "resource_groups", "id", "account")
    group_id = str(entry.get("id") or world.new_id("rg-"))
    world.resource_groups[group_id] = _owner(world, entry)
    return group_id


def _key(world: World, entry: Objects) -> str:
    """A new key, or another state of one that is there."""
    _only(entry, "keys", "id", "region", "account", "kind", "state")
    known = world.kms_keys.get(str(entry.get("id")))
    if known is not None:
        known.state = entry.get("state", known.state)
        return known.key_id
    key_id = str(entry.get("id") or world.new_uuid())
    kind, state = entry.get("kind", "customer"), entry.get("state", "Enabled")
    world.kms_keys[key_id] = KmsKey(key_id, _owner(world, entry), _place(entry), kind, state)
    return key_id


def _instance(world: World, entry: Objects) -> str:
    options = [
        "name",
        "status",
        "image_id",
        "instance_type",
        "architecture",
        "platform",
        "os_name",
        "os_type",
        "boot_mode",
        "nvme",
        "locked",
    ]
    _only(entry, "instances", "id", "region", "account", "disks", "tags", "created", "resource_group_id", *options)
    account, region, created = _owner(world, entry), _place(entry), _created(world, entry)
    instance = Instance(
        instance_id=str(entry.get("id") or world.new_id("i-")),
        account_id=account,
        region=region,
        created=created,
        tags=dict(entry.get("tags", {})),
        resource_group_id=entry.get("resource_group_id") or world.default_group(account),
        **{name: entry[name] for name in options if name in entry},
    )
    world.instances[instance.instance_id] = instance
    for index, disk in enumerate(entry.get("disks", [{"size": 20}])):
        _only(disk, "disks", "id", "size", "type", "encrypted", "kms_key_id", "tags")
        disk_id = str(disk.get("id") or world.new_id("d-"))
        world.disks[disk_id] = Disk(
            disk_id=disk_id,
            account_id=account,
            region=region,
            size=disk["size"],
            kind=disk.get("type") or ("data" if index else "system"),
            device=f"/dev/xvd{chr(ord('a') + index)}",
            instance_id=instance.instance_id,
            encrypted=bool(disk.get("encrypted")),
            kms_key_id=_key_of(world, disk, account, region),
            image_id=instance.image_id if index == 0 else "",
            created=created,
            resource_group_id=instance.resource_group_id,
            tags=dict(disk.get("tags", {})),
        )
    return instance.instance_id


def _key_of(world: World, disk: Objects, account: str, region: str) -> str:
    if not disk.get("encrypted"):
        return ""
    return str(disk.get("kms_key_id") or world.service_key(account, region).key_id)


def _snapshot(world: World, entry: Objects) -> str:
    options = ["name", "description", "status", "retention_days", "disk_id", "kind"]
    _only(
        entry, "snapshots", "id", "region", "account", "size", "type", "encrypted", "kms_key_id", "tags", "created",
        *options,
    )  # fmt: skip
    account, region = _owner(world, entry), _place(entry)
    snapshot = Snapshot(
        snapshot_id=str(entry.get("id") or world.new_id("s-")),
        account_id=account,
        region=region,
        size=entry.get("size", 20),
        disk_kind=entry.get("type", "system"),
        encrypted=bool(entry.get("encrypted")),
        kms_key_id=_key_of(world, entry, account, region),
        created=_created(world, entry),
        modified=_created(world, entry),
        resource_group_id=world.default_group(account),
        tags=dict(entry.get("tags", {})),
        **{name: entry[name] for name in options if name in entry},
    )
    world.snapshots[snapshot.snapshot_id] = snapshot
    return snapshot.snapshot_id


def _image(world: World, entry: Objects) -> str:
    """An image in a settled state; its snapshots are made along with it."""
    options = [
        "description",
        "family",
        "version",
        "architecture",
        "platform",
        "os_name",
        "os_type",
        "boot_mode",
        "license_type",
        "status",
        "is_copied",
        "is_public",
    ]
    _only(
        entry, "images", "id", "region", "account", "name", "disks", "tags", "shares", "created", "features",
        "resource_group_id", *options,
    )  # fmt: skip
    if entry.get("status", "Available") not in STATES:
        raise SeedError(f"no image status {entry['status']!r}")
    account, region, created = _owner(world, entry), _place(entry), _created(world, entry)
    image_id = str(entry.get("id") or world.new_id("m-"))
    image = Image(
        image_id=image_id,
        account_id=account,
        region=region,
        name=entry.get("name") or image_id,
        created=created,
        available_at=created,
        tags=dict(entry.get("tags", {})),
        features={**FEATURES, **entry.get("features", {})},
        resource_group_id=entry.get("resource_group_id") or world.default_group(account),
        **{name: entry[name] for name in options if name in entry},
    )
    for index, disk in enumerate(entry.get("disks", [{"size": 20}])):
        kind = disk.get("type") or ("data" if index else "system")
        snapshot_id = _snapshot(world, {**disk, "type": kind, "region": region, "account": account})
        image.disks.append(ImageDisk(f"/dev/xvd{chr(ord('a') + index)}", kind, disk.get("size", 20), snapshot_id))
    for recipient in entry.get("shares", ()):
        image.grant(str(recipient), created)
    world.add_image(image)
    return image_id
