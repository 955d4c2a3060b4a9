# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch templates: numbered versions of how to start an instance, one of them the default."""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class TemplateVersion:
    """One version; its data are as answers show them, and never change."""

    number: int
    description: str
    data: dict[str, Any]
    created: float
    created_by: str


@dataclass(eq=False)
class LaunchTemplate:
    """A template; a number that was used is never used again."""

    template_id: str
    name: str
    account_id: str
    region: str
    created: float
    modified: float
    group: str
    tags: dict[str, str] = field(default_factory=dict)
    versions: dict[int, TemplateVersion] = field(default_factory=dict)
    default: int = 1
    latest: int = 0
    before: LaunchTemplate | None = None
    """What reads still show."""
    reads_left: int = 0

    def remember(self, reads: int) -> None:
        """Before a change: so many reads are to show what was."""
        if reads and not self.reads_left:
            self.before = copy.copy(self)
            self.before.versions, self.before.before = dict(self.versions), None
        self.reads_left = reads

    def settled(self) -> LaunchTemplate:
        """As it is, without what reads still show of the past."""
        return dataclasses.replace(self, before=None, reads_left=0)

    def read(self) -> LaunchTemplate:
        """What a read shows; each is one less that shows the past."""
        if not self.reads_left or self.before is None:
            return self
        self.reads_left -= 1
        return self.before


@dataclass(frozen=True)
class ScalingGroup:
    """A group of Auto Scaling. Without a template it goes by a configuration."""

    group_id: str
    name: str
    account_id: str
    region: str
    template_id: str = ""
    version: str = ""
    """A number, `Default` or `Latest`."""
    image_id: str = ""
    """Of its configuration, as the next two: the id counts before the name, and excludes the family."""
    image_name: str = ""
    image_family: str = ""

    @property
    def configuration_id(self) -> str:
        return "" if self.template_id else f"asc-{self.group_id[4:]}"
