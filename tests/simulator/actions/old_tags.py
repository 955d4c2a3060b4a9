# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tag calls of before TagResources, which clients in use still make."""

from __future__ import annotations

from collections import Counter

from ..state.world import Tagged
from .call import Answer, Call
from .common import has_tags, is_listed_now, new_tags, page_of, tag_filters
from .tags import KINDS, id_of, is_own, put, resources_of


def _resource(call: Call) -> Tagged:
    resource = resources_of(call).get(call.text("ResourceId"))
    if resource is None or not is_own(call, resource) or not call.finds(resource):
        raise call.error("InvalidResourceId.NotFound")
    return resource


def add_tags(call: Call) -> Answer:
    put(call, [_resource(call)], new_tags(call))
    return {}


def remove_tags(call: Call) -> Answer:
    """A value that is given must be the tag's."""
    resource = _resource(call)
    for key, value in tag_filters(call):
        if key in resource.tags and value in (None, resource.tags[key]):
            del resource.tags[key]
    return {}


def _tagged(call: Call) -> list[tuple[str, Tagged, dict[str, str]]]:
    """Kind, resource and shown tags of all that the call asks for."""
    kinds = [call.text("ResourceType")] if call.text("ResourceType") else list(KINDS)
    wanted, resource_id = tag_filters(call), call.text("ResourceId")
    found = []
    for kind in kinds:
        for resource in resources_of(call, kind).values():
            if is_own(call, resource) and is_listed_now(call, resource) and resource_id in ("", id_of(resource)):
                tags = resource.shown_of(resource.tags, call.world.now())
                if tags and has_tags(tags, wanted):
                    found.append((kind, resource, tags))
    return found


def describe_tags(call: Call) -> Answer:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for kind, dummy, tags in _tagged(call):
        for pair in tags.items():
            counts.setdefault(pair, Counter())[kind.capitalize()] += 1
    names = [kind.capitalize() for kind in KINDS]
    entries = [
        {"TagKey": key, "TagValue": value, "ResourceTypeCount": {name: of[name] for name in names}}
        for (key, value), of in sorted(counts.items())
    ]
    shown, paging = page_of(call, entries)
    return {**paging, "Tags": {"Tag": shown}}


def describe_resource_by_tags(call: Call) -> Answer:
    entries = [
        {"RegionId": call.here, "ResourceId": id_of(resource), "ResourceType": kind}
        for kind, resource, dummy in _tagged(call)
    ]
    shown, paging = page_of(call, entries)
    return {**paging, "Resources": {"Resource": shown}}
