# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what a result, a manifest or an event stream claims against what the simulator knows at that moment.

``Facts`` is made of the simulator's own state, so that nothing here rests on what a client can see. Every function
returns sentences, one for each claim that is false; no sentence is the good end.
"""

from __future__ import annotations

import dataclasses
import typing as t

Data = dict[str, t.Any]

UNFINISHED = ("Creating", "Waiting")
FINISHED = ("Available", "Deprecated", "UnAvailable", "CreateFailed")
COPIED_FROM, COPIED_AS = "imageops:copied-from", "imageops:copied-as"
# What an entry may say of an image that is on its way: it was looked at before it arrived.
LOOKED_AT_EARLIER = UNFINISHED


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is there: images and snapshots by id, as the simulator's state tells them."""

    images: dict[str, Data]
    snapshots: dict[str, Data]
    unsettled: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(cls, state: Data, unsettled: tuple[float, float] = (0.0, 0.0)) -> Facts:
        """
        :param state: what the simulator answers under ``/_simulator/state``
        :param unsettled: from when on until when somebody else's changes of share lists need not show in reads yet
        """
        return cls(
            {image["image_id"]: image for image in state["images"]},
            {snapshot["snapshot_id"]: snapshot for snapshot in state["snapshots"]},
            unsettled,
        )

    def accounts(self, image_id: str) -> list[str]:
        return sorted(share["account_id"] for share in self.images[image_id]["shares"] if share["revoked"] is None)

    def wrong_accounts(self, image_id: str, told: t.Collection[str]) -> bool:
        """Whether others have the image than is told, but for those of whom nobody could know it."""
        start, end = self.unsettled
        changed = [
            (one["account_id"], moment)
            for one in self.images[image_id]["shares"]
            for moment in (one["granted"], one["revoked"])
            if moment is not None
        ]
        unknown = {account for account, moment in changed if start < moment <= end}
        return {*told} - unknown != {*self.accounts(image_id)} - unknown

    def snapshots_behind(self, image_id: str) -> list[str]:
        return [disk["snapshot_id"] for disk in self.images[image_id]["disks"] if disk["snapshot_id"]]

    def encryption(self, image_id: str) -> tuple[bool, list[str]]:
        """Whether an image is encrypted, and the keys."""
        behind = [self.snapshots[one] for one in self.snapshots_behind(image_id) if one in self.snapshots]
        keys = sorted({one["kms_key_id"] for one in behind if one["kms_key_id"]})
        return any(one["encrypted"] for one in behind), keys


def of_result(result: Data, facts: Facts) -> list[str]:
    """What a module's result claims, whichever module it is: keys mean the same everywhere."""
    if result.get("diff") and not isinstance(result["diff"], dict):
        return ["diff is no dictionary"]
    found: list[str] = []
    for entry in result.get("copies") or []:
        found += _copy(entry, facts)
    for entry in result.get("shares") or []:
        found += _share(entry, facts)
    for entry in result.get("cancelled") or []:
        found += _cancelled(entry, facts)
    if isinstance(result.get("images"), dict):
        found += _images(result, facts)
    if isinstance(result.get("images"), list):
        found += [claim for image in result["images"] for claim in _image(image, facts)]
    image = result.get("image")
    if isinstance(image, dict) and not image.get("planned") and not _is_removal(result):
        found += _image(image, facts)
    if result.get("failed") and not result.get("msg"):
        found.append("failed without a word")
    return found


def _is_removal(result: Data) -> bool:
    return "snapshots_kept" in result and not (result.get("diff") or {}).get("after")


def _there(region: str, image_id: str, facts: Facts, where: str) -> list[str]:
    image = facts.images.get(image_id)
    if image is None:
        return [f"{where}: {image_id} is not there"]
    return [] if image["region"] == region else [f"{where}: {image_id} is in {image['region']}, not in {region}"]


def _status(told: str, image: Data, where: str) -> list[str]:
    # What is no end passes, and so does a state that no page names: it was looked at before that.
    if told == image["status"] or told not in FINISHED:
        return []
    return [f"{where}: {image['image_id']} is {image['status']}, not {told}"]


def _differing(told: Data, real: Data, where: str) -> list[str]:
    return [
        f"{where}: {key} is {real[key]!r}, not {told[key]!r}" for key in real if key in told and told[key] != real[key]
    ]


def _copy(entry: Data, facts: Facts) -> list[str]:
    """An entry of ``copies``, of an image or of a snapshot."""
    where = f"copies, {entry['region']}"
    if entry.get("planned") or entry.get("error"):
        return []
    if "source_snapshot_id" in entry or not entry.get("image_id"):
        missing = entry.get("snapshot_id") and entry["snapshot_id"] not in facts.snapshots
        return [f"{where}: {entry['snapshot_id']} is not there"] if missing else []
    found = _there(entry["region"], entry["image_id"], facts, where)
    if found:
        return found
    image = facts.images[entry["image_id"]]
    found = _status(entry["status"], image, where)
    if entry["status"] == image["status"] == "Available":
        found += _looks(entry, facts, where)
    return found


def _looks(entry: Data, facts: Facts, where: str) -> list[str]:
    """What is told of a finished image beside its status. A key may be left out, or be unknown: null."""
    encrypted, keys = facts.encryption(entry["image_id"])
    real: Data = {
        "snapshot_ids": facts.snapshots_behind(entry["image_id"]),
        "size": sum(disk["size"] for disk in facts.images[entry["image_id"]]["disks"]),
        "encrypted": encrypted,
    }
    if entry.get("kms_key_id") and keys:
        real["kms_key_id"] = keys[0]
    return _differing({key: value for key, value in entry.items() if value is not None}, real, where)


def _images(result: Data, facts: Facts) -> list[str]:
    """``images`` from region to id: what the next step works with, so that each must be proved to be ours."""
    errors = {entry["region"] for entry in result.get("copies") or [] if entry.get("error")}
    found = [f"images: {region} is in it, and has failed" for region in result["images"] if region in errors]
    told = {entry["region"]: entry.get("status") for entry in result.get("copies") or []}
    for region, image_id in result["images"].items():
        missing = _there(region, image_id, facts, "images")
        found += missing
        if missing:
            continue
        if told.get(region) not in (None, "Available", *UNFINISHED):
            found.append(f"images: {image_id} in {region} is in it, and was seen as {told[region]}")
        image = facts.images[image_id]
        is_expected = image["status"] in ("Available", "Deprecated", *UNFINISHED)
        if not is_expected and told.get(region) not in LOOKED_AT_EARLIER:
            found.append(f"images: {image_id} in {region} is {image['status']}")
        found += _ours(image, result, facts)
    return found


def _ours(image: Data, result: Data, facts: Facts) -> list[str]:
    """The proof: it is the source itself, or was made from it, by its marker or by what its snapshots tell."""
    sources = result.get("sources") or ([result["source"]] if result.get("source") else [])
    if not sources or any(source["image_id"] == image["image_id"] for source in sources):
        return []
    origins = [f"{source['region']}/{source['image_id']}" for source in sources]
    if image["tags"].get(COPIED_FROM) in origins:
        return []
    return [f"images: {image['image_id']} in {image['region']} is not proved to be a copy of {', '.join(origins)}"]


def _share(entry: Data, facts: Facts) -> list[str]:
    image_id = entry.get("image_id")
    where = f"shares, {entry.get('region')} {image_id}"
    if entry.get("planned") or entry.get("error") or not image_id:
        return []
    if image_id not in facts.images:
        claims = entry.get("after") or entry.get("accounts")
        return [f"{where}: it is not there, and is said to be with {claims}"] if claims else []
    told = entry.get("after", entry.get("accounts"))
    real = facts.accounts(image_id)
    return (
        []
        if told is None or not facts.wrong_accounts(image_id, told)
        else [f"{where}: it is with {real}, not with {sorted(told)}"]
    )


def _cancelled(entry: Data, facts: Facts) -> list[str]:
    where = f"cancelled, {entry['region']}"
    if entry.get("planned"):
        return []
    found = []
    if entry.get("image_id") in facts.images and not _is_going(facts.images[entry["image_id"]]):
        found.append(f"{where}: {entry['image_id']} is {facts.images[entry['image_id']]['status']}")
    found += [
        f"{where}: {one} is said to be left, and is gone"
        for one in entry.get("snapshots_left") or []
        if one not in facts.snapshots
    ]
    found += [
        f"{where}: {one} is said to be deleted, and is there"
        for one in entry.get("snapshots_deleted") or []
        if one in facts.snapshots
    ]
    return found


def _is_going(image: Data) -> bool:
    return bool(image["deleting"] or (image["work"] or {}).get("cancelling"))


def _image(told: Data, facts: Facts) -> list[str]:
    """An image as ``ecs_image_info`` or ``ecs_image`` tells it. The provider's own images are not among the facts."""
    image_id, where = told.get("image_id"), f"image {told.get('image_id')}"
    if not image_id or told.get("owner_alias", "self") not in ("self", ""):
        return []
    found = _there(told["region"], image_id, facts, where)
    if found:
        return found
    image = facts.images[image_id]
    found = _status(told["status"], image, where)
    if told["status"] in LOOKED_AT_EARLIER:
        return found
    real = {key: image[key] for key in ("name", "description", "family")}
    return found + _differing(told, real, where) + _looks(told, facts, where)


def of_manifest(manifest: Data, facts: Facts) -> list[str]:
    """What a manifest claims: every image that it names, its state and who has it, and that all is complete.

    An entry says itself what was not looked at in the run (``last_seen_at``, ``shares_seen_at``), and then claims
    nothing of today about that.
    """
    found = []
    for entry in manifest.get("images") or []:
        if entry.get("image_id") and not entry.get("planned"):
            found += _entry(entry, facts)
    if manifest.get("complete"):
        found += _complete(manifest, facts)
    return found


def _entry(entry: Data, facts: Facts) -> list[str]:
    image_id, where = entry["image_id"], f"manifest, {entry['region']}"
    shares = None if entry.get("shares_seen_at") else entry.get("shares")
    accounts = [str(one["account_id"] if isinstance(one, dict) else one) for one in shares or []]
    found = [] if entry.get("last_seen_at") else _there(entry["region"], image_id, facts, where)
    if image_id not in facts.images:
        return found + ([f"{where}: {image_id} is not there, and is said to be with {accounts}"] if accounts else [])
    if entry.get("status") and not entry.get("last_seen_at"):
        found += _status(entry["status"], facts.images[image_id], where)
    real = facts.accounts(image_id)
    if shares is not None and facts.wrong_accounts(image_id, accounts):
        found.append(f"{where}: {image_id} is with {real}, not with {sorted(accounts)}")
    return found


def _complete(manifest: Data, facts: Facts) -> list[str]:
    found = [f"complete, with failures: {manifest['failures']}"] if manifest.get("failures") else []
    for entry in manifest.get("images") or []:
        image = facts.images.get(entry.get("image_id") or "")
        if (
            entry.get("role") != "source"
            and entry.get("outcome") == "ok"
            and (not image or image["status"] in UNFINISHED)
        ):
            found.append(
                f"complete, but the image of {entry.get('region')} is {image['status'] if image else 'not there'}"
            )
    return found
