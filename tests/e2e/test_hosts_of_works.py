# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retirements, audits and new keys of several hosts in one play: each keeps its own files."""

from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Data, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"


def hosts(stage: Stage, first: Data, second: Data) -> tuple[str, str]:
    inventory = stage.folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"first": first, "second": second}}}))
    return ("-i", str(inventory))


def test_hosts_that_would_write_one_file_are_refused_before_anything_is_done(stage: Stage) -> None:
    """The report and the audit file of one host replaced those of the other, and each run changed them again."""
    image = stage.image(name="base-1", created="2026-01-01T00:00:00Z", tags={"imageops:created-from": "i-1"})
    apart = hosts(stage, {"image_retire_regions": HOME}, {"image_retire_regions": BEIJING})
    chosen = {"image_release_hosts": "all", "image_retire_name_patterns": ["base-1"], "image_retire_report": "r.html"}
    for words in ((), ("--check",)):
        refused = stage.playbook("image_retire", chosen, *apart, *words, code=2)
        for host in ("first", "second"):
            assert f"image_retire_report: host {host} writes {stage.folder}/r.html too" in refused.out
    assert not (stage.folder / "r.html").exists()
    audit = {"image_release_hosts": "all", "image_audit_regions": [HOME], "image_audit_report": ""}
    told = stage.playbook("image_audit", {**audit, "image_audit_file": "audit.json"}, *apart, code=2)
    assert "image_audit_file: host first writes" in told.out
    assert [
        call["action"] for call in stage.control("journal")["entries"] if call["action"] != "GetCallerIdentity"
    ] == []
    named = "{{ inventory_hostname }}.html"
    stage.playbook("image_retire", {**chosen, "image_retire_report": named}, *apart)
    assert (stage.folder / "first.html").exists() and image in (stage.folder / "first.html").read_text()
    assert (stage.folder / "second.html").exists()
