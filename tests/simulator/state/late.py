# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads show late of a new object."""

from __future__ import annotations

from dataclasses import dataclass, field

from .clock import LATEST


@dataclass(eq=False)
class Late:
    """When an object, and tags of it, are shown by reads. Calls by its id know nothing of that."""

    made: float | None = field(default=None, kw_only=True)
    """When a call made it; None for what was there from the start."""
    listed_from: float = field(default=0.0, kw_only=True)
    late_tags: dict[str, float] = field(default_factory=dict, kw_only=True)
    """Per key: from when on the tag is shown."""
    tag_seconds: float = field(default=0.0, kw_only=True)
    """For an image that is being made: how long after its end its tags are shown."""

    def is_old(self, seconds: float, now: float) -> bool:
        """Whether the call that made it is that long ago; what was there from the start always is."""
        return self.made is None or self.made + seconds <= now

    def hold_tags(self, keys: list[str], moment: float) -> None:
        self.late_tags.update(dict.fromkeys(keys, moment))

    def hold_tags_until_available(self, keys: list[str], seconds: float) -> None:
        self.hold_tags(keys, LATEST)
        self.tag_seconds = seconds

    def shows_tags_from(self, moment: float) -> None:
        """It is finished now, or has failed: the tags that waited for it come a while later."""
        for key, then in self.late_tags.items():
            if then == LATEST:
                self.late_tags[key] = moment + self.tag_seconds

    def shown_of(self, tags: dict[str, str], now: float) -> dict[str, str]:
        return {key: value for key, value in tags.items() if self.late_tags.get(key, 0.0) <= now}
