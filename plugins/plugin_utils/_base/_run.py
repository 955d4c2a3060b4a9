# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run on the controller: when it is, which job it belongs to, and what it hands on to other jobs."""

from __future__ import annotations

import os
import re
import time
import typing as t

TIME = "%Y-%m-%dT%H:%M:%SZ"  # as manifests have it, in UTC


def now() -> str:
    """The time as manifests have it."""
    return time.strftime(TIME, time.gmtime())


def job() -> str | None:
    """The id of the controller's job, if there is one."""
    return os.environ.get("AWX_JOB_ID") or os.environ.get("JOB_ID") or None


def handed_on(work: str, host: str, data: dict[str, t.Any]) -> dict[str, t.Any]:
    """What a result says for ``set_stats``: one key for each host, replaced whole by each run.

    :param work: release, retire and so on
    """
    key = f"imageops_{work}_" + re.sub(r"[^A-Za-z0-9_]", "_", host)
    return {"data": {key: data}, "aggregate": False, "per_host": False}


def registered(found: t.Any, evaluate: t.Callable[[t.Any], t.Any]) -> dict[str, t.Any]:
    """The result that a task has registered, empty if a run has not come to it.

    :param evaluate: gives the value of a template
    """
    if not isinstance(found, dict):
        return {}
    # ansible-core warns whoever reads the reason why a task was skipped.
    return dict(evaluate({key: found[key] for key in found if key != "skipped_reason"}))


# What a failed step may tell: what people can use, and what ansible-core itself looks at.
_OF_FAILURES = (
    *("failed", "msg", "error", "failures", "summary", "warnings", "deprecations", "exception"),
    *("changed", "ansible_stats", "_ansible_verbose_always"),
)


def told(result: dict[str, t.Any]) -> dict[str, t.Any]:
    """The result of a step. Of one that failed ansible-core shows all: so it holds nothing that steps hand on."""
    return {key: result[key] for key in _OF_FAILURES if key in result} if result.get("failed") else result
