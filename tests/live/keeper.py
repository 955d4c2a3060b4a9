# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes what a run needs, each object with the name and the tag of the run, and written down before it is made."""

from __future__ import annotations

import dataclasses
import typing as t

from live.caller import Caller, Fields, Reply
from live.journal import Journal

PREFIX = TAG = "imageops-live"


@dataclasses.dataclass(frozen=True)
class Maker:
    """An action that makes something: what, and which fields say its name, its region and its id."""

    kind: str
    name: str
    region: str
    id: str


MAKERS = {
    "CopyImage": Maker("image", "DestinationImageName", "DestinationRegionId", "ImageId"),
    "CreateImage": Maker("image", "ImageName", "RegionId", "ImageId"),
    "CopySnapshot": Maker("snapshot", "DestinationSnapshotName", "DestinationRegionId", "SnapshotId"),
    "CreateSnapshot": Maker("snapshot", "SnapshotName", "RegionId", "SnapshotId"),
}


class Keeper:
    """The only one who makes objects in a run."""

    def __init__(self, caller: Caller, journal: Journal) -> None:
        self.caller, self.journal = caller, journal

    def name(self, label: str) -> str:
        """The name of an object of this run."""
        return f"{PREFIX}-{self.journal.run}-{label}"

    def make(self, region: str, action: str, label: str | None, /, tags: t.Mapping[str, str], **fields: t.Any) -> Reply:
        """Make an object; without a label it gets no name of the run, which only what is named by the API may lack.

        :param region: where the call goes
        """
        maker = MAKERS[action]
        name = {maker.name: self.name(label)} if label else {}
        marks = [{"Key": key, "Value": value} for key, value in {TAG: self.journal.run, **tags}.items()]
        place = str(fields.get(maker.region, region)) if action.startswith("Copy") else region
        call = {**fields, **name, "Tag": marks}
        return self.record(
            action, place, name.get(maker.name), made_of(fields), lambda: self.caller.send(region, action, call)
        )

    def record(self, action: str, region: str, name: str | None, of: str, call: t.Callable[[], Reply]) -> Reply:
        """Write down what a call will make, and of what; call, and write down what came of it."""
        maker, number = MAKERS[action], len(self.journal.lines)
        self.journal.add(intent=number, kind=maker.kind, action=action, region=region, name=name, of=of)
        reply = call()
        made = str(reply.data.get(maker.id) or "") if reply.ok else ""
        self.journal.add(made=number, id=made, code=reply.code, request_id=reply.request_id)
        return reply

    def note_parts(self, region: str, image: Fields) -> list[str]:
        """Write down the snapshots that came with an image of this run, before anything of it goes.

        An image that was made of a snapshot rests on one that was there before, which is somebody else's.

        :returns: the snapshots that it rests on, whosever they are
        """
        mappings = image.get("DiskDeviceMappings", {}).get("DiskDeviceMapping", [])
        ids = [mapping["SnapshotId"] for mapping in mappings if mapping.get("SnapshotId")]
        known = {one for line in self.journal.of("parts") for one in line["parts"]}
        came_with_it = bool(image.get("IsCopied")) or self._is_of_an_instance(image)
        if came_with_it and (new := [one for one in ids if one not in known]):
            self.journal.add(parts=new, region=region, image=image["ImageId"])
        return ids

    def _is_of_an_instance(self, image: Fields) -> bool:
        named = [line for line in self.journal.of("intent") if line["name"] == image.get("ImageName")]
        return any(line["of"] == "instance" for line in named)


def made_of(fields: Fields) -> str:
    """What a call makes its object of."""
    return "instance" if "InstanceId" in fields else "snapshot" if "SnapshotId" in fields else "image"
