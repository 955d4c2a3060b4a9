# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which accounts to add to and remove from a share list, and in which calls. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._rules import SHARE_BATCH
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import AVAILABLE, DEPRECATED, Data

Batch = tuple[list[str], list[str]]  # accounts to add, accounts to remove

# Refusals that concern one account of a call and not the image: the call is worth cutting in two.
NOT_THERE = "InvalidAccount.NotFound"  # no such account, or none of that kind on the list that it is to leave
ACCOUNT_ERRORS = frozenset(
    {
        NOT_THERE,
        "InvalidAccount.Forbbiden",
        "InvalidImageId.BidMismatch",
        "QuotaExceed.ShareImageUser",
    }
)


@dataclasses.dataclass(frozen=True)
class SharePlan:
    """The change of one image's share list. All lists are sorted."""

    before: list[str]
    add: list[str]
    remove: list[str]

    @property
    def after(self) -> list[str]:
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


def image_refusal(image: Data | None, region: str, image_id: str) -> Refused | None:
    """Why accounts can't be added to this image, or None. Known before the first write."""
    where = f"image {image_id} in {region}"
    if image is None:
        return Refused(
            "InvalidImageId.NotFound",
            f"{where} is not visible to these credentials",
            "Check the id, the region and the account, and that ecs:DescribeImages is granted.",
        )
    if image["owner_alias"] not in ("self", ""):
        return Refused(
            "NotOwn",
            f"{where} belongs to account {image['owner_id']} and can't be shared on",
            "Share a copy of your own.",
        )
    if image["status"] == DEPRECATED:
        return Refused(
            "Deprecated",
            f"{where} is Deprecated and can't be shared",
            "Make it Available again, or share its successor.",
        )
    if image["status"] != AVAILABLE:
        return Refused("NotAvailable", f"{where} is {image['status']}", "Share it when it is Available.")
    if image["encrypted"] and len(image["snapshot_ids"]) > 1:
        return Refused(
            "EncryptedDataDisks",
            f"{where} is encrypted and has {len(image['snapshot_ids'])} disks: such images can't be shared",
            "Share an image without data disks.",
        )
    return None


def service_key_refusal(label: str) -> Refused:
    """For an image that is only planned: without a key of its own it would be encrypted with the service key."""
    return Refused(
        "ServiceKey",
        f"image {label} would be encrypted with the service key, and such images can't be shared",
        "Give its copy a kms_key_id.",
    )
