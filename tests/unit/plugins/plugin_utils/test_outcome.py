# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a manifest and a report are told of a run."""

from __future__ import annotations

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _outcome

USUAL = ["create", "copy", "share"]


@pytest.mark.parametrize(
    ("named", "promotes", "told"),
    [
        ([], False, ["create", "copy", "share"]),
        ([], True, ["create", "copy", "share", "promote"]),
        (["base-1.json"], False, ["share"]),
        (["base-1.json"], True, ["share", "promote"]),
    ],
)
def test_a_run_from_a_manifest_creates_and_copies_nothing(named: list[str], promotes: bool, told: list[str]) -> None:
    """The report of a rollback named the steps create and copy as done."""
    settings = {"steps": USUAL, "from_manifest": named, "promotes": promotes, "account_id": None, "name": "base-1"}
    begun = {"settings": settings, "recorded": {}, "check": False, "began": "2026-11-22T10:00:00Z"}
    results = {
        name: {}
        for name in ("sourced", "spread", "promotion", "ready", "led", "leaving", "restored", "copied", "looked")
    }
    outcome = _outcome.Outcome(begun, results, "localhost", "2026-11-22T10:10:00Z", None)
    assert outcome._steps() == told
