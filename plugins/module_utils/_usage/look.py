# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking at all that may use images, account by account and region by region: one scan of each kind, none an image."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.ecs import EcsApi
from ansible_collections.imageops.alicloud.plugins.module_utils._api.launch_templates import LaunchTemplates
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    Refused,
    failure_of,
    refuse,
    sentence_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, text
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run
from ansible_collections.imageops.alicloud.plugins.module_utils._usage.plan import Seen, Template

DISKS, IMAGES = "disks", "images"
HOLD_NOTHING = frozenset({DISKS, IMAGES})  # these go on when an image is gone
NO_VERSION = "NoVersion"  # an error's code: a launch template that is listed tells none


@dataclasses.dataclass(frozen=True)
class Account:
    """An account that is looked at, and through which API."""

    account_id: str
    api: EcsApi
    own: bool


@dataclasses.dataclass
class Looks:
    """What was seen, and where nothing could be."""

    seen: list[Seen] = dataclasses.field(default_factory=list)
    not_looked: list[Data] = dataclasses.field(default_factory=list)

    def failed(self, account_id: str, region: str | None, what: str, error: Exception) -> None:
        """Keep that a look has failed."""
        told = failure_of(error).as_dict()
        self.not_looked.append({"account_id": account_id, "region": region, "kind": what, "error": told})

    def warnings(self) -> list[str]:
        """A warning for each account, kind and reason, with all its regions."""
        by_reason: dict[tuple[str, str, str], list[str]] = {}
        for gap in self.not_looked:
            error = {**gap["error"], "request_id": None}
            key = (gap["account_id"], gap["kind"], sentence_of(error))
            by_reason.setdefault(key, []).append(gap["region"] or "every region")
        return [
            f"Not looked at: {kind} of {account} in {', '.join(sorted(regions))}, which may use images. {reason}"
            for (account, kind, reason), regions in sorted(by_reason.items())
        ]

    def is_whole(self, region: str) -> bool:
        """Whether nothing of a region has stayed out of sight."""
        return not self._gaps(region)

    def may_hold(self, region: str) -> str:
        """What of a region has stayed out of sight and may hold an image, as a part of a sentence; empty if nothing."""
        gaps = [gap for gap in self._gaps(region) if gap["kind"] not in HOLD_NOTHING]
        return ", ".join(f"{gap['kind']} of {gap['account_id']}" for gap in gaps)

    def _gaps(self, region: str) -> list[Data]:
        return [gap for gap in self.not_looked if gap["region"] in (None, region)]


def look(
    run: Run, regions: t.Iterable[str], role_arns: t.Sequence[str], known: t.Mapping[str, list[Image]] | None = None
) -> Looks:
    """See what may use images in the own account, and in that of each role.

    :param known: the own images by region, if they have just been looked at
    """
    looks = Looks()
    entered: dict[str, Account] = {}
    run.jobs.run(lambda role_arn: _enter(run, role_arn, entered, looks), role_arns)
    # Two roles may lead into one account, and one into the own: what is seen of it twice is not there twice.
    accounts = {run.account_id: Account(run.account_id, run.api, own=True)}
    for role_arn in role_arns:
        if role_arn in entered:
            accounts.setdefault(entered[role_arn].account_id, entered[role_arn])
    places = [(account, region) for account in accounts.values() for region in regions]
    run.jobs.run(lambda place: _look_into(*place, looks, known), places)
    looks.seen.sort(key=lambda seen: (seen.region, seen.account_id))
    looks.not_looked.sort(key=lambda gap: (gap["account_id"], gap["region"] or "", gap["kind"]))
    return looks


def _enter(run: Run, role_arn: str, entered: dict[str, Account], looks: Looks) -> None:
    try:
        api = run.api.as_role(role_arn)
        entered[role_arn] = Account(str(api.caller()["account_id"]), api, own=False)
    except Exception as error:
        looks.failed(role_arn, None, "everything", error)


def _look_into(account: Account, region: str, looks: Looks, known: t.Mapping[str, list[Image]] | None) -> None:
    """The job for one region of an account: each kind in turn, so that none hides another."""
    api, seen = account.api, Seen(region, account.account_id)
    looks.seen.append(seen)
    own_images = known[region] if known and account.own and region in known else None
    kinds: list[tuple[str, str, t.Callable[[], t.Any]]] = [
        ("instances", "instances", lambda: api.instances.of_region(region)),
        ("templates", "launch templates", lambda: _templates(api, region, seen.templates)),
        ("groups", "scaling groups", lambda: LaunchTemplates.of(api).groups(region)),
        ("configurations", "scaling configurations", lambda: LaunchTemplates.of(api).configurations(region)),
        ("disks", DISKS, lambda: api.instances.disks_of_region(region)),
        ("images", IMAGES, lambda: own_images if own_images is not None else api.images.own(region)),
    ]
    for name, words, ask in kinds:
        try:
            setattr(seen, name, ask())
        except Exception as error:
            looks.failed(account.account_id, region, words, error)


def _templates(api: EcsApi, region: str, found: list[Template]) -> list[Template]:
    """Launch templates of a region with all their versions. One that tells none, as if it were gone, hides no others.

    :param found: gets those that could be read
    """
    templates, failure = LaunchTemplates.of(api), None
    for template in templates.of_region(region):
        try:
            found.append(_template(templates, region, template))
        except (ApiError, Refused) as error:
            if error.code not in (NO_VERSION, error_codes.NO_SUCH_TEMPLATE):
                raise  # of no other it would be told either
            failure = failure or error
    refuse(failure)
    return found


def _template(templates: LaunchTemplates, region: str, template: Data) -> Template:
    versions = templates.versions(region, {"LaunchTemplateId": template["template_id"]})
    if not versions:
        told = f"no version of launch template {template['template_id']} in {region} is told"
        raise Refused(NO_VERSION, told, "Check ecs:DescribeLaunchTemplateVersions, and run again.")
    images = {version["number"]: text((version["data"] or {}).get("ImageId")) for version in versions}
    default = next((version["number"] for version in versions if version["is_default"]), template["default"])
    return Template(template["template_id"], template["name"], default, images)
