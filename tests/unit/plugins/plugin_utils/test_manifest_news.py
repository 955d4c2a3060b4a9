# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a manifest says of who has an image, what in it is worth writing, and what later steps take from it."""

from __future__ import annotations

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest, _manifest_file, _records
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _audit
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.manifest_runs import (
    BEIJING,
    FIRST,
    FRANKFURT,
    ONE,
    OWN,
    SECOND,
    SOURCE,
    THIRD,
    TWO,
    Data,
    copied,
    image,
    run,
    shared,
    unread,
    whole,
)

# Who has an image


def test_without_the_share_step_nobody_is_never_said() -> None:
    assert image(run(copied(BEIJING)), BEIJING)["shares"] is None
    later = image(run(copied(BEIJING), at=SECOND, previous=whole()), BEIJING)
    assert ([one["account_id"] for one in later["shares"]], later["shares_seen_at"]) == ([ONE], FIRST)
    third = run(copied(BEIJING), at=THIRD, previous=run(copied(BEIJING), at=SECOND, previous=whole()))
    assert image(third, BEIJING)["shares_seen_at"] == FIRST


def test_a_share_step_that_could_not_read_the_list_says_nothing() -> None:
    refused = {"code": "Forbidden.RAM", "message": "no", "request_id": None, "hint": None}
    failed = shared(BEIJING, error=refused)
    assert image(run(copied(BEIJING), shares=[failed]), BEIJING)["shares"] is None
    later = image(run(copied(BEIJING), at=SECOND, shares=[failed], previous=whole()), BEIJING)
    assert [one["account_id"] for one in later["shares"]] == [ONE]
    assert later["error"]["code"] == "Forbidden.RAM"


def test_a_list_that_was_read_and_is_empty_is_nobody() -> None:
    kept = image(run(copied(BEIJING), shares=[shared(BEIJING)], previous=whole()), BEIJING)
    assert (kept["shares"], kept["shares_seen_at"]) == ([], None)


def test_who_does_not_have_it_is_told_with_the_reason() -> None:
    failed = {"account_id": TWO, "error": {"code": "InvalidAccount", "message": "closed"}}
    made = run(copied(BEIJING), shares=[shared(BEIJING, ONE, failed=[failed])], failures=["no"])
    assert image(made, BEIJING)["not_shared_reasons"] == {TWO: "InvalidAccount: closed"}


# What is worth writing


def test_an_id_of_a_request_is_no_news() -> None:
    ids = ("0A1B2C3D-0000-4000-8000-00000000000A", "0A1B2C3D-0000-4000-8000-00000000000B")
    texts = [f"cn-beijing: Could not copy: Forbidden.RAM: no (request id {one})." for one in ids]
    errors = [{"code": "Forbidden.RAM", "message": text, "request_id": one, "hint": None}
              for text, one in zip(texts, ids, strict=True)]  # fmt: skip
    one, other = (
        run(unread(BEIJING) | {"error": error, "request_ids": [error["request_id"]]}, failures=[error["message"]])
        for error in errors
    )
    assert not _manifest.differs(other, one)


def test_not_to_look_is_no_news_and_to_look_again_is() -> None:
    first, blind = whole(), run(copied(BEIJING), copied(FRANKFURT), at=SECOND, previous=whole())
    assert not _manifest.differs(blind, first)
    assert _manifest.differs(whole(), blind)


def test_a_copy_that_still_runs_is_not_complete() -> None:
    assert run(copied(BEIJING, status="Creating"))["complete"] is False


# Which images later steps get


def from_manifest(manifest: Data, with_source: bool = False) -> list[str]:
    told = _records.recorded([_manifest_file.as_text(manifest)])
    return [one["image_id"] for one in _manifest.share_targets({}, told["images"], [], with_source)]


def test_a_manifest_offers_its_source_only_where_that_is_asked_for() -> None:
    assert from_manifest(whole()) == ["m-2", "m-3"]
    assert from_manifest(whole(), with_source=True) == ["m-1", "m-2", "m-3"]
    assert from_manifest(run(copies={})) == ["m-1"]  # its release had nothing else to share


def test_a_source_that_another_account_owns_is_for_no_later_step_and_no_audit() -> None:
    """It was to be shared and promoted by the manifest, and an audit missed it."""
    made = run(copied(BEIJING), image={**SOURCE, "owner_alias": "others", "owner_id": TWO})
    assert [entry.get("owner") for entry in made["images"]] == [TWO, None]
    text = _manifest_file.as_text(made)
    told = _records.recorded([text])
    assert [one["image_id"] for one in told["images"]] == [one["image_id"] for one in told["everything"]] == ["m-2"]
    assert told["failed"] == [] and told["passed_over"][0].endswith(f"it is an image of {TWO}")
    # The markers of its copies name it.
    assert [one["image_id"] for one in told["sources"]] == ["m-1"]
    expected = _audit.expected_of({"it.json": _manifest_file.read_input(text)})["expected"]
    assert [one["image_id"] for one in expected] == ["m-2"]
    system = run(image={**SOURCE, "owner_alias": "system", "owner_id": ""})
    assert system["images"][0]["owner"] == "system"


def test_a_manifest_decides_nothing_but_which_images_there_are() -> None:
    made = whole()
    made["images"][1] |= {"accounts": [TWO], "planned": True, "encrypted": True, "kms_key_id": "theirs"}
    told = _records.recorded([_manifest_file.as_text(made)])
    assert {key for one in told["images"] for key in one} == {
        "region", "image_id", "name", "role", "alone", "planned",
    }  # fmt: skip
    assert [one["planned"] for one in told["images"]] == [False] * 3
    assert all("accounts" not in one for one in told["known"])


def test_a_run_with_the_wrong_keys_takes_the_place_of_no_manifest() -> None:
    other = "1000000000000099"
    kept = {"account_id": other, "caller": "arn", "copies": []}
    wrong = run(at=SECOND, previous=whole(), failures=["no"], image={}, copies=kept, created={"account_id": other})
    assert wrong["images"] == [] and wrong["account_id"] == other
    assert not _manifest.differs(wrong, whole())
    assert _manifest.differs(run(at=SECOND, failures=["no"], image={}), None)


def test_images_of_a_manifest_are_of_its_account_whatever_keys_were_at_work() -> None:
    recorded = _records.recorded([_manifest_file.as_text(whole())])
    refused = {"account_id": "1000000000000099", "msg": "these credentials belong to another account"}
    made = run(at=SECOND, failures=["no"], image={}, recorded=recorded, copies={}, created={}, shares=None)
    assert made["account_id"] == OWN
    parts = _manifest.manifest(
        {"host": "h", "began": SECOND, "ended": SECOND, "check": False, "job_id": None, "failures": ["no"], "image": {},
         "created": {}, "copies": {}, "shares": refused, "recorded": recorded}, None)  # fmt: skip
    assert parts["account_id"] == OWN


def test_what_was_deprecated_stands_in_one_order_so_that_the_next_run_writes_nothing() -> None:
    old = [{"region": one, "image_id": "m-9", "name": "old", "accounts": []} for one in (FRANKFURT, BEIJING)]
    made = run(copied(BEIJING), deprecated=old)
    assert not _manifest.differs(run(copied(BEIJING), at=SECOND, previous=made), made)
