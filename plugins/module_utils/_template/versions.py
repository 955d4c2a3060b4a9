# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The versions of one launch template, as they were seen last."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import accepting
from ansible_collections.imageops.alicloud.plugins.module_utils._api.launch_templates import LaunchTemplates
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import TemplateVersion
from ansible_collections.imageops.alicloud.plugins.module_utils._template.plan import Version


class Versions:
    """What the last look has shown; nothing before the first.

    :param named: ``LaunchTemplateId`` or ``LaunchTemplateName``
    """

    def __init__(self, api: LaunchTemplates, region: str, named: dict[str, str]) -> None:
        self._api, self._region, self._named = api, region, named
        self.all: list[TemplateVersion] = []

    def read(self) -> list[TemplateVersion]:
        """Look at all of them. Whatever the template is called later, this one is meant.

        It has a version for as long as it is there, so that an empty answer says nothing once some were seen.
        """
        self.all = self._api.versions(self._region, self._named) or self.all
        if self.all:
            self._named = {"LaunchTemplateId": self.all[0]["template_id"]}
        return self.all

    def read_if_there(self) -> list[TemplateVersion] | None:
        """Look at all of them; None if there is no such template."""
        found = None
        with accepting(error_codes.NO_SUCH_TEMPLATE):
            found = self.read()
        return found

    @property
    def numbers(self) -> set[int]:
        """Under which numbers there is one."""
        return {version["number"] for version in self.all}

    @property
    def default(self) -> int:
        """The number of the default; 0 if none is told to be it."""
        return next((version["number"] for version in self.all if version["is_default"]), 0)

    def find(self, number: int) -> TemplateVersion | None:
        """One of them, without another look."""
        return next((version for version in self.all if version["number"] == number), None)

    def look_for(self, number: int) -> TemplateVersion | None:
        """One of them, after another look."""
        self.read()
        return self.find(number)

    def made_since(self, number: int, description: str) -> list[int]:
        """The later ones that were made for the same, after another look: by this run, or by one that was killed."""
        later = [version for version in self.read() if version["number"] > number]
        return [version["number"] for version in later if version["description"] == description]

    def leave_out(self, numbers: t.Collection[int]) -> None:
        """Count these as gone, though the last look may still have shown them."""
        self.all = [version for version in self.all if version["number"] not in numbers]

    def state(self) -> Data:
        """How it is, for the diff: the image of the default, and those of all versions, the newest first."""
        versions = [Version.of(version) for version in self.all]
        default = next((version.image_id for version in versions if version.is_default), "")
        return {"default": default, "images": [version.image_id for version in versions]}
