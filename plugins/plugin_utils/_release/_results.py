# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tasks of the role image_release have come to in this run."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _causes, _run

Data = dict[str, t.Any]

# The variables that the tasks register, by what the steps call them.
RESULTS = {
    "begun": "__image_release",
    "look": "__image_release_look",
    "done": "__image_release_done",
    "launch_look": "__image_release_launch_look",
    "created": "__image_release_created",
    "found": "__image_release_found",
    "sourced": "__image_release_sourced",
    "copied": "__image_release_copies",
    "looked": "__image_release_looked",
    "spread": "__image_release_spread",
    "tried": "__image_release_tried",
    "withdrawn": "__image_release_withdrawn",
    "restored": "__image_release_restored",
    "shares": "__image_release_shares",
    "family": "__image_release_family",
    "promotion": "__image_release_promotion",
    "prepared": "__image_release_prepared",
    "ready": "__image_release_ready",
    "joined": "__image_release_joined",
    "led": "__image_release_led",
    "launched": "__image_release_launched",
    "leaving": "__image_release_leaving",
    "deprecated": "__image_release_deprecated",
    "leads": "__image_release_leads",
    "elsewhere": "__image_release_elsewhere",
    "outcome": "image_release_result",
}
# The modules that a look may take the place of, by what it calls them. If it fails, those that come first would, too.
LOOKED_AT = {"created": "created", "found": "found", "copied": "copied", "shares": "shared"}
FIRST = ("created", "found")
STEPS = ("sourced", "spread", "promotion", "ready", "led", "leaving")


class Results:
    """What the tasks have come to, each evaluated once: templates cost more than all else that a step does.

    :param variables: of the task at work
    :param evaluate: gives the value of a template
    """

    def __init__(self, variables: t.Mapping[str, t.Any], evaluate: t.Callable[[t.Any], t.Any]) -> None:
        self._variables = variables
        self._evaluate = evaluate
        self._known: dict[str, Data] = {}

    def of(self, name: str) -> Data:
        """What a task has come to, or would have come to: one that has nothing to do is left out."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def of_this_run(self, name: str) -> Data:
        """What a step of the role has handed on, nothing if that was in an earlier run of this host."""
        found = self.of(name)
        return found if found.get("run") == self.of("begun").get("run") else {}

    def all(self) -> dict[str, Data]:
        """What all of them have come to, but the end of the run; the steps in this run."""
        found = {name: self.of(name) for name in RESULTS if name != "outcome"}
        return found | {name: self.of_this_run(name) for name in STEPS}

    def _found(self, name: str) -> Data:
        found = _run.registered(self._variables.get(RESULTS[name]), self._evaluate)
        if not (found.get("skipped") and name in LOOKED_AT):
            return found
        done = self.of("done")
        if name in FIRST and _causes.is_failed(done):
            return done
        return dict(done.get(LOOKED_AT[name]) or found)
