# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The integration targets, and what each asks of an account."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "integration" / "targets"


@dataclasses.dataclass(frozen=True)
class Target:
    """What a target makes in an account, in sizes of the image: its copies and the calls that start something."""

    name: str
    calls: Mapping[str, int] = dataclasses.field(default_factory=dict)
    needs: tuple[str, ...] = ()
    """Settings that it can't do without, beside those that all need."""
    never: str = ""
    """Why it is not for an account."""


TARGETS = (
    Target("ecs_image_info"),
    Target("lookup_ecs_image"),
    Target("ecs_image_share_info"),
    Target("ecs_image_usage_info"),
    Target("ecs_image_audit_info"),
    Target("ecs_image_copy", {"CopyImage": 2, "DeleteImage": 2, "DeleteSnapshot": 2}),
    Target("ecs_image_copy_cancel", {"CopyImage": 2, "CancelCopyImage": 2}),
    Target("ecs_snapshot_copy", {"CopySnapshot": 1, "DeleteSnapshot": 1}),
    Target("ecs_image", {"CreateImage": 1, "DeleteImage": 1, "DeleteSnapshot": 1}, needs=("instance_id",)),
    Target("ecs_image_share", {"ModifyImageSharePermission": 2}, needs=("second_account",)),
    Target(
        "role_image_release", {"CopyImage": 1, "ModifyImageSharePermission": 2, "ModifyImageAttribute": 2},
        needs=("second_account",),
    ),
    Target("ecs_image_retire", never="it needs releases of other years, which only the simulator has"),
    Target("role_image_retire", never="it needs releases of other years, which only the simulator has"),
    Target("ecs_image_import", never="it adds a bucket to the simulator, and no module makes one"),
    Target("ecs_image_export", never="it adds a bucket to the simulator, and no module makes one"),
    Target("ecs_launch_template_image", never="it adds a template to the simulator, and no module makes one"),
    Target("ecs_image_verify", never="it starts instances, and looks into the simulator's state"),
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Plan:
    """What will run, and what will not and why."""

    run: tuple[Target, ...]
    skipped: Mapping[str, str]

    @property
    def calls(self) -> Counter[str]:
        """Calls that make or change something, by action, with those for the image that all start from."""
        found = Counter({"CreateImage": 1, "DeleteImage": 1})
        for target in self.run:
            found.update(target.calls)
        return found

    def text(self, size: int) -> str:
        """What is printed before the first write."""
        calls = self.calls
        images = calls["CreateImage"] + calls["CopyImage"]
        snapshots = calls["CopyImage"] + calls["CopySnapshot"] + (calls["CreateImage"] - 1)
        lines = [
            f"Will run: {', '.join(target.name for target in self.run)}.",
            f"Makes {images} images and {snapshots} snapshots of {size} GiB, at most {snapshots * size} GiB at a time, "
            "for as long as it takes: an hour at the longest, of which most is copying. Everything is taken away.",
            "Writes, by action: " + ", ".join(f"{action} {count}" for action, count in sorted(calls.items())) + ".",
        ]
        return "\n".join([*lines, *(f"Not run: {name}: {why}." for name, why in self.skipped.items())])


def planned(settings: Mapping[str, Any]) -> Plan:
    """The targets that these settings are enough for."""
    skipped = {}
    for target in TARGETS:
        missing = [name for name in target.needs if not settings.get(name)]
        if target.never or missing:
            skipped[target.name] = target.never or f"{', '.join(missing)} is not in the settings"
    return Plan(tuple(target for target in TARGETS if target.name not in skipped), skipped)


def unknown() -> Sequence[str]:
    """Targets that are in one place alone: the table or the folder."""
    there = {path.parent.name for path in FOLDER.glob("*/aliases")} - {"setup_simulator"}
    return sorted(there ^ {target.name for target in TARGETS})
