# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One launch template on its way to another image."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    Refused,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import TemplateVersion
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._template import plan as template_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._template.plan import (
    CREATED,
    Version,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._template.seen import Seen

# Looks before a version is made: how many reads are behind is not known, and nothing but a look keeps off a second one.
LOOKS_AGAIN = 2


class Template(Seen):
    """One template: what has come of what was decided."""

    def make(self) -> None:
        """Make the version, if there is none: never a second one, whatever became of the answer."""
        self._look_again()
        if self._plan.action != CREATED or self.entry["error"]:
            return
        source = t.cast(Version, self._plan.source)
        if len(self._versions) >= template_plan.MOST_VERSIONS:
            self._delete([number for number in self._going if number != source.number])
        if self._run.check:
            self.changed = True
            return
        seen = max(version["number"] for version in self._versions)
        image_id = str(self._wish.image_id)
        description = markers.of_version(image_id, source.number)
        request = {**self._plan.request, "ImageId": image_id}

        def look(_error: ApiError) -> int | None:
            found = waiter.shown(self._run, lambda: self._made(description, seen) or None)
            return min(found) if found else None

        made = attempt(
            self._run,
            lambda: self._api.add_version(self.region, self._id, description, request),
            look,
            passes=lambda error: is_transient(error) or is_conflict(error),
        )
        self.changed = True
        self.entry.update(action=CREATED, version=made)
        if waiter.shown(self._run, lambda: self._find(made)) is None:
            raise Refused("NotSeen", f"version {made} was made and is not visible yet", "Run again, it is found then.")
        self._settle_twins(made, self._made(description, seen))
        self._compare(source, image_id)

    def _look_again(self) -> None:
        """See what another run has made a moment before, which was killed or goes on beside this one."""
        for _number in range(0 if self._run.check else LOOKS_AGAIN):
            if self._plan.action != CREATED or self.entry["error"]:
                return
            self._read()
            self._plan = template_plan.plan(self._versions, self._wish)
            self.decide()

    def _made(self, description: str, after: int) -> list[int]:
        """The versions that were made for the same since the look: by this run, or by one that was killed."""
        self._read()
        return [
            version["number"]
            for version in self._versions
            if version["number"] > after and version["description"] == description
        ]

    def _settle_twins(self, made: int, found: t.Sequence[int]) -> None:
        """Where another run has made the same a moment before, unseen, its version counts and ours goes."""
        first = min([*found, made])
        if first == made:
            return
        self._api.delete_version(self.region, self._id, made)
        self.entry["version"] = first
        # As long as it shows, the next task would take it for the version to switch to.
        waiter.shown(self._run, self._read, lambda versions: made not in [version["number"] for version in versions])
        self._versions = [version for version in self._versions if version["number"] != made]

    def _compare(self, source: Version, image_id: str) -> None:
        """:raises Refused: if the new version is not what was asked for, field by field"""
        there = self._find(self.entry["version"], anew=False)
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
        seen = waiter.shown(self._run, lambda: self._find(number), lambda version: version["is_default"])
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
        numbers = {version["number"] for version in self._versions}
        default = next((version["number"] for version in self._versions if version["is_default"]), 0)
        stays = {default, self.entry["version"]}
        return template_plan.going(numbers, self._wish.keep, stays, self._id, self._known) if default else []

    def _delete(self, numbers: t.Sequence[int]) -> None:
        numbers = [number for number in numbers if number not in self.entry["deleted_versions"]]
        if not numbers:
            return
        for number in numbers:
            if not self._run.check:
                self._api.delete_version(self.region, self._id, number)
            self.changed = True
            self.entry["deleted_versions"].append(number)
        if not self._run.check:
            waiter.shown(self._run, self._read, self._are_gone)
            self._versions = self._left()

    def _are_gone(self, versions: t.Sequence[TemplateVersion]) -> bool:
        return not {version["number"] for version in versions} & {*self.entry["deleted_versions"]}

    def _left(self) -> list[TemplateVersion]:
        return [version for version in self._versions if version["number"] not in self.entry["deleted_versions"]]

    def after(self) -> Data:
        """How it is now, or would be."""
        if not self._run.check or self.entry["error"]:
            return self._state() if self._versions else {}
        image = str(self._wish.image_id or "the new image")
        images = [Version.of(version).image_id for version in self._left()]
        return {
            "default": image if self.entry["switched"] else self.before["default"],
            "images": [image, *images] if self._plan.action == CREATED else images,
        }
