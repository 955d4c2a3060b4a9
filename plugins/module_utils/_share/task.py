# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole share task: which images, one job each, every account with its own outcome."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import timestamp
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    Refused,
    failing,
    failure_of,
    refuse,
    sentence_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, as_planned
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import Flow
from ansible_collections.imageops.alicloud.plugins.module_utils._base.texts import counted
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._share import plan as share_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._share import targets
from ansible_collections.imageops.alicloud.plugins.module_utils._share.plan import SharePlan
from ansible_collections.imageops.alicloud.plugins.module_utils._share.share_list import ShareList
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task

# The options of ecs_image_share as Ansible checks them.
ARGUMENTS: Data = {
    **targets.ARGUMENTS,
    "all_own": {"type": "bool", "default": False},
    "accounts": {"type": "list", "elements": "str", "default": []},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "purge_accounts": {"type": "bool", "default": False},
    "allow_empty": {"type": "bool", "default": False},
    "denied_accounts": {"type": "list", "elements": "str", "default": []},
    "max_accounts": {"type": "int", "default": 50},
    "consistency_wait": {"type": "float", "default": 60.0},
    "public": {"type": "bool"},
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options(targets.Options):
    """What a share task is told."""

    accounts: list[str] = dataclasses.field(default_factory=list)
    state: str = "present"
    purge_accounts: bool = False
    allow_empty: bool = False
    denied_accounts: list[str] = dataclasses.field(default_factory=list)
    max_accounts: int = validation.MOST_ACCOUNTS
    public: bool | None = None


def validate(options: Options) -> list[str]:
    """What is wrong with a share task's options."""
    accounts, denied = options.accounts, options.denied_accounts
    faults = validation.account_faults([*accounts, *denied])
    for entry in targets.entries_of(options):
        faults += validation.account_faults(targets.accounts_of(entry))
    faults += targets.target_faults(options) + _faults_of_emptiness(options)
    if options.purge_accounts and options.state == "absent":
        faults.append("purge_accounts goes with state=present only")
    if options.all_own and options.state != "absent":
        faults.append("all_own goes with state=absent only")
    limit = options.max_accounts
    for wanted in _wanted_lists(options):
        if options.state == "present" and len(wanted) > limit:
            faults.append(f"{len(wanted)} accounts are more than max_accounts={limit}")
    return faults


def _wanted_lists(options: Options) -> list[set[str]]:
    """The accounts that each image should have, or lose."""
    named, denied = set(options.accounts), set(options.denied_accounts)
    entries = targets.entries_of(options) or [{}]
    return [{*named, *targets.accounts_of(entry)} - denied for entry in entries]


def _faults_of_emptiness(options: Options) -> list[str]:
    """An empty list means everybody only where that was said, and never because something else was asked for."""
    if options.allow_empty and (options.purge_accounts or options.all_own):
        return []
    nothing_asked = not (options.denied_accounts or _all_accounts(options)) and options.public is None
    if not nothing_asked and not (options.purge_accounts and not all(_wanted_lists(options))):
        return []
    return [
        "accounts is missing: to remove all accounts, set allow_empty=true, and purge_accounts=true or all_own=true"
    ]


def means_everybody(options: Options) -> bool:
    """Whether to take all own images from everybody: that was said, and nothing narrower beside it."""
    narrower = _all_accounts(options) or options.denied_accounts or options.public is not None
    return bool(options.all_own and options.allow_empty and not narrower)


def share_images(run: Task[Options]) -> Data:
    """The flow of ecs_image_share."""
    if run.options.state == "present" and run.account_id in _all_accounts(run.options):
        run.faults.append(validation.owner_fault(run.account_id))
    found = targets.targets_of(run, patient=run.options.state == "present")
    shares = [Share(run, target) for target in found]
    warnings = targets.doubts(run, found)
    run.jobs.run(Share.work, shares)
    warnings += [warning for share in shares for warning in share.warnings]
    return {**_result(shares), "warnings": warnings}


def _all_accounts(options: Options) -> set[str]:
    return {*options.accounts}.union(*(targets.accounts_of(entry) for entry in targets.entries_of(options)))


def _result(shares: t.Sequence[Share]) -> Data:
    failed = [share.sentence() for share in shares if share.entry["error"] or share.entry["failed"]]
    result: Data = {
        "changed": any(share.changed for share in shares),
        "shares": [share.entry for share in shares],
        "diff": {
            "before": {share.label: share.state(share.entry["before"], share.was_public) for share in shares},
            "after": {share.label: share.state(share.entry["after"], share.entry["public"]) for share in shares},
        },
    }
    told = f"{len(failed)} of {counted(len(shares), 'image')} could not be shared as asked: "
    return failing(result, failed, told)


class Share:
    """Brings one image's share list to what is asked."""

    def __init__(self, run: Task[Options], target: Data) -> None:
        self.run = run
        self.target = target
        self.region: str = target["region"]
        self.image_id: str | None = target.get("image_id")
        self.accounts = [*run.options.accounts, *targets.accounts_of(target)]
        self._list = ShareList(run, self.region, str(self.image_id), self._take, self._refused, self._correct)
        self.changed = False
        self.warnings: list[str] = []
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
        parts = [sentence_of(error)] if error else []
        parts += [
            f"account {failure['account_id']}: {failure['error']['code']}: {failure['error']['message']}"
            for failure in self.entry["failed"]
        ]
        return f"{self.label}: " + ", ".join(parts)

    def work(self) -> None:
        """The job. It keeps its own failures."""
        try:
            self._work()
        except Exception as error:
            failure = failure_of(error)
            self.entry["error"] = failure.as_dict()
            self.changed = self.changed or failure.in_doubt

    def _work(self) -> None:
        if self.target.get("refusal"):
            raise self.target["refusal"]
        change = self._plan(self._current())
        self.entry["before"] = self.entry["after"] = change.before
        publish = self.run.options.public
        image = self._image(patient=change.add or publish) if change.add or publish is not None else None
        self._refuse(change, image, bool(publish))
        if publish is not None:
            self._publish(image, publish)
        if self.run.check:
            self._take(change.add, change.remove, None)
        else:
            self._list.apply(change, self.run.options.max_accounts)

    def _refuse(self, change: SharePlan, image: Image | None, publish: bool) -> None:
        """:raises Refused: for what can be known to fail, before the first write"""
        limit = self.run.options.max_accounts
        if change.add and len(change.after) > limit:
            raise Refused(
                "TooManyAccounts",
                f"{self.label} would be shared with {len(change.after)} accounts, more than max_accounts={limit}",
                "Remove accounts, purge_accounts=true, or raise max_accounts if the account's quota is higher.",
            )
        if not (change.add or publish):
            return
        if self.image_id:
            seen = as_planned(image, self.target, waits=True) if image and self.run.check else image
            refusal = share_plan.image_refusal(seen, self.region, self.image_id, publish)
        else:
            refusal = share_plan.planned_refusal(self.label, self.target, publish)
        refuse(refusal)

    def _current(self) -> list[str]:
        if self.image_id is None:
            return []  # check mode: an image that is only planned is shared with nobody

        def look(_error: ApiError) -> list[str] | None:
            if self.run.options.state == "present":
                return None  # it may be new: what was just made is seen by some calls sooner than by others
            self.warnings.append(f"{self.label} is not seen: nothing was taken from anybody")
            return []

        return attempt(self.run, self._list.read, look, early=lambda error: error.code == error_codes.NO_SUCH_IMAGE)

    def _plan(self, current: list[str]) -> SharePlan:
        options = self.run.options
        return share_plan.plan(
            current,
            current if means_everybody(options) else self.accounts,
            state=options.state,
            purge=options.purge_accounts,
            denied=options.denied_accounts,
        )

    def _image(self, patient: t.Any) -> Image | None:
        """
        :param patient: whether it is to be given to somebody, so that it is waited for
        """

        def look() -> Image | None:
            return self.run.api.images.get(self.region, str(self.image_id))

        if not self.image_id:
            return None
        return waiter.shown(self.run, look) if patient else look()

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
        self._sum_up()
        entry["changed_at"] = timestamp(self.run.clock) if not self.run.check else None
        self.changed = True

    def _correct(self, there: t.Sequence[str], gone: t.Sequence[str]) -> None:
        """The list was behind what others had done: that is how it was, and no change of this run."""
        self.entry["before"] = sorted({*self.entry["before"], *there} - {*gone})
        self._sum_up()

    def _sum_up(self) -> None:
        entry = self.entry
        entry["after"] = sorted({*entry["before"], *entry["added"]} - {*entry["removed"]})


FLOW = Flow(ARGUMENTS, Options, validate, share_images, [[*targets.EXCLUSIVE, "all_own"]])
