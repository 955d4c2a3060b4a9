# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How old an image is, which is the one meaning of "newest" everywhere, and until when it must be kept. Pure."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers

FOREVER = "forever"
TAGS_SHOW = 86400.0  # seconds after which the tags of an image are shown for sure: far more than anybody has seen

T = t.TypeVar("T")


def seconds(stamp: str) -> float:
    """A time as the API writes it, in seconds since the epoch; 0 if it is none, such as the first day of the year 1."""
    try:
        found = datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    except ValueError:
        return 0.0
    zoned = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
    return max(0.0, zoned.timestamp())


def born_at(image: t.Mapping[str, t.Any]) -> str:
    """When the image was made, or its source if it is a copy, as the API writes it.

    An image that another account shares shows no tags, so that its own time counts.
    """
    return str(markers.source_created(image))


def born(image: t.Mapping[str, t.Any]) -> float:
    """``born_at`` in seconds since the epoch, 0 if it is not known."""
    return seconds(born_at(image))


def source_of(image: t.Mapping[str, t.Any]) -> str:
    """What the image was copied from, or itself if it is no copy. The same in every region."""
    own = markers.source_ref(image["region"], image["image_id"])
    return str(image["tags"].get(markers.COPIED_FROM) or own)


def first_sources(images: t.Collection[t.Mapping[str, t.Any]]) -> dict[str, str]:
    """What each image is a copy of, by its id. A copy of a copy, such as one with a new key, is of the first source.

    :param images: of one region. What is copied from one that is not among them is followed no further
    """
    made_of = {markers.source_ref(image["region"], image["image_id"]): source_of(image) for image in images}
    found = {}
    for image in images:
        source, passed = source_of(image), set[str]()
        while source in made_of and source not in passed:  # anybody who may tag can make a circle
            passed.add(source)
            source = made_of[source]
        found[str(image["image_id"])] = source
    return found


def may_lack_tags(image: t.Mapping[str, t.Any], now: float) -> bool:
    """Whether an image without any marker may be one of ours whose tags don't show yet: it is not old.

    :param now: seconds since the epoch
    """
    marked = any(key.startswith(markers.PREFIX) for key in image["tags"])
    return not marked and now - seconds(image["created_at"]) < TAGS_SHOW


def order(image: t.Mapping[str, t.Any]) -> tuple[float, bool, str, float, str]:
    """The key to sort images by, the oldest first: in the same order in every run, and in every region.

    A copy of an image of its own region, such as one with a new key, comes after that, which it takes the place of.
    """
    source = source_of(image)
    within = markers.COPIED_FROM in image["tags"] and source.partition("/")[0] == image["region"]
    return born(image), within, source, seconds(image["created_at"]), str(image["image_id"])


def keep_fault(value: str) -> str | None:
    """Why a value of the tag ``imageops:keep`` is none. It protects the image all the same."""
    if value == FOREVER or _day(value):
        return None
    return f"{markers.KEEP} is {value[:40]!r}, which is neither {FOREVER} nor a date such as 2027-01-31"


def kept(image: t.Mapping[str, t.Any], now: float) -> str | None:
    """Why the tag ``imageops:keep`` protects an image, or None.

    :param now: seconds since the epoch
    """
    value = image["tags"].get(markers.KEEP)
    if value is None:
        return None
    day = _day(value)
    if day is None:
        return f"its tag {markers.KEEP} is {value[:40]!r}"
    today = datetime.datetime.fromtimestamp(now, datetime.UTC).date()
    return f"its tag {markers.KEEP} protects it until {value}, that day included" if today <= day else None


def _day(value: str) -> datetime.date | None:
    try:
        day = datetime.datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        return None
    return day if day.isoformat() == value else None


def newest(images: t.Iterable[T], count: int) -> list[T]:
    """The newest of the images, the oldest of them first."""
    return sorted(images, key=lambda image: order(t.cast("t.Mapping[str, t.Any]", image)))[-count:]
