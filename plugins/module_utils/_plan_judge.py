# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an existing image is the copy that is wanted. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils import _markers
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import AVAILABLE, CREATE_FAILED, Data
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
        way_out = (
            "if it is a copy that lost its tags by failing: it is then deleted and made again"
            if image["status"] == CREATE_FAILED
            else "to take it over if it is the same image"
        )
        return Refused(
            "NameTaken",
            f"{where}, which this collection did not make",
            f"Choose another name, or set adopt_unmarked=true {way_out}.",
        )
    return unmarked_misfit(source, wanted, image)


def misfit(
    source: Data | None, wanted: Wanted, image: Data, snapshots: t.Sequence[Data] | None = None
) -> Refused | None:
    """Why a finished image can't be the copy that its markers say it is, or None.

    Anyone who may tag can forge a marker, so the image itself must bear it out.
    """
    refusal = encryption_drift(wanted, image)
    if refusal:
        return refusal
    differing = differences(source, image, snapshots)
    return not_this_copy(wanted.region, image, differing) if differing else None


def encryption_drift(wanted: Wanted, image: Data) -> Refused | None:
    """Whether a copy, even one that this run has made, came out plain instead of encrypted or the other way round."""
    if wanted.encrypted is None or image["encrypted"] == wanted.encrypted:
        return None
    have, want = ("encrypted", "plain") if image["encrypted"] else ("plain", "encrypted")
    return Refused(
        "EncryptionDrift",
        f"the copy {image['image_id']} in {wanted.region} is {have}, asked for is {want}",
        "Encryption can't be changed afterwards: copy under another name with additional_copy=true.",
    )


def failed_misfit(
    source: Data | None, wanted: Wanted, image: Data, snapshots: t.Sequence[Data] | None = None
) -> Refused | None:
    """Why an image that has failed can't be what was to become this copy, or None. It is deleted on that word.

    Its disks need not be there, so that only its descent can be compared.

    :param snapshots: those behind it; without them, one that CreateImage made gets the benefit of the doubt
    """
    differing = [] if image["owner_alias"] in ("self", "") else [f"it belongs to account {image['owner_id']}"]
    differing += _descent(source, image, snapshots, wanted.markers[_markers.COPIED_FROM])
    return not_this_copy(wanted.region, image, differing) if differing else None


def differences(source: Data | None, image: Data, snapshots: t.Sequence[Data] | None = None) -> list[str]:
    """In what an image can't be a copy of ``source``, in words.

    :param snapshots: those behind the image; without them, one that CreateImage made gets the benefit of the doubt
    """
    found = _descent(source, image, snapshots, image["tags"].get(_markers.COPIED_FROM))
    if source and not source.get("planned"):
        have, want = _fingerprint(image), _fingerprint(source)
        found += [f"{key} {have[key]!r} instead of {value!r}" for key, value in want.items() if have[key] != value]
    return found


def _descent(source: Data | None, image: Data, snapshots: t.Sequence[Data] | None, origin: str | None) -> list[str]:
    """What speaks against an image being made from ``source``, whatever it looks like."""
    found = [] if _was_copied(image, snapshots, origin) else ["it was not made by a copy"]
    # A planned source has no creation time yet.
    return [*found, "it is older than the source"] if source and image["created_at"] < source["created_at"] else found


def _was_copied(image: Data, snapshots: t.Sequence[Data] | None, origin: str | None) -> bool:
    if image["is_copied"] or snapshots is None:
        return True
    # Made by CreateImage: it is ours only if its snapshots were copied for it, which they carry a marker of.
    return bool(snapshots) and all(one["tags"].get(_markers.COPIED_FROM) == origin for one in snapshots)


def not_this_copy(region: str, image: Data, differing: t.Sequence[str]) -> Refused:
    what = f"{image['image_id']} in {region}"
    if _markers.is_marked_copy(image):
        msg = f"{what} carries the markers of this copy but is not it"
        hint = "Look who tagged it; remove its imageops: tags if they are wrong."
    else:
        msg, hint = f"{what} is not this copy", "Choose another name."
    return Refused("NotThisCopy", f"{msg}: " + ", ".join(differing), hint)


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
