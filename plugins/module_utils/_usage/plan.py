# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who uses an image, out of what was seen of an account in a region. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, ScalingGroup

INSTANCE, TEMPLATE, CONFIGURATION, GROUP = "instance", "launch_template", "scaling_configuration", "scaling_group"
DISK, IMAGE, FAMILY = "disk", "image", "family"
# What starts instances of an image, or has one running. The others go on when the image is gone.
HOLDING = frozenset({INSTANCE, TEMPLATE, CONFIGURATION, GROUP})
MOST_NAMED = 3  # users that a sentence names


@dataclasses.dataclass(frozen=True)
class Template:
    """A launch template: the image of each of its versions, by number."""

    template_id: str
    name: str
    default: int
    images: t.Mapping[int, str]

    def image_of(self, version: str) -> str:
        """The image of a version as groups name it: a number, ``Default`` or ``Latest``; empty for one unknown."""
        latest = max(self.images, default=0)
        number = {"Default": self.default, "Latest": latest}.get(version, int(version) if version.isdecimal() else 0)
        return self.images.get(number, "")


@dataclasses.dataclass
class Seen:
    """What an account has in a region, as far as it was told."""

    region: str
    account_id: str
    instances: list[Data] = dataclasses.field(default_factory=list)
    templates: list[Template] = dataclasses.field(default_factory=list)
    groups: list[ScalingGroup] = dataclasses.field(default_factory=list)
    configurations: list[Data] = dataclasses.field(default_factory=list)
    disks: list[Data] = dataclasses.field(default_factory=list)
    images: list[Image] = dataclasses.field(default_factory=list)  # own ones


@dataclasses.dataclass(frozen=True)
class Asked:
    """An image whose users are looked for. Of one that is not the account's own, only the id is known."""

    region: str
    image_id: str
    owner_id: str = ""
    name: str = ""
    family: str = ""
    leads: bool = False  # the newest Available image of its family
    snapshots: frozenset[str] = frozenset()


def leaders(own: t.Iterable[Image]) -> set[str]:
    """The ids of the images that lead their families: of each the newest that is Available."""
    families: dict[str, list[Image]] = {}
    for image in own:
        if image["family"] and image["status"] == AVAILABLE:
            families.setdefault(image["family"], []).append(image)
    return {str(age.newest(images, 1)[0]["image_id"]) for images in families.values()}


def asked_of(image: Image, owner_id: str, leading: t.Container[str]) -> Asked:
    """
    :param leading: as ``leaders`` tells of all own images of its region
    """
    return Asked(
        region=image["region"],
        image_id=image["image_id"],
        owner_id=owner_id,
        name=image["name"],
        family=image["family"],
        leads=image["image_id"] in leading,
        snapshots=frozenset(image["snapshot_ids"]),
    )


def users(asked: Asked, seen: Seen) -> list[Data]:
    """Who uses an image in an account: ``account_id``, ``kind``, ``id``, ``name``, ``details``, ``holds``."""
    found = [
        *_instances(asked, seen),
        *_templates(asked, seen),
        *_groups(asked, seen),
        *_configurations(asked, seen),
        *_disks(asked, seen),
        *_images(asked, seen),
        *_family(asked, seen),
    ]
    return [{"account_id": seen.account_id, **use, "holds": use["kind"] in HOLDING} for use in found]


def _use(kind: str, key: str, name: str, details: str = "") -> Data:
    return {"kind": kind, "id": key, "name": name, "details": details}


def _instances(asked: Asked, seen: Seen) -> list[Data]:
    found = [instance for instance in seen.instances if instance["image_id"] == asked.image_id]
    return [_use(INSTANCE, instance["instance_id"], instance["name"], instance["status"]) for instance in found]


def _templates(asked: Asked, seen: Seen) -> list[Data]:
    found = []
    for template in seen.templates:
        numbers = [number for number, image_id in sorted(template.images.items()) if image_id == asked.image_id]
        marks = {template.default: " (default)"}
        told = ", ".join(f"{number}{marks.get(number, '')}" for number in numbers)
        found += [_use(TEMPLATE, template.template_id, template.name, f"version {told}")] if numbers else []
    return found


def _groups(asked: Asked, seen: Seen) -> list[Data]:
    templates = {template.template_id: template for template in seen.templates}
    return [
        _use(GROUP, group["group_id"], group["name"], f"{group['template_id']} {group['version']}")
        for group in seen.groups
        if group["template_id"] in templates
        and templates[group["template_id"]].image_of(group["version"]) == asked.image_id
    ]


def _configurations(asked: Asked, seen: Seen) -> list[Data]:
    found = []
    for configuration in seen.configurations:
        how = _named_by(asked, configuration, seen.account_id == asked.owner_id)
        if how:
            details = f"group {configuration['group_id']}, by its {how}"
            found.append(_use(CONFIGURATION, configuration["configuration_id"], configuration["name"], details))
    return found


def _named_by(asked: Asked, configuration: Data, own: bool) -> str:
    """By what a configuration names an image. Its id counts before its name, and a family is named alone."""
    if configuration["image_id"]:
        return "id" if configuration["image_id"] == asked.image_id else ""
    if configuration["image_name"]:
        return "name" if configuration["image_name"] == asked.name else ""
    # Others are told a family with the account of its owner.
    families = {f"acs:{asked.owner_id}:{asked.family}", *([asked.family] if own else [])}
    return "family" if asked.leads and configuration["image_family"] in families else ""


def _disks(asked: Asked, seen: Seen) -> list[Data]:
    return [
        _use(DISK, disk["disk_id"], disk["name"], disk["snapshot_id"] or "")
        for disk in seen.disks
        if disk["image_id"] == asked.image_id or disk["snapshot_id"] in asked.snapshots
    ]


def _images(asked: Asked, seen: Seen) -> list[Data]:
    return [
        _use(IMAGE, image["image_id"], image["name"], ", ".join(sorted(asked.snapshots & {*image["snapshot_ids"]})))
        for image in seen.images
        if image["image_id"] != asked.image_id and asked.snapshots & {*image["snapshot_ids"]}
    ]


def _family(asked: Asked, seen: Seen) -> list[Data]:
    is_own = seen.account_id == asked.owner_id
    return [_use(FAMILY, asked.family, asked.family, "its newest Available image")] if asked.leads and is_own else []


def holders(uses: t.Iterable[Data]) -> str:
    """Who holds an image, as the end of a sentence; empty if nobody does."""
    found = [use for use in uses if use["holds"]]
    named = [_named(use) for use in found[:MOST_NAMED]]
    more = [f"{len(found) - MOST_NAMED} more"] if len(found) > MOST_NAMED else []
    return ", ".join([*named, *more])


def _named(use: Data) -> str:
    details = f" ({use['details']})" if use["details"] and use["kind"] != INSTANCE else ""
    return f"{use['kind'].replace('_', ' ')} {use['id']}{details} of account {use['account_id']}"
