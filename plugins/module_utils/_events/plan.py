# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has happened to images between two looks, and what a notice of CloudMonitor says, in one shape. Pure."""

from __future__ import annotations

import datetime
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers, models, regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base.fields import raw_text, text
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image

TYPE = "imageops.image"  # of every event
APPEARED, GONE, AVAILABLE, FAILED, DEPRECATED = "appeared", "gone", "available", "failed", "deprecated"
UNFINISHED = "unfinished"  # no event: it is still on its way
APART = 900.0  # seconds that clocks may be apart: the API refuses requests whose time is further off
MOST_GONE = 1_000  # images of a region that are gone and may come back, as shared ones do, whose events are counted on
MISSES = 2  # looks in a row that an image must be absent from: what is there may be left out of one
NOTICE = "Image:StateChange"
_NOTICED = {
    "Waiting": APPEARED,
    "Creating": APPEARED,
    "Available": AVAILABLE,
    "CreateFailed": FAILED,
    "UnAvailable": FAILED,
    "Deprecated": DEPRECATED,
    "Deleted": GONE,
}
_IMAGE_ID = re.compile(r"m-[a-z0-9]{1,60}", re.ASCII)
_UTC = "%Y-%m-%dT%H:%M:%S.%fZ"  # how an event tells a time
_EAST_8 = datetime.timezone(datetime.timedelta(hours=8))  # what a notice counts in


def word_of(image: Image) -> str:
    """The state of an image in the word of its event."""
    if models.is_unfinished(image):
        return UNFINISHED
    return {models.AVAILABLE: AVAILABLE, models.DEPRECATED: DEPRECATED}.get(image["status"], FAILED)


def facts_of(image: Image) -> Data:
    """What an event tells of an image."""
    names = ("name", "family", "status", "owner_id", "owner_alias", "is_copied", "created_at", "tags")
    return {
        **{name: image[name] for name in names},  # type: ignore[literal-required]
        "copied_from": image["tags"].get(markers.COPIED_FROM),
    }


def changes(
    seen: Data, region: str, images: t.Sequence[Image], is_blind: bool, initial: bool
) -> tuple[list[Data], Data]:
    """
    :param seen: what was known of the region's images, by id; it is not changed
    :param images: all that a look has shown
    :param is_blind: whether nothing at all was to be seen, so that nothing is called gone
    :param initial: whether to tell of images that are there at the first look
    :returns: what has happened, and what is known now
    """
    events, known = [], {}
    for image in images:
        image_id, word, facts = image["image_id"], word_of(image), facts_of(image)
        before = seen.get(image_id)
        is_new = before is None or before["word"] == GONE
        told = [APPEARED] if is_new else []
        if word not in (UNFINISHED, before["word"] if before else ""):
            told.append(word)
        count = before["count"] if before else 0
        if not before and not initial:
            told = []
        events += [_event(change, region, image_id, facts, count + at) for at, change in enumerate(told)]
        known[image_id] = {"word": word, "missed": 0, "count": count + len(told), "facts": facts}
    gone = {image_id: entry for image_id, entry in seen.items() if entry["word"] == GONE and image_id not in known}
    for image_id in sorted(set(seen) - set(known) - set(gone)):
        entry = {**seen[image_id], "missed": seen[image_id]["missed"] + (not is_blind)}
        if entry["missed"] < MISSES:
            known[image_id] = entry
        else:
            events.append(_event(GONE, region, image_id, entry["facts"], entry["count"]))
            gone[image_id] = {"word": GONE, "missed": 0, "count": entry["count"] + 1, "facts": {}}
    return events, {**known, **dict(list(gone.items())[-MOST_GONE:])}


def is_known(entry: t.Any) -> bool:
    """Whether something is what ``changes`` keeps of one image."""
    return _has(entry, {"word": str, "missed": int, "count": int, "facts": dict})


def is_last(entry: t.Any) -> bool:
    """Whether something is what was last told of an image, as ``is_told`` takes it."""
    return _has(entry, {"change": str, "happened_at": str})


def _has(entry: t.Any, kinds: t.Mapping[str, type]) -> bool:
    # True counts as 1.
    return isinstance(entry, dict) and all(
        isinstance(entry.get(name), kind) and not isinstance(entry[name], bool) for name, kind in kinds.items()
    )


def contradiction(event: Data, image: Image | None) -> str:
    """What a look shows that is not as a notice says, as a sentence; empty if they agree.

    :param image: None if none is visible
    """
    if image is None:
        return "" if event["change"] == GONE else "no such image of this account is visible"
    word = word_of(image)
    return "" if event["change"] in (APPEARED, word) else f"the image is {image['status']}"


def _event(change: str, region: str, image_id: str, facts: Data, number: int) -> Data:
    """:param number: how many events of the image there were before, so that each has an id of its own"""
    told = {"type": TYPE, "change": change, "region": region, "image_id": image_id}
    return {**told, "id": f"{region}/{image_id}/{number}/{change}", **facts}


def notice(payload: t.Any) -> Data | None:
    """What a notice of CloudMonitor says. Whoever reaches the webhook may have sent it, so that every part is judged.

    :returns: the event, without what only a look at the image tells; None for what is no such notice
    """
    content = payload.get("content") if isinstance(payload, dict) else None
    if not isinstance(content, dict) or payload.get("name") != NOTICE:
        return None
    region, image_id, state = payload.get("regionId"), raw_text(content.get("imageId")), content.get("currentState")
    happened = moment(payload.get("eventTime"))
    change = _NOTICED.get(state) if isinstance(state, str) else None
    if not (regions.is_region(region) and _IMAGE_ID.fullmatch(image_id) and change and happened):
        return None
    return {
        "type": TYPE,
        "change": change,
        "region": region,
        "image_id": image_id,
        "id": text(payload.get("id")) or f"{region}/{image_id}/{happened}/{change}",
        "status": state,
        "account_id": text(payload.get("userId")),
        "happened_at": happened,
    }


def moment(stamp: t.Any) -> str | None:
    """A time such as ``20240410T160101.922+0800`` as the API writes times, in UTC; None if it is none."""
    for form in ("%Y%m%dT%H%M%S.%f%z", "%Y%m%dT%H%M%S%z", "%Y%m%dT%H%M%S.%f", "%Y%m%dT%H%M%S"):
        try:
            found = datetime.datetime.strptime(raw_text(stamp), form)
        except ValueError:
            continue
        try:
            return (found if found.tzinfo else found.replace(tzinfo=_EAST_8)).astimezone(datetime.UTC).strftime(_UTC)
        except OverflowError:  # the first and the last day that there are
            return None
    return None


def last_of(event: Data, now: float, doubt: float = 0.0) -> Data:
    """What ``is_told`` is to know of an event that is told now.

    Whoever reaches the webhook dates it: one from the future would make all later ones look late.

    :param now: seconds since the epoch
    :param doubt: seconds that the provider's clock may be behind
    """
    stamp = datetime.datetime.fromtimestamp(now, datetime.UTC).strftime(_UTC)
    at = event["happened_at"]
    if at > stamp:
        at = datetime.datetime.fromtimestamp(now - doubt, datetime.UTC).strftime(_UTC)
    return {"change": event["change"], "happened_at": at}


def is_told(last: Data | None, event: Data) -> bool:
    """Whether a notice brings nothing new: it came before, or is older than what was told.

    :param last: ``change`` and ``happened_at`` of what was last told of the image
    """
    return last is not None and (event["change"] == last["change"] or event["happened_at"] < last["happened_at"])
