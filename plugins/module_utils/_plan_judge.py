# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an existing image is the copy that is wanted. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils import _markers
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import AVAILABLE, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._wanted import Options, Wanted


def judge(
    source: Data | None, wanted: Wanted, image: Data, options: Options, snapshots: t.Sequence[Data] | None = None
) -> Refused | None:
    """Why a finished image is not the wanted copy, or None. With its snapshots, the last word before it is used."""
    origin = image["tags"].get(_markers.COPIED_FROM)
    made_as = _markers.made_as(image)
    if origin == wanted.markers[_markers.COPIED_FROM] and made_as == wanted.name:
        return misfit(source, wanted, image, snapshots)
    where = f"the name {wanted.name!r} in {wanted.region} is held by {image['image_id']}"
    if origin:
        return Refused(
            "NameTaken",
            f"{where}, a copy of {origin} made as {made_as!r}, not of "
            f"{wanted.markers[_markers.COPIED_FROM]} as {wanted.name!r}",
            "Choose another name.",
        )
    if not options.adopt_unmarked:
        return Refused(
            "NameTaken",
            f"{where}, which this collection did not make",
            "Choose another name, or set adopt_unmarked=true to take it over if it is the same image.",
        )
    return unmarked_misfit(source, wanted, image)


def misfit(
    source: Data | None, wanted: Wanted, image: Data, snapshots: t.Sequence[Data] | None = None
) -> Refused | None:
    """Why a finished image can't be the copy that its markers say it is, or None.

    Anyone who may tag can forge a marker, so the image itself must bear it out.
    """
    if wanted.encrypted is not None and image["encrypted"] != wanted.encrypted:
        have, want = ("encrypted", "plain") if image["encrypted"] else ("plain", "encrypted")
        return Refused(
            "EncryptionDrift",
            f"the copy {image['image_id']} in {wanted.region} is {have}, asked for is {want}",
            "Encryption can't be changed afterwards: copy under another name with additional_copy=true.",
        )
    differing = differences(source, image, snapshots)
    return not_this_copy(wanted.region, image, differing) if differing else None


def differences(source: Data | None, image: Data, snapshots: t.Sequence[Data] | None = None) -> list[str]:
    """In what an image can't be a copy of ``source``, in words.

    :param snapshots: those behind the image; without them, one that CreateImage made gets the benefit of the doubt
    """
    found = [] if _was_copied(image, snapshots) else ["it was not made by a copy"]
    if source and not source.get("planned"):
        have, want = _fingerprint(image), _fingerprint(source)
        found += [f"{key} {have[key]!r} instead of {value!r}" for key, value in want.items() if have[key] != value]
    return found


def _was_copied(image: Data, snapshots: t.Sequence[Data] | None) -> bool:
    if image["is_copied"] or snapshots is None:
        return True
    # Made by CreateImage: it is ours only if its snapshots were copied for it, which they carry a marker of.
    origin = image["tags"].get(_markers.COPIED_FROM)
    return bool(snapshots) and all(one["tags"].get(_markers.COPIED_FROM) == origin for one in snapshots)


def not_this_copy(region: str, image: Data, differing: t.Sequence[str]) -> Refused:
    return Refused(
        "NotThisCopy",
        f"{image['image_id']} in {region} carries the markers of this copy but is not it: " + ", ".join(differing),
        "Look who tagged it; remove its imageops: tags if they are wrong.",
    )


def _fingerprint(image: Data) -> Data:
    return {
        "architecture": image["architecture"],
        "platform": image["platform"],
        "disks": sorted((disk["type"], disk["size"]) for disk in image["disks"]),
    }


def unmarked_misfit(source: Data | None, wanted: Wanted, image: Data) -> Refused | None:
    """Why an image without markers can't be taken over as this copy, or None."""
    if source is None or source.get("planned"):
        return Refused(
            "NotThisCopy",
            f"{image['image_id']} in {wanted.region} can't be compared: the source is not there",
            "Choose another name.",
        )
    if image["status"] != AVAILABLE:
        return Refused(
            "NotThisCopy", f"{image['image_id']} in {wanted.region} is {image['status']}", "Choose another name."
        )
    if not image["is_copied"]:
        return Refused(
            "NotThisCopy", f"{image['image_id']} in {wanted.region} was not made by a copy", "Choose another name."
        )
    if image["created_at"] < source["created_at"]:
        return Refused(
            "NotThisCopy", f"{image['image_id']} in {wanted.region} is older than the source", "Choose another name."
        )
    return misfit(source, wanted, image)


def drift_warnings(wanted: Wanted, image: Data, options: Options) -> list[str]:
    """Drift that is kept and only reported."""
    where = f"the copy {image['image_id']} in {wanted.region}"
    warnings = []
    if image["name"] != wanted.name and not options.restore_name:
        warnings.append(
            f"{where} was renamed from {wanted.name!r} to {image['name']!r}: kept, restore_name=true puts it back"
        )
    if wanted.family and image["family"] and image["family"] != wanted.family:
        warnings.append(
            f"{where} is in family {image['family']!r}, not {wanted.family!r}: kept, because moving a family "
            "changes what others start; ecs_image moves it on purpose"
        )
    return warnings


def key_drift(wanted: Wanted, image: Data, snapshots: t.Sequence[Data]) -> Refused | None:
    """Whether the copy is encrypted with another key than the one asked for."""
    keys = sorted({one["kms_key_id"] for one in snapshots if one["kms_key_id"]})
    if wanted.kms_key_id and keys and keys != [wanted.kms_key_id]:
        return Refused(
            "KeyDrift",
            f"the copy {image['image_id']} in {wanted.region} is encrypted with {', '.join(keys)}, "
            f"asked for is {wanted.kms_key_id}",
            "A key can't be changed afterwards: copy under another name with additional_copy=true.",
        )
    return None
