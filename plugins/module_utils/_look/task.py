# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a release is done already, seen in one process: for most runs there is nothing left to do.

The flows of the modules run as in check mode. Where one foretells nothing, its result is what the module would have
come to, and the module need not run. Where one foretells anything, or meets a fault, the module does, and tells it.
"""

from __future__ import annotations

import contextlib
import dataclasses

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import InvalidInput
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import Flow, options_from
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import task as copy_task
from ansible_collections.imageops.alicloud.plugins.module_utils._share import task as share_task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import CONNECTION, Task


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """The arguments of the modules that a release calls, None for one that it does not call."""

    create: Data | None = None
    copy: Data
    share: Data | None = None


def validate(_options: Options) -> list[str]:
    """Nothing: what is wrong with the arguments of a module, the module tells."""
    return []


def look(run: Task[Options]) -> Data:
    """The flow of image_release_look."""
    found = Found(dataclasses.replace(run, check=True))
    with contextlib.suppress(InvalidInput):
        found.look()
    return {"changed": False, **found.results, "warnings": found.warnings}


class Found:
    """Goes from module to module as long as there is nothing to do.

    :param run: in check mode
    """

    def __init__(self, run: Task[Options]) -> None:
        self._run = run
        self.results: Data = {}  # of the modules that need not run, by what the role calls them
        self.warnings: list[str] = []

    def look(self) -> None:
        """:raises InvalidInput: for what a module refuses"""
        options, source = self._run.options, {}
        if options.create:
            created = self._foretold(_creating(), options.create)
            if not created or created["changed"] or created["image"]["status"] != AVAILABLE:
                return
            self._keep("created", created)
            source = {"source_image_id": created["image"]["image_id"]}  # another one may have had its name before
        copied = self._foretold(copy_task.FLOW, {**options.copy, **source})
        if not options.create and copied.get("source"):
            self._keep("found", {"images": [copied["source"]]})
        if not copied.get("source") or copied["changed"] or not all(map(_is_there, copied["copies"])):
            return
        self._keep("copied", copied, "copies")
        shared = self._foretold(share_task.FLOW, options.share) if options.share else {}
        if shared and not (shared["changed"] or shared.get("failed")):
            self._keep("shared", shared, "shares")

    def _foretold(self, flow: Flow, given: Data) -> Data:
        """What a module would come to, nothing if it would refuse its arguments."""
        arguments = {**CONNECTION, **flow.arguments}
        checked = ArgumentSpecValidator(arguments, mutually_exclusive=flow.mutually_exclusive).validate(given)
        if checked.error_messages:
            return {}
        options = options_from(flow.kind, validation.in_one_form(checked.validated_parameters))
        return {} if flow.validate(options) else flow.work(Task.of(self._run, options))

    def _keep(self, name: str, result: Data, told: str | None = None) -> None:
        """
        :param told: what of the result says of each image whether it is a prediction. Nothing is, where nothing is done
        """
        known = {key: value for key, value in result.items() if key not in ("diff", "warnings")}
        if told:
            known[told] = [{**entry, "planned": False} for entry in result[told]]
        self.results[name] = {**self._run.identity, "changed": False, **known}
        self.warnings += result.get("warnings") or []


def _is_there(copy: Data) -> bool:
    return bool(copy["action"] == copy_plan.PRESENT and copy["status"] == AVAILABLE and not copy["error"])


def _creating() -> Flow:
    # Loaded here: most releases are of an image that is there.
    from ansible_collections.imageops.alicloud.plugins.module_utils._image import task

    return task.FLOW
