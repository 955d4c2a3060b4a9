# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One destination of a copy: what is asked, what was seen, and the record of what it comes to."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import passing_refusals
from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers as base_markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base import models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import timestamp
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    CREATE_FAILED,
    CREATING,
    SETTLED,
    Data,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.plan import Decision, Found
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Options, Wanted
from ansible_collections.imageops.alicloud.plugins.module_utils._task.changes import for_diff
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task


@dataclasses.dataclass
class Record:
    """One entry of ``copies[]``."""

    region: str
    name: str
    actual_name: str | None = None
    image_id: str | None = None
    seen_ids: list[str] | None = None
    status: str | None = None
    progress: int = 0
    action: str = ""
    encrypted: bool | None = None
    kms_key_id: str | None = None
    snapshot_ids: list[str] = dataclasses.field(default_factory=list)
    size: int | None = None
    disk_count: int | None = None
    started_at: str | None = None
    copying_at: str | None = None
    finished_at: str | None = None
    finishing_seconds: float | None = None
    elapsed_seconds: float | None = None
    method: str = "image"
    method_reason: str = "CopyImage copies an image of this size in one call, and its traffic is free"
    request_ids: list[str] = dataclasses.field(default_factory=list)
    replaced: Data | None = None
    error: Data | None = None
    planned: bool = False


class Ended(Exception):
    """The copy has come to an end, with the action that its result names."""

    def __init__(self, action: str, error: ImageOpsError) -> None:
        super().__init__(error.msg)
        self.action = action
        self.error = error


@dataclasses.dataclass
class Ids:
    """The images of a destination that this run knows, and how it knows them."""

    started: set[str] = dataclasses.field(default_factory=set)  # answers to this run's calls have named them
    paired: set[str] = dataclasses.field(default_factory=set)  # it has seen them with our pair of markers
    removed: set[str] = dataclasses.field(default_factory=set)  # failed copies that it has deleted


class Destination:
    """What the steps of one copy share."""

    def __init__(self, run: Task[Options], source: Image | None, wanted: Wanted) -> None:
        self.run = run
        self.source = source
        self.source_error: ImageOpsError | None = None
        self.wanted = wanted
        self.region = wanted.region
        self.record = Record(wanted.region, wanted.name, encrypted=wanted.encrypted, kms_key_id=wanted.kms_key_id)
        self.changed = False
        self.ids = Ids()
        self.unanswered = False  # a call to start it got no answer, and may or may not have taken effect
        self.name_is_held = False  # a call was refused, as one is when something holds the name that no look has shown
        self.available_since: float | None = None  # when this run saw it become Available
        self.warnings: list[str] = []
        self.differences: list[str] = []  # from the source, which no call sets
        self.before: Data | None = None
        self.after: Data | None = None
        self.begun = run.clock.now()

    @property
    def started_here(self) -> bool:
        """Whether this run has started the copy that it waits for, for sure: an answer has named it."""
        return self.record.image_id in self.ids.started

    def knows(self, image_id: str | None) -> bool:
        """Whether an image is this copy for sure, though its tags may be gone by now."""
        return self.wanted.is_source or image_id in self.ids.started or image_id in self.ids.paired

    def decide(self) -> Decision:
        """Look, and decide by what is there now."""
        found = self._look()
        if not self.wanted.is_source:
            seen = {image["image_id"] for image in [*found.marked, *found.named]}
            self.record.seen_ids = sorted(seen - self.ids.removed)  # lists may show those a little longer
        return self._decision(found)

    def decide_about(self, image: Image) -> Decision:
        """Decide about the one image that was waited for, as a look has shown it a moment ago."""
        if self.wanted.is_source:
            self.source = image
        return self._decision(Found([image] if self.has_identity_tags(image) else [], [image]))

    def _decision(self, found: Found) -> Decision:
        self.ids.paired |= {image["image_id"] for image in found.marked if self.has_identity_tags(image)}
        known = frozenset(self.ids.started | self.ids.paired)
        return copy_plan.decide(self.source, self.wanted, dataclasses.replace(found, known=known), self.run.options)

    def has_identity_tags(self, image: Image) -> bool:
        """Whether an image carries our pair of markers."""
        return base_markers.has_pair(image["tags"], self.wanted.markers)

    def _look(self) -> Found:
        """By marker first. Only if that does not settle it, by name too: the one other thing that can be in the way."""
        if self.wanted.is_source:
            return Found([], [])
        marked = [] if self.source and self.source.get("planned") else self.marked()
        if not self.wanted.name:
            # The source that would tell the name is gone. Its one copy here tells it too.
            names = {base_markers.made_as(image) for image in marked}
            if len(names) != 1:
                return Found([], [])
            self._call_it(str(names.pop()))
        if any(
            base_markers.made_as(image) == self.wanted.name and image["status"] != CREATE_FAILED for image in marked
        ):
            return Found(marked, [])
        named = self._named(models.ALL_STATUSES)
        if not named and self.name_is_held:
            with passing_refusals():  # not every page of the provider's knows this word
                named = self._named(models.ANY_STATUS)
        seen = {image["image_id"] for image in marked}
        marked += [image for image in named if self.has_identity_tags(image) and image["image_id"] not in seen]
        return Found(marked, named)

    def _named(self, statuses: t.Sequence[str]) -> list[Image]:
        """The own images here of exactly the wanted name."""
        found = self.run.api.images.find(self.region, name=self.wanted.name, statuses=statuses)
        return [image for image in found if image["name"] == self.wanted.name]

    def marked(self) -> list[Image]:
        """The own images here that carry the source's marker, under whatever name."""
        origin = self.wanted.markers[base_markers.COPIED_FROM]
        # Asked by tag, and compared again: nothing is ours by a loose match.
        found = self.run.api.images.find(self.region, tags={base_markers.COPIED_FROM: origin})
        return [image for image in found if image["tags"].get(base_markers.COPIED_FROM) == origin]

    def _call_it(self, name: str) -> None:
        self.wanted = dataclasses.replace(
            self.wanted, name=name, markers={**self.wanted.markers, base_markers.COPIED_AS: name}
        )
        self.record.name = name

    def record_decision(self, decision: Decision) -> None:
        """Put a decision into the record."""
        self.outcome(decision.action)
        self.warnings += decision.warnings
        if decision.image:
            self.update_from(decision.image)
            self.before = self.after = summary(decision.image)

    def look_at(self, image_id: str) -> Image | None:
        """Look at one image here, and put what is seen into the record."""
        image = self.run.api.images.get(self.region, image_id)
        if image is not None:
            self.update_from(image)
        return image

    def update_from(self, image: Image) -> None:
        """Put what a look has shown into the record."""
        record = self.record
        if self.has_identity_tags(image):
            self.ids.paired.add(image["image_id"])
        record.image_id, record.status, record.progress = image["image_id"], image["status"], image["progress"]
        record.actual_name = image["name"]
        record.size, record.snapshot_ids = image["size"], image["snapshot_ids"]
        record.disk_count = len(image["disks"])
        if image["status"] == CREATING and record.started_at and not record.copying_at:
            record.copying_at = timestamp(self.run.clock)
        if image["status"] in SETTLED:  # before that, its disks need not show it
            record.encrypted = image["encrypted"]

    def forget_image(self) -> None:
        """What was seen is not proved to be ours: no next step may read its id."""
        self._clear()
        self.before = None

    def is_gone(self, image_id: str) -> None:
        """An image that was seen here is there no more: no next step may read its id."""
        self.record.seen_ids = [seen_id for seen_id in self.record.seen_ids or [] if seen_id != image_id]
        if self.record.image_id == image_id:
            self._clear()

    def _clear(self) -> None:
        record = self.record
        record.image_id = record.actual_name = record.status = record.size = record.disk_count = None
        record.progress, record.snapshot_ids = 0, []
        self.after = None

    def as_wanted(self) -> Image:
        """The copy as it will look."""
        source, wanted = t.cast(Image, self.source), self.wanted
        given = {
            "region": self.region,
            "image_id": self.record.image_id,
            "name": wanted.name,
            "status": "Available",
            "description": wanted.request(source)["description"],
            "family": wanted.family or "",
            "encrypted": wanted.encrypted,
            "tags": wanted.all_tags,
            "resource_group_id": wanted.resource_group_id or "",
        }
        return models.with_values(source, **given)

    def mark_changed(self) -> None:
        """A write was accepted."""
        self.changed = True

    def outcome(self, action: str, error: ImageOpsError | None = None) -> None:
        """Put down what becomes of the copy, or why it has come to nothing."""
        self.record.action = action
        if error is not None:
            self.record.error = error.as_dict()
            self.changed = self.changed or error.in_doubt
            if self.record.image_id and not self.knows(self.record.image_id):
                self.forget_image()
            self.report_progress()

    def report_progress(self) -> None:
        """Show progress."""
        record = self.record
        self.run.report_progress(
            self.region,
            self.begun,
            image_id=record.image_id if self.knows(record.image_id) else None,
            status=record.status,
            progress=record.progress,
            size=record.size,
            error=(record.error or {}).get("code"),
        )


def summary(image: Image) -> Data:
    """What a diff shows of an image."""
    keys = ("image_id", "name", "description", "family", "status", "encrypted", "resource_group_id", "license_type")
    return for_diff(image, keys)
