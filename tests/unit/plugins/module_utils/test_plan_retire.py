# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images may go, and which never do."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import plan, selection
from ansible_collections.imageops.alicloud.plugins.module_utils._retire.selection import Selected
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.aged_images import (
    NEWEST,
    NOW,
    OLD,
    RULES,
    actions,
    ago,
    image,
)


@pytest.mark.parametrize(
    ("old", "action"),
    [
        (OLD, "deprecate"),
        (image(2, 100, status="Creating"), "keep"),
        (image(2, 100, status="CreateFailed"), "keep"),
        (image(2, 100, status="UnAvailable"), "keep"),
        (image(2, 100, owner_alias="others"), "keep"),
        (image(2, 100, is_public=True), "keep"),
        (image(2, 100, usage="instance"), "deprecate"),  # what the API calls so is no proof
        (image(2, 100, shares=[{"account_id": "2"}]), "keep"),
        (image(2, 100, tags={"imageops:copied-as": "x"}, created_at="?", no_source_time=True), "keep"),
        (image(2, 100, status="Deprecated"), "mark"),
        (image(2, 100, status="Deprecated", tags={"imageops:deprecated-at": ago(13.9)}), "keep"),
        (image(2, 100, status="Deprecated", tags={"imageops:deprecated-at": ago(14.1)}), "delete"),
        (image(2, 100, status="Deprecated", tags={"imageops:deprecated-at": "yesterday"}), "mark"),
        (
            image(2, 100, status="Deprecated", usage="instance", tags={"imageops:deprecated-at": ago(99)}),
            "delete",
        ),
    ],
)
def test_an_old_image(old: Data, action: str) -> None:
    assert actions(NEWEST, old) == {"m-1": "keep", "m-2": action}


EXPORT = {"buckets": {"cn-hangzhou": "archive"}}
DISKS: Data = {"disks": [{"type": "system", "size": 20}], "encrypted": False}
EXPORTED = {"imageops:exported-to": "raw:archive/", "imageops:exported-object-1": "m-2_system.raw.tar.gz"}


@pytest.mark.parametrize("grace", [14, 0])
@pytest.mark.parametrize(
    ("old", "goes"),
    [
        (image(2, 100, **DISKS), True),
        (image(2, 100, **{**DISKS, "encrypted": True}), False),
        (image(2, 100, **{**DISKS, "encrypted": True}, tags=EXPORTED), True),
        (image(2, 100, **DISKS, status="Deprecated"), False),
        (image(2, 100, **DISKS, status="Deprecated", tags=EXPORTED), True),
        # Half of a record is none.
        (image(2, 100, **DISKS, status="Deprecated", tags={"imageops:exported-to": "raw:archive/"}), False),
        (image(2, 100, **DISKS, status="Deprecated", tags={"imageops:exported-object-1": "m-2"}), False),
    ],
)
def test_only_what_was_or_can_be_exported_goes(old: Data, goes: bool, grace: int) -> None:
    rules = dataclasses.replace(RULES, export=EXPORT, grace_days=grace)
    assert (actions(NEWEST, old, rules=rules)["m-2"] in plan.WRITING) is goes
    assert actions(NEWEST, old, rules=dataclasses.replace(rules, export_required=False))["m-2"] in plan.WRITING


def test_what_cannot_be_exported_takes_no_place_of_what_one_run_may_do() -> None:
    locked = image(3, 200, **{**DISKS, "encrypted": True})
    rules = dataclasses.replace(RULES, export=EXPORT)
    found = plan.plan(Selected([[NEWEST, image(2, 100, **DISKS), locked]], [], []), rules, NOW)
    assert [one.image["image_id"] for one in plan.limit(found, 1) if one.action == plan.DEPRECATE] == ["m-2"]


def test_an_old_image_that_is_used_stays() -> None:
    found = selection.select([NEWEST, OLD], plan.Options(families=["base"]))
    used = {"m-2": "instance i-1 of account 1", "m-other": "nobody here"}
    rules = plan.Options(families=["base"], keep=1)
    verdicts = {one.image["image_id"]: (one.action, one.reason) for one in plan.plan(found, rules, NOW, used)}
    assert verdicts["m-2"] == ("keep", "used by instance i-1 of account 1") and set(verdicts) == {"m-1", "m-2"}


def test_what_is_young_stays() -> None:
    assert actions(image(1, 10), image(2, 29.9), image(3, 30.1)) == {"m-1": "keep", "m-2": "keep", "m-3": "deprecate"}


def test_what_is_protected_only_until_it_is_said_otherwise() -> None:
    shared = image(2, 100, shares=[{"account_id": "2"}])
    unmarked = {**image(3, 100), "tags": {}, "created_at": ago(100)}
    bold = plan.Options(keep=1, min_age_days=30, grace_days=0, shared=True, unmarked=True)
    assert actions(NEWEST, shared, unmarked) == {"m-1": "keep", "m-2": "keep", "m-3": "keep"}
    assert actions(NEWEST, shared, unmarked, rules=bold) == {"m-1": "keep", "m-2": "delete", "m-3": "delete"}


def test_the_age_is_the_source_s() -> None:
    late_copy_of_an_old_image, early_copy_of_a_new_one = image(1, 200, created_at=ago(1)), image(2, 100)
    assert actions(late_copy_of_an_old_image, early_copy_of_a_new_one) == {"m-1": "deprecate", "m-2": "keep"}


def test_only_images_that_can_be_used_count_among_the_newest() -> None:
    newer = [image(2, 50, status="Deprecated"), image(3, 60, status="CreateFailed")]
    assert actions(image(1, 70), *newer)["m-1"] == "keep"


def test_copies_of_one_source_are_of_one_age() -> None:
    twin = image(2, 40, tags={"imageops:copied-from": "cn-hangzhou/m-1", "imageops:copied-as": "other"})
    assert actions(image(1, 40), twin, image(3, 50)) == {"m-1": "keep", "m-2": "keep", "m-3": "deprecate"}


def test_a_deprecated_image_fills_a_place_and_stays() -> None:
    """Deprecating the predecessor with each promotion left one image to go back to, whatever keep said."""
    dead = {"imageops:deprecated-at": ago(99)}
    two, three = (image(number, 30 + number, status="Deprecated", tags=dead) for number in (2, 3))
    failed = image(9, 31.5, status="CreateFailed")
    rules = plan.Options(keep=2, min_age_days=0, grace_days=14)
    assert actions(image(1, 31), failed, two, three, rules=rules) == {
        "m-1": "keep", "m-9": "keep", "m-2": "keep", "m-3": "delete",
    }  # fmt: skip


def test_the_last_available_image_stays_though_newer_ones_are_deprecated() -> None:
    newer = [image(number, 40 + number, status="Deprecated") for number in (2, 3)]
    verdicts = plan.plan(Selected([[image(1, 90), *newer]], [], []), RULES, NOW)
    assert {one.image["image_id"]: one.action for one in verdicts} == {"m-1": "keep", "m-2": "keep", "m-3": "mark"}
    assert [one.reason for one in verdicts if one.image["image_id"] == "m-1"] == [plan.LAST]


def test_nothing_is_deleted_of_a_group_without_an_available_image() -> None:
    dead = {"imageops:deprecated-at": ago(99)}
    group = [image(number, 40 + number, status="Deprecated", tags=dead) for number in (1, 2, 3)]
    assert actions(*group) == {"m-1": "keep", "m-2": "keep", "m-3": "keep"}
    assert actions(image(9, 10), *group) == {"m-9": "keep", "m-1": "delete", "m-2": "delete", "m-3": "delete"}


def test_images_of_one_second_have_one_order_in_every_region() -> None:
    def names(region: str, ids: tuple[str, str]) -> list[str]:
        made = [
            image(number, 40, region=region, image_id=ids[number], created_at=ago(number),
                  tags={"imageops:source-created": ago(40), "imageops:copied-from": f"cn-hangzhou/m-{number}"})
            for number in (0, 1)
        ]  # fmt: skip
        return [one["name"] for one in age.newest(made, 2)]

    assert names("cn-beijing", ("m-a", "m-b")) == names("eu-central-1", ("m-z", "m-y")) == ["base-0", "base-1"]


# What users protect


@pytest.mark.parametrize(
    ("value", "stays"),
    [
        ("forever", True), ("2026-11-30", True), ("2026-11-29", False), ("2027-01-01", True), ("2026-1-1", True),
        ("", True), ("no", True), ("2026-02-30", True),
    ],
)  # fmt: skip
def test_a_tag_keeps_an_image_until_the_end_of_its_day(value: str, stays: bool) -> None:
    assert (actions(NEWEST, image(2, 100, tags={"imageops:keep": value}))["m-2"] == "keep") is stays
    strange = value not in ("forever", "2026-11-30", "2026-11-29", "2027-01-01")
    assert (age.keep_fault(value) is not None) is strange


def test_the_oldest_go_first_and_the_rest_is_put_off() -> None:
    dead = image(9, 60, status="Deprecated", tags={"imageops:deprecated-at": ago(20)})
    group = [NEWEST, dead, *(image(number, 90 + number) for number in range(2, 6))]
    verdicts = plan.plan(Selected([group], [], []), RULES, NOW)
    done = {one.image["image_id"]: one.action for one in plan.limit(verdicts, 2)}
    assert done == {"m-9": "delete", "m-5": "deprecate", "m-4": "postpone", "m-3": "postpone", "m-2": "postpone",
                    "m-1": "keep"}  # fmt: skip


def test_orphans_are_what_was_made_for_an_image_that_is_gone() -> None:
    base = {"region": "cn-beijing", "size": 20, "usage": "none"}
    snapshots = [
        {**base, "snapshot_id": "s-1", "tags": {"imageops:snapshot-of": "m-gone"}},
        {**base, "snapshot_id": "s-2", "tags": {"imageops:snapshot-of": "m-here"}},
        {**base, "snapshot_id": "s-3", "tags": {"imageops:snapshot-of": "m-gone"}, "usage": "image"},
        {**base, "snapshot_id": "s-4", "tags": {}},
        {**base, "snapshot_id": "s-5", "tags": {"imageops:leftover-of": "m-gone"}},
    ]
    found = plan.orphans(snapshots, {"m-here"}, "all")
    assert [(one["snapshot_id"], one["made_for"], one["size"], one["begun"]) for one in found] == [
        ("s-1", "m-gone", 20, False),
        ("s-5", "m-gone", 20, False),
    ]


@pytest.mark.parametrize(("which", "begun"), [("none", [False, False]), ("own", [True, False]), ("all", [True, True])])
def test_what_an_interrupted_removal_was_to_delete_is_known_by_its_tags(which: str, begun: list[bool]) -> None:
    left = {"imageops:leftover-of": "m-gone", "imageops:leftover-name": "base"}
    base = {"region": "cn-beijing", "size": 20, "usage": "none"}
    own = {**base, "snapshot_id": "s-own", "tags": {**left, "imageops:snapshot-of": "m-gone"}}
    backup = {**base, "snapshot_id": "s-backup", "tags": left}
    assert [one["begun"] for one in plan.orphans([own, backup], set(), which)] == begun
    used = [{**one, "usage": "image"} for one in (own, backup)]
    assert plan.orphans(used, set(), which) == plan.orphans([own, backup], {"m-gone"}, which) == []


IMAGES = st.builds(
    image,
    st.integers(1, 30),
    st.floats(0, 400),
    status=st.sampled_from(["Available", "Deprecated", "Creating", "CreateFailed"]),
    is_public=st.booleans(),
    usage=st.sampled_from(["none", "instance"]),
    shares=st.sampled_from([[], [{"account_id": "2"}]]),
    family=st.sampled_from(["base", "web"]),
    tags=st.sampled_from([{}, {"imageops:deprecated-at": ago(20)}, {"imageops:deprecated-at": ago(1)}]),
)
RULE = st.builds(
    plan.Options,
    keep=st.integers(1, 4),
    min_age_days=st.integers(0, 90),
    grace_days=st.integers(0, 30),
    max_images=st.just(50),
    shared=st.booleans(),
    unmarked=st.booleans(),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(st.lists(IMAGES, unique_by=lambda one: one["image_id"], max_size=12), RULE)
def test_never_a_protected_one_and_never_too_few(images: list[Data], rules: plan.Options) -> None:
    verdicts = plan.plan(selection.select(images, plan.Options(families=["base", "web"])), rules, NOW)
    assert len(verdicts) == len(images)
    going = [one.image for one in verdicts if one.action in plan.WRITING]
    for one in going:
        assert not one["is_public"] and (rules.shared or not one["shares"])
        assert NOW - age.born(one) >= rules.min_age_days * plan.DAY
        assert one["status"] in ("Available", "Deprecated")
    for family in ("base", "web"):
        usable = [one for one in images if one["family"] == family and one["status"] in plan.FINISHED]
        left = [one for one in usable if one not in going]
        assert len(left) >= min(rules.keep, len(usable))
        assert set(map(id, age.newest(usable, rules.keep))) <= set(map(id, left))
        available = [one for one in usable if one["status"] == "Available"]
        assert not available or age.newest(available, 1)[0] in left
        deleted = [one.image for one in verdicts if one.action == plan.DELETE and one.image["family"] == family]
        assert available or not deleted
