# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes of copies: what starts one, what shows of it and when, how it ends."""

from __future__ import annotations

import typing as t

from simulator.switches import COPY, PAIR

from live.caller import Reply
from live.probe.bench import LONGEST, SLOW_STEP, SOON, STEP, Bench, Data, Unfit, knows_it, rounded
from live.probe.scenes import same, tells

COPIED = "imageops-probe-copied"
CONFLICTS = ("OperationDenied.ImageCopyConflict", "OperationDenied.ImageCopying", "InvalidOperation.Conflict")
MISMATCHES = ("IdempotentParameterMismatch", "InvalidIdempotenceParameter.Mismatch")
_NAMED = "InvalidImageName.Duplicated"
_FOLLOWED = (
    "image_read_lag", "tags_late_from", "copy_tags_visible", "copy_finish_seconds", "usable_seconds",
    "copy_snapshot_links", "attributes_lost_on_copy",
)  # fmt: skip
# What these attributes are called in an answer, and what says that an image has one.
ATTRIBUTES: dict[str, t.Callable[[Data], bool]] = {
    "SecureBootSupport": lambda image: (image.get("SecureBootOptions") or {}).get("SecureBootSupport") == "supported",
    "LicenseType": lambda image: image.get("LicenseType") not in (None, "", "Auto"),
    "ImageVersion": lambda image: bool(image.get("ImageVersion")),
    "IsSupportCloudinit": lambda image: bool(image.get("IsSupportCloudinit")),
    "LoginAsNonRootSupported": lambda image: bool(image.get("LoginAsNonRootSupported")),
}


@tells(
    COPY, "copy_conflict", "copy_conflict_code", "copy_conflict_before_name", "copy_duplicated_text",
    "token_mismatch_code",
)  # fmt: skip
def conflicts(bench: Bench) -> None:
    """The first copy, and while it runs more of the same image."""
    found, source, token = bench.found, bench.source, bench.token()
    bench.notes["before"] = {one["SnapshotId"] for one in _listed_snapshots(bench)}
    fields = {"ClientToken": token, "tags": {COPIED: "yes"}}
    first = bench.copy(bench.home, bench.other, source, "first", **fields)
    if not first.ok:
        bench.trouble = f"The first copy is refused: {first.code}, request id {first.request_id}"
    bench.notes["first"], bench.notes["started"] = bench.made(first, "the first copy"), bench.caller.clock.now()
    other_name = bench.copy(bench.home, bench.other, source, "first-2", **fields)
    found.by_code("token_mismatch_code", other_name, same(MISMATCHES))
    repeat = bench.copy(bench.home, bench.other, source, "first", tags={COPIED: "yes"})
    if repeat.code == _NAMED:
        is_older = "destination image is exist" in str(repeat.data.get("Message"))
        found.saw("copy_duplicated_text", "older" if is_older else "newer", repeat)
    else:
        found.hid("copy_duplicated_text", "the repeat was not refused for its name", repeat)
    second = bench.copy(bench.home, bench.other, source, "second")
    if second.ok:
        bench.notes["to_stop"] = [(bench.other, bench.made(second, "a second copy"))]
        found.saw("copy_conflict", "none", second)
        for name in ("copy_conflict_code", "copy_conflict_before_name"):
            found.hid(name, "a second copy of the same image was not refused", repeat)
        return
    found.by_code("copy_conflict_code", second, same(CONFLICTS))
    known = {_NAMED: False, **dict.fromkeys(CONFLICTS, True)}
    # The simulator's words: true has the conflict looked at after the name.
    found.by_code("copy_conflict_before_name", repeat, known)
    if bench.third is None:
        found.hid("copy_conflict", "it takes a third region: REGIONS=a,b,c", second)
        return
    elsewhere = bench.copy(bench.home, bench.third, source, "third")
    if elsewhere.ok:
        bench.notes["to_stop"] = [(bench.third, bench.made(elsewhere, "a copy to a third region"))]
    found.by_code("copy_conflict", elsewhere, {"": "source_and_destination", **dict.fromkeys(CONFLICTS, "source")})


@tells(PAIR, "share_unfinished")
def share_unfinished(bench: Bench) -> None:
    """It was tried with the first copy; without that there is nothing to tell."""
    bench.found.hid("share_unfinished", "the first copy could not be made")


def _share_at_once(bench: Bench) -> None:
    """As soon as the API knows of the copy."""
    if not bench.share_with or "share_unfinished" in bench.found:
        return
    share = {"ImageId": bench.notes["first"], "AddAccount": [bench.share_with]}
    reply = bench.ask_in(bench.other, "ModifyImageSharePermission", **share)
    if not knows_it(reply):
        return
    known = {"": "allowed", "OperationDenied.InvalidImageStatus": "refused", "InvalidStatus.ImageIsCreating": "refused"}
    bench.found.by_code("share_unfinished", reply, known)
    if reply.ok:
        taken = {"ImageId": bench.notes["first"], "RemoveAccount": [bench.share_with]}
        bench.ask_in(bench.other, "ModifyImageSharePermission", **taken)


def _listed_snapshots(bench: Bench) -> list[Data]:
    """All snapshots where the copies go, page by page."""
    found: list[Data] = []
    fields: Data = {"MaxResults": 100}
    while True:
        reply = bench.ask_in(bench.other, "DescribeSnapshots", **fields)
        found += reply.entries("Snapshots", "Snapshot")
        if not reply.data.get("NextToken"):
            return found
        fields = {**fields, "NextToken": reply.data["NextToken"]}


class Followed:
    """The first copy, looked at until it is Usable: when each thing first showed, in seconds since it was made."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.copy = bench, str(bench.notes["first"])
        self.began = float(bench.notes["started"])
        self.first: dict[str, float] = {}
        self.snapshots: dict[str, float] = {}
        self.image: Data = {}

    def at(self) -> float:
        return rounded(self.bench.caller.clock.now() - self.began)

    def look(self) -> bool:
        """One look at everything that has not been seen yet; true when all is over."""
        bench, at = self.bench, self.at()
        self._stop_others()
        _share_at_once(bench)
        self.image = bench.image(bench.other, self.copy) or {}
        self._note(at, "listed", bool(self.image))
        status = self.image.get("Status")
        if status in ("CreateFailed", "UnAvailable"):
            raise Unfit(f"the copy has become {status}")
        if self.image:
            bench.keeper.note_parts(bench.other, self.image)
        shown = {tag["TagKey"] for tag in (self.image.get("Tags") or {}).get("Tag", [])}
        if at <= SOON and not self._has_snapshots():
            for snapshot in _listed_snapshots(bench):
                self.snapshots.setdefault(snapshot["SnapshotId"], at)
        if "tags" not in self.first:
            self._note(at, "tags", COPIED in bench.tags(bench.other, "image", self.copy))
        if status in ("Creating", "Waiting"):
            self._note(at, "unlike", "tags" in self.first and COPIED not in shown)
            self._note(at, "shown", COPIED in shown)
            self._note(at, "whole", self.image.get("Progress") == "100%")
        if "found" not in self.first:
            self._note(at, "found", knows_it(self._tag()))
        self._note(at, "available", status == "Available")
        self._note(at, "usable", status == "Available" and self.image.get("Usable") is not False)
        return "usable" in self.first and ("tags" in self.first or at > self.first["usable"] + SOON)

    def _stop_others(self) -> None:
        """The copies that were begun beside it are of no more use: they go as soon as they show."""
        for begun in list(self.bench.notes.get("to_stop", [])):
            region, image_id = begun
            if image := self.bench.image(region, image_id):
                self.bench.keeper.note_parts(region, image)
                if not knows_it(self.bench.ask_in(region, "CancelCopyImage", ImageId=image_id)):
                    continue
                self.bench.notes["to_stop"].remove(begun)
                self.bench.notes.setdefault("stopped", []).append(begun)

    def step(self) -> float:
        """Short while something is measured."""
        early = {"listed", "tags", "found"} - self.first.keys()
        percent = str(self.image.get("Progress") or "0%").rstrip("%")
        late = percent.isdigit() and int(percent) >= 80
        return STEP if (early and self.at() < SOON) or late or self.at() < SOON else SLOW_STEP

    def _note(self, at: float, what: str, is_so: bool) -> None:
        if is_so:
            self.first.setdefault(what, at)

    def _has_snapshots(self) -> bool:
        disks = (self.image.get("DiskDeviceMappings") or {}).get("DiskDeviceMapping", [])
        ids = [disk.get("SnapshotId") for disk in disks]
        return bool(ids) and set(ids) <= self.snapshots.keys()

    def _tag(self) -> Reply:
        fields = {"ResourceType": "image", "ResourceId": [self.copy], "Tag": [{"Key": "imageops-found", "Value": "1"}]}
        return self.bench.ask_in(self.bench.other, "TagResources", **fields)


@tells(COPY, *_FOLLOWED)
def follow(bench: Bench) -> None:
    if "first" not in bench.notes:
        raise Unfit("the first copy could not be made")
    watch, found, clock = Followed(bench), bench.found, bench.caller.clock
    while not watch.look():
        if watch.at() > LONGEST:
            raise Unfit(f"the copy was not Available within {LONGEST:g} s")
        clock.sleep(watch.step())
    for region, image_id in bench.notes.pop("stopped", []):
        bench.await_gone(region, image_id)
    first = watch.first
    found.saw("copy_finish_seconds", first["available"] - first.get("whole", first["available"]))
    found.saw("usable_seconds", first["usable"] - first["available"])
    bench.notes.setdefault("found", {})["TagResources"] = first.get("found", 0.0)
    _tags_of(bench, first)
    _lists_of(bench, watch)
    ids = bench.disks(bench.other, watch.copy)
    linked = any(one.get("SourceSnapshotId") for one in bench.snapshots(bench.other, ids, Encrypted=False))
    found.saw("copy_snapshot_links", linked)
    source = bench.image(bench.home, bench.source) or {}
    has = [name for name, test in ATTRIBUTES.items() if test(source)]
    lost = [name for name in has if not ATTRIBUTES[name](watch.image)]
    lacks = [name for name in ATTRIBUTES if name not in has]
    if lacks and lost:
        lost = list(ATTRIBUTES)
    note = f"the image itself has no {', '.join(lacks)}" if lacks else ""
    if len(lacks) == len(ATTRIBUTES):
        found.hid("attributes_lost_on_copy", note)
    found.saw("attributes_lost_on_copy", lost, note=note)


def _tags_of(bench: Bench, first: t.Mapping[str, float]) -> None:
    """From when on the tags of the copy show. TagResources and CreateImage come later."""
    found = bench.found
    if "tags" not in first:
        for name in ("tags_shown_late", "tags_late_from", "copy_tags_visible"):
            found.hid(name, "the tags of the copy never showed")
        return
    from_available = first["tags"] >= first["available"] and first["tags"] > 0
    bench.notes["tags_late"] = {"CopyImage": first["tags"] - (first["available"] if from_available else 0)}
    if first["tags"]:
        found.saw("tags_late_from", "available" if from_available else "call")
    found.hid("tags_late_from", "tags show at once")
    if "unlike" in first or "shown" in first:
        hidden = "shown" not in first
        found.saw("copy_tags_visible", "when_available" if hidden else "at_once")
    found.hid("copy_tags_visible", "the tags showed nowhere until the copy was Available")


def _lists_of(bench: Bench, watch: Followed) -> None:
    """How late the copy's snapshots are listed, and whether the image itself is later than they are."""
    ids = set(bench.disks(bench.other, watch.copy)) - bench.notes["before"]
    times = [seconds for one, seconds in watch.snapshots.items() if one in ids]
    listed, image = (max(times) if times else None), watch.first["listed"]
    if listed is None:
        bench.found.hid("image_read_lag", "the copy's snapshots were not listed")
        return
    bench.notes["listed"] = {"CopyImage": listed}
    if image <= listed and listed:
        bench.found.hid("image_read_lag", "no list shows the copy earlier, its snapshots neither")
    bench.found.saw("image_read_lag", image if image > listed else 0.0)
    bench.notes["read_lag"] = image if image > listed else 0.0
