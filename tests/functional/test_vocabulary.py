# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One vocabulary: what one module returns another takes, and the same thing has the same name everywhere."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, ONE, Lab

COPY, SHARE, INFO = "ecs_image_copy", "ecs_image_share", "ecs_image_info"


def test_the_source_is_named_as_everywhere_else(lab: Lab) -> None:
    source = lab.source()
    outcome = lab.ok(COPY, source_image_id=source, source_region=HOME, destination_regions=[BEIJING])
    assert outcome.actions == {BEIJING: "started"}


def test_a_default_region_does_not_beat_the_sources_own(lab: Lab) -> None:
    """module_defaults have region for most tasks of a play, and mean nothing here."""
    outcome = lab.ok(
        COPY, region=FRANKFURT, source_image_id=lab.source(), source_region=HOME, destination_regions=[BEIJING]
    )
    assert outcome.result["source"]["region"] == HOME
    assert lab.own(FRANKFURT) == []


def test_the_region_is_that_of_the_source_if_nothing_else_is(lab: Lab) -> None:
    assert lab.ok(COPY, region=HOME, source_image_id=lab.source(), destination_regions=[BEIJING]).changed


def test_without_a_source_the_options_are_named(lab: Lab) -> None:
    lab.fails(COPY, "there is no source", "source_image_id", region=HOME, destination_regions=[BEIJING])
    assert lab.writes() == []


@pins.shared_at_once
@pytest.mark.parametrize("form", ["dictionary", "list"])
def test_what_copies_return_can_be_shared(lab: Lab, form: str) -> None:
    copied = lab.ok(COPY, region=HOME, image_id=lab.source(), destination_regions=[BEIJING, FRANKFURT])
    found = lab.ok(INFO, regions=[BEIJING, FRANKFURT])
    images = {"dictionary": copied.result["images"], "list": found.result["images"]}[form]
    shared = lab.ok(SHARE, images=images, accounts=[ONE])
    assert {one["region"]: one["after"] for one in shared.result["shares"]} == {BEIJING: [ONE], FRANKFURT: [ONE]}
    read = lab.ok("ecs_image_share_info", images=images)
    assert [one["accounts"] for one in read.result["shares"]] == [[ONE], [ONE]]


@pytest.mark.parametrize("form", ["dictionary", "list"])
def test_what_is_found_can_be_taken_over(lab: Lab, form: str) -> None:
    copied = lab.ok(COPY, region=HOME, image_id=lab.source(), destination_regions=[BEIJING, FRANKFURT])
    found = lab.ok(INFO, regions=[BEIJING, FRANKFURT])
    images = {"dictionary": copied.result["images"], "list": found.result["images"]}[form]
    outcome = lab.ok(COPY, images=images, encrypted=True, name="taken-over")
    assert outcome.actions == {BEIJING: "started", FRANKFURT: "started"}


TEXTS = {
    COPY: ["{region}={image_id}", "{{'{region}': '{image_id}'}}", '{{"{region}": "{image_id}"}}'],
    SHARE: ["region={region} image_id={image_id}", ["region={region},image_id={image_id}"]],
}


@pytest.mark.parametrize(("module", "given"), [(module, given) for module in TEXTS for given in TEXTS[module]])
def test_images_are_taken_as_texts(lab: Lab, module: str, given: t.Any) -> None:
    """As the command line hands them on, and as 1.0 took them."""
    named = {"region": HOME, "image_id": lab.source()}
    images = given.format(**named) if isinstance(given, str) else [entry.format(**named) for entry in given]
    options = {"encrypted": True, "name": "mine"} if module == COPY else {"accounts": [ONE]}
    assert lab.ok(module, images=images, **options).changed and lab.writes()


@pytest.mark.parametrize("images", [["m-1"], "m-1", 7])
@pytest.mark.parametrize("module", [COPY, SHARE])
def test_images_that_are_neither_are_refused(lab: Lab, module: str, images: t.Any) -> None:
    lab.fails(module, "images must be a dictionary from region to image id, or a list", region=HOME, images=images)
    assert lab.writes() == []


def test_two_images_of_one_region_are_no_copy_each(lab: Lab) -> None:
    images = [{"region": HOME, "image_id": lab.source(name=name)} for name in ("one", "two")]
    lab.fails(COPY, "images names a region twice", images=images, encrypted=True, name="taken-over")
    assert lab.writes() == []


def test_all_is_every_region_but_the_sources_own(lab: Lab) -> None:
    outcome = lab.ok(
        COPY, check=True, region=HOME, image_id=lab.source(), destination_regions=["all"], preflight="none"
    )
    assert HOME not in outcome.actions and {BEIJING, FRANKFURT} <= {*outcome.actions}
    assert len(outcome.actions) > 30 and {*outcome.actions.values()} == {"started"}


def test_all_leaves_alone_what_has_an_entry_of_its_own(lab: Lab) -> None:
    call = {"region": HOME, "image_id": lab.source(), "destination_regions": ["all"], "preflight": "none"}
    outcome = lab.ok(COPY, check=True, destinations=[{"region": BEIJING, "name": "apart"}], **call)
    assert outcome.copy_in(BEIJING)["name"] == "apart"
    encrypted = lab.ok(COPY, check=True, encrypted=True, name="secret", **call)
    assert encrypted.actions[HOME] == "started"


def test_snapshots_take_plain_regions_and_all(lab: Lab) -> None:
    snapshot = lab.plant("snapshots", region=HOME)
    call = {"region": HOME, "snapshot_id": snapshot}
    outcome = lab.ok("ecs_snapshot_copy", destination_regions=[BEIJING], **call)
    assert [one["region"] for one in outcome.result["copies"]] == [BEIJING]
    every = lab.ok("ecs_snapshot_copy", check=True, destination_regions=["all"], **call)
    there = {one["region"] for one in every.result["copies"]}
    assert HOME not in there and len(there) > 30
    lab.fails("ecs_snapshot_copy", "there is no destination", "destination_regions", **call)


def test_nothing_to_see_is_no_alarm_where_it_is_expected(lab: Lab) -> None:
    (warning,) = lab.ok(INFO, region=BEIJING).warnings
    assert "No own images" in warning and "ecs:DescribeImages" in warning
    assert lab.ok(INFO, region=BEIJING, expect_images=False).warnings == []


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_mistyped_id_does_not_look_like_a_cancelled_copy(lab: Lab, check: bool) -> None:
    lab.source(region=BEIJING)  # so that the credentials see something there
    cancel = "ecs_image_copy_cancel"
    (warning,) = lab.ok(cancel, check=check, region=BEIJING, image_id="m-nope").warnings
    assert "m-nope is not visible in cn-beijing" in warning and "nothing was cancelled" in warning
    by_source = {"source_image_id": "m-nope", "source_region": HOME, "regions": [BEIJING]}
    assert any("No copy of m-nope" in one for one in lab.ok(cancel, check=check, **by_source).warnings)
    twice = lab.ok(cancel, check=check, **{**by_source, "regions": [BEIJING, BEIJING]})
    assert any("is visible in cn-beijing: nothing was cancelled" in one for one in twice.warnings)
    assert not any(
        "nothing was cancelled" in one for one in lab.ok(cancel, regions=[BEIJING], all_marked=True).warnings
    )


@pytest.mark.parametrize("name", ["wait_timeout", "timeout"])
def test_a_test_boot_takes_the_same_word_for_its_patience(lab: Lab, name: str) -> None:
    place = {"vswitch_id": f"vsw-simulator-{HOME}", "security_group_id": f"sg-simulator-{HOME}"}
    lab.setting(instance_seconds=400.0)
    call = {"region": HOME, "image_id": lab.source(), "instance_type": "ecs.g7.large", **place}
    lab.fails("ecs_image_verify", "after 300 seconds", "wait_timeout", **call, **{name: "300"})
    assert lab.ok("ecs_image_verify", **call, **{name: "1200"}).result["verified"]


def test_a_diff_is_returned_to_those_who_ask(lab: Lab) -> None:
    """Without --diff it would only fill a controller's database."""
    call = {"region": HOME, "image_id": lab.source(), "accounts": [ONE]}
    assert "diff" not in lab.ok(SHARE, check=True, diff=False, **call).result
    assert "diff" in lab.ok(SHARE, check=True, **call).result
