# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes away what a run has made, and nothing else: by tag and name, and by the journal or the time.

An object goes only if it bears the run's tag and a name of the run, and is in the journal or was made since the run
began. A snapshot that came with an image of the run has neither name nor tag: it goes if the journal says that such an
image rested on it, and it was made since the run began.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import typing as t

from live.caller import Caller, Reply
from live.journal import Journal
from live.keeper import PREFIX, TAG, Keeper

EVERY = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"
LATE = 20.0  # seconds in which what was made shows in lists
LONGEST = 3600.0  # seconds that something of ours may take to be done, when it can't be cancelled
STEP = 2.0
SLACK = 120.0  # seconds by which creation times and the header Date may disagree
PAGE = 100
RESTS = "an image rests on it"
Data = dict[str, t.Any]


@dataclasses.dataclass
class Left:
    """What could not be taken away, as sentences, and what was."""

    gone: list[str] = dataclasses.field(default_factory=list)
    kept: list[str] = dataclasses.field(default_factory=list)


class Cleaner:
    """Cleans up after one run."""

    def __init__(self, caller: Caller, journal: Journal) -> None:
        self.caller, self.journal, self.keeper = caller, journal, Keeper(caller, journal)
        self.left = Left()
        self._refused: dict[str, str] = {}
        self._moved = caller.clock.now()
        """When something was last taken away, or still being made."""
        self._pending: dict[str, bool] = {}
        """What may be the run's own and does not show its tag yet: whether it is still being made."""

    def run(self) -> Left:
        """Everything of the run, and in the end a line in the journal that it is so."""
        clock, wait = self.caller.clock, LATE if self.journal.of("intent") else 0.0
        began = quiet = clock.now()
        while True:
            self._pending = {}
            there = self._images() + self._snapshots()
            for remove, region, thing in there:
                remove(region, thing)
            now = clock.now()
            if there or any(self._pending.values()):
                quiet = now
            if any(self._pending.values()):
                self._moved = now
            if now - quiet >= wait or now - began >= LONGEST or self._is_stuck(there):
                break
            clock.sleep(STEP)
        self.left.kept = [self._refused.get(_id(thing), f"{_id(thing)} in {region}") for dummy, region, thing in there]
        self.left.kept += [f"{one}: it has the run's name, and not its tag" for one in self._pending]
        if not self.left.kept:
            self.journal.add(closed=True)
        return self.left

    def _is_stuck(self, there: list[t.Any]) -> bool:
        """Whether all that is left is what nothing will change."""
        if self.caller.clock.now() - self._moved < LATE:
            return False
        final = ("ImageUseShared", "ImageUsingByInstance", "SnapshotLocked", "Forbidden", "ImageIsPublic", RESTS)
        said = [self._refused.get(_id(thing), "") for dummy, region, thing in there]
        return bool(said) and all(any(word in text for word in final) for text in said)

    # What is there

    def _regions(self) -> list[str]:
        return list(
            dict.fromkeys([*self.journal.head["regions"], *(one["region"] for one in self.journal.of("intent"))])
        )

    def _ids(self, kind: str) -> set[str]:
        kinds = {line["intent"]: line["kind"] for line in self.journal.of("intent")}
        return {line["id"] for line in self.journal.of("made") if line["id"] and kinds[line["made"]] == kind}

    def _pages(self, region: str, action: str, names: tuple[str, str], **fields: t.Any) -> list[Data]:
        found: list[Data] = []
        number = 1
        while True:
            reply = self.caller.send(region, action, {**fields, "PageNumber": number, "PageSize": PAGE})
            if not reply.ok:
                raise CleanError(reply)
            found += reply.entries(*names)
            if len(reply.entries(*names)) < PAGE:
                return found
            number += 1

    def _images(self) -> list[t.Any]:
        places = {line["region"] for line in self.journal.of("intent") if line["kind"] == "image"}
        found = []
        for region in self._regions():
            if region in places:
                own = self._pages(region, "DescribeImages", ("Images", "Image"), Status=EVERY, ImageOwnerAlias="self")
                found += [(self._remove_image, region, one) for one in own if self._is_ours(region, "image", one)]
        return found

    def _snapshots(self) -> list[t.Any]:
        parts = {one for line in self.journal.of("parts") for one in line["parts"]}
        places = {line["region"] for line in [*self.journal.of("intent"), *self.journal.of("parts")]}
        found = []
        for region in self._regions():
            if region not in places:
                continue
            own = {one["SnapshotId"]: one for asked in (False, True) for one in self._listed(region, asked)}
            for snapshot in own.values():
                is_part = snapshot["SnapshotId"] in parts and self._is_new(snapshot)
                if is_part or self._is_ours(region, "snapshot", snapshot):
                    found.append((self._remove_snapshot, region, snapshot))
        return found

    def _listed(self, region: str, encrypted: bool) -> list[Data]:
        found: list[Data] = []
        fields: Data = {"MaxResults": PAGE, "Encrypted": encrypted}
        while True:
            reply = self.caller.send(region, "DescribeSnapshots", fields)
            if not reply.ok:
                raise CleanError(reply)
            found += reply.entries("Snapshots", "Snapshot")
            if not reply.data.get("NextToken"):
                return found
            fields = {**fields, "NextToken": reply.data["NextToken"]}

    # Whose it is

    def _is_ours(self, region: str, kind: str, thing: Data) -> bool:
        name = str(thing.get("ImageName" if kind == "image" else "SnapshotName") or "")
        known = _id(thing) in self._ids(kind)
        named = name.startswith(f"{PREFIX}-{self.journal.run}-") or (known and name == _id(thing))
        if not (named and (known or self._is_new(thing))):
            return False
        is_tagged = self._is_tagged(region, kind, thing)
        if not is_tagged and (known or name in {line["name"] for line in self.journal.of("intent")}):
            self._pending[_id(thing)] = thing["Status"] in ("Creating", "Waiting", "progressing")
        return is_tagged

    def _is_new(self, thing: Data) -> bool:
        made = datetime.datetime.strptime(thing["CreationTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.UTC)
        return made.timestamp() >= float(self.journal.head["started"]) - SLACK

    def _is_tagged(self, region: str, kind: str, thing: Data) -> bool:
        shown = {tag["TagKey"]: tag["TagValue"] for tag in (thing.get("Tags") or {}).get("Tag", [])}
        if TAG not in shown:
            # A copy under way may not show them.
            fields = {"ResourceType": kind, "ResourceId": [_id(thing)]}
            reply = self.caller.send(region, "ListTagResources", fields)
            shown = {one["TagKey"]: one["TagValue"] for one in reply.entries("TagResources", "TagResource")}
        return shown.get(TAG) == self.journal.run

    # Taking away

    def _remove_image(self, region: str, image: Data) -> None:
        self.keeper.note_parts(region, image)
        fields = {"ImageId": image["ImageId"]}
        if image["Status"] in ("Creating", "Waiting") and image.get("IsCopied"):
            self._do(region, "CancelCopyImage", fields, image)
        elif image["Status"] not in ("Creating", "Waiting"):
            reply = self._do(region, "DeleteImage", fields, image)
            if reply.code == "ImageUseShared":
                self._unshare(region, fields)
                self._do(region, "DeleteImage", fields, image)

    def _unshare(self, region: str, fields: Data) -> None:
        reply = self.caller.send(region, "DescribeImageSharePermission", {**fields, "PageSize": PAGE})
        accounts = [str(one["AliyunId"]) for one in reply.entries("Accounts", "Account")]
        for start in range(0, len(accounts), 10):
            removed = accounts[start : start + 10]
            self.caller.send(region, "ModifyImageSharePermission", {**fields, "RemoveAccount": removed})

    def _remove_snapshot(self, region: str, snapshot: Data) -> None:
        if snapshot.get("Usage") in ("image", "image_disk"):
            self._refused[_id(snapshot)] = f"snapshot {_id(snapshot)} in {region}: {RESTS}"
            return
        self._do(region, "DeleteSnapshot", {"SnapshotId": snapshot["SnapshotId"]}, snapshot)

    def _do(self, region: str, action: str, fields: Data, thing: Data) -> Reply:
        reply = self.caller.send(region, action, fields)
        if reply.ok:
            self._moved = self.caller.clock.now()
            self.left.gone.append(_id(thing))
            self.journal.add(removed=_id(thing), action=action)
        else:
            said = f"{_id(thing)} in {region}: {action} answers {reply.code}, request id {reply.request_id}"
            self._refused[_id(thing)] = said
        return reply


class CleanError(Exception):
    """It can't even be seen what is left."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.action} in {reply.region} answers {reply.code}, request id {reply.request_id}")


def _id(thing: Data) -> str:
    return str(thing.get("ImageId") or thing.get("SnapshotId"))


def dumped(left: Left) -> str:
    return json.dumps(dataclasses.asdict(left), indent=2)
