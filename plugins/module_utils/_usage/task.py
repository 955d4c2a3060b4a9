# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flow of ecs_image_usage_info: which images are asked about, one look at everything, and who uses each."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task, check_regions
from ansible_collections.imageops.alicloud.plugins.module_utils._usage import look as usage_look
from ansible_collections.imageops.alicloud.plugins.module_utils._usage import plan as usage_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._usage.plan import Asked


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What ecs_image_usage_info is told."""

    region: str | None = None
    regions: list[str] | None = None
    image_ids: list[str] | None = None
    images: list[Data] | None = None
    source_image_id: str | None = None
    source_region: str | None = None
    role_arns: list[str] | None = None

    @property
    def named(self) -> list[tuple[str, str]]:
        """Region and id of the images that are named with their region, each once. One that failed has no id."""
        pairs = [
            (str(image.get("region") or self.region or ""), str(image.get("image_id") or ""))
            for image in self.images or []
        ]
        return list(dict.fromkeys(pair for pair in pairs if pair[1]))

    @property
    def places(self) -> list[str]:
        """The regions that are looked at."""
        given = self.regions or ([self.region] if self.region and not self.images else [])
        return list(dict.fromkeys([*given, *(region for region, _image_id in self.named)]))


def validate(options: Options) -> list[str]:
    """What is wrong with the options."""
    faults = []
    if not (options.image_ids or options.images is not None or options.source_image_id):
        faults.append("no image is named: give image_ids, images, or source_image_id with source_region")
    if bool(options.source_image_id) != bool(options.source_region):
        faults.append("source_image_id and source_region need each other")
    if (options.image_ids or options.source_image_id) and not (options.regions or options.region):
        faults.append("regions is needed: where to look")
    faults += [f"the region of image {image_id} is not known" for region, image_id in options.named if not region]
    return faults


def gather_usage(run: Task[Options]) -> Data:
    """The flow of ecs_image_usage_info."""
    options = run.options
    check_regions(run, [*options.places, options.source_region])
    run.refuse_faults()
    looks = usage_look.look(run, options.places, options.role_arns or [])
    own = {seen.region: seen.images for seen in looks.seen if seen.account_id == run.account_id}
    asked = _asked(run, own)
    usage = []
    for image in asked:
        uses = [use for seen in looks.seen if seen.region == image.region for use in usage_plan.users(image, seen)]
        held = any(use["holds"] for use in uses)
        # Where something stayed out of sight, that nothing was seen proves nothing.
        whole = looks.is_whole(image.region) and not _may_be_named(image, looks)
        usage.append(
            {
                "region": image.region,
                "image_id": image.image_id,
                "name": image.name,
                "used": True if held else False if whole else None,
                "uses": uses,
            }
        )
    return {
        "changed": False,
        "usage": usage,
        "not_looked": looks.not_looked,
        "warnings": [*looks.warnings(), *_not_seen(run, asked)],
    }


def _may_be_named(asked: Asked, looks: usage_look.Looks) -> bool:
    """Whether something starts instances by a name or a family, and those of the image are not known."""
    found = [entry for seen in looks.seen if seen.region == asked.region for entry in seen.configurations]
    return not asked.owner_id and any(not entry["image_id"] for entry in found)


def _asked(run: Task[Options], own: t.Mapping[str, list[Image]]) -> list[Asked]:
    """The images that are asked about, each once. One that nobody has told of counts by its id alone."""
    options, found = run.options, {}
    named, ids = options.named, options.image_ids or []
    source = f"{options.source_region}/{options.source_image_id}" if options.source_image_id else None
    for region, images in own.items():
        leading = usage_plan.leaders(images)
        for image in images:
            is_source = source == f"{region}/{image['image_id']}"
            if (
                (region, image["image_id"]) in named
                or image["image_id"] in ids
                or (source and (is_source or image["tags"].get(markers.COPIED_FROM) == source))
            ):
                found[region, image["image_id"]] = usage_plan.asked_of(image, run.account_id, leading)
    hidden = [pair for pair in named if pair not in found]
    known = {image_id for _region, image_id in found}
    hidden += [(region, image_id) for image_id in ids if image_id not in known for region in options.places]
    return [*found.values(), *(Asked(region, image_id) for region, image_id in dict.fromkeys(hidden))]


def _not_seen(run: Task[Options], asked: t.Sequence[Asked]) -> list[str]:
    """A warning about what counts by its id alone, and one if a release was not to be found."""
    told = []
    strange = sorted(f"{image.region}/{image.image_id}" for image in asked if not image.owner_id)
    if strange:
        told.append(
            f"{', '.join(strange)} is no visible image of account {run.account_id}: who uses its snapshots, its "
            "name or its family can't be told. Check the id, and that ecs:DescribeImages is granted: without it the "
            "API returns an empty list"
        )
    if not asked and run.options.source_image_id:
        told.append(f"no copy of {run.options.source_region}/{run.options.source_image_id} was seen")
    return told
