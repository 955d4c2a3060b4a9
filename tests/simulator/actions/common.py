# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several actions do alike: tags, pages, filters, names, groups."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..errors import is_listed
from ..state import rules
from ..state.clock import parse_stamp
from ..state.images import Image
from ..state.late import Late
from ..state.tasks import RUNNING, Task
from ..state.world import World
from .call import Answer, Call

Item = TypeVar("Item")
Key = tuple[Any, ...]
TagFilter = tuple[str, str | None]
Window = tuple[float, float, dict[str, str]]


def bad_value(call: Call, name: str) -> Exception:
    """The action's own code for a value of no use, if it lists one."""
    if is_listed(call.action, "InvalidParamter"):
        return call.error("InvalidParamter")
    return call.error("InvalidParameter", name)


# Tags


def new_tags(call: Call) -> dict[str, str]:
    """Tags to write, checked."""
    given = call.objects("Tag")
    if len(given) > rules.MAX_TAGS:
        if call.action == "TagResources":
            raise call.error("NumberExceed.Tags")
        raise call.error("QuotaExceed.Tags", rules.MAX_TAGS)
    tags: dict[str, str] = {}
    for tag in given:
        if "Key" not in tag:
            raise call.error("InvalidTag.Mismatch")
        key, value = tag["Key"], tag.get("Value", "")
        if not rules.tag_key(key):
            raise call.error("InvalidTagKey.Malformed")
        if not rules.tag_value(value) or (call.action == "CopySnapshot" and value.lower().startswith("aliyun")):
            raise call.error("InvalidTagValue.Malformed")
        if key in tags:
            raise call.error("Duplicate.TagKey")
        if key.lower() in (other.lower() for other in tags):
            raise call.error("TagKey.Duplication")
        tags[key] = value
    return tags


def tag_filters(call: Call) -> list[TagFilter]:
    """Tags to look for; without a value, any value will do."""
    given = call.objects("Tag")
    if len(given) > rules.MAX_TAGS:
        raise call.error("InvalidTagCount")
    if any("Key" not in tag for tag in given):
        raise call.error("InvalidTag.Mismatch")
    return [(tag["Key"], tag.get("Value")) for tag in given]


def has_tags(tags: dict[str, str], wanted: list[TagFilter]) -> bool:
    return all(key in tags and (value is None or tags[key] == value) for key, value in wanted)


def is_listed_now(call: Call, thing: Late) -> bool:
    """Whether reads show a new object yet."""
    return thing.listed_from <= call.world.now()


def tag_list(tags: dict[str, str]) -> Answer:
    return {"Tag": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}


# Pages


def page_of(call: Call, items: Sequence[Item], maximum: int = 100) -> tuple[list[Item], Answer]:
    """One numbered page of a list, and the fields that tell which."""
    number, size = call.number("PageNumber"), call.number("PageSize")
    number, size = 1 if number is None else number, 10 if size is None else size
    if number < 1:
        raise bad_value(call, "PageNumber")
    if not 1 <= size <= maximum:
        raise bad_value(call, "PageSize")
    start = (number - 1) * size
    return list(items[start : start + size]), {"PageNumber": number, "PageSize": size, **_total(call, len(items))}


def _total(call: Call, count: int) -> Answer:
    told = {"right": count, "half": count // 2, "double": count * 2, "zero": 0}
    word = call.world.settings.total_count
    return {"TotalCount": told[word]} if word in told else {}


def token_page(
    call: Call, items: Sequence[Item], size: int, bad_token: Exception, key: Callable[[Item], Key]
) -> tuple[list[Item], Answer]:
    """The page after the entry that a token names; a token is good for the same query only.

    `items` are in the order of their keys. What comes or goes meanwhile makes no other entry told twice or missed.
    """
    after = _read_token(call, bad_token) if call.text("NextToken") else None
    left = [item for item in items if after is None or key(item) > after]
    answer: Answer = {"NextToken": _make_token(call, key(left[size - 1])) if len(left) > size else ""}
    return left[:size], answer


def either_page(
    call: Call, items: Sequence[Item], maximum: int, key: Callable[[Item], Key]
) -> tuple[list[Item], Answer]:
    """Token paging if the call asks for it, numbered pages otherwise."""
    if not (call.given("MaxResults") or call.given("NextToken")):
        return page_of(call, items)
    asked = call.number("MaxResults")
    if asked is not None and asked < 1:
        raise bad_value(call, "MaxResults")
    # Sizes out of range are moved into it, as the pages of these actions say.
    size = min(max(10 if asked is None else asked, 1 if call.action == "DescribeSnapshots" else 10), maximum)
    return token_page(call, items, size, bad_value(call, "NextToken"), key)


def _query_hash(call: Call) -> str:
    kept = {key: value for key, value in call.params.items() if key not in ("NextToken", "MaxResults")}
    return hashlib.sha256(json.dumps([call.action, call.account_id, kept], sort_keys=True).encode()).hexdigest()[:16]


def _make_token(call: Call, key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([_query_hash(call), *key]).encode()).decode()


def _read_token(call: Call, bad_token: Exception) -> Key:
    try:
        query, *key = json.loads(base64.urlsafe_b64decode(call.text("NextToken").encode()).decode())
    except (binascii.Error, ValueError, TypeError):
        raise bad_token from None
    if query != _query_hash(call):
        raise bad_token
    return tuple(key)


# Filters


def json_ids(call: Call, name: str, malformed: Exception, too_many: Exception) -> list[str] | None:
    """A JSON array of ids; None if the parameter was not given."""
    if not call.given(name):
        return None
    try:
        ids = json.loads(call.text(name))
    except ValueError:
        raise malformed from None
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        raise malformed
    if len(ids) > 100:
        raise too_many
    return ids


def creation_window(call: Call, more_keys: tuple[str, ...] = ()) -> Window:
    """Filter.N: earliest and latest creation time, and the values of any other keys allowed."""
    earliest, latest, others = float("-inf"), float("inf"), {}
    for entry in call.objects("Filter"):
        key, value = entry.get("Key", ""), entry.get("Value", "")
        if key in more_keys:
            others[key] = value
            continue
        worded = (key,) if call.action == "DescribeInstances" else ()
        if key not in ("CreationStartTime", "CreationEndTime"):
            raise call.error("InvalidFilterKey.NotFound", *worded)
        try:
            when = parse_stamp(value, "%Y-%m-%dT%H:%MZ")
        except ValueError:
            raise call.error("InvalidFilterValue", *worded) from None
        if key == "CreationStartTime":
            earliest = when
        else:
            latest = when
    return earliest, latest, others


# Values


def checked_description(call: Call, name: str) -> str:
    text = call.text(name)
    if call.given(name) and not rules.description(text):
        raise call.error("InvalidDescription.Malformed")
    return text


def resource_group(call: Call) -> str:
    """The group asked for, or the account's default one."""
    group = call.text("ResourceGroupId")
    if not group:
        return call.world.default_group(call.account_id)
    if not call.world.owns_group(call.account_id, group):
        raise call.error("InvalidResourceGroup.NotFound")
    return group


def in_group(call: Call, group_id: str) -> bool:
    """Whether an object passes the group filter; what the default group does there is a switch."""
    wanted, default = call.text("ResourceGroupId"), call.world.default_group(call.account_id)
    if not wanted:
        return True
    if call.world.settings.default_group_filter == "everything":
        return group_id in (wanted, default)
    return wanted == group_id and wanted != default


def running_tasks(world: World, image: Image) -> list[Task]:
    return [
        task
        for task in world.tasks.values()
        if task.image_id == image.image_id and task.region == image.region and task.status in RUNNING
    ]
