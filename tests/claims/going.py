# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What results say of what goes: images, snapshots, instances of test boots, and exports before that."""

from __future__ import annotations

from . import users
from .facts import Data, Facts, differing, there

OUTCOMES = ("deprecated", "deleted", "kept", "postponed", "not_retired")
STAY = ("kept", "postponed")
DEPRECATED_AT = "imageops:deprecated-at"
GONE = "it was gone already"


def removal(result: Data, facts: Facts, check: bool) -> list[str]:
    """Of one image that was to go, which is still there in check mode."""
    image = result.get("image")
    if check:
        return [] if image is None else there(image["region"], image["image_id"], facts, "would be removed")
    found = [] if image is None or image["image_id"] not in facts.images else [f"{image['image_id']} is not gone"]
    return found + _snapshots(result, facts, "removed")


def _snapshots(told: Data, facts: Facts, where: str) -> list[str]:
    """Of the snapshots of what has gone."""
    found = [f"{where}: {one} is not gone" for one in told["snapshots"] if one in facts.snapshots]
    kept = [one["snapshot_id"] for one in told["snapshots_kept"]]
    return found + [f"{where}: {one} is said to be kept, and is gone" for one in kept if one not in facts.snapshots]


def retirement(result: Data, facts: Facts, check: bool) -> list[str]:
    """Of what was retired, what stays and what was left."""
    entries = [(outcome, entry) for outcome in OUTCOMES for entry in result[outcome]]
    found = [claim for outcome, entry in entries for claim in _retired(outcome, entry, facts, check)]
    found += [f"{entry['image_id']} is told twice" for _outcome, entry in entries if _times(entry, entries) > 1]
    found += [claim for one in result["not_selected"] for claim in _stays(one, facts, "not selected")]
    found += [claim for one in result["orphaned_snapshots"] for claim in _orphan(one, facts, check)]
    gone = [one for one in result["orphaned_snapshots"] if one["deleted"]]
    freed = sum(one["gib"] for one in result["deleted"]) + sum(one["size"] for one in gone)
    return found if result["gib_freed"] == freed else [*found, f"{result['gib_freed']} GiB are not {freed}"]


def _times(entry: Data, entries: list[tuple[str, Data]]) -> int:
    return sum(one["image_id"] == entry["image_id"] for _outcome, one in entries)


def _retired(outcome: str, entry: Data, facts: Facts, check: bool) -> list[str]:
    where = f"{outcome}, {entry['region']} {entry['image_id']}"
    found = [claim for use in entry["uses"] for claim in users.use(use, entry, facts, where)]
    if outcome == "not_retired":  # how far it came is in its error
        return found + ([] if entry["error"] else [f"{where}: nobody says why"])
    if check:
        return found + _stays(entry, facts, where)
    found += _exported(entry.get("export"), facts, where)
    if outcome == "deleted":
        found += [f"{where}: it is not gone"] if entry["image_id"] in facts.images else []
        return found + _snapshots(entry, facts, where)
    if outcome in STAY and not entry["restored"]:
        return found + _stays(entry, facts, where)
    found += there(entry["region"], entry["image_id"], facts, where)
    if found:
        return found
    image, wanted = facts.images[entry["image_id"]], "Deprecated" if outcome == "deprecated" else "Available"
    found += [] if image["status"] == wanted else [f"{where}: it is {image['status']}"]
    if (DEPRECATED_AT in image["tags"]) is not (outcome == "deprecated"):
        found.append(f"{where}: its tags are {sorted(image['tags'])}")
    left = {*entry["unshared"]} & {*facts.accounts(entry["image_id"])}
    return found + ([f"{where}: {', '.join(sorted(left))} still have it"] if left else [])


def _stays(told: Data, facts: Facts, where: str) -> list[str]:
    """Of an image that nothing was done to. While it is made its status and size are those of the look."""
    found = there(told["region"], told["image_id"], facts, where)
    if found or told["status"] not in ("Available", "Deprecated"):
        return found
    image = facts.images[told["image_id"]]
    size = sum(disk["size"] for disk in image["disks"])
    return differing(told, {**{key: image[key] for key in ("name", "family", "status")}, "size": size}, where)


def _orphan(told: Data, facts: Facts, check: bool) -> list[str]:
    where, snapshot = f"orphan {told['snapshot_id']}", facts.snapshots.get(told["snapshot_id"])
    if told["deleted"] and not check:
        return [] if snapshot is None else [f"{where}: it is not gone"]
    if snapshot is None:
        return [] if told["error"] or told["reason"] == GONE else [f"{where}: it is not there"]
    found = [f"{where}: {told['made_for']} is not gone"] if told["made_for"] in facts.images else []
    return found + differing(told, {key: snapshot[key] for key in ("region", "size")}, where)


def export(result: Data, facts: Facts) -> list[str]:
    """Of one export: its task, its end, and the objects that it has written."""
    where, task = f"export of {result['image_id']}", facts.thing("tasks", result["task_id"])
    found = _exported(result, facts, where)
    if result["planned"]:
        return found
    if result["task_id"] and (task is None or task["image_id"] != result["image_id"]):
        return [*found, f"{where}: {result['task_id']} is none of its tasks"]
    if task and result["status"] not in (None, "Waiting", "Processing", task["status"]):
        found.append(f"{where}: {task['task_id']} is {task['status']}, not {result['status']}")
    if task and result["bucket"] not in (None, task["bucket"]):
        found.append(f"{where}: {task['task_id']} writes to {task['bucket']}, not to {result['bucket']}")
    if result["action"] == "cancelled" and task and task["status"] != "Deleted":
        found.append(f"{where}: it is {task['status']}, and is said to be cancelled")
    return found


def _exported(told: Data | None, facts: Facts, where: str) -> list[str]:
    """Of the objects of a finished export."""
    bucket = facts.thing("buckets", (told or {}).get("bucket"))
    return [f"{where}: {name} is not there" for name in (told or {}).get("objects") or [] if name not in _names(bucket)]


def _names(bucket: Data | None) -> list[str]:
    return [] if bucket is None else list(bucket["objects"])


def test_boot(result: Data, facts: Facts, check: bool) -> list[str]:
    """Of the instance of a test boot, which must not outlive its run unless the run says so."""
    started = (result.get("instance") or {}).get("instance_id")
    removed = result.get("removed_leftovers") or []
    if check:
        return [f"{one} would be removed, and is not there" for one in removed if one not in facts.things["instances"]]
    left = [one for one in [started, *removed] if one and one in facts.things["instances"]]
    said = f"{result.get('msg', '')} {result.get('error')}"
    return [f"instance {one} is not gone, and nobody says so" for one in left if one not in said]
