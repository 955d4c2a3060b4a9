# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is run and killed: the modules in the order in which the role image_release runs them, as one process."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from functional.support import BEIJING, FRANKFURT, HOME, VALLEY, Lab, accounts

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest

Data = dict[str, t.Any]
Report = t.Callable[[Data], None]

NAME = "base-2026-11"
SHANGHAI, SINGAPORE, SHENZHEN = "cn-shanghai", "ap-southeast-1", "cn-shenzhen"
FAILS_ONCE = SHANGHAI  # the region whose first copy fails
BY_SNAPSHOTS = SHENZHEN  # the region that the image reaches by its snapshots
REGIONS = (BEIJING, SHANGHAI, FRANKFURT, VALLEY, SINGAPORE, SHENZHEN)
EVERYBODY = accounts(20)
SOME = accounts(3, start=21)  # besides everybody, each copy is for three accounts more
WAITING = {"wait_interval": 2.0}
MODULES = 4  # that a release runs


class Stopped(Exception):
    """This run is to end between two modules, as it does when Ansible itself is gone."""


@dataclasses.dataclass
class Release:
    """One release with everything: created from an instance, six copies, 23 accounts."""

    lab: Lab
    name: str = NAME
    options: Data = dataclasses.field(default_factory=dict)  # more of ecs_image_copy's
    report: Report = lambda data: None
    stopped: t.Callable[[], bool] = lambda: False

    def __call__(self) -> list[Data]:
        self._results: list[Data] = []
        with contextlib.suppress(Stopped):
            self._run()
        return self._results

    def _run(self) -> None:
        created = self._module(
            "ecs_image",
            region=HOME,
            instance_id=self.lab.demo("instances", "demo"),
            name=self.name,
            description="The base image",
            family="base",
            tags={"stage": "release"},
            nvme_support="supported",
            **WAITING,
        )
        if created["code"]:
            return
        image = created["result"]["image"]
        copies = [copy for call in self._copy_calls() for copy in self._copy(image, call)]
        destinations = [{"region": region, "accounts": SOME} for region in REGIONS]
        targets = _manifest.share_targets(image, copies, destinations, True)
        self._module("ecs_image_share", images=targets, accounts=EVERYBODY)

    def _copy_calls(self) -> list[Data]:
        """Two tasks, because a task copies in one way: five copies by CopyImage, one by snapshots."""
        key = self.lab.key(FRANKFURT)
        by_image: list[Data] = [
            {"region": region, "encrypted": True, "kms_key_id": key} if region == FRANKFURT else {"region": region}
            for region in REGIONS
            if region != BY_SNAPSHOTS
        ]
        return [{"destinations": by_image}, {"destinations": [{"region": BY_SNAPSHOTS}], "method": "snapshots"}]

    def _copy(self, image: Data, call: Data) -> list[Data]:
        done = self._module(
            "ecs_image_copy",
            image=image,
            description="The base image, copied",
            tags={"stage": "release"},
            **{**WAITING, **self.options, **call},
        )
        return t.cast("list[Data]", done["result"].get("copies") or [])

    def _module(self, module: str, **params: t.Any) -> Data:
        if self.stopped():
            raise Stopped
        outcome = self.lab(module, **params)
        done = {"module": module, "code": outcome.code, "result": outcome.result}
        self._results.append(done)
        self.report(done)
        return done


def faults(lab: Lab) -> None:
    """What every release meets with: one of its copies fails half-way."""
    lab.fault("copy_fails", "CopyImage", region=FAILS_ONCE, percent=50)


def release(lab: Lab, report: Report) -> None:
    """The whole of it, as a fork does it."""
    Release(lab, report=report)()


def ids(results: t.Sequence[Data]) -> dict[str, str]:
    """The image of each region, by what the modules have said."""
    found: dict[str, str] = {}
    for done in results:
        if done["module"] == "ecs_image":
            found[HOME] = done["result"]["image"]["image_id"]
        elif done["module"] == "ecs_image_copy":
            found.update(done["result"].get("images") or {})
    return found
