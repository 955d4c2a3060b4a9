# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What decides needs no SDK: plans and filters load without it, on a controller that may not have it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
UTILS = PLUGINS / "module_utils"
NAMESPACE = "ansible_collections.imageops.alicloud.plugins"

PURE = [
    *(f"{NAMESPACE}.module_utils.{path.parent.name}.{path.stem}" for path in sorted(UTILS.glob("*/plan*.py"))),
    *(f"{NAMESPACE}.filter.{path.stem}" for path in sorted((PLUGINS / "filter").glob("*.py"))),
]


@pytest.mark.parametrize("module", PURE)
def test_what_decides_does_not_load_the_sdk(module: str) -> None:
    script = f"import sys, {module}; print([name for name in sys.modules if name.startswith('alibabacloud')])"
    answer = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "[]"
