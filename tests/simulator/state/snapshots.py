# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots."""

from __future__ import annotations

from dataclasses import dataclass, field

from .images import Work
from .late import Late

COOL_OFF, COMPLIANCE, EXPIRED = "compliance-cooloff", "compliance", "expired"
# In these nobody can delete the snapshot.
HOLDS = (COOL_OFF, COMPLIANCE)


@dataclass(frozen=True)
class Lock:
    """A lock on a snapshot: for some hours it can be taken back, then by nobody until it ends."""

    created: float
    cool_off_until: float
    cool_off_hours: int
    days: int
    renewed: float | None = None
    """When it was made longer."""

    @property
    def starts(self) -> float:
        return self.created if self.renewed is None else self.renewed

    @property
    def ends(self) -> float:
        return self.starts + self.days * 86400

    def status(self, now: float) -> str:
        return COOL_OFF if now < self.cool_off_until else COMPLIANCE if now < self.ends else EXPIRED


@dataclass(eq=False)
class Snapshot(Late):
    """A snapshot; while `work` runs it is progressing."""

    snapshot_id: str
    account_id: str
    region: str
    size: int
    disk_kind: str = "system"
    disk_id: str = ""
    name: str = ""
    description: str = ""
    status: str = "accomplished"
    encrypted: bool = False
    kms_key_id: str = ""
    kind: str = "user"
    retention_days: int = 0
    source_snapshot_id: str = ""
    source_region: str = ""
    source_chain: str = ""
    """For a copy: the chain of snapshots that its source belongs to, which one disk began."""
    created: float = 0.0
    modified: float = 0.0
    resource_group_id: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    shares: list[str] = field(default_factory=list)
    """Accounts it is shared with, which is another service's doing."""
    lock: Lock | None = None
    work: Work | None = None

    def percent(self, now: float) -> int:
        if self.status == "accomplished":
            return 100
        return self.work.disk_percent(self.size, now) if self.work else 0
