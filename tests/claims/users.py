# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What results say of who uses images, and of launch templates that start instances of them."""

from __future__ import annotations

import datetime
import typing as t

from .facts import Data, Facts, differing
from .images import COPIED_FROM


def use(told: Data, image: Data, facts: Facts, where: str) -> list[str]:
    """Of one user of an image: it is there, and uses it.

    :param image: with ``region`` and ``image_id``
    """
    where = f"{where}, {told['kind']} {told['id']}"
    if (told["kind"], told["id"]) not in _users(image["region"], image["image_id"], facts, told["account_id"]):
        return [f"{where}: it does not use it"]
    return []


def usage(result: Data, facts: Facts) -> list[str]:
    """Of all users of images, and that there are no others in the own account."""
    found: list[str] = []
    blind = {one["region"] for one in result["not_looked"]}
    for entry in result["usage"]:
        where = f"usage, {entry['region']} {entry['image_id']}"
        found += [claim for one in entry["uses"] for claim in use(one, entry, facts, where)]
        holds = any(one["holds"] for one in entry["uses"])
        # Of an image that was not visible, nobody knows the name: then that it is not used may be unknown.
        whole = entry["region"] not in blind and None not in blind and (entry["used"] is not None or entry["name"])
        if entry["used"] is not (True if holds else False if whole else None):
            found.append(f"{where}: used is {entry['used']}")
        told = {(one["kind"], one["id"]) for one in entry["uses"]}
        real = _users(entry["region"], entry["image_id"], facts, result["account_id"]) if whole else set()
        found += [f"{where}: {kind} {key} uses it, and is not told" for kind, key in sorted(real - told)]
        image = facts.images.get(entry["image_id"])
        if image and entry["name"] and entry["name"] != image["name"]:
            found.append(f"{where}: it is {image['name']}, not {entry['name']}")
    return found


def _users(region: str, image_id: str, facts: Facts, account: str) -> set[tuple[str, str]]:
    """Kind and id of everything in an account that uses an image."""
    own = {
        kind: [one for one in things.values() if (one["account_id"], one.get("region")) == (account, region)]
        for kind, things in facts.things.items()
    }
    image, behind = facts.images.get(image_id), set[str]()
    if image and image["account_id"] == account:
        behind = set(facts.snapshots_behind(image_id))
    found = {("instance", one["instance_id"]) for one in own["instances"] if one["image_id"] == image_id}
    found |= {
        ("disk", one["disk_id"])
        for one in own["disks"]
        if one["image_id"] == image_id or one["source_snapshot_id"] in behind
    }
    found |= {
        ("launch_template", one["template_id"])
        for one in own["launch_templates"]
        if image_id in _versions(one).values()
    }
    found |= {use for one in own["scaling_groups"] for use in _of_group(one, image_id, image, facts)}
    found |= {
        ("image", other["image_id"])
        for other in facts.images.values()
        if (other["account_id"], other["region"]) == (account, region)
        and other["image_id"] != image_id
        and behind & {*facts.snapshots_behind(other["image_id"])}
    }
    leads = image and image["account_id"] == account and _leads(image, facts)
    return found | ({("family", image["family"])} if leads and image else set())


def _versions(template: Data) -> dict[int, str]:
    """The image of each version. Numbers have become texts if the state came as JSON."""
    return {int(number): str(one["data"].get("ImageId", "")) for number, one in template["versions"].items()}


def _of_group(group: Data, image_id: str, image: Data | None, facts: Facts) -> t.Iterator[tuple[str, str]]:
    """A group goes by a template, or else by its configuration."""
    template = facts.thing("launch_templates", group["template_id"])
    if template:
        words = {"Default": template["default"], "Latest": max(_versions(template), default=0)}
        number = words.get(group["version"]) or int(group["version"])
        if _versions(template).get(number) == image_id:
            yield "scaling_group", group["group_id"]
    elif not group["template_id"]:
        by_name = not group["image_id"] and group["image_name"] and image and group["image_name"] == image["name"]
        alone = not group["image_id"] and not group["image_name"] and group["image_family"]
        names = (image["family"], f"acs:{image['account_id']}:{image['family']}") if image else ()
        by_family = alone and group["image_family"] in names and image and _leads(image, facts)
        if group["image_id"] == image_id or by_name or by_family:
            yield "scaling_configuration", f"asc-{group['group_id'][4:]}"


def _leads(image: Data, facts: Facts) -> bool:
    """Whether it is the newest Available image of its family, by when its source was made."""
    place = ("account_id", "region", "family")
    group = [
        one
        for one in facts.images.values()
        if one["status"] == "Available" and all(one[key] == image[key] for key in place)
    ]
    return bool(image["family"]) and image in group and max(_born(one) for one in group) == _born(image)


def _born(image: Data) -> tuple[float, str]:
    """When its source was made, and from what it was copied, as its own tags tell."""
    stamp, own = image["tags"].get("imageops:source-created"), f"{image['region']}/{image['image_id']}"
    made = datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp() if stamp else image["created"]
    return float(int(made)), image["tags"].get(COPIED_FROM, own)


def _late_default(told: Data, real: Data, facts: Facts) -> int | None:
    """The default that reads may still have shown: somebody else has switched it before what is judged began."""
    _start, began = facts.unsettled
    return None if told["switched"] or real["modified"] > began else real["former_default"]


def template(told: Data, facts: Facts) -> list[str]:
    """Of a launch template that was given an image, also where that has failed half-way."""
    where, real = f"template {told['region']} {told['launch_template_id']}", None
    if told["planned"] or not told["launch_template_id"]:
        return []
    real = facts.thing("launch_templates", told["launch_template_id"])
    if told["action"] == "missing":
        return [f"{where}: it is there"] if real else []
    if real is None:
        return [] if told["error"] else [f"{where}: it is not there"]
    versions = _versions(real)
    # One that could not be read has the name that it was given, if any.
    said = {"region": told["region"], "name": told["launch_template_name"] or real["name"]}
    found = differing(said, {key: real[key] for key in ("region", "name")}, where)
    found += [f"{where}: version {one} is not gone" for one in told["deleted_versions"] if one in versions]
    if told["default_version"] not in (None, real["default"], _late_default(told, real, facts)):
        found.append(f"{where}: the default is {real['default']}, not {told['default_version']}")
    if told["switched"] and real["default"] != told["version"]:
        found.append(f"{where}: the default was not switched to {told['version']}")
    # One for which nothing was done, because another one could not be given its image, says no version.
    is_told = told["action"] is not None or told["version"] is not None
    if is_told and versions.get(told["version"]) != told["image_id"]:
        found.append(f"{where}: version {told['version']} is of {versions.get(told['version'])}")
    return found
