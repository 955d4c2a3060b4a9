# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A write whose answer is lost, and no look after it is answered either: nobody knows, so that no result denies it."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.launch_template import templates
from functional.support import BEIJING, HOME, ONE, Data, Lab
from functional.test_export import plant_export
from functional.test_retire_export import OPTIONS, plant

pytestmark = pytest.mark.slow

WAITING = (
    "ecs_image",
    "ecs_image_copy",
    "ecs_image_copy_cancel",
    "ecs_image_export",
    "ecs_image_retire",
    "ecs_snapshot_copy",
)
Case = tuple[str, str, t.Callable[[Lab], Data]]


def give(lab: Lab) -> Data:
    templates.plant(lab)
    return {"region": HOME, "launch_template_name": "web", "image_id": lab.source()}


def give_full(lab: Lab) -> Data:
    templates.plant(lab, count=30)
    return {"region": HOME, "launch_template_name": "web", "image_id": lab.source(), "keep_versions": 29}


def export(lab: Lab) -> Data:
    return {"region": HOME, "image_id": plant_export(lab), "bucket": "archive"}


def retire(lab: Lab) -> Data:
    plant(lab, "base-10", 10)
    plant(lab, "base-90", 90)
    return {key: value for key, value in OPTIONS.items() if key != "export"}


def snapshot(lab: Lab) -> Data:
    disk = lab.image(lab.source()).disks[0]
    return {"region": HOME, "snapshot_id": disk.snapshot_id, "destination_regions": [BEIJING]}


def drifted(lab: Lab) -> Data:
    source = lab.source(tags={"stage": "release"})
    lab.twin(source, BEIJING, tags={"stage": "old"})
    return {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}


def running(lab: Lab) -> Data:
    lab.setting(copy_gib_per_second=0.01)
    call = {"region": HOME, "image_id": lab.source(), "destination_regions": [BEIJING]}
    made = lab.ok("ecs_image_copy", **call, wait=False).result["images"][BEIJING]
    lab.until_shown()
    return {"region": BEIJING, "image_id": made}


def copied(lab: Lab) -> Data:
    return {"region": HOME, "image_id": lab.source(), "destination_regions": [BEIJING]}


def shared(lab: Lab) -> Data:
    return {"region": HOME, "image_id": lab.source(), "accounts": [ONE]}


def created(lab: Lab) -> Data:
    return {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "base"}


def withdrawn(lab: Lab) -> Data:
    return {"region": HOME, "image_id": lab.source(shares=[ONE]), "state": "absent", "unshare": True}


CASES: list[Case] = [
    ("ecs_launch_template_image", "CreateLaunchTemplateVersion", give),
    ("ecs_launch_template_image", "DeleteLaunchTemplateVersion", give_full),
    ("ecs_image_export", "ExportImage", export),
    ("ecs_image_retire", "TagResources", retire),
    ("ecs_snapshot_copy", "CopySnapshot", snapshot),
    ("ecs_image_copy", "CopyImage", copied),
    ("ecs_image_copy", "TagResources", drifted),
    ("ecs_image_copy_cancel", "TagResources", running),
    ("ecs_image_share", "ModifyImageSharePermission", shared),
    ("ecs_image", "CreateImage", created),
    ("ecs_image", "ModifyImageSharePermission", withdrawn),
]


@pins.task_told
@pytest.mark.parametrize(("module", "action", "prepare"), CASES)
def test_a_write_that_nobody_knows_of_is_a_change(
    lab: Lab, module: str, action: str, prepare: t.Callable[[Lab], Data]
) -> None:
    """It said that nothing was changed. The next run finds what was made."""
    call = prepare(lab)
    lab.fault("hold", action, when="after")
    lab.fault("reset_after", action)
    other = lab.when_held(lambda: lab.fault("unavailable", times=10000))
    outcome = lab(module, **call, unreachable_timeout=20)
    other.join(60)
    assert outcome.code == 1 and outcome.changed, outcome.msg
    assert "othing was changed" not in outcome.msg
    lab.sim.faults.clear()
    lab.until_shown()
    lab.ok(module, **call)
    lab.until_shown()
    assert not lab.ok(module, **call).changed


@pytest.mark.parametrize(("module", "action", "prepare"), [case for case in CASES if case[2] is not running])
def test_a_write_that_was_turned_away_is_none(
    lab: Lab, module: str, action: str, prepare: t.Callable[[Lab], Data]
) -> None:
    call = prepare(lab)
    lab.fault("unavailable", action, times=10000)
    waits = {"wait_timeout": 60} if module in WAITING else {}
    assert not lab(module, **call, **waits, unreachable_timeout=20).changed


@pytest.mark.parametrize(("origin", "changed"), [("i-another", False), (None, True)])
def test_an_image_of_another_origin_was_not_made_by_a_call_without_an_answer(
    lab: Lab, origin: str | None, changed: bool
) -> None:
    """The name is unique: whoever has it was faster. Of one that shows no origin, nobody knows."""
    tags = {"imageops:created-from": origin} if origin else {}
    lab.fault("hold", "CreateImage")
    lab.fault("reset_before", "CreateImage")
    other = lab.when_held(lambda: lab.source(name="base", tags=tags))
    instance = lab.demo("instances", "stopped")
    failed = lab.fails("ecs_image", "holds the name 'base'", region=HOME, name="base", instance_id=instance)
    other.join(5)
    assert failed.changed is changed
