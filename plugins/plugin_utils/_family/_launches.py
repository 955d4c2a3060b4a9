# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The launch templates that go with a promotion: what they are asked for, and what is told of them. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._template.plan import (
    CREATED,
    LATEST,
    MISSING,
    MOST_VERSIONS,
)

Data = dict[str, t.Any]
GONE = "is not there any more, and nothing is done for it"
LEFT_ALONE = (
    "no launch template goes back: the manifests name none. Give image_release_launch_templates for those that start "
    "from the images that are taken back"
)


def faults(asked: Data, regions: t.Collection[str], promotes: bool, everywhere: bool) -> list[str]:
    """What is wrong with image_release_launch_templates.

    :param regions: where the release has images
    :param everywhere: whether those are all regions of the account
    """
    entries: list[Data] = asked.get("launch_templates") or []
    found: list[str] = []
    if entries and not promotes:
        found.append(
            "image_release_launch_templates change with a promotion: set image_release_promote=true, or leave them out"
        )
    seen: list[tuple[t.Any, ...]] = []
    for entry in entries:
        label = (
            f"image_release_launch_templates: {entry.get('id') or entry.get('name') or 'an entry'} in {entry['region']}"
        )
        if bool(entry.get("id")) == bool(entry.get("name")):
            found.append(f"{label}: give either id or name")
        if entry["region"] not in regions and not everywhere:
            found.append(f"{label}: the release has no image there, only in {', '.join(sorted(regions))}")
        keep = entry.get("keep_versions")
        if keep is not None and not 1 <= keep <= MOST_VERSIONS:
            found.append(f"{label}: keep_versions is {keep}, it must be from 1 to {MOST_VERSIONS}")
        key = (entry["region"], entry.get("id"), entry.get("name"))
        if key in seen:
            found.append(f"{label} is named twice")
        seen.append(key)
    return found


def recorded(manifests: t.Sequence[Data]) -> list[Data]:
    """The templates that manifests tell of, as the role's variable has them. Somebody may have deleted some since."""
    found = {
        (template["region"], template["launch_template_id"]): {
            "region": template["region"],
            "id": template["launch_template_id"],
            "ignore_missing": True,
        }
        for manifest in manifests
        for template in manifest.get("launch_templates") or []
    }
    return list(found.values())


def call(entries: t.Sequence[Data], images: t.Sequence[Data], planned: bool, only_made: bool = False) -> Data | None:
    """What ecs_launch_template_image is to do, if anything.

    :param entries: of the role's variable
    :param images: of the release, each with ``region`` and ``image_id``, or ``name`` if that is not known. Where the
        source's region has a copy too, the copy counts, which comes last
    :param planned: whether the images may still be made, or made Available, as in check mode
    :param only_made: make versions, and switch no default yet
    """
    by_region = {image["region"]: image for image in images}
    found = [
        {
            "region": entry["region"],
            **({"launch_template_id": entry["id"]} if entry.get("id") else {"launch_template_name": entry["name"]}),
            "image_id": by_region[entry["region"]].get("image_id"),
            "image_name": by_region[entry["region"]].get("name") if planned else None,
            "planned": planned,
            "ignore_missing": entry.get("ignore_missing"),
            "set_default": not only_made and entry.get("set_default") is not False,
            "keep_versions": None if only_made else entry.get("keep_versions"),
            "allowed_losses": entry.get("allowed_losses") or [],
        }
        for entry in entries
        if entry["region"] in by_region
    ]
    return {"launch_templates": [_given(entry) for entry in found]} if found else None


def _given(entry: Data) -> Data:
    return {key: value for key, value in entry.items() if value not in (None, "", [])}


def foreseen(settings: Data, looked: Data) -> list[Data]:
    """The images of a release before they are made, by name, those that are known by id.

    :param looked: what the first look has shown, if there was one
    """
    source, found = settings["source"], looked.get("result") or []
    image_id = source.get("image_id")
    seen: Data = next((image for image in found if image_id and image["image_id"] == image_id), {})
    name = settings["name"] or seen.get("name")
    home = {"region": source["region"], "image_id": image_id, "name": name}
    named = {destination["region"]: destination for destination in settings["destinations"]}
    more = [entry["region"] for entry in settings["launch_templates"] if entry["region"] not in named]
    images = [home] if source["region"] not in named or not named[source["region"]].get("encrypted") else []
    return images + [
        {"region": region, "image_id": None, "name": (named.get(region) or {}).get("name") or name}
        for region in [*named, *more]
        if region != source["region"] or (named.get(region) or {}).get("encrypted")
    ]


def of(result: Data) -> list[Data]:
    """The templates that a task has told of."""
    return result.get("launch_templates") or []


def facts(*results: Data) -> list[Data] | None:
    """The templates how they are now, the same after every run. None if none was asked for.

    One that is gone has no version. One that got none, as another one stopped it, is as it was.

    :param results: of the role's tasks, the last first
    """
    told = next((of(result) for result in results if of(result)), None)
    if told is None:
        return None
    keys = ("region", "launch_template_id", "launch_template_name", "image_id", "version", "default_version")
    return [
        {key: template[key] for key in keys}
        for template in told
        if template["launch_template_id"] and not template["error"] and _is_told(template)
    ]


def _is_told(template: Data) -> bool:
    return bool(template["version"]) or template["action"] == MISSING


def together(before: t.Sequence[Data], now: t.Sequence[Data]) -> list[Data]:
    """The templates of this run, and those of earlier ones: whatever has got an image goes back with the release.

    :returns: as a manifest has them, without those that are gone
    """
    told = {_key(template) for template in now}
    there = [template for template in now if template["version"]]
    return [*there, *(template for template in before if _key(template) not in told)]


def _key(template: Data) -> tuple[str, str]:
    return template["region"], template["launch_template_id"]


def lines(templates: t.Sequence[Data]) -> list[str]:
    """What a summary tells of templates, out of a manifest."""
    found = []
    for template in templates:
        where = f"{template['region']}: launch template {_label(template)}"
        if not template["version"]:
            found.append(f"{where} {GONE}")
            continue
        version, default = template["version"], template["default_version"]
        role = "its default" if version == default else f"its default is {default}"
        found.append(f"{where} has {template['image_id']} in version {version}, {role}")
    return found


def left_alone(settings: Data) -> list[str]:
    """That a rollback leaves every launch template with the image it has, which it may take from everybody."""
    return [LEFT_ALONE] if settings["rollback"] and not settings["launch_templates"] else []


def plan_lines(result: Data) -> list[str]:
    """What would become of templates, and who would take a new version before it is promoted."""
    found = []
    for template in of(result):
        if template["error"]:
            continue
        where = f"{template['region']}: launch template {_label(template)}"
        if template["action"] == MISSING:
            found.append(f"{where} {GONE}")
        image = template["image_id"] or "the new image"
        if template["action"] == CREATED:
            found.append(f"{where} would get a new version with {image} in place of {template['previous_image_id']}")
        if template["switched"]:
            version = f"version {template['version']}" if template["version"] else "the new version"
            found.append(f"{where}: {version} with {image} would be the default, as one step with the family")
        if template["deleted_versions"]:
            numbers = ", ".join(map(str, template["deleted_versions"]))
            found.append(f"{where}: old versions would be deleted ({numbers})")
        found += _eager_lines(template, where)
    return found


def _eager_lines(template: Data, where: str) -> list[str]:
    if template["action"] != CREATED:
        return []
    if template["scaling_groups"] is None:
        return [f"{where}: which scaling groups are on {LATEST} was not looked at, they would take the version at once"]
    return [
        f"{where}: scaling group {group['name'] or group['group_id']} is on {LATEST} and would take the new version "
        "before it is promoted"
        for group in template["scaling_groups"]
        if group["version"] == LATEST
    ]


def _label(template: Data) -> str:
    return str(template["launch_template_name"] or template["launch_template_id"])
