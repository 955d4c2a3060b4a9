# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects a seed can hold, and how each gets into the world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .state import regions
from .state.accounts import AccessKey, Account, KmsKey, Role, User
from .state.clock import parse_stamp
from .state.images import FEATURES, Image, ImageDisk
from .state.instances import Disk, Instance
from .state.networks import SecurityGroup, VSwitch
from .state.policies import read_policy
from .state.snapshots import Lock, Snapshot
from .state.sources import OidcProvider, SignIn
from .state.tasks import Bucket, StoredObject
from .state.world import World

MAIN = "1000000000000001"
Objects = Mapping[str, Any]


class SeedError(ValueError):
    """A seed that cannot be planted."""


def owner(world: World, entry: Objects) -> str:
    """Whose an object is to be."""
    account = str(entry.get("account", MAIN))
    if account not in world.accounts:
        raise SeedError(f"no account {account}")
    return account


def place(entry: Objects) -> str:
    """The region of an object that is in one."""
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
    "community_queries",
    "arrears",
    "data_disk_as_system",
    "snapshot_service",
    "byok",
    "launch_permissions",
]


def add_account(world: World, entry: Objects) -> str:
    """A new account, or changes to one that is there."""
    account_id = str(entry.get("id") or 3000000000000000 + len(world.accounts))
    account = world.accounts.setdefault(account_id, Account(account_id))
    for name in _FLAGS:
        if name in entry:
            setattr(account, name, entry[name])
    account.default_encryption = account.default_encryption | set(entry.get("default_encryption", ()))
    _access_keys(world, entry, account_id)
    if account_id not in world.resource_groups.values():
        world.resource_groups[world.new_id("rg-")] = account_id
    return account_id


def _access_keys(world: World, entry: Objects, account_id: str, user: User | None = None) -> None:
    for key in entry.get("access_keys", ()):
        options = {name: key[name] for name in ("enabled", "token", "expires") if name in key}
        world.access_keys[key["id"]] = AccessKey(key["id"], key["secret"], account_id, user=user, **options)


def add_user(world: World, entry: Objects) -> str:
    """A RAM user, or other policies for one that is there; the ARN is its id."""
    account = owner(world, entry)
    user = world.users.setdefault((account, entry["name"]), User(entry["name"], account))
    if "policies" in entry:
        user.policies = [read_policy(document) for document in entry["policies"]]
    _access_keys(world, entry, account, user)
    return user.arn


def add_role(world: World, entry: Objects) -> str:
    """A RAM role, or changes to one that is there; the ARN is its id."""
    account = owner(world, entry)
    role = Role(entry["name"], account)
    role = world.roles.setdefault(role.arn, role)
    if "policies" in entry:
        role.policies = [read_policy(document) for document in entry["policies"]]
    for name in ("trust", "external_id", "max_session_seconds"):
        if name in entry:
            setattr(role, name, entry[name])
    return role.arn


def add_oidc_provider(world: World, entry: Objects) -> str:
    """An issuer of tokens; roles trust it by its ARN, which is its id."""
    audiences = list(entry.get("audiences", ["sts.aliyuncs.com"]))
    provider = OidcProvider(entry["name"], owner(world, entry), entry["issuer"], entry["key"], audiences)
    world.oidc_providers[provider.arn] = provider
    return provider.arn


def _role(world: World, entry: Objects) -> Role:
    if entry.get("role") not in world.roles:
        raise SeedError(f"no role {entry.get('role')!r}")
    return world.roles[entry["role"]]


def add_instance_role(world: World, entry: Objects) -> str:
    """The role of the instance whose metadata service this is."""
    world.instance_role = _role(world, entry)
    return world.instance_role.arn


def add_sign_in(world: World, entry: Objects) -> str:
    """What a person's sign-in at CloudSSO left behind."""
    found = SignIn(entry["token"], owner(world, entry), entry["access_config"], _role(world, entry))
    world.sign_ins[found.token] = found
    return found.access_config


def add_vswitch(world: World, entry: Objects) -> str:
    switch_id = str(entry.get("id") or world.new_id("vsw-"))
    vpc_id = entry.get("vpc_id") or "vpc-" + switch_id.partition("-")[2]
    world.vswitches[switch_id] = VSwitch(switch_id, owner(world, entry), place(entry), vpc_id)
    return switch_id


def add_security_group(world: World, entry: Objects) -> str:
    group_id = str(entry.get("id") or world.new_id("sg-"))
    vpc_id = entry.get("vpc_id") or "vpc-" + group_id.partition("-")[2]
    world.security_groups[group_id] = SecurityGroup(group_id, owner(world, entry), place(entry), vpc_id)
    return group_id


def add_group(world: World, entry: Objects) -> str:
    group_id = str(entry.get("id") or world.new_id("rg-"))
    world.resource_groups[group_id] = owner(world, entry)
    return group_id


def add_key(world: World, entry: Objects) -> str:
    """A new key, or another state of one that is there."""
    known = world.kms_keys.get(str(entry.get("id")))
    if known is not None:
        for name in ("state", "symmetric", "refuses"):
            if name in entry:
                setattr(known, name, entry[name])
        return known.key_id
    key_id = str(entry.get("id") or world.new_uuid())
    kind, state = entry.get("kind", "customer"), entry.get("state", "Enabled")
    options = {name: entry[name] for name in ("symmetric", "refuses") if name in entry}
    world.kms_keys[key_id] = KmsKey(key_id, owner(world, entry), place(entry), kind, state, **options)
    return key_id


_OF_INSTANCES = (
    "name", "status", "image_id", "instance_type", "architecture", "platform", "os_name", "os_type",
    "boot_mode", "nvme", "locked",
)  # fmt: skip


def add_instance(world: World, entry: Objects) -> str:
    account, region, created = owner(world, entry), place(entry), _created(world, entry)
    instance = Instance(
        instance_id=str(entry.get("id") or world.new_id("i-")),
        account_id=account,
        region=region,
        created=created,
        tags=dict(entry.get("tags", {})),
        resource_group_id=entry.get("resource_group_id") or world.default_group(account),
        **{name: entry[name] for name in _OF_INSTANCES if name in entry},
    )
    world.instances[instance.instance_id] = instance
    for index, disk in enumerate(entry.get("disks", [{"size": 20}])):
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


def add_bucket(world: World, entry: Objects) -> str:
    """A bucket, or more objects in one that is there."""
    bucket = Bucket(entry["name"], place(entry), owner(world, entry), bool(entry.get("encrypted")))
    bucket = world.buckets.setdefault(bucket.name, bucket)
    bucket.objects.update({name: StoredObject(**stored) for name, stored in entry.get("objects", {}).items()})
    return bucket.name


_OF_SNAPSHOTS = (
    "name", "description", "status", "retention_days", "disk_id", "kind", "source_snapshot_id", "source_region",
)  # fmt: skip


def add_snapshot(world: World, entry: Objects) -> str:
    account, region = owner(world, entry), place(entry)
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
        shares=[str(account) for account in entry.get("shares", ())],
        **{name: entry[name] for name in _OF_SNAPSHOTS if name in entry},
    )
    if "lock" in entry:
        hours = entry["lock"].get("cool_off", 0)
        snapshot.lock = Lock(snapshot.created, snapshot.created + hours * 3600, hours, entry["lock"].get("days", 1))
    world.snapshots[snapshot.snapshot_id] = snapshot
    return snapshot.snapshot_id


_OF_IMAGES = (
    "description", "family", "version", "architecture", "platform", "os_name", "os_type", "boot_mode",
    "license_type", "secure_boot", "cloudinit", "login_as_non_root", "organisation", "format", "status", "is_copied",
    "is_public",
)  # fmt: skip


def add_image(world: World, entry: Objects) -> str:
    """An image in a settled state; its snapshots are made along with it."""
    account, region, created = owner(world, entry), place(entry), _created(world, entry)
    image_id = str(entry.get("id") or world.new_id("m-"))
    holder = world.image_of_name(account, region, entry.get("name") or image_id)
    if holder is not None and holder.image_id != image_id:
        raise SeedError(f"two images of the name {holder.name!r} in {region}")
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
        **{name: entry[name] for name in _OF_IMAGES if name in entry},
    )
    for index, disk in enumerate(entry.get("disks", [{"size": 20}])):
        kind = disk.get("type") or ("data" if index else "system")
        snapshot_id = add_snapshot(world, {**disk, "type": kind, "region": region, "account": account})
        image.disks.append(ImageDisk(f"/dev/xvd{chr(ord('a') + index)}", kind, disk.get("size", 20), snapshot_id))
    for recipient in entry.get("shares", ()):
        image.grant(str(recipient), created, was_there=True)
    world.add_image(image)
    return image_id
