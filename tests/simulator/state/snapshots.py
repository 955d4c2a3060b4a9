# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots."""

from __future__ import annotations

from dataclasses import dataclass, field

from .images import Work
from .late import Late


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
    work: Work | None = None

    def percent(self, now: float) -> int:
        if self.status == "accomplished":
            return 100
        return self.work.disk_percent(self.size, now) if self.work else 0
