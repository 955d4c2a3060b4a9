# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an instance of an image is started."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import HOME, Lab


@pytest.fixture
def call(lab: Lab) -> dict[str, t.Any]:
    return {
        "region": HOME,
        "image_id": lab.source(),
        "instance_type": "ecs.g7.large",
        "vswitch_id": f"vsw-simulator-{HOME}",
        "security_group_id": f"sg-simulator-{HOME}",
    }
