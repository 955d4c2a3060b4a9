# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between modules and the account: lets nothing through that is not the run's own business.

The integration targets speak to it as they speak to the simulator, with keys that are good for nothing else. It asks
the account in their place, with the real keys, which no target ever sees. What makes an object gets the run's tag and
is written down first; what changes or deletes an object must be about one of the run's; all else may only be read.
"""

from __future__ import annotations

import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._client import sdk
from live.caller import READS, WITHOUT_REGION, Caller, Reply
from live.keeper import MAKERS, PREFIX, TAG, Keeper, made_of

# What may be done to an object of the run, and the field that names it; Resource is one of several.
CHANGES = {
    "CancelCopyImage": "ImageId",
    "DeleteImage": "ImageId",
    "DeleteSnapshot": "SnapshotId",
    "ModifyImageAttribute": "ImageId",
    "ModifyImageSharePermission": "ImageId",
    "ModifySnapshotAttribute": "SnapshotId",
    "TagResources": "ResourceId",
    "UntagResources": "ResourceId",
}
SERVICES = {version: name for name, version in sdk.VERSIONS.items()}
REFUSED = "Forbidden.ByLiveRun"
Fields = dict[str, str]


class Gate:
    """Answers calls of one run."""

    def __init__(self, caller: Caller, keeper: Keeper) -> None:
        self.caller, self.keeper = caller, keeper
        self.entries: list[dict[str, t.Any]] = []
        self._lock = threading.RLock()

    def answer(self, action: str, version: str, region: str, fields: Fields) -> Reply:
        """One call; a refusal of the gate's own says why."""
        with self._lock:
            if action in WITHOUT_REGION:
                region = self._places().get(fields.get("SnapshotId", ""), region)
            is_write = action in MAKERS or action in CHANGES
            service = SERVICES.get(version)
            if service is None:
                reply = self._identity(action)
            elif fault := self._fault(service, action, fields):
                reply = _refused(action, region, fault)
            elif action in MAKERS:
                reply = self._make(action, region, fields)
            else:
                reply = self._pass(action, region, fields, service)
            # A dry run that is one has made nothing.
            is_write = is_write and reply.code != "DryRunOperation"
            entry = {"seq": len(self.entries) + 1, "action": action, "region": region, "write": is_write}
            self.entries.append({**entry, "status": reply.status, "code": reply.code or None})
            return reply

    def forget(self) -> None:
        with self._lock:
            self.entries.clear()

    def _identity(self, action: str) -> Reply:
        if action != "GetCallerIdentity":
            return _refused(action, "", f"{action} is not for targets")
        return Reply(action, "", 200, {"RequestId": "LIVE", **self.caller.caller_identity()}, {})

    # What is let through

    def _fault(self, service: str, action: str, fields: Fields) -> str:
        if service == sdk.ECS and action in MAKERS:
            name = fields.get(MAKERS[action].name, "")
            ours = name.startswith(f"{PREFIX}-{self.keeper.journal.run}-")
            return "" if ours else f"{name!r} is no name of this run, which begin with {self.keeper.name('')}"
        if service == sdk.ECS and action in CHANGES:
            foreign = [one for one in _named(fields, CHANGES[action]) if one not in self._own()]
            if any(key.startswith("TagKey.") and value == TAG for key, value in fields.items()) or "All" in fields:
                return f"the tag {TAG} stays"
            return f"not of this run: {', '.join(foreign)}" if foreign else ""
        return "" if action.startswith(READS) else f"{action} is nothing that a run does"

    def _own(self) -> set[str]:
        return set(self._places())

    def _places(self) -> dict[str, str]:
        """The region of each object of the run; a call that names none goes to the host of its object's."""
        journal = self.keeper.journal
        regions = {line["intent"]: line["region"] for line in journal.of("intent")}
        made = {line["id"]: regions[line["made"]] for line in journal.of("made") if line["id"]}
        return {**made, **{one: line["region"] for line in journal.of("parts") for one in line["parts"]}}

    def _make(self, action: str, region: str, fields: Fields) -> Reply:
        maker = MAKERS[action]
        keys = [key for key in fields if key.startswith("Tag.") and key.endswith(".Key")]
        # A copy may take the tag over from the image that it is of.
        number = next((key.split(".")[1] for key in keys if fields[key] == TAG), len(keys) + 1)
        marked = {**fields, f"Tag.{number}.Key": TAG, f"Tag.{number}.Value": self.keeper.journal.run}
        place = fields.get(maker.region, region) if action.startswith("Copy") else region
        return self.keeper.record(
            action, place, fields[maker.name], made_of(fields), lambda: self._send(action, region, marked)
        )

    def _pass(self, action: str, region: str, fields: Fields, service: str) -> Reply:
        if action in ("CancelCopyImage", "DeleteImage"):
            self._note(region, fields["ImageId"])
        reply = self._send(action, region, fields, service)
        if action == "DescribeImages":
            self._note_shown(region, reply)
        return reply

    def _note(self, region: str, image_id: str) -> None:
        """Its snapshots, before it goes."""
        fields = {"ImageId": image_id, "Status": "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"}
        self._note_shown(region, self.caller.send(region, "DescribeImages", fields))

    def _note_shown(self, region: str, reply: Reply) -> None:
        own = self._own()
        for image in reply.entries("Images", "Image"):
            if image.get("ImageId") in own:
                self.keeper.note_parts(region, image)

    def _send(self, action: str, region: str, fields: Fields, service: str = sdk.ECS) -> Reply:
        others = {key: value for key, value in fields.items() if key != "RegionId"}
        return self.caller.send(region, action, others, service)


def _refused(action: str, region: str, fault: str) -> Reply:
    body = {"RequestId": "LIVE", "HostId": "live", "Code": REFUSED, "Message": fault}
    return Reply(action, region, 403, body, {})


def _named(fields: Fields, name: str) -> list[str]:
    return [value for key, value in fields.items() if key == name or key.startswith(f"{name}.")]
