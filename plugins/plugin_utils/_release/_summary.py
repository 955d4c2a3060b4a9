# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that sum a release up for people. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _images
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches, _led
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _plan_text, _report_text

Data = dict[str, t.Any]

WAITED_FOR = (*_plan_text.STARTING, "adopted")  # the actions of ecs_image_copy that take long


def lines(record: Data, parts: Data) -> list[str]:
    """A line for each image, and for each launch template.

    :param record: the manifest
    :param parts: what it was put together of
    """
    images = [
        f"{image['region']}: {image['image_id'] or image['name']} {_state(image)}{_as_of(image, record, parts)}, "
        f"{'encrypted' if image['encrypted'] else 'not encrypted'}, {_held(image)}{_took(image)}{_booted(image)}"
        for image in record["images"]
    ]
    templates = _launches.lines(parts.get("launch_templates") or [])
    # Who has lost them, this run or one that was interrupted may have seen.
    deprecated = {_images.place(image): image for image in record.get("deprecated") or []}
    gone = [deprecated.get(_images.place(image), image) for image in parts["deprecated"]]
    led = _led.groups([*gone, *record["left"]])
    joined = parts.get("joined") or []
    return images + templates + _led.joined_lines(joined, parts.get("family")) + _led.lines(led, is_planned=False)


def forgotten(parts: Data, path: str | None) -> list[str]:
    """What no manifest tells any more, in a line.

    :param path: where the manifest was looked for
    """
    images = parts.get("forgotten") or []
    places = ", ".join(f"{one['region']}: {one['image_id']} ({one['name']})" for one in images)
    it = "it" if len(images) == 1 else "them"
    why = f"{path} was not there, and the release leads its family already"
    line = f"{places}: nothing tells whether an earlier run has deprecated {it}, nor who has lost {it}: {why}"
    return [line] if images else []


def _state(image: Data) -> str:
    if image["last_seen_at"]:
        return f"{image['status']} when last seen at {image['last_seen_at']}"
    return str(image["status"] or image["outcome"])


def _as_of(image: Data, record: Data, parts: Data) -> str:
    """A source is looked at before it is copied, which may take hours, and somebody may have deleted it since.

    Reading who has it afterwards, or promoting it, has shown that it is there.
    """
    if image["role"] != "source" or not image["status"] or image["last_seen_at"]:
        return ""
    waited = {*WAITED_FOR} & {*record["run"]["actions"].values()}
    seen_since = image["region"] in parts["followed"] or (image["shares"] is not None and not image["shares_seen_at"])
    return " before it was copied" if waited and not seen_since else ""


def _took(image: Data) -> str:
    begin, end = (_report_text.time(image[key]) for key in ("started_at", "finished_at"))
    if not (begin and end):
        return ""
    done = "copied" if image["role"] == "copy" else "made"
    return f", {done} in {_report_text.span((end - begin).total_seconds())}"


def _booted(image: Data) -> str:
    """What its test boot has shown, of this run or of the one that made it."""
    boot = image.get("test_boot") or {}
    if "not_tested" in (image["outcome"], boot.get("outcome")):
        return f", not tested ({boot.get('reason')})"
    done = {"passed": "booted", "failed": "did not boot"}.get(boot.get("outcome", ""))
    return f", {done} as {boot['instance_type']}" if done else ""


def _held(image: Data) -> str:
    shares, seen = image["shares"], image["shares_seen_at"]
    # Of an image that was not looked at, the time of that stands before it.
    when = f" when last read at {seen}" if seen and not image["last_seen_at"] else ""
    return "share list not read" if shares is None else f"shared with {len(shares)}{when}"
