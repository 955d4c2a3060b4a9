# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a release may be done already, so that one look takes the place of its modules. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience, _values
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _calls, _release

Data = dict[str, t.Any]

# The modules that a look takes the place of.
MODULES = tuple(
    f"imageops.alicloud.{name}" for name in ("ecs_image", "ecs_image_copy", "ecs_image_info", "ecs_image_share")
)


def call(settings: Data, first_calls: Data, before: Data | None, by_module: t.Mapping[str, Data]) -> Data | None:
    """Of image_release_look, if the last run has left what is asked for now. Whether that still is so, it sees.

    :param first_calls: of the module that finds or makes the image
    :param before: the manifest of the last run
    :param by_module: the play's connection options for single modules, which one process can't go by
    """
    if not (before and before["complete"] and _is_plain(settings)) or any(by_module.get(name) for name in MODULES):
        return None
    source = next((image for image in before["images"] if image["role"] == "source"), None)
    copies = [image for image in before["images"] if image["role"] == "copy" and image["asked_for"]]
    apart = [place for place in settings["destinations"] if not _audience.is_itself(settings, place)]
    if not (source and _is_asked_for(settings, source, first_calls)):
        return None
    if not {place["region"] for place in apart} <= {copy["region"] for copy in copies}:
        return None
    if len(apart) < len(settings["destinations"]):
        copies.append({**source, "role": "copy"})  # a destination, too
    named = {"source_region": source["region"], "source_image_id": source["image_id"], "preflight": "none"}
    copy = {**_calls.copy(settings, {}), **named}
    create, share = first_calls.get("create_call"), _release.share_call(settings, source, {"copies": copies}, [], [])
    waiting = {name: copy.get(name) for name in ("wait_timeout", "unreachable_timeout")}
    return _values.given(create=create, copy=copy, share=share, **waiting)


def is_same_share(call: Data, looked: Data | None) -> bool:
    """Whether a call would give the same images to the same accounts as the look has seen them have."""
    return bool(looked) and _given(call) == _given((looked or {}).get("share") or {})


def _given(call: Data) -> list[t.Any]:
    return sorted(
        [image["region"], image["image_id"], *sorted(image["accounts"])] for image in call.get("images") or []
    )


def _is_plain(settings: Data) -> bool:
    """Whether it copies, and neither boots nor promotes anything, of which a look can't tell whether it is done."""
    steps, others = {*settings["steps"]}, settings["from_manifest"] or settings["promotes"]
    return "copy" in steps and "verify" not in steps and not others and _audience.has_destinations(settings)


def _is_asked_for(settings: Data, source: Data, first_calls: Data) -> bool:
    """
    :param source: of the last run's manifest
    """
    asked = settings["source"]
    wanted = ("name", settings["name"]) if "create_call" in first_calls else ("image_id", asked.get("image_id"))
    return bool(wanted[1] and source[wanted[0]] == wanted[1] and source["region"] == asked["region"])
