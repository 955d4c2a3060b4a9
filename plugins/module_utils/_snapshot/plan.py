# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One snapshot that is wanted in another region, and which of those that are there is its copy. Pure."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers as base_markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused, refuse
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Snapshot

ACCOMPLISHED, FAILED = "accomplished", "failed"
TO_START = ("started", "replaced")
DRIFTS = ("EncryptionDrift", "KeyDrift")  # the codes with which a copy is refused


@dataclasses.dataclass(frozen=True, kw_only=True)
class PerDestination:
    """What may be said at top level for all destinations, or for one of them. The one list of it."""

    name: str | None = None
    description: str | None = None
    encrypted: bool | None = None
    kms_key_id: str | None = None
    tags: t.Mapping[str, str] | None = None


def merged(entry: t.Mapping[str, t.Any], defaults: t.Mapping[str, t.Any]) -> Data:
    """One destination: what it says itself, and else what is said for all."""
    found = {key: value if entry.get(key) is None else entry[key] for key, value in defaults.items()}
    # An empty key, as a survey's empty answer makes it, is none: it must not mean the service key.
    found["kms_key_id"] = entry.get("kms_key_id") or defaults["kms_key_id"]
    # A key given for all destinations is none for one that must stay plain.
    if entry.get("encrypted") is False and not entry.get("kms_key_id"):
        found["kms_key_id"] = None
    return {**found, "region": entry["region"]}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options(PerDestination):
    """What a snapshot copy task is told."""

    region: str | None = None
    snapshot_id: str
    destination_regions: list[str] | None = None
    destinations: list[Data] | None = None
    retention_days: int | None = None
    max_tags: int = 20

    @functools.cached_property
    def entries(self) -> list[Data]:
        """The destinations, each with what is said for all of them."""
        defaults = {field.name: getattr(self, field.name) for field in dataclasses.fields(PerDestination)}
        plain = [{"region": region} for region in self.destination_regions or []]
        asked = [merged(entry, defaults) for entry in [*plain, *(self.destinations or [])]]
        return [{**entry, "tags": entry["tags"] or {}} for entry in asked]


@dataclasses.dataclass(frozen=True)
class WantedSnapshot:
    """One snapshot that should be in another region."""

    source_region: str
    source_id: str
    region: str
    name: str
    description: str
    encrypted: bool | None  # None: as the source, which does not say
    kms_key_id: str | None
    tags: dict[str, str]  # with the markers
    retention_days: int | None = None

    def token(self, generation: int) -> str:
        """The same for the same wish, so that a repeat after a lost answer makes no second copy.

        :param generation: goes up when the id that a token answers with turns out to be gone
        """
        markers = (self.tags[base_markers.COPIED_FROM], self.tags[base_markers.COPIED_AS])
        encryption = (str(self.encrypted), self.kms_key_id or "")
        parts = (self.source_region, self.source_id, self.region, *encryption, *markers, str(generation))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def request(self) -> Data:
        """What CopySnapshot is asked for. Names with ``auto`` in front are kept for automatic snapshots."""
        name = f"copy-of-{self.name}"[:128] if self.name.lower().startswith("auto") else self.name
        return {**dataclasses.asdict(self), "name": name}

    def is_met_by(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot in the destination is a copy under this name, by its link and both markers."""
        is_linked = snapshot["source_snapshot_id"] == self.source_id
        return is_linked and base_markers.has_pair(snapshot["tags"], self.tags)

    def drift(self, snapshot: Snapshot) -> Refused | None:
        """Why such a copy is of no use, or None: it is encrypted in another way than is asked for now."""
        what = f"the copy {snapshot['snapshot_id']} of snapshot {self.source_id} in {self.region}"
        way_out = f"copy under another name, or delete {snapshot['snapshot_id']} if nothing needs it."
        # What is not finished need not show it yet; what it does show is believed.
        shows = snapshot["encrypted"] or snapshot["status"] == ACCOMPLISHED
        if shows and None not in (snapshot["encrypted"], self.encrypted) and snapshot["encrypted"] != self.encrypted:
            have, want = ("encrypted", "plain") if snapshot["encrypted"] else ("plain", "encrypted")
            return Refused(
                "EncryptionDrift",
                f"{what} is {have}, asked for is {want}",
                f"Encryption can't be changed afterwards: {way_out}",
            )
        key = snapshot["kms_key_id"]
        if self.kms_key_id and key and key != self.kms_key_id:
            return Refused(
                "KeyDrift",
                f"{what} is encrypted with {key}, asked for is {self.kms_key_id}",
                f"A key can't be changed afterwards: {way_out}",
            )
        return None


@dataclasses.dataclass
class SnapshotCopy:
    """One wanted snapshot and what has become of it."""

    wanted: WantedSnapshot
    snapshot: Snapshot | None = None
    action: str = "present"
    duplicates: list[str] = dataclasses.field(default_factory=list)
    request_id: str | None = None
    generation: int = 0
    replaced: bool = False
    asked_at: str = ""  # when this run has asked for it
    exists: bool = False  # whether it was there at some moment of this run
    shown: bool = False  # whether a look has shown it, and not only a call that found it by its id
    own: bool = False  # whether this run has started it, and not only got an answer with its id

    @property
    def is_accomplished(self) -> bool:
        """Whether it is finished."""
        return self.snapshot is not None and self.snapshot["status"] == ACCOMPLISHED

    def choose(self, found: t.Sequence[Snapshot]) -> Snapshot | None:
        """The copy among those that are there; every run chooses the same. Sets what is to be done about it."""
        ours = [snapshot for snapshot in found if self.wanted.is_met_by(snapshot)]
        ours = [snapshot for snapshot in ours if snapshot["status"] != FAILED] or ours
        # Those that are of use first, of them the accomplished ones, of them the oldest.
        ours.sort(
            key=lambda snapshot: (
                self.wanted.drift(snapshot) is not None,
                snapshot["status"] != ACCOMPLISHED,
                snapshot["created_at"],
                snapshot["snapshot_id"],
            )
        )
        self.duplicates = [snapshot["snapshot_id"] for snapshot in ours[1:]]
        if not ours:
            self.action = "started"
        elif ours[0]["status"] == FAILED:
            self.action = "replaced"
        else:
            self.action = "present" if ours[0]["status"] == ACCOMPLISHED else "adopted"
        return ours[0] if ours else None

    def update_from(self, snapshot: Snapshot) -> None:
        """Take in what a look has shown.

        :raises Refused: if it is of no use, also if this run has started it
        """
        if self.request_id and not self.shown:
            # The token is derived, and so may be answered with what an earlier run has started: that is older.
            self.own = snapshot["created_at"] >= self.asked_at
        self.snapshot, self.exists, self.shown = snapshot, True, True
        refuse(None if snapshot["status"] == FAILED else self.wanted.drift(snapshot))
