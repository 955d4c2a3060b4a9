# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What probes work with: two or three regions, an image, the calls, and the waiting."""

from __future__ import annotations

import json
import secrets
import typing as t
from collections.abc import Callable, Sequence

from live.caller import Caller, Reply
from live.keeper import Keeper
from live.probe.scenes import Findings

Data = dict[str, t.Any]
EVERY = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"
STEP, SLOW_STEP = 0.5, 2.0  # seconds between two looks: while something is measured, while it just goes on
SOON = 30.0  # seconds in which everything shows that shows late
LONGEST = 3600.0  # seconds that a copy of a small image may take
T = t.TypeVar("T")


class Unfit(Exception):
    """A scene can't go on; its other switches are not told."""


class Bench:
    """One account, its regions, and what has been found."""

    def __init__(self, caller: Caller, regions: Sequence[str], image_id: str | None = None) -> None:
        self.caller, self.found = caller, Findings()
        self.home, self.other = regions[0], regions[1] if len(regions) > 1 else regions[0]
        self.third = regions[2] if len(regions) > 2 else None
        self.keeper_: Keeper | None = None
        self.account_id, self.share_with = "", ""
        self.own: Data | None = None
        self.own_reply: Reply | None = None
        self.trouble = ""
        """Why nothing more could be made."""
        self.notes: Data = {}
        """What later scenes need of earlier ones: images by label."""
        self._choose(image_id)

    @property
    def keeper(self) -> Keeper:
        assert self.keeper_ is not None, "no scene that only reads makes anything"
        return self.keeper_

    @property
    def source(self) -> str:
        """The image that everything is made from."""
        if self.own is None:
            raise Unfit("the account has no image of its own here")
        return str(self.own["ImageId"])

    def source_snapshot(self) -> str:
        """The snapshot of its system disk."""
        disks = ((self.own or {}).get("DiskDeviceMappings") or {}).get("DiskDeviceMapping", [])
        found = [disk["SnapshotId"] for disk in disks if disk.get("SnapshotId") and disk.get("Type") != "data"]
        if not found:
            raise Unfit("the image names no snapshot of its system disk")
        return str(found[0])

    def ask(self, action: str, **fields: t.Any) -> Reply:
        return self.caller.send(self.home, action, fields)

    def ask_in(self, region: str, action: str, **fields: t.Any) -> Reply:
        return self.caller.send(region, action, fields)

    @staticmethod
    def token() -> str:
        return secrets.token_hex(16)

    def _choose(self, image_id: str | None) -> None:
        fields = {"ImageId": image_id} if image_id else {}
        self.own_reply = reply = self.ask("DescribeImages", ImageOwnerAlias="self", PageSize=100, **fields)
        images = reply.entries("Images", "Image")
        settled = [one for one in images if one.get("IsSelfShared") in ("false", "False", "")]
        unchecked = [one for one in settled if not (one.get("DetectionOptions") or {}).get("Status")]
        self.own = next(iter([*unchecked, *settled, *images]), None)

    # Waiting

    def until(
        self, look: Callable[[], T], patience: float = SOON, step: float = STEP
    ) -> tuple[float, T] | tuple[None, T]:
        """Look until there is something: after how many seconds, and what. None if it took too long."""
        began = self.caller.clock.now()
        while True:
            at = self.caller.clock.now() - began
            seen = look()
            if seen:
                return rounded(at), seen
            if at >= patience:
                return None, seen
            self.caller.clock.sleep(step)

    def await_(self, look: Callable[[], T], what: str, patience: float = SOON, step: float = STEP) -> T:
        seconds, seen = self.until(look, patience, step)
        if seconds is None:
            raise Unfit(f"{what}: not within {patience:g} s")
        return seen

    def insist(self, region: str, action: str, **fields: t.Any) -> Reply:
        """A call that may not know yet of what was just made."""
        replies: list[Reply] = []

        def knows() -> bool:
            replies.append(self.ask_in(region, action, **fields))
            return knows_it(replies[-1])

        self.until(knows)
        return replies[-1]

    # Looking

    def image(self, region: str, image_id: str) -> Data | None:
        """An image in whatever state, as a list shows it."""
        reply = self.ask_in(region, "DescribeImages", ImageId=image_id, Status=EVERY)
        return next(iter(reply.entries("Images", "Image")), None)

    def is_available(self, region: str, image_id: str) -> bool:
        image = self.image(region, image_id)
        if image and image["Status"] in ("CreateFailed", "UnAvailable"):
            raise Unfit(f"{image_id} in {region} has become {image['Status']}")
        return bool(image and image["Status"] == "Available")

    def await_shown(self, region: str, image_id: str) -> Data:
        image = self.await_(lambda: self.image(region, image_id), f"{image_id} shown")
        assert image is not None
        return image

    def await_gone(self, region: str, image_id: str) -> None:
        self.await_(lambda: self.image(region, image_id) is None, f"{image_id} cancelled")

    def await_tags(self, region: str, image_id: str) -> dict[str, str]:
        return self.await_(lambda: self.tags(region, "image", image_id), "tags shown")

    def await_available(self, region: str, image_id: str) -> None:
        self.await_(lambda: self.is_available(region, image_id), f"{image_id} Available", LONGEST, SLOW_STEP)

    def snapshots(self, region: str, ids: Sequence[str], **fields: t.Any) -> list[Data]:
        fields = {"SnapshotIds": json.dumps(list(ids)), "MaxResults": 100, **fields}
        return self.ask_in(region, "DescribeSnapshots", **fields).entries("Snapshots", "Snapshot")

    def tags(self, region: str, kind: str, resource_id: str) -> dict[str, str]:
        reply = self.ask_in(region, "ListTagResources", ResourceType=kind, ResourceId=[resource_id])
        return {one["TagKey"]: one["TagValue"] for one in reply.entries("TagResources", "TagResource")}

    def disks(self, region: str, image_id: str) -> list[str]:
        """The snapshots of an image of this run, as soon as it shows; they are written down."""
        return self.keeper.note_parts(region, self.await_shown(region, image_id))

    # Making

    def copy(self, region: str, to: str, image_id: str, label: str | None, **fields: t.Any) -> Reply:
        tags = fields.pop("tags", {})
        return self.keeper.make(region, "CopyImage", label, tags, ImageId=image_id, DestinationRegionId=to, **fields)

    def made(self, reply: Reply, what: str) -> str:
        """The id of what was made."""
        if not reply.ok:
            raise Unfit(f"{what}: {reply.code}, request id {reply.request_id}")
        return str(reply.data.get("ImageId") or reply.data.get("SnapshotId"))

    def stop(self, region: str, image_id: str) -> None:
        """Cancel a copy that is of no more use, and see it gone."""
        self.disks(region, image_id)
        self.insist(region, "CancelCopyImage", ImageId=image_id)
        self.await_gone(region, image_id)


def knows_it(reply: Reply) -> bool:
    """Whether an action has found the object of its call, whatever it then thought of it."""
    unknown = ("InvalidImageId.NotFound", "InvalidResourceId.NotFound", "InvalidSnapshotId.NotFound")
    return reply.code not in unknown


def rounded(seconds: float) -> float:
    """To the step in which things are looked at."""
    return round(seconds / STEP) * STEP
