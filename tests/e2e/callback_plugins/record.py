# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what each task of a play came to, one JSON line each, into the file that E2E_RESULTS names.

With E2E_CONTROL, where the simulator is asked about itself, each result is held against its state.
"""

from __future__ import annotations

import json
import os
import sys
import typing as t
from pathlib import Path

from ansible.plugins.callback import CallbackBase

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import claims
import simulator_process

DOCUMENTATION = """
name: record
type: aggregate
short_description: results for the end-to-end tests
description: One JSON line a task.
"""


def _false_claims(task: t.Any, data: dict[str, t.Any]) -> list[str]:
    """What a result says that the simulator knows better, at this moment."""
    module, control = task.action.removeprefix("imageops.alicloud."), os.environ.get("E2E_CONTROL")
    # In check mode ecs_image tells what the image would be.
    if not control or not module.startswith("ecs_") or (task.check_mode and module == "ecs_image"):
        return []
    facts = claims.Facts.of(simulator_process.control({"control": control}, "state"))
    results = [one for one in data.get("results", [data]) if not one.get("skipped")]
    return [f"{module}: {claim}" for one in results for claim in claims.of_result(one, facts)]


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, outcome: str, result: t.Any) -> None:
        task = getattr(result, "task", None) or result._task
        data = getattr(result, "result", None) or result._result
        line = {"name": task.get_name(), "action": task.action, "outcome": outcome, "result": dict(data)}
        line["false_claims"] = [] if outcome == "skipped" else _false_claims(task, dict(data))
        with open(os.environ["E2E_RESULTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._write("failed", result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._write("skipped", result)
