# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole share task: which images, one job each, every account with its own outcome."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import timestamp
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    Refused,
    failure_of,
    with_hint,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._share import plan as share_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._share import targets
from ansible_collections.imageops.alicloud.plugins.module_utils._share.plan import SharePlan
from ansible_collections.imageops.alicloud.plugins.module_utils._share.share_list import LAG, ShareList
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run


def validate(params: dict[str, t.Any]) -> list[str]:
    """What is wrong with a share task's options."""
    accounts, denied = params["accounts"], params["denied_accounts"]
    faults = validation.account_faults([*accounts, *denied])
    entries = params["images"] or []
    for entry in entries:
        faults += validation.account_faults(targets.accounts_of(entry))
    faults += targets.target_faults(params) + _faults_of_emptiness(params)
    if params["purge_accounts"] and params["state"] == "absent":
        faults.append("purge_accounts goes with state=present only")
    if params["all_own"] and params["state"] != "absent":
        faults.append("all_own goes with state=absent only")
    limit = params["max_accounts"]
    for wanted in _wanted_lists(params):
        if params["state"] == "present" and len(wanted) > limit:
            faults.append(f"{len(wanted)} accounts are more than max_accounts={limit}")
    return faults


def _wanted_lists(params: dict[str, t.Any]) -> list[set[str]]:
    """The accounts that each image should have, or lose."""
    named, denied = set(params["accounts"]), set(params["denied_accounts"])
    entries = targets.entries_of(params) or [{}]
    return [{*named, *targets.accounts_of(entry)} - denied for entry in entries]


def _faults_of_emptiness(params: dict[str, t.Any]) -> list[str]:
    """An empty list means everybody only where that was said, and never because something else was asked for."""
    if params["allow_empty"] and (params["purge_accounts"] or params["all_own"]):
        return []
    nothing_asked = not (params["denied_accounts"] or _all_accounts(params)) and params["public"] is None
    if not nothing_asked and not (params["purge_accounts"] and not all(_wanted_lists(params))):
        return []
    return [
        "accounts is empty, which would mean everybody: it is only taken with allow_empty=true, "
        "and purge_accounts=true or all_own=true"
    ]


def means_everybody(params: dict[str, t.Any]) -> bool:
    """Whether to take all own images from everybody: that was said, and nothing narrower beside it."""
    narrower = _all_accounts(params) or params["denied_accounts"] or params["public"] is not None
    return bool(params["all_own"] and params["allow_empty"] and not narrower)


def share_images(run: Run) -> Data:
    """The flow of ecs_image_share."""
    own = [f"account {run.account_id} is the image's own account: it can't be shared to"]
    if run.params["state"] == "present" and run.account_id in _all_accounts(run.params):
        run.faults += own
    shares = [Share(run, target) for target in targets.targets_of(run)]
    run.jobs.run(Share.work, shares)
    return _result(run, shares)


def _all_accounts(params: dict[str, t.Any]) -> set[str]:
    return {*params["accounts"]}.union(*(targets.accounts_of(entry) for entry in params["images"] or []))


def _result(run: Run, shares: t.Sequence[Share]) -> Data:
    failed = [share for share in shares if share.entry["error"] or share.entry["failed"]]
    result: Data = {
        "changed": any(share.changed for share in shares),
        "shares": [share.entry for share in shares],
        "diff": {
            "before": {share.label: share.state(share.entry["before"], share.was_public) for share in shares},
            "after": {share.label: share.state(share.entry["after"], share.entry["public"]) for share in shares},
        },
    }
    if failed:
        result.update(
            failed=True,
            msg=f"{len(failed)} of {len(shares)} images are not shared as asked: "
            + "; ".join(share.sentence() for share in failed),
        )
    return result


class Share:
    """Brings one image's share list to what is asked."""

    def __init__(self, run: Run, target: Data) -> None:
        self.run = run
        self.target = target
        self.region: str = target["region"]
        self.image_id: str | None = target.get("image_id")
        self.accounts = [*run.params["accounts"], *targets.accounts_of(target)]
        self._list = ShareList(run, self.region, str(self.image_id), self._take, self._refused)
        self.changed = False
        self.was_public: bool | None = None
        self.entry: Data = {
            "region": self.region,
            "image_id": self.image_id,
            "name": target.get("name"),
            "before": [],
            "after": [],
            "added": [],
            "removed": [],
            "failed": [],
            "public": None,
            "changed_at": None,
            "request_ids": [],
            "error": None,
            "planned": run.check,
        }

    @property
    def label(self) -> str:
        """The image in a diff and in messages."""
        return f"{self.region}/{self.image_id or self.target.get('name') or 'planned'}"

    @staticmethod
    def state(accounts: list[str], public: bool | None) -> Data:
        """What a diff shows of a share list."""
        return {"accounts": accounts} if public is None else {"accounts": accounts, "public": public}

    def sentence(self) -> str:
        """What went wrong with this image, as a sentence."""
        error = self.entry["error"]
        parts = [f"{error['code']}: " + with_hint(error["message"], error["hint"])] if error else []
        parts += [
            f"account {one['account_id']}: {one['error']['code']}: {one['error']['message']}"
            for one in self.entry["failed"]
        ]
        return f"{self.label}: " + ", ".join(parts)

    def work(self) -> None:
        """The job. It keeps its own failures."""
        try:
            self._work()
        except Exception as error:
            self.entry["error"] = failure_of(error).as_dict()

    def _work(self) -> None:
        if self.target.get("refusal"):
            raise self.target["refusal"]
        change = self._plan(self._current())
        self.entry["before"] = self.entry["after"] = change.before
        publish = self.run.params["public"]
        image = self._image() if (change.add or publish is not None) and self.image_id else None
        self._refuse(change, image, bool(publish))
        if publish is not None:
            self._publish(image, publish)
        if self.run.check:
            self._take(change.add, change.remove, None)
        else:
            self._list.apply(change, self.run.params["max_accounts"])

    def _refuse(self, change: SharePlan, image: Image | None, publish: bool) -> None:
        """:raises Refused: for what can be known to fail, before the first write"""
        limit = self.run.params["max_accounts"]
        if change.add and len(change.after) > limit:
            raise Refused(
                "TooManyAccounts",
                f"{self.label} would be shared with {len(change.after)} accounts, more than max_accounts={limit}",
                "Remove accounts, purge_accounts=true, or raise max_accounts if the account's quota is higher.",
            )
        if not (change.add or publish):
            return
        if self.image_id:
            refusal = share_plan.image_refusal(image, self.region, self.image_id, publish)
        else:
            refusal = share_plan.planned_refusal(self.label, self.target, publish)
        if refusal:
            raise refusal

    def _current(self) -> list[str]:
        if self.image_id is None:
            return []  # check mode: an image that is only planned is shared with nobody

        def look(error: ApiError) -> list[str] | None:
            if self.run.params["state"] == "absent":
                return []
            # An image that was just made is seen by some calls sooner than by others.
            if self._image() is None:
                raise error
            return None

        return attempt(
            self.run,
            self._list.read,
            look,
            early=lambda error: error.code == "InvalidImageId.NotFound",
            early_for=LAG,
        )

    def _plan(self, current: list[str]) -> SharePlan:
        params = self.run.params
        return share_plan.plan(
            current,
            current if means_everybody(params) else self.accounts,
            state=params["state"],
            purge=params["purge_accounts"],
            denied=params["denied_accounts"],
        )

    def _image(self) -> Image | None:
        return self.run.api.images.get(self.region, str(self.image_id))

    def _publish(self, image: Image | None, public: bool) -> None:
        """
        :param image: None if check mode only plans it, and if it is not there to be made private
        """
        if self.image_id and not image:
            return
        self.was_public = bool(image and image["is_public"])
        self.entry["public"] = public
        if self.was_public == public:
            return
        if image and not self.run.check:
            self.run.api.images.publish(self.region, image["image_id"], public)
        self.changed = True

    def _refused(self, account: str, error: ApiError) -> None:
        self.entry["failed"].append({"account_id": account, "error": error.as_dict()})

    def _take(self, added: t.Sequence[str], removed: t.Sequence[str], request_id: str | None) -> None:
        if not (added or removed):
            return
        entry = self.entry
        if request_id:
            entry["request_ids"].append(request_id)
        entry["added"] = sorted({*entry["added"], *added})
        entry["removed"] = sorted({*entry["removed"], *removed})
        entry["after"] = sorted({*entry["before"], *entry["added"]} - {*entry["removed"]})
        entry["changed_at"] = timestamp(self.run.clock) if not self.run.check else None
        self.changed = True
