# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is promised of every module, the next one included: a place in the action group, and an integration target."""

from __future__ import annotations

from pathlib import Path

import yaml
from internal import INTERNAL

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("[!_]*.py"))


def test_the_action_group_holds_every_module_and_nothing_else() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    assert runtime["action_groups"] == {"all": MODULES}


def test_every_module_has_an_integration_target() -> None:
    targets = {path.parent.name for path in (ROOT / "tests" / "integration" / "targets").glob("*/aliases")}
    internal = {
        name
        for name in MODULES
        if "short_description: Internal" in (ROOT / "plugins" / "modules" / f"{name}.py").read_text()
    }
    assert internal == INTERNAL  # targets of the roles run those
    assert set(MODULES) - internal <= targets
