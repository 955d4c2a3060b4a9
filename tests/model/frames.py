# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each task has selected, said anew and independently of the modules: all else must stay as it is."""

from __future__ import annotations

import dataclasses
import typing as t

from functional.support import MAIN, Data
from model.worlds import COPIED_AS, COPIED_FROM, CREATED_FROM, SNAPSHOT_OF, Moment, differing
from simulator.state.images import UNFINISHED, Image

GONE = "gone"  # stands for the whole object where keys of a face are expected
RESERVED = ("imageops:", "acs:", "aliyun")


@dataclasses.dataclass
class Task:
    """One call of a module, as it is handed to it."""

    module: str
    params: Data

    def __getitem__(self, name: str) -> t.Any:
        return self.params.get(name)

    def destinations(self, before: Moment) -> list[Data]:
        """Of a copy: every destination with its region, name and options."""
        source = before.images.get(self["image_id"])
        listed = [{"region": region} for region in self["destination_regions"] or []] + (self["destinations"] or [])
        fallback = {"name": self["name"] or (source.name if source else "")}
        return [{**self.params, **fallback, **{k: v for k, v in one.items() if v is not None}} for one in listed]


@dataclasses.dataclass
class Frame:
    """What a task may do: which keys of which objects it may change, and which objects it may make."""

    allowed: dict[str, set[str]] = dataclasses.field(default_factory=dict)
    makes: list[t.Callable[[Data], bool]] = dataclasses.field(default_factory=list)

    def allow(self, ids: t.Iterable[str], *keys: str) -> None:
        for thing in ids:
            self.allowed.setdefault(thing, set()).update(keys)

    def broken(self, before: Moment, untouched: Moment, after: Moment) -> list[str]:
        """Whatever was touched although it was not selected."""
        was, now, had = untouched.faces(), after.faces(), before.faces()
        found = []
        for thing in sorted({*was, *now}):
            allowed = self.allowed.get(thing, set())
            if thing not in now:
                found += [] if GONE in allowed else [f"{thing} is gone: {was[thing]}"]
            elif thing in was:
                keys = differing(was[thing], now[thing]) - allowed
                found += [f"{thing}: {key} was {was[thing][key]!r}, is {now[thing][key]!r}" for key in sorted(keys)]
            elif thing in had:
                found += [] if GONE in allowed else [f"{thing} is still there: {now[thing]}"]
            elif not any(may_make(now[thing]) for may_make in self.makes):
                found.append(f"{thing} has come into being: {now[thing]}")
        return found


def frame_of(task: Task, before: Moment, untouched: Moment) -> Frame:
    frame = Frame()
    FRAMES[task.module](frame, task, before, untouched)
    return frame


def is_pair(face: Data | Image, origin: str, name: str | None = None) -> bool:
    tags = face.tags if isinstance(face, Image) else face["tags"]
    return tags.get(COPIED_FROM) == origin and (tags.get(COPIED_AS) == name if name else COPIED_AS in tags)


def _copy(frame: Frame, task: Task, before: Moment, untouched: Moment) -> None:
    origin = f"{task['region']}/{task['image_id']}"
    for destination in task.destinations(before):
        region, name = destination["region"], destination["name"]
        if region == task["region"] and not destination.get("encrypted"):
            continue  # the image itself
        ours = [image for image in before.own(region) if is_pair(image, origin, name)]
        if task["adopt_unmarked"]:
            ours += [image for image in before.own(region) if image.name == name and COPIED_FROM not in image.tags]
        keys = {"tags", "features", "resource_group"}
        keys |= {"name"} if task["restore_name"] else set()
        keys |= {"description"} if destination.get("description") is not None else set()
        keys |= {"family"} if destination.get("family") else set()
        ids = [image.image_id for image in ours]
        frame.allow(ids, *keys)
        frame.allow(untouched.snapshots_of(ids), "tags")
        failed = [image_id for image_id in ids if _status(untouched, image_id) == "CreateFailed"]
        frame.allow([*failed, *untouched.snapshots_of(failed)], GONE)
        steps = [s for s in untouched.snapshots.values() if s.region == region and is_pair_of(s.tags, origin, name)]
        frame.allow([s.snapshot_id for s in steps], "tags")
        frame.allow([s.snapshot_id for s in steps if s.status == "failed"], GONE)
        frame.makes.append(_copy_in(region, origin, name))
        frame.makes.append(_snapshot_in(region))


def is_pair_of(tags: dict[str, str], origin: str, name: str) -> bool:
    return tags.get(COPIED_FROM) == origin and tags.get(COPIED_AS) == name


def _status(moment: Moment, image_id: str) -> str | None:
    image = moment.images.get(image_id)
    return image.status if image else None


def _copy_in(region: str, origin: str, name: str) -> t.Callable[[Data], bool]:
    def may(face: Data) -> bool:
        ours = face["kind"] == "image" and (face["account"], face["region"]) == (MAIN, region)
        # A copy that fails loses its tags.
        return ours and face["name"] == name and (is_pair(face, origin, name) or face["status"] == "CreateFailed")

    return may


def _snapshot_in(region: str) -> t.Callable[[Data], bool]:
    return lambda face: face["kind"] == "snapshot" and (face["account"], face["region"]) == (MAIN, region)


def _share(frame: Frame, task: Task, before: Moment, untouched: Moment) -> None:
    keys = {"accounts"} | ({"is_public"} if task["public"] is not None else set())
    frame.allow(share_targets(task, before), *keys)


def share_targets(task: Task, before: Moment) -> set[str]:
    if task["image_id"]:
        return {task["image_id"]}
    if task["images"]:
        return {entry["image_id"] for entry in task["images"]}
    own = [image for region in task["regions"] for image in before.own(region)]
    if task["all_own"]:
        return {image.image_id for image in own}
    origin = f"{task['source_region']}/{task['source_image_id']}"
    return {image.image_id for image in own if image.tags.get(COPIED_FROM) == origin}


def _cancel(frame: Frame, task: Task, before: Moment, untouched: Moment) -> None:
    regions = [task["region"]] if task["image_id"] else task["regions"]
    chosen = [image for region in regions for image in before.own(region) if cancel_selects(task, image)]
    running = [image.image_id for image in chosen if image.status in UNFINISHED and image.is_copied]
    frame.allow(running, GONE, "going", "status")
    # They are called leftovers before the copy goes.
    frame.allow(before.snapshots_of(running), "status", "tags")
    if task["delete_snapshots"] or before.settings.copy_cancelled_snapshots == "removed":
        frame.allow(before.snapshots_of(running), GONE)
    if not task["image_id"]:
        own = [image for region in regions for image in before.own(region)]
        made = {(image.region, image.tags.get(COPIED_FROM), image.tags.get(COPIED_AS)) for image in own}
        for snapshot in before.snapshots.values():
            origin = snapshot.tags.get(COPIED_FROM, "")
            marked = COPIED_AS in snapshot.tags and origin and snapshot.region in regions
            ours = marked and origin in (
                f"{task['source_region']}/{task['source_image_id']}",
                task["all_marked"] and origin,
            )
            # Progressing, or a finished part of an image that was not made yet.
            part = "/s-" not in origin and (snapshot.region, origin, snapshot.tags.get(COPIED_AS)) not in made
            if ours and SNAPSHOT_OF not in snapshot.tags and (snapshot.status == "progressing" or part):
                frame.allow([snapshot.snapshot_id], GONE)


def cancel_selects(task: Task, image: Image) -> bool:
    if task["image_id"]:
        return bool(image.image_id == task["image_id"])
    if task["source_image_id"]:
        return is_pair(image, f"{task['source_region']}/{task['source_image_id']}")
    return COPIED_FROM in image.tags and COPIED_AS in image.tags


def _image(frame: Frame, task: Task, before: Moment, untouched: Moment) -> None:
    region, name = task["region"], task["name"]
    if task["image_id"]:
        chosen = [image for image in before.own(region) if image.image_id == task["image_id"]]
    else:
        chosen = [image for image in before.own(region) if image.name == name]
    ids = [image.image_id for image in chosen]
    if task["unshare"] and task["state"] in ("absent", "deprecated"):
        frame.allow(ids, "accounts", "is_public")
    if task["state"] == "absent":
        _removal(frame, task, untouched, ids)
        return
    frame.allow(ids, "status")
    keys = ("description", "family", "boot_mode", "tags")
    frame.allow(ids, *(key for key in keys if task[key] is not None), *(["name"] if task["image_id"] and name else []))
    frame.allow(ids, *(["features"] if task["nvme_support"] else []))
    if task["instance_id"]:
        frame.allow(untouched.snapshots_of(i.image_id for i in chosen if CREATED_FROM in i.tags), "tags")
        frame.makes.append(_made_in(region, str(name)))
        frame.makes.append(_snapshot_in(region))


def _made_in(region: str, name: str) -> t.Callable[[Data], bool]:
    def may(face: Data) -> bool:
        ours = face["kind"] == "image" and (face["account"], face["region"]) == (MAIN, region)
        return ours and face["name"] == name and CREATED_FROM in face["tags"] and not face["is_copied"]

    return may


def _removal(frame: Frame, task: Task, untouched: Moment, ids: list[str]) -> None:
    frame.allow(ids, GONE, "going")
    behind = untouched.snapshots_of(ids)
    for snapshot_id, snapshot in untouched.snapshots.items():
        made_for = snapshot.tags.get(SNAPSHOT_OF)
        own = (made_for in ids and snapshot_id in behind) or (task["image_id"] and made_for == task["image_id"])
        if (task["delete_snapshots"] == "own" and own) or (
            task["delete_snapshots"] == "all" and (own or snapshot_id in behind)
        ):
            frame.allow([snapshot_id], GONE)


def _snapshot_copy(frame: Frame, task: Task, before: Moment, untouched: Moment) -> None:
    source = before.snapshots.get(task["snapshot_id"])
    for destination in task["destinations"]:
        name = destination.get("name") or task["name"] or (source.name if source else "") or task["snapshot_id"]
        origin = f"{task['region']}/{task['snapshot_id']}"
        region = destination["region"]
        ours = [s for s in untouched.snapshots.values() if s.region == region and is_pair_of(s.tags, origin, name)]
        frame.allow([s.snapshot_id for s in ours if s.status == "failed"], GONE)
        frame.makes.append(_snapshot_copy_in(region, origin, name))


def _snapshot_copy_in(region: str, origin: str, name: str) -> t.Callable[[Data], bool]:
    may = _snapshot_in(region)
    return lambda face: may(face) and is_pair_of(face["tags"], origin, name)


FRAMES: dict[str, t.Callable[[Frame, Task, Moment, Moment], None]] = {
    "ecs_image": _image,
    "ecs_image_copy": _copy,
    "ecs_image_copy_cancel": _cancel,
    "ecs_image_share": _share,
    "ecs_snapshot_copy": _snapshot_copy,
}
