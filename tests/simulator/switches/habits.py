# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches for habits of a real cloud that no page has a word about: with them a client proves what it can bear."""

# A table is read by its rows, and its defaults are made by functions.
# ruff: noqa: RUF009

from __future__ import annotations

from dataclasses import dataclass

from ..values import REGION, list_of, number, one_of, table_of
from .switch import COPY, DIFFER, NO, NOT_KNOWN, choice, setting

_SECONDS = number()
_MAKERS = ("CopyImage", "CreateImage", "CopySnapshot", "CreateSnapshot", "RunInstances")
_SEEKERS = (
    "TagResources", "UntagResources", "CopyImage", "CopySnapshot", "ModifyImageAttribute",
    "ModifyImageSharePermission", "DescribeImageSharePermission", "CancelCopyImage", "DeleteImage",
)  # fmt: skip
_RARE = "there is a delay, but nobody has measured it."


# fmt: off
@dataclass
class Habits:
    """What shows late, what is told wrong, who does not answer."""

    listed_late: dict[str, float] = setting(
        {}, table_of(one_of(*_MAKERS), _SECONDS),
        "seconds until lists show a new object, by the action that made it. Calls by its id find it at once.",
        page=NOT_KNOWN, stricter=({"CopyImage": 5.0, "CreateImage": 5.0, "CopySnapshot": 5.0},), why=_RARE,
        level=COPY, probe="CopyImage, then DescribeImages at once and often",
    )
    found_late: dict[str, float] = setting(
        {"TagResources": 1.5}, table_of(one_of(*_SEEKERS), _SECONDS),
        "seconds until an action finds a new object by its id, by that action. A recording tells of TagResources.",
        page=DIFFER, kinder=({},), stricter=(dict.fromkeys(_SEEKERS, 2.0),),
        why="of the other actions none tells.",
        level=COPY, probe="CopyImage, CreateImage and CopySnapshot, then each of these actions at once and often",
    )
    tags_shown_late: dict[str, float] = setting(
        {}, table_of(one_of(*_MAKERS, "TagResources"), _SECONDS),
        "seconds until reads show tags, by the action that wrote them.",
        page=NOT_KNOWN, stricter=({"CopyImage": 5.0, "CreateImage": 5.0, "TagResources": 5.0},), why=_RARE,
        level=COPY, probe="CopyImage with a tag, then DescribeImages at once and often",
    )
    tags_late_from: str = choice(
        "call", "available",
        text="what the seconds of tags_shown_late begin with for an image: the call, or its being Available.",
        page=NOT_KNOWN, stricter=("available",), why="it takes tags_shown_late to see it.",
        level=COPY, probe="CopyImage with a tag, then DescribeImages often",
    )
    total_count: str = choice(
        "right", "half", "double", "zero", "absent", text="what TotalCount says.",
        page=NOT_KNOWN, stricter=("half", "double", "zero", "absent"),
        why="no page says that it is wrong; lists that change while they are read make it so.",
        level=NO, probe="it is wrong only now and then",
    )
    clock_ahead: float = setting(
        0.0, number(-890, 890),
        "seconds that the provider's clock is ahead of this machine's: in time stamps, the end of keys, and the header "
        "Date.",
        page=NOT_KNOWN, stricter=(400.0, -400.0), why="it is this machine's fault.",
        level=NO, probe="it is this machine's clock that is wrong, not the provider's",
    )
    silent_regions: list[str] = setting(
        [], list_of(REGION), "Regions that never answer: their connections are taken and hang."
    )
