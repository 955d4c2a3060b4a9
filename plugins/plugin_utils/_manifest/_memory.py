# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the previous manifest of a release knows and this run does not. Pure.

Not looked at is not gone: an image stays in the manifest until a look at its region shows that it is not there.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _images
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _image_facts

Data = dict[str, t.Any]

# What is known of an image only in the run that made it.
KEPT = ("started_at", "copying_at", "finished_at", "finishing_seconds", "request_ids")

# When an earlier run saw what this one did not look at.
LOOKS = ("last_seen_at", "shares_seen_at")

FINISHED = ("Available", "Deprecated")

# Of a release to every region of the account: whether its manifest names all of them.
LISTED, NOT_LISTED = "listed", "not_listed"

# What is said of an image that is sound: it was withdrawn, or the API gave no answer of use.
PASSING = ("ImageDeprecated", "Deprecated", "NoAnswer", "BrokenAnswer", "UntrustedCertificate")

_REQUEST = re.compile(r"\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b|(?<=request id )[\w-]+")


def is_same_release(manifest: Data, previous: Data | None) -> bool:
    """Whether two manifests are of one release: by its name, or by the source if somebody has renamed that."""
    if not previous:
        return False
    accounts = {document["account_id"] for document in (manifest, previous) if document["account_id"]}
    if len(accounts) > 1:
        return False
    if not manifest["name"] or manifest["name"] == previous["name"]:
        return True
    return bool(_sources(manifest) & _sources(previous))


def _sources(manifest: Data) -> set[tuple[str, str]]:
    return {_images.place(image) for image in manifest["images"] if image["role"] == "source" and image["image_id"]}


def remember(manifest: Data, previous: Data, looks: t.Mapping[str, t.Collection[str]] | None) -> None:
    """Take over what this run can't know, into the manifest that is given.

    :param previous: of the same release
    :param looks: what the looks for copies have shown, image ids by region. None if this run has not come so far
    """
    manifest["name"] = manifest["name"] or previous["name"]
    manifest["account_id"] = manifest["account_id"] or previous["account_id"]
    seen_at = previous["run"]["ended_at"]
    by_key = {_images.place(image): image for image in manifest["images"] if image["image_id"]}
    for old in previous["images"]:
        new = by_key.get(_images.place(old)) if old["image_id"] else None
        if new:
            _merge(new, old, seen_at)
            _join(new, old, manifest["run"]["began_at"])
        elif old["image_id"]:
            _keep(manifest["images"], old, seen_at, looks)
        elif looks is None and not _counterpart(manifest["images"], old):
            manifest["images"].append(old)


def add_lacking(manifest: Data, entries: t.Sequence[Data]) -> None:
    """Have a manifest say that there is no copy where one was asked for: without it the release would seem whole.

    :param entries: of the destinations that this run tells no copy of
    """
    for entry in entries:
        if not _counterpart(manifest["images"], entry):
            manifest["images"].append(entry)


def every_region(before: Data, parts: Data) -> Data:
    """What a manifest says of a release to every region of the account, whose variables name none of them.

    :param before: the manifest before it, of the same release
    :param parts: as ``_manifest.manifest`` takes them
    """
    recorded, was = parts.get("recorded") or {}, before.get("every_region")
    now = parts.get("every_region") or recorded.get("every_region")
    if parts["copies"].get("copies") is None and (was == LISTED or not now):
        now = was  # this run has seen none of them
    return {"every_region": now} if now else {}


def is_of_its_run(entry: Data) -> bool:
    """Whether a failure tells what a run could not do, of an image that was good before.

    The API refused a call, or the image was Deprecated. What the collection has against an image is no such thing.
    """
    error, boot = entry["error"] or {}, entry.get("test_boot") or {}
    was_good = entry["shares"] is not None or entry["not_shared"] or entry.get("family")
    passing = error.get("request_id") or error.get("code") in PASSING
    return bool(passing and was_good and entry["status"] in FINISHED and boot.get("outcome", "passed") == "passed")


def _counterpart(images: list[Data], old: Data) -> Data | None:
    """The entry of this run that stands where an older one stood."""
    there = [image for image in images if image["region"] == old["region"] and image["role"] == old["role"]]
    return there[0] if there else None


def _keep(images: list[Data], old: Data, seen_at: str, looks: t.Mapping[str, t.Collection[str]] | None) -> None:
    """Keep an image that is not among those of this run, unless a look has shown that it is gone."""
    new = _counterpart(images, old)
    looked = looks is not None and old["role"] == "copy" and old["region"] in looks
    if looks is not None and looked and old["image_id"] not in looks[old["region"]]:
        return
    kept = {**old, **_not_read(old, seen_at), "last_seen_at": None if looked else old["last_seen_at"] or seen_at}
    if new and not new["image_id"]:
        # The one that was asked for could not be looked at, or is in the way of a new one.
        told = {key: new[key] for key in ("error", "outcome")}
        # What an earlier run had against the image holds until one has looked again.
        held = bool(old["error"]) and not looked and not is_of_its_run(old)
        images[images.index(new)] = {**kept, "asked_for": True, **({} if held else told)}
        return
    images.append({**kept, "asked_for": old["asked_for"] and looks is None})


def _not_read(old: Data, seen_at: str) -> Data:
    """The share list as an earlier run has read it, with the time of that."""
    read = None if old["shares"] is None else old["shares_seen_at"] or seen_at
    return {"shares": old["shares"], "shares_seen_at": read}


def _merge(new: Data, old: Data, seen_at: str) -> None:
    held = _image_facts.holds(new, old)
    for key in KEPT:
        new[key] = new[key] or old[key]
    if new["shares"] is None:
        new.update(_not_read(old, seen_at))
        new.update({key: new[key] or old[key] for key in ("unshared", "not_shared", "not_shared_reasons")})
    for key in _image_facts.EMPTY:
        new[key] = old.get(key) if new[key] is None else new[key]
    if _image_facts.is_same_boot(new["test_boot"], old.get("test_boot")) or held:
        new["test_boot"] = old["test_boot"]
    if held:
        untold = _image_facts.not_verified("it has not passed its test boot")  # an earlier manifest names no error
        new |= {"outcome": "failed", "error": new["error"] or old["error"] or untold}
    times = {share["account_id"]: share["shared_at"] for share in old["shares"] or []}
    has = {share["account_id"] for share in new["shares"] or []}
    for share in new["shares"] or []:
        share["shared_at"] = times.get(share["account_id"]) or share["shared_at"]
    new["unshared"] = sorted({*new["unshared"], *old["unshared"]} - has)


def _join(new: Data, old: Data, began: str) -> None:
    """Who was given the image by a run beside this one, which may have read the list before that."""
    told = {share["account_id"] for share in new["shares"] or []} | {*new["unshared"]}
    beside = [share for share in old["shares"] or [] if (share["shared_at"] or "") > began]
    missed = [share for share in beside if share["account_id"] not in told]
    if missed:
        new["shares"] = sorted([*(new["shares"] or []), *missed], key=lambda share: str(share["account_id"]))


def would_lose(manifest: Data, previous: Data | None) -> bool:
    """Whether all that a manifest would do is make that of another account forgotten."""
    others = bool(previous and previous["account_id"] and previous["account_id"] != manifest["account_id"])
    return others and not any(image["image_id"] for image in manifest["images"])


def differs(manifest: Data, previous: Data | None) -> bool:
    """Whether a manifest says anything new, and so is worth writing.

    Ids of requests and the times of looks are new in every run and no news, nor is which of several hosts has looked.
    """
    if previous is None or _news(manifest) != _news(previous):
        return True
    pairs = list(zip(manifest["images"], previous["images"], strict=True))
    return any(old[key] and not new[key] for new, old in pairs for key in LOOKS)


def _news(manifest: Data) -> t.Any:
    passing = {*LOOKS, "request_ids"}
    images = [{key: value for key, value in image.items() if key not in passing} for image in manifest["images"]]
    return _without_requests({**manifest, "images": images, "run": None, "host": None})


def _without_requests(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {key: _without_requests(inner) for key, inner in value.items() if key != "request_id"}
    if isinstance(value, list):
        return [_without_requests(inner) for inner in value]
    return _REQUEST.sub("", value) if isinstance(value, str) else value
