# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""What became of each image and snapshot, as results and diffs tell it. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import sentence_of
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import DEPRECATED, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import plan as retire_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._retire.plan import Verdict

DONE = {
    retire_plan.DEPRECATE: "deprecated",
    retire_plan.MARK: "deprecated",
    retire_plan.DELETE: "deleted",
    retire_plan.KEEP: "kept",
    retire_plan.POSTPONE: "postponed",
}
RESTORED = f", and is available again: the date in its tag {markers.DEPRECATED_AT} is outdated and goes"


def entry(verdict: Verdict, uses: t.Sequence[Data]) -> Data:
    """One image of the result.

    :param uses: who uses it, as far as it was asked
    """
    image = verdict.image
    return {
        **{key: image[key] for key in ("region", "image_id", "name", "family", "status", "size", "created_at")},
        "source_created_at": age.born_at(image),
        "outcome": DONE[verdict.action],
        "reason": verdict.reason + (RESTORED if verdict.restored else ""),
        "restored": verdict.restored,
        "gib": 0,
        "unshared": [],
        "export": None,
        "uses": list(uses),
        "snapshots": [],
        "snapshots_kept": [],
        "error": None,
    }


def unselected(image: Image) -> Data:
    """An image of ours that no family holds, such as one of a release that was never promoted."""
    named = {key: image[key] for key in ("region", "image_id", "name", "status", "size", "created_at")}
    reason = "in no family: retire it with unpromoted=true, by a name pattern or by its id, or promote it"
    return {**named, "source_created_at": age.born_at(image), "reason": reason}


def weight(image: Image, snapshots: t.Collection[str]) -> int:
    """GiB of the disks whose snapshots go."""
    return sum(disk["size"] for disk in image["disks"] if disk["snapshot_id"] in snapshots)


def sentence(entry: Data) -> str:
    """What is wrong with an image or a snapshot."""
    return f"{label(entry)}: {sentence_of(entry['error'])}"


def diff(by_outcome: t.Mapping[str, list[Data]], snapshots: list[Data]) -> Data:
    """How it was, and how it is."""
    after = {label(entry): DEPRECATED for entry in by_outcome["deprecated"]}
    after.update({label(entry): "gone" for entry in [*by_outcome["deleted"], *snapshots]})
    restored = [entry for key in ("kept", "postponed") for entry in by_outcome[key] if entry["restored"]]
    after.update({label(entry): entry["status"] for entry in restored})
    before = {label(entry): entry["status"] for key in ("deprecated", "deleted") for entry in by_outcome[key]}
    undated = [entry for entry in by_outcome["deprecated"] if entry["status"] == DEPRECATED]
    before.update({label(entry): f"{entry['status']}, without the date of that" for entry in undated})
    before.update({label(entry): f"{entry['status']}, with the date of a deprecation" for entry in restored})
    before.update({label(snapshot): "orphaned" for snapshot in snapshots})
    return {"before": before, "after": after}


def label(entry: t.Mapping[str, t.Any]) -> str:
    """What messages call an image or a snapshot."""
    return f"{entry['region']}/{entry.get('image_id') or entry['snapshot_id']}"


def strange_dates(images: t.Iterable[Image]) -> list[str]:
    """Warnings about tags that protect images without saying until when."""
    faults = [(image, age.keep_fault(image["tags"][markers.KEEP])) for image in images if markers.KEEP in image["tags"]]
    return [f"{label(image)}: {fault}: it is kept forever" for image, fault in faults if fault]
