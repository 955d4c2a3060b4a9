# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each kind of object in a seed may say. Whether it fits the world is seen when it is planted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .authenticate import TOKEN
from .state import images, instances, rules
from .values import (
    ACCOUNT,
    FLAG,
    NAME,
    OPEN_REGION,
    REGION,
    TAGS,
    TEXT,
    TIME,
    Kind,
    check,
    list_of,
    number,
    one_of,
    optional,
    table_of,
    whole,
)

Keys = dict[str, Kind]
LARGEST = 65536  # GiB of a disk
_TOKEN = Kind(
    "a text of letters, digits and +/=_.-", lambda value: isinstance(value, str) and bool(TOKEN.fullmatch(value))
)
_VERSION = re.compile(r"[1-9][0-9]*|Default|Latest")
_ANYTHING = Kind("anything", lambda dummy: True)
_PLACE: Keys = {"id": NAME, "region": OPEN_REGION, "account": ACCOUNT}
_DISK: Keys = {
    "id": NAME,
    "size": whole(1, LARGEST),
    "type": one_of("system", "data"),
    "encrypted": FLAG,
    "kms_key_id": TEXT,
    "tags": TAGS,
}
_SYSTEM: Keys = {
    "architecture": one_of(*rules.ARCHITECTURES),
    "platform": TEXT,
    "os_name": TEXT,
    "os_type": one_of("linux", "windows"),
    "boot_mode": one_of(*rules.BOOT_MODES),
}
_NETWORK: Keys = {**_PLACE, "vpc_id": NAME}
_LISTED = Kind("a list of its own", lambda dummy: True)


def _is_stored(value: Any) -> bool:
    fits = {"size": whole(0, LARGEST).fits, "good": FLAG.fits, "archived": FLAG.fits}
    return isinstance(value, Mapping) and all(key in fits and fits[key](item) for key, item in value.items())


KEYS: dict[str, Keys] = {
    "access_keys": {
        "id": NAME,
        "secret": NAME,
        "enabled": FLAG,
        "token": optional(_TOKEN),
        "expires": optional(number(0, 1e12)),
    },
    "accounts": {
        "id": ACCOUNT,
        "name": TEXT,
        "access_keys": _LISTED,
        "default_encryption": list_of(REGION),
        "site": NAME,
        "kms_enabled": FLAG,
        "disk_encryption_role": FLAG,
        "share_encrypted_role": FLAG,
        "community_terms": FLAG,
        "community_queries": FLAG,
        "arrears": FLAG,
        "data_disk_as_system": FLAG,
        "snapshot_service": FLAG,
        "byok": FLAG,
        "launch_permissions": list_of(NAME),
    },
    "users": {"name": NAME, "account": ACCOUNT, "policies": list_of(_ANYTHING), "access_keys": _LISTED},
    "oidc_providers": {"name": NAME, "account": ACCOUNT, "issuer": NAME, "key": NAME, "audiences": list_of(NAME)},
    "roles": {
        "name": NAME,
        "account": ACCOUNT,
        "policies": list_of(_ANYTHING),
        "trust": list_of(NAME),
        "external_id": optional(NAME),
        "max_session_seconds": whole(1),
    },
    "instance_roles": {"role": NAME},
    "sign_ins": {"token": NAME, "account": ACCOUNT, "access_config": NAME, "role": NAME},
    "resource_groups": {"id": NAME, "account": ACCOUNT},
    "keys": {
        **_PLACE,
        "kind": one_of("customer", "service"),
        "state": one_of("Enabled", "Disabled", "PendingDeletion", "PendingImport"),
        "symmetric": FLAG,
        "refuses": one_of("", "tags", "data_keys"),
    },
    "vswitches": _NETWORK,
    "security_groups": _NETWORK,
    "disks": _DISK,
    "instances": {
        **_PLACE,
        **_SYSTEM,
        "name": TEXT,
        "status": one_of(*instances.STATES),
        "image_id": TEXT,
        "instance_type": NAME,
        "nvme": FLAG,
        "locked": TEXT,
        "disks": _LISTED,
        "tags": TAGS,
        "created": TIME,
        "resource_group_id": NAME,
    },
    "buckets": {
        "name": NAME,
        "region": OPEN_REGION,
        "account": ACCOUNT,
        "encrypted": FLAG,
        "objects": table_of(NAME, Kind("an object: size, good, archived", _is_stored)),
    },
    "snapshots": {
        **_PLACE,
        **_DISK,
        "name": TEXT,
        "description": TEXT,
        "status": one_of("progressing", "accomplished", "failed"),
        "kind": one_of("user", "auto"),
        "disk_id": TEXT,
        "retention_days": whole(),
        "source_snapshot_id": TEXT,
        "source_region": TEXT,
        "lock": table_of(one_of("days", "cool_off"), whole(0, 36500)),
        "shares": list_of(ACCOUNT),
        "created": TIME,
    },
    "images": {
        **_PLACE,
        **_SYSTEM,
        "name": NAME,
        "description": TEXT,
        "family": TEXT,
        "version": TEXT,
        "license_type": TEXT,
        "secure_boot": one_of("supported", "unsupported"),
        "cloudinit": FLAG,
        "login_as_non_root": FLAG,
        "format": TEXT,
        "status": one_of(*images.STATES),
        "is_copied": FLAG,
        "is_public": FLAG,
        "features": table_of(one_of(*images.FEATURES), TEXT),
        "disks": _LISTED,
        "tags": TAGS,
        "shares": list_of(ACCOUNT),
        "organisation": list_of(NAME),
        "created": TIME,
        "resource_group_id": NAME,
    },
    "launch_templates": {
        **_PLACE,
        "name": NAME,
        "versions": list_of(Kind("the data of a version, as answers show them", lambda value: isinstance(value, dict))),
        "default": whole(1),
    },
    "scaling_groups": {
        **_PLACE,
        "name": NAME,
        "launch_template": NAME,
        "version": Kind("a number, Default or Latest", lambda value: bool(_VERSION.fullmatch(str(value)))),
        **dict.fromkeys(("image", "image_name", "image_family"), NAME),
    },
}
REQUIRED = {
    "access_keys": ("id", "secret"),
    "users": ("name",),
    "oidc_providers": ("name", "issuer", "key"),
    "roles": ("name",),
    "instance_roles": ("role",),
    "sign_ins": ("token", "access_config", "role"),
    "disks": ("size",),
    "buckets": ("name", "region"),
    **dict.fromkeys(("vswitches", "security_groups", "instances", "snapshots", "images"), ("region",)),
    **dict.fromkeys(("launch_templates", "scaling_groups"), ("region",)),
}
# Lists inside an entry: the kind of what is in them. A disk of an image is the snapshot that it will be made of.
_INNER = {
    ("accounts", "access_keys"): "access_keys",
    ("users", "access_keys"): "access_keys",
    ("instances", "disks"): "disks",
    ("images", "disks"): "snapshots",
}


def check_entries(kind: str, entries: Any, where: str) -> None:
    """ValueError for anything that is not as it should be."""
    if not isinstance(entries, list):
        raise ValueError(f"{where} is a list")
    for number_, entry in enumerate(entries):
        _check_entry(kind, entry, f"{where}[{number_}]", inside=where != kind)


def _check_entry(kind: str, entry: Any, where: str, inside: bool) -> None:
    if not isinstance(entry, Mapping):
        raise ValueError(f"{where} is an object")
    if unknown := {str(key) for key in entry} - set(KEYS[kind]):
        raise ValueError(f"unknown keys of {where}: {', '.join(sorted(unknown))}")
    # What is inside something is where that is.
    missing = [key for key in REQUIRED.get(kind, ()) if key not in entry and not (inside and key == "region")]
    if missing:
        raise ValueError(f"{where} lacks {', '.join(missing)}")
    for key, value in entry.items():
        name = f"{where}.{key}"
        if (kind, key) in _INNER:
            check_entries(_INNER[kind, key], value, name)
        else:
            check(name, value, KEYS[kind][key])
    # An instance may have lost its disks, an image is made of them.
    if kind == "images" and entry.get("disks") == []:
        raise ValueError(f"{where}.disks has at least one entry")
