# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of imports and exports."""

from __future__ import annotations

from dataclasses import dataclass

from .switch import DIFFER, NO, NOT_KNOWN, choice, flag, seconds

_NO_PROBE = "no probe imports or exports: it takes a bucket, and hours"


# fmt: off
@dataclass
class Imports:
    """ImportImage, ExportImage, tasks."""

    import_cancel_leaves: str = choice(
        "record", "nothing", text="what a cancelled import leaves: a CreateFailed image that holds name and quota, or "
        "nothing.", page=NOT_KNOWN, level=NO, probe=_NO_PROBE,
    )
    import_fail_leaves: str = choice(
        "record", "nothing", text="what a failed import leaves: a CreateFailed image and failed snapshots, or nothing.",
        page=NOT_KNOWN, level=NO, probe=_NO_PROBE,
    )
    import_dup: str = choice(
        "refused", "accepted", text="whether an object that is just being imported can be imported once more.",
        page=NOT_KNOWN, level=NO, probe=_NO_PROBE,
    )
    import_foreign_bucket: str = choice(
        "refused", "accepted", text="whether a bucket of another account will do.", page=NOT_KNOWN,
        level=NO, probe=_NO_PROBE,
    )
    import_role_exact: bool = flag(
        True, "whether the role must have exactly its default name, whatever RoleName says.", page=NOT_KNOWN,
        level=NO, probe=_NO_PROBE,
    )
    import_bad_object_at: str = choice(
        "end", "call", text="when a truncated object, or one of another format, is noticed: in the end, when the image "
        "fails, or by the call.", page=NOT_KNOWN, level=NO, probe=_NO_PROBE,
    )
    export_deprecated: str = choice(
        "refused", "accepted", text="whether a Deprecated image can be exported.", page=NOT_KNOWN,
        level=NO, probe=_NO_PROBE,
    )
    task_visible_after: float = seconds(
        2.0, "seconds until a new task is found.", page=NOT_KNOWN, kinder=(0.0,), level=NO, probe=_NO_PROBE,
    )
    task_image_lag: float = seconds(
        2.0, "seconds from the end of an import's task to its image being Available.", page=NOT_KNOWN, kinder=(0.0,),
        level=NO, probe=_NO_PROBE,
    )
    import_waits: float = seconds(
        1.0, "seconds that a new import is Waiting before it is Creating.", page=NOT_KNOWN, kinder=(0.0,), level=NO,
        probe=_NO_PROBE,
    )
    import_copy_lag: float = seconds(
        2.0, "seconds after it is Available for which an imported image is still refused as a source of copies.",
        page=NOT_KNOWN, kinder=(0.0,), level=NO, probe=_NO_PROBE,
    )
    task_cancel_seconds: float = seconds(
        2.0, "seconds until a cancelled import or export has ended.", page=NOT_KNOWN, kinder=(0.0,), level=NO,
        probe=_NO_PROBE,
    )
    task_kept: float = seconds(
        86400.0, "seconds after its end that a task is still told of.", page=NOT_KNOWN, stricter=(0.0, 60.0),
        why="what an export has written is told nowhere else.", level=NO, probe=_NO_PROBE,
    )
    check_tags: str = choice(
        "counted", "uncounted", "none", text="whether an image that passes its check gets tags of the provider, and "
        "whether these count towards the 20 that it may have.", page=NOT_KNOWN, level=NO, probe=_NO_PROBE,
    )
    export_partial: str = choice(
        "stays", "removed", text="what a cancelled export leaves in the bucket: the object of the system disk, or "
        "nothing.", page=NOT_KNOWN, level=NO, probe=_NO_PROBE,
    )
    export_overwrite: str = choice(
        "overwritten", "refused", text="what happens to an object of the same name.", page=NOT_KNOWN, neither=True,
        why="an object that is lost and an export that fails are both bad.", level=NO, probe=_NO_PROBE,
    )
    export_name: str = choice(
        "new", "old", text="how the objects of an export are named: by prefix, image id and disk, or by prefix, image "
        "id and task id.", page=DIFFER, neither=True, why="who builds names finds nothing with the other.", level=NO,
        probe=_NO_PROBE,
    )
