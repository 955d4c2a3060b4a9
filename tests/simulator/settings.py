# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches: what nobody outside the provider knows is decided here, by name.

Each default is the stricter reading, so that a client which works here also works if the kinder reading is true; where
it is not, its text says "Kinder by default", or "Neither is stricter", and why. Quotas and rates are here as
well, because they differ from account to account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from .state.images import FEATURES
from .values import FLAG, NAME, REGION, TEXT, Kind, check, list_of, number, one_of, optional, table_of, whole


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
    detection_seconds: float = 5.0
    """Not known: how long the check of a new image takes after the image is Available."""
    detection_items: list[dict[str, str]] = field(default_factory=lambda: [{"Name": "Nvme", "Value": "Supported"}])
    """What the check of a new image finds: Name and Value, and RiskLevel and RiskCode for what is at risk."""
    copy_finish_seconds: float = 0.0
    """Not known: how long a copy shows 100% and is still Creating. Kinder by default: no source tells of such a
    time."""
    copy_slot_limit: int = 5
    """Copies of one account that run at once in one region; the rest wait."""
    copy_slots: str = _one_of("both", "destination", "source")
    """Not known: which region the limit counts in. "both": a copy needs a slot in either role."""
    copy_conflict: str = _one_of("source_and_destination", "source", "none")
    """Not known: when a second copy of one image is refused. Same source and destination, or any of that source. Kinder
    by default: the provider's console starts copies of one image to several regions at once, and the budgets of the
    benchmarks are stated for this reading; under "source" copies of an image go one after the other."""
    copy_conflict_code: str = _one_of(
        "OperationDenied.ImageCopyConflict", "OperationDenied.ImageCopying", "InvalidOperation.Conflict"
    )
    """Not known: which of the listed codes says so. Neither is stricter: a client has to know them all."""
    copy_conflict_before_name: bool = False
    """Not known: whether a blind repeat meets the conflict or the name already taken first. Neither is stricter: both
    refuse it."""
    copy_size_limit_gib: int = 2048
    """Not known: the largest image CopyImage takes (SizeExceed.Image), all disks together."""
    copy_key_without_encryption_code: str = _one_of(
        "InvalidParameter.EncryptedIllegal", "InvalidEncrypted.NotMatchKmsKeyId"
    )
    """Not known: which of the listed codes answers a KMSKeyId without Encrypted=true. Neither is stricter: both refuse
    it."""
    copy_encrypted_omitted: str = _one_of("false", "source")
    """Not known: what an omitted Encrypted means. "source": as the source image."""
    copy_destination_omitted: str = _one_of("refused", "same")
    """Not known: what an omitted DestinationRegionId means. "same": the source's region."""
    copy_tags_from_source: bool = False
    """Not known: whether the source's tags come along where the source is the caller's own. Neither is stricter:
    without them a client has to give all tags itself, with them a copy has tags that nobody gave and may have too
    many."""
    copy_tags_visible: str = _one_of("at_once", "when_available")
    """Not known: whether a copy shows its tags while Waiting or Creating. Kinder by default: markers in the copy
    call itself are how clients find a running copy again."""
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

    metadata_tokens: str = _one_of("required", "optional")
    """Per instance: whether the metadata service asks for a token first (its hardened mode)."""

    token_seconds: float | None = None
    """Not known: how long a ClientToken is remembered. null: for ever. Kinder by default: no source gives a number, and
    one that is made up would decide how late a client may ask again."""
    token_mismatch_code: str = _one_of("IdempotentParameterMismatch", "InvalidIdempotenceParameter.Mismatch")
    """Not known: which code answers a ClientToken that was used with other parameters, where an action lists none of
    its own. Neither is stricter: both refuse it."""
    token_of_gone: str = _one_of("remembered", "anew")
    """Not known: what a repeat with the same ClientToken answers when the image or snapshot it made is gone.
    "remembered": the same as before, the id of something that is not there; "anew": it is made once more."""
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
    share_present: str = _one_of("accepted", "refused")
    """Not known: the answer to adding an account that is on the list already. "refused": InvalidAccount.NotFound, as
    for removing one that is not. Kinder by default: no page has a code for it, and a refusal here would be invented."""
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
    """Not known: whether DescribeSnapshots without Encrypted hides encrypted ones (the page says: default false).
    Kinder by default: the page's word taken literally would hide snapshots from every client that does not know of
    it."""
    usable_seconds: float = 0.0
    """Not known: how long after Available an image becomes Usable. Kinder by default: there is a time, but nobody has
    measured it, and the times in the benchmarks are stated without it."""
    family_newest: str = _one_of("created", "available")
    """Not known: which date makes an image the newest of its family. Neither is stricter: only the order differs."""
    image_read_lag: float = 0.0
    """Not known: seconds until reads show a new image. Kinder by default: there is a delay, but nobody has measured it;
    a fault of kind stale shows single reads the past."""
    share_read_lag: float = 0.0
    """Not known: seconds until reads show a changed share list. Kinder by default: as image_read_lag."""

    usage_counts_recipients: bool = True
    """Not known: whether other accounts' instances count for Usage and keep an image from being deleted."""

    instance_seconds: float = 1.0
    """How long an instance takes to start or stop."""
    instance_while_snapshots: str = _one_of("refused", "allowed")
    """Not known: whether an instance can be stopped and started while snapshots of its disks are made. The page on
    snapshots says not to."""
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
    """Not known: entries on a page of ListTagResources. Neither is stricter: whoever follows NextToken sees them
    all."""

    journal_limit: int = 100_000
    """Calls that the journal keeps, about a KiB each; the oldest beyond are dropped, and the state says how many."""

    def change(self, values: Mapping[str, Any]) -> None:
        """Set switches by name; all are checked before any is set."""
        known = {spec.name: spec for spec in fields(self)}
        checked = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown setting {name!r}")
            check(f"setting {name!r}", value, _kind_of(known[name]))
            whole_is_meant = isinstance(known[name].default, int)
            checked[name] = float(value) if isinstance(value, int) and not whole_is_meant else value
        for name, value in checked.items():
            setattr(self, name, value)


_RATE = number(0.000_001)
_REGIONS = list_of(REGION)
_FINDING = table_of(one_of("Name", "Value", "RiskLevel", "RiskCode"), TEXT)
# Those of which the type of the default does not say enough; no other number is below zero.
_KINDS = {
    "copy_gib_per_second": _RATE,
    "copy_gib_per_second_by_region": table_of(REGION, _RATE),
    "create_gib_per_second": _RATE,
    "copy_refused_regions": _REGIONS,
    "copy_noncompliant_destinations": _REGIONS,
    "dry_run_ignored_regions": _REGIONS,
    "community_regions": _REGIONS,
    "detection_items": list_of(_FINDING),
    "features_lost_on_copy": list_of(one_of(*FEATURES)),
    "sensitive_words": list_of(NAME),
    "session_seconds": optional(number()),
    "token_seconds": optional(number()),
    "tag_page_size": whole(1),
}
_BY_TYPE = {bool: FLAG, int: whole(), float: number()}


def _kind_of(spec: Field[Any]) -> Kind:
    if "choices" in spec.metadata:
        return one_of(*spec.metadata["choices"])
    return _KINDS.get(spec.name) or _BY_TYPE[type(spec.default)]
