# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a region where images are retired, and how long that holds."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import use
from ansible_collections.imageops.alicloud.plugins.module_utils._retire.plan import Verdict
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run

FRESH = 60.0  # seconds after which what was seen is looked at again before an image goes


@dataclasses.dataclass
class Region:
    """What was seen in one region, and what is to be done there."""

    name: str
    turn: contextlib.AbstractContextManager[t.Any]  # of the one job that looks again
    images: list[Image] = dataclasses.field(default_factory=list)  # all own ones
    snapshots: list[Snapshot] = dataclasses.field(default_factory=list)
    verdicts: list[Verdict] = dataclasses.field(default_factory=list)
    orphans: list[Data] = dataclasses.field(default_factory=list)
    left: list[Image] = dataclasses.field(default_factory=list)  # ours, in no family, and not selected
    warnings: list[str] = dataclasses.field(default_factory=list)
    went: bool = False  # an image is gone that was still going when the snapshots were looked at: they are nobody's now
    blind: bool = False  # no own image is to be seen, so that absence proves nothing
    uses: use.Uses = dataclasses.field(default_factory=dict)  # of the images that would go
    unseen: str = ""  # what may use them, and could not be looked at
    seen_at: float = 0.0  # when the last look at the images began
    again: list[Image] | None = None  # what it has shown, if it was not the first one
    error: ImageOpsError | None = None


def seen_again(run: Run, region: Region, since: float | None) -> list[Image] | None:
    """The own images as a look has shown them that is fresh: one for all jobs of the region.

    :param since: clock time; what was seen until then is not fresh, however short ago that is
    :returns: None if the first look is
    """
    with region.turn:
        now = run.clock.now()
        if (since is not None and region.seen_at <= since) or now - region.seen_at > FRESH:
            region.again, region.seen_at = run.api.images.find(region.name), now
        return region.again
