# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes of an image that CreateImage makes: changed, tagged, filtered, deleted."""

from __future__ import annotations

from simulator.switches import COPY

from live.probe.bench import LONGEST, SOON, STEP, Bench, Unfit, knows_it, rounded
from live.probe.ending import first_copy
from live.probe.scenes import tells

SEEKERS = (
    "TagResources", "UntagResources", "CopyImage", "CopySnapshot", "ModifyImageAttribute", "ModifyImageSharePermission",
    "DescribeImageSharePermission", "CancelCopyImage", "DeleteImage",
)  # fmt: skip
MADE = "imageops-probe-made"
MOST_TAGS = 20
PAGES = (30, 50)


@tells(COPY, "delete_while_creating", "detection_seconds")
def created(bench: Bench) -> None:
    """An image that is checked, and one that is deleted at once. The lists and tags of the former are timed."""
    snapshot = bench.disks(bench.other, first_copy(bench))[0]
    fields = {"SnapshotId": snapshot, "ImageVersion": "1"}
    doomed = bench.made(bench.keeper.make(bench.other, "CreateImage", "doomed", {}, **fields), "an image")
    began = bench.caller.clock.now()
    reply = bench.insist(bench.other, "DeleteImage", ImageId=doomed)
    bench.notes.setdefault("found", {})["DeleteImage"] = rounded(bench.caller.clock.now() - began)
    known = {"": "allowed", "ImageIsCreating": "refused", "InvalidStatus.ImageIsCreating": "refused"}
    bench.found.by_code("delete_while_creating", reply, known)
    reply = bench.keeper.make(bench.other, "CreateImage", "made", {MADE: "yes"}, **fields, DetectionStrategy="Standard",
                              Description="made by a probe")  # fmt: skip
    bench.notes["made"] = made = bench.made(reply, "a checked image")
    began, seen = bench.caller.clock.now(), dict[str, float]()

    def look() -> bool:
        at = bench.caller.clock.now() - began
        image = bench.image(bench.other, made) or {}
        is_available = image.get("Status") == "Available"
        detection = (image.get("DetectionOptions") or {}).get("Status") == "Finished"
        tagged = "tags" in seen or MADE in bench.tags(bench.other, "image", made)
        _seek(bench, made, at)
        for what, is_so in (("listed", image), ("available", is_available), ("checked", detection), ("tags", tagged)):
            if is_so:
                seen.setdefault(what, at)
        over = at > seen.get("available", LONGEST) + 10 * SOON
        return over or {"listed", "available", "checked", "tags"} <= seen.keys()

    bench.until(look, LONGEST, STEP)
    if seen.get("listed") == seen.get("available"):
        bench.found.hid("detection_seconds", "lists showed the image only when it was Available", reply)
    if "checked" in seen:
        bench.found.saw("detection_seconds", seen["checked"] - seen["available"], reply)
    bench.found.hid("detection_seconds", "the check did not end in time", reply)
    _late(bench, seen)


def _seek(bench: Bench, image_id: str, at: float) -> None:
    """Calls by the id of an image that is not done. None changes it: each is refused, or changes to what is so."""
    found = bench.notes.setdefault("found", {})
    kind = {"ResourceType": "image", "ResourceId": [image_id]}
    calls: dict[str, dict[str, object]] = {
        "UntagResources": {**kind, "TagKey": ["imageops-probe-none"]},
        "ModifyImageAttribute": {"ImageId": image_id, "Description": "made by a probe"},
        "ModifyImageSharePermission": {"ImageId": image_id, "IsPublic": False},
        "DescribeImageSharePermission": {"ImageId": image_id},
        "CancelCopyImage": {"ImageId": image_id},
    }
    for action, fields in calls.items():
        if action not in found and knows_it(bench.ask_in(bench.other, action, **fields)):
            found[action] = rounded(at)
    if "CopyImage" not in found:
        copy = bench.copy(bench.other, bench.home, image_id, "too-early")
        if knows_it(copy):
            found["CopyImage"] = rounded(at)
        if copy.ok:
            bench.stop(bench.home, str(copy.data["ImageId"]))


def _late(bench: Bench, seen: dict[str, float]) -> None:
    lag = bench.notes.get("read_lag", 0.0)
    if "listed" in bench.notes and seen.get("listed", 0.0) != lag:
        bench.notes["listed"]["CreateImage"] = seen["listed"]
    if "tags_late" in bench.notes and "tags" in seen:
        late = bench.found.get("tags_late_from")
        from_available = late is not None and late.value == "available" and seen["tags"] >= seen["available"]
        bench.notes["tags_late"]["CreateImage"] = seen["tags"] - (seen["available"] if from_available else 0)


def made_image(bench: Bench) -> str:
    if "made" not in bench.notes:
        raise Unfit("no image could be made")
    return str(bench.notes["made"])


@tells(COPY, "image_name_match", "default_group_filter", "modify_empty_value", "dry_run_undocumented",
       "unpublish_regular")  # fmt: skip
def changed(bench: Bench) -> None:
    """What is done with a settled image."""
    found, made, region = bench.found, made_image(bench), bench.other
    name = bench.keeper.name("made")
    part = bench.ask_in(region, "DescribeImages", ImageName=name[2:-1], ImageOwnerAlias="self")
    exact = any(one["ImageId"] == made for one in part.entries("Images", "Image"))
    found.saw("image_name_match", "fuzzy" if exact else "exact", part)
    group = (bench.image(region, made) or {}).get("ResourceGroupId")
    in_group = bench.ask_in(region, "DescribeImages", ImageId=made, ResourceGroupId=group)
    listed = bool(in_group.entries("Images", "Image"))
    found.saw("default_group_filter", "everything" if listed else "nothing", in_group)
    dry = bench.ask_in(region, "ModifyImageAttribute", ImageId=made, Description="changed by a dry run", DryRun=True)
    found.by_code("dry_run_undocumented", dry, {"": "ignored", "DryRunOperation": "honoured"})
    bench.ask_in(region, "ModifyImageAttribute", ImageId=made, Description="made by a probe")
    empty = bench.ask_in(region, "ModifyImageAttribute", ImageId=made, Description="")
    if empty.ok:
        said = (bench.image(region, made) or {}).get("Description")
        found.saw("modify_empty_value", "kept" if said else "cleared", empty)
    found.by_code("modify_empty_value", empty, {"InvalidDescription.Malformed": "refused"})
    public = bench.ask_in(region, "ModifyImageSharePermission", ImageId=made, IsPublic=False)
    found.by_code("unpublish_regular", public, {"": "ignored", "Image.NotPublic": "refused"})


@tells(COPY, "tag_page_size")
def tagged(bench: Bench) -> None:
    """More tags than a page has; the first of them also tells how late a tag shows."""
    region, images = bench.other, [first_copy(bench), made_image(bench)]
    more = bench.keeper.make(region, "CreateImage", "tagged", {}, SnapshotId=bench.disks(region, images[0])[0])
    images.append(bench.made(more, "an image"))
    bench.await_available(region, images[2])
    for number, image_id in enumerate(images):
        has = bench.await_tags(region, image_id)
        tags = [{"Key": f"imageops-probe-{one}", "Value": "1"} for one in range(MOST_TAGS - len(has))]
        reply = bench.ask_in(region, "TagResources", ResourceType="image", ResourceId=[image_id], Tag=tags)
        if number == 0 and reply.ok:
            _time_tag(bench, images[0], tags[0]["Key"])
    counted = {"ResourceType": "image", "ResourceId": images}

    def page() -> int:
        reply = bench.ask_in(region, "ListTagResources", **counted)
        shown = len(reply.entries("TagResources", "TagResource"))
        return shown if reply.data.get("NextToken") and shown in PAGES else 0

    seconds, size = bench.until(page)
    if seconds is None:
        bench.found.hid("tag_page_size", "no first page of either size")
    bench.found.saw("tag_page_size", size)


def _time_tag(bench: Bench, image_id: str, key: str) -> None:
    seconds, dummy = bench.until(lambda: key in bench.tags(bench.other, "image", image_id))
    bench.notes.setdefault("tags_late", {})["TagResources"] = seconds or 0.0


@tells(COPY, "delete_seconds")
def deleted(bench: Bench) -> None:
    quick = bench.notes.get("quick")
    if quick is None or not bench.ask("DeleteImage", ImageId=quick).ok:
        raise Unfit("there is no image to delete")
    seconds, dummy = bench.until(lambda: bench.image(bench.home, quick) is None, 10 * SOON)
    if seconds is None:
        bench.found.hid("delete_seconds", "it was still there after five minutes")
    bench.found.saw("delete_seconds", seconds)


@tells(COPY, "copy_slots")
def slots(bench: Bench) -> None:
    """Six copies at once, none of the same image: out of one region into two, then out of two into one."""
    third = bench.third
    if third is None:
        raise Unfit("it takes a third region: REGIONS=a,b,c")
    there = bench.made(bench.copy(bench.home, third, bench.source, "far"), "a copy to the third region")
    bench.await_available(third, there)
    snapshot = bench.source_snapshot()
    near = [_spare(bench, bench.home, snapshot, f"near-{one}") for one in range(6)]
    far = [_spare(bench, third, bench.disks(third, there)[0], f"far-{one}") for one in range(3)]
    for region, images in ((bench.home, near), (third, far)):
        for image_id in images:
            bench.await_available(region, image_id)
    out = [(bench.home, bench.other if number < 3 else third, one) for number, one in enumerate(near)]
    into = [*out[:3], *((third, bench.other, one) for one in far)]
    by_source, by_destination = _waits(bench, out), _waits(bench, into)
    known = {(True, True): "both", (True, False): "source", (False, True): "destination"}
    if (by_source, by_destination) in known:
        bench.found.saw("copy_slots", known[by_source, by_destination])
    bench.found.hid("copy_slots", "six copies at once, and none had to wait")


def _spare(bench: Bench, region: str, snapshot: str, label: str) -> str:
    reply = bench.keeper.make(region, "CreateImage", label, {}, SnapshotId=snapshot)
    return bench.made(reply, "an image to copy")


def _waits(bench: Bench, copies: list[tuple[str, str, str]]) -> bool:
    """Start the copies, see whether one has to wait, and stop them all."""
    running = []
    try:
        for number, (region, to, image_id) in enumerate(copies):
            reply = bench.copy(region, to, image_id, f"slotted-{number}-{len(bench.keeper.journal.lines)}")
            running.append((to, bench.made(reply, "one copy of six")))
        states = [bench.await_shown(to, one) for to, one in running]
        return any(image["Status"] == "Waiting" for image in states)
    finally:
        for to, image_id in running:
            bench.stop(to, image_id)


@tells(COPY, "listed_late", "tags_shown_late", "found_late")
def late(bench: Bench) -> None:
    """What several scenes have timed, put together."""
    found = bench.notes.get("found", {})
    if missing := [action for action in SEEKERS if action not in found]:
        bench.found.hid("found_late", f"not timed: {', '.join(missing)}")
    bench.found.saw("found_late", {action: found[action] for action in SEEKERS if found.get(action)})
    for name, note in (("listed_late", "listed"), ("tags_shown_late", "tags_late")):
        if note in bench.notes:
            bench.found.saw(name, {action: seconds for action, seconds in bench.notes[note].items() if seconds})
