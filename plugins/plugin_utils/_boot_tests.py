# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images of a release are tried where, and which of them did not come to run. Pure."""

from __future__ import annotations

import typing as t

Data = dict[str, t.Any]

LOOP_VAR = "__image_release_boot"  # of the role's loop over the test boots


def boot_tests(targets: t.Sequence[Data], places: t.Sequence[Data]) -> list[Data]:
    """Every image of a place's region, tried there.

    :param targets: the images of the release as release_targets tells them
    :param places: where an instance may be started
    """
    told = ("region", "image_id", "name", "planned")
    return [
        {**place, **{key: target[key] for key in told}}
        for place in places
        for target in targets
        if target["region"] == place["region"]
    ]


def unverified(results: t.Sequence[Data]) -> list[Data]:
    """
    :param results: of ecs_image_verify in a loop over trials
    :returns: the images that failed, each with ``error`` as records have it
    """
    return [
        {key: one[LOOP_VAR][key] for key in ("region", "image_id")} | {"error": _error(one)}
        for one in results
        if one.get("failed")
    ]


def _error(result: Data) -> Data:
    unknown = {
        "code": "NotVerified",
        "message": str(result.get("msg") or "unknown").strip(),
        "request_id": None,
        "hint": None,
    }
    return {**unknown, **(result.get("error") or {})}
