# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an image is what its markers say: the comparison that every adopted or shared copy must stand. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot


def differences(source: Image | None, image: Image, snapshots: t.Sequence[Snapshot] | None = None) -> list[str]:
    """In what an image can't be a copy of ``source``, in words.

    :param snapshots: those behind the image; without them, one that CreateImage made gets the benefit of the doubt
    """
    found = descent(source, image, snapshots, image["tags"].get(markers.COPIED_FROM))
    if source and not source.get("planned"):
        have, want = _fingerprint(image), _fingerprint(source)
        found += [f"{key} {have[key]!r} instead of {value!r}" for key, value in want.items() if have[key] != value]
    return found


def descent(
    source: Image | None, image: Image, snapshots: t.Sequence[Snapshot] | None, origin: str | None
) -> list[str]:
    """What speaks against an image being made from ``source``, whatever it looks like."""
    found = [] if _was_copied(image, snapshots, origin) else ["it was not made by a copy"]
    if not source:
        return found
    # A planned source has no creation time yet, and one that is not told is not known.
    made, since = age.seconds(image["created_at"]), age.seconds(source["created_at"])
    return [*found, "it is older than the source"] if made and made < since else found


def _was_copied(image: Image, snapshots: t.Sequence[Snapshot] | None, origin: str | None) -> bool:
    if image["is_copied"] or snapshots is None:
        return True
    # Made by CreateImage: it is ours only if its snapshots were copied for it, which they carry a marker of.
    return bool(snapshots) and all(snapshot["tags"].get(markers.COPIED_FROM) == origin for snapshot in snapshots)


def not_this_copy(region: str, image: Image, differing: t.Sequence[str]) -> Refused:
    """The refusal of an image that is not what its markers or its name say."""
    what = f"{image['image_id']} in {region}"
    if markers.is_marked_copy(image):
        msg = f"{what} carries the markers of this copy but is not it"
        hint = "Look who tagged it; remove its imageops: tags if they are wrong."
    else:
        msg, hint = f"{what} is not this copy", "Choose another name."
    return Refused("NotThisCopy", f"{msg}: " + ", ".join(differing), hint)


def _fingerprint(image: Image) -> dict[str, t.Any]:
    return {
        "architecture": image["architecture"],
        "platform": image["platform"],
        "disks": sorted((disk["type"], disk["size"]) for disk in image["disks"]),
    }
