# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a retirement came to, in lines that people read and in facts for the next job. Pure."""

from __future__ import annotations

import typing as t

Data = dict[str, t.Any]

OUTCOMES = ("deleted", "deprecated", "not_retired", "postponed", "kept")


def summary(result: Data, check: bool = False) -> list[str]:
    """A line for each image, what goes first, and the weight of it all."""
    lines = [_line(entry, check) for outcome in OUTCOMES for entry in result[outcome]]
    lines += [f"{_named(image)} is not selected: {image['reason']}" for image in result.get("not_selected") or []]
    lines += [not_looked(entry) for entry in result.get("not_looked") or []]
    for snapshot in result["orphaned_snapshots"]:
        state = will("deleted", check) if snapshot["deleted"] else "orphaned"
        stays = f", {snapshot['reason']}" if snapshot.get("reason") else ""
        whose = f"{snapshot['size']} GiB, made for {snapshot['made_for']}"
        lines.append(f"{snapshot['region']} {snapshot['snapshot_id']} {state}: {whose}{stays}")
    freed = f"{result['gib_freed']} GiB {'would be freed' if check else 'freed'}"
    return [*lines, f"{freed}, {result['gib_orphaned']} GiB in orphaned snapshots"]


def not_looked(entry: Data) -> str:
    """What may use images, and could not be looked at."""
    where = f"{entry['region'] or 'every region'}, account {entry['account_id']}"
    return f"{where}: {entry['kind']} not looked at: {entry['error']['code']}: {entry['error']['message']}"


def _line(entry: Data, check: bool) -> str:
    outcome = deed(entry, check)
    weight = f", {entry['gib']} GiB" if entry["gib"] else ""
    lost = f", {'would be ' if check else ''}taken from {', '.join(entry['unshared'])}" if entry["unshared"] else ""
    exported = _exported(entry["outcome"], entry.get("export"), check)
    return f"{_named(entry)} {outcome}{weight}{_stays(entry)}{lost}{exported}: {reason_of(entry)}"


def reason_of(entry: Data) -> str:
    """Why an image came to its outcome."""
    return str(entry["error"]["message"] if entry["error"] else entry["reason"])


def _stays(entry: Data) -> str:
    """Which of an image's snapshots do not go with it, and why."""
    kept = [f"{snapshot['snapshot_id']} ({snapshot['reason']})" for snapshot in entry.get("snapshots_kept") or []]
    return f", without {', '.join(kept)}" if kept else ""


def _exported(outcome: str, export: Data | None, check: bool) -> str:
    """Where an image was exported to before it went."""
    if not export:
        return ""
    if export["objects"]:
        return f", exported to {', '.join(objects_of(export))}"
    begun = "would be exported" if check else "being exported"
    return f", {begun} to {export['bucket']}" + (" first" if outcome != "kept" else "")


def objects_of(export: Data | None) -> list[str]:
    """The addresses of what an export has written."""
    return [f"oss://{export['bucket']}/{name}" for name in export["objects"]] if export else []


def _named(entry: Data) -> str:
    return f"{entry['region']} {entry['image_id']} {entry['name']!r} of {entry['source_created_at'][:10]}"


def deed(entry: Data, check: bool) -> str:
    """What becomes of an image. One that somebody has deprecated only gets the tag that dates it."""
    outcome, was = entry["outcome"], entry.get("status")
    marked = f"marked as {outcome}" if outcome == "deprecated" and was == "Deprecated" else None
    return f"would be {marked}" if marked and check else marked or will(outcome, check)


def will(outcome: str, check: bool) -> str:
    """An outcome as a run or a plan tells it."""
    return f"would be {outcome}" if check and outcome in ("deleted", "deprecated") else outcome


def facts(result: Data) -> Data:
    """What is worth handing on to other jobs."""
    return {
        "account_id": result["account_id"],
        **{outcome: [entry["image_id"] for entry in result[outcome]] for outcome in OUTCOMES if outcome != "kept"},
        "gib_freed": result["gib_freed"],
        "gib_orphaned": result["gib_orphaned"],
    }
