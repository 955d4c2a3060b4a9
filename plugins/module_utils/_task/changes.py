# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The writes that bring an existing image to what is asked, and what it looks like after them."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot

if t.TYPE_CHECKING:
    from ansible_collections.imageops.alicloud.plugins.module_utils._api.ecs import EcsApi

# ModifyImageAttribute's fields → keys of an image.
ATTRIBUTES = {
    "BootMode": "boot_mode",
    "Description": "description",
    "ImageFamily": "family",
    "ImageName": "name",
    "Status": "status",
}
BYOL = "BYOL"  # the licence of the customer, the only one that can be set
# Features that can be set.
FEATURES = {"NvmeSupport": "nvme_support", "ImdsSupport": "imds_support"}
_APPLIED = {**ATTRIBUTES, "LicenseType": "license_type"}


@dataclasses.dataclass(frozen=True)
class Repairs:
    """What an image lacks. Empty means converged."""

    attributes: dict[str, t.Any] = dataclasses.field(default_factory=dict)  # ModifyImageAttribute's fields
    tags: dict[str, str] = dataclasses.field(default_factory=dict)
    untag: list[str] = dataclasses.field(default_factory=list)
    resource_group_id: str | None = None
    snapshots: list[str] = dataclasses.field(default_factory=list)  # to be tagged with their image
    snapshot_tags: dict[str, str] = dataclasses.field(default_factory=dict)  # what those get besides
    unmark: list[str] = dataclasses.field(default_factory=list)  # snapshots that are called leftovers and are none

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "snapshot_tags")

    def applied_to(self, image: Image) -> Image:
        """The image as it is after the repairs."""
        features = self.attributes.get("Features", {})
        have = t.cast(dict[str, str], image["features"])
        return t.cast(
            Image,
            {
                **image,
                **{key: self.attributes[field] for field, key in _APPLIED.items() if field in self.attributes},
                "features": {**have, **{key: features[field] for field, key in FEATURES.items() if field in features}},
                "tags": {**{key: value for key, value in image["tags"].items() if key not in self.untag}, **self.tags},
                "resource_group_id": self.resource_group_id or image["resource_group_id"],
            },
        )


def for_diff(image: t.Mapping[str, t.Any], keys: t.Iterable[str]) -> dict[str, t.Any]:
    """What a diff shows of an image: some of its keys, the tags that can be put on, the features that can be set."""
    features = {key: image["features"].get(key) for key in FEATURES.values()}
    tags = markers.without_providers(image["tags"])
    return {**{key: image.get(key) for key in keys}, "tags": tags, "features": features}


def features_lacking(wanted: t.Mapping[str, t.Any], image: Image) -> dict[str, str]:
    """Those of the wanted features that the image has not got, as ModifyImageAttribute takes them."""
    have: t.Mapping[str, t.Any] = image["features"]
    return {field: str(wanted[key]) for field, key in FEATURES.items() if wanted[key] and wanted[key] != have[key]}


def snapshots_unmarked(
    image: Image, snapshots: t.Sequence[Snapshot], tags: t.Mapping[str, str] | None = None
) -> list[str]:
    """The snapshots behind an image that don't say so yet, or lack one of the tags."""
    wanted = {**(tags or {}), markers.SNAPSHOT_OF: image["image_id"]}
    return [snapshot["snapshot_id"] for snapshot in snapshots if not wanted.items() <= snapshot["tags"].items()]


def superfluous_tags(image: Image, wanted: t.Mapping[str, str]) -> list[str]:
    """The tags that purging takes away: never ours, never the provider's."""
    return sorted(key for key in markers.without_reserved(image["tags"]) if key not in wanted)


def refuse_clashing_tags(
    what: str, present: t.Mapping[str, str], wanted: t.Iterable[str], untag: t.Sequence[str]
) -> None:
    """Two keys that differ in case only can't be on one resource. A look shows it, so that it is told before any write.

    :param what: the resource, as the sentence names it
    :param untag: the keys that are taken away in the same run
    :raises Refused: with the code that the API would answer
    """
    kept = {key.lower(): key for key in present if key not in untag}
    clashes = [f"{kept[key.lower()]!r} and {key!r}" for key in sorted(wanted) if kept.get(key.lower(), key) != key]
    if clashes:
        raise Refused(
            "TagKey.Duplication",
            f"{what} can't have tags whose keys differ in case only: {', '.join(clashes)}",
            "Write the key as it is there, or remove the tag first.",
        )


def refuse_too_many_tags(what: str, present: t.Mapping[str, str], repairs: Repairs, most: int) -> None:
    """A resource has so many tags at most, those of the provider among them. Told before any write.

    :param what: the resource, as the sentence names it
    :raises Refused: with the code that the API would answer
    """
    after = {key for key in present if key not in repairs.untag} | set(repairs.tags)
    if repairs.tags.keys() - present.keys() and len(after) > most:
        providers = len(present) - len(markers.without_providers(present))
        besides = f", {providers} of them the provider's," if providers else ""
        raise Refused(
            "QuotaExceed.Tags",
            f"{what} would have {len(after)} tags{besides} and max_tags is {most}",
            "Give fewer tags, or remove some of those that are there.",
        )


def _modify(api: EcsApi, region: str, image_id: str, attributes: t.Mapping[str, t.Any]) -> None:
    try:
        api.images.modify(region, image_id, **attributes)
    except ApiError as error:
        image = api.images.get(region, image_id) if error.code in error_codes.SET_ALREADY else None
        if image is None or image["status"] != attributes.get("Status"):
            raise


def _retag(api: EcsApi, region: str, image_id: str, repairs: Repairs, mark_changed: t.Callable[[], None]) -> None:
    """New tags first, so that none is ever missing; but a key that differs in case only has to go before."""
    wanted = {key.lower() for key in repairs.tags}
    first = [key for key in repairs.untag if key.lower() in wanted]
    last = [key for key in repairs.untag if key not in first]
    for keys, is_tagging in ((first, False), (list(repairs.tags), True), (last, False)):
        if not keys:
            continue
        if is_tagging:
            api.tags.put(region, "image", [image_id], repairs.tags)
        else:
            api.tags.remove(region, "image", image_id, keys)
        mark_changed()


def apply(api: EcsApi, region: str, image_id: str, repairs: Repairs, mark_changed: t.Callable[[], None]) -> None:
    """Do the writes that are needed. Any of them may be repeated by the next run.

    :param mark_changed: is called after each write that was accepted
    """
    # Tags before the status, which one of them dates: no deprecation is ever seen with the date of an earlier one.
    _retag(api, region, image_id, repairs, mark_changed)
    if repairs.attributes:
        _modify(api, region, image_id, repairs.attributes)
        mark_changed()
    if repairs.resource_group_id:
        api.images.join_resource_group(region, image_id, repairs.resource_group_id)
        mark_changed()
    for snapshot_id in repairs.unmark:
        api.tags.remove(region, "snapshot", snapshot_id, [markers.LEFTOVER_OF, markers.LEFTOVER_NAME])
        mark_changed()
    if repairs.snapshots:
        api.tags.put(region, "snapshot", repairs.snapshots, {**repairs.snapshot_tags, markers.SNAPSHOT_OF: image_id})
        mark_changed()
