# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not as it should be in one region of one account, out of what was seen there. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._audit.options import Options
from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, markers, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import plan as retire_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import selection
from ansible_collections.imageops.alicloud.plugins.module_utils._verify import plan as verify_plan

NEAR_QUOTA = 0.9  # of the images that a region may hold
# What is worth knowing and wants nothing done. All other kinds are drift or waste.
NOTES = frozenset({"unfinished", "deprecated"})
NO_SNAPSHOTS = "none is visible, though the images have some: check ecs:DescribeSnapshots"
NOTHING_SEEN = "no own image is visible there at all: if that is unexpected, check ecs:DescribeImages"


@dataclasses.dataclass
class Seen:
    """What was seen in one region. None was not looked at, or could not be."""

    region: str
    images: list[Image] | None = None  # all own ones; ``shares`` where the share list is known
    snapshots: list[Snapshot] | None = None
    instances: list[Data] | None = None  # those that carry a tag of ours
    organisation: dict[str, list[str]] | None = None  # whom images are shared with so, by image
    not_looked: list[Data] = dataclasses.field(default_factory=list)

    def image(self, image_id: str) -> Image | None:
        """One of the images."""
        return next((image for image in self.images or [] if image["image_id"] == image_id), None)


def hides_snapshots(seen: Seen) -> bool:
    """Whether no snapshot is to be seen, though the images have some."""
    return not seen.snapshots and any(image["snapshot_ids"] for image in seen.images or [])


def wants_share_list(image: Image, expected: t.Collection[str], options: Options) -> bool:
    """Whether the share list of an image is to be read: somebody may have it, and it is said who may.

    :param expected: ids of the images that must be there
    """
    return image["is_shared"] is not False and (options.allowed is not None or image["image_id"] in expected)


def findings(seen: Seen, options: Options, account_id: str, now: float) -> list[Data]:
    """
    :param now: seconds since the epoch
    :returns: what is not as it should be, in one order every time
    """
    expected = [image for image in options.expected_of(account_id) if image["region"] == seen.region]
    found: list[Data] = []
    if seen.images is not None:
        found += [finding for image in expected for finding in _drift(seen, image)]
        by_id = _by_id(expected)
        for image in seen.images:
            found += _sharing(seen, image, by_id.get(image["image_id"]), options.allowed)
            found += _state(seen, image)
        found += _quota(seen, options.image_quota)
        found += _orphaned_snapshots(seen)
        found += _instances(seen, now)
    return sorted(found, key=lambda finding: (finding["kind"], finding["id"], finding["name"]))


def _by_id(expected: t.Sequence[Data]) -> dict[str | None, Data]:
    """What is said of each image. Several manifests may name one, and whom any of them names may have it."""
    found: dict[str | None, Data] = {}
    for image in expected:
        before = found.get(image["image_id"], image)
        found[image["image_id"]] = {
            **image,
            **{name: _either(before[name], image[name]) for name in ("accounts", "shared_with")},
            "withdrawn": before["withdrawn"] or image["withdrawn"],
        }
    return found


def _either(accounts: list[str] | None, other: list[str] | None) -> list[str] | None:
    return None if accounts is None and other is None else sorted({*(accounts or []), *(other or [])})


def _finding(seen: Seen, kind: str, thing: t.Mapping[str, t.Any], message: str, **more: t.Any) -> Data:
    """:param thing: the image or what stands for it, with ``image_id`` and ``name``"""
    return {
        "kind": kind,
        "level": "note" if kind in NOTES else "bad",
        "region": seen.region,
        "id": more.get("id", thing.get("image_id")) or "",
        "name": thing.get("name") or "",
        "accounts": sorted(more.get("accounts", ())),
        "gib": more.get("gib", 0),
        "message": message,
    }


def _drift(seen: Seen, expected: Data) -> list[Data]:
    """How an image differs from what its manifest says."""
    image = seen.image(expected["image_id"] or "")
    of = f"of {expected['release']} " if expected["release"] else ""
    if image is None:
        why = "it has never been made" if not expected["image_id"] else "it is gone"
        return [_finding(seen, "missing", expected, f"the image {of}is missing: {_doubt(seen) or why}")]
    found = []
    if expected["name"] and image["name"] != expected["name"]:
        found.append(_finding(seen, "renamed", image, f"the image {of}was named {expected['name']}"))
    if expected["encrypted"] and image["encrypted"] is False:
        found.append(_finding(seen, "unencrypted", image, f"the image {of}must be encrypted, and is not"))
    strange = _keys(seen, image) - {expected["kms_key_id"]}
    if expected["kms_key_id"] and strange:
        message = (
            f"the image {of}must be encrypted with {expected['kms_key_id']}, and is with {', '.join(sorted(strange))}"
        )
        found.append(_finding(seen, "wrong_key", image, message))
    if image["status"] == models.DEPRECATED:
        found.append(_finding(seen, "deprecated", image, f"the image {of}is deprecated"))
    return found


def _doubt(seen: Seen) -> str:
    """Why what is not seen need not be gone."""
    return "" if seen.images else NOTHING_SEEN


def _keys(seen: Seen, image: Image) -> set[str]:
    """The keys of an image's snapshots, as far as they are known."""
    snapshots = [snapshot for snapshot in seen.snapshots or [] if snapshot["snapshot_id"] in image["snapshot_ids"]]
    return {str(snapshot["kms_key_id"]) for snapshot in snapshots if snapshot["kms_key_id"]}


def _sharing(seen: Seen, image: Image, expected: Data | None, allowed: list[str] | None) -> list[Data]:
    """Who has an image and should not, and who should have it and has not."""
    organisation = set((seen.organisation or {}).get(image["image_id"], ()))
    listed = {share["account_id"] for share in image["shares"]} if "shares" in image else None
    found = []
    asked, had = ({*((expected or {}).get(name) or ())} for name in ("accounts", "shared_with"))
    # What a release has deprecated, nobody is to have, whatever is said of it elsewhere.
    is_withdrawn = image["status"] == models.DEPRECATED and (expected or {}).get("withdrawn")
    if listed is not None and not is_withdrawn:
        lost = had - listed - organisation
        if lost:
            message = f"it is no longer shared with {_names(lost)}, who had it"
            found.append(_finding(seen, "unshared", image, message, accounts=lost))
        lacking = asked - had - listed - organisation
        if lacking:
            message = f"it is not shared with {_names(lacking)}, as was asked"
            found.append(_finding(seen, "not_shared", image, message, accounts=lacking))
    # Without a manifest that tells it, or a list, nobody has said who may have the image.
    if allowed is None and (expected is None or (expected["accounts"] is None and expected["shared_with"] is None)):
        return found
    beyond = (listed or set()) - asked - had - {*(allowed or ())}
    if beyond:
        message = f"it is shared with {_names(beyond)}, which no list names"
        found.append(_finding(seen, "overshared", image, message, accounts=beyond))
    beyond = organisation - asked - had - {*(allowed or ())}
    if beyond:
        message = f"an organisation share gives it to {_names(beyond)}, which no list names"
        found.append(_finding(seen, "organisation", image, message, accounts=beyond))
    if image["is_public"]:
        found.append(_finding(seen, "public", image, "it is a community image, which everybody may use"))
    return found


def _names(accounts: t.Iterable[str]) -> str:
    return ", ".join(sorted(accounts))


def _state(seen: Seen, image: Image) -> list[Data]:
    """Copies and images that are not finished, or have failed. They count toward the quota."""
    if models.is_unfinished(image):
        return [_finding(seen, "unfinished", image, f"is {image['status']}, {image['progress']} %")]
    if image["status"] in (models.CREATE_FAILED, models.UNAVAILABLE):
        return [_finding(seen, "failed", image, f"is {image['status']}", gib=image["size"])]
    return []


def _quota(seen: Seen, quota: int) -> list[Data]:
    count = len(seen.images or [])
    if count < NEAR_QUOTA * quota:
        return []
    return [_finding(seen, "near_quota", {}, f"{count} of {quota} images: no copy is made beyond that")]


def _orphaned_snapshots(seen: Seen) -> list[Data]:
    known = {image["image_id"] for image in seen.images or []}
    doubt = f"; {_doubt(seen)}" if _doubt(seen) else ""
    return [
        _finding(
            seen,
            "orphaned_snapshot",
            {},
            f"made for {snapshot['made_for']}, which is gone{doubt}",
            id=snapshot["snapshot_id"],
            gib=snapshot["size"],
        )
        for snapshot in retire_plan.orphans(seen.snapshots or [], known, "none")
    ]


def _instances(seen: Seen, now: float) -> list[Data]:
    """Instances that a test boot has left, and those that were stopped for an image and not started again."""
    found = []
    making = {image["name"] for image in seen.images or [] if models.is_unfinished(image)}
    for instance in seen.instances or []:
        tags, image = instance["tags"], seen.image(instance["image_id"])
        if markers.VERIFY_OF in tags and verify_plan.is_left(instance, now):
            message = f"left by a test boot of {tags[markers.VERIFY_OF]}, is {instance['status']}"
            gib = image["size"] if image else 0
            found.append(_finding(seen, "orphaned_instance", {}, message, id=instance["instance_id"], gib=gib))
        elif instance["status"] == models.STOPPED and tags.get(markers.STOPPED_BY, "") not in {"", *making}:
            message = f"stopped to make the image {tags[markers.STOPPED_BY]}, and not started again"
            found.append(_finding(seen, "stopped_instance", {}, message, id=instance["instance_id"]))
    return found


def families(seen: Seen) -> list[Data]:
    """The images of a region by family, with their age: that of the source, not of its copy."""
    groups: dict[str, list[Image]] = {}
    for image in sorted(seen.images or [], key=age.order):
        groups.setdefault(image["family"], []).append(image)
    return [
        {
            "region": seen.region,
            "family": family,
            "images": len(images),
            "ours": sum(selection.is_ours(image) for image in images),
            "gib": sum(image["size"] for image in images),
            "oldest": _named(images[0]),
            "newest": _named(images[-1]),
        }
        for family, images in sorted(groups.items())
    ]


def _named(image: Image) -> Data:
    return {"image_id": image["image_id"], "name": image["name"], "created_at": age.born_at(image)}
