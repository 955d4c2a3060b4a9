# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose a throw-away instance is: the run's that has started it, until that can't be at work any more. Pure."""

from __future__ import annotations

import dataclasses
import functools
import math
import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import stamp


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What a test boot is told."""

    region: str
    image_id: str
    instance_type: list[str]
    vswitch_id: list[str]
    security_group_id: str
    secure_boot: bool | None = None
    wait_timeout: float = 600.0  # of the instance, and not of the task: removing it goes on after that

    @functools.cached_property
    def run_id(self) -> str:
        """Whose an instance is that this task starts."""
        return uuid.uuid4().hex[:12]


# What an instance is made with, beside the image. Of the first two there may be several, which are tried in turn.
PLACE = ("instance_type", "vswitch_id", "security_group_id")
NEAREST = 6  # instance types that a refusal names


def unsuitable(wanted: t.Sequence[str], told: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """The types of a list that an image can't run on.

    :param told: the types that the API says it runs on; none of them is no answer, so that each may be tried
    """
    types = {kind["type_id"] for kind in told}
    return [name for name in wanted if types and name not in types]


def nearest(wanted: t.Sequence[str], told: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """What would fit in place of the types of a list: the same sizes first, then the smaller before the larger.

    :param told: as the API tells the types that an image runs on
    """
    sizes = {name.rpartition(".")[2] for name in wanted}

    def distance(kind: t.Mapping[str, t.Any]) -> tuple[bool, float, int, str]:
        return (
            kind["type_id"].rpartition(".")[2] not in sizes,
            kind["cores"] or math.inf,
            kind["memory"],
            kind["type_id"],
        )

    return [kind["type_id"] for kind in sorted(told, key=distance)[:NEAREST]]


def tag_of(run_id: str, ends: float) -> str:
    """The value of ``imageops:verify-run``.

    :param ends: seconds since the epoch at which the run is over for sure, whatever happens in it
    """
    return f"{run_id}/{stamp(ends)}"


def is_of(instance: t.Mapping[str, t.Any], run_id: str) -> bool:
    """Whether a run has started an instance."""
    return str(instance["tags"].get(markers.VERIFY_RUN, "")).partition("/")[0] == run_id


def is_left(instance: t.Mapping[str, t.Any], now: float) -> bool:
    """Whether no run looks after an instance any more. What 1.0 has started does not say until when it does.

    :param now: seconds since the epoch
    """
    return age.seconds(str(instance["tags"].get(markers.VERIFY_RUN, "")).partition("/")[2]) < now
