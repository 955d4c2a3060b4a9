# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles hand to their modules."""

from __future__ import annotations

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils import _calls


@pytest.mark.parametrize("name", ["wait_timeout", "timeout"])
def test_a_test_boot_waits_as_long_as_its_entry_says(name: str) -> None:
    settings = {"wait_interval": None, "progress": True}
    assert _calls.test_boot(settings, {"region": "cn-beijing", name: 900.0})["wait_timeout"] == 900.0
    assert "wait_timeout" not in _calls.test_boot(settings, {"region": "cn-beijing"})
