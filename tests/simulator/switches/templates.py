# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of launch templates."""

from __future__ import annotations

from dataclasses import dataclass

from ..values import whole
from .switch import NO, NOT_KNOWN, READ, choice, flag, setting


# fmt: off
@dataclass
class Templates:
    """What versions are, and when they show."""

    lt_page_max: int = setting(
        50, whole(1), "the largest PageSize of the template lists; over it the call is refused.", page=NOT_KNOWN,
        kinder=(100,), level=READ, probe="DescribeLaunchTemplates with PageSize=100",
    )
    lt_lag: int = setting(
        2, whole(), "how many reads of a template still show the old state after a change.", page=NOT_KNOWN,
        kinder=(0,), level=NO, probe="no probe makes templates",
    )
    lt_delete_atomic: bool = flag(
        True, "whether the whole DeleteLaunchTemplateVersion is refused for one number that cannot go.",
        page=NOT_KNOWN, level=NO, probe="no probe makes templates",
    )
    lt_delete_used: bool = flag(
        True, "whether a version goes that a scaling group names by its number: who deletes has to look; the code of "
        "a refusal is made up.", page=NOT_KNOWN, level=NO, probe="no probe makes templates",
    )
    lt_extra_field: str = choice(
        "present", "absent", text="whether the data of a version have a field that no page knows.", page=NOT_KNOWN,
        level=NO, probe="no probe makes templates",
    )
