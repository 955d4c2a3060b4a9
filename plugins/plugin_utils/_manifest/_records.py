# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests of earlier releases as the input of a new run. Pure.

A manifest says which images there are: region, id, name. It never says who gets or loses them, nor which account works.
"""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest_file, _memory
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest._manifest_file import ManifestFault

Data = dict[str, t.Any]

UNSEEN = "was to be copied to every region, and no run came so far as to see which those are"


def read_files(paths: t.Sequence[str]) -> Data:
    """Several manifests as ``recorded`` tells them.

    :param paths: absolute paths
    :raises ManifestFault: with everything that is wrong with all of the files, each named
    """
    return _together(list(read_manifests(paths).values()))


def read_manifests(paths: t.Sequence[str]) -> dict[str, Data]:
    """Several manifests, by their absolute paths.

    :raises ManifestFault: with everything that is wrong with all of the files, each named
    """
    manifests, faults = {}, []
    for path in paths:
        try:
            manifests[path] = _manifest_file.read_input(_text(path))
        except (ManifestFault, _files.FileFault) as fault:
            sentence = str(fault)
            faults.append(sentence if sentence.startswith(path) else f"{path}: {sentence}")
    if faults:
        raise ManifestFault("; ".join(faults))
    return manifests


def _text(path: str) -> str:
    text = _files.read(path)
    if text is None:
        raise ManifestFault("there is no such file")
    return text


def recorded(texts: t.Sequence[str], account_id: str | None = None) -> Data:
    """What several manifests hold together.

    :param texts: of the files
    :param account_id: the account that must be at work, if one is named
    :returns: ``account_id`` and ``name``; ``images`` that later steps may work with, and ``everything`` that has an
        id, for what is taken away; ``known`` and ``set_aside``, what is known of those in ``images`` and of the others;
        ``passed_over``, a sentence for each of the others, and ``failed``, for those that were asked for;
        ``without_image``, the names of releases that failed before they had one; ``every_region``; ``regions``, the
        ``sources`` that the copies are of, and the ``copies`` of manifests that name none, such as image_rekey's
    :raises ManifestFault: if one is no manifest, or they belong to different accounts
    """
    return _together([_manifest_file.read_input(text) for text in texts], account_id)


def _together(manifests: t.Sequence[Data], account_id: str | None = None) -> Data:
    account = _account_of(manifests, account_id)
    names = {manifest["name"] for manifest in manifests}
    entries = _entries(manifests)
    usable = [entry for entry in entries if not _why_not(entry)]
    own = [entry for entry in entries if entry["image_id"] and not entry.get("owner")]
    named = {(entry["region"], entry["image_id"]): _named(entry) for entry in own}
    images = {(entry["region"], entry["image_id"]): _named(entry) for entry in usable}
    return {
        "account_id": account,
        "name": names.pop() if len(names) == 1 else None,
        "images": list(images.values()),
        "everything": list(named.values()),
        "known": _each_once([{**_known(entry), "error": None, "outcome": _outcome(entry)} for entry in usable]),
        "set_aside": [_known(entry) for entry in entries if _why_not(entry)],
        "passed_over": [_sentence(entry) for entry in entries if _why_not(entry)],
        "failed": [
            _sentence(entry) for entry in entries if entry["asked_for"] and not entry.get("owner") and _why_not(entry)
        ]
        + _unseen(manifests),
        "without_image": [one["name"] for one in manifests if not one["images"] and not one["complete"]],
        "every_region": _every_region(manifests),
        "regions": sorted({region for region, _image_id in named}),
        "launch_templates": _launches.recorded(manifests),
        "sources": _sources(manifests),
        "copies": [
            {key: image[key] for key in ("region", "image_id", "name")}
            for manifest in manifests
            if not any(map(_is_source, manifest["images"]))
            for image in manifest["images"]
            if image["role"] == "copy"
        ],
    }


def _unseen(manifests: t.Sequence[Data]) -> list[str]:
    """A sentence for each release to every region that lacks images in regions which nobody knows."""
    return [f"{one['name']} {UNSEEN}" for one in manifests if one.get("every_region") == _memory.NOT_LISTED]


def _every_region(manifests: t.Sequence[Data]) -> str | None:
    """Of several manifests, one that lacks images counts."""
    told = [manifest["every_region"] for manifest in manifests if manifest.get("every_region")]
    return max(told, default=None)  # "not_listed" comes after "listed"


def _sources(manifests: t.Sequence[Data]) -> list[Data]:
    """What was copied, each once, with the regions that any of the manifests names."""
    found: dict[tuple[str, str], set[str]] = {}
    for manifest in manifests:
        for image in filter(_is_source, manifest["images"]):
            found.setdefault((image["region"], image["image_id"]), set()).update(_others(manifest, image))
    return [
        {"region": region, "image_id": image_id, "regions": sorted(regions)}
        for (region, image_id), regions in found.items()
    ]


def _is_source(image: Data) -> bool:
    return image["role"] == "source" and bool(image["image_id"])


def _account_of(manifests: t.Sequence[Data], account_id: str | None) -> str | None:
    accounts = sorted({manifest["account_id"] for manifest in manifests if manifest["account_id"]})
    if len(accounts) > 1:
        raise ManifestFault(
            f"the manifests belong to different accounts: {', '.join(accounts)}; give those of one at a time"
        )
    if accounts and account_id and str(account_id) != accounts[0]:
        raise ManifestFault(
            f"the manifests are of account {accounts[0]}, but account {account_id} must be at work. Name manifests of "
            "that account, or the other account"
        )
    return accounts[0] if accounts else None


def _entries(manifests: t.Sequence[Data]) -> list[Data]:
    """All images, each with the time when its manifest was written and whether it is all that was released."""
    return [
        {**image, "written_at": manifest["run"]["ended_at"], "alone": _is_alone(manifest, image)}
        for manifest in manifests
        for image in manifest["images"]
    ]


def _is_alone(manifest: Data, image: Data) -> bool:
    copies = manifest.get("every_region") or any(other["role"] == "copy" for other in manifest["images"])
    return image["role"] == "source" and not copies


def _named(entry: Data) -> Data:
    return {**{key: entry[key] for key in ("region", "image_id", "name", "role", "alone")}, "planned": False}


def _known(entry: Data) -> Data:
    """An entry as it goes into the next manifest: this run has not looked at it."""
    written = entry["written_at"]
    known = {key: value for key, value in entry.items() if key not in ("written_at", "alone")}
    known["last_seen_at"] = entry["last_seen_at"] or (written if entry["image_id"] else None)
    if entry["shares"] is not None:
        known["shares_seen_at"] = entry["shares_seen_at"] or written
    return known


def _each_once(known: t.Sequence[Data]) -> list[Data]:
    """Of an image in several manifests what was seen last; what that one does not know is as the other one says."""
    found: dict[tuple[str, str], Data] = {}
    for entry in known:
        place = (entry["region"], entry["image_id"])
        older, newer = sorted((found.get(place, entry), entry), key=lambda one: str(one["last_seen_at"]))
        found[place] = {**older, **{key: value for key, value in newer.items() if value is not None}}
    return list(found.values())


def _outcome(entry: Data) -> str:
    """Without a failure of the run that wrote it: this one tells its own."""
    return "ok" if entry["outcome"] == "failed" else str(entry["outcome"])


def _why_not(entry: Data) -> str | None:
    """Why an image is not for later steps to share or promote."""
    if entry.get("owner"):
        return f"it is an image of {entry['owner']}"
    if entry["error"] and not _memory.is_of_its_run(entry):
        return f"{entry['error']['code']}: {entry['error']['message']}"
    if not entry["image_id"]:
        return "it never came to be"
    return None if entry["asked_for"] else "its release no longer asks for it"


def _sentence(entry: Data) -> str:
    return f"{entry['region']} {entry['image_id'] or entry['name']} is passed over: {_why_not(entry)}"


def _others(manifest: Data, source: Data) -> list[str]:
    return sorted({image["region"] for image in manifest["images"] if image is not source})


def with_accounts(copies: t.Sequence[Data], shares: t.Sequence[Data]) -> list[Data]:
    """New images as ecs_image_share takes them, each with the accounts that have the old one of its region.

    :param copies: ``copies[]`` of ecs_image_copy
    :param shares: ``shares[]`` of ecs_image_share_info, of the old images and of new ones that are there already
    """
    accounts: dict[str, list[str]] = {}
    for share in shares:
        accounts[share["region"]] = sorted({*accounts.get(share["region"], []), *share["accounts"]})
    return [
        {
            "region": copy["region"],
            "image_id": copy["image_id"],
            "name": copy["name"],
            "accounts": accounts.get(copy["region"], []),
            "planned": bool(copy.get("planned")),
        }
        for copy in copies
        if not copy.get("error")
    ]
