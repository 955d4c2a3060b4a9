# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules tell while they work: events in a file that the action plugin has put there."""

from __future__ import annotations

import json
import typing as t

import pytest
from functional.support import BEIJING, HOME, VALLEY, Lab

from ansible_collections.imageops.alicloud.plugins.module_utils._base.progress import FILE_NAME


@pytest.fixture
def events(lab: Lab) -> t.Callable[[], list[dict[str, t.Any]]]:
    file = lab.folder / FILE_NAME
    file.touch()
    return lambda: [json.loads(line) for line in file.read_text().splitlines()]


def test_a_copy_tells_of_each_region_up_to_its_end(lab: Lab, events: t.Callable[[], list[dict[str, t.Any]]]) -> None:
    lab.setting(copy_gib_per_second=0.1)
    lab.ok("ecs_image_copy", region=HOME, image_id=lab.source(), destination_regions=[BEIJING, VALLEY])
    for region in (BEIJING, VALLEY):
        mine = [event for event in events() if event["region"] == region]
        assert mine[0]["status"] in ("Creating", "Waiting") and mine[-1]["status"] == "Available"
        assert [event["progress"] for event in mine] == sorted(event["progress"] for event in mine)
        assert len({event["progress"] for event in mine}) > 5
        assert {event["size"] for event in mine if event["progress"]} == {20}


def test_a_failure_is_told(lab: Lab, events: t.Callable[[], list[dict[str, t.Any]]]) -> None:
    lab.setting(copy_refused_regions=[BEIJING])
    lab("ecs_image_copy", region=HOME, image_id=lab.source(), destination_regions=[BEIJING])
    assert events()[-1]["error"] == "RegionNotSupportCopy"


def test_creating_and_cancelling_tell_too(lab: Lab, events: t.Callable[[], list[dict[str, t.Any]]]) -> None:
    lab.setting(create_gib_per_second=0.1)
    lab.ok("ecs_image", region=HOME, instance_id=lab.demo("instances", "demo"), name="base")
    assert events()[-1]["status"] == "Available"


@pytest.mark.parametrize("params", [{"check": True}, {"progress": False}], ids=["check mode", "progress=false"])
def test_nothing_is_told_unasked(
    lab: Lab, events: t.Callable[[], list[dict[str, t.Any]]], params: dict[str, bool]
) -> None:
    lab.setting(copy_refused_regions=[VALLEY], dry_run_checks="full")
    outcome = lab("ecs_image_copy", region=HOME, image_id=lab.source(), destination_regions=[BEIJING, VALLEY], **params)
    assert outcome.copy_in(VALLEY)["error"]["code"] == "RegionNotSupportCopy"
    assert events() == []


def test_a_file_that_can_not_be_written_does_not_matter(lab: Lab) -> None:
    lab.ok("ecs_image_copy", region=HOME, image_id=lab.source(), destination_regions=[BEIJING])
    assert not (lab.folder / FILE_NAME).exists()
