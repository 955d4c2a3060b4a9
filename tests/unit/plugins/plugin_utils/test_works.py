# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbooks' variables come to."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils import _works

SETTINGS = {"regions": ["cn-beijing"], "source_region": None, "source_image_id": None, "manifests": []}
RECORDED = {"sources": [{"region": "cn-hangzhou", "image_id": "m-1", "regions": ["cn-beijing"]}]}


@pytest.mark.parametrize("recorded", [{}, RECORDED], ids=["by regions", "by manifests"])
@pytest.mark.parametrize("accepted", [True, False])
def test_suspects_are_accepted_as_the_caller_says(recorded: dict[str, t.Any], accepted: bool) -> None:
    calls = _works.WORKS["stop_copies"].calls({**SETTINGS, "accept_suspects": accepted}, recorded)
    assert [call["accept_suspects"] for call in calls] == [accepted]
