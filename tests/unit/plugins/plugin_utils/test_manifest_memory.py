# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A manifest forgets no image, and claims nothing that this run has not seen."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest, _manifest_file, _records
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.manifest_runs import (
    BEIJING,
    FIRST,
    FRANKFURT,
    HOME,
    IDS,
    ONE,
    OWN,
    SECOND,
    SOURCE,
    THIRD,
    Data,
    copied,
    image,
    run,
    shared,
    unread,
    whole,
)


def test_a_release_for_fewer_destinations_forgets_no_copy() -> None:
    made = run(copied(BEIJING), at=SECOND, shares=[shared(BEIJING, ONE)], previous=whole())
    kept = image(made, FRANKFURT)
    assert (kept["image_id"], kept["asked_for"], kept["last_seen_at"]) == ("m-3", False, FIRST)
    assert ([one["account_id"] for one in kept["shares"]], kept["shares_seen_at"]) == ([ONE], FIRST)
    assert made["complete"] is True  # what is asked for is there
    assert _manifest.summary(made)["images"] == {HOME: "m-1", BEIJING: "m-2"}
    told = _records.recorded([_manifest_file.as_text(made)])
    assert FRANKFURT not in [one["region"] for one in told["images"]]
    assert FRANKFURT in [one["region"] for one in told["everything"]]
    assert told["passed_over"] == [f"{FRANKFURT} m-3 is passed over: its release no longer asks for it"]
    assert told["failed"] == []


def test_no_destination_any_more_is_the_same() -> None:
    made = run(at=SECOND, copies={}, previous=whole())
    assert [one["asked_for"] for one in made["images"]] == [True, False, False]


@pytest.mark.parametrize("looked", [False, True], ids=["refused as a whole", "looked for and not there"])
def test_a_destination_that_no_copy_is_told_of_is_lacking_and_one_that_has_a_copy_is_not(looked: bool) -> None:
    """Without it the source alone would be the whole release."""
    error = {"code": "NotCopied", "message": "no copy is known here", "request_id": None, "hint": None}
    given: Data = {"failures": ["Nothing is copied"], "copies": {"copies": []} if looked else {}}
    given["lacking"] = [{"region": region, "name": "golden", "error": error} for region in (BEIJING, FRANKFURT)]
    made = run(**given)
    assert [(one["role"], one["outcome"], one["image_id"]) for one in made["images"][1:]] == [
        ("copy", "failed", None)
    ] * 2
    told = _records.recorded([_manifest_file.as_text(made)])
    assert [one["alone"] for one in told["images"]] == [False]
    assert told["failed"][0] == f"{BEIJING} golden is passed over: NotCopied: no copy is known here"
    again = run(at=SECOND, previous=made, **given)
    assert not _manifest.differs(again, made)
    kept = run(at=SECOND, previous=whole(), **given)
    assert [one["image_id"] for one in kept["images"]] == ["m-1", "m-2", "m-3"]


def test_a_release_to_every_region_lacks_them_until_a_run_has_seen_which_they_are() -> None:
    """It names none of them itself."""
    unseen: Data = {"every_region": "not_listed", "copies": {}, "failures": ["Nothing is copied"]}
    made = run(**unseen)
    assert run(at=SECOND, copies={}, failures=["x"], previous=made)["every_region"] == "not_listed"
    told = _records.recorded([_manifest_file.as_text(made)])
    assert [one["alone"] for one in told["images"]] == [False] and "was to be copied to every region" in told["failed"][
        0
    ]
    again = run(at=SECOND, image={}, copies={"copies": told["images"]}, recorded=told)
    assert again["every_region"] == "not_listed"
    seen = run(copied(BEIJING), copied(FRANKFURT), at=SECOND, every_region="listed", previous=made)
    assert run(at=THIRD, previous=seen, **unseen)["every_region"] == "listed"
    assert _records.recorded([_manifest_file.as_text(seen)])["failed"] == []
    assert "every_region" not in run(copied(BEIJING), at=THIRD, previous=seen)


def test_one_that_is_asked_for_again_is_as_before() -> None:
    fewer = run(copied(BEIJING), at=SECOND, previous=whole())
    made = run(copied(BEIJING), copied(FRANKFURT), at=THIRD, previous=fewer)
    assert (image(made, FRANKFURT)["asked_for"], image(made, FRANKFURT)["last_seen_at"]) == (True, None)


def test_a_region_that_can_not_be_read_keeps_its_image() -> None:
    made = run(unread(BEIJING), copied(FRANKFURT), at=SECOND, previous=whole(), failures=["no"],
               shares=[shared(FRANKFURT, ONE)])  # fmt: skip
    kept = image(made, BEIJING)
    assert (kept["image_id"], kept["status"], kept["last_seen_at"]) == ("m-2", "Available", FIRST)
    assert [one["account_id"] for one in kept["shares"]] == [ONE]
    assert (kept["outcome"], kept["error"]["code"], made["complete"]) == ("failed", "Forbidden.RAM", False)
    told = _records.recorded([_manifest_file.as_text(made)])
    assert [one["image_id"] for one in told["everything"]] == ["m-1", "m-2", "m-3"]
    # What could not be looked at is as good as it was: the step that takes it looks for itself.
    assert [one["image_id"] for one in told["images"]] == ["m-1", "m-2", "m-3"]
    assert told["failed"] == told["passed_over"] == []
    assert {(one["error"], one["outcome"]) for one in told["known"]} == {(None, "ok")}


def withdrawn() -> Data:
    return {"code": "ImageDeprecated", "message": "it is Deprecated", "request_id": None, "hint": None}


def against() -> Data:
    return {"code": "NotThisCopy", "message": "it is another image", "request_id": None, "hint": None}


def test_an_image_that_was_only_withdrawn_may_be_taken_again() -> None:
    failed = shared(BEIJING, error=withdrawn(), failed=[{"account_id": ONE, "error": withdrawn()}])
    copies = (copied(BEIJING, status="Deprecated"), copied(FRANKFURT))
    made = run(*copies, at=SECOND, previous=whole(), failures=["no"], shares=[failed, shared(FRANKFURT, ONE)])
    assert (image(made, BEIJING)["outcome"], image(made, BEIJING)["error"]["code"]) == ("failed", "ImageDeprecated")
    told = _records.recorded([_manifest_file.as_text(made)])
    assert [one["image_id"] for one in told["images"]] == ["m-1", "m-2", "m-3"] and told["failed"] == []


def test_what_was_found_against_an_image_holds_until_somebody_has_looked_again() -> None:
    bad = run(copied(BEIJING, error=against()), at=SECOND, previous=whole(), failures=["no"])
    for made in (bad, run(unread(BEIJING), at=THIRD, previous=bad, failures=["no"])):
        assert image(made, BEIJING)["error"]["code"] == "NotThisCopy"
        told = _records.recorded([_manifest_file.as_text(made)])
        assert told["failed"] == [f"{BEIJING} m-2 is passed over: NotThisCopy: it is another image"]
    seen = run(copied(BEIJING), at=THIRD, previous=bad)
    assert _records.recorded([_manifest_file.as_text(seen)])["failed"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"test_boot": {"outcome": "failed", "instance_type": "ecs.g7.large", "reason": "no", "at": FIRST}},
        {"shares": None, "family": None, "not_shared": []},
        {"status": "Creating"},
    ],
    ids=["did not boot", "was never good", "not finished"],
)
def test_a_refused_call_excuses_no_image_that_was_not_good_before(changes: Data) -> None:
    made = run(unread(BEIJING), copied(FRANKFURT), at=SECOND, previous=whole(), failures=["no"])
    image(made, BEIJING).update(changes)
    assert "m-2" not in [one["image_id"] for one in _records.recorded([_manifest_file.as_text(made)])["images"]]


def test_the_time_of_the_last_look_does_not_move() -> None:
    second = run(unread(BEIJING), at=SECOND, previous=whole(), failures=["no"])
    third = run(unread(BEIJING), at=THIRD, previous=second, failures=["no"])
    assert image(third, BEIJING)["last_seen_at"] == FIRST


@pytest.mark.parametrize(
    "copy",
    [
        copied(BEIJING, image_id="m-9", seen_ids=[], action="started"),
        copied(BEIJING, image_id=None, status=None, seen_ids=[], action="failed", error={"code": "X", "message": "no"}),
    ],
    ids=["made anew", "gone, and not made"],
)
def test_a_look_that_shows_it_gone_is_believed(copy: Data) -> None:
    made = run(copy, at=SECOND, previous=whole())
    assert "m-2" not in [one["image_id"] for one in made["images"]]


def test_one_that_is_in_the_way_is_still_there() -> None:
    twice = {"code": "Ambiguous", "message": "m-2, m-8 are both copies", "request_id": None, "hint": None}
    copy = copied(BEIJING, image_id=None, status=None, seen_ids=["m-2", "m-8"], action="refused", error=twice)
    kept = image(run(copy, at=SECOND, previous=whole(), failures=["no"]), BEIJING)
    assert (kept["image_id"], kept["last_seen_at"], kept["error"]["code"]) == ("m-2", None, "Ambiguous")


@pytest.mark.parametrize(
    "more",
    [
        {"copies": {}, "failures": ["no"]},
        {"copies": {"failed": True, "msg": "no"}, "failures": ["no"]},
        {"copies": {}, "failures": ["no"], "image": {}},
    ],
    ids=["before the copies", "in their step", "before the source"],
)
def test_a_run_that_failed_before_it_looked_leaves_the_copies_as_they_were(more: Data) -> None:
    made = run(at=SECOND, previous=whole(), **more)
    assert [(one["image_id"], one["asked_for"]) for one in made["images"] if one["role"] == "copy"] == [
        ("m-2", True),
        ("m-3", True),
    ]
    assert (made["name"], made["account_id"], made["complete"]) == ("golden", OWN, False)


def test_another_release_knows_nothing_of_this_one() -> None:
    other = {**SOURCE, "image_id": "m-7", "name": "silver"}
    made = run(at=SECOND, image=other, copies={"copies": []}, previous=whole())
    assert [one["image_id"] for one in made["images"]] == ["m-7"]


def test_a_source_that_was_renamed_is_still_this_release() -> None:
    made = run(copied(BEIJING), at=SECOND, image={**SOURCE, "name": "renamed"}, previous=whole())
    assert "m-3" in [one["image_id"] for one in made["images"]]


def test_a_copy_has_the_name_that_it_has() -> None:
    made = run(copied(BEIJING, actual_name="golden-prod"))
    assert image(made, BEIJING)["name"] == "golden-prod"


def before(image_id: str, **more: t.Any) -> Data:
    return {"region": BEIJING, "image_id": image_id, "name": "golden-1", **more}


def test_what_was_deprecated_stays_known_and_what_stayed_is_told_anew() -> None:
    old = {"deprecated": [before("m-7", accounts=[ONE])], "left": [before("m-8", reason="it is shared")]}
    first = {**run(copied(BEIJING)), **old}
    blind = run(copied(BEIJING), previous=first)
    assert (blind["deprecated"], blind["left"]) == (old["deprecated"], old["left"])
    looked = run(copied(BEIJING), previous=first, left=[], deprecated=[before("m-8", accounts=[])])
    assert [one["image_id"] for one in looked["deprecated"]] == ["m-7", "m-8"] and looked["left"] == []
    assert _manifest.differs(looked, first)
    assert not _manifest.differs(run(copied(BEIJING), previous=looked, left=[]), looked)


def test_a_launch_template_that_is_no_longer_asked_for_still_goes_back_with_the_release() -> None:
    """It was forgotten, and after a rollback it started the images of the bad release."""
    keys = ("region", "launch_template_id", "launch_template_name", "image_id", "version", "default_version")
    first, second = (dict(zip(keys, (region, "lt-1", "web", "m-1", 2, 2), strict=True)) for region in IDS)
    before = run(launch_templates=[first, second])
    moved = {**first, "version": 3, "default_version": 3}
    fewer = run(at=SECOND, previous=before, launch_templates=[moved])
    assert fewer["launch_templates"] == [moved, second]
    assert not _manifest.differs(run(at=SECOND, previous=fewer, launch_templates=[moved]), fewer)
    assert run(at=SECOND, previous=fewer, launch_templates=None)["launch_templates"] == [moved, second]
    assert "launch_templates" not in run(launch_templates=None)
    other = run(previous=before, image={**SOURCE, "image_id": "m-9", "name": "silver"}, launch_templates=None)
    assert "launch_templates" not in other


def tried(outcome: str, at: str = FIRST) -> Data:
    """A run in which the copy in Beijing was test-booted."""
    boot = {"outcome": outcome, "instance_type": "ecs.g7.large", "reason": None, "at": at}
    error = {"code": "NotVerified", "message": outcome, "request_id": "1-2-3", "hint": None}
    untested = "no room" if outcome == "not_tested" else None
    test = {"region": BEIJING, "image_id": "m-2", "error": None if outcome == "passed" else error}
    return {
        "facts": [{"region": BEIJING, "image_id": "m-2", "test_boot": boot}],
        "tests": [{**test, "not_tested": untested}],
    }


@pytest.mark.parametrize("later", [{}, tried("not_tested", SECOND)], ids=["not tried", "no room"])
def test_a_failed_test_boot_holds_until_one_has_been_through(later: Data) -> None:
    failed = run(copied(BEIJING), shares=[], **tried("failed"))
    held = run(copied(BEIJING), at=SECOND, shares=[shared(BEIJING, ONE)], previous=failed, failures=["it"], **later)
    assert (image(held, BEIJING)["outcome"], image(held, BEIJING)["test_boot"]["at"]) == ("failed", FIRST)
    told = _records.recorded([_manifest_file.as_text(held)])
    assert [one["image_id"] for one in told["images"]] == ["m-1"] and len(told["failed"]) == 1
    passed = run(copied(BEIJING), at=THIRD, shares=[], previous=held, **tried("passed", THIRD))
    found = image(passed, BEIJING)
    assert (found["outcome"], found["error"], found["test_boot"]["outcome"]) == ("ok", None, "passed")
