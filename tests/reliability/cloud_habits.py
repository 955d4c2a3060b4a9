# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The habits of a real cloud, drawn for one round: late, shifting, odd, lost, clocks apart."""

from __future__ import annotations

import random

from functional.support import Data

MAKERS = ("CopyImage", "CreateImage", "CopySnapshot")
WRITES = ("CopyImage", "CreateImage", "CancelCopyImage", "DeleteImage", "ModifyImageSharePermission")
SEEKERS = (
    "TagResources",
    "ModifyImageAttribute",
    "ModifyImageSharePermission",
    "DescribeImageSharePermission",
    "CancelCopyImage",
    "DeleteImage",
)


def habits(chance: random.Random) -> Data:
    """The switches of a round."""
    return {
        "listed_late": {action: chance.uniform(0, 20) for action in MAKERS},
        "tags_shown_late": {action: chance.uniform(0, 25) for action in (*MAKERS, "TagResources")},
        "tags_late_from": chance.choice(["call", "available"]),
        "found_late": {action: chance.uniform(0, 3) for action in SEEKERS},
        "total_count": chance.choice(["right", "half", "double", "zero", "absent"]),
        "clock_ahead": chance.choice([0, 400, -400]),
        "share_read_lag": chance.choice([0, 3]),
        "copy_gib_per_second": chance.choice([0.2, 2, 20]),
        "copy_slot_limit": 100,
    }


def troubles(chance: random.Random) -> list[Data]:
    """The faults of a round, each of which befalls some of the calls."""
    often = {"times": None, "seed": chance.randint(1, 1_000_000_000)}
    lost = [{"kind": kind, "action": action, "probability": 0.08} for kind in LOST for action in WRITES]
    rules: list[Data] = [
        *lost,
        {"kind": "throttle", "action": "*", "probability": 0.03},
        {"kind": "internal", "action": "*", "probability": 0.02},
        {"kind": "odd_status", "action": "CopyImage", "status_text": "Verifying", "seconds": 10, "probability": 0.3},
        {"kind": "odd_status", "action": "CopyImage", "status_text": "Quarantined", "probability": 0.1},
        {"kind": "cancel_ignored", "action": "CopyImage", "probability": 0.2},
        {"kind": "copy_fails", "action": "CopyImage", "probability": 0.1},
        {"kind": "list_shifts", "action": "DescribeImages", "shift": "in", "probability": 0.03},
    ]
    return [{**rule, **often} for rule in rules]


LOST = ("reset_before", "reset_after", "truncate")
