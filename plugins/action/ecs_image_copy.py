# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the module of the task's name, and shows its progress while it works.

In a role or a playbook of this collection, what the module tells names their variables.
"""

from __future__ import annotations

import functools
import importlib
import os
import threading
import time
import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.imageops.alicloud.plugins.module_utils._base.progress import FILE_NAME
from ansible_collections.imageops.alicloud.plugins.plugin_utils._events._progress_lines import ProgressLines
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _wording

display = Display()

# Modules that write lines about their progress.
WATCHED = {"ecs_image", "ecs_image_copy", "ecs_image_copy_cancel", "ecs_image_verify", "ecs_snapshot_copy"}
LOOK_EVERY = 0.2  # seconds
FOLDER_WAIT = 5.0  # seconds


def _reword_kept_warnings(names: _wording.Names) -> None:
    """From 2.22 on, ansible-core takes the warnings of a module as it reads the answer, and keeps them for the task."""
    try:
        display_utils = importlib.import_module("ansible._internal._display_utils")
        kept = display_utils.DeferredWarningContext.current(optional=True).get_warnings()
    except (ImportError, AttributeError):
        return  # an older release, which has them in the result
    kept[:] = _wording.told({"warnings": kept}, names)["warnings"]


class ActionModule(ActionBase):
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        asynchronous = bool(self._task.async_val) and not self._connection.has_native_async
        relay = None if asynchronous or not self._is_watched() else self._start_relay(task_vars or {})
        try:
            done = self._execute_module(task_vars=task_vars, wrap_async=asynchronous)
            names = functools.cache(lambda: self._names(task_vars or {}))
            result.update(_wording.told(done, names))
            _reword_kept_warnings(names)
        finally:
            if relay:
                relay.stop()
            if not asynchronous:
                self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _is_watched(self) -> bool:
        """Whether lines may be shown: never what no_log hides, and only from a module on this machine."""
        return (
            self._task.action.rpartition(".")[2] in WATCHED
            and self._connection.transport == "local"
            and not self._task.no_log
            and not self._task.check_mode
            and str(self._task.args.get("progress", True)).lower() not in ("false", "no", "off", "0", "n", "f")
        )

    def _names(self, variables: dict[str, t.Any]) -> dict[str, str]:
        """The variables that a person can set here, by the options of modules; none outside of this collection."""
        role = str(variables.get("ansible_role_name") or "")
        in_role = role.startswith(_wording.ROLES)
        work = role.removeprefix(_wording.ROLES) if in_role else str(variables.get("__imageops_work") or "")
        if not work or (role and not in_role):
            return {}
        # Loaded here: Ansible loads this plugin anew for each task, and most tell nothing in the words of a role.
        from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _works

        if not in_role and work not in _works.PLAYBOOKS:
            return {}
        return {**_works.names_of(work, variables), **_named_in(work, variables)}

    def _start_relay(self, task_vars: dict[str, t.Any]) -> Relay | None:
        """What shows the lines, None where they can't be shown: no task fails for that."""
        # The module finds this file in the task's own directory, so that it needs no option of its own.
        path = os.path.join(self._make_tmp_path(), FILE_NAME)
        try:
            _wait_for(os.path.dirname(path))
            with open(path, "x", encoding="utf-8"):
                os.chmod(path, 0o600)
        except OSError as error:
            display.vv(f"No progress is shown: {error}")
            return None
        relay = Relay(path, ProgressLines(str(task_vars.get("inventory_hostname", "localhost"))))
        relay.start()
        return relay


def _named_in(work: str, variables: dict[str, t.Any]) -> dict[str, str]:
    """Where the account was named that must be at work, which a person may not have done in a variable of its own."""
    begun = variables.get(f"__{work}")
    places = begun.get("named_in") if isinstance(begun, dict) else None
    return {"account_id": ", ".join(map(str, places))} if places else {}


def _wait_for(folder: str) -> None:
    """Mitogen names the folder before it is there."""
    end = time.monotonic() + FOLDER_WAIT
    while not os.path.isdir(folder) and time.monotonic() < end:
        time.sleep(0.01)


class Relay(threading.Thread):
    """Shows each new line of a file, until it is told to stop."""

    def __init__(self, path: str, lines: ProgressLines) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._lines = lines
        self._over = threading.Event()

    def stop(self) -> None:
        self._over.set()
        self.join(timeout=5)

    def run(self) -> None:
        with open(self._path, encoding="utf-8") as events:
            while not self._over.wait(LOOK_EVERY):
                self._show(events)
            self._show(events)

    def _show(self, events: t.TextIO) -> None:
        for event in events:
            line = self._lines.line(event, time.monotonic())
            if line:
                display.display(line, stderr=True)
