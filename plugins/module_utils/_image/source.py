# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is looked at before an image is created: what it is to be made of, and what stands in the way of its copies.

Its name alone says which image is ours: of one thing any number may be made. Its copies say what it was called.
"""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError, Refused, refuse
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, is_unfinished
from ansible_collections.imageops.alicloud.plugins.module_utils._base.regions import EVERY
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Disk, Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan as image_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_disks, plan_import
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import Options
from ansible_collections.imageops.alicloud.plugins.module_utils._share.plan import planned_refusal
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task

_LEFT = "Go on with these copies, by the manifest of their release or by their ids, or remove them."
_WAY_OUT = "To have a new image all the same, choose another name."


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


def refusal_for_copies(run: Task[Options]) -> Refused | None:
    """Why an image would be created in vain: other images hold the names that its copies were to have."""
    held: dict[str, list[str]] = {}  # by the id of the image that they are copies of
    taken: list[str] = []  # by anything else
    run.jobs.run(lambda place: _look(run, place, held, taken), _places(run))
    for image_id in sorted(held):
        look = functools.partial(run.api.images.get, run.options.region, image_id)
        source = waiter.shown(run, look)  # one that shows late is not gone
        if source is None or _is_renamed(source, run.options):
            return _refusal(run.options, image_id, source, held[image_id])
        if source["name"] != run.options.name:
            taken += held[image_id]
    return _name_taken(run.options, taken) if taken else None


def refusal_to_share(options: Options, disks: t.Sequence[Disk]) -> Refused | None:
    """Why an image would be created in vain: accounts are to get copies of it that can't be shared."""
    copies = {place["region"]: _copy(place, disks) for place in options.copied_to or [] if place.get("shared")}
    refused = {region: refusal.code for region, copy in copies.items() if (refusal := planned_refusal("", copy))}
    if not refused:
        return None
    first, code = next(iter(refused.items()))
    regions = ["every other region" if one == EVERY else one for one, other in refused.items() if other == code]
    return planned_refusal(f"{options.name} in {', '.join(regions)}", copies[first])


def _copy(place: Data, disks: t.Sequence[Disk]) -> Data:
    """A copy as far as it is known before its source. As the source is encrypted, it has no key of its own."""
    asked = place.get("encrypted")
    encrypted = any(disk["encrypted"] for disk in disks) if asked is None else asked
    return {"encrypted": encrypted, "disk_count": len(disks), **({"kms_key_id": None} if asked is None else {})}


def _places(run: Task[Options]) -> list[Data]:
    """Where copies are to be made, each region by its name."""
    given = run.options.copied_to or []
    named = [place for place in given if place["region"] != EVERY]
    if len(named) == len(given):
        return given
    known = {run.options.region, *(place["region"] for place in named)}
    return [*named, *({"region": region} for region in run.api.region_ids(run.options.region) if region not in known)]


def _look(run: Task[Options], place: Data, held: dict[str, list[str]], taken: list[str]) -> None:
    """The job for one region. Where nobody can look, ecs_image_copy will tell it."""
    region, name = place["region"], str(place.get("name") or run.options.name)
    try:
        found = _holders(run, region, name)
    except ImageOpsError:
        return
    for image in found:
        source_region, _slash, source_id = image["tags"].get(markers.COPIED_FROM, "").partition("/")
        there = f"{region} {image['image_id']}"
        if markers.made_as(image) == name and source_id and source_region == run.options.region:
            held.setdefault(source_id, []).append(there)
        elif source_id or markers.CREATED_FROM in image["tags"] or not is_unfinished(image):
            taken.append(there)


def _holders(run: Task[Options], region: str, name: str) -> list[Image]:
    """The images of exactly this name. The tags of a new one may show late: it may be a copy that another run made."""

    def look() -> list[Image]:
        return [image for image in run.api.images.find(region, name=name) if image["name"] == name]

    def is_known(found: list[Image]) -> bool:
        # Of one that is not finished nobody can tell: ecs_image_copy waits for it.
        return not any(age.may_lack_tags(image, run.api.time) for image in found if not is_unfinished(image))

    end = min(run.deadline, waiter.consistency_end(run))
    holders, _is_known = waiter.last_look(run, look, is_known, deadline=end)
    return holders


def _is_renamed(source: Image, options: Options) -> bool:
    """Whether an image is the one that is asked for under another name. Copies of another one are their own matter."""
    is_ours = source["tags"].get(markers.CREATED_FROM) == image_plan.created_from(options)
    return is_ours and source["name"] != options.name


def _name_taken(options: Options, taken: list[str]) -> Refused:
    what = f"other images hold the names that copies of {options.name!r} were to have: {', '.join(sorted(taken))}"
    # It can't be a copy of what is not there yet, so that adopt_unmarked does not help.
    return Refused("NameTaken", what, "Choose another name, for the image or for its copies there, or remove them.")


def _refusal(options: Options, image_id: str, source: Image | None, copies: list[str]) -> Refused:
    name, region = options.name, options.region
    what = f"copies of {image_id} in {region} hold the names that copies of a new image {name!r} were to have"
    there = f"{what} ({', '.join(sorted(copies))})"
    if source is None:
        return Refused("CopiesLeft", f"{there}, and it is gone", f"{_LEFT} {_WAY_OUT}")
    return Refused(
        "Renamed",
        f"{there}, and it is called {source['name']!r} now",
        f"Give {image_id} its name {name!r} again, as ecs_image does by an id, and run again. {_WAY_OUT}",
    )
