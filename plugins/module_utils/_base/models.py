# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain data out of the API's answers. What is missing or of the wrong type becomes an empty value."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import fields
from ansible_collections.imageops.alicloud.plugins.module_utils._base.fields import (
    Data,
    any_of,
    flag,
    number,
    raw_text,
    shaped,
    text,
    unsure_flag,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import (
    CheckItem,
    Detection,
    Disk,
    Image,
    Share,
    Snapshot,
    Transfer,
)

__all__ = ["Data", "any_of", "flag", "number", "raw_text", "text", "unsure_flag"]

T = t.TypeVar("T")

# Every state an image can have. The API's own default is Available alone, which hides copies that run.
CREATING = "Creating"
WAITING = "Waiting"
AVAILABLE = "Available"
UNAVAILABLE = "UnAvailable"
CREATE_FAILED = "CreateFailed"
DEPRECATED = "Deprecated"
ALL_STATUSES = (CREATING, WAITING, AVAILABLE, UNAVAILABLE, CREATE_FAILED, DEPRECATED)
ANY_STATUS = ("ALL",)  # also states that no page names
UNFINISHED = frozenset({CREATING, WAITING})
SETTLED = frozenset({AVAILABLE, UNAVAILABLE, CREATE_FAILED, DEPRECATED})  # it stays in these until somebody acts
PENDING, STARTING, RUNNING, STOPPING, STOPPED = "Pending", "Starting", "Running", "Stopping", "Stopped"  # an instance
CHECKING = "Processing"  # the state of an image's check
TASK_DONE, TASK_FAILED, TASK_CANCELLED = "Finished", "Failed", "Deleted"  # in which an import or export ends
TASK_ENDED = frozenset({TASK_DONE, TASK_FAILED, TASK_CANCELLED})


def is_unfinished(image: t.Mapping[str, t.Any]) -> bool:
    """Whether an image is still on its way, as one is in a state that nobody knows.

    One that is Available may not be usable for a moment more.
    """
    return image["status"] not in SETTLED or (image["status"] == AVAILABLE and not image.get("usable", True))


def is_own(image: t.Mapping[str, t.Any]) -> bool:
    """Whether an image is the account's own. An answer to who asks for own images may leave the owner out."""
    return image["owner_alias"] in ("self", "")


def _listed(answer: t.Any, names: t.Iterable[str]) -> list[t.Any]:
    """The list that these names lead to; an empty one if anything on the way is of another shape."""
    for name in names:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer if isinstance(answer, list) else []


def items(answer: t.Any, *names: str) -> list[Data]:
    """The list in ``{"Images": {"Image": [...]}}``; entries that are no objects are left out."""
    return [entry for entry in _listed(answer, names) if isinstance(entry, dict)]


def texts(answer: Data, *names: str) -> list[str]:
    """A list of ids. What is no text can be no id."""
    return [entry for entry in _listed(answer, names) if isinstance(entry, str)]


def tags_of(answer: Data) -> dict[str, str]:
    """The tags of an answer, by key."""
    return {
        raw_text(tag.get("TagKey") or tag.get("Key")): raw_text(tag.get("TagValue") or tag.get("Value"))
        for tag in items(answer, "Tags", "Tag")
    }


def disk(answer: Data) -> Disk:
    """One disk of an image."""
    return t.cast(Disk, shaped(fields.DISK, answer))


def detection(given: t.Any) -> Detection:
    """What the check of an image has found. Only items at risk have a level and a code."""
    answer = given if isinstance(given, dict) else {}
    found = [t.cast(CheckItem, shaped(fields.CHECK_ITEM, entry)) for entry in items(answer, "Items", "Item")]
    return t.cast(Detection, {**shaped(fields.CHECK, answer), "check_items": found})


def image(answer: Data, region: str) -> Image:
    """One image as the modules return it. ``size`` is GiB over all disks, ``progress`` percent."""
    disks = [disk(entry) for entry in items(answer, "DiskDeviceMappings", "DiskDeviceMapping")]
    features, secure_boot = answer.get("Features"), answer.get("SecureBootOptions")
    given = {
        "region": region,
        **shaped(fields.IMAGE, answer),
        "os_name": text(answer.get("OSNameEn") or answer.get("OSName")),
        "encrypted": any_of([entry["encrypted"] for entry in disks]),
        "size": sum(entry["size"] for entry in disks) or number(answer.get("Size")),
        "disks": disks,
        "snapshot_ids": [entry["snapshot_id"] for entry in disks if entry["snapshot_id"]],
        "tags": tags_of(answer),
        **shaped(fields.SECURE_BOOT, secure_boot if isinstance(secure_boot, dict) else {}),
        "features": shaped(fields.FEATURES, features if isinstance(features, dict) else {}),
        "detection_options": detection(answer.get("DetectionOptions")),
    }
    return t.cast(Image, given)


def with_encryption(image: Image, encrypted: t.Mapping[str, bool | None]) -> Image:
    """An image with what its snapshots say of encryption, where its own answer says nothing.

    :param encrypted: by the id of the snapshot
    """
    disks = [
        with_values(
            disk, encrypted=encrypted.get(disk["snapshot_id"]) if disk["encrypted"] is None else disk["encrypted"]
        )
        for disk in image["disks"]
    ]
    return with_values(image, disks=disks, encrypted=any_of([disk["encrypted"] for disk in disks]))


def with_values(thing: T, **values: t.Any) -> T:
    """An image, disk or snapshot with other values."""
    return t.cast(T, {**t.cast(Data, thing), **values})


def as_planned(image: Image, given: t.Mapping[str, t.Any], waits: bool = False) -> Image:
    """An image as it will be for a task of check mode, if the task before it would make it Available again.

    :param given: how the image was handed in
    :param waits: whether the task before it would also have waited for one that is still on its way
    """
    comes_back = given.get("planned") and given.get("status") == AVAILABLE and image["status"] == DEPRECATED
    arrives = given.get("planned") and waits and is_unfinished(image)
    return with_values(image, status=AVAILABLE) if comes_back or arrives else image


def snapshot(answer: Data, region: str) -> Snapshot:
    """One snapshot. ``size`` is its disk's size in GiB, ``progress`` percent."""
    return t.cast(Snapshot, {"region": region, **shaped(fields.SNAPSHOT, answer), "tags": tags_of(answer)})


def instance(answer: Data, region: str) -> Data:
    """One instance."""
    return {"region": region, **shaped(fields.INSTANCE, answer), "tags": tags_of(answer)}


def share(answer: Data) -> Share:
    """One account of a share list."""
    return t.cast(Share, shaped(fields.SHARE, answer))


def transfer(answer: Data, region: str) -> Transfer:
    """One import or export. Only the answer that is about it alone says why it failed, and what it has written."""
    kinds = ("OSSBucket", "OSSObject", "ImageFormat")
    told = items(answer, "OperationProgressSet", "OperationProgress")
    written = [
        shaped(fields.RELATED_ITEM, item) for part in told for item in items(part, "RelatedItemSet", "RelatedItem")
    ]
    values = {name: [item["value"] for item in written if item["name"] == name] for name in kinds}
    failed = [part for part in (shaped(fields.OPERATION, part) for part in told) if part["code"]]
    given = {
        "region": region,
        **shaped(fields.TASK, answer),
        **(failed[0] if failed else shaped(fields.OPERATION, {})),
        "bucket": next(iter(values["OSSBucket"]), ""),
        "format": next(iter(values["ImageFormat"]), ""),
        "objects": list(dict.fromkeys(values["OSSObject"])),
    }
    return t.cast(Transfer, given)


# Images that check mode only plans, as one task hands them to the next: nothing can be asked about them.

_WORDS: dict[type, str] = {str: "a text", int: "a number", bool: "true or false", list: "a list", dict: "a dictionary"}
# What a planned image, or a planned copy, has; where it may be not known, it is a flag.
_KINDS: dict[str, type] = {
    key: bool if value is None else type(value)
    for key, value in {**image({}, ""), "disk_count": 0, "kms_key_id": ""}.items()
}


def is_planned(given: t.Mapping[str, t.Any]) -> bool:
    """Whether an image that is handed in is not there yet, so that its entry is all that is known of it."""
    return bool(given.get("planned")) and not given.get("image_id")


def _is_of(kind: type, value: t.Any) -> bool:
    """Whether a value is of a kind, or of one of its own kinds, such as the texts of ansible-core 2.18 are."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def planned_faults(given: t.Mapping[str, t.Any]) -> list[str]:
    """What no task can have returned in a planned image that is handed in."""
    if not is_planned(given):
        return []
    faults = [
        f"{key} of the planned image is {str(given[key])[:40]!r} and must be {_WORDS[kind]}"
        for key, kind in _KINDS.items()
        if given.get(key) is not None and not _is_of(kind, given[key])
    ]
    disks = given.get("disks")
    if isinstance(disks, list) and not all(isinstance(disk, dict) for disk in disks):
        faults.append("disks of the planned image must be dictionaries")
    return faults
