# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of imports and exports."""

from __future__ import annotations

from dataclasses import dataclass

from .switch import NO, NOT_KNOWN, choice, flag, seconds

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
