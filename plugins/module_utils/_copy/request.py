# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a copy task's options to the destinations that are wanted, and everything that is wrong with them. Pure."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers as base_markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base import models, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot import plan as snapshot_plan

# The options of ecs_image_copy as Ansible checks them, beside those of every module that waits.
DESTINATION: Data = {
    "name": {"type": "str"},
    "description": {"type": "str"},
    "encrypted": {"type": "bool"},
    "kms_key_id": {"type": "str"},
    "resource_group_id": {"type": "str"},
    "family": {"type": "str"},
    "tags": {"type": "dict"},
}

ARGUMENTS: Data = {
    **DESTINATION,
    "image_id": {"type": "str"},
    "image": {"type": "dict"},
    "source_image_id": {"type": "str"},
    "source_region": {"type": "str"},
    "images": {"type": "raw"},
    "destination_regions": {"type": "list", "elements": "str"},
    "destinations": {
        "type": "list",
        "elements": "dict",
        "options": {"region": {"type": "str", "required": True}, **DESTINATION},
    },
    "copy_tags": {"type": "bool", "default": True},
    "purge_tags": {"type": "bool", "default": False},
    "max_tags": {"type": "int", "default": 20},
    "method": {"type": "str", "choices": ["auto", "image", "snapshots"], "default": "auto"},
    "large_image_gib": {"type": "int", "default": 2048},
    "replace_failed": {"type": "bool", "default": True},
    "adopt_unmarked": {"type": "bool", "default": False},
    "additional_copy": {"type": "bool", "default": False},
    "restore_name": {"type": "bool", "default": False},
    "preflight": {"type": "str", "choices": ["dry_run", "none"], "default": "dry_run"},
    "on_timeout": {"type": "str", "choices": ["leave", "cancel"], "default": "leave"},
}

EXCLUSIVE = [["image_id", "image", "images"], ["source_image_id", "image", "images"]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class PerDestination(snapshot_plan.PerDestination):
    """What may be said at top level for all destinations, or for one of them. The one list of it."""

    resource_group_id: str | None = None
    family: str | None = None


NO_SOURCE = "there is no source: give source_image_id with source_region, image, or images"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options(PerDestination):
    """What a copy task is told."""

    region: str | None = None
    image_id: str | None = None
    source_image_id: str | None = None
    source_region: str | None = None
    image: Data | None = None
    images: list[Data] | None = None
    destination_regions: list[str] | None = None
    destinations: list[Data] | None = None
    copy_tags: bool = True
    max_tags: int = 20
    method: str = "auto"
    large_image_gib: int = 2048
    preflight: str = "dry_run"
    on_timeout: str = "leave"
    # What happens to what is found
    replace_failed: bool = True
    adopt_unmarked: bool = False
    additional_copy: bool = False
    restore_name: bool = False
    purge_tags: bool = False

    @functools.cached_property
    def asked(self) -> tuple[list[Request], list[str]]:
        """The destinations that are asked for, and what is wrong with them."""
        return _requests_of(self)


@dataclasses.dataclass(frozen=True)
class Wanted:
    """One destination as asked for, with all defaults filled in."""

    region: str
    name: str
    description: str | None
    encrypted: bool | None  # None: as the source, which is gone
    kms_key_id: str | None
    resource_group_id: str | None
    family: str | None
    tags: dict[str, str]  # the user's, and the source's if they are to be taken over
    markers: dict[str, str]
    is_source: bool = False  # the image itself: the source's region, and nothing to encrypt

    def request(self, source: Image) -> Data:
        """What CopyImage is asked for. Without a description of its own the copy starts with the source's."""
        description = self.description if self.description is not None else source["description"]
        return {**dataclasses.asdict(self), "description": description, "tags": self.all_tags}

    @property
    def all_tags(self) -> dict[str, str]:
        """The tags that the copy gets, with the markers."""
        return {**self.tags, **self.markers}


@dataclasses.dataclass(frozen=True)
class Request(PerDestination):
    """One destination as the task's options say it, before the source was looked at."""

    source_region: str
    source_id: str | None  # None: an image that check mode only plans
    region: str
    own: frozenset[str] = frozenset()  # which of these its entry gives by itself; the others are defaults of the task

    @property
    def is_source(self) -> bool:
        """Whether no copy is asked for: in its own region, unencrypted, a destination is the source itself."""
        return self.region == self.source_region and not self.encrypted

    def not_applied(self, source: Image) -> list[str]:
        """What is asked of the source itself and differs from what it is. A copy task changes no source."""
        asked = ("name", "description", "family", "resource_group_id")
        found = [key for key in asked if getattr(self, key) and getattr(self, key) != source.get(key)]
        tags = self.tags or {}
        return found + (["tags"] if any(source["tags"].get(key) != value for key, value in tags.items()) else [])


def _requests_of(options: Options) -> tuple[list[Request], list[str]]:
    defaults = {field.name: getattr(options, field.name) for field in dataclasses.fields(PerDestination)}
    if options.images:
        return _requests_in_place(options, defaults)
    source_region, source_id, faults = _source_of(options)
    entries: list[t.Mapping[str, t.Any]] = [{"region": region} for region in options.destination_regions or []]
    entries += options.destinations or []
    if not entries:
        faults.append("there is no destination: give destination_regions, destinations or images")
    requests = [Request(source_region, source_id, **_merged(entry, defaults)) for entry in entries]
    return requests, faults + _request_faults(requests)


def source_region(options: Options) -> str:
    """The region of the source, as far as the options say it."""
    return _source_of(options)[0]


def _requests_in_place(options: Options, defaults: t.Mapping[str, t.Any]) -> tuple[list[Request], list[str]]:
    """Each image is copied in its own region, with the options that ``destinations`` has for that region."""
    given, entries = validation.image_entries(options.images), options.destinations or []
    images = {entry.get("region") or options.region or "": entry.get("image_id") for entry in given}
    faults = []
    if options.destination_regions:
        faults.append("images name their own destinations: leave destination_regions out")
    if len(images) < len(given):
        faults.append("images names a region twice: one copy per region and task")
    faults += [
        f"destination {entry['region']}: images names no image there"
        for entry in entries
        if entry["region"] not in images
    ]
    faults += [
        f"images names no image in {region}: give an image id, or leave the region out"
        for region, image_id in images.items()
        if not image_id
    ]
    own = {entry["region"]: entry for entry in entries}
    if len(own) < len(entries):
        faults.append("destinations names a region twice: one copy per region and task")
    requests = [
        Request(region, image_id, **_merged({**own.get(region, {}), "region": region}, defaults))
        for region, image_id in images.items()
    ]
    return requests, faults + _request_faults(requests)


def _source_of(options: Options) -> tuple[str, str | None, list[str]]:
    given = options.image
    if given is not None:
        region = given.get("region") or options.source_region or options.region
        image_id = given.get("image_id")
        faults = (
            []
            if image_id or given.get("planned")
            else ["image has no image_id: give an image as ecs_image returned it"]
        )
        faults += models.planned_faults(given)
    else:
        region = options.source_region or options.region
        image_id = options.source_image_id or options.image_id
        faults = [] if image_id else [NO_SOURCE]
    if not region:
        faults.append("the region of the source is not known: give source_region, or region")
    return region or "", image_id, faults


def _merged(entry: t.Mapping[str, t.Any], defaults: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    own = frozenset(key for key in defaults if entry.get(key) is not None)
    return {**snapshot_plan.merged(entry, defaults), "own": own}


def _request_faults(requests: t.Sequence[Request]) -> list[str]:
    faults = validation.region_faults([request.region for request in requests])
    for request in requests:
        where = f"destination {request.region}: "
        found = validation.text_faults(request.name, request.description, request.tags, request.family)
        if request.kms_key_id and request.encrypted is not True:
            found.append("kms_key_id needs encrypted=true")
        if request.region == request.source_region and request.encrypted and not request.name:
            found.append("name is required for an encrypted copy inside the source's region")
        faults += [where + fault for fault in found]
    return faults


def wanted_of(request: Request, source: Image | None, copy_tags: bool) -> Wanted:
    """Fill in what the source decides."""
    encrypted = request.encrypted if request.encrypted is not None else source["encrypted"] if source else None
    inherited = base_markers.without_reserved(source["tags"]) if source and copy_tags else {}
    given = dict(request.tags or {})
    taken = {key.lower() for key in given}
    name = request.name or (source["name"] if source else "")
    if request.is_source and source:
        name = source["name"]
    return Wanted(
        region=request.region,
        name=name,
        description=request.description,
        encrypted=encrypted,
        kms_key_id=request.kms_key_id,
        resource_group_id=request.resource_group_id,
        family=request.family,
        tags={**{key: value for key, value in inherited.items() if key.lower() not in taken}, **given},
        markers=base_markers.of_copy(request.source_region, request.source_id or "(planned)", source, name),
        is_source=request.is_source,
    )


def source_faults(source: Image, wanted: t.Sequence[Wanted], max_tags: int) -> list[str]:
    """What is wrong with these destinations for this source, for sure and before anything is started."""
    faults = []
    if source["owner_alias"] in ("system", "marketplace") or source["is_public"]:
        faults.append(f"image {source['image_id']} is a public or marketplace image: only custom images can be copied")
    for destination in wanted:
        if destination.is_source and destination.encrypted is source["encrypted"]:
            continue
        where = f"destination {destination.region}: "
        if source["encrypted"] and not destination.encrypted:
            faults.append(where + f"{source['image_id']} is encrypted, and a copy of it can't be plain")
        if source["owner_alias"] == "others" and (destination.region != source["region"] or not destination.encrypted):
            faults.append(
                where + f"{source['image_id']} is shared by account {source['owner_id']}: it can only be copied "
                "inside its own region, and encrypted"
            )
        count = len(destination.tags) + len(destination.markers)
        if count > max_tags:
            faults.append(
                where + f"{count} tags with the {len(destination.markers)} of this collection are more than "
                f"max_tags={max_tags}: give fewer, or copy_tags=false to leave out the source's"
            )
    return faults
