# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What pages made of manifests and audits say: all that is in those, and nothing else."""

from __future__ import annotations

import json
import re
import typing as t

from .facts import Data

_IMAGE = re.compile(r"\bm-[a-z0-9]{10,}\b")


def of_report(page: str, manifest: Data) -> list[str]:
    """Of the page, or the Markdown, of one release."""
    real = {one["image_id"] for one in manifest["images"] if one["image_id"]}
    before = {one["image_id"] for key in ("deprecated", "left") for one in manifest.get(key) or []}
    accounts = {share["account_id"] for one in manifest["images"] for share in one["shares"] or []}
    # Failures name images, too.
    named = {*_IMAGE.findall(json.dumps(manifest))}
    found = [f"report: {one} is not in the manifest" for one in sorted({*_IMAGE.findall(page)} - named)]
    return found + [f"report: {one} is missing" for one in sorted(real | before | accounts) if one not in page]


def of_index(page: str, manifests: t.Sequence[Data]) -> list[str]:
    """Of the page over many releases."""
    return [f"index: {one['name']} is missing" for one in manifests if str(one["name"]) not in page]


def of_audit_page(page: str, document: Data) -> list[str]:
    """Of the page of an audit."""
    told = [*document["findings"], *document["gone"]]
    named = {one["id"] for one in told} - {""}
    found = [f"page of the audit: {one} is missing" for one in sorted(named) if one not in page]
    marks = [page.count("last seen "), sum(one["last_seen_at"] is not None for one in told)]
    return found if len({*marks}) == 1 else [*found, f"page of the audit: {marks[0]} of {marks[1]} were seen earlier"]
