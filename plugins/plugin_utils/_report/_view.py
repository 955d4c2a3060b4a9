# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report of a release shows, out of its manifest. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _causes
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches, _led
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _plan_text, _report_text

Data = dict[str, t.Any]

MOST_UPRIGHT = 9  # column heads of the share matrix that stand side by side; more of them are turned
SOUND = ("Available", "Deprecated")
RUNNING = ("Creating", "Waiting")
# What of a name may stand in a command that people copy.
_HARMLESS = re.compile(r"[\w.:-]+\Z", re.ASCII)
_TOLD = re.compile(r"(?s)(?P<text>.*) \(request id (?P<request_id>[\w-]+)\)(?:\. (?P<remedy>.*))?\Z")

# What a manifest of an earlier version, or one that somebody has put together, may lack.
_IMAGE: Data = {
    **dict.fromkeys(("started_at", "copying_at", "finished_at", "failed_at", "finishing_seconds", "last_seen_at")),
    **dict.fromkeys(("shares", "asked_accounts", "family", "test_boot", "made_from", "kms_key_id", "error", "owner")),
    "unshared": (),
    "not_shared": (),
    "not_shared_reasons": {},
    "asked_for": True,
}
_RUN: Data = {**dict.fromkeys(("began_at", "ended_at", "job_id", "caller")), "steps": (), "actions": {}}


def view(manifest: Data, prices: Data, manifest_file: str) -> Data:
    """
    :param prices: as the role's variable image_release_prices has them; empty, no costs are shown
    :param manifest_file: the manifest's file, if it has one
    :returns: what the templates of the report need
    """
    whole = [_whole(image) for image in manifest["images"]]
    run = {**_RUN, **(manifest.get("run") or {})}
    is_priced = _plan_text.is_priced(prices)
    frame = _frame(whole)
    images = [
        {
            **image,
            "state": _state(image),
            "sharing": _sharing(image),
            "bar": _bar(image, frame),
            "cost": _plan_text.month_price(prices, image) if _is_paid(image) else None,
        }
        for image in whole
    ]
    asked = [image for image in images if image["asked_for"]]
    return {
        "manifest": manifest,
        **{key: _led.groups(manifest.get(key) or []) for key in ("deprecated", "left")},
        "launched": _launches.lines(manifest.get("launch_templates") or []),
        "run": run,
        "took": _took(run),
        "images": images,
        "columns": {key: any(image[key] for image in images) for key in ("test_boot", "family")},
        "made_from": next((image["made_from"] for image in images if image["made_from"]), None),
        "asked": len(asked),
        "sound": len([image for image in asked if image["state"]["kind"] == "good"]),
        "matrix": _matrix(images),
        "reached": len({share["account_id"] for image in images for share in image["shares"] or []}),
        "stored": sum(image["size"] or 0 for image in images if _is_paid(image)),
        "cost": sum(image["cost"] or 0.0 for image in images) if is_priced else None,
        "unpriced": _plan_text.unpriced(prices, [image for image in images if _is_paid(image)]),
        "foreign": sorted({image["owner"] for image in images if image["owner"]}),
        "currency": prices.get("currency") or "",
        "frame": frame,
        "failures": _failures(manifest["failures"], images),
        "commands": _commands(images, manifest_file),
    }


def _is_paid(image: Data) -> bool:
    """Whether the account pays for it: a source of somebody else costs it nothing."""
    return bool(image["image_id"]) and not image["owner"]


def _whole(image: Data) -> Data:
    return {**_IMAGE, **{key: value for key, value in image.items() if value is not None or key not in _IMAGE}}


def _state(image: Data) -> Data:
    """What the image itself is, whoever has it. An account that was refused makes no image unsound."""
    status = image["status"] or ("planned" if image.get("planned") else "missing")
    boot = (image["test_boot"] or {}).get("outcome")
    if status in SOUND:
        kind = "bad" if boot == "failed" else "wait" if boot == "not_tested" or status == "Deprecated" else "good"
    else:
        kind = "wait" if status in RUNNING else "bad"
    return {"text": status, "kind": kind}


def _sharing(image: Data) -> Data:
    """How far the image is shared, apart from its state."""
    has, lacks = len(image["shares"] or []), _lacking(image)
    if lacks:
        return {"text": f"{has} of {has + len(lacks)}", "kind": "wait" if has else "bad"}
    if has:
        return {"text": f"{has}", "kind": "good"}
    return {"text": "not read" if image["shares"] is None and image["image_id"] else "nobody", "kind": ""}


def _lacking(image: Data) -> list[str]:
    """The accounts that should have the image and do not."""
    has = {share["account_id"] for share in image["shares"] or []}
    wanted = {*image["not_shared"], *(image["asked_accounts"] or [] if not image["image_id"] else ())}
    return sorted(wanted - has)


def _matrix(images: t.Sequence[Data]) -> Data | None:
    """Accounts and images. An image that nobody has or should have has no column."""
    shown = [image for image in images if image["shares"] or _lacking(image) or image["unshared"]]
    accounts = sorted({account for image in shown for account in _named(image)})
    if not accounts:
        return None
    rows = [{"account": account, "marks": [_mark(image, account) for image in shown]} for account in accounts]
    used = {mark for row in rows for mark in row["marks"]}
    return {"images": shown, "rows": rows, "used": used, "is_turned": len(shown) > MOST_UPRIGHT}


def _named(image: Data) -> set[str]:
    return {share["account_id"] for share in image["shares"] or []} | {*_lacking(image), *image["unshared"]}


def _mark(image: Data, account: str) -> str:
    """What an image is to an account."""
    if any(share["account_id"] == account for share in image["shares"] or []):
        return "shared"
    if account in _lacking(image):
        return "refused" if image["image_id"] else "missing"
    return "removed" if account in image["unshared"] else "none"


def _failures(told: t.Sequence[str], images: t.Sequence[Data]) -> list[Data]:
    """Every failure once. The run's own sentences are grouped by cause; what only an image knows is added to them."""
    causes = _causes.of_images([image for image in images if not _is_told(image["error"], told)])
    refused: dict[tuple[str, str], list[str]] = {}
    for image in images:
        for account in image["not_shared"]:
            if not any(account in sentence for sentence in told):
                why = image["not_shared_reasons"].get(account, "no reason is known")
                refused.setdefault((account, why), []).append(image["region"])
    causes += [
        f"account {account} was not added: {', '.join(regions)}: {why}" for (account, why), regions in refused.items()
    ]
    return [_parted(sentence) for sentence in [*told, *causes]]


def _is_told(error: Data | None, told: t.Sequence[str]) -> bool:
    message = str((error or {}).get("message") or "").strip(". ")
    return any(message in sentence for sentence in told)


def _parted(sentence: str) -> Data:
    """A failure with its request id and its remedy apart, if it has them."""
    found = _TOLD.match(sentence)
    return found.groupdict() if found else {"text": sentence, "request_id": None, "remedy": None}


def _frame(images: t.Sequence[Data]) -> Data | None:
    """The time from the first start to the last end, as far as they are known."""
    spans = [found for image in images if (found := _times(image))]
    if not spans:
        return None
    first = min(start for start, _end in spans)
    seconds = (max(end for _start, end in spans) - first).total_seconds()
    longest = max((image["finishing_seconds"] or 0 for image in images), default=0)
    return {"from": first.strftime("%Y-%m-%dT%H:%M:%SZ"), "seconds": max(seconds, 0.0) + longest}


def _times(image: Data) -> tuple[t.Any, t.Any] | None:
    start = _report_text.time(image["started_at"])
    end = _report_text.time(image["finished_at"] or image["failed_at"])
    return (start, end) if start and end and end >= start else None


def _bar(image: Data, frame: Data | None) -> Data | None:
    """Queued, copying and finishing in percent of the frame, as far as the run that made the image has seen them."""
    times = _times(image)
    first = _report_text.time(frame["from"]) if frame else None
    if not (frame and first and times):
        return None
    start, end = times
    copying = _report_text.time(image["copying_at"])
    took, finishing = (end - start).total_seconds(), image["finishing_seconds"] or 0.0
    queued = min(max((copying - start).total_seconds(), 0.0), took) if copying else 0.0
    share = 100 / max(frame["seconds"], 1.0)
    return {
        "seconds": took + finishing,
        "left": round(share * (start - first).total_seconds(), 2),
        "queued": round(share * queued, 2),
        "copying": round(share * (took - queued), 2),
        "finishing": round(share * finishing, 2),
        "deed": "failed" if not image["finished_at"] else "creating" if image["role"] == "source" else "copying",
    }


def _took(run: Data) -> float | None:
    begin, end = _report_text.time(run["began_at"]), _report_text.time(run["ended_at"])
    return (end - begin).total_seconds() if begin and end and end >= begin else None


def _from_manifest(file: str) -> str:
    return f'"image_release_from_manifest": ["{file}"], "image_release_manifest": "{file}"'


def _commands(images: t.Sequence[Data], manifest_file: str) -> list[Data]:
    """What people can do next, each with its command."""
    name = re.split(r"[\\/]", manifest_file)[-1]
    file = name if _HARMLESS.match(name) else "MANIFEST.json"
    families = {str(image["family"]) for image in images if image["family"]}
    family = families.pop() if len(families) == 1 else ""
    family = family if _HARMLESS.match(family) else "FAMILY"
    # A run by a manifest writes it anew, and under the default name it would be a second one of the release.
    of_release = f'{_from_manifest(file)}, "image_release_accounts": ["ACCOUNT"]'
    older = f'{_from_manifest("OLDER.json")}, "image_release_family": "{family}"'
    back = "Go back to the release before this one"
    if any(image["image_id"] and image["shares"] for image in images):
        # Without that a rollback is refused: images that are shared can't be deprecated.
        back, older = (
            f"{back}: who has the images of this one loses them",
            f'{older}, "image_release_unshare_previous": true',
        )
    taken = f'"unshare_everywhere_manifests": ["{file}"], "unshare_everywhere_accounts": ["ACCOUNT"]'
    found = [
        ("Stop the copies that are still running", "stop_copies", f'"stop_copies_manifests": ["{file}"]'),
        ("Share the images with more accounts", "share", of_release),
        (back, "rollback", older),
        ("Take the images from an account", "unshare_everywhere", taken),
    ]
    if not any(image["status"] in RUNNING for image in images):
        del found[0]
    if not any(image["image_id"] for image in images):
        return []
    return [
        {"deed": deed, "command": f"ansible-playbook imageops.alicloud.{playbook} -e '{{{variables}}}'"}
        for deed, playbook, variables in found
    ]
