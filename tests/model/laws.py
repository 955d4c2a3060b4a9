# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds after every call, whatever was there before and whatever befell it."""

from __future__ import annotations

import typing as t

from functional.support import Data, Lab, Outcome
from model.frames import RESERVED, Task, frame_of, share_targets
from model.worlds import Moment, face_of_image
from simulator.state.images import UNFINISHED

# Refusals of the API that no dry run and no read shows beforehand.
UNFORESEEN = (
    "InvalidAccount.NotFound",
    "InvalidOperation.ServiceKeyEncryptedImageUnsupported",  # the API tells a key's id, not whose key it is
    "OperationDenied.ImageCopying",  # a copy of it runs in some other region, and nobody is to lose it
)


def accepted(lab: Lab) -> list[str]:
    """The writes that took effect, whether or not anybody heard of it."""
    return [call["action"] for call in lab.writes() if call["code"] is None and call["status"] == 200]


# One call


def ended_as_it_says(outcome: Outcome) -> None:
    assert (outcome.code == 1) is bool(outcome.result.get("failed")), outcome.result
    errors = [entry for entry in _entries(outcome) if entry.get("error") or entry.get("failed")]
    assert outcome.code == 1 or not errors, errors
    assert outcome.code == 0 or outcome.msg


def changed_is_true(lab: Lab, outcome: Outcome, untouched: Moment, after: Moment) -> None:
    """A write was accepted; or one was refused, and took effect in part all the same.

    Tags that were put on snapshots for a removal, and taken off again once it was refused, are no change.
    """
    writes = accepted(lab)
    differs = untouched.faces() != after.faces()
    happened = differs or (bool(writes) and {*writes} != {"TagResources", "UntagResources"})
    assert outcome.changed == happened, f"changed is {outcome.changed}, accepted were {writes}: {outcome.result}"


def nothing_else_was_touched(task: Task, before: Moment, untouched: Moment, after: Moment) -> None:
    broken = frame_of(task, before, untouched).broken(before, untouched, after)
    assert not broken, "\n".join(broken)
    _tags_were_kept(task, untouched, after)
    _shares_went_as_asked(task, untouched, after)


def no_second_copy(before: Moment, after: Moment) -> None:
    """A call of ours never leaves more live images of an identity than one, unless there were so many before."""
    had = before.live_pairs()
    for pair, ids in after.live_pairs().items():
        assert len(ids) <= max(1, len(had.get(pair, []))), f"{pair}: {ids}, before: {had.get(pair)}"


def _tags_were_kept(task: Task, untouched: Moment, after: Moment) -> None:
    """Reserved tags stay, and without purging all do; what changes was asked for or is a marker."""
    was, now = untouched.faces(), after.faces()
    for thing in was.keys() & now.keys():
        lost = was[thing]["tags"].keys() - now[thing]["tags"].keys()
        assert not lost or task["purge_tags"], f"{thing} has lost {lost}"
        assert not [key for key in lost if key.startswith(RESERVED)], f"{thing} has lost {lost}"


def _shares_went_as_asked(task: Task, untouched: Moment, after: Moment) -> None:
    if task.module != "ecs_image_share":
        return
    named = {*(task["accounts"] or []), *(task["denied_accounts"] or [])}
    for image_id in share_targets(task, untouched) & after.images.keys() & untouched.images.keys():
        had, has = set(untouched.images[image_id].accounts()), set(after.images[image_id].accounts())
        assert (has - had <= named - set(task["denied_accounts"] or []) and task["state"] != "absent") or has <= had
        assert had - has <= named or task["purge_accounts"] or task["allow_empty"]


def _entries(outcome: Outcome) -> list[Data]:
    return [entry for key in ("copies", "shares", "cancelled") for entry in outcome.result.get(key) or []]


# The truth about what is there


def the_result_is_true(task: Task, outcome: Outcome, before: Moment, after: Moment) -> None:
    if outcome.code == 1 and "error" in outcome.result:
        return  # refused as a whole: there is nothing else in it
    check = {
        "ecs_image": _image_is_true,
        "ecs_image_copy": _copies_are_true,
        "ecs_image_copy_cancel": _cancels_are_true,
        "ecs_image_share": _shares_are_true,
        "ecs_snapshot_copy": _snapshots_are_true,
    }[task.module]
    check(task, outcome, before, after)


def _copies_are_true(task: Task, outcome: Outcome, before: Moment, after: Moment) -> None:
    copies = outcome.result["copies"]
    assert [one["region"] for one in copies] == [one["region"] for one in task.destinations(before)]
    good = {one["region"]: one["image_id"] for one in copies if not one["error"] and one["image_id"]}
    assert outcome.result["images"] == good
    for entry in copies:
        assert entry["planned"] is False
        assert (entry["error"] is not None) == (entry["action"] in ("refused", "timed_out", "cancelled", "failed")), (
            entry
        )
        if entry["error"] or not entry["image_id"]:
            continue
        was = before.images.get(entry["image_id"])
        if entry["image_id"] not in after.images and was and face_of_image(was)["going"]:
            continue  # somebody has cancelled it before, and it was not waited for
        assert entry["image_id"] in after.images, (entry, was)
        image = after.images[entry["image_id"]]
        assert image.region == entry["region"]
        # What was still on its way when it was looked at may be there by now.
        assert entry["status"] == image.status or entry["status"] in UNFINISHED, (entry, image.status)
        if entry["status"] == "Available":
            encrypted, keys = after.encryption(image.image_id)
            assert entry["encrypted"] == encrypted, (entry, encrypted)
            key = keys[0] if keys else None
            assert entry["kms_key_id"] == key or image.image_id == task["image_id"], (entry, keys)
            assert entry["snapshot_ids"] == [disk.snapshot_id for disk in image.disks if disk.snapshot_id]
            assert entry["size"] == sum(disk.size for disk in image.disks)
    for entry in outcome.result["became_available"]:
        assert after.images[entry["image_id"]].status == "Available"


def _shares_are_true(task: Task, outcome: Outcome, before: Moment, after: Moment) -> None:
    for entry in outcome.result["shares"]:
        image_id = entry["image_id"]
        if entry["error"] or image_id not in after.images:
            assert not (entry["added"] or entry["removed"]) or entry["error"], entry
            continue
        had, has = before.images[image_id].accounts(), after.images[image_id].accounts()
        assert entry["before"] == sorted(had) and entry["after"] == sorted(has), (entry, had, has)
        assert entry["added"] == sorted(set(has) - set(had)) and entry["removed"] == sorted(set(had) - set(has))
        if entry["public"] is not None:
            assert after.images[image_id].is_public == entry["public"]


def _cancels_are_true(task: Task, outcome: Outcome, before: Moment, after: Moment) -> None:
    for entry in outcome.result["cancelled"]:
        if entry["image_id"] and task["wait"] is not False:
            assert entry["image_id"] not in after.images, entry
        for snapshot_id in entry["snapshots_left"]:
            assert snapshot_id in after.snapshots
        for snapshot_id in [*entry["snapshots_deleted"], *([entry["snapshot_id"]] if entry["snapshot_id"] else [])]:
            assert snapshot_id not in after.snapshots
    for entry in outcome.result["not_cancelled"]:
        image = after.images.get(entry["image_id"])
        if entry["reason"] == "completed":
            assert image is not None and image.status not in UNFINISHED, entry
        if entry["reason"] == "still_running":
            assert outcome.code == 1
        if entry["reason"] == "failed":
            assert image is not None and image.status == "CreateFailed", entry


def _image_is_true(task: Task, outcome: Outcome, before: Moment, after: Moment) -> None:
    told, result = outcome.result["image"], outcome.result
    if task["state"] == "absent":
        if told:
            assert told["image_id"] not in after.images
        assert not set(result["snapshots"]) & after.snapshots.keys()
        assert {one["snapshot_id"] for one in result["snapshots_kept"]} <= after.snapshots.keys()
        return
    image = after.images[told["image_id"]]
    assert (told["name"], told["status"]) == (image.name, image.status) or told["status"] in UNFINISHED, told
    if told["status"] not in UNFINISHED:
        assert told["tags"] == image.tags and told["description"] == image.description
        assert told["family"] == image.family
        assert told["snapshot_ids"] == [disk.snapshot_id for disk in image.disks if disk.snapshot_id]
    had = before.images[image.image_id].accounts() if image.image_id in before.images else []
    assert sorted(result["unshared"]) == sorted(set(had) - set(image.accounts()))


def _snapshots_are_true(task: Task, outcome: Outcome, before: Moment, after: Moment) -> None:
    for entry in outcome.result["copies"]:
        if not entry["error"]:
            snapshot = after.snapshots[entry["snapshot_id"]]
            assert entry["status"] in (snapshot.status, "progressing")
            assert entry["region"] == snapshot.region
            unknown = entry["encrypted"] is None and entry["status"] == "progressing"
            assert unknown or entry["encrypted"] == snapshot.encrypted


# Two calls


def foretold(task: Task, predicted: Outcome, real: Outcome) -> None:
    """Check mode said what would come."""
    unforeseen = {*UNFORESEEN}
    if any(not one["error"] and one["encrypted"] is None for one in predicted.result.get("copies") or []):
        unforeseen.add("EncryptionDrift")  # it was said to be unknown as yet
    if unforeseen.isdisjoint(error_codes(real)):
        told, came = essence(predicted), essence(real)
        assert told == came, {key: (told.get(key), came.get(key)) for key in told if told.get(key) != came.get(key)}


def error_codes(outcome: Outcome) -> list[str]:
    listed = [*_entries(outcome), *(outcome.result.get("not_cancelled") or []), outcome.result]
    failed = [
        one for entry in listed for one in (entry.get("failed") or [] if isinstance(entry.get("failed"), list) else [])
    ]
    return [str(one["error"]["code"]) for one in [*listed, *failed] if one.get("error")]


def essence(outcome: Outcome) -> Data:
    """What a plan has to tell: not the ids and times that only come into being."""
    result: Data = outcome.result
    found: Data = {"code": outcome.code, "changed": outcome.changed, "errors": sorted(error_codes(outcome))}
    found["faults"] = result.get("faults")
    if "copies" in result:
        found["copies"] = {one["region"]: (one["action"], one["encrypted"]) for one in result["copies"]}
    if "shares" in result:
        found["shares"] = [(one["image_id"], one["added"], one["removed"], one["public"]) for one in result["shares"]]
    if "cancelled" in result:
        found["cancelled"] = sorted(str(one["image_id"] or one["snapshot_id"]) for one in result["cancelled"])
        found["left"] = sorted((str(one["image_id"]), one["reason"]) for one in result["not_cancelled"])
    if "unshared" in result and result.get("image"):
        # Not the status: of what a task does not wait for, check mode tells the end and the run the beginning.
        found["image"] = {key: result["image"][key] for key in ("name", "description", "tags", "family")}
        found["unshared"] = sorted(result["unshared"])
    return found


def finished_since(outcome: Outcome, after: Moment) -> bool:
    """Whether an image that was still being made when it was looked at is finished by now."""
    told = {one.get("image_id"): one.get("status") for one in _entries(outcome)}
    finished = [image.image_id for image in after.images.values() if image.status == "Available"]
    return any(told.get(image_id) in UNFINISHED for image_id in finished)


def silent(lab: Lab, outcome: Outcome) -> None:
    writes = [(call["action"], call["region"], call["params"], call["code"]) for call in lab.writes()]
    told = [(one["region"], one.get("action"), one.get("image_id")) for one in _entries(outcome)]
    assert (outcome.code, outcome.changed, writes) == (0, False, []), (told, outcome.msg)


def alike(moment: Moment, other: Moment, why: str) -> None:
    was, now = moment.faces(), other.faces()
    differences: t.Any = {key: (was.get(key), now.get(key)) for key in {*was, *now} if was.get(key) != now.get(key)}
    assert not differences, f"{why}: {differences}"
