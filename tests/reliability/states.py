# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there in the end, in words that do not change from run to run: names and places instead of ids and times."""

from __future__ import annotations

import collections
import datetime
import json
import typing as t

from functional.support import MAIN
from simulator import Simulator
from simulator.control import state
from simulator.state.clock import stamp

Data = dict[str, t.Any]


def end_state(sim: Simulator) -> Data:
    """What there is in a simulator of this process."""
    with sim.lock:
        return told(json.loads(json.dumps(state(sim.world))))


def told(everything: Data) -> Data:
    """All that the main account has, by place and name. Two equal ones are two equal clouds.

    :param everything: the state as the simulator's control tells it
    """
    images = [image for image in everything["images"] if image["account_id"] == MAIN]
    snapshots = {one["snapshot_id"]: one for one in everything["snapshots"] if one["account_id"] == MAIN}
    keys = {key["key_id"]: key for key in everything["kms_keys"]}
    owners = _labels(images)
    result: Data = {label: _image(image, snapshots, keys, everything["now"]) for image, label in owners}
    used = {disk["snapshot_id"] for image in images for disk in image["disks"]}
    strays = [_snapshot(one, snapshots, keys) for key, one in snapshots.items() if key not in used]
    result["stray snapshots"] = sorted(json.dumps(one, sort_keys=True) for one in strays)
    result["unfinished copies"] = len(everything["waiting"]) + len(everything["running"])
    result["instances"] = {one["name"]: [one["status"], one["tags"]] for one in everything["instances"]}
    result["launch templates"] = {
        f"{one['region']}/{one['name']}": _template(one) for one in everything["launch_templates"]
    }
    result["objects"] = sorted(f"{one['name']}/{name}" for one in everything["buckets"] for name in one["objects"])
    text = json.dumps(result, sort_keys=True)
    for image, label in owners:
        text = text.replace(image["image_id"], f"<{label}>")
        # A copy tells when its source was made.
        text = text.replace(stamp(image["created"]), f"<creation of {label}>")
    return t.cast(Data, json.loads(text))


def _template(template: Data) -> Data:
    """What the default holds, and the images of all versions, the oldest first. A number may have been passed over."""
    versions = {int(number): version for number, version in template["versions"].items()}
    return {
        "default": versions[template["default"]]["data"],
        "images": [versions[number]["data"].get("ImageId") for number in sorted(versions)],
    }


def _labels(images: t.Sequence[Data]) -> list[tuple[Data, str]]:
    """Each image by region and name. Names are unique there, but the state must show it if they were not."""
    count: collections.Counter[str] = collections.Counter()
    found = []
    # A copy's creation may fall on its source's: the source comes first.
    for image in sorted(images, key=lambda one: (one["is_copied"], one["created"], one["image_id"])):
        label = f"{image['region']}/{image['name']}"
        count[label] += 1
        found.append((image, label if count[label] == 1 else f"{label}#{count[label]}"))
    return found


DEPRECATED_AT = "imageops:deprecated-at"
ATTRIBUTES = ("status", "description", "family", "boot_mode", "is_copied", "is_public", "features", "resource_group_id")


def _image(image: Data, snapshots: t.Mapping[str, Data], keys: t.Mapping[str, Data], now: float) -> Data:
    tags = dict(image["tags"])
    if DEPRECATED_AT in tags:
        then = datetime.datetime.fromisoformat(tags[DEPRECATED_AT]).timestamp()
        tags[DEPRECATED_AT] = f"{(now - then) / 86400:.0f} days ago"
    behind = [snapshots[disk["snapshot_id"]] for disk in image["disks"] if disk["snapshot_id"] in snapshots]
    return {
        **{key: image[key] for key in ATTRIBUTES},
        "tags": tags,
        "shared_with": sorted(share["account_id"] for share in image["shares"] if share["revoked"] is None),
        "disks": [[disk["device"], disk["kind"], disk["size"]] for disk in image["disks"]],
        "snapshots": [_snapshot(one, snapshots, keys) for one in behind],
    }


def _snapshot(snapshot: Data, snapshots: t.Mapping[str, Data], keys: t.Mapping[str, Data]) -> Data:
    key = keys.get(snapshot["kms_key_id"])
    source = snapshots.get(snapshot["source_snapshot_id"])
    return {
        **{key: snapshot[key] for key in ("region", "status", "name", "size", "tags", "encrypted")},
        "key": f"{key['kind']} key in {key['region']}" if key else None,
        "copied_from": source["region"] if source else None,
    }


def made(journal: t.Iterable[Data], account: str = MAIN) -> dict[str, set[str]]:
    """Whatever was ever made, by what and where: the ids that accepted calls have answered with."""
    found: dict[str, set[str]] = collections.defaultdict(set)
    for call in journal:
        if call["status"] != 200 or call["dry_run"] or call["account"] != account:
            continue
        params = call["params"]
        if call["action"] == "CopyImage":
            found[f"copy in {params['DestinationRegionId']}"].add(call["image_id"])
        elif call["action"] == "CreateImage":
            found[f"image in {call['region']}"].add(call["image_id"])
        elif call["action"] == "ExportImage":
            found[f"export of {params['ImageId']} to {params['OSSBucket']}"].add(call["request_id"])
        elif call["action"] == "ImportImage":
            found[f"import of {params['DiskDeviceMapping.1.OSSObject']} in {call['region']}"].add(call["image_id"])
        elif call["action"] == "CreateLaunchTemplateVersion":
            template = params.get("LaunchTemplateId") or params["LaunchTemplateName"]
            found[f"version of {template} with {params.get('ImageId')}"].add(call["request_id"])
        elif call["action"] == "CopySnapshot":
            found[f"copy of {params['SnapshotId']} in {params['DestinationRegionId']}"].add(call["snapshot_id"])
    return dict(found)


def too_many(journal: t.Iterable[Data], fails_once: str | None, *, is_late: bool = False) -> list[str]:
    """What was made more often than it may be: once, and once more where the first copy fails.

    :param is_late: whether a call arrives late, after it was given up
    """
    found = []
    for place, ids in made(journal).items():
        # Neither a token nor a name guards an export: a call that arrives when the next has ended writes once more.
        again = is_late and place.startswith("export of")
        most = 2 if place == f"copy in {fails_once}" or again else 1
        if len(ids) > most:
            found.append(f"{place}: {len(ids)} were made, at most {most} may be: {', '.join(sorted(ids))}")
    return found


def differences(wanted: Data, came: Data) -> list[str]:
    """Where two states differ, in short."""
    found = []
    for key in sorted({*wanted, *came}):
        if key not in came:
            found.append(f"{key} is missing")
        elif key not in wanted:
            found.append(f"{key} is too much: {json.dumps(came[key])[:300]}")
        elif wanted[key] != came[key]:
            found += _inside(key, wanted[key], came[key])
    return found


def _inside(key: str, wanted: t.Any, came: t.Any) -> list[str]:
    if isinstance(wanted, dict) and isinstance(came, dict):
        return [
            f"{key}: {part} is {came.get(part)!r} instead of {value!r}"
            for part, value in wanted.items()
            if came.get(part) != value
        ]
    return [f"{key} is {came!r} instead of {wanted!r}"]
