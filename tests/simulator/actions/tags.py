# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags and resource groups."""

from __future__ import annotations

from collections.abc import Mapping

from ..state import rules
from ..state.world import Tagged
from .call import Answer, Call
from .common import has_tags, is_listed_now, new_tags, tag_filters, token_page

MAX_RESOURCES = 50
KINDS = ("image", "snapshot", "instance", "disk")


def resources_of(call: Call, kind: str | None = None) -> Mapping[str, Tagged]:
    """All objects of a type, that of the call if none is given, by id."""
    kind = call.text("ResourceType") if kind is None else kind
    world = call.world
    kinds: dict[str, Mapping[str, Tagged]] = {
        "image": {image.image_id: image for image in world.region_images(call.here).values() if not image.deleting},
        "snapshot": world.snapshots,
        "instance": world.instances,
        "disk": world.disks,
    }
    if kind not in kinds:
        raise call.error("InvalidResourceType.NotFound")
    return kinds[kind]


def is_own(call: Call, resource: Tagged) -> bool:
    return resource.account_id == call.account_id and resource.region == call.here


def _asked_for(call: Call) -> list[Tagged]:
    resources = resources_of(call)
    ids = call.items("ResourceId")
    if len(ids) > MAX_RESOURCES:
        raise call.error("NumberExceed.ResourceIds")
    found = [resources.get(resource_id) for resource_id in dict.fromkeys(ids)]
    own = [resource for resource in found if resource is not None and is_own(call, resource) and call.finds(resource)]
    if len(own) != len(found):
        raise call.error("InvalidResourceId.NotFound")
    return own


def tag_resources(call: Call) -> Answer:
    """All or none: every resource is checked before the first is changed."""
    if call.world.settings.tag_value_omitted == "refused" and any("Value" not in tag for tag in call.objects("Tag")):
        raise call.error("InvalidTag.Mismatch")
    tags = new_tags(call)
    put(call, _asked_for(call), tags)
    return {}


def put(call: Call, resources: list[Tagged], tags: dict[str, str]) -> None:
    """Write tags on all of these or, if one cannot have them, on none."""
    for resource in resources:
        lower = {key.lower(): key for key in resource.tags}
        if any(lower.get(key.lower(), key) != key for key in tags):
            raise call.error("TagKey.Duplication")
        counted = resource.tags.keys() | tags.keys()
        if call.world.settings.check_tags == "uncounted":
            counted = {key for key in counted if not key.startswith("acs:")}
        if len(counted) > rules.MAX_TAGS:
            raise call.error("OperationDenied.QuotaExceed")
    late = call.world.settings.tags_shown_late.get(call.action, 0.0)
    for resource in resources:
        resource.tags.update(tags)
        resource.hold_tags(list(tags), call.world.now() + late)


def untag_resources(call: Call) -> Answer:
    keys, everything = call.items("TagKey"), call.flag("All")
    if keys and everything:
        raise call.error("Param.Conflict")
    if len(keys) > rules.MAX_TAGS:
        raise call.error("NumberExceed.Tags")
    if any(key.startswith("acs:") for key in keys):
        raise call.error("NoPermission.Tag")
    for resource in _asked_for(call):
        for key in [key for key in resource.tags if not key.startswith("acs:")] if everything else keys:
            resource.tags.pop(key, None)
    return {}


def _order(entry: dict[str, str]) -> tuple[str, str]:
    return entry["ResourceId"], entry["TagKey"]


def list_tag_resources(call: Call) -> Answer:
    if call.objects("TagFilter"):
        # Only open to some accounts.
        raise call.error("InvalidTags.MalFormed" if call.objects("Tag") else "PermissionDenied.TagsFuzzyQuery")
    wanted = tag_filters(call)
    if not wanted and not call.items("ResourceId"):
        raise call.error("BothEmpty.TagsAndResources")
    if call.items("ResourceId"):
        resources = _asked_for(call)
    else:
        own = [resource for resource in resources_of(call).values() if is_own(call, resource)]
        resources = [resource for resource in own if is_listed_now(call, resource)]
    entries = [
        {
            "ResourceId": id_of(resource),
            "ResourceType": call.text("ResourceType"),
            "TagKey": key,
            "TagValue": value,
        }
        for resource in resources
        for tags in [resource.shown_of(resource.tags, call.world.now())]
        if has_tags(tags, wanted)
        for key, value in tags.items()
    ]
    size, bad_token = call.world.settings.tag_page_size, call.error("Invalid.NextToken")
    shown, paging = token_page(call, sorted(entries, key=_order), size, bad_token, _order)
    return {**paging, "TagResources": {"TagResource": shown}}


def id_of(resource: Tagged) -> str:
    for name in ("image_id", "snapshot_id", "disk_id", "instance_id"):
        # An instance and a disk also have an image_id: theirs says what they were made from.
        if type(resource).__name__.lower() == name.removesuffix("_id"):
            return str(getattr(resource, name))
    raise TypeError(resource)


def join_resource_group(call: Call) -> Answer:
    resource = resources_of(call).get(call.text("ResourceId"))
    if resource is None or not is_own(call, resource):
        raise call.error("InvalidResourceId.NotFound")
    group = call.text("ResourceGroupId")
    if not call.world.owns_group(call.account_id, group):
        raise call.error("InvalidResourceGroup.NotFound")
    if resource.resource_group_id == group:
        raise call.error("InvalidResourceGroup.Duplicate")
    resource.resource_group_id = group
    return {}
