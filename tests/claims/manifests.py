# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What manifests say of their images, and that all is complete."""

from __future__ import annotations

from .facts import UNFINISHED, Data, Facts, status_of, there


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
    found = [] if entry.get("last_seen_at") else there(entry["region"], image_id, facts, where)
    if image_id not in facts.images:
        return found + ([f"{where}: {image_id} is not there, and is said to be with {accounts}"] if accounts else [])
    if entry.get("status") and not entry.get("last_seen_at"):
        found += status_of(entry["status"], facts.images[image_id], where)
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
