# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What else an account holds, some of it easily mistaken for a run's own."""

from __future__ import annotations

import typing as t

from live.keeper import PREFIX, TAG
from live_tests.account import MAIN, REGIONS, SECOND, WORLD

RUN = "f0f0f0f0"
BEFORE = "2026-03-01T00:00:00Z"


def _kinds(number: int) -> dict[str, t.Any]:
    """Names, tags and times that are the run's but for one of them."""
    ours, name = {TAG: RUN}, f"{PREFIX}-{RUN}-first-{number}"
    return [
        {"name": f"golden-{number}"},
        {"name": name},  # no tag
        {"name": name, "created": BEFORE, "tags": ours},  # before the run, and not in its journal
        {"name": f"golden-{number}", "tags": ours},  # another name
        {"name": name, "tags": {TAG: "0e0e0e0e"}},  # the tag of another run
        {"name": f"{PREFIX}-0e0e0e0e-{number}", "tags": {TAG: "0e0e0e0e"}},
        {"name": f"x{name}", "tags": ours},
        {"name": name, "account": SECOND, "tags": ours, "shares": [MAIN]},
    ][number % 8]


def world() -> dict[str, t.Any]:
    """Two hundred objects in the regions of the run, beside the image that it is given."""
    images = [{"region": REGIONS[number % 3], **_kinds(number)} for number in range(100)]
    snapshots = [{"region": REGIONS[number % 3], **_kinds(number)} for number in range(100)]
    return {"images": [*WORLD["images"], *images], "snapshots": snapshots}
