# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done about one destination of a copy. Pure: no module, no clock, no network."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils import _markers
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import (
    AVAILABLE,
    CREATE_FAILED,
    DEPRECATED,
    UNAVAILABLE,
    UNFINISHED,
    Data,
)

# Actions, as results name them.
PRESENT, ADOPTED, UPDATED, STARTED, REPLACED, REFUSED = (
    "present",
    "adopted",
    "updated",
    "started",
    "replaced",
    "refused",
)


@dataclasses.dataclass(frozen=True)
class Options:
    """The options that decide what happens to what is found."""

    replace_failed: bool = True
    adopt_unmarked: bool = False
    additional_copy: bool = False
    restore_name: bool = False
    purge_tags: bool = False


@dataclasses.dataclass(frozen=True)
class Wanted:
    """One destination as asked for, with all defaults filled in."""

    region: str
    name: str
    description: str | None
    encrypted: bool | None  # None: as the source, which is gone
    kms_key_id: str | None
    resource_group_id: str | None
    family: str | None
    tags: dict[str, str]  # the user's, and the source's if they are to be taken over
    markers: dict[str, str]
    is_source: bool = False  # the image itself: the source's region, and nothing to encrypt

    def request(self, source: Data) -> Data:
        """What CopyImage is asked for. Without a description of its own the copy starts with the source's."""
        description = self.description if self.description is not None else source["description"]
        return {**dataclasses.asdict(self), "description": description, "tags": {**self.tags, **self.markers}}


@dataclasses.dataclass(frozen=True)
class Found:
    """What one look at a destination showed."""

    marked: list[Data]  # own images that carry this source's marker
    named: list[Data]  # own images of exactly the wanted name


@dataclasses.dataclass(frozen=True)
class Repairs:
    """Writes that bring an existing copy to what is asked. Empty means converged."""

    attributes: dict[str, t.Any] = dataclasses.field(default_factory=dict)  # ModifyImageAttribute's fields
    tags: dict[str, str] = dataclasses.field(default_factory=dict)
    untag: list[str] = dataclasses.field(default_factory=list)
    resource_group_id: str | None = None
    snapshots: list[str] = dataclasses.field(default_factory=list)  # snapshots to be tagged with their image

    def __bool__(self) -> bool:
        return bool(self.attributes or self.tags or self.untag or self.resource_group_id or self.snapshots)


@dataclasses.dataclass(frozen=True)
class Decision:
    action: str
    image: Data | None = None
    failed: Data | None = None  # the failed copy that is to be replaced
    refusal: Refused | None = None
    warnings: list[str] = dataclasses.field(default_factory=list)


def decide(source: Data | None, wanted: Wanted, found: Found, options: Options) -> Decision:
    """Choose the one action for a destination.

    :param source: the source image, or None if it is gone
    """
    if wanted.is_source:
        return Decision(PRESENT, source)
    ours = [image for image in found.marked if image["tags"].get(_markers.COPIED_AS) == wanted.name]
    live = [image for image in ours if image["status"] != CREATE_FAILED]
    failed = [image for image in ours if image["status"] == CREATE_FAILED]
    if len(live) > 1:
        return _refused(
            "Ambiguous",
            f"{_ids(live)} in {wanted.region} are all copies of {wanted.markers[_markers.COPIED_FROM]} "
            f"as {wanted.name!r}",
            "Delete the ones you don't need.",
        )
    if live:
        return _existing(source, wanted, live[0], options)
    holders = [image for image in found.named if image not in ours]
    if holders:
        return _name_taken(source, wanted, holders[0], options)
    others = [image for image in found.marked if image not in ours and image["status"] != CREATE_FAILED]
    if others and not options.additional_copy:
        return _refused(
            "OtherCopyExists",
            f"{wanted.region} already has {_ids(others)}, a copy of the same source under the name "
            f"{others[0]['tags'].get(_markers.COPIED_AS)!r}",
            "Set additional_copy=true to make one more, or ask for that name.",
        )
    return _start(source, wanted, failed, options)


def _start(source: Data | None, wanted: Wanted, failed: list[Data], options: Options) -> Decision:
    refusal = source_refusal(source, wanted)
    if refusal:
        return Decision(REFUSED, refusal=refusal)
    if failed and not options.replace_failed:
        return _refused(
            "CreateFailed", f"the copy {_ids(failed)} in {wanted.region} has failed", "Set replace_failed=true."
        )
    return Decision(REPLACED, failed=failed[0]) if failed else Decision(STARTED)


def source_refusal(source: Data | None, wanted: Wanted) -> Refused | None:
    """Why a copy can't be started from this source, or None."""
    if source is None:
        return Refused(
            "SourceGone",
            f"the source {wanted.markers[_markers.COPIED_FROM]} is not there and {wanted.region} has no copy yet",
            "Check the image id, the region and the account.",
        )
    if source.get("planned"):
        return None
    if source["status"] == DEPRECATED:
        return Refused(
            "SourceDeprecated",
            f"the source {source['image_id']} is Deprecated and can't be copied to {wanted.region}",
            "Make it Available again (ecs_image with state=present), or copy its successor.",
        )
    if source["status"] not in (AVAILABLE, *UNFINISHED):
        return Refused(
            "SourceNotUsable", f"the source {source['image_id']} is {source['status']}", "Make a new source image."
        )
    return None


def _existing(source: Data | None, wanted: Wanted, image: Data, options: Options) -> Decision:
    """A live image with our pair of markers."""
    if image["status"] == UNAVAILABLE:
        return _refused(
            "UnAvailable",
            f"the copy {image['image_id']} in {wanted.region} is UnAvailable",
            "Look at it, delete it by hand if it is of no use, then run again.",
            image,
        )
    if image["status"] in UNFINISHED:
        return Decision(ADOPTED, image)
    warnings = drift_warnings(wanted, image, options)
    if image["status"] == DEPRECATED:
        return Decision(
            PRESENT,
            image,
            warnings=[
                *warnings,
                f"the copy {image['image_id']} in {wanted.region} is Deprecated: left as it is, and it can't be shared",
            ],
        )
    refusal = misfit(source, wanted, image)
    return Decision(REFUSED, image, refusal=refusal) if refusal else Decision(PRESENT, image, warnings=warnings)


def misfit(source: Data | None, wanted: Wanted, image: Data) -> Refused | None:
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
    differing = differences(source, image)
    return not_this_copy(wanted.region, image, differing) if differing else None


def differences(source: Data | None, image: Data) -> list[str]:
    """In what an image can't be a copy of ``source``, in words."""
    found = [] if image["is_copied"] else ["it was not made by a copy"]
    if source and not source.get("planned"):
        have, want = _fingerprint(image), _fingerprint(source)
        found += [f"{key} {have[key]!r} instead of {value!r}" for key, value in want.items() if have[key] != value]
    return found


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


def _name_taken(source: Data | None, wanted: Wanted, holder: Data, options: Options) -> Decision:
    """The exact name is held by an image without our pair of markers."""
    if holder["status"] in UNFINISHED and not _markers.is_marked_copy(holder):
        # Its tags may not be visible before it is finished: then `judge` decides.
        return Decision(ADOPTED, holder)
    refusal = judge(source, wanted, holder, options)
    return Decision(REFUSED, holder, refusal=refusal) if refusal else Decision(ADOPTED, holder)


def judge(source: Data | None, wanted: Wanted, image: Data, options: Options) -> Refused | None:
    """Why a finished image is not the wanted copy, or None. The last word before it is used."""
    origin = image["tags"].get(_markers.COPIED_FROM)
    made_as = image["tags"].get(_markers.COPIED_AS)
    if origin == wanted.markers[_markers.COPIED_FROM] and made_as == wanted.name:
        return misfit(source, wanted, image)
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
    if image["created_at"] < source["created_at"]:
        return Refused(
            "NotThisCopy", f"{image['image_id']} in {wanted.region} is older than the source", "Choose another name."
        )
    return misfit(source, wanted, image)


def repairs(source: Data | None, wanted: Wanted, image: Data, snapshots: t.Sequence[Data], options: Options) -> Repairs:
    """What an Available copy lacks.

    :param snapshots: the snapshots behind it, as far as they could be read
    """
    attributes: dict[str, t.Any] = {}
    if wanted.description is not None and wanted.description != image["description"]:
        attributes["Description"] = wanted.description
    if wanted.family and not image["family"]:
        attributes["ImageFamily"] = wanted.family
    if options.restore_name and image["name"] != wanted.name:
        attributes["ImageName"] = wanted.name
    features = lost_features(source, image)
    if features:
        attributes["Features"] = features
    desired = {**wanted.tags, **wanted.markers}
    extra = (
        [key for key in _markers.without_reserved(image["tags"]) if key not in wanted.tags]
        if options.purge_tags
        else []
    )
    group = wanted.resource_group_id
    return Repairs(
        attributes=attributes,
        tags={key: value for key, value in desired.items() if image["tags"].get(key) != value},
        untag=sorted(extra),
        resource_group_id=group if group and group != image["resource_group_id"] else None,
        snapshots=[
            one["snapshot_id"] for one in snapshots if one["tags"].get(_markers.SNAPSHOT_OF) != image["image_id"]
        ],
    )


def lost_features(source: Data | None, image: Data) -> dict[str, str]:
    """Features that the source has and CopyImage did not carry over, as ModifyImageAttribute takes them."""
    if source is None or source.get("planned"):
        return {}
    names = {"nvme_support": "NvmeSupport", "imds_support": "ImdsSupport"}
    return {
        api: source["features"][key]
        for key, api in names.items()
        if source["features"][key] and source["features"][key] != image["features"][key]
    }


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


def _refused(code: str, msg: str, hint: str, image: Data | None = None) -> Decision:
    return Decision(REFUSED, image, refusal=Refused(code, msg, hint))


def _ids(images: t.Sequence[Data]) -> str:
    return ", ".join(image["image_id"] for image in images)


def repaired(image: Data, repairs: Repairs) -> Data:
    """What the copy looks like after its repairs."""
    names = {"Description": "description", "ImageFamily": "family", "ImageName": "name"}
    features = repairs.attributes.get("Features", {})
    return {
        **image,
        **{names[key]: value for key, value in repairs.attributes.items() if key in names},
        "tags": {**{key: value for key, value in image["tags"].items() if key not in repairs.untag}, **repairs.tags},
        "resource_group_id": repairs.resource_group_id or image["resource_group_id"],
        "features": {
            "nvme_support": features.get("NvmeSupport", image["features"]["nvme_support"]),
            "imds_support": features.get("ImdsSupport", image["features"]["imds_support"]),
        },
    }
