# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that sum a release up for people. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches, _led
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report_text

Data = dict[str, t.Any]


def lines(record: Data, parts: Data) -> list[str]:
    """A line for each image, and for each launch template.

    :param record: the manifest
    :param parts: what it was put together of
    """
    images = [
        f"{image['region']}: {image['image_id'] or image['name']} {_state(image)}, "
        f"{'encrypted' if image['encrypted'] else 'not encrypted'}, {_held(image)}{_took(image)}{_booted(image)}"
        for image in record["images"]
    ]
    templates = _launches.lines(parts.get("launch_templates") or [])
    # Who has lost them, this run or one that was interrupted may have seen.
    deprecated = {(image["region"], image["image_id"]): image for image in record.get("deprecated") or []}
    gone = [deprecated.get((image["region"], image["image_id"]), image) for image in parts["deprecated"]]
    led = _led.groups([*gone, *record["left"]])
    joined = parts.get("joined") or []
    return images + templates + _led.joined_lines(joined, parts.get("family")) + _led.lines(led, is_planned=False)


def _state(image: Data) -> str:
    if image["last_seen_at"]:
        return f"{image['status']} when last seen at {image['last_seen_at']}"
    return str(image["status"] or image["outcome"])


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
