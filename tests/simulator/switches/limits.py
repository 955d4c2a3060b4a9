# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speeds, quotas and what differs from account to account: no assumptions, so that nothing has to be told."""

# A table is read by its rows, and its defaults are made by functions.
# ruff: noqa: RUF009

from __future__ import annotations

from dataclasses import dataclass

from ..values import NAME, REGION, TEXT, list_of, number, one_of, optional, table_of
from .switch import choice, count, flag, seconds, setting

_RATE = number(0.000_001)
_REGIONS = list_of(REGION)
_FINDING = table_of(one_of("Name", "Value", "RiskLevel", "RiskCode"), TEXT)


# fmt: off
@dataclass
class Limits:
    """Speeds, quotas, places."""

    copy_gib_per_second: float = setting(
        5.0,
        _RATE,
        "Speed at which every disk of a copy moves (a 20 GiB disk: 4 s); disks of one image move side by side.",
    )
    copy_gib_per_second_by_region: dict[str, float] = setting(
        {}, table_of(REGION, _RATE), "Other speeds by destination region."
    )
    create_gib_per_second: float = setting(5.0, _RATE, "The same for CreateImage and CreateSnapshot.")
    detection_items: list[dict[str, str]] = setting(
        [{"Name": "Nvme", "Value": "Supported"}],
        list_of(_FINDING),
        "What the check of a new image finds: Name and Value, and RiskLevel and RiskCode for what is at risk.",
    )
    copy_slot_limit: int = count(5, "Copies of one account that run at once in one region; the rest wait.")
    copy_refused_regions: list[str] = setting(
        [], _REGIONS, "Regions that answer RegionNotSupportCopy, as source or destination."
    )
    copy_noncompliant_destinations: list[str] = setting(
        [], _REGIONS, "Destinations that answer OperationDenied.NonCompliantDestinationRegion."
    )
    session_seconds: float | None = setting(
        None,
        optional(number()),
        "Lifetime of keys from AssumeRole, whatever was asked for; null: as asked. Short ones make clients renew.",
    )
    metadata_tokens: str = choice(
        "required",
        "optional",
        text="Per instance: whether the metadata service asks for a token first (its hardened mode).",
    )
    dry_run_ignored_regions: list[str] = setting([], _REGIONS, "Regions that ignore DryRun altogether.")
    region_from_host: bool = flag(
        False, "Whether a required RegionId may be left out where the host name says the region."
    )
    sensitive_words: list[str] = setting(
        [], list_of(NAME), "Words in a name or description for which an image is not published."
    )
    community_regions: list[str] = setting(["us-east-1", "us-west-1"], _REGIONS, "Regions with community images.")
    instance_seconds: float = seconds(1.0, "How long an instance takes to start or stop.")
    image_quota: int = count(100, "Own custom images per region, unfinished and failed ones too.")
    snapshot_quota: int = count(10000, "Snapshots per account and region.")
    snapshots_per_disk: int = count(256, "Manual snapshots per disk.")
    share_quota: int = count(50, "Accounts per image.")
    shared_images_quota: int = count(1000, "Shared images per account and region.")
    images_per_family: int = count(1000, "Images in one family.")
    families_per_region: int = count(1000, "Families per account and region.")
    journal_limit: int = count(
        100_000,
        "Calls that the journal keeps, about a KiB each; the oldest beyond are dropped, and the state says how many.",
    )
