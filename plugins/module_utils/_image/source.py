# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image is to be made of, looked at before the first write."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused, refuse
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Disk, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_disks, plan_import
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import Options
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task


def disks(run: Task[Options]) -> list[Disk]:
    """The disks that the image will get. A source that is not there is refused, before the first write."""
    region, instance_id = run.options.region, run.options.instance_id
    if instance_id:
        if run.api.instances.get(region, instance_id) is None:
            raise _missing("instance", instance_id, region)
        return run.api.instances.disks(region, instance_id)
    if run.options.import_from:
        return plan_import.disks(run.options.import_from)  # what is in a bucket only the API sees
    mappings = run.options.disk_mappings or [{"snapshot_id": run.options.snapshot_id}]
    wanted = [disk["snapshot_id"] for disk in mappings if disk.get("snapshot_id")]
    found = _snapshots(run, wanted)
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise _missing("snapshot", ", ".join(missing), region)
    planned = [plan_disks.mapped_disk(disk, found.get(disk.get("snapshot_id") or "")) for disk in mappings]
    refuse(plan_disks.refusal_of_disks(planned, mappings, found))
    return planned


def _snapshots(run: Task[Options], wanted: t.Sequence[str]) -> dict[str, Snapshot]:
    """Snapshots by their ids. A copy that was just made may show late."""

    def look() -> dict[str, Snapshot]:
        return {snapshot["snapshot_id"]: snapshot for snapshot in run.api.snapshots.get(run.options.region, wanted)}

    return waiter.shown(run, look, lambda found: set(wanted) <= set(found)) or {}


def _missing(what: str, ids: str, region: str) -> Refused:
    code, action = {
        "instance": ("InvalidInstanceId.NotFound", "ecs:DescribeInstances"),
        "snapshot": (error_codes.NO_SUCH_SNAPSHOT, "ecs:DescribeSnapshots"),
    }[what]
    return Refused(
        code,
        f"{what} {ids} is not visible in {region}",
        f"Check the id, the region and the account, and that {action} is granted: without it nothing is visible.",
    )
