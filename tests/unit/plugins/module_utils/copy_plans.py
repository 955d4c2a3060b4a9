# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the plan of copies share: a decision, and copies of other images."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.plan import Found
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Options, Wanted
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import (
    HOME,
    MARKERS,
    image,
    wanted,
)

Data = dict[str, t.Any]
OTHER_SOURCE = {**MARKERS, "imageops:copied-from": f"{HOME}/m-other"}
OTHER_NAME = {**MARKERS, "imageops:copied-as": "silver"}


def decide(
    marked: t.Sequence[Data] = (),
    named: t.Sequence[Data] = (),
    source: Data | None = None,
    wish: Wanted | None = None,
    gone: bool = False,
    known: t.Sequence[str] = (),
    **options: bool,
) -> copy_plan.Decision:
    source = None if gone else source or image()
    return copy_plan.decide(source, wish or wanted(), Found(list(marked), list(named), known), Options(**options))


def code(decision: copy_plan.Decision) -> str | None:
    return decision.refusal.code if decision.refusal else None
