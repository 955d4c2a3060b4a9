# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One launch template: what was seen of it, and what is decided."""

from __future__ import annotations

import dataclasses

from ansible_collections.imageops.alicloud.plugins.module_utils._api.launch_templates import LaunchTemplates
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ImageOpsError,
    Refused,
    refuse,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import ScalingGroup, TemplateVersion
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run
from ansible_collections.imageops.alicloud.plugins.module_utils._template import fields
from ansible_collections.imageops.alicloud.plugins.module_utils._template import plan as template_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._template.plan import (
    CREATED,
    Plan,
    Version,
    Wish,
)


class Seen:
    """One template: what was seen, and what is decided.

    :param given: an entry of the task's launch_templates
    """

    def __init__(self, run: Run, given: Data) -> None:
        self._run = run
        self._api = LaunchTemplates.of(run.api)
        self.region: str = given["region"]
        by_id = given.get("launch_template_id")
        self._named = (
            {"LaunchTemplateId": by_id} if by_id else {"LaunchTemplateName": str(given["launch_template_name"])}
        )
        self._planned, self._image_name = bool(given.get("planned")), given.get("image_name")
        losses = given["allowed_losses"]
        self._wish = Wish(given.get("image_id"), bool(given["set_default"]), given.get("keep_versions"), losses)
        self._versions: list[TemplateVersion] = []
        self._plan = Plan(None, CREATED, None)
        self._going: list[int] = []
        self.groups: list[ScalingGroup] | ImageOpsError | None = None
        self.changed = False
        self.warnings: list[str] = []
        self.before: Data = {}
        self.entry: Data = {
            "region": self.region,
            "launch_template_id": by_id,
            "launch_template_name": given.get("launch_template_name"),
            "image_id": self._wish.image_id,
            "previous_image_id": None,
            "previous_version": None,
            "version": None,
            "default_version": None,
            "action": None,
            "switched": False,
            "deleted_versions": [],
            "scaling_groups": None,
            "not_readable": list(fields.UNREADABLE),
            "lost": [],
            "planned": run.check,
            "error": None,
        }

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"{self.region}/{self.entry['launch_template_id'] or self.entry['launch_template_name']}"

    @property
    def _id(self) -> str:
        return str(self.entry["launch_template_id"])

    def look(self) -> None:
        """See all versions, and the image."""
        self._read()
        if not self._versions:
            raise Refused("NoVersion", "no version of it is told", "Grant ecs:DescribeLaunchTemplateVersions.")
        first = self._versions[0]
        self.entry.update(launch_template_id=first["template_id"], launch_template_name=first["template_name"])
        self.before = self._state()
        if self._planned and self._image_name and not self._wish.image_id:
            self._name_image()
        self._plan = template_plan.plan(self._versions, self._wish)
        if self._plan.action == CREATED and self._wish.image_id and not self._planned:
            refuse(self._refusal_of_image())

    def _name_image(self) -> None:
        """A planned image may be there already, if a release is run again."""
        found = self._run.api.images.find(self.region, name=self._image_name, statuses=[AVAILABLE])
        there = [image["image_id"] for image in found if image["name"] == self._image_name]
        if there:
            self._wish = dataclasses.replace(self._wish, image_id=there[0])
            self.entry["image_id"] = there[0]

    def _refusal_of_image(self) -> ImageOpsError | None:
        """The API takes any id, and instances then don't start."""
        image_id = str(self._wish.image_id)
        image = waiter.shown(self._run, lambda: self._run.api.images.get(self.region, image_id))
        if not image:
            told = f"image {image_id} is not visible in {self.region}"
            return Refused("NoSuchImage", told, "Check the id, and ecs:DescribeImages.")
        if image["status"] != AVAILABLE:
            told = f"image {image_id} is {image['status']}, so that no instance can start from it"
            return Refused("ImageNotAvailable", told, "Make it Available with ecs_image, or wait until it is.")
        return None

    @property
    def _known(self) -> list[ScalingGroup] | None:
        return self.groups if isinstance(self.groups, list) else None

    @property
    def asks_groups(self) -> bool:
        """Whether it matters which scaling groups go by it: they may take a new version, or name an old one."""
        return not self.entry["error"] and (self._plan.action == CREATED or self._wish.keep is not None)

    def decide(self) -> None:
        """Settle what is done, now that the scaling groups are known. Keeps a refusal as its error."""
        if self.entry["error"]:
            return
        known = self._known
        self._going = self._too_old(known)
        source = self._plan.source
        # Where there is no room for one more, the old ones go first, and the default is still the old one.
        first = [number for number in self._going if not (source and number == source.number)]
        self._plan = plan = template_plan.plan(self._versions, self._wish, len(first))
        self.entry.update(
            # A version is made when all is decided everywhere, and until then it is not told.
            action=plan.action if plan.action != CREATED or self._run.check else None,
            version=plan.number,
            previous_version=plan.source.number if plan.source else None,
            previous_image_id=(plan.source.image_id or None) if plan.source else None,
            default_version=plan.source.number if plan.source else None,
            lost=list(plan.lost),
        )
        mine = [group for group in known or [] if group["template_id"] == self._id]
        self.entry["scaling_groups"] = None if known is None else mine
        try:
            if plan.faults:
                raise Refused("CannotKeepFields" if plan.lost else "NotPossible", "; ".join(plan.faults))
            if plan.action == CREATED:
                request = {**plan.request, "ImageId": self._wish.image_id or "m-planned"}
                self._api.refuse_unsendable(self.region, request)
        except ImageOpsError as error:
            self.entry["error"] = error.as_dict()
        self._warn(known)

    def _too_old(self, groups: list[ScalingGroup] | None) -> list[int]:
        """The versions that go once all is done. A new one counts as the newest."""
        numbers = {version["number"] for version in self._versions}
        newest = self._plan.number or max(numbers) + 1
        stays = {newest, *([self._plan.source.number] if self._plan.source and not self._wish.set_default else [])}
        return template_plan.going(numbers | {newest}, self._wish.keep, stays, self._id, groups)

    def _warn(self, known: list[ScalingGroup] | None) -> None:
        told = template_plan.warnings(self._plan, self._id, known or [])
        if self.asks_groups and known is None:
            why = self.groups.msg if isinstance(self.groups, ImageOpsError) else ""
            told.insert(0, template_plan.unseen(self._wish, why))
        self.warnings += [f"{self.label}: {warning}" for warning in told]

    def _find(self, number: int, anew: bool = True) -> TemplateVersion | None:
        if anew:
            self._read()
        return next((version for version in self._versions if version["number"] == number), None)

    def _read(self) -> list[TemplateVersion]:
        named = {"LaunchTemplateId": self._id} if self._versions else self._named
        self._versions = self._api.versions(self.region, named)
        return self._versions

    def _state(self) -> Data:
        """How it is, for the diff: the image of the default, and those of all versions, the newest first."""
        versions = [Version.of(version) for version in self._versions]
        default = next((version.image_id for version in versions if version.is_default), "")
        return {"default": default, "images": [version.image_id for version in versions]}
