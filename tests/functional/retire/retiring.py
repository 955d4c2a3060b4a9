# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of ecs_image_retire share: what is asked, and which images it came to."""

from __future__ import annotations

import typing as t

from functional.support import BEIJING, HOME, Outcome

RETIRE = "ecs_image_retire"
MARK = "imageops:deprecated-at"
DAY = 86400.0
OPTIONS: dict[str, t.Any] = {"regions": [HOME, BEIJING], "families": ["base"], "keep": 1}


def names(outcome: Outcome, key: str) -> set[str]:
    return {one["image_id"] for one in outcome.result[key]}


def chosen(images: dict[str, str], *labels: str) -> set[str]:
    return {images[label] for label in labels}


OLD = ("home 200", "home 100", "home 50", "copy 200", "copy 100", "copy 50")
