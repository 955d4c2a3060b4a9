# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report of an audit shows, out of its record. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _plan_text
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _audit

Data = dict[str, t.Any]


def view(record: Data, prices: Data) -> Data:
    """
    :param prices: as the variable image_release_prices has them; empty, no costs are shown
    :returns: what the template of the report needs
    """
    is_priced = _plan_text.is_priced(prices)
    order = list(_audit.KINDS)
    findings = sorted(
        record["findings"], key=lambda finding: (order.index(finding["kind"]), finding["account_id"], finding["region"])
    )
    families = _families(record["families"], prices)
    return {
        "run": record["run"],
        "accounts": _audit.looked_at(record),
        "regions": len({region for account in record["accounts"] for region in account["regions"]}),
        "images": sum(family["images"] for family in families),
        "stored": sum(family["gib"] for family in families),
        "cost": sum(family["cost"] for family in families) if is_priced else None,
        "waste": sum(finding["gib"] for finding in findings),
        "waste_cost": sum(_cost(prices, finding) or 0.0 for finding in findings) if is_priced else None,
        "unpriced": _plan_text.unpriced(prices, [row for row in [*record["families"], *findings] if row["gib"]]),
        "currency": prices.get("currency") or "",
        "bad": len(_audit.bad(record)),
        "findings": [_row(record, finding, prices) for finding in findings],
        "gone": [_row(record, finding, prices) for finding in record["gone"]],
        "not_looked": _unseen([entry for entry in record["not_looked"] if not entry["optional"]]),
        "left_out": _unseen([entry for entry in record["not_looked"] if entry["optional"]]),
        "families": families,
    }


def _row(record: Data, finding: Data, prices: Data) -> Data:
    return {
        **finding,
        "what": _audit.KINDS[finding["kind"]],
        "mark": "wait" if finding["level"] == "note" else "bad",
        "is_new": _audit.is_new(finding, record),
        "cost": _cost(prices, finding),
    }


def _cost(prices: Data, thing: Data) -> float | None:
    """What a thing costs a month, None where no price is given."""
    return _plan_text.month_price(prices, {"region": thing["region"], "size": thing["gib"]})


def _unseen(entries: t.Sequence[Data]) -> list[Data]:
    """What was not looked at, with all places that the same is true of."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for entry in entries:
        groups.setdefault((entry["account_id"], entry["what"], entry["reason"]), []).append(entry["region"])
    return [
        {"account_id": account, "what": what, "reason": reason, "regions": sorted(filter(None, regions))}
        for (account, what, reason), regions in sorted(groups.items())
    ]


def _families(rows: t.Sequence[Data], prices: Data) -> list[Data]:
    """The families of each account over all regions, the one with the oldest newest image first."""
    groups: dict[tuple[str, str], list[Data]] = {}
    for row in rows:
        groups.setdefault((row["account_id"], row["family"]), []).append(row)
    found = [
        {
            "account_id": account,
            "family": family,
            "regions": sorted({row["region"] for row in group}),
            "images": sum(row["images"] for row in group),
            "ours": sum(row["ours"] for row in group),
            "gib": sum(row["gib"] for row in group),
            "cost": sum(_cost(prices, row) or 0.0 for row in group),
            "oldest": min((row["oldest"] for row in group), key=lambda image: image["created_at"]),
            "newest": max((row["newest"] for row in group), key=lambda image: image["created_at"]),
        }
        for (account, family), group in groups.items()
    ]
    return sorted(found, key=lambda family: (family["newest"]["created_at"], family["account_id"], family["family"]))
