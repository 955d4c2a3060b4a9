# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of an audit over many accounts: put together, compared with the one before, and told. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.texts import counted
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _memory, _records

Data = dict[str, t.Any]

FORM = 1
# What ecs_image_audit_info finds, as reports name it. What it may cost to pass it over comes first.
KINDS = {
    "public": "Community image",
    "overshared": "Shared with others",
    "organisation": "Shared with an organisation",
    "missing": "Missing",
    "unencrypted": "Not encrypted",
    "wrong_key": "Wrong key",
    "not_shared": "Not shared as asked",
    "unshared": "No longer shared",
    "renamed": "Renamed",
    "failed": "Failed",
    "near_quota": "Near the quota",
    "stopped_instance": "Stopped instance",
    "orphaned_instance": "Orphaned instance",
    "orphaned_snapshot": "Orphaned snapshot",
    "unfinished": "Unfinished",
    "deprecated": "Deprecated",
}
WHOLE = "account"  # what could not be looked at, if nothing of an account could
FAIL_ON = ("nothing", "findings", "new")
KEY = ("account_id", "region", "kind", "id", "name")


def expected_of(manifests: t.Mapping[str, Data]) -> Data:
    """What should be there by manifests, as ecs_image_audit_info takes it.

    :param manifests: by their paths
    """
    accounts = sorted({manifest["account_id"] for manifest in manifests.values() if manifest["account_id"]})
    withdrawn = {one["image_id"] for manifest in manifests.values() for one in manifest.get("deprecated") or []}
    return {
        "account_id": accounts[0] if len(accounts) == 1 else None,
        "accounts": accounts,
        "expected": [
            {
                "account_id": manifest["account_id"],
                "release": _release(path, manifest),
                **{key: image[key] for key in ("region", "image_id", "name", "encrypted", "kms_key_id")},
                "accounts": image.get("asked_accounts"),
                "shared_with": None if image["shares"] is None else [share["account_id"] for share in image["shares"]],
                "withdrawn": image["image_id"] in withdrawn,
            }
            for path, manifest in manifests.items()
            for image in manifest["images"]
            # What somebody else has shared is not this account's to keep.
            if image["asked_for"] and (image["image_id"] or image["name"]) and not image.get("owner")
        ],
        "unknown": [
            {
                "account_id": manifest["account_id"] or "",
                "region": "",
                "what": f"all images of {_release(path, manifest)}",
                "reason": doubt,
                "optional": False,
                "release": _release(path, manifest),
            }
            for path, manifest in manifests.items()
            if (doubt := _doubt(manifest))
        ],
    }


def _release(path: str, manifest: Data) -> str:
    return str(manifest["name"] or re.split(r"[\\/]", path)[-1])


def _doubt(manifest: Data) -> str | None:
    """Why a manifest does not name all that its release was to have: what nobody expects is not told to be missing."""
    again = "so that nobody knows what is missing: run the release again"
    if manifest.get("every_region") == _memory.NOT_LISTED:
        return f"its release {_records.UNSEEN}, {again}"
    if manifest["complete"]:
        return None
    if not manifest["images"]:
        return f"its release failed before it had an image, {again}"
    if manifest["schema"] == 1 and not any(image["role"] == "copy" for image in manifest["images"]):
        return f"version 1.0.0 did not write down which copies were asked for when it made none, {again}"
    return None


def record(
    calls: t.Sequence[Data],
    results: t.Sequence[Data],
    previous: Data | None,
    run: Data,
    unknown: t.Sequence[Data] = (),
) -> Data:
    """
    :param calls: the arguments of ecs_image_audit_info, one for each account
    :param results: what each of them came to
    :param previous: the record before this one
    :param run: ``host``, ``began_at``, ``ended_at``, ``job_id``
    :param unknown: what the manifests do not tell, as ``expected_of`` has it
    :returns: the record; its ``run`` is the only part that differs from one moment to the next
    """
    accounts = [_account(call, result) for call, result in zip(calls, results, strict=True)]
    found = [
        {"account_id": account["account_id"], **finding, "since": run["began_at"], "last_seen_at": None}
        for account, result in zip(accounts, results, strict=True)
        for finding in result.get("findings") or []
    ]
    made: Data = {
        "audit": FORM,
        "accounts": accounts,
        "families": _of_all(accounts, results, "families"),
        "findings": found,
        "not_looked": [*_not_looked(accounts, results), *unknown],
        "gone": [],
        "elsewhere": [],
        "run": run,
    }
    return _remembering(made, previous) if previous else made


def _account(call: Data, result: Data) -> Data:
    role = call.get("ram_role_arn") or ""
    stated = result.get("account_id") or call.get("account_id") or validation.account_of_role(role) or ""
    return {"account_id": str(stated), "role": role, "regions": result.get("regions") or []}


def _of_all(accounts: t.Sequence[Data], results: t.Sequence[Data], name: str) -> list[Data]:
    pairs = zip(accounts, results, strict=True)
    return [
        {"account_id": account["account_id"], **entry} for account, result in pairs for entry in result.get(name) or []
    ]


def _not_looked(accounts: t.Sequence[Data], results: t.Sequence[Data]) -> list[Data]:
    """What each account could not be asked. One that could not be asked at all has no list of its own."""
    found = _of_all(accounts, results, "not_looked")
    for account, result in zip(accounts, results, strict=True):
        if "findings" not in result:
            reason = str(result.get("msg") or "unknown").strip()
            whole = {"region": "", "what": WHOLE, "reason": reason, "optional": False}
            found.append({"account_id": account["account_id"], **whole})
    return found


def _remembering(made: Data, previous: Data) -> Data:
    """A record with what the one before knows: since when, what has gone, and what could not be looked at this time.

    What was found where nobody has asked this time is kept apart: it is no finding of this run, and not gone. All that
    this run has not found itself has the time when it was last seen.
    """
    known = [*previous["findings"], *previous.get("elsewhere", [])]
    before = {key_of(finding): {**finding, "last_seen_at": _seen_at(finding, previous)} for finding in known}
    now = {key_of(finding) for finding in made["findings"]}
    findings = [{**finding, "since": before.get(key_of(finding), finding)["since"]} for finding in made["findings"]]
    past: dict[str, list[Data]] = {"findings": findings, "gone": [], "elsewhere": []}
    for key, finding in before.items():
        if key not in now:
            past[_place_of(made, finding)].append(finding)
    return {**made, **past}


def _seen_at(finding: Data, previous: Data) -> str:
    """When a finding of the record before was last seen, as far as that knows. One without a mark was seen at first."""
    return str(finding.get("last_seen_at", finding["since"]) or previous["run"]["began_at"])


def _place_of(made: Data, finding: Data) -> str:
    """Where a record keeps a finding of the one before that was not found again."""
    if not _was_asked(made, finding):
        return "elsewhere"
    return "gone" if _was_looked_at(made, finding) else "findings"


def _was_asked(made: Data, finding: Data) -> bool:
    """Whether a run was to look at a finding's place. One of an account that let nobody in was."""
    places = [account["regions"] for account in made["accounts"] if account["account_id"] == finding["account_id"]]
    return any(not regions or finding["region"] in regions for regions in places)


def _was_looked_at(made: Data, finding: Data) -> bool:
    """Whether its place was, so that a finding that is not there any more is gone."""
    return not any(
        entry["account_id"] == finding["account_id"]
        and not entry.get("release")  # that is no place
        and entry["region"] in ("", finding["region"])
        and (not entry["optional"] or entry["what"] == finding["kind"])
        for entry in made["not_looked"]
    )


def key_of(finding: Data) -> tuple[t.Any, ...]:
    """What makes two findings of two runs the same one."""
    return (*(finding[name] for name in KEY), *finding["accounts"])


def is_new(finding: Data, made: Data) -> bool:
    """Whether a record is the first to have a finding."""
    return bool(finding["since"] == made["run"]["began_at"])


def differs(made: Data, previous: Data | None) -> bool:
    """Whether a record says anything new but for its ``run``."""
    return {**made, "run": None} != ({**previous, "run": None} if previous else None)


def bad(made: Data) -> list[Data]:
    """The findings that want something done."""
    return [finding for finding in made["findings"] if finding["level"] == "bad"]


def seen_earlier(made: Data) -> list[Data]:
    """Those of them that an earlier run has seen, and this one has not looked at."""
    return [finding for finding in bad(made) if finding["last_seen_at"]]


def failures(made: Data, fail_on: str) -> list[str]:
    """Why the playbook fails: what could not be looked at, and the findings that it is told to fail on."""
    unseen = [entry for entry in made["not_looked"] if not entry["optional"]]
    found = [f"{_place(entry)}: {entry['what']} could not be looked at: {entry['reason']}" for entry in unseen]
    wrong = [finding for finding in bad(made) if fail_on == "findings" or (fail_on == "new" and is_new(finding, made))]
    if wrong:
        what = "new finding" if fail_on == "new" else "finding"
        found.append(f"{counted(len(wrong), what)}, as image_audit_fail_on={fail_on} says")
    return found


def looked_at(made: Data) -> list[Data]:
    """The accounts that have let this run in."""
    shut = {entry["account_id"] for entry in made["not_looked"] if entry["what"] == WHOLE}
    return [account for account in made["accounts"] if account["account_id"] not in shut]


def lines(made: Data) -> list[str]:
    """What people read of it on the screen."""
    told = [f"{_named(finding)}: {finding['message']}{_since(finding, made)}" for finding in made["findings"]]
    told += [f"{_named(finding)} is gone from the list" for finding in made["gone"]]
    unseen = [entry for entry in made["not_looked"] if entry["optional"]]
    for what in sorted({entry["what"] for entry in unseen}):
        places = [entry for entry in unseen if entry["what"] == what]
        where, why = f"{counted(len(places), 'place')}, such as {_place(places[0])}", places[0]["reason"]
        told.append(f"{what} was not looked at in {where}: {why}")
    images = sum(family["images"] for family in made["families"])
    where = f"{counted(images, 'image')} of {counted(len(looked_at(made)), 'account')}"
    earlier = len(seen_earlier(made))
    rest = f", {earlier} of which {'was' if earlier == 1 else 'were'} not looked at this time" if earlier else ""
    return [*told, f"{counted(len(bad(made)), 'finding')} in {where}{rest}"]


def _since(finding: Data, made: Data) -> str:
    """Whether it is new, or was not looked at this time."""
    if finding["last_seen_at"]:
        return f" (not looked at this time, seen at {finding['last_seen_at']})"
    return " (new)" if is_new(finding, made) else ""


def _named(finding: Data) -> str:
    return f"{_place(finding)}: {finding['kind']} {finding['name'] or finding['id']}".rstrip()


def _place(entry: Data) -> str:
    return " ".join(filter(None, (entry["account_id"] or "unknown account", entry["region"])))


def facts(made: Data) -> Data:
    """What is worth handing on to other jobs."""
    kinds = sorted({finding["kind"] for finding in made["findings"]})
    return {
        "findings": len(bad(made)),
        "new": len([finding for finding in bad(made) if is_new(finding, made)]),
        "seen_earlier": len(seen_earlier(made)),
        "gone": len(made["gone"]),
        "not_looked": len([entry for entry in made["not_looked"] if not entry["optional"]]),
        "by_kind": {kind: len([finding for finding in made["findings"] if finding["kind"] == kind]) for kind in kinds},
    }
