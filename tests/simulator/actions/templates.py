# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch templates."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from ..state import rules
from ..state.clock import stamp
from ..state.templates import LaunchTemplate, TemplateVersion
from .call import Answer, Call
from .common import bad_value, page_of, tag_list
from .parameters import BOOLEANS, KNOWN
from .scaling import named_by_groups

MOST_TEMPLATES, MOST_VERSIONS = 30, 30
MOST_DELETED = 29  # versions in one call
MOST_USER_DATA = 32 * 1024  # bytes
# What a call says that is no part of a version.
_OWN = frozenset(
    (
        "RegionId",
        "LaunchTemplateId",
        "LaunchTemplateName",
        "VersionDescription",
        "TemplateResourceGroupId",
        "TemplateTag",
    )
)
_LISTS = ("DataDisk", "NetworkInterface", "Tag", "SecurityGroupIds")


def _own(call: Call) -> list[LaunchTemplate]:
    found = call.world.templates.values()
    return [template for template in found if (template.account_id, template.region) == (call.account_id, call.here)]


def _template(call: Call) -> LaunchTemplate:
    """By id or by name; one of them must be given."""
    wanted, name = call.text("LaunchTemplateId"), call.text("LaunchTemplateName")
    if not (wanted or name):
        raise call.error("MissingParameter", "LaunchTemplateId")
    for template in _own(call):
        if wanted in ("", template.template_id) and name in ("", template.name):
            return template
    raise call.error("InvalidLaunchTemplate.NotFound")


# What a version holds


def _typed(call: Call, name: str, value: str) -> Any:
    kinds: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "bool": BOOLEANS.__getitem__}
    return kinds.get(KNOWN[call.action][name].kind, str)(value)


def _listed(call: Call, name: str) -> list[dict[str, Any]]:
    entries = []
    for given in call.objects(name):
        entry: dict[str, Any] = {}
        groups: list[str] = []
        for field, value in given.items():
            if field.startswith("SecurityGroupIds."):
                groups.append(value)
            else:
                entry[field] = _typed(call, f"{name}.N.{field}", value)
        entries.append({**entry, **({"SecurityGroupIds": {"SecurityGroupId": groups}} if groups else {})})
    return entries


def _refuse_bad(call: Call) -> None:
    """The little that is judged before an instance is started."""
    if call.given("SecurityGroupId") and call.items("SecurityGroupIds"):
        raise call.error("InvalidParameter", "SecurityGroupIds")
    keys = [tag.get("Key", "") for tag in call.objects("Tag")]
    if len(set(keys)) < len(keys):
        raise call.error("Duplicate.TagKey")
    try:
        size = len(base64.b64decode(call.text("UserData"), validate=True))
    except ValueError:
        raise call.error("InvalidUserData.Base64FormatInvalid") from None
    if size > MOST_USER_DATA:
        raise call.error("InvalidUserData.SizeExceeded")


def _data(call: Call) -> dict[str, Any]:
    """As answers show it: the system disk with dots in its names, lists in wrappers, and not the secure boot."""
    _refuse_bad(call)
    data: dict[str, Any] = {}
    for name, value in call.params.items():
        root = name.partition(".")[0]
        if root not in _OWN and root not in _LISTS and name != "SecurityOptions.EnableSecureBoot":
            data[name] = _typed(call, name, value)
    lists = {
        "DataDisks": ("DataDisk", _listed(call, "DataDisk")),
        "NetworkInterfaces": ("NetworkInterface", _listed(call, "NetworkInterface")),
        "Tags": ("InstanceTag", call.objects("Tag")),
        "SecurityGroupIds": ("SecurityGroupId", call.items("SecurityGroupIds")),
    }
    data.update({name: {inner: entries} for name, (inner, entries) in lists.items() if entries})
    if call.world.settings.lt_extra_field == "present":
        data["InstanceLabel"] = "kept"
    return data


def _add_version(call: Call, template: LaunchTemplate) -> Answer:
    description = call.text("VersionDescription")
    if description and not rules.description(description):
        raise call.error("InvalidDescription.Malformed")
    data = _data(call)
    template.remember(call.world.settings.lt_lag if template.versions else 0)
    template.latest += 1
    made = TemplateVersion(template.latest, description, data, call.world.now(), call.account_id)
    template.versions[made.number], template.modified = made, call.world.now()
    return {"LaunchTemplateId": template.template_id, "LaunchTemplateVersionNumber": made.number}


# Actions


def create_launch_template(call: Call) -> Answer:
    world, name = call.world, call.text("LaunchTemplateName")
    if not rules.image_name(name):
        raise call.error("InvalidParameter", "LaunchTemplateName")
    own = _own(call)
    if any(template.name == name for template in own):
        raise call.error("LaunchTemplateName.Duplicated")
    if len(own) >= MOST_TEMPLATES:
        raise call.error("LaunchTemplateLimitExceed")
    tags = {tag.get("Key", ""): tag.get("Value", "") for tag in call.objects("TemplateTag")}
    group = call.text("TemplateResourceGroupId") or world.default_group(call.account_id)
    now = world.now()
    template = LaunchTemplate(world.new_id("lt-"), name, call.account_id, call.here, now, now, group, tags)
    answer = _add_version(call, template)
    world.templates[template.template_id] = template
    return answer


def create_launch_template_version(call: Call) -> Answer:
    """Nothing comes along from other versions: what the call does not say, the new one does not have."""
    template = _template(call)
    if len(template.versions) >= MOST_VERSIONS:
        raise call.error("LaunchTemplateVersionLimitExceed")
    return _add_version(call, template)


def _paged(call: Call, entries: list[Answer]) -> tuple[list[Answer], Answer]:
    return page_of(call, entries, call.world.settings.lt_page_max)


def describe_launch_templates(call: Call) -> Answer:
    ids, names = call.items("LaunchTemplateId"), call.items("LaunchTemplateName")
    wanted = {tag.get("Key", ""): tag.get("Value") for tag in call.objects("TemplateTag")}
    found = [
        template
        for template in _own(call)
        if (not ids or template.template_id in ids)
        and (not names or template.name in names)
        and all(key in template.tags and value in (None, template.tags[key]) for key, value in wanted.items())
    ]
    shown, paging = _paged(call, [_view(template.read()) for template in found])
    return {**paging, "LaunchTemplateSets": {"LaunchTemplateSet": shown}}


def _view(template: LaunchTemplate) -> Answer:
    return {
        "LaunchTemplateId": template.template_id,
        "LaunchTemplateName": template.name,
        "DefaultVersionNumber": template.default,
        "LatestVersionNumber": max(template.versions),
        "CreatedBy": template.account_id,
        "CreateTime": stamp(template.created),
        "ModifiedTime": stamp(template.modified),
        "ResourceGroupId": template.group,
        "Tags": tag_list(template.tags),
    }


def describe_launch_template_versions(call: Call) -> Answer:
    template = _template(call).read()
    numbers = [_number(call, word) for word in call.items("LaunchTemplateVersion")]
    least, most = call.number("MinVersion") or 1, call.number("MaxVersion") or template.latest
    found = [
        _version_view(template, version, call.flag("DetailFlag") is not False)
        for version in sorted(template.versions.values(), key=lambda one: -one.number)
        if (not numbers or version.number in numbers)
        and least <= version.number <= most
        and (not call.flag("DefaultVersion") or version.number == template.default)
    ]
    shown, paging = _paged(call, found)
    return {**paging, "LaunchTemplateVersionSets": {"LaunchTemplateVersionSet": shown}}


def _version_view(template: LaunchTemplate, version: TemplateVersion, whole: bool) -> Answer:
    return {
        "LaunchTemplateId": template.template_id,
        "LaunchTemplateName": template.name,
        "VersionNumber": version.number,
        "DefaultVersion": version.number == template.default,
        "VersionDescription": version.description,
        "CreatedBy": version.created_by,
        "CreateTime": stamp(version.created),
        "ModifiedTime": stamp(version.created),
        **({"LaunchTemplateData": dict(version.data)} if whole else {}),
    }


def _number(call: Call, word: str) -> int:
    if not word.isdecimal():
        raise bad_value(call, "LaunchTemplateVersion")
    return int(word)


def modify_launch_template_default_version(call: Call) -> Answer:
    template, number = _template(call), call.number("DefaultVersionNumber") or 0
    if number not in template.versions:
        raise call.error("InvalidLaunchTemplateVersion.NotFound")
    template.remember(call.world.settings.lt_lag)
    template.default, template.modified = number, call.world.now()
    return {"LaunchTemplateId": template.template_id}


def delete_launch_template_version(call: Call) -> Answer:
    template = _template(call)
    numbers = [_number(call, word) for word in call.items("DeleteVersion")]
    if len(numbers) > MOST_DELETED:
        raise bad_value(call, "DeleteVersion")
    if not call.world.settings.lt_delete_used and set(numbers) & named_by_groups(call.world, template):
        raise call.error("InvalidOperation.VersionInUse")
    good = [number for number in numbers if number in template.versions and number != template.default]
    if len(good) < len(numbers) and (call.world.settings.lt_delete_atomic or not good):
        if template.default in numbers:
            raise call.error("InvalidOperation.DeleteDefaultVersion")
        raise call.error("InvalidLaunchTemplateVersion.NotFound")
    template.remember(call.world.settings.lt_lag)
    for number in good:
        del template.versions[number]
    gone = [{"LaunchTemplateId": template.template_id, "LaunchTemplateVersionNumber": number} for number in good]
    return {"LaunchTemplateVersions": {"LaunchTemplateVersion": gone}}


def delete_launch_template(call: Call) -> Answer:
    template = _template(call)
    del call.world.templates[template.template_id]
    return {
        "LaunchTemplateId": template.template_id,
        "LaunchTemplateVersionNumbers": {"versionNumbers": sorted(template.versions)},
    }
