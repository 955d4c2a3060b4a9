# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags that make a copy findable after a run was killed. They are an interface: never change them."""

from __future__ import annotations

import typing as t

PREFIX = "imageops:"
COPIED_FROM = "imageops:copied-from"
COPIED_AS = "imageops:copied-as"
PAIR = (COPIED_FROM, COPIED_AS)  # which together say what a copy is
SOURCE_CREATED = "imageops:source-created"
CREATED_FROM = "imageops:created-from"
SNAPSHOT_OF = "imageops:snapshot-of"
VERIFY_OF = "imageops:verify-of"
VERIFY_RUN = "imageops:verify-run"
STOPPED_BY = "imageops:stopped-by"
LEFTOVER_OF = "imageops:leftover-of"
LEFTOVER_NAME = "imageops:leftover-name"
# in the description of a launch template's version, which has no tags
LAUNCH_IMAGE = "imageops:launch-image"
DEPRECATED_AT = "imageops:deprecated-at"
# Of an image whose export was seen finished: format, bucket and prefix.
EXPORTED_TO = "imageops:exported-to"
KEEP = "imageops:keep"  # set by users: ``forever``, or the last day that the image is protected

# Tags with these prefixes belong to this collection or to the provider: never inherited, never purged.
PROVIDERS = ("acs:", "aliyun")
RESERVED = (PREFIX, *PROVIDERS)


def source_ref(region: str, image_id: str) -> str:
    """The value of ``imageops:copied-from``."""
    return f"{region}/{image_id}"


def of_copy(source_region: str, source_id: str, source: t.Mapping[str, t.Any] | None, name: str) -> dict[str, str]:
    """The markers of a copy that was asked for under ``name``. A source that is gone leaves its creation time out.

    A copy of a copy is as old as the first source: it is no newer release than the one that it was copied from.
    """
    markers = {COPIED_FROM: source_ref(source_region, source_id), COPIED_AS: name}
    if source and source["created_at"]:
        markers[SOURCE_CREATED] = source_created(source)
    return markers


def source_created(image: t.Mapping[str, t.Any]) -> t.Any:
    """When the image was made, or its first source if it is a copy, as the API writes it; None if nothing tells."""
    return (image.get("tags") or {}).get(SOURCE_CREATED) or image.get("created_at")


def of_version(image_id: str, source: int) -> str:
    """The description of a launch template's version that has the fields of ``source`` and another image."""
    return f"{LAUNCH_IMAGE} {image_id} of version {source}"


def is_reserved(key: str) -> bool:
    """Whether a tag is ours or the provider's."""
    return key.lower().startswith(RESERVED)


def without_reserved(tags: t.Mapping[str, str]) -> dict[str, str]:
    """The tags that are neither ours nor the provider's."""
    return {key: value for key, value in tags.items() if not is_reserved(key)}


def without_providers(tags: t.Mapping[str, str]) -> dict[str, str]:
    """The tags that somebody may set: the provider adds others when it likes, as when it has checked an image."""
    return {key: value for key, value in tags.items() if not key.lower().startswith(PROVIDERS)}


def made_as(image: t.Mapping[str, t.Any]) -> str | None:
    """The name that a copy was asked for under, whatever it is called now."""
    return t.cast("str | None", image["tags"].get(COPIED_AS))


def has_pair(tags: t.Mapping[str, str], wanted: t.Mapping[str, str]) -> bool:
    """Whether tags say of a copy what the wanted markers say of it."""
    return all(tags.get(key) == wanted[key] for key in PAIR)


def is_marked_copy(image: t.Mapping[str, t.Any]) -> bool:
    """Whether the tags say that it is a copy."""
    return all(key in image["tags"] for key in PAIR)
