# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done about one destination of a copy. Pure: no module, no clock, no network."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    AVAILABLE,
    CREATE_FAILED,
    DEPRECATED,
    SETTLED,
    UNAVAILABLE,
    is_unfinished,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import judge
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Options, Wanted
from ansible_collections.imageops.alicloud.plugins.module_utils._task.changes import (
    BYOL,
    FEATURES,
    Repairs,
    features_lacking,
    snapshots_unmarked,
    superfluous_tags,
)

# Actions, as results name them.
PRESENT, ADOPTED, UPDATED, STARTED, REPLACED = "present", "adopted", "updated", "started", "replaced"
REFUSED, TIMED_OUT, CANCELLED, FAILED = "refused", "timed_out", "cancelled", "failed"
SOURCE_GONE = "SourceGone"  # an error's code: a copy has to be made, and what from is not visible


@dataclasses.dataclass(frozen=True)
class Found:
    """What one look at a destination showed."""

    marked: list[Image]  # own images that carry this source's marker
    named: list[Image]  # own images of exactly the wanted name
    known: t.Collection[str] = ()  # ids of what this run has started, or has seen with our pair of markers


@dataclasses.dataclass(frozen=True)
class Decision:
    """What is to be done about one destination, and about which image."""

    action: str
    image: Image | None = None
    failed: t.Sequence[Image] = ()  # the failed copies that are to be replaced
    refusal: Refused | None = None
    warnings: list[str] = dataclasses.field(default_factory=list)


def decide(source: Image | None, wanted: Wanted, found: Found, options: Options) -> Decision:
    """Choose the one action for a destination.

    :param source: the source image, or None if it is gone
    """
    if wanted.is_source:
        return _source_itself(t.cast(Image, source))
    ours = [image for image in found.marked if markers.made_as(image) == wanted.name]
    # A failure may have cost a copy its tags.
    ours += [image for image in found.named if image["image_id"] in found.known and image not in ours]
    live = [image for image in ours if image["status"] != CREATE_FAILED]
    failed = [image for image in ours if image["status"] == CREATE_FAILED]
    if len(live) > 1:
        return _refused(
            "Ambiguous",
            f"{_ids(live)} in {wanted.region} are all copies of {wanted.markers[markers.COPIED_FROM]} "
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
            f"{wanted.region} already has "
            + ", ".join(f"{other['image_id']} under the name {markers.made_as(other)!r}" for other in others)
            + ", made of the same source",
            "Set additional_copy=true to make one more, or ask for that name.",
        )
    return _start(source, wanted, failed, options)


def _source_itself(source: Image) -> Decision:
    """The source's own region: no copy is made, so that nothing but its state can stand against it."""
    where = f"the source {source['image_id']} in {source['region']}"
    if source["status"] in (CREATE_FAILED, UNAVAILABLE):
        return _refused("SourceNotUsable", f"{where} is {source['status']}", "Make a new source image.", source)
    warnings = [f"{where} is Deprecated: left as it is, and it can't be shared"]
    return Decision(PRESENT, source, warnings=warnings if source["status"] == DEPRECATED else [])


def _start(source: Image | None, wanted: Wanted, failed: list[Image], options: Options) -> Decision:
    refusal = source_refusal(source, wanted)
    refusals = [refusal, *(judge.failed_misfit(source, wanted, image) for image in failed)]
    if any(refusals):
        return Decision(REFUSED, refusal=next(filter(None, refusals)))
    if failed and not options.replace_failed:
        return _refused(
            "CreateFailed", f"the copy {_ids(failed)} in {wanted.region} has failed", "Set replace_failed=true."
        )
    return Decision(REPLACED, failed=failed) if failed else Decision(STARTED)


def source_refusal(source: Image | None, wanted: Wanted) -> Refused | None:
    """Why a copy can't be started from this source, or None."""
    if source is None:
        return Refused(
            SOURCE_GONE,
            f"the source {wanted.markers[markers.COPIED_FROM]} is not there and {wanted.region} has no copy yet",
            "Check the image id, the region and the account, and that ecs:DescribeImages is granted. If it was "
            "deleted, copy one of its copies.",
        )
    if source.get("planned"):
        return None
    if source["status"] == DEPRECATED:
        return Refused(
            "SourceDeprecated",
            f"the source {source['image_id']} is Deprecated and can't be copied to {wanted.region}",
            "Make it Available again (ecs_image with state=present), or copy its successor.",
        )
    if source["status"] in SETTLED and source["status"] != AVAILABLE:
        return Refused(
            "SourceNotUsable", f"the source {source['image_id']} is {source['status']}", "Make a new source image."
        )
    return None


def _existing(source: Image | None, wanted: Wanted, image: Image, options: Options) -> Decision:
    """A live image with our pair of markers."""
    if image["status"] == UNAVAILABLE:
        return _refused(
            "UnAvailable",
            f"the copy {image['image_id']} in {wanted.region} is UnAvailable",
            "Look at it, delete it by hand if it is of no use, then run again.",
            image,
        )
    if image["status"] not in SETTLED:
        return Decision(ADOPTED, image)
    action = ADOPTED if is_unfinished(image) else PRESENT
    warnings = judge.drift_warnings(wanted, image, options)
    if image["status"] == DEPRECATED:
        return Decision(
            PRESENT,
            image,
            warnings=[
                *warnings,
                f"the copy {image['image_id']} in {wanted.region} is Deprecated: left as it is, and it can't be shared",
            ],
        )
    refusal = judge.misfit(source, wanted, image)
    return Decision(REFUSED, image, refusal=refusal) if refusal else Decision(action, image, warnings=warnings)


def _name_taken(source: Image | None, wanted: Wanted, holder: Image, options: Options) -> Decision:
    """The exact name is held by an image without our pair of markers."""
    is_strange = markers.is_marked_copy(holder) or markers.CREATED_FROM in holder["tags"]
    if holder["status"] not in SETTLED and not is_strange:
        # Its tags may not be visible before it is finished: then the judgement decides.
        return Decision(ADOPTED, holder)
    if options.adopt_unmarked and holder["status"] == CREATE_FAILED and not markers.is_marked_copy(holder):
        return _start(source, wanted, [holder], options)  # a failure may have cost a copy its tags
    refusal = judge.judge(source, wanted, holder, options)
    return Decision(REFUSED, holder, refusal=refusal) if refusal else Decision(ADOPTED, holder)


def repairs(
    source: Image | None, wanted: Wanted, image: Image, snapshots: t.Sequence[Snapshot], options: Options
) -> Repairs:
    """What an Available copy lacks.

    :param snapshots: the snapshots behind it, as far as they could be read
    """
    attributes: dict[str, t.Any] = {}
    # An empty one can't be set: the API refuses it, or leaves what is there.
    if wanted.description and wanted.description != image["description"]:
        attributes["Description"] = wanted.description
    if wanted.family and not image["family"]:
        attributes["ImageFamily"] = wanted.family
    if options.restore_name and image["name"] != wanted.name:
        attributes["ImageName"] = wanted.name
    # CopyImage does not carry the source's features over.
    features = features_lacking(source["features"], image) if source and not source.get("planned") else {}
    if _keeps_hardened_metadata(source, image):
        features.pop("ImdsSupport", None)
    if features:
        attributes["Features"] = features
    # The licence is the customer's own. There is no way back to the provider's, and none is needed for a copy.
    if source and source.get("license_type") == BYOL and image["license_type"] != BYOL:
        attributes["LicenseType"] = BYOL
    group = wanted.resource_group_id
    return Repairs(
        attributes=attributes,
        tags={key: value for key, value in wanted.all_tags.items() if image["tags"].get(key) != value},
        untag=superfluous_tags(image, wanted.tags) if options.purge_tags else [],
        resource_group_id=group if group and group != image["resource_group_id"] else None,
        snapshots=snapshots_unmarked(image, snapshots),
        unmark=[snapshot["snapshot_id"] for snapshot in snapshots if markers.LEFTOVER_OF in snapshot["tags"]],
    )


def _keeps_hardened_metadata(source: Image | None, image: Image) -> bool:
    """Whether a copy asks for metadata tokens though its source does not. The API has no way back from that."""
    return bool(source and source["features"]["imds_support"] != "v2" and image["features"]["imds_support"] == "v2")


def differences(source: Image | None, image: Image) -> list[str]:
    """What differs between an Available copy and its source and can't be set, as the ends of sentences about copies."""
    if source is None:
        return []
    found = []
    if _keeps_hardened_metadata(source, image):
        found.append("imds_support v2, the source v1: kept, because the API does not take it back")
    for trait, wanted, has in _traits(source, image):
        if wanted not in (None, "", False, "unsupported", has):
            has, wanted = (_FLAGS.get(value, value or "none") for value in (has, wanted))
            found.append(f"{trait} {has}, the source {wanted}: the API does not set it afterwards")
    return found


_FLAGS = {True: "supported", False: "unsupported", None: "not known"}
_TRAITS = {
    "secure_boot": "secure boot",
    "version": "version",
    "cloud_init": "cloud-init",
    "login_as_non_root": "login as another user than root",
}


def _traits(source: Image, image: Image) -> t.Iterator[tuple[str, t.Any, t.Any]]:
    """What no call sets on an image that is there, by its name, with what the source and the copy say of it."""
    of_source, of_image = t.cast(dict[str, t.Any], source), t.cast(dict[str, t.Any], image)
    for key, trait in _TRAITS.items():
        if of_image[key] is not None:
            yield trait, of_source.get(key), of_image[key]
    for key, wanted in of_source["features"].items():
        if key not in FEATURES.values() and of_image["features"].get(key):
            yield key, wanted, of_image["features"][key]


def _refused(code: str, msg: str, hint: str, image: Image | None = None) -> Decision:
    return Decision(REFUSED, image, refusal=Refused(code, msg, hint))


def _ids(images: t.Sequence[Image]) -> str:
    return ", ".join(image["image_id"] for image in images)
