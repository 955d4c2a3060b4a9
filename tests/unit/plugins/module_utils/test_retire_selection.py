# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images a retirement is about, and which input says too little for one."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import plan, selection
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.aged_images import NOW, OPTIONS, RULES, image


def chosen(images: list[Data], **wanted: t.Any) -> tuple[list[list[str]], list[str], list[str]]:
    found = selection.select(images, plan.Options(**wanted))
    return (
        [[one["image_id"] for one in group] for group in found.groups],
        [one["image_id"] for one in found.loose],
        [one["image_id"] for one in found.left],
    )


def test_tags_alone_make_a_group_and_narrow_others() -> None:
    images = [image(1, 40, tags={"stage": "rc"}), image(2, 50), image(3, 60, family="web", tags={"stage": "rc"})]
    assert chosen(images, tags={"stage": "rc"}) == ([["m-1", "m-3"]], [], [])
    assert chosen(images, tags={"stage": "rc"}, families=["base"]) == ([["m-1"]], [], [])


def test_ids_alone_are_judged_in_their_families() -> None:
    images = [image(1, 40), image(2, 50), image(3, 60, family="web"), image(4, 70, family="")]
    assert chosen(images, image_ids=["m-2", "m-4"]) == ([["m-1", "m-2"]], ["m-4"], [])
    judged = plan.plan(selection.select(images, plan.Options(image_ids=["m-2", "m-4"])),
                       dataclasses.replace(RULES, image_ids=["m-2", "m-4"]), NOW)  # fmt: skip
    assert {one.image["image_id"]: one.action for one in judged} == {
        "m-1": "keep", "m-2": "deprecate", "m-4": "deprecate",
    }  # fmt: skip


def test_a_release_that_was_never_promoted_is_listed_until_it_is_selected() -> None:
    lost = image(4, 70, family="", name="base-03")
    others = [image(5, 70, family="", name="basement-1", tags={"imageops:copied-as": "basement-1"}),
              image(6, 70, family="", name="other", tags={"imageops:copied-as": "other"}),
              {**image(7, 70, family="", name="base-7"), "tags": {}}]  # fmt: skip
    images = [image(1, 40), lost, *others]
    assert chosen(images, families=["base"]) == ([["m-1"]], [], ["m-4"])
    assert chosen(images, families=["base"], unpromoted=True) == ([["m-1"]], ["m-4"], [])
    renamed = {**lost, "name": "renamed", "tags": {**lost["tags"], "imageops:copied-as": "base-03"}}
    assert chosen([renamed], families=["base"])[2] == ["m-4"]


def test_one_that_may_still_be_promoted_stays() -> None:
    images = [image(1, 60), image(2, 40, family="", name="base-2"), image(3, 70, family="", name="base-3")]
    found = selection.select(images, plan.Options(families=["base"], unpromoted=True))
    judged = {one.image["image_id"]: one.action for one in plan.plan(found, RULES, NOW)}
    assert judged == {"m-1": "keep", "m-2": "keep", "m-3": "deprecate"}


def test_each_group_keeps_its_own() -> None:
    images = [image(1, 40), image(2, 50, family="web"), image(3, 60), image(4, 70, name="special")]
    found = selection.select(images, plan.Options(families=["base", "web"], name_patterns=["spec.*"]))
    assert [[one["image_id"] for one in group] for group in found.groups] == [["m-1", "m-3", "m-4"], ["m-2"], ["m-4"]]
    judged = {one.image["image_id"]: one.action for one in plan.plan(found, RULES, NOW)}
    assert judged == {"m-1": "keep", "m-2": "keep", "m-3": "deprecate", "m-4": "keep"}


def test_a_name_pattern_fits_the_whole_name() -> None:
    assert selection.select([image(1, 40, name="base-1-keep")], plan.Options(name_patterns=["base-[0-9]"])).groups == [
        []
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"families": None}, "nothing is selected"),
        ({"families": None, "tags": {}}, "nothing is selected"),
        ({"families": None, "tags": {"stage": "rc"}}, None),
        ({"families": None, "image_ids": []}, None),
        ({"families": None, "tags": {"stage": ["rc"]}}, "must be a text"),
        ({"families": None, "tags": {"stage": "rc"}, "unpromoted": True}, "unpromoted needs families"),
        ({"families": [""]}, "empty name"),
        ({"families": None, "name_patterns": [""]}, "fits any name"),
        ({"families": None, "name_patterns": ["a{99999999999}"]}, "is not a regular expression"),
        ({"families": None, "name_patterns": [".*"]}, "fits any name"),
        ({"families": None, "name_patterns": ["."]}, None),
        ({"families": None, "name_patterns": [r"[\w:._-]+"]}, "fits any name"),
        ({"families": None, "name_patterns": ["base|"]}, "fits any name"),
        ({"families": None, "name_patterns": ["base-("]}, "not a regular expression"),
        ({"families": None, "name_patterns": ["base-.*"]}, None),
        ({"keep": 0}, "keep must be at least 1"),
        ({"min_age_days": -1}, "min_age_days must be at least 0"),
        ({"grace_days": -1}, "grace_days must be at least 0"),
        ({"max_images": 0}, "max_images must be at least 1"),
        ({"regions": None}, "regions is needed"),
    ],
)
def test_faults(change: Data, fault: str | None) -> None:
    found = plan.validate(plan.Options(**{**OPTIONS, **change}))
    assert (fault is None and found == []) or (fault is not None and any(fault in one for one in found)), found


@pytest.mark.parametrize(
    "pattern",
    [
        ".{3,}", "[a-z].*", "[^q].*", "base-.*|.{4,}", "(?!keep).*[a-z0-9]", ".{0,59}", ".{60,}", ".{22,33}", "...*",
        r"\w+", r"[\w-]+", r"\S+", "[a-z0-9-]+", "[A-Za-z].*", "[A-Z].*", "[^a-zA-Z].*", ".*-.*", "(?i)[a-z]+",
        "[^qZ].*", "(base|.*)", "(?s:.)+", ".*[0-9]", "[a-pr-z].*", "[a-z]+-.*",
    ],
)  # fmt: skip
def test_a_pattern_that_says_nothing_about_the_name_is_refused(pattern: str) -> None:
    (fault,) = plan.validate(plan.Options(**OPTIONS, name_patterns=["web-.*", pattern]))
    assert f"{pattern!r} fits any name" in fault


@pytest.mark.parametrize(
    "pattern",
    [
        "^web-.*$", r"(web|db)-\d+", "base-20[0-9]{2}-[0-9]{2}", "m+", "ab", "w.*", "golden.*", ".*-nightly",
        ".*-2025-.*", r"[a-z]+-\d{4}-\d{2}", "(?i)base.*", "web", r"app_v[0-9.]+", ".*base.*", "镜像-web-.*",
    ],
)  # fmt: skip
def test_a_pattern_that_says_which_images_are_meant_is_taken(pattern: str) -> None:
    assert plan.validate(plan.Options(**OPTIONS, name_patterns=[pattern])) == []
