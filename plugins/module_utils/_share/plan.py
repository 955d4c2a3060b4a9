# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which accounts to add to and remove from a share list, and in which calls. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, DEPRECATED, is_own
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._base.validation import SHARE_BATCH
from ansible_collections.imageops.alicloud.plugins.module_utils._task import identity

Batch = tuple[list[str], list[str]]  # accounts to add, accounts to remove


@dataclasses.dataclass(frozen=True)
class SharePlan:
    """The change of one image's share list. All lists are sorted."""

    before: list[str]
    add: list[str]
    remove: list[str]

    @property
    def after(self) -> list[str]:
        """The accounts that have the image when the change is made."""
        return sorted({*self.before, *self.add} - {*self.remove})

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)


def plan(
    current: t.Collection[str],
    accounts: t.Collection[str],
    *,
    state: str,
    purge: bool = False,
    denied: t.Collection[str] = (),
) -> SharePlan:
    """
    :param accounts: ``present``: who should have the image; ``absent``: who should not
    :param purge: take everybody else off the list
    :param denied: who must never have it, whatever the other lists say
    """
    have, named, never = set(current), set(accounts), set(denied)
    if state == "absent":
        return SharePlan(sorted(have), [], sorted(have & (named | never)))
    wanted = named - never
    remove = have - wanted if purge else have & never
    return SharePlan(sorted(have), sorted(wanted - have), sorted(remove))


def batches(change: SharePlan, limit: int) -> list[Batch]:
    """The calls for a change: up to 10 accounts each way, adds and removes together.

    Removes go first where adding before removing would pass the limit.
    """
    adds, removes = _cut(change.add), _cut(change.remove)
    if len(change.before) + len(change.add) > limit:
        return [([], batch) for batch in removes] + [(batch, []) for batch in adds]
    count = max(len(adds), len(removes))
    pad: list[list[str]] = [[]] * count
    return list(zip((adds + pad)[:count], (removes + pad)[:count], strict=True))


def _cut(accounts: list[str]) -> list[list[str]]:
    return [accounts[start : start + SHARE_BATCH] for start in range(0, len(accounts), SHARE_BATCH)]


def halves(batch: Batch) -> list[Batch]:
    """Cut a refused call in two. A call for one account can't be cut: then the list is empty."""
    accounts = [("add", account) for account in batch[0]] + [("remove", account) for account in batch[1]]
    if len(accounts) < 2:
        return []
    middle = len(accounts) // 2
    return [
        ([name for kind, name in half if kind == "add"], [name for kind, name in half if kind == "remove"])
        for half in (accounts[:middle], accounts[middle:])
    ]


def copy_refusal(source: Image | None, image: Image, snapshots: t.Sequence[Snapshot] | None) -> Refused | None:
    """Why a finished image can't be the copy that its markers say it is, or None. Whoever may tag can forge them.

    :param source: None if it is gone: then there is less to compare
    :param snapshots: those behind an image that no copy has made
    """
    differing = identity.differences(source, image, snapshots)
    if source and source["encrypted"] and image["encrypted"] is False:
        differing.append("plain, though its source is encrypted")
    return identity.not_this_copy(image["region"], image, differing) if differing else None


def image_refusal(image: Image | None, region: str, image_id: str, publish: bool = False) -> Refused | None:
    """Why accounts can't be added to this image, or None. Known before the first write.

    :param publish: it is to become a community image too
    """
    where = f"image {image_id} in {region}"
    if image is None:
        return Refused(
            "InvalidImageId.NotFound",
            f"{where} is not visible to these credentials",
            "Check the id, the region and the account, and that ecs:DescribeImages is granted.",
        )
    if not is_own(image):
        return Refused(
            "NotOwn",
            f"{where} belongs to account {image['owner_id']} and can't be shared on",
            "Share a copy of your own.",
        )
    return _refusal_of_status(image, where) or _refusal_of_encryption(image, where, publish)


def _refusal_of_status(image: Image, where: str) -> Refused | None:
    if image["status"] == DEPRECATED:
        return Refused(
            "Deprecated",
            f"{where} is Deprecated and can't be shared",
            "Make it Available again, or share its successor.",
        )
    if image["status"] != AVAILABLE:
        return Refused("NotAvailable", f"{where} is {image['status']}", "Share it when it is Available.")
    return None


def _refusal_of_encryption(image: Image, where: str, publish: bool) -> Refused | None:
    if not image["encrypted"]:
        return None
    if publish:
        return _publishing_refusal(f"{where} is")
    if len(image["snapshot_ids"]) > 1:
        return _data_disks_refusal(f"{where} is encrypted and has", len(image["snapshot_ids"]))
    return None


def planned_refusal(label: str, image: t.Mapping[str, t.Any], publish: bool = False) -> Refused | None:
    """Why an image that is only planned could not be shared, or None."""
    if not image.get("encrypted"):
        return None
    if publish:
        return _publishing_refusal(f"image {label} would be")
    if (image.get("disk_count") or 0) > 1:
        return _data_disks_refusal(f"image {label} would be encrypted and have", image["disk_count"])
    # A copy without a key of its own would get the service key. An image of an instance says nothing of keys.
    if "kms_key_id" in image and not image["kms_key_id"]:
        return Refused(
            "ServiceKey",
            f"image {label} would be encrypted with the service key, and such images can't be shared",
            "Give its copy a kms_key_id.",
        )
    return None


def _data_disks_refusal(what: str, count: int) -> Refused:
    return Refused(
        "EncryptedDataDisks",
        f"{what} {count} disks: such images can't be shared",
        "Share an image without data disks.",
    )


def _publishing_refusal(what: str) -> Refused:
    return Refused(
        "EncryptedCommunityImage",
        f"{what} encrypted: such images can't be made public",
        "Publish a plain image, or share this one with accounts.",
    )
