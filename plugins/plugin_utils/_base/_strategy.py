# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a play deals its tasks out to hosts, and which it leaves out, where that is nothing a role can work with."""

from __future__ import annotations

import typing as t

# With these, Ansible runs a task of run_once on every host all the same, and gives the result of each to all of them.
MIXING = ("free", "host_pinned")
# With one of these in --skip-tags, the tasks are left out that always run at the end of a release.
ENDLESS = ("always", "tagged")


def without_end(variables: t.Mapping[str, t.Any]) -> str:
    """Why a release of which tasks are left out would tell no failure, nothing if all is well.

    :param variables: what a task knows
    """
    left = [tag for tag in ENDLESS if tag in (variables.get("ansible_skip_tags") or ())]
    if not left:
        return ""
    return (
        f"Nothing was changed: --skip-tags {left[0]} leaves out the end, which writes what was done and tells what has "
        "failed. Go without it: image_release_steps says which steps a release has."
    )


def fault(task: t.Any) -> str:
    """Why no release can be made of this task's play, nothing if all is well.

    :param task: Ansible's own, as an action plugin has it
    """
    name = _strategy(task)
    if not task.run_once or not name.endswith(MIXING):
        return ""
    return (
        f"Nothing was changed: with run_once and the strategy {name}, each host would go on with the results of "
        "another one. Leave run_once out, so that each host is a release, or use the strategy linear."
    )


def _strategy(task: t.Any) -> str:
    """The strategy of the play: blocks know their play, tasks and includes their block."""
    while task is not None:
        play = getattr(task, "_play", None)
        if play is not None:
            return str(play.strategy)
        task = getattr(task, "_parent", None)
    return ""
