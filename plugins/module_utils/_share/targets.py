# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images a share task is about. The same for sharing and for reading share lists."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused, failure_of
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    AVAILABLE,
    DEPRECATED,
    UNAVAILABLE,
    Data,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._share import plan as share_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run, Task, check_regions

# The options by which a module is told its images, as Ansible checks them.
ARGUMENTS: Data = {
    "image_id": {"type": "str"},
    "image": {"type": "dict"},
    "images": {"type": "raw"},
    "source_image_id": {"type": "str"},
    "source_region": {"type": "str"},
    "regions": {"type": "list", "elements": "str"},
}
EXCLUSIVE = ("image_id", "image", "images", "source_image_id")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """How a task names its images."""

    region: str | None = None
    image_id: str | None = None
    image: Data | None = None
    images: list[Data] | None = None
    source_image_id: str | None = None
    source_region: str | None = None
    regions: list[str] | None = None
    all_own: bool = False


OptionsT = t.TypeVar("OptionsT", bound=Options)

# States in which an image shows what it is. Others can't be shared, which is refused where it is tried.
COMPARABLE = frozenset({AVAILABLE, DEPRECATED, UNAVAILABLE})


def target_faults(options: Options) -> list[str]:
    """What is wrong with how a task names its images. The same for sharing and for reading share lists."""
    faults = []
    if options.image_id and not options.region:
        faults.append("image_id needs region")
    if options.source_image_id and not (options.source_region and options.regions):
        faults.append("source_image_id needs source_region and regions")
    if options.all_own and not options.regions:
        faults.append("all_own needs regions")
    if not (options.image_id or options.image or options.images or options.source_image_id or options.all_own):
        faults.append(
            "no image is named: give image_id with region, image, images, "
            "or source_image_id with source_region and regions"
        )
    for entry in entries_of(options):
        named = f"image {entry.get('image_id') or entry.get('name')}"
        if not (entry.get("image_id") or entry.get("planned") or entry.get("error")):
            faults.append("an image without image_id is named")
        if not entry["region"]:
            faults.append(f"the region of {named} is not known")
        if not isinstance(entry.get("accounts") or [], (list, tuple)):
            faults.append(f"the accounts of {named} must be a list")
        faults += models.planned_faults(entry)
    return faults


def accounts_of(entry: t.Mapping[str, t.Any]) -> list[str]:
    """The accounts that an entry of ``images`` names for itself. YAML makes numbers of ids without quotes."""
    named = entry.get("accounts")
    return [str(account) for account in named] if isinstance(named, (list, tuple)) else []


def entries_of(options: Options) -> list[Data]:
    """The images that a task hands in, each with its region.

    One that is named twice is one image, for all the accounts of both. Otherwise each would undo what the other does.
    """
    entries: list[Data] = []
    known: dict[tuple[str, str], Data] = {}
    for given in options.images or ([options.image] if options.image else []):
        entry = {**given, "region": given.get("region") or options.region}
        key = (str(entry["region"]), str(entry.get("image_id")))
        if key in known:
            known[key]["accounts"] = list(dict.fromkeys([*accounts_of(known[key]), *accounts_of(entry)]))
            continue
        entries.append(entry)
        if entry.get("image_id") and not entry.get("error"):
            known[key] = entry
    return entries


def targets_of(run: Task[OptionsT], patient: bool = False) -> list[Data]:
    """The images that a task names, each with ``region``, ``image_id``, and ``accounts`` of its own.

    One that can't be had, as its entry says or as a look shows, has a ``refusal`` instead.

    :param patient: whether a copy, or its tags, may show late. To take something from what is not seen there is no time
    """
    options, region, entries = run.options, run.options.region, entries_of(run.options)
    check_regions(
        run,
        [region, options.source_region, *(options.regions or []), *(entry["region"] for entry in entries)],
    )
    if not run.check:
        run.faults += [
            f"image {entry.get('name') or ''} in {entry['region']} has no image_id: check mode only planned it. "
            "Hand in what a real run has returned"
            for entry in entries
            if not (entry.get("image_id") or entry.get("error"))
        ]
    run.refuse_faults()
    if options.source_image_id or options.all_own:
        return _looked_up(run, list(dict.fromkeys(options.regions or [])), patient)
    return [_target(entry) for entry in entries or [{"region": region, "image_id": options.image_id}]]


def doubts(run: Task[OptionsT], found: t.Sequence[Data]) -> list[str]:
    """Warnings: where no image was found, that is only as good as what these credentials can see."""
    options, shown = run.options, {target["region"] for target in found}
    if not (options.source_image_id or options.all_own):
        return []
    unseen = [region for region in dict.fromkeys(options.regions or []) if region not in shown]
    return run.visibility_warnings(unseen)


def _target(entry: Data) -> Data:
    """An entry as it was handed in. With an error in it, its image may well be somebody else's."""
    error = entry.get("error")
    if not error:
        return entry
    details = error if isinstance(error, dict) else {"message": str(error)}
    message = f"it was handed in with an error: {details.get('message')}"
    return {**entry, "refusal": Refused(str(details.get("code") or "Failed"), message, details.get("hint"))}


def _looked_up(run: Task[OptionsT], regions: list[str], patient: bool) -> list[Data]:
    """The images that are to be found in regions. A region that can't be looked at is an entry with its error."""
    options = run.options
    source_id = options.source_image_id
    source = run.api.images.get(str(options.source_region), source_id) if source_id else None
    found: dict[str, list[Data]] = {}

    def look(region: str) -> None:
        try:
            found[region] = _marked_copies(run, region, source, patient) if source_id else _all_own(run, region)
        except Exception as error:
            found[region] = [{"region": region, "image_id": None, "refusal": failure_of(error)}]

    run.jobs.run(look, regions)
    return [target for region in regions for target in found[region]]


def _all_own(run: Run, region: str) -> list[Data]:
    return [
        {"region": region, "image_id": image["image_id"], "name": image["name"]}
        for image in run.api.images.find(region)
    ]


def _marked_copies(run: Task[OptionsT], region: str, source: Image | None, patient: bool) -> list[Data]:
    """All copies of the source in a region, whatever their state. One that belies its markers has a refusal."""
    origin = markers.source_ref(str(run.options.source_region), str(run.options.source_image_id))

    def look() -> list[Image] | None:
        found = run.api.images.find(region, tags={markers.COPIED_FROM: origin})
        return [image for image in found if image["tags"].get(markers.COPIED_FROM) == origin] or None

    targets = []
    for image in (waiter.shown(run, look) if patient else look()) or []:
        refusal = None
        if image["status"] in COMPARABLE:
            snapshots = None if image["is_copied"] else run.api.snapshots.get(region, image["snapshot_ids"])
            refusal = share_plan.copy_refusal(source, image, snapshots)
        targets.append({"region": region, "image_id": image["image_id"], "name": image["name"], "refusal": refusal})
    return targets
