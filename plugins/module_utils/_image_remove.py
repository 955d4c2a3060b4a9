# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing an image: take it from whoever has it, delete it, wait until it is gone, then delete its snapshots."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils import (
    _markers,
    _plan_image,
    _plan_share,
    _watch,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import (
    ApiError,
    ImageOpsError,
    Refused,
    told,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._fanout import drive
from ansible_collections.imageops.alicloud.plugins.module_utils._module import Run
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._share_list import ShareList

# What a diff shows of an image.
DIFF_KEYS = (
    "image_id",
    "name",
    "description",
    "family",
    "status",
    "boot_mode",
    "resource_group_id",
    "tags",
    "features",
)


def diff(before: Data | None, after: Data | None) -> Data:
    return {
        side: {key: image.get(key) for key in DIFF_KEYS} if image else {}
        for side, image in (("before", before), ("after", after))
    }


def refuse_foreign(image: Data) -> None:
    """Refuse another account's image before anything of it is looked at that only its owner sees."""
    refusal = _plan_image.refusal_of_owner(image)
    if refusal:
        raise refusal


def withdraw(run: Run, image: Data, refusal_of: t.Callable[..., Refused | None]) -> list[str]:
    """Take an image from all who have it, after checking that nothing else will refuse.

    :returns: the accounts that it was, or would be, taken from
    """
    region, image_id = image["region"], image["image_id"]
    refuse_foreign(image)

    def refused(account: str, error: ApiError) -> None:
        raise error

    shares = ShareList(run, region, image_id, lambda added, removed, request_id: run.written(), refused)
    accounts = shares.read()
    refusal = refusal_of(image, accounts, run.params)
    if refusal:
        raise refusal
    if run.check:
        run.changed = run.changed or bool(accounts or image["is_public"])
        return accounts
    everybody = _plan_share.plan(accounts, accounts, state="absent")
    drive(shares.apply(everybody, len(accounts)), run.clock)
    if image["is_public"]:
        run.api.publish(region, image_id, False)
        run.written()
    return accounts


def remove(run: Run, image: Data | None) -> Data:
    """Bring an image to state absent. What is gone already is unchanged."""
    kept: list[Data] = []
    unshared: list[str] = []
    if image is None:
        deleted = _leftovers(run)
    else:
        refuse_foreign(image)
        snapshots = drive(_watch.snapshots_of(run, image), run.clock)
        deleted, kept = _plan_image.split_snapshots(image["image_id"], snapshots, run.params["delete_snapshots"])
        unshared = withdraw(run, image, _plan_image.refusal_to_remove)
        try:
            _delete(run, image)
        except ImageOpsError as error:
            error.extra["unshared"] = unshared  # who has lost it all the same
            raise
    deleted, stuck = _delete_snapshots(run, deleted)
    return {
        "changed": run.changed,
        "warnings": [
            *([] if image else run.blindness([run.params["region"]])),
            *(f"snapshot {one['snapshot_id']} could not be deleted: {one['reason']}" for one in stuck),
        ],
        "image": image,
        "snapshots": deleted,
        "snapshots_kept": kept + stuck,
        "unshared": unshared,
        "diff": diff(image, None),
    }


def _leftovers(run: Run) -> list[str]:
    """The snapshots that an interrupted removal left. They still say whose they were."""
    image_id = run.params["image_id"]
    if not image_id or run.params["delete_snapshots"] == "none":
        return []
    found = run.api.snapshots_tagged(run.params["region"], {_markers.SNAPSHOT_OF: image_id})
    return [one["snapshot_id"] for one in found if one["tags"].get(_markers.SNAPSHOT_OF) == image_id]


def _delete(run: Run, image: Data) -> None:
    if run.check:
        run.written()
        return
    run.api.delete_image(image["region"], image["image_id"], force=run.params["force"])
    run.written()
    drive(_watch.until_gone(run, image["region"], image["image_id"]), run.clock)


def _delete_snapshots(run: Run, wanted: list[str]) -> tuple[list[str], list[Data]]:
    """Delete what was chosen. One that can't be deleted is kept, with the reason."""
    if run.check:
        run.changed = run.changed or bool(wanted)
        return wanted, []
    deleted, stuck = [], []
    for snapshot_id in wanted:
        try:
            run.api.delete_snapshot(run.params["region"], snapshot_id, force=run.params["force_snapshots"])
            deleted.append(snapshot_id)
            run.written()
        except ApiError as error:
            stuck.append({"snapshot_id": snapshot_id, "reason": f"{error.code}: " + told(error.message, error.hint)})
    return deleted, stuck
