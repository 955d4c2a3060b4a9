# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of an image or a snapshot is a running copy that may be cancelled. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import CREATE_FAILED, SETTLED
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What a cancel task is told."""

    region: str | None = None
    image_id: str | None = None
    source_image_id: str | None = None
    source_region: str | None = None
    regions: list[str] | None = None
    all_marked: bool = False
    delete_snapshots: bool = False
    accept_suspects: bool = False


# Reasons, as results name them.
UNKNOWN, COMPLETED, FAILED, NOT_A_COPY, STILL_RUNNING = "unknown", "completed", "failed", "not_a_copy", "still_running"
SUSPECT = "suspect"  # it runs, and says neither that it is ours nor that it is not
NOT_LOOKED_AT = "not_looked_at"  # the look at its whole region has failed


def reason_to_leave(image: Image | None) -> str | None:
    """Why there is nothing to cancel, or None if there is."""
    if image is None:
        return UNKNOWN
    if image["status"] not in SETTLED:
        if image["is_copied"]:
            return None
        # Being created or imported. If marked, it is the last step of a copy by snapshots, which nothing can cancel.
        return STILL_RUNNING if markers.is_marked_copy(image) else NOT_A_COPY
    return FAILED if image["status"] == CREATE_FAILED else COMPLETED


def running_snapshots(snapshots: t.Sequence[Snapshot], images: t.Sequence[Image]) -> list[Snapshot]:
    """Snapshot copies that are on their way to an image that is not there yet, or to nothing but themselves.

    :param snapshots: marked ones of one region
    :param images: all marked images of that region; a snapshot whose image is there belongs to it
    """
    made = {(image["tags"].get(markers.COPIED_FROM), markers.made_as(image)) for image in images}
    settled = {markers.SNAPSHOT_OF, markers.LEFTOVER_OF}
    return [snapshot for snapshot in snapshots if not settled & set(snapshot["tags"]) and _is_running(snapshot, made)]


def _is_running(snapshot: Snapshot, made: t.Collection[tuple[str | None, str | None]]) -> bool:
    origin = snapshot["tags"].get(markers.COPIED_FROM, "")
    if snapshot["status"] == "progressing":
        return True
    # Of an image's disks some are copied sooner than others. A copy of a single snapshot is done when it is done.
    of_an_image = not origin.partition("/")[2].startswith("s-")
    return of_an_image and (origin, markers.made_as(snapshot)) not in made
