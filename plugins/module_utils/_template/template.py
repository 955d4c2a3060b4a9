# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One launch template on its way to another image."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.launch_templates import LaunchTemplates
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    Refused,
    refuse,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import ScalingGroup
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run
from ansible_collections.imageops.alicloud.plugins.module_utils._template import fields
from ansible_collections.imageops.alicloud.plugins.module_utils._template import plan as template_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._template.plan import (
    CREATED,
    MISSING,
    Plan,
    Version,
    Wish,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._template.versions import Versions

# Looks before a version is made: how many reads are behind is not known, and nothing but a look keeps off a second one.
LOOKS_AGAIN = 2


class Template:
    """One template: what was seen, what is decided, and what has come of it.

    :param given: an entry of the task's launch_templates
    """

    def __init__(self, run: Run, given: Data) -> None:
        self._run = run
        self._api = LaunchTemplates.of(run.api)
        self.region: str = given["region"]
        by_id = given.get("launch_template_id")
        named = {"LaunchTemplateId": by_id} if by_id else {"LaunchTemplateName": str(given["launch_template_name"])}
        self._versions = Versions(self._api, self.region, named)
        self._may_be_missing = bool(given.get("ignore_missing"))
        self._planned, self._image_name = bool(given.get("planned")), given.get("image_name")
        losses = given["allowed_losses"]
        self._wish = Wish(given.get("image_id"), bool(given["set_default"]), given.get("keep_versions"), losses)
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
        found = self._versions.read_if_there() if self._may_be_missing else self._versions.read()
        if found is None:
            self.entry["action"] = MISSING
            self.warnings.append(
                f"{self.label}: there is no such launch template (any more), and nothing is done for it"
            )
            return
        if not found:
            raise Refused("NoVersion", "no version of it is told", "Grant ecs:DescribeLaunchTemplateVersions.")
        first = self._versions.all[0]
        self.entry.update(launch_template_id=first["template_id"], launch_template_name=first["template_name"])
        self.before = self._versions.state()
        if self._planned and self._image_name and not self._wish.image_id:
            self._name_image()
        self._plan = template_plan.plan(self._versions.all, self._wish)
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
        known, source = self._known, self._plan.source
        self._going = self._too_old(known)
        # Where there is no room for one more, the old ones go first, and the default is still the old one.
        first = [number for number in self._going if not (source and number == source.number)]
        self._plan = plan = template_plan.plan(self._versions.all, self._wish, len(first))
        self.entry.update(plan.told(self._run.check))
        mine = [group for group in known or [] if group["template_id"] == self._id]
        self.entry["scaling_groups"] = None if known is None else mine
        self._warn(known)
        try:
            if plan.faults:
                raise Refused("CannotKeepFields" if plan.lost else "NotPossible", "; ".join(plan.faults))
            if plan.action == CREATED:
                request = {**plan.request, "ImageId": self._wish.image_id or "m-planned"}
                self._api.refuse_unsendable(self.region, request)
        except ImageOpsError as error:
            self.entry["error"] = error.as_dict()

    def _too_old(self, groups: list[ScalingGroup] | None) -> list[int]:
        """The versions that go once all is done. A new one counts as the newest."""
        numbers = self._versions.numbers
        newest = self._plan.number or max(numbers) + 1
        stays = {newest, *([self._plan.source.number] if self._plan.source and not self._wish.set_default else [])}
        return template_plan.going(numbers | {newest}, self._wish.keep, stays, self._id, groups)

    def _warn(self, known: list[ScalingGroup] | None) -> None:
        told = template_plan.warnings(self._plan, self._id, known or [])
        if self.asks_groups and known is None:
            why = self.groups.msg if isinstance(self.groups, ImageOpsError) else ""
            told.insert(0, template_plan.unseen(self._wish, why))
        self.warnings += [f"{self.label}: {warning}" for warning in told]

    def make(self) -> None:
        """Make the version, if there is none: never a second one, whatever became of the answer."""
        self._look_again()
        if self._plan.action != CREATED or self.entry["error"]:
            return
        source = t.cast(Version, self._plan.source)
        if len(self._versions.all) >= template_plan.MOST_VERSIONS:
            self._delete([number for number in self._going if number != source.number])
        if self._run.check:
            self.changed = True
            return
        seen = max(self._versions.numbers)
        image_id = str(self._wish.image_id)
        description = markers.of_version(image_id, source.number)
        request = {**self._plan.request, "ImageId": image_id}

        def look(_error: ApiError) -> int | None:
            found = waiter.shown(self._run, lambda: self._versions.made_since(seen, description) or None)
            return min(found) if found else None

        made = attempt(
            self._run,
            lambda: self._api.add_version(self.region, self._id, description, request),
            look,
            passes=lambda error: is_transient(error) or is_conflict(error),
        )
        self.changed = True
        self.entry.update(action=CREATED, version=made)
        if waiter.shown(self._run, lambda: self._versions.look_for(made)) is None:
            raise Refused("NotSeen", f"version {made} was made and is not visible yet", "Run again, it is found then.")
        self._settle_twins(made, self._versions.made_since(seen, description))
        self._compare(source, image_id)

    def _look_again(self) -> None:
        """See what another run has made a moment before, which was killed or goes on beside this one."""
        for _number in range(0 if self._run.check else LOOKS_AGAIN):
            if self._plan.action != CREATED or self.entry["error"]:
                return
            self._plan = template_plan.plan(self._versions.read(), self._wish)
            self.decide()

    def _settle_twins(self, made: int, found: t.Sequence[int]) -> None:
        """Where another run has made the same a moment before, unseen, its version counts and ours goes."""
        first = min([*found, made])
        if first == made:
            return
        self._api.delete_version(self.region, self._id, made)
        self.entry["version"] = first
        # As long as it shows, the next task would take it for the version to switch to.
        self._until_gone([made])

    def _until_gone(self, numbers: t.Collection[int]) -> None:
        waiter.shown(self._run, self._versions.read, lambda _versions: not self._versions.numbers & {*numbers})
        self._versions.leave_out(numbers)

    def _compare(self, source: Version, image_id: str) -> None:
        """:raises Refused: if the new version is not what was asked for, field by field"""
        there = self._versions.find(self.entry["version"])
        wrong = template_plan.unlike(Version.of(there), source, image_id) if there else []
        if wrong:
            raise Refused(
                "VersionDiffers",
                f"version {self.entry['version']} was made and is not as version {source.number} in {', '.join(wrong)}",
                "It is not made the default. Look at these fields, then delete it.",
            )

    def switch(self) -> None:
        """Make the version the default, and wait until that is to be seen."""
        source = self._plan.source
        if not self._wish.set_default or (source and source.number == self.entry["version"]):
            return
        if self._run.check:
            self.changed = self.entry["switched"] = True
            return
        number = int(self.entry["version"])
        attempt(
            self._run,
            lambda: self._api.set_default(self.region, self._id, number),
            early=lambda error: error.code == error_codes.NO_SUCH_VERSION,
        )
        self.changed = self.entry["switched"] = True
        self.entry["default_version"] = number
        seen = waiter.shown(self._run, lambda: self._versions.look_for(number), lambda version: version["is_default"])
        if not (seen and seen["is_default"]):
            raise Refused(
                "NotSeen",
                f"version {number} was made the default, and is not shown as such yet",
                "Run again, or set consistency_wait higher.",
            )

    def prune(self) -> None:
        """Delete the versions that are too old, as they are now."""
        self._delete(self._going if self._run.check else self._still_too_old())

    def _still_too_old(self) -> list[int]:
        default = self._versions.default
        stays = {default, self.entry["version"]}
        numbers, keep = self._versions.numbers, self._wish.keep
        return template_plan.going(numbers, keep, stays, self._id, self._known) if default else []

    def _delete(self, numbers: t.Sequence[int]) -> None:
        deleted = self.entry["deleted_versions"]
        numbers = [number for number in numbers if number not in deleted]
        for number in numbers:
            # One that is gone may still be listed for a while.
            if self._run.check or self._api.delete_version(self.region, self._id, number):
                self.changed = True
                deleted.append(number)
        if self._run.check:
            self._versions.leave_out(deleted)
        elif numbers:
            self._until_gone({*deleted, *numbers})

    def after(self) -> Data:
        """How it is now, or would be."""
        state = self._versions.state() if self.before else {}  # in check mode all that there are may go
        if not (state and self._run.check) or self.entry["error"]:
            return state
        image = str(self._wish.image_id or "the new image")
        return {
            "default": image if self.entry["switched"] else state["default"],
            "images": [image, *state["images"]] if self._plan.action == CREATED else state["images"],
        }
