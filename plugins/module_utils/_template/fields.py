# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch template's version holds: as answers tell it, and as a request says it again. Pure.

A new version copies nothing by itself, so that whatever is lost here is lost. What is not known by name is kept apart.
"""

from __future__ import annotations

import dataclasses
import decimal
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data

_DISK = frozenset(
    [
        "AutoSnapshotPolicyId",
        "BurstingEnabled",
        "Category",
        "DeleteWithInstance",
        "Description",
        "DiskName",
        "Encrypted",
        "KMSKeyId",
        "PerformanceLevel",
        "ProvisionedIops",
        "Size",
    ]
)
_INTERFACE = frozenset(
    [
        "DeleteOnRelease",
        "Description",
        "InstanceType",
        "NetworkInterfaceName",
        "NetworkInterfaceTrafficMode",
        "PrimaryIpAddress",
        "SecurityGroupId",
        "VSwitchId",
    ]
)
SINGLE = frozenset(
    [
        "AutoReleaseTime",
        "AutoRenew",
        "AutoRenewPeriod",
        "CreditSpecification",
        "DeletionProtection",
        "DeploymentSetId",
        "Description",
        "EnableVmOsConfig",
        "HostName",
        "HttpEndpoint",
        "HttpPutResponseHopLimit",
        "HttpTokens",
        "ImageId",
        "ImageOwnerAlias",
        "InstanceChargeType",
        "InstanceName",
        "InstanceType",
        "InternetChargeType",
        "InternetMaxBandwidthIn",
        "InternetMaxBandwidthOut",
        "IoOptimized",
        "Ipv6AddressCount",
        "KeyPairName",
        "NetworkType",
        "PasswordInherit",
        "Period",
        "PeriodUnit",
        "PrivateIpAddress",
        "RamRoleName",
        "ResourceGroupId",
        "SecurityEnhancementStrategy",
        "SecurityGroupId",
        "SpotDuration",
        "SpotPriceLimit",
        "SpotStrategy",
        "UserData",
        "VSwitchId",
        "VpcId",
        "ZoneId",
    ]
)
# Fields with others in them, which answers write with a dot, or nested as the SDK expects it.
GROUPS = {
    "ImageOptions": frozenset(["LoginAsNonRoot"]),
    "SecurityOptions": frozenset(["TrustedSystemMode"]),
    "SystemDisk": _DISK | {"Iops"},
}
# By their names in answers: the list's name inside, its name in a request, and what an entry holds.
LISTS = {
    "DataDisks": ("DataDisk", "DataDisk", _DISK | {"Device", "SnapshotId"}),
    "NetworkInterfaces": ("NetworkInterface", "NetworkInterface", _INTERFACE),
    "Tags": ("InstanceTag", "Tag", frozenset(["Key", "Value"])),
}
IDS = "SecurityGroupIds", "SecurityGroupId"  # a list of texts, in a version and in each of its interfaces
# What a version can have and no answer tells.
UNREADABLE = ("SecurityOptions.EnableSecureBoot",)


@dataclasses.dataclass
class Content:
    """What a version holds.

    :param fields: as a request takes them, every value as a text
    :param unknown: what has no place in a request, by name
    """

    fields: Data = dataclasses.field(default_factory=dict)
    unknown: Data = dataclasses.field(default_factory=dict)


def read(data: Data) -> Content:
    """Take an answer's LaunchTemplateData apart. What is empty is not set."""
    content = Content()
    for name, value in data.items():
        root, _dot, inner = name.partition(".")
        if _is_empty(value):
            continue
        if root in GROUPS:
            entry = content.fields.setdefault(root, {})
            _take({inner: value} if inner else value, GROUPS[root], root, entry, content.unknown)
        elif name in LISTS:
            wrapper, request_name, known = LISTS[name]
            content.fields[request_name] = [
                _entry(value, known, f"{name}.{position}", content.unknown)
                for position, value in enumerate(_unwrapped(value, wrapper, name, content.unknown), 1)
            ]
        else:
            _take({name: value}, SINGLE, "", content.fields, content.unknown)
    content.fields = {name: value for name, value in content.fields.items() if not _is_empty(value)}
    return content


def _entry(given: t.Any, known: t.Collection[str], place: str, unknown: Data) -> Data:
    entry: Data = {}
    _take(given, known, place, entry, unknown)
    return entry


def _take(given: t.Any, known: t.Collection[str], place: str, fields: Data, unknown: Data) -> None:
    """Sort what stands in one place into what is known and what is not."""
    if not isinstance(given, dict):
        unknown[place] = given
        return
    for name, value in given.items():
        path = f"{place}.{name}" if place else name
        if _is_empty(value):
            continue
        if name == IDS[0] and place.partition(".")[0] in ("", "NetworkInterfaces"):
            ids = _unwrapped(value, IDS[1], path, unknown)
            fields[name] = [_text(name, value) for value in ids]
        elif name in known and isinstance(value, (str, bool, int, float)):
            fields[name] = _text(name, value)
        else:
            unknown[path] = value


def _unwrapped(value: t.Any, wrapper: str, place: str, unknown: Data) -> list[t.Any]:
    """The list in ``{"DataDisk": [...]}``, or a bare one."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and isinstance(value.get(wrapper), list):
        unknown.update(
            {f"{place}.{name}": inner for name, inner in value.items() if name != wrapper and not _is_empty(inner)}
        )
        return list(value[wrapper])
    unknown[place] = value
    return []


def _text(name: str, value: t.Any) -> str:
    """A value in one form: answers say true and "true", 0.98 and "0.980" of the same."""
    if isinstance(value, bool) or name == "Encrypted":
        return str(value).lower()
    if name == "SpotPriceLimit":
        try:
            return format(decimal.Decimal(str(value)).normalize(), "f")
        except decimal.InvalidOperation:
            return str(value)
    return str(value)


def _is_empty(value: t.Any) -> bool:
    if isinstance(value, dict):
        return all(_is_empty(inner) for inner in value.values())
    return all(_is_empty(inner) for inner in value) if isinstance(value, list) else value is None or value == ""


def differences(asked: t.Any, told: t.Any, path: str = "") -> list[str]:
    """The names of the fields that are not the same in two versions, with numbers for the entries of lists."""
    if isinstance(asked, dict) and isinstance(told, dict):
        names = sorted({*asked, *told})
        inner = [(asked.get(name), told.get(name), f"{path}.{name}" if path else name) for name in names]
    elif isinstance(asked, list) and isinstance(told, list):
        places = range(max(len(asked), len(told)))
        pairs = [(_at(asked, place), _at(told, place)) for place in places]
        inner = [(*pair, f"{path}.{place}") for place, pair in enumerate(pairs, 1)]
    else:
        return [] if asked == told or (_is_empty(asked) and _is_empty(told)) else [path]
    return [name for mine, other, place in inner for name in differences(mine, other, place)]


def _at(entries: list[t.Any], place: int) -> t.Any:
    return entries[place] if place < len(entries) else None
