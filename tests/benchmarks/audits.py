# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An audit of several accounts in all regions: how many calls, and how much of a processor."""

from __future__ import annotations

import collections
import typing as t

from benchmarks.lab import Data, Simulation, regions
from benchmarks.results import Report

ACCOUNTS = 5
SECONDS = 15  # of CPU, over all processes of the playbook
RIGHTS = {"Effect": "Allow", "Action": ["ecs:*", "resourcesharing:List*"], "Resource": "*"}


def measure(report: Report) -> None:
    with Simulation() as sim:
        accounts = sim.ready["demo"]["plain_accounts"][:ACCOUNTS]
        trusted = {"trust": ["1000000000000001"], "policies": [{"Version": "1", "Statement": [RIGHTS]}]}
        images = [
            {"region": region, "account": account, "name": "golden", "family": "base", "shares": [accounts[0]]}
            for account in accounts[1:]
            for region in regions()
        ]
        roles = [{"name": "audit", "account": account, **trusted} for account in accounts]
        sim.control("seed", {"roles": roles, "images": images})
        sim.calls()
        done = sim.playbook("imageops.alicloud.image_audit", **variables(sim, accounts))
        entries = sim.entries()
    label = f"{ACCOUNTS} accounts, {len(regions())} regions"
    kinds = collections.Counter((entry["action"], entry["region"], entry["account"]) for entry in entries)
    # A call of Resource Sharing names its region by its host alone.
    most = max(
        count / (1 if region else len(regions()))
        for (action, region, _account), count in kinds.items()
        if action not in ("AssumeRole", "GetCallerIdentity")
    )
    report.add("audits", f"{label}: calls a region, account and kind, at most", most, "calls", budget=2)
    report.add("audits", f"{label}: calls", len(entries), "calls")
    report.add("audits", f"{label}: CPU of the playbook", done.cpu, "s", budget=SECONDS)
    report.add("audits", f"{label}: wall of the playbook", done.wall, "s")


def variables(sim: Simulation, accounts: t.Sequence[str]) -> Data:
    releaser = sim.ready["demo"]["users"]["releaser"]
    return {
        "image_release_connection": releaser,
        "image_audit_roles": [f"acs:ram::{account}:role/audit" for account in accounts],
        "image_audit_regions": regions(),
        "image_audit_allowed": [],
        "image_audit_file": "",
        "image_audit_report": "",
    }
