# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies by snapshots: whose they are, how they are encrypted, who stops them, and what is told of it."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, HOME, Lab, Outcome

COPY = "ecs_image_copy"
Call = dict[str, t.Any]


@pytest.fixture
def call(lab: Lab) -> Call:
    return by_snapshots(lab.source(disks=[{"size": 20, "disk_id": "d-one"}, {"size": 20, "disk_id": "d-two"}]))


def by_snapshots(source: str, **destination: t.Any) -> Call:
    one = {"region": BEIJING, **destination}
    return {"region": HOME, "image_id": source, "destinations": [one], "method": "snapshots"}


def copies(lab: Lab) -> list[str]:
    with lab.sim.lock:
        return sorted(one.snapshot_id for one in lab.sim.world.snapshots.values() if one.region == BEIJING)


def pull_the_brake(lab: Lab) -> None:
    with lab.sim.lock:
        for snapshot_id in copies(lab):
            del lab.sim.world.snapshots[snapshot_id]


# Encryption


@pytest.mark.parametrize("before", ["plain", "another key"])
def test_copies_that_are_encrypted_otherwise_are_not_made_an_image_of(lab: Lab, call: Call, before: str) -> None:
    asked = {"encrypted": True, "kms_key_id": lab.key(BEIJING)}
    had = {} if before == "plain" else {"encrypted": True, "kms_key_id": lab.plant("keys", region=BEIJING)}
    lab.ok(COPY, wait=False, **by_snapshots(call["image_id"], **had))
    lab.pass_time(60)
    lab.sim.journal.clear()
    for check in (True, False):
        outcome = lab(COPY, check=check, **by_snapshots(call["image_id"], **asked))
        entry = outcome.copy_in(BEIJING)
        wanted = "EncryptionDrift" if before == "plain" else "KeyDrift"
        assert (entry["action"], entry["error"]["code"]) == ("refused", wanted)
        assert "another name" in entry["error"]["hint"]
    assert lab.writes() == [] and lab.own(BEIJING) == []
    lab.ok(COPY, **by_snapshots(call["image_id"], name="golden-encrypted", **asked))
    snapshots = lab.sim.world.image_snapshots(lab.one(BEIJING))
    assert {one.kms_key_id for one in snapshots} == {lab.key(BEIJING)}


def test_the_next_run_with_another_wish_says_another_token(lab: Lab, call: Call) -> None:
    lab.ok(COPY, wait=False, **call)
    lab.pass_time(60)
    pull_the_brake(lab)
    lab.ok(COPY, wait=False, **by_snapshots(call["image_id"], encrypted=True))
    asked = lab.calls("CopySnapshot")
    assert len({one["params"]["ClientToken"] for one in asked}) == len(asked) == 4
    assert [one["code"] for one in asked] == [None] * 4


@pins.shown_at_once
@pins.at_defaults("snapshots_encrypted_omitted")
@pytest.mark.parametrize("asked", ["another key", "plain"])
def test_a_snapshot_s_copy_that_is_encrypted_otherwise_is_refused(lab: Lab, asked: str) -> None:
    source = lab.plant("snapshots", region=HOME, name="backup", disk_id="d-one")
    first, second = lab.plant("keys", region=BEIJING), lab.key(BEIJING)
    call: Call = {"region": HOME, "snapshot_id": source}
    lab.ok("ecs_snapshot_copy", destinations=[{"region": BEIJING, "encrypted": True, "kms_key_id": first}], **call)
    (made,) = copies(lab)
    lab.sim.journal.clear()
    wish: Call = {"encrypted": False} if asked == "plain" else {"encrypted": True, "kms_key_id": second}
    for check in (True, False):
        outcome = lab("ecs_snapshot_copy", check=check, destinations=[{"region": BEIJING, **wish}], **call)
        entry = outcome.copy_in(BEIJING)
        wanted = "EncryptionDrift" if asked == "plain" else "KeyDrift"
        assert (entry["action"], entry["error"]["code"]) == ("refused", wanted)
        assert made in outcome.msg and not outcome.changed
    assert lab.writes() == []


@pytest.mark.parametrize("method", ["image", "snapshots"])
def test_what_this_run_has_made_is_judged_by_its_encryption_too(lab: Lab, method: str) -> None:
    """An endpoint that does not do as it was told, whatever it was told."""
    source = lab.source()

    def decrypt() -> None:
        with lab.sim.lock:
            for snapshot in lab.sim.world.snapshots.values():
                if snapshot.region == BEIJING:
                    snapshot.encrypted = False

    lab.clock.after(1, decrypt)
    call = {**by_snapshots(source, encrypted=True), "method": method}
    outcome = lab(COPY, **call)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "EncryptionDrift"
    assert outcome.result["images"] == {}


@pins.tags_at_once
@pytest.mark.parametrize("method", ["image", "snapshots"])
def test_encrypted_snapshots_that_are_only_shown_when_asked_for(lab: Lab, method: str) -> None:
    lab.setting(snapshots_encrypted_omitted="plain")
    key = lab.key(BEIJING)
    call = {**by_snapshots(lab.source(), encrypted=True, kms_key_id=key), "method": method}
    outcome = lab.ok(COPY, **call)
    assert outcome.copy_in(BEIJING)["kms_key_id"] == key
    lab.sim.journal.clear()
    assert not lab.ok(COPY, **call).changed
    assert lab.writes() == []


@pins.failed_stays
def test_leftovers_that_are_only_shown_when_asked_for_are_deleted_too(lab: Lab) -> None:
    lab.setting(snapshots_encrypted_omitted="plain", copy_tags_after_failure="kept")
    source = lab.source()
    call = {**by_snapshots(source, encrypted=True), "method": "image"}
    lab.fault("copy_fails", "CopyImage", region=BEIJING)
    lab.fault("error", "DeleteSnapshot", code="Forbidden.RAM", status=403)
    assert lab(COPY, **call).code == 1
    lab.ok(COPY, **call)
    assert copies(lab) == sorted(disk.snapshot_id for disk in lab.one(BEIJING).disks)


# The brake


@pytest.mark.parametrize("reads", ["at once", "behind"])
def test_what_is_deleted_before_the_next_disk_is_begun_is_not_begun_again(lab: Lab, call: Call, reads: str) -> None:
    lab.setting(copy_gib_per_second=0.05)
    lab.pass_time(60)
    lab.fault("throttle", "CopySnapshot", nth=2, times=5)
    if reads == "behind":
        lab.fault("stale", "DescribeSnapshots", seconds=30, times=None)
    # When the first has taken its tags, and the second is still throttled.
    lab.clock.after(10, lambda: pull_the_brake(lab))
    outcome = lab(COPY, wait_timeout=2000, **call)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "Vanished"
    made = [one["params"]["SnapshotId"] for one in lab.calls("CopySnapshot") if one["code"] is None]
    assert len(made) == len(set(made)) == 2


def test_an_old_token_s_answer_is_no_copy_and_a_new_one_is_made(lab: Lab, call: Call) -> None:
    lab.ok(COPY, wait=False, **call)
    lab.pass_time(60)
    pull_the_brake(lab)
    outcome = lab.ok(COPY, **call)
    assert outcome.actions == {BEIJING: "started"}
    assert len(copies(lab)) == 2


# Not waiting


def test_without_waiting_each_run_goes_one_step_further(lab: Lab, call: Call) -> None:
    lab.setting(copy_gib_per_second=1.0)
    steps = []
    for _number in range(4):
        predicted = lab.ok(COPY, check=True, wait=False, **call)
        real = lab.ok(COPY, wait=False, **call)
        assert (predicted.changed, predicted.actions) == (real.changed, real.actions)
        steps.append((real.actions[BEIJING], real.changed, [image.status for image in lab.own(BEIJING)]))
        lab.pass_time(15)
    assert steps[:3] == [
        ("started", True, []),
        ("adopted", False, []),
        ("started", True, ["Creating"]),
    ]
    assert steps[3][0] in ("updated", "adopted") and steps[3][2] == ["Available"]
    assert len(lab.calls("CreateImage")) == 1 and len(lab.calls("CopySnapshot")) == 2


# Check mode


def test_more_disks_than_an_image_can_have_are_refused_in_check_mode_too(lab: Lab) -> None:
    source = lab.source(disks=[{"size": 20}, *({"size": 20, "type": "data"} for _number in range(17))])
    for check in (True, False):
        outcome = lab(COPY, check=check, **by_snapshots(source))
        error = outcome.copy_in(BEIJING)["error"]
        assert (outcome.actions, error["code"]) == ({BEIJING: "refused"}, "TooManyDisks")
        assert error["hint"]
    assert lab.writes() == []


def test_a_failed_copy_stays_if_it_can_not_be_made_again(lab: Lab) -> None:
    source = lab.source(disks=[{"size": 20}, *({"size": 20, "type": "data"} for _number in range(17))])
    failed = lab.twin(source, BEIJING, status="CreateFailed")
    for check in (True, False):
        assert lab(COPY, check=check, **by_snapshots(source)).actions == {BEIJING: "refused"}
    assert lab.one(BEIJING).image_id == failed and lab.writes() == []


# Time that runs out


def out_of_time(lab: Lab, call: Call) -> Outcome:
    return lab(COPY, on_timeout="cancel", wait_timeout=200, **call)


@pytest.mark.parametrize("late", [0, 5])
def test_own_copies_are_cancelled_and_told_as_that(lab: Lab, call: Call, late: float) -> None:
    """Also those that were found by their ids before lists have shown them."""
    lab.setting(copy_gib_per_second=0.01, listed_late={"CopySnapshot": late})
    outcome = out_of_time(lab, call)
    assert outcome.actions == {BEIJING: "cancelled"}
    assert "cancelled" in outcome.msg and "go on" not in outcome.msg
    assert copies(lab) == []


def test_own_copies_are_cancelled_where_no_look_is_answered(lab: Lab, call: Call) -> None:
    lab.setting(copy_gib_per_second=0.01)
    throttled = {"code": "Throttling.User", "status": 400}
    lab.clock.after(30, lambda: lab.fault("error", "DescribeSnapshots", times=10000, region=BEIJING, **throttled))
    lab.fault("error", "DeleteSnapshot", times=2, **throttled)
    outcome = out_of_time(lab, call)
    assert outcome.actions == {BEIJING: "cancelled"}
    assert copies(lab) == []


def test_an_own_copy_that_is_too_new_to_be_cancelled_is_cancelled_a_moment_later(lab: Lab, call: Call) -> None:
    lab.setting(copy_gib_per_second=0.01)
    lab.fault("error", "DeleteSnapshot", times=2, code="InvalidSnapshotId.NotFound", status=404)
    assert out_of_time(lab, call).actions == {BEIJING: "cancelled"}
    assert copies(lab) == []


def test_one_copy_that_can_t_be_cancelled_keeps_no_other(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.01)
    source = lab.source(disks=[{"size": 20}, {"size": 20, "type": "data"}])
    lab.fault("error", "DeleteSnapshot", times=1, code="Forbidden.RAM", status=403)
    outcome = out_of_time(lab, by_snapshots(source))
    assert outcome.code == 1 and "Forbidden.RAM" in outcome.msg
    (left,) = copies(lab)
    assert outcome.copy_in(BEIJING)["snapshot_ids"] == [left]


@pins.shown_at_once
def test_another_run_s_copies_go_on_and_are_told_as_that(lab: Lab, call: Call) -> None:
    lab.setting(copy_gib_per_second=0.01)
    lab.ok(COPY, wait=False, **call)
    before = copies(lab)
    outcome = out_of_time(lab, call)
    assert outcome.actions == {BEIJING: "timed_out"} and not outcome.changed
    assert "they go on" in outcome.msg
    assert copies(lab) == before


def test_what_only_the_token_has_found_is_another_run_s(lab: Lab, call: Call) -> None:
    lab.setting(copy_gib_per_second=0.01)
    lab.ok(COPY, wait=False, **call)
    before = copies(lab)
    lab.pass_time(5)
    lab.fault("stale", "DescribeSnapshots", seconds=20, times=1)
    outcome = out_of_time(lab, call)
    assert outcome.actions == {BEIJING: "timed_out"}
    assert copies(lab) == before
