# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches: what nobody outside the provider knows is decided here, by name.

Each default is the stricter reading, so that a client which works here also works if the kinder reading is true.
Quotas and rates are here as well, because they differ from account to account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


def _one_of(default: str, *others: str) -> Any:
    # pylint: disable-next=invalid-field-call  # it is used in the dataclass below, through this function
    return field(default=default, metadata={"choices": (default, *others)})


@dataclass
class Settings:
    """One attribute a switch; the text below an attribute says what it decides."""

    copy_gib_per_second: float = 5.0
    """Speed at which every disk of a copy moves (a 20 GiB disk: 4 s); disks of one image move side by side."""
    copy_gib_per_second_by_region: dict[str, float] = field(default_factory=dict)
    """Other speeds by destination region."""
    create_gib_per_second: float = 5.0
    """The same for CreateImage and CreateSnapshot."""
    copy_finish_seconds: float = 0.0
    """How long a copy shows 100% and is still Creating."""
    copy_slot_limit: int = 5
    """Copies of one account that run at once in one region; the rest wait."""
    copy_slots: str = _one_of("both", "destination", "source")
    """Not known: which region the limit counts in. "both": a copy needs a slot in either role."""
    copy_conflict: str = _one_of("source_and_destination", "source", "none")
    """Not known: when a second copy of one image is refused. Same source and destination, or any of that source."""
    copy_conflict_code: str = _one_of(
        "OperationDenied.ImageCopyConflict", "OperationDenied.ImageCopying", "InvalidOperation.Conflict"
    )
    """Not known: which of the listed codes says so."""
    copy_conflict_before_name: bool = False
    """Not known: whether a blind repeat meets the conflict or the name already taken first."""
    copy_size_limit_gib: int = 2048
    """Not known: the largest image CopyImage takes (SizeExceed.Image), all disks together."""
    copy_key_without_encryption_code: str = _one_of(
        "InvalidParameter.EncryptedIllegal", "InvalidEncrypted.NotMatchKmsKeyId"
    )
    """Not known: which of the listed codes answers a KMSKeyId without Encrypted=true."""
    copy_encrypted_omitted: str = _one_of("false", "source")
    """Not known: what an omitted Encrypted means. "source": as the source image."""
    copy_destination_omitted: str = _one_of("refused", "same")
    """Not known: what an omitted DestinationRegionId means. "same": the source's region."""
    copy_tags_from_source: bool = False
    """Not known: whether the source's tags come along."""
    copy_tags_visible: str = _one_of("at_once", "when_available")
    """Not known: whether a copy shows its tags while Waiting or Creating. The kinder reading by default: markers in
    the copy call itself are how clients find a running copy again."""
    copy_tags_after_failure: str = _one_of("lost", "kept")
    """Not known: whether a CreateFailed copy still has its tags."""
    copy_snapshot_links: bool = False
    """Not known: whether a copy's snapshots carry SourceSnapshotId and SourceRegionId."""
    copy_failed_record: str = _one_of("kept", "removed")
    """Not known: whether a failed copy stays as CreateFailed, holding name and quota."""
    copy_cancelled_snapshots: str = _one_of("left", "removed")
    """Not known: what becomes of the snapshots of a cancelled or failed copy. "left": they stay, as failed."""
    features_lost_on_copy: list[str] = field(default_factory=lambda: ["NvmeSupport"])
    """Features that a copy no longer has."""
    copy_refused_regions: list[str] = field(default_factory=list)
    """Regions that answer RegionNotSupportCopy, as source or destination."""
    copy_noncompliant_destinations: list[str] = field(default_factory=list)
    """Destinations that answer OperationDenied.NonCompliantDestinationRegion."""
    snapshot_copy_disk_id: str = _one_of("empty", "kept")
    """Not known: whether the copy of a snapshot shows the disk of its source."""
    cancel_seconds: float = 1.0
    """Not known: how long a cancelled copy is still shown, in the state it had."""
    cancel_repeated: str = _one_of("refused", "accepted")
    """Not known: the answer to a second cancel while the first is being worked on."""

    rights_describe: str = _one_of("empty", "refused")
    """Sources differ: what DescribeImages, -Instances, -InstanceStatus, -Disks and -Snapshots answer to a RAM user or
    role without the right. "empty": a list without the account's objects, as the pages say; "refused": 403."""
    session_seconds: float | None = None
    """Lifetime of keys from AssumeRole, whatever was asked for; null: as asked. Short ones make clients renew."""

    token_seconds: float | None = None
    """Not known: how long a ClientToken is remembered. null: for ever."""
    dry_run_checks: str = _one_of("documented", "full")
    """Not known: what a dry run checks. "documented": key, rights, required parameters; "full": everything."""
    dry_run_undocumented: str = _one_of("ignored", "honoured")
    """Not known: whether DryRun works where it has no text (CreateImage, DeleteImage, ...). "ignored": it writes!"""
    dry_run_ignored_regions: list[str] = field(default_factory=list)
    """Regions that ignore DryRun altogether."""
    region_from_host: bool = False
    """Whether a required RegionId may be left out where the host name says the region."""

    share_unfinished: str = _one_of("refused", "allowed")
    """Not known: whether an image can be shared before it is Available."""
    share_on_error: str = _one_of("partial", "atomic")
    """Not known: whether the accounts before a bad one in the list are shared all the same."""
    share_quota_order: str = _one_of("adds_first", "net")
    """Not known: whether the removals of the same call make room."""
    unshare_absent: str = _one_of("refused", "ignored")
    """Not known: the answer to removing an account that is not on the list."""
    is_public_with_accounts: str = _one_of("refused", "true_refused")
    """Not known: whether only IsPublic=true clashes with accounts in one call, or IsPublic=false as well."""
    unpublish_regular: str = _one_of("refused", "ignored")
    """Sources differ: IsPublic=false on an image that is not public."""
    sensitive_words: list[str] = field(default_factory=list)
    """Words in a name or description for which an image is not published."""
    community_regions: list[str] = field(default_factory=lambda: ["us-east-1", "us-west-1"])
    """Regions with community images."""

    delete_seconds: float = 1.0
    """Not known: how long a deleted image is still shown."""
    delete_unknown_image: str = _one_of("refused", "ignored")
    """Sources differ: DeleteImage on an unknown id."""
    delete_unknown_snapshot: str = _one_of("refused", "ignored")
    """Sources differ: DeleteSnapshot on an unknown id."""
    delete_source_while_copying: str = _one_of("refused", "allowed")
    """Sources differ: deleting the source of a running copy."""
    modify_empty_value: str = _one_of("refused", "kept", "cleared")
    """Not known: what an empty name or description in ModifyImageAttribute does (a name is never cleared)."""
    image_name_match: str = _one_of("fuzzy", "exact")
    """Not known: "fuzzy" finds every name that contains the text, with * as a wildcard."""
    snapshots_encrypted_omitted: str = _one_of("all", "plain")
    """Not known: whether DescribeSnapshots without Encrypted hides encrypted ones (the page says: default false)."""
    usable_seconds: float = 0.0
    """Not known: how long after Available an image becomes Usable."""
    image_read_lag: float = 0.0
    """Seconds until reads show a new image."""
    share_read_lag: float = 0.0
    """Seconds until reads show a changed share list."""

    usage_counts_recipients: bool = True
    """Not known: whether other accounts' instances count for Usage and keep an image from being deleted."""

    instance_seconds: float = 1.0
    """How long an instance takes to start or stop."""
    image_quota: int = 100
    """Own custom images per region, unfinished and failed ones too."""
    snapshot_quota: int = 10000
    """Snapshots per account and region."""
    snapshots_per_disk: int = 256
    """Manual snapshots per disk."""
    share_quota: int = 50
    """Accounts per image."""
    shared_images_quota: int = 1000
    """Shared images per account and region."""
    images_per_family: int = 1000
    """Images in one family."""
    families_per_region: int = 1000
    """Families per account and region."""
    tag_page_size: int = 50
    """Not known: entries on a page of ListTagResources."""

    def change(self, values: Mapping[str, Any]) -> None:
        """Set switches by name; all are checked before any is set."""
        known = {spec.name: spec for spec in fields(self)}
        checked = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown setting {name!r}")
            checked[name] = self._checked(name, value, known[name].metadata.get("choices"))
        for name, value in checked.items():
            setattr(self, name, value)

    def _checked(self, name: str, value: Any, choices: tuple[str, ...] | None) -> Any:
        if choices is not None:
            if value not in choices:
                raise ValueError(f"setting {name!r} is one of {', '.join(choices)}")
            return value
        if name in ("token_seconds", "session_seconds"):
            return None if value is None else float(value)
        kind = type(getattr(self, name))
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"setting {name!r} takes a value of type {kind.__name__}")
        return value
