# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulator knows at one moment, and what can be said of it in general."""

from __future__ import annotations

import dataclasses
import typing as t

Data = dict[str, t.Any]

UNFINISHED = ("Creating", "Waiting")
FINISHED = ("Available", "Deprecated", "UnAvailable", "CreateFailed")
# What an entry may say of an image that is on its way: it was looked at before it arrived.
LOOKED_AT_EARLIER = UNFINISHED
# Beside images and snapshots, and by what each is known.
THINGS = {
    "instances": "instance_id",
    "disks": "disk_id",
    "launch_templates": "template_id",
    "scaling_groups": "group_id",
    "buckets": "name",
    "tasks": "task_id",
}


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is there by id, as the simulator's state tells it."""

    images: dict[str, Data]
    snapshots: dict[str, Data]
    unsettled: tuple[float, float] = (0.0, 0.0)
    things: t.Mapping[str, dict[str, Data]] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, state: Data, unsettled: tuple[float, float] = (0.0, 0.0)) -> Facts:
        """
        :param state: what the simulator answers under ``/_simulator/state``, or only the things in it
        :param unsettled: from when on until when somebody else's changes of share lists need not show in reads yet;
            those of templates are late by a number of reads, so that only the end counts
        """
        return cls(
            {image["image_id"]: image for image in state["images"]},
            {snapshot["snapshot_id"]: snapshot for snapshot in state["snapshots"]},
            unsettled,
            {name: {str(one[key]): one for one in state[name]} for name, key in THINGS.items()},
        )

    def thing(self, kind: str, key: str | None) -> Data | None:
        """One of the things that are no image and no snapshot."""
        return self.things[kind].get(key or "")

    def accounts(self, image_id: str) -> list[str]:
        return sorted(share["account_id"] for share in self.images[image_id]["shares"] if share["revoked"] is None)

    def wrong_accounts(self, image_id: str, told: t.Collection[str]) -> bool:
        """Whether others have the image than is told, but for those of whom nobody could know it."""
        start, end = self.unsettled
        changed = [
            (one["account_id"], moment)
            for one in self.images[image_id]["shares"]
            for moment in (one["granted"], one["revoked"])
            if moment is not None
        ]
        unknown = {account for account, moment in changed if start < moment <= end}
        return {*told} - unknown != {*self.accounts(image_id)} - unknown

    def snapshots_behind(self, image_id: str) -> list[str]:
        return [disk["snapshot_id"] for disk in self.images[image_id]["disks"] if disk["snapshot_id"]]

    def encryption(self, image_id: str) -> tuple[bool, list[str]]:
        """Whether an image is encrypted, and the keys."""
        behind = [self.snapshots[one] for one in self.snapshots_behind(image_id) if one in self.snapshots]
        keys = sorted({one["kms_key_id"] for one in behind if one["kms_key_id"]})
        return any(one["encrypted"] for one in behind), keys


def there(region: str, image_id: str, facts: Facts, where: str) -> list[str]:
    image = facts.images.get(image_id)
    if image is None:
        return [f"{where}: {image_id} is not there"]
    return [] if image["region"] == region else [f"{where}: {image_id} is in {image['region']}, not in {region}"]


def status_of(told: str, image: Data, where: str) -> list[str]:
    # What is no end passes, and so does a state that no page names: it was looked at before that.
    if told == image["status"] or told not in FINISHED:
        return []
    return [f"{where}: {image['image_id']} is {image['status']}, not {told}"]


def differing(told: Data, real: Data, where: str) -> list[str]:
    return [
        f"{where}: {key} is {real[key]!r}, not {told[key]!r}" for key in real if key in told and told[key] != real[key]
    ]
