# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_export: what a task tells that has begun an export, or found one, and not seen its end."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import HOME, Lab
from functional.test_export import EXPORT, plant_export, written

from ansible_collections.imageops.alicloud.plugins.module_utils._api.transfers import Transfers


@pins.task_told
def test_a_task_that_fails_after_an_export_has_begun_tells_it(lab: Lab) -> None:
    """Its id stood in the message alone, where no later task can take it from."""
    lab.setting(create_gib_per_second=0.1)
    call = {"region": HOME, "image_id": plant_export(lab), "bucket": "archive", "prefix": "old"}
    late = lab.fails(EXPORT, "goes on", **call, wait_timeout=5)
    (task_id,) = lab.sim.world.tasks
    assert (late.changed, late.result["action"], late.result["task_id"]) == (True, "started", task_id)
    assert (late.result["bucket"], late.result["objects"]) == ("archive", [])
    late = lab.fails(EXPORT, "goes on", **call, wait_timeout=5)
    assert (late.changed, late.result["action"], late.result["task_id"]) == (False, "adopted", task_id)
    assert late.result["bucket"] is None


@pins.task_told
def test_objects_that_are_told_a_moment_later_are_waited_for(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    call = {"region": HOME, "image_id": plant_export(lab), "bucket": "archive", "prefix": "old"}
    get, hidden = Transfers.get, iter([True, True])

    def told_late(*given: t.Any) -> t.Any:
        task = get(*given)
        return {**task, "objects": []} if task["objects"] and next(hidden, False) else task

    monkeypatch.setattr(Transfers, "get", told_late)
    done = lab.ok(EXPORT, **call)
    assert sorted(done.result["objects"]) == written(lab) and next(hidden, None) is None
