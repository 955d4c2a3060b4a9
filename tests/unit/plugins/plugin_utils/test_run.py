# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _run


def test_each_host_hands_on_under_a_key_of_its_own_and_nothing_is_merged() -> None:
    one, two = (_run.handed_on("release", host, {"name": host}) for host in ("web-1.example", "web-2.example"))
    assert one == {
        "data": {"imageops_release_web_1_example": {"name": "web-1.example"}},
        "aggregate": False,
        "per_host": False,
    }
    assert not {*one["data"]} & {*two["data"]}


def test_a_run_knows_the_time_and_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _run.now())
    for name in ("AWX_JOB_ID", "JOB_ID"):
        monkeypatch.delenv(name, raising=False)
    assert _run.job() is None
    monkeypatch.setenv("JOB_ID", "7")
    assert _run.job() == "7"
