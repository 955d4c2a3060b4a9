# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the API tells of templates."""

from __future__ import annotations

import pytest
from functional.support import Lab


@pytest.fixture(autouse=True)
def known_fields(lab: Lab) -> None:
    """The API tells nothing that no page names; the tests of that say otherwise."""
    lab.setting(lt_extra_field="absent")
