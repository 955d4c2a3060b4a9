# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done about an export of an image, given what was seen. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    AVAILABLE,
    TASK_DONE,
    TASK_ENDED,
    is_own,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Transfer

RAW = "raw"
EXPORTED_OBJECT = f"{markers.PREFIX}exported-object-"  # a tag for each object, with its number
# Where images can be exported in other formats than raw.
EVERY_FORMAT = frozenset(
    {
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-3",
        "ap-southeast-5",
        "eu-central-1",
        "eu-west-1",
        "me-east-1",
        "us-east-1",
        "us-west-1",
    }
)
MOST_DATA_DISKS, LARGEST_DATA_DISK = 4, 500  # GiB
_PREFIX = re.compile(r"[A-Za-z0-9]{1,30}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """Which image is to be in which bucket, and how."""

    region: str
    image_id: str
    bucket: str | None = None
    prefix: str | None = None
    format: str = RAW
    role_name: str | None = None
    state: str = "present"
    force: bool = False


def validate(options: Options) -> list[str]:
    """What is wrong with the options."""
    faults = [f"{name} is needed" for name in ("region", "image_id") if not getattr(options, name)]
    if options.state == "present" and not options.bucket:
        faults.append("bucket is needed with state=present")
    faults += validation.bucket_faults(options.bucket) if options.bucket else []
    faults += prefix_faults(options.prefix)
    if options.format != RAW and options.region and options.region not in EVERY_FORMAT:
        faults.append(
            f"format={options.format} is not offered in {options.region}: take raw there, or export a copy in one of "
            f"{', '.join(sorted(EVERY_FORMAT))}"
        )
    return faults


def prefix_faults(prefix: str | None) -> list[str]:
    """What is wrong with what the names of objects are to begin with."""
    if not prefix or _PREFIX.fullmatch(prefix):
        return []
    return [f"prefix {prefix[:40]!r} must have 1 to 30 letters and digits"]


def refusal(image: Image) -> Refused | None:
    """Why an image can't be exported, as far as it shows that, or None."""
    where = f"image {image['image_id']} in {image['region']}"
    data = [disk["size"] for disk in image["disks"] if disk["type"] == "data"]
    if not is_own(image):
        return Refused("InvalidImageCategory.NotSupported", f"{where} is another account's", "Export your own copy.")
    if image["is_public"]:
        return Refused("InvalidImageCategory.NotSupported", f"{where} is a community image", "Make it private first.")
    if image["encrypted"]:
        return Refused("ImageNotSupported", f"{where} is encrypted", "Export the plain image that it was copied from.")
    if image["status"] != AVAILABLE:
        hint = "Only Available images can be exported: wait until it is, or make it Available again with ecs_image."
        return Refused("IncorrectImageStatus", f"{where} is {image['status']}", hint)
    if len(data) > MOST_DATA_DISKS or any(size > LARGEST_DATA_DISK for size in data):
        return Refused(
            "InvalidImage.DiskAmountOrSize",
            f"{where} has {len(data)} data disks, the largest of {max(data)} GiB",
            f"At most {MOST_DATA_DISKS} of {LARGEST_DATA_DISK} GiB each are exported: export an image with fewer.",
        )
    return None


def place(options: Options) -> str:
    """The value of ``imageops:exported-to``: format, bucket and prefix."""
    return f"{options.format}:{options.bucket}/{options.prefix or ''}"


def tags_of(options: Options, objects: t.Sequence[str]) -> dict[str, str]:
    """What an image says of its export when that was seen finished."""
    names = {f"{EXPORTED_OBJECT}{number}": name for number, name in enumerate(objects, 1)}
    return {markers.EXPORTED_TO: place(options), **names}


def recorded(image: Image, options: Options) -> list[str] | None:
    """The objects of an export that an image says it has, if it is the one that is asked for."""
    if options.force or image["tags"].get(markers.EXPORTED_TO) != place(options):
        return None
    return _objects(image) or None


def seen_finished(image: Image) -> tuple[str, list[str]] | None:
    """The bucket and the objects of an export that an image says it has, wherever it went to, or None."""
    exported_to, objects = image["tags"].get(markers.EXPORTED_TO, ""), _objects(image)
    bucket = exported_to.partition(":")[2].partition("/")[0]
    return (bucket, objects) if bucket and objects else None


def _objects(image: Image) -> list[str]:
    """The objects of the image itself. The tags of its source may have come along, whose objects bear its id."""
    keys = sorted(key for key in image["tags"] if key.startswith(EXPORTED_OBJECT))
    source_id = image["tags"].get(markers.COPIED_FROM, "").partition("/")[2]
    names = [image["tags"][key] for key in keys]
    return [name for name in names if image["image_id"] in name or not source_id or source_id not in name]


def running(tasks: t.Sequence[Transfer]) -> Transfer | None:
    """The newest of an image's exports that is under way."""
    return next((task for task in tasks if task["status"] not in TASK_ENDED), None)


def is_asked_for(task: Transfer, options: Options) -> bool:
    """Whether a finished export is the one that is asked for, by what it says of what it has written."""
    return (
        task["status"] == TASK_DONE
        and bool(task["objects"])
        and task["bucket"] == options.bucket
        and task["format"].lower() in ("", options.format)
        and all(_has_prefix(name, options) for name in task["objects"])
    )


def _has_prefix(name: str, options: Options) -> bool:
    """Whether the name of an object begins with all of the prefix that is asked for, and with no longer one.

    How the names of an export without a prefix begin is not said everywhere: any of them will do that has nothing like
    a prefix before the image's id.
    """
    prefix = options.prefix or ""
    rest = name[len(prefix) :]
    longer = _PREFIX.match(rest) if prefix else re.match(rf"[A-Za-z0-9]+_?{re.escape(options.image_id)}", rest)
    return name.startswith(prefix) and (rest.startswith(options.image_id) or not longer)
