# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what each task of a play came to, one JSON line each, into the file that E2E_RESULTS names.

With E2E_CONTROL, where the simulator is asked about itself, each result is held against its state, and so is each
manifest, audit and page at the moment when it is written.
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


STEPS = ("image_release_step", "image_work_step")  # what writes manifests, audits and pages


def _state() -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", simulator_process.control({"control": os.environ["E2E_CONTROL"]}, "state"))


def _false_claims(task: t.Any, data: dict[str, t.Any], facts: t.Callable[[], claims.Facts]) -> list[str]:
    """What a result says that the simulator knows better, at this moment."""
    module = task.action.removeprefix("imageops.alicloud.")
    # In check mode ecs_image tells what the image would be.
    if not module.startswith("ecs_") or (task.check_mode and module == "ecs_image"):
        return []
    now = facts()
    results = [one for one in data.get("results", [data]) if not one.get("skipped")]
    return [f"{module}: {claim}" for one in results for claim in claims.of_result(one, now, task.check_mode)]


def _files() -> dict[Path, int]:
    """Files that may be manifests, audits or pages, with the times when they were written."""
    paths = (path for pattern in ("*.json", "*.html", "*.md") for path in Path().glob(pattern))
    return {path: path.stat().st_mtime_ns for path in paths}


def _document(path: Path) -> dict[str, t.Any]:
    """A manifest or an audit; empty for anything else."""
    found = json.loads(path.read_text()) if path.suffix == ".json" else None
    is_ours = isinstance(found, dict) and ("audit" in found or {"collection", "images"} <= found.keys())
    return found if is_ours else {}


def _false_document(document: dict[str, t.Any], facts: t.Callable[[], claims.Facts]) -> list[str]:
    judge = claims.of_audit if "audit" in document else claims.of_manifest
    return judge(document, facts()) if document else []


def _false_page(page: str) -> list[str]:
    """Of a page that was made of one of the documents beside it, or of all of them."""
    documents = [one for one in map(_document, sorted(Path().glob("*.json"))) if one]
    releases = [one for one in documents if "audit" not in one]
    if "<title>Retirement of images" in page:
        return []  # made of the module's result alone, which is held itself
    if "<title>Image releases" in page:
        return claims.of_index(page, releases)
    audits = [claims.of_audit_page(page, one) for one in documents if "audit" in one]
    made_of = audits if "<title>Audit" in page else [claims.of_report(page, one) for one in releases]
    return min(made_of, key=len, default=[])


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._written = _files()
        self._began = _state()["now"] if "E2E_CONTROL" in os.environ else 0.0

    def _facts(self) -> claims.Facts:
        """What there is now; what others have done before this play may show late."""
        return claims.Facts.of(_state(), (self._began, self._began))

    def _claims(self, task: t.Any, data: dict[str, t.Any]) -> list[str]:
        if "E2E_CONTROL" not in os.environ:
            return []
        try:
            return _false_claims(task, data, self._facts) + (self._false_files() if task.action.endswith(STEPS) else [])
        except Exception as error:  # Ansible would only warn of it, and nothing would be judged
            return [f"{task.get_name()} could not be judged: {error!r}"]

    def _false_files(self) -> list[str]:
        """What the files say that have just been written."""
        before, self._written = self._written, _files()
        found = []
        for path in (path for path, time in self._written.items() if before.get(path) != time):
            false = (
                _false_document(_document(path), self._facts)
                if path.suffix == ".json"
                else _false_page(path.read_text())
            )
            found += [f"{path.name}: {claim}" for claim in false]
        return found

    def _write(self, outcome: str, result: t.Any) -> None:
        task = getattr(result, "task", None) or result._task
        data = getattr(result, "result", None) or result._result
        line = {"name": task.get_name(), "action": task.action, "outcome": outcome, "result": dict(data)}
        line["false_claims"] = [] if outcome == "skipped" else self._claims(task, dict(data))
        with open(os.environ["E2E_RESULTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._write("failed", result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._write("skipped", result)
