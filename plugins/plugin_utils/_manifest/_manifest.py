# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manifest of a release: what is there now, and apart from it how this run came to it. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import (
    _image_facts,
    _manifest_file,
    _memory,
    _taken,
)
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest._manifest_file import COLLECTION, SCHEMA
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest._memory import KEPT

Data = dict[str, t.Any]

FINISHED = _memory.FINISHED

# The actions of ecs_image_copy by which a copy is there, also in check mode.
THERE = ("present", "updated", "adopted")


def present(looked: Data) -> Data:
    """The copies that are there, out of what ecs_image_copy foretells in check mode."""
    copies = [
        {**copy, "planned": False}
        for copy in looked["copies"]
        if copy["action"] in THERE and copy["image_id"] and not copy["error"]
    ]
    return {**{key: looked.get(key) for key in ("account_id", "caller")}, "copies": copies}


def share_targets(image: Data, copies: list[Data], destinations: list[Data], with_source: bool) -> list[Data]:
    """The images to share, as ecs_image_share takes them, each with the accounts of its own destination.

    Copies that failed or are not Available are left out: they are in the manifest already. Of the images of earlier
    manifests the source is left out too, unless it was all that was released.

    :param copies: ``copies[]`` of ecs_image_copy, or ``images`` as ``_records.recorded`` tells them
    :param with_source: whether the image itself is shared too
    """
    born = {"source_created_at": markers.source_created(image)} if image else {}
    targets = [{**_target(image, []), **born}] if with_source and image else []
    for copy in copies:
        if copy.get("error") or not _is_offered(copy, with_source):
            continue
        if _same(copy, image):
            # The image itself as a destination: share it, once, with what that destination asks for.
            targets = [target for target in targets if not _same(target, image)]
        target = _target(copy, _audience.named_by(destinations, copy["region"]))
        targets.append({**target, "name": target["name"] or image.get("name"), **born})
    return targets


def _is_offered(copy: Data, with_source: bool) -> bool:
    if "role" in copy:  # of an earlier manifest: what its status is now, the step that follows finds out
        return bool(copy["role"] == "copy" or with_source or copy.get("alone"))
    # Check mode plans every copy, and no copying makes a Deprecated one Available again.
    return copy.get("status") == "Available" or bool(copy.get("planned") and copy.get("status") != "Deprecated")


def _target(image: Data, accounts: list[str]) -> Data:
    """
    :param image: the source or a copy. How a copy is encrypted decides whether it can be shared, planned or not
    """
    disks = image.get("disks")
    return {
        "region": image["region"],
        "image_id": image.get("image_id"),
        "name": image.get("name"),
        "accounts": accounts,
        "planned": bool(image.get("planned")),
        "status": image.get("status"),
        "encrypted": image.get("encrypted"),
        "disk_count": len(disks) if disks else image.get("disk_count"),
        # An image that is made of an instance says no key: it gets those of the disks.
        **({"kms_key_id": image["kms_key_id"]} if "kms_key_id" in image else {}),
    }


def name_of(given: Data, image: Data, recorded: Data) -> str | None:
    """What a release is called: as it is given, like its image, or as in its manifests. None if nothing says it.

    :param given: the settings of the role, or the parts of a manifest
    :param recorded: what earlier manifests say
    """
    return given.get("name") or image.get("name") or recorded.get("name")


def manifest(parts: Data, previous: Data | str | None = None) -> Data:
    """Put the manifest of a release together.

    :param parts: ``host``, ``began``, ``ended``, ``check``, ``job_id``, ``failures``, the ``name`` that was asked for,
        and the results of the steps as ``image``, ``created``, ``found``, ``copies``, ``shares``; ``tests`` as
        ``_release.tested`` tells them; ``recorded`` as ``_records.recorded`` tells it, if the images were taken from
        earlier manifests; ``steps``; ``facts`` of images as ``_image_facts`` tells them; as ``_taken`` has them, the
        images that were ``deprecated``, those that were ``left`` in the lead, None if nothing was decided, those
        ``forgotten``, the regions of families that were ``followed``, and what was done ``by_others``;
        ``launch_templates``, None if none were looked at; ``lacking``, the destinations that no copy is told of;
        ``every_region``
    :param previous: the previous manifest or its text, for what only an earlier run knew
    """
    before = previous_of(previous)
    image, recorded = parts["image"] or {}, parts.get("recorded") or {}
    results = (parts["shares"], parts["copies"], parts["created"], parts.get("found") or {})
    named = name_of(parts, image, recorded)
    account = next((result["account_id"] for result in results if result.get("account_id")), image.get("owner_id"))
    made: Data = {
        "schema": SCHEMA,
        "collection": COLLECTION,
        "host": parts["host"],
        # Images that a manifest names are of its account, whatever keys were at work: others were refused.
        "account_id": recorded.get("account_id") or account,
        "name": named or None,
        "complete": False,
        "images": [_image_facts.with_facts(entry, parts.get("facts") or []) for entry in _images(parts)],
        **_taken.told({}, parts),
        **_templates({}, parts),
        **_memory.every_region({}, parts),
        "failures": parts["failures"],
        "run": _run(parts, results),
    }
    if before and _memory.is_same_release(made, before):
        _memory.remember(made, before, _looks(parts))
        made |= _taken.told(before, parts) | _templates(before, parts) | _memory.every_region(before, parts)
    lacking = [_image_entry(place, "copy", [], []) for place in parts.get("lacking") or []]
    _memory.add_lacking(made, [_image_facts.with_facts(entry, parts.get("facts") or []) for entry in lacking])
    made["complete"] = _is_complete(made, parts)
    return made


def _templates(before: Data, parts: Data) -> Data:
    found = _launches.together(before.get("launch_templates") or [], parts.get("launch_templates") or [])
    return {"launch_templates": found} if found else {}


def previous_of(previous: Data | str | None) -> Data | None:
    """The previous manifest in the newest form. A text that is none is nothing."""
    if not isinstance(previous, str):
        return previous or None
    try:
        return _manifest_file.read(previous) if previous else None
    except _manifest_file.ManifestFault:
        return None


def _looks(parts: Data) -> dict[str, set[str]] | None:
    """The images that the looks for copies have shown, by region. None if this run has not looked for copies."""
    copies = parts["copies"].get("copies")
    if parts.get("recorded"):
        return None
    if copies is None:
        # Without a failure it had none to look for: no destination is asked for any more.
        return None if parts["failures"] or parts["copies"] else {}
    return {copy["region"]: {*copy["seen_ids"]} for copy in copies if copy.get("seen_ids") is not None}


def _is_complete(made: Data, parts: Data) -> bool:
    """Whether all that is asked for is there. A copy that still runs is not."""
    asked = [image for image in made["images"] if image["asked_for"]]
    finished = parts["check"] or all(image["status"] in FINISHED for image in asked)
    sound = all(image["outcome"] != "failed" and not image["error"] for image in asked)
    return bool(finished and not parts["failures"] and sound)


def _run(parts: Data, results: t.Sequence[Data]) -> Data:
    return {
        "began_at": parts["began"],
        "ended_at": parts["ended"],
        "check": parts["check"],
        "job_id": parts["job_id"],
        "steps": list(parts.get("steps") or []),
        "caller": next((result["caller"] for result in results if result.get("caller")), None),
        "changed": bool(parts.get("changed")) or any(bool(result.get("changed")) for result in results),
        "actions": {copy["region"]: copy.get("action", "present") for copy in parts["copies"].get("copies") or []},
    }


def _images(parts: Data) -> list[Data]:
    image, copies = parts["image"] or {}, parts["copies"].get("copies") or []
    shares, tests = parts["shares"].get("shares") or [], parts.get("tests") or []
    recorded = parts.get("recorded") or {}
    if recorded:
        # What earlier manifests know of images that are passed over stays in this one.
        known = [*recorded["known"], *recorded["set_aside"]]
        return [_with_outcome(dict(entry), shares, tests) for entry in known]
    made = _image_facts.making(parts["created"])
    images = [_image_entry({**image, **made}, "source", shares, tests)] if image else []
    return images + [
        _image_entry(copy, "copy", shares, tests) for copy in copies if not image or not _same(copy, image)
    ]


def _image_entry(image: Data, role: str, shares: list[Data], tests: list[Data]) -> Data:
    """
    :param image: the source or a copy
    """
    entry = {
        "role": role,
        "region": image["region"],
        "image_id": image.get("image_id"),
        "name": image.get("actual_name") or image.get("name"),
        "status": image.get("status"),
        "last_seen_at": None,
        "asked_for": True,
        "size": image.get("size"),
        "encrypted": image.get("encrypted"),
        "kms_key_id": image.get("kms_key_id") or None,
        "snapshot_ids": image.get("snapshot_ids") or [],
        **{key: image.get(key) or None for key in KEPT},
        "failed_at": _image_facts.failed_at(image),
        "shares": None,
        "shares_seen_at": None,
        "unshared": [],
        "not_shared": [],
        "not_shared_reasons": {},
        "error": image.get("error"),
        "outcome": "ok",
        **({"owner": owner} if (owner := _image_facts.owner_of(image)) else {}),
    }
    return _with_outcome(entry, shares, tests)


def _with_outcome(entry: Data, shares: list[Data], tests: list[Data]) -> Data:
    """An entry with what the steps after the copy have come to."""
    share = next((share for share in shares if _same(share, entry)), None)
    tried = [test for test in tests if _same(test, entry)]
    if share is not None:
        entry.update(_sharing(share))
    failure = next((test["error"] for test in tried if test["error"] and not test["not_tested"]), None)
    untested = not failure and any(test["not_tested"] for test in tried) if tried else entry["outcome"] == "not_tested"
    why = failure or next((test["error"] for test in tried if test["error"]), None)
    error = (share or {}).get("error")
    failed = error or entry["not_shared"] or ((entry["error"] or why) and not untested)
    entry["error"] = _error(entry["error"] or why or error)
    entry["outcome"] = "failed" if failed else "not_tested" if untested else "ok"
    return entry


def _error(error: Data | None) -> Data | None:
    empty = {"code": "Failed", "message": "unknown", "request_id": None, "hint": None}
    return {key: error.get(key) or value for key, value in empty.items()} if error else None


def _sharing(share: Data) -> Data:
    """What the share step says. If it failed before it could read who has the image, that stays as it was."""
    failed = share.get("failed") or []
    told: Data = {
        "not_shared": [failure["account_id"] for failure in failed],
        "not_shared_reasons": {failure["account_id"]: _reason(failure.get("error") or {}) for failure in failed},
    }
    if share.get("error") and not any(share.get(key) for key in ("before", "after", "removed")):
        return told
    shared_at = share.get("changed_at")
    return {
        **told,
        "shares": [{"account_id": account_id, "shared_at": shared_at} for account_id in share.get("after") or []],
        "shares_seen_at": None,
        "unshared": share.get("removed") or [],
    }


def _reason(error: Data) -> str:
    return ": ".join(str(error[key]) for key in ("code", "message") if error.get(key)) or "unknown"


def _same(image: Data, other: Data) -> bool:
    """By its id, and by its name only while it has none: one image can be told under two names."""
    keys = ("region", "image_id") if image.get("image_id") or other.get("image_id") else ("region", "name")
    return all(image.get(key) == other.get(key) for key in keys)


def differs(made: Data, previous: Data | str | None) -> bool:
    """Whether a manifest says anything new but for its ``run`` block, and so is worth writing.

    One without images takes the place of no manifest of another account: the run had the wrong keys.
    """
    before = previous_of(previous)
    return not _memory.would_lose(made, before) and _memory.differs(made, before)


def summary(made: Data) -> Data:
    """What is worth handing on to other jobs: the images that can be used, and whether that is all of them."""
    usable = [image for image in made["images"] if image["image_id"] and image["asked_for"] and not image["error"]]
    return {
        "account_id": made["account_id"],
        "name": made["name"],
        "complete": made["complete"],
        "images": {image["region"]: image["image_id"] for image in usable},
        "failures": made["failures"],
    }
