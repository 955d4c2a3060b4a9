# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images: the object, its share list and the progress of the work that makes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .late import Late

STATES = ("Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated")
UNFINISHED = ("Creating", "Waiting")
FEATURES = {
    "NvmeSupport": "unsupported",
    "ImdsSupport": "v1",
    "CpuOnlineUpgrade": "unsupported",
    "CpuOnlineDowngrade": "unsupported",
    "MemoryOnlineUpgrade": "unsupported",
    "MemoryOnlineDowngrade": "unsupported",
}


@dataclass(eq=False)
class Work:
    """The making of an image or snapshot: queued, running at a rate, and where it stops if it does."""

    account_id: str
    region: str
    rate: float
    size: int
    queued: float
    source_region: str = ""
    source_image_id: str = ""
    started: float | None = None
    finish_seconds: float = 0.0
    stops_at: int | None = None
    """Percentage at which it fails or hangs."""
    hangs: bool = False
    frozen: float | None = None
    """When it stopped for good: failed, or told to."""
    cancelling: bool = False
    cancellable: bool = True
    cancel_ignored: bool = False
    """Cancelling is accepted and does nothing."""
    odd_status: str = ""
    """What it is called when it is done, for some seconds or, with none, for good."""
    odd_seconds: float = 0.0

    def _elapsed(self, now: float) -> float:
        if self.started is None:
            return 0.0
        end = now if self.frozen is None else min(now, self.frozen)
        if self.stops_at is not None:
            end = min(end, self.stop_time())
        return max(0.0, end - self.started)

    def duration(self) -> float:
        return self.size / self.rate

    def stop_time(self) -> float:
        """When the percentage is reached at which it stops."""
        return (self.started or 0.0) + self.duration() * (self.stops_at or 0) / 100

    def percent(self, now: float) -> int:
        return self.disk_percent(self.size, now)

    def disk_percent(self, size: int, now: float) -> int:
        """Disks move side by side, so a small one is done before its image."""
        if self.started is None:
            return 0
        # The tiny addition keeps 60% from showing as 59% after a binary rounding.
        return min(100, int(self._elapsed(now) * self.rate * 100 / size + 1e-6))

    def remaining(self, size: int, now: float) -> int:
        return round(max(0.0, size / self.rate - self._elapsed(now)))


@dataclass
class Share:
    """One account's access to an image; kept after its end because reads may lag."""

    account_id: str
    granted: float
    revoked: float | None = None
    was_there: bool = False
    """From the start, so that reads know of it."""

    def shows(self, now: float, lag: float) -> bool:
        return (self.was_there or self.granted + lag <= now) and (self.revoked is None or now < self.revoked + lag)


@dataclass
class ImageDisk:
    """One disk of an image; an empty data disk has no snapshot."""

    device: str
    kind: str
    size: int
    snapshot_id: str = ""
    bucket: str = ""
    """Of an imported one: where it came from, and its format there."""
    object_name: str = ""
    format: str = ""


@dataclass(eq=False)
class Image(Late):
    """An image of any owner."""

    image_id: str
    account_id: str
    region: str
    name: str
    status: str = "Available"
    alias: str = "self"
    """self for every account's own; system for the provider's."""
    description: str = ""
    family: str = ""
    version: str = ""
    architecture: str = "x86_64"
    platform: str = "Others Linux"
    os_name: str = "Others Linux 64 bit"
    os_type: str = "linux"
    boot_mode: str = "UEFI-Preferred"
    license_type: str = "Auto"
    format: str = ""
    """`VHD` for an image that CopyImage does not take."""
    cloudinit: bool = True
    login_as_non_root: bool = False
    created: float = 0.0
    available_at: float | None = None
    imported_at: float | None = None
    is_copied: bool = False
    is_public: bool = False
    launch_permission: str = ""
    disks: list[ImageDisk] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    features: dict[str, str] = field(default_factory=lambda: dict(FEATURES))
    secure_boot: str = "unsupported"
    resource_group_id: str = ""
    organisation: list[str] = field(default_factory=list)
    """Accounts, folders or directories that another service shares it with."""
    shares: list[Share] = field(default_factory=list)
    work: Work | None = None
    detection: list[dict[str, str]] | None = None
    """What its check finds; None if it is not checked."""
    deleting: bool = False

    def accounts(self) -> list[str]:
        """Accounts that have access as of this moment."""
        return [share.account_id for share in self.shares if share.revoked is None]

    def shown_shares(self, now: float, lag: float) -> list[Share]:
        """The share list as reads see it, oldest first, each account once."""
        shown: dict[str, Share] = {}
        for share in self.shares:
            if share.shows(now, lag):
                shown.setdefault(share.account_id, share)
        return list(shown.values())

    def grant(self, account_id: str, now: float, was_there: bool = False) -> None:
        if account_id not in self.accounts():
            self.shares.append(Share(account_id, now, was_there=was_there))

    def revoke(self, account_id: str, now: float) -> None:
        for share in self.shares:
            if share.account_id == account_id and share.revoked is None:
                share.revoked = now

    @property
    def copying(self) -> bool:
        return self.is_copied and self.status in UNFINISHED

    @property
    def size(self) -> int:
        return next((disk.size for disk in self.disks if disk.kind == "system"), 0)

    def percent(self, now: float) -> int:
        if self.work is None and self.status != "CreateFailed":
            return 100
        return self.work.percent(now) if self.work else 0
