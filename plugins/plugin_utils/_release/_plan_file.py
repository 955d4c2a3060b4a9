# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that hold a plan. Nobody may take that of an earlier run for this one's, whatever becomes of this run."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files, _hosts
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _settings
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest_file
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _plan
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report_text

Data = dict[str, t.Any]

JSON, MARKDOWN = "image_release_plan_file", "plan_markdown"
SOMETHING = "2"  # the exit code that says that there is something to do
TITLE, NOT_MADE = "## Plan for ", "It could not be made."


def as_text(plan: Data) -> str:
    """A plan as its file holds it."""
    return json.dumps(plan, indent=4, ensure_ascii=False) + "\n"


@dataclasses.dataclass
class PlanFiles:
    """
    :param variables: of the task at work
    :param evaluate: gives the value of a template
    """

    variables: t.Mapping[str, t.Any]
    evaluate: t.Callable[[t.Any], t.Any]

    def place(self, variable: str) -> str | None:
        """Where the file is that a variable names. One that can't be read is told where it is used."""
        with contextlib.suppress(Exception):
            named = self.evaluate(self.variables.get(variable))
            return _files.path_of(named) if isinstance(named, str) and named.strip() else None
        return None

    def asked(self, code: str) -> Data:
        """Before the playbook plan has the role begin.

        :param code: the exit code that it is to have if there is something to do
        :returns: the result of the step
        """
        told = f"plan_exit_code is {code}: it must be 0, or {SOMETHING} for a plan with something to do"
        faults = [] if code in ("0", SOMETHING) else [told]
        faults += [fault] if (fault := self._fault()) else []
        return _settings.refused(faults) if faults else {"markdown": self.place(MARKDOWN) or ""}

    def _fault(self) -> str | None:
        """Why the plan can't be written as Markdown. A device of that name would be a file from then on."""
        place = self.place(MARKDOWN)
        if place and os.path.exists(place) and not os.path.isfile(place):
            return f"{MARKDOWN}: {place} is no file, and would be replaced"
        return next(iter(_files.unwritable([(MARKDOWN, place)])), None)

    def made(self, plan: Data, code: str) -> Data:
        """The end of the playbook plan, for the plan of this host. The result of the step."""
        place = self.place(MARKDOWN)
        try:
            if place:
                _files.write(place, self._of_all(place, plan))
        except _files.FileFault as fault:
            return {"failed": True, "msg": str(fault)}
        is_told = plan["changes"] and code == SOMETHING
        return {"failed": True, "msg": "There is something to do."} if is_told else {}

    def withdrawn(self) -> str | None:
        """Take away the plan of an earlier run. What is no plan stays as it is, and is told elsewhere.

        :returns: why it is still there
        """
        places = {self.place(JSON): _is_plan, self.place(MARKDOWN): _is_page}
        for place, is_ours in places.items():
            try:
                if place and is_ours(_files.text_of(place)):
                    os.unlink(place)
            except FileNotFoundError:  # another host has done it
                continue
            except OSError as error:
                return f"{place} holds the plan of an earlier run, and can't be removed: {error.strerror}"
        return None

    def _of_all(self, place: str, plan: Data) -> str:
        """The plans of all hosts that name the file, whichever of them writes it last.

        :param plan: of this host
        """
        own, sections = self.variables["inventory_hostname"], []
        for host in self.variables.get(_hosts.ALL) or [own]:
            found = self.variables["hostvars"].raw_get(host)
            if host == own:
                sections.append(_section(host, plan, ""))
            elif dict(found.get("__image_plan") or {}).get("markdown") == place:
                sections.append(_section(host, *self._of_another(host, found)))
        return "\n".join(sections)

    def _of_another(self, host: str, found: t.Mapping[str, t.Any]) -> tuple[Data, str]:
        """The plan of another host, or why it has none. What it has registered holds no templates."""
        begun, result = (dict(found.get(name) or {}) for name in ("__image_release", "image_release_result"))
        if begun.get("failed"):
            return {}, str(begun.get("msg"))
        if not begun.get("run") or begun["run"] != result.get("run"):
            return {}, ""
        made = host in (self.variables.get("ansible_play_hosts") or [])
        return (dict(result["plan"]), "") if made else ({}, "\n".join(result["failures"]))


def _is_plan(text: str) -> bool:
    try:
        found = _manifest_file.parsed(text) if text else None
    except _manifest_file.ManifestFault:
        return False
    return isinstance(found, dict) and {*found} >= {*_plan.KEYS}


def _is_page(text: str) -> bool:
    return text.startswith(TITLE)


def _section(host: str, plan: Data, why: str) -> str:
    """The plan of a host as Markdown, or that there is none."""
    head = f"{TITLE}{str(plan.get('name') or host).replace('`', ' ')}"
    if not plan:
        told = [f"> {_report_text.plain(line)}" for line in why.splitlines()]
        return "\n".join([head, "", NOT_MADE, *([""] if told else []), *told, ""])
    deed = "There is something to do." if plan["changes"] else "There is nothing to do."
    lines = [line.replace("`", " ").replace("\r", " ").replace("\n", " ") for line in plan["lines"]]
    return "\n".join([head, "", deed, "", "```text", *lines, "```", ""])
