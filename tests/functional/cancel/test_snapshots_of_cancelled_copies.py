# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of the snapshots of cancelled copies, and what becomes of them."""

from __future__ import annotations

import pytest
from functional import pins
from functional.cancel.cancelling import CANCEL, one
from functional.support import BEIJING, HOME, Lab

from ansible_collections.imageops.alicloud.plugins.module_utils._api.images import Images


@pytest.mark.parametrize("code", ["CancelNotSupported", "Forbidden.RAM", "ImageCreatedNotFromCopy"])
def test_a_refused_cancelling_says_nothing_of_the_copy_s_snapshots(
    lab: Lab, running: dict[str, str], code: str
) -> None:
    lab.fault("error", "CancelCopyImage", code=code, status=403)
    outcome = lab.fails(CANCEL, code, region=BEIJING, image_id=running[BEIJING])
    assert one(outcome, "not_cancelled")["reason"] == "still_running"
    snapshots = [lab.sim.world.snapshots[disk.snapshot_id] for disk in lab.one(BEIJING).disks]
    assert [snapshot.tags for snapshot in snapshots] == [{}]


def test_snapshots_of_a_copy_that_is_not_cancelled_are_kept_when_it_is_removed(
    lab: Lab, running: dict[str, str]
) -> None:
    """And no later copy takes them for what is left of it."""
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    lab(CANCEL, region=BEIJING, image_id=running[BEIJING])
    lab.pass_time(200)
    (kept,) = [disk.snapshot_id for disk in lab.one(BEIJING).disks]
    lab.ok("ecs_image", region=BEIJING, image_id=running[BEIJING], state="absent")
    lab.ok("ecs_image_copy", region=HOME, image_id=running["source"], destination_regions=[BEIJING])
    assert kept in lab.sim.world.snapshots


def test_a_copy_that_finishes_although_it_was_cancelled_keeps_its_snapshots(
    lab: Lab, running: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Images, "cancel_copy", lambda api, region, image_id: {"RequestId": "1"})
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    assert one(outcome, "not_cancelled")["reason"] == "completed"
    snapshots = [lab.sim.world.snapshots[disk.snapshot_id] for disk in lab.one(BEIJING).disks]
    assert [snapshot.tags for snapshot in snapshots] == [{}]


def test_tags_that_can_not_be_taken_off_hide_no_reason(lab: Lab, running: dict[str, str]) -> None:
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    lab.fault("error", "UntagResources", code="Forbidden.RAM", status=403)
    outcome = lab.fails(CANCEL, "CancelNotSupported", region=BEIJING, image_id=running[BEIJING])
    assert "ecs:UntagResources" in " ".join(outcome.warnings)
    assert outcome.changed


@pins.tags_at_once
def test_tags_of_an_earlier_cancelling_are_not_put_on_again_and_go_if_the_copy_stays(
    lab: Lab, running: dict[str, str]
) -> None:
    image_id = running[BEIJING]
    lab.pass_time(2)  # until tags find what was just made
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    lab.fault("error", "UntagResources", code="Forbidden.RAM", status=403)
    lab.fails(CANCEL, "CancelNotSupported", region=BEIJING, image_id=image_id)
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    assert lab.fails(CANCEL, "CancelNotSupported", region=BEIJING, image_id=image_id).changed
    writes = [call["action"] for call in lab.writes()]
    assert writes == ["TagResources", "CancelCopyImage", "UntagResources", "CancelCopyImage", "UntagResources"]
    lab.fault("error", "CancelCopyImage", code="CancelNotSupported", status=400)
    assert not lab.fails(CANCEL, "CancelNotSupported", region=BEIJING, image_id=image_id).changed


@pins.left_by_cancelling
@pytest.mark.parametrize("rights", ["empty", "refused"])
@pytest.mark.parametrize("delete", [False, True])
def test_snapshots_that_can_not_be_seen_are_not_taken_for_gone(
    lab: Lab, running: dict[str, str], rights: str, delete: bool
) -> None:
    lab.setting(rights_describe_snapshots=rights)
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "ecs:DescribeSnapshots", "Resource": "*"}
    key = {"id": "simulator-blind-key", "secret": "simulator-blind-secret"}
    lab.plant("users", name="blind", policies=[{"Version": "1", "Statement": [allow, deny]}], access_keys=[key])
    snapshots = [disk.snapshot_id for disk in lab.one(BEIJING).disks]
    outcome = lab.ok(CANCEL, who="blind", region=BEIJING, image_id=running[BEIJING], delete_snapshots=delete)
    assert one(outcome, "cancelled")["snapshots_deleted" if delete else "snapshots_left"] == snapshots
    assert "ecs:DescribeSnapshots" in " ".join(outcome.warnings)
    assert ({*snapshots} & {*lab.sim.world.snapshots} == set()) is delete


def test_snapshots_that_went_with_the_copy_are_not_left(lab: Lab, running: dict[str, str]) -> None:
    lab.setting(copy_cancelled_snapshots="removed")
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    assert one(outcome, "cancelled")["snapshots_left"] == [] and outcome.warnings == []


@pins.tags_at_once
@pins.left_by_cancelling
def test_what_is_left_of_a_cancelled_copy_can_still_be_deleted_later(lab: Lab, running: dict[str, str]) -> None:
    copies = {"source_region": HOME, "source_image_id": running["source"], "regions": [BEIJING]}
    snapshots = [disk.snapshot_id for disk in lab.one(BEIJING).disks]
    lab.ok(CANCEL, **copies)
    assert lab.own(BEIJING) == []
    for selection in (copies, {"region": BEIJING, "image_id": running[BEIJING]}):
        told = lab.ok(CANCEL, **selection)
        entry = one(told, "not_cancelled")
        assert (entry["image_id"], entry["reason"], entry["snapshots_left"]) == (running[BEIJING], "unknown", snapshots)
        assert not told.changed
    planned = lab.ok(CANCEL, **copies, delete_snapshots=True, check=True)
    assert "DeleteSnapshot" not in lab.actions()
    done = lab.ok(CANCEL, **copies, delete_snapshots=True)
    for outcome in (planned, done):
        assert outcome.changed and one(outcome, "not_cancelled")["snapshots_deleted"] == snapshots
    assert not lab.ok(CANCEL, **copies, delete_snapshots=True).changed


def test_snapshots_that_an_image_uses_are_never_what_is_left_of_one(lab: Lab) -> None:
    source = lab.source()
    copy = lab.twin(source, BEIJING)
    (disk,) = lab.image(copy).disks
    pair = {key: value for key, value in lab.image(copy).tags.items() if key.startswith("imageops:copied")}
    lab.sim.world.snapshots[disk.snapshot_id].tags.update({"imageops:leftover-of": "m-gone", **pair})
    outcome = lab.ok(CANCEL, source_region=HOME, source_image_id=source, regions=[BEIJING], delete_snapshots=True)
    assert [entry["image_id"] for entry in outcome.result["not_cancelled"]] == [copy]
    assert not outcome.changed and lab.writes() == []


@pins.left_by_cancelling
def test_the_snapshots_that_stay_are_named(lab: Lab, running: dict[str, str]) -> None:
    snapshots = [disk.snapshot_id for disk in lab.one(BEIJING).disks]
    outcome = lab.ok(CANCEL, region=BEIJING, image_id=running[BEIJING])
    assert one(outcome, "cancelled")["snapshots_left"] == snapshots
