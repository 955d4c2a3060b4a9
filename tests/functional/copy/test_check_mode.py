# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What check mode asks, and what it does with the answer."""

from __future__ import annotations

import typing as t

import pytest
from functional import rights
from functional.support import BEIJING, FRANKFURT, HOME, ONE, Lab, Outcome

ENCRYPTED_COPY = {"destinations": [{"region": BEIJING, "encrypted": True}]}


def check(lab: Lab, source: str, *regions: str, **params: t.Any) -> Outcome:
    wanted = {"region": HOME, "image_id": source, "destination_regions": list(regions or [BEIJING])}
    return lab("ecs_image_copy", check=True, **wanted, **params)


def test_a_copy_that_would_be_started_is_asked_about_without_a_token(lab: Lab) -> None:
    outcome = check(lab, lab.source())
    (call,) = lab.calls("CopyImage")
    assert call["dry_run"] and not call["write"]
    assert "ClientToken" not in call["params"]
    assert outcome.code == 0 and outcome.changed
    assert outcome.copy_in(BEIJING)["planned"] is True
    assert outcome.result["images"] == {}


def test_without_preflight_nothing_is_asked(lab: Lab) -> None:
    outcome = check(lab, lab.source(), preflight="none")
    assert outcome.changed and lab.calls("CopyImage") == []


def test_only_copies_that_would_be_started_are_asked_about(lab: Lab) -> None:
    source = lab.source()
    lab.twin(source, BEIJING)
    check(lab, source, BEIJING, FRANKFURT)
    assert [call["params"]["DestinationRegionId"] for call in lab.calls("CopyImage")] == [FRANKFURT]


@pytest.mark.parametrize("key", ["another region's", "disabled"])
def test_a_key_that_can_not_be_used_fails_the_check_as_it_would_fail_the_run(lab: Lab, key: str) -> None:
    lab.setting(dry_run_checks="full")
    source = lab.source()
    bad = lab.key(HOME) if key == "another region's" else lab.demo("disabled_kms_key", BEIJING)
    outcomes = [check(lab, source, encrypted=True, kms_key_id=bad)]
    assert lab.writes() == []
    wanted = {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}
    outcomes.append(lab("ecs_image_copy", **wanted, encrypted=True, kms_key_id=bad))
    codes = [outcome.copy_in(BEIJING)["error"]["code"] for outcome in outcomes]
    assert [outcome.code for outcome in outcomes] == [1, 1]
    assert codes[0] == codes[1] and codes[0].startswith("InvalidParameter.KMSKeyId.")
    assert [outcome.changed for outcome in outcomes] == [False, False]
    for outcome in outcomes:
        assert f"(tried with key {bad} in {BEIJING})" in outcome.result["msg"]
        assert bad in outcome.copy_in(BEIJING)["error"]["message"]


def test_a_key_that_no_snapshot_can_be_encrypted_with_is_named(lab: Lab) -> None:
    bad = lab.key(HOME)
    snapshot = lab.plant("snapshots", region=HOME)
    wanted = {"region": HOME, "snapshot_id": snapshot, "destinations": [{"region": BEIJING}]}
    lab.fails("ecs_snapshot_copy", f"(tried with key {bad} in {BEIJING})", encrypted=True, kms_key_id=bad, **wanted)


@pytest.mark.parametrize("module", ["ecs_image_copy", "ecs_snapshot_copy"])
def test_the_diff_of_an_encrypted_copy_has_its_key(lab: Lab, module: str) -> None:
    """The plan of a release named it, and the diff beside it said only that the copy would be encrypted."""
    key = lab.key(BEIJING)
    of = (
        {"image_id": lab.source()}
        if module == "ecs_image_copy"
        else {"snapshot_id": lab.plant("snapshots", region=HOME)}
    )
    own = {"region": BEIJING, "encrypted": True, "kms_key_id": key}
    wanted = {"region": HOME, **of, "destinations": [own, {"region": FRANKFURT}]}
    planned, done = (lab.ok(module, check=check, **wanted) for check in (True, False))
    lab.until_shown()
    again = lab.ok(module, **wanted)
    for outcome in (planned, done):
        after = outcome.result["diff"]["after"]
        assert (after[BEIJING]["encrypted"], after[BEIJING]["kms_key_id"]) == (True, key)
        assert not after[FRANKFURT]["encrypted"] and "kms_key_id" not in after[FRANKFURT]
        assert outcome.result["diff"]["before"] == {BEIJING: None, FRANKFURT: None}
    assert again.result["diff"]["before"] == again.result["diff"]["after"] == done.result["diff"]["after"]


def test_a_missing_right_to_copy_is_found_before_the_run(lab: Lab) -> None:
    key = {"id": "simulator-reader-key", "secret": "simulator-reader-secret"}
    granted = {action: on for action, on in rights.RIGHTS["ecs_image_copy"].items() if action != "ecs:CopyImage"}
    lab.plant("users", name="reader", policies=[rights.policy(granted)], access_keys=[key])
    outcome = check(lab, lab.source(), BEIJING, FRANKFURT, who="reader")
    assert outcome.code == 1 and not outcome.changed
    for region in (BEIJING, FRANKFURT):
        error = outcome.copy_in(region)["error"]
        assert error["code"].startswith("Forb") and "Grant ecs:CopyImage" in error["hint"]
    assert lab.writes() == []


@pytest.mark.parametrize("code", ["OperationDenied.ImageCopyConflict", "Throttling.User", "IncorrectImageStatus"])
def test_what_the_run_waits_out_does_not_fail_the_check(lab: Lab, code: str) -> None:
    source = lab.source()
    lab.fault("error", "CopyImage", code=code, status=403, times=2)
    assert check(lab, source).actions == {BEIJING: "started"}


@pytest.mark.parametrize("late", [{}, {"found_late": {"CancelCopyImage": 2}, "listed_late": {"CopyImage": 5}}])
def test_an_end_point_that_ignores_the_dry_run(lab: Lab, late: dict[str, t.Any]) -> None:
    """What it has made is cancelled, though that call may not find it at once."""
    lab.setting(dry_run_ignored_regions=[HOME], copy_gib_per_second=0.1, **late)
    outcome = check(lab, lab.source())
    assert outcome.code == 1
    assert outcome.copy_in(BEIJING)["error"]["code"] == "DryRunIgnored"
    made = lab.calls("CopyImage")[0]["image_id"]
    assert made in outcome.msg and "preflight=none" in outcome.msg
    lab.pass_time(5)
    assert lab.own(BEIJING) == []


def test_a_copy_of_an_ignored_dry_run_that_cannot_be_cancelled_is_named(lab: Lab) -> None:
    lab.setting(dry_run_ignored_regions=[HOME])
    lab.fault("error", "CancelCopyImage", code="Forbidden.RAM", status=403, message="no", times=None)
    outcome = check(lab, lab.source())
    assert outcome.code == 1 and outcome.changed
    assert lab.one(BEIJING).image_id in outcome.msg and "could not be cancelled (Forbidden.RAM)" in outcome.msg


def test_a_write_that_check_mode_could_not_help_is_told_as_a_change(lab: Lab) -> None:
    lab.setting(dry_run_ignored_regions=[HOME], copy_gib_per_second=0.1)
    assert check(lab, lab.source()).changed


def test_an_image_that_is_only_planned_goes_through_copy_and_share(lab: Lab) -> None:
    """Nothing is skipped and nothing fails, and no copy of an image that does not exist is asked about."""
    before = lab.state()
    made = lab.ok("ecs_image", check=True, region=HOME, instance_id=lab.demo("instances", "demo"), name="base")
    image = made.result["image"]
    assert made.changed
    assert image["image_id"] is None and image["planned"] is True
    assert (image["name"], image["size"]) == ("base", 20)
    copied = lab.ok("ecs_image_copy", check=True, image=image, destination_regions=[BEIJING, FRANKFURT])
    assert copied.actions == {BEIJING: "started", FRANKFURT: "started"}
    assert all(copy["planned"] and copy["image_id"] is None for copy in copied.result["copies"])
    shared = lab.ok("ecs_image_share", check=True, image=image, accounts=[ONE])
    assert shared.changed and shared.share()["added"] == [ONE] and shared.share()["planned"]
    targets = [{"region": copy["region"], "image_id": None, "planned": True} for copy in copied.result["copies"]]
    assert lab.ok("ecs_image_share", check=True, images=targets, accounts=[ONE]).changed
    assert lab.calls("CopyImage") == []
    assert lab.writes() == [] and lab.state() == before


def test_an_image_that_is_to_be_available_again_goes_through_copy_and_share(lab: Lab) -> None:
    """It is Deprecated while check mode looks, and was refused there, where the run has made it Available before."""
    source = lab.source(status="Deprecated")
    keep = {"region": HOME, "image_id": source}
    told = []
    for check in (True, False):
        image = lab.ok("ecs_image", **keep, check=check).result["image"]
        assert image["status"] == "Available" and bool(image.get("planned")) is check
        copied = lab.ok("ecs_image_copy", image=image, destination_regions=[BEIJING], check=check)
        shared = lab.ok("ecs_image_share", image=image, accounts=[ONE], check=check)
        told.append([copied.changed, copied.copy_in(BEIJING)["action"], shared.changed, shared.share()["added"]])
    assert told[0] == told[1] == [True, "started", True, [ONE]]
    # Nobody has planned that: what was handed in is of an earlier time.
    old = {"region": HOME, "image_id": lab.source(status="Deprecated", name="old")}
    for known in ({"status": "Available"}, {"planned": True}):
        lab.fails("ecs_image_share", "Deprecated", images=[{**old, **known}], accounts=[ONE], check=True)


def test_a_name_that_is_taken_fails_the_plan_of_a_planned_image(lab: Lab) -> None:
    lab.plant("images", region=BEIJING, name="base")
    made = lab.ok("ecs_image", check=True, region=HOME, instance_id=lab.demo("instances", "demo"), name="base")
    copied = lab("ecs_image_copy", check=True, image=made.result["image"], destination_regions=[BEIJING])
    assert copied.copy_in(BEIJING)["error"]["code"] == "NameTaken"


def test_a_copy_planned_with_the_service_key_fails_the_check_of_its_sharing(lab: Lab) -> None:
    planned = lab.ok("ecs_image_copy", check=True, region=HOME, image_id=lab.source(), **ENCRYPTED_COPY)
    share = {"images": planned.result["copies"], "accounts": [ONE]}
    assert lab("ecs_image_share", check=True, **share).share()["error"]["code"] == "ServiceKey"


def test_an_encrypted_copy_planned_with_data_disks_fails_the_check_of_its_sharing_as_the_real_one_does(
    lab: Lab,
) -> None:
    key = lab.demo("kms_keys", FRANKFURT)
    source = lab.source(disks=[{"size": 20}, {"size": 40}])
    copy = {
        "region": HOME,
        "image_id": source,
        "destinations": [{"region": FRANKFURT, "encrypted": True, "kms_key_id": key}],
    }
    for check in (True, False):
        made = lab.ok("ecs_image_copy", check=check, **copy)
        assert made.copy_in(FRANKFURT)["disk_count"] == 2
        shared = lab("ecs_image_share", check=check, images=made.result["copies"], accounts=[ONE])
        assert shared.share()["error"]["code"] == "EncryptedDataDisks"


def test_an_image_planned_from_encrypted_disks_says_nothing_of_its_key(lab: Lab) -> None:
    made = lab.ok("ecs_image", check=True, region=HOME, instance_id=lab.demo("instances", "encrypted"), name="base")
    assert made.result["image"]["encrypted"] is True
    lab.ok("ecs_image_share", check=True, image=made.result["image"], accounts=[ONE])


def test_an_image_with_the_service_key_is_refused_with_the_remedy_and_unchanged(lab: Lab) -> None:
    # No call of ECS tells a service key from a customer's, so that only the API itself can refuse it.
    source = lab.source(disks=[{"size": 20, "encrypted": True}])
    lab.fails("ecs_image_share", "ServiceKeyEncryptedImageUnsupported", region=HOME, image_id=source, accounts=[ONE])
    assert lab.image(source).accounts() == []


def test_an_encrypted_image_with_data_disks_fails_the_check_as_it_fails_the_run(lab: Lab) -> None:
    disk = {"size": 20, "encrypted": True, "kms_key_id": lab.key(HOME)}
    source = lab.source(disks=[disk, disk])
    call = {"region": HOME, "image_id": source, "accounts": [ONE]}
    assert lab("ecs_image_share", check=True, **call).code == 1
    assert lab("ecs_image_share", **call).code == 1
    assert lab.writes() == []


def test_an_image_that_is_still_being_made_is_foretold_to_be_tagged(lab: Lab) -> None:
    call = {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "base"}
    lab.ok("ecs_image", wait=False, **call)
    predicted = lab.ok("ecs_image", check=True, **call)
    real = lab.ok("ecs_image", **call)
    assert predicted.changed == real.changed
