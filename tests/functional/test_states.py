# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States that no page names: they are no end, and what is in one is told as it is and handed to no next step."""

from __future__ import annotations

import pytest
from functional import pins
from functional.support import BEIJING, HOME, Lab

pytestmark = pytest.mark.slow

COPY, CANCEL, INFO = "ecs_image_copy", "ecs_image_copy_cancel", "ecs_image_info"
PASSING = {"status_text": "Verifying", "seconds": 10}
FOR_GOOD = {"status_text": "Quarantined"}


def copy_of(source: str) -> dict[str, object]:
    return {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}


def test_one_that_passes_is_waited_for(lab: Lab) -> None:
    source = lab.source()
    lab.fault("odd_status", "CopyImage", **PASSING)
    outcome = lab.ok(COPY, **copy_of(source))
    assert outcome.copy_in(BEIJING)["status"] == "Available"
    assert outcome.result["images"] == {BEIJING: lab.one(BEIJING).image_id}


def test_one_that_stays_is_named_when_the_time_is_over(lab: Lab) -> None:
    source = lab.source()
    lab.fault("odd_status", "CopyImage", **FOR_GOOD)
    outcome = lab.fails(COPY, "is Quarantined", wait_timeout=300, **copy_of(source))
    entry = outcome.copy_in(BEIJING)
    assert (entry["action"], entry["status"]) == ("timed_out", "Quarantined")
    assert outcome.result["images"] == {}


@pins.tags_at_once
@pytest.mark.parametrize("check", [False, True])
def test_a_copy_in_one_is_adopted_and_handed_to_no_next_step(lab: Lab, check: bool) -> None:
    source = lab.source()
    lab.fault("odd_status", "CopyImage", **FOR_GOOD)
    lab.fails(COPY, wait_timeout=300, **copy_of(source))
    lab.sim.journal.clear()
    outcome = lab(COPY, wait=False, check=check, **copy_of(source))
    assert outcome.result["images"] == {}
    if not check:  # a dry run does not tell that the name is held
        assert outcome.actions == {BEIJING: "adopted"}
        assert outcome.copy_in(BEIJING)["status"] == "Quarantined"
    assert len(lab.own(BEIJING)) == 1


def test_it_is_shown_as_it_is(lab: Lab) -> None:
    source = lab.source()
    lab.fault("odd_status", "CopyImage", **FOR_GOOD)
    lab.fails(COPY, wait_timeout=300, **copy_of(source))
    (image,) = lab.ok(INFO, region=BEIJING, image_ids=[lab.one(BEIJING).image_id]).result["images"]
    assert image["status"] == "Quarantined"


@pytest.mark.parametrize("wait", [True, False])
def test_it_is_never_told_as_cancelled_nor_as_finished(lab: Lab, wait: bool) -> None:
    source = lab.source()
    lab.fault("odd_status", "CopyImage", **FOR_GOOD)
    lab.fails(COPY, wait_timeout=300, **copy_of(source))
    outcome = lab.fails(CANCEL, region=BEIJING, image_id=lab.one(BEIJING).image_id, wait=wait, wait_timeout=100)
    assert outcome.result["cancelled"] == []
    assert outcome.result["not_cancelled"][0]["status"] == "Quarantined"
    assert outcome.result["not_cancelled"][0]["reason"] == "still_running"


def test_a_new_image_is_not_finished_in_one(lab: Lab) -> None:
    lab.fault("odd_status", "CreateImage", **PASSING)
    asked = {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "base"}
    assert lab.ok("ecs_image", **asked).result["image"]["status"] == "Available"
    lab.fault("odd_status", "CreateImage", **FOR_GOOD)
    lab.fails("ecs_image", "is Quarantined", wait_timeout=300, **{**asked, "name": "other"})


def test_a_source_in_one_is_waited_for(lab: Lab) -> None:
    lab.fault("odd_status", "CreateImage", **PASSING)
    made = lab.ok("ecs_image", region=HOME, instance_id=lab.demo("instances", "demo"), name="base", wait=False)
    lab.pass_time(12)
    outcome = lab.ok(COPY, **copy_of(made.result["image"]["image_id"]))
    assert outcome.actions == {BEIJING: "started"}


@pytest.mark.parametrize("method", ["image", "snapshots"])
def test_a_source_that_stays_in_one_is_named_and_not_copied(lab: Lab, method: str) -> None:
    lab.fault("odd_status", "CreateImage", **FOR_GOOD)
    made = lab.ok("ecs_image", region=HOME, instance_id=lab.demo("instances", "demo"), name="base", wait=False)
    lab.pass_time(60)
    source = made.result["image"]["image_id"]
    lab.fails(COPY, "is Quarantined", **copy_of(source), method=method, preflight="none", wait_timeout=300)
    assert lab.calls("CopyImage") == lab.calls("CopySnapshot") == []


def test_a_deprecated_copy_is_present_and_handed_to_no_next_step(lab: Lab) -> None:
    source = lab.source()
    lab.twin(source, BEIJING, status="Deprecated")
    outcome = lab.ok(COPY, **copy_of(source))
    assert outcome.actions == {BEIJING: "present"}
    assert outcome.result["images"] == {}
