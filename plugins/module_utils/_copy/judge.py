# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an existing image is the copy that is wanted. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, CREATE_FAILED, is_own
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Options, Wanted
from ansible_collections.imageops.alicloud.plugins.module_utils._task import identity


def judge(
    source: Image | None, wanted: Wanted, image: Image, options: Options, snapshots: t.Sequence[Snapshot] | None = None
) -> Refused | None:
    """Why a finished image is not the wanted copy, or None. With its snapshots, the last word before it is used."""
    origin = image["tags"].get(markers.COPIED_FROM)
    made_as = markers.made_as(image)
    if origin == wanted.markers[markers.COPIED_FROM] and made_as == wanted.name:
        return misfit(source, wanted, image, snapshots)
    where = f"the name {wanted.name!r} in {wanted.region} is held by {image['image_id']}"
    if origin:
        return Refused(
            "NameTaken",
            f"{where}, a copy of {origin} made as {made_as!r}, not of "
            f"{wanted.markers[markers.COPIED_FROM]} as {wanted.name!r}",
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
    source: Image | None, wanted: Wanted, image: Image, snapshots: t.Sequence[Snapshot] | None = None
) -> Refused | None:
    """Why a finished image can't be the copy that its markers say it is, or None.

    Anyone who may tag can forge a marker, so the image itself must bear it out.
    """
    refusal = encryption_drift(wanted, image)
    if refusal:
        return refusal
    differing = identity.differences(source, image, snapshots)
    return identity.not_this_copy(wanted.region, image, differing) if differing else None


def encryption_drift(wanted: Wanted, image: Image) -> Refused | None:
    """Whether a copy, even one that this run has made, came out plain instead of encrypted or the other way round."""
    if wanted.encrypted is None or image["encrypted"] in (None, wanted.encrypted):  # None: not known
        return None
    have, want = ("encrypted", "plain") if image["encrypted"] else ("plain", "encrypted")
    return Refused(
        "EncryptionDrift",
        f"the copy {image['image_id']} in {wanted.region} is {have}, asked for is {want}",
        "Encryption can't be changed afterwards: copy under another name with additional_copy=true.",
    )


def failed_misfit(
    source: Image | None, wanted: Wanted, image: Image, snapshots: t.Sequence[Snapshot] | None = None
) -> Refused | None:
    """Why an image that has failed can't be what was to become this copy, or None. It is deleted on that word.

    Its disks need not be there, so that only its descent can be compared.

    :param snapshots: those behind it; without them, one that CreateImage made gets the benefit of the doubt
    """
    differing = [] if is_own(image) else [f"it belongs to account {image['owner_id']}"]
    differing += identity.descent(source, image, snapshots, wanted.markers[markers.COPIED_FROM])
    return identity.not_this_copy(wanted.region, image, differing) if differing else None


def unmarked_misfit(source: Image | None, wanted: Wanted, image: Image) -> Refused | None:
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


def drift_warnings(wanted: Wanted, image: Image, options: Options) -> list[str]:
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


def key_drift(wanted: Wanted, image: Image, snapshots: t.Sequence[Snapshot]) -> Refused | None:
    """Whether the copy is encrypted with another key than the one asked for."""
    keys = sorted({snapshot["kms_key_id"] for snapshot in snapshots if snapshot["kms_key_id"]})
    if wanted.kms_key_id and keys and keys != [wanted.kms_key_id]:
        return Refused(
            "KeyDrift",
            f"the copy {image['image_id']} in {wanted.region} is encrypted with {', '.join(keys)}, "
            f"asked for is {wanted.kms_key_id}",
            "A key can't be changed afterwards: copy under another name with additional_copy=true.",
        )
    return None
