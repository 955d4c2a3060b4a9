# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of ecs_image_copy_cancel share."""

from __future__ import annotations

import typing as t

from functional.support import Outcome

CANCEL = "ecs_image_copy_cancel"


def one(outcome: Outcome, what: str) -> dict[str, t.Any]:
    (entry,) = outcome.result[what]
    return t.cast("dict[str, t.Any]", entry)
