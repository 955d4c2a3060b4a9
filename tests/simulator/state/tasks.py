# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Buckets with objects to import and to export to, and the tasks that do it."""

from __future__ import annotations

from dataclasses import dataclass, field

IMPORT, EXPORT = "ImportImage", "ExportImage"
RUNNING = ("Waiting", "Processing")


@dataclass
class StoredObject:
    """An object in a bucket: a disk of some size, if it is a good one."""

    size: int = 20
    """GiB of the disk in it; 0 for an empty object."""
    good: bool = True
    """False: truncated, or of another format than it says."""
    archived: bool = False


@dataclass(eq=False)
class Bucket:
    """A bucket of the object store."""

    name: str
    region: str
    account_id: str
    encrypted: bool = False
    objects: dict[str, StoredObject] = field(default_factory=dict)


@dataclass(eq=False)
class Task:
    """An import or an export."""

    task_id: str
    action: str
    account_id: str
    region: str
    image_id: str
    created: float
    seconds: float
    """How long it takes."""
    items: list[tuple[str, str]] = field(default_factory=list)
    """What an export has written, by name and value."""
    bucket: str = ""
    names: list[str] = field(default_factory=list)
    """The objects that an export is to write."""
    status: str = "Processing"
    finished: float | None = None
    code: str = ""
    message: str = ""

    def percent(self, now: float) -> int:
        if self.status == "Finished":
            return 100
        return min(99, int((now - self.created) * 100 / self.seconds)) if self.seconds else 99

    def end(self, status: str, at: float, code: str = "", message: str = "") -> None:
        self.status, self.finished, self.code, self.message = status, at, code, message
