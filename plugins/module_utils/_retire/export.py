# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""The export of an image that is to go: first, and seen finished."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._export import plan as export_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._export import task as export_task
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import plan as retire_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._retire.plan import Options
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run, Task

# How an export comes to pass that is waited for.
WAITED = (export_task.STARTED, export_task.ADOPTED)
UNDER_WAY = "its export is under way: a run that finds it finished goes on with it"


def export_first(run: Run, image: Image, rules: Options, entry: Data) -> bool:
    """Export an image that is to go, if that is asked for, and say so in its entry.

    :param run: of the one image, which is marked if its export changes something
    :returns: whether the image may go now
    :raises ImageOpsError: where the export fails, so that the image stays
    """
    if rules.export is None:
        return True
    known = export_plan.seen_finished(image)
    if known:
        entry["export"] = {"action": export_task.PRESENT, "task_id": None, "bucket": known[0], "objects": known[1]}
        return True
    # The plan has kept those that can't be exported, where that is required.
    why = retire_plan.why_not_exported(image, rules)
    if why is None:
        why = _export(run, image, rules.export, entry)
    if why is None:
        return _is_done(run, entry)
    if rules.export_required:
        _stays(entry, f"{why}. It goes all the same with export_required=false")
        return False
    entry["reason"] += f". It {why}"
    return True


def _export(run: Run, image: Image, export: t.Mapping[str, t.Any], entry: Data) -> str | None:
    """
    :returns: why the API does not export it
    """
    task = Task.of(run, retire_plan.export_of(image, export))
    try:
        done = export_task.export_image(task)
    except ImageOpsError as error:
        if not isinstance(error, ApiError) or error.code not in error_codes.NOT_EXPORTABLE:
            _tell(entry, error.extra)
            raise
        return f"can't be exported: {error.code}: {error.message}".rstrip(".")
    finally:
        run.changed = run.changed or task.changed
    _tell(entry, done)
    return None


def _tell(entry: Data, done: Data) -> None:
    """Say in the entry of an image what its export has come to, if anything is known of it."""
    if "objects" in done:
        entry["export"] = {key: done[key] for key in ("action", "task_id", "bucket", "objects")}


def _is_done(run: Run, entry: Data) -> bool:
    """Whether the objects are there, or would be."""
    if (run.check and run.waiting.wait) or entry["export"]["objects"]:
        return True
    _stays(entry, UNDER_WAY)
    return False


def _stays(entry: Data, reason: str) -> None:
    entry["outcome"], entry["reason"] = "kept", reason
