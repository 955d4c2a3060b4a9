# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input, and that it is refused before the first write."""

from __future__ import annotations

import typing as t

from functional.support import BEIJING, HOME, Lab, Outcome

COPY, SHARE, IMAGE, CANCEL = "ecs_image_copy", "ecs_image_share", "ecs_image", "ecs_image_copy_cancel"


def refused(lab: Lab, outcome: Outcome, *words: str) -> None:
    assert outcome.code == 1, outcome.result
    assert not outcome.changed
    for word in words:
        assert word in outcome.msg
    assert lab.writes() == []


def copy(lab: Lab, source: str, **params: t.Any) -> Outcome:
    return lab(COPY, **{"region": HOME, "image_id": source, "destination_regions": [BEIJING], **params})
