# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._copy import judge
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.plan import Found
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Options, Wanted
from ansible_collections.imageops.alicloud.plugins.module_utils._task.changes import Repairs
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import (
    COPY_ID,
    HOME,
    MARKERS,
    copy,
    disk,
    image,
    snapshot,
    wanted,
)

Data = dict[str, t.Any]
OTHER_SOURCE = {**MARKERS, "imageops:copied-from": f"{HOME}/m-other"}
OTHER_NAME = {**MARKERS, "imageops:copied-as": "silver"}


def decide(
    marked: t.Sequence[Data] = (),
    named: t.Sequence[Data] = (),
    source: Data | None = None,
    wish: Wanted | None = None,
    gone: bool = False,
    known: t.Sequence[str] = (),
    **options: bool,
) -> copy_plan.Decision:
    source = None if gone else source or image()
    return copy_plan.decide(source, wish or wanted(), Found(list(marked), list(named), known), Options(**options))


def code(decision: copy_plan.Decision) -> str | None:
    return decision.refusal.code if decision.refusal else None


# What is found, in which state, decides what is done.

FOUND: list[t.Any] = [
    pytest.param({}, "started", id="nothing there: started"),
    pytest.param({"marked": [copy()]}, "present", id="one pair: present"),
    pytest.param({"marked": [copy(name="renamed")]}, "present", id="one pair, renamed: present"),
    pytest.param({"marked": [copy(status="Waiting")]}, "adopted", id="one pair, Waiting: adopted"),
    pytest.param({"marked": [copy(status="Creating")]}, "adopted", id="one pair, Creating: adopted"),
    pytest.param({"marked": [copy(status="CreateFailed")]}, "replaced", id="one pair, CreateFailed: replaced"),
    pytest.param({"marked": [copy(status="Deprecated")]}, "present", id="one pair, Deprecated: present"),
    pytest.param(
        {"marked": [copy(status="CreateFailed", image_id="m-failed"), copy()]},
        "present",
        id="a failed one does not count",
    ),
    pytest.param(
        {"marked": [copy(tags=OTHER_NAME)], "additional_copy": True},
        "started",
        id="another copied-as, additional: started",
    ),
    pytest.param(
        {"marked": [copy(tags=OTHER_NAME, status="CreateFailed")]},
        "started",
        id="another copied-as that failed: started",
    ),
    pytest.param(
        {"named": [copy(tags={})], "adopt_unmarked": True}, "adopted", id="the name, unmarked, asked for: adopted"
    ),
    pytest.param(
        {"named": [copy(tags={}, status="Creating")]},
        "adopted",
        id="the name, unmarked and running: waited for, then judged",
    ),
    pytest.param({"marked": [copy(usable=False)]}, "adopted", id="one pair, Available and not usable yet: adopted"),
    pytest.param(
        {"named": [copy(tags={}, status="CreateFailed")], "known": [COPY_ID]},
        "replaced",
        id="the name, failed and unmarked, but known: replaced",
    ),
    pytest.param(
        {"named": [copy(tags={}, status="CreateFailed")], "adopt_unmarked": True},
        "replaced",
        id="the name, failed and unmarked, asked for: replaced",
    ),
    pytest.param({"marked": [copy()], "gone": True}, "present", id="source gone, the copy is there: present"),
    pytest.param({"source": image(planned=True, image_id="")}, "started", id="source planned: started"),
    pytest.param({"source": image(status="Creating")}, "started", id="source still being made: started"),
    pytest.param(
        {"source": image(status="Deprecated"), "marked": [copy()]},
        "present",
        id="source deprecated, the copy is there: present",
    ),
]


@pytest.mark.parametrize(("found", "action"), FOUND)
def test_the_action_follows_from_what_is_found(found: Data, action: str) -> None:
    decision = decide(**found)
    assert (decision.action, decision.refusal) == (action, None)


REFUSED: list[t.Any] = [
    pytest.param({"marked": [copy(), copy(image_id="m-2")]}, "Ambiguous", ["m-copy", "m-2"], id="two pairs"),
    pytest.param(
        {"marked": [copy(status="Creating"), copy(image_id="m-2")]},
        "Ambiguous",
        ["m-2"],
        id="two pairs, one still running",
    ),
    pytest.param(
        {"marked": [copy(tags=OTHER_NAME)]}, "OtherCopyExists", ["m-copy", "'silver'"], id="another copied-as"
    ),
    pytest.param(
        {"named": [copy(tags=OTHER_SOURCE)]},
        "NameTaken",
        ["m-copy", f"{HOME}/m-other", f"{HOME}/m-source"],
        id="the name, held by a copy of another source",
    ),
    pytest.param(
        {"named": [copy(tags=OTHER_SOURCE)], "adopt_unmarked": True},
        "NameTaken",
        [f"{HOME}/m-other"],
        id="the name, held by a copy of another source, adopt_unmarked or not",
    ),
    pytest.param(
        {"named": [copy(tags=OTHER_SOURCE, status="Creating")]},
        "NameTaken",
        ["m-copy"],
        id="the name, held by a running copy of another source",
    ),
    pytest.param({"named": [copy(tags={})]}, "NameTaken", ["m-copy"], id="the name, unmarked, not asked for"),
    pytest.param(
        {"named": [copy(tags={}, status="CreateFailed")], "known": ["m-other"]},
        "NameTaken",
        ["m-copy"],
        id="the name, failed and unmarked, not asked for",
    ),
    pytest.param(
        {"named": [copy(tags={"imageops:created-from": "i-1"}, status="Creating")]},
        "NameTaken",
        ["m-copy"],
        id="the name, of an image that is made of an instance",
    ),
    *(
        pytest.param(
            {"marked": [copy(status="CreateFailed", **change)]}, "NotThisCopy", ["m-copy"], id=f"forged, failed: {why}"
        )
        for why, change in {
            "older than the source": {"created_at": "2026-10-31T10:00:00Z"},
            "another account's": {"owner_alias": "others"},
        }.items()
    ),
    pytest.param({"marked": [copy(created_at="2026-10-31T10:00:00Z")]}, "NotThisCopy", ["older"], id="forged: older"),
    pytest.param({"marked": [copy(status="UnAvailable")]}, "UnAvailable", ["m-copy"], id="one pair, UnAvailable"),
    pytest.param(
        {"marked": [copy(status="CreateFailed")], "replace_failed": False},
        "CreateFailed",
        ["m-copy"],
        id="failed, kept",
    ),
    pytest.param({"gone": True}, "SourceGone", [f"{HOME}/m-source"], id="source gone, no copy there"),
    pytest.param({"source": image(status="Deprecated")}, "SourceDeprecated", ["m-source"], id="source deprecated"),
    pytest.param({"source": image(status="UnAvailable")}, "SourceNotUsable", ["UnAvailable"], id="source unusable"),
    pytest.param(
        {"source": image(status="CreateFailed")}, "SourceNotUsable", ["CreateFailed"], id="source that has failed"
    ),
    pytest.param({"marked": [copy(architecture="arm64")]}, "NotThisCopy", ["arm64"], id="forged: architecture"),
    pytest.param({"marked": [copy(platform="CentOS")]}, "NotThisCopy", ["CentOS"], id="forged: platform"),
    pytest.param({"marked": [copy(disks=[disk(40)])]}, "NotThisCopy", ["40"], id="forged: size"),
    pytest.param({"marked": [copy(disks=[disk(), disk(20, "data")])]}, "NotThisCopy", ["data"], id="forged: disks"),
    pytest.param({"marked": [copy(encrypted=True)]}, "EncryptionDrift", ["encrypted"], id="encrypted, asked for plain"),
    pytest.param(
        {"marked": [copy()], "wish": wanted(encrypted=True)},
        "EncryptionDrift",
        ["plain"],
        id="plain, asked for encrypted",
    ),
]


@pytest.mark.parametrize(("found", "reason", "words"), REFUSED)
def test_what_is_ambiguous_or_not_ours_is_refused(found: Data, reason: str, words: list[str]) -> None:
    decision = decide(**found)
    assert (decision.action, code(decision)) == ("refused", reason)
    assert decision.refusal and decision.refusal.hint
    for word in words:
        assert word in decision.refusal.msg


UNMARKED: list[t.Any] = [
    pytest.param(copy(tags={}, is_copied=False), id="not made by a copy"),
    pytest.param(copy(tags={}, status="UnAvailable"), id="not Available"),
    pytest.param(copy(tags={}, status="Deprecated"), id="Deprecated"),
    pytest.param(copy(tags={}, created_at="2026-10-31T10:00:00Z"), id="older than the source"),
    pytest.param(copy(tags={}, disks=[disk(40)]), id="another size"),
    pytest.param(copy(tags={}, disks=[disk(), disk(20, "data")]), id="another disk"),
    pytest.param(copy(tags={}, architecture="arm64"), id="another architecture"),
    pytest.param(copy(tags={}, platform="CentOS"), id="another platform"),
    pytest.param(copy(tags={}, encrypted=True), id="encrypted"),
    pytest.param(copy(tags={"imageops:copied-from": "cn-hangzhou/m-other"}), id="a marker of another source"),
]


@pytest.mark.parametrize("holder", UNMARKED)
def test_adopt_unmarked_takes_over_the_same_image_only(holder: Data) -> None:
    assert decide(named=[holder], adopt_unmarked=True).action == "refused"


def test_adopt_unmarked_needs_the_source_to_compare_with() -> None:
    assert code(decide(named=[copy(tags={})], adopt_unmarked=True, gone=True)) == "NotThisCopy"


def test_the_image_itself_as_destination_is_present() -> None:
    decision = decide(named=[copy(tags={})], wish=wanted(region=HOME, is_source=True))
    assert (decision.action, decision.image) == ("present", image())


@pytest.mark.parametrize("status", ["Available", "Deprecated", "Creating", "CreateFailed", "UnAvailable"])
def test_the_image_itself_is_only_as_good_as_its_state(status: str) -> None:
    decision = decide(source=image(status=status), wish=wanted(region=HOME, is_source=True))
    of_no_use = status in ("CreateFailed", "UnAvailable")
    assert (decision.action, code(decision)) == (("refused", "SourceNotUsable") if of_no_use else ("present", None))
    assert bool(decision.warnings) is (status == "Deprecated")


def test_all_failed_copies_of_the_pair_are_replaced() -> None:
    failed = [copy(status="CreateFailed"), copy(status="CreateFailed", image_id="m-2", name="renamed")]
    assert decide(marked=failed).failed == failed


def test_a_deprecated_copy_is_reported() -> None:
    assert "Deprecated" in decide(marked=[copy(status="Deprecated")]).warnings[0]


@pytest.mark.parametrize("restore", [False, True])
def test_a_renamed_copy_is_reported_unless_it_is_put_back(restore: bool) -> None:
    warnings = decide(marked=[copy(name="renamed")], restore_name=restore).warnings
    assert bool(warnings) is not restore


def test_another_family_is_reported() -> None:
    (warning,) = decide(marked=[copy(family="old")], wish=wanted(family="base")).warnings
    assert "'old'" in warning and "'base'" in warning


def test_a_source_that_is_gone_has_nothing_to_say_about_encryption() -> None:
    assert decide(marked=[copy(encrypted=True)], gone=True, wish=wanted(encrypted=None)).action == "present"


# Judging what was waited for

JUDGED: list[t.Any] = [
    pytest.param(copy(), {}, None, id="our pair"),
    pytest.param(copy(disks=[disk(40)]), {}, "NotThisCopy", id="our pair, forged"),
    pytest.param(copy(tags={}), {}, "NameTaken", id="unmarked"),
    pytest.param(copy(tags={}), {"adopt_unmarked": True}, None, id="unmarked, asked for"),
    pytest.param(copy(tags=OTHER_NAME), {}, "NameTaken", id="same source, another name"),
    pytest.param(copy(tags=OTHER_SOURCE), {"adopt_unmarked": True}, "NameTaken", id="another source"),
]


@pytest.mark.parametrize(("found", "options", "reason"), JUDGED)
def test_the_last_word_before_an_image_is_used(found: Data, options: dict[str, bool], reason: str | None) -> None:
    refusal = judge.judge(image(), wanted(), found, Options(**options), [snapshot()])
    assert (refusal.code if refusal else None) == reason


@pytest.mark.parametrize("marked", [False, True])
def test_an_image_that_no_copy_made_is_ours_by_its_snapshots_only(marked: bool) -> None:
    behind = [snapshot(tags=dict(MARKERS) if marked else {})]
    refusal = judge.judge(image(), wanted(), copy(is_copied=False), Options(), behind)
    assert (refusal is None) is marked


@pytest.mark.parametrize(
    ("found", "behind", "fits"),
    [
        ({}, None, True),
        ({"is_copied": False}, None, True),
        ({"is_copied": False}, [], False),
        ({"is_copied": False}, [snapshot(tags={})], False),
        ({"is_copied": False}, [snapshot(tags=dict(MARKERS))], True),
        ({"is_copied": False, "tags": {}}, [snapshot(tags=dict(MARKERS))], True),
        ({"disks": [], "snapshot_ids": []}, None, True),
    ],
    ids=["a copy", "not looked", "of nothing", "of others", "of copies", "of copies, unmarked", "without disks"],
)
def test_a_failed_image_is_judged_by_its_descent(found: Data, behind: list[Data] | None, fits: bool) -> None:
    failed = copy(status="CreateFailed", **found)
    assert (judge.failed_misfit(image(), wanted(), failed, behind) is None) is fits


@pytest.mark.parametrize(
    ("asked", "found", "refused"),
    [
        ("key-1", ["key-1"], False),
        ("key-1", ["key-2"], True),
        ("key-1", ["key-1", "key-2"], True),
        (None, ["key-2"], False),
    ],
    ids=["the same", "another", "one of two", "none asked for"],
)
def test_the_key_of_a_copy_can_not_drift(asked: str | None, found: list[str], refused: bool) -> None:
    behind = [snapshot(kms_key_id=key) for key in found]
    refusal = judge.key_drift(wanted(encrypted=True, kms_key_id=asked), copy(encrypted=True), behind)
    assert (refusal is not None) is refused


# Repairs


def repairs(
    found: Data | None = None, wish: Wanted | None = None, source: Data | None = None, **options: bool
) -> Repairs:
    return copy_plan.repairs(source or image(), wish or wanted(), found or copy(), [snapshot()], Options(**options))


def test_a_converged_copy_lacks_nothing() -> None:
    assert not repairs()


@pytest.mark.parametrize(
    ("found", "wish", "attributes"),
    [
        ({"description": "old"}, {"description": "new"}, {"Description": "new"}),
        ({"description": "old"}, {}, {}),
        ({"description": "old"}, {"description": ""}, {}),
        ({}, {"family": "base"}, {"ImageFamily": "base"}),
        ({"family": "old"}, {"family": "base"}, {}),
        ({"name": "renamed"}, {}, {}),
        (
            {"features": {"nvme_support": "unsupported", "imds_support": "v1"}},
            {},
            {"Features": {"NvmeSupport": "supported"}},
        ),
    ],
    ids=[
        "description",
        "description not asked",
        "no description",
        "family",
        "another family",
        "renamed",
        "lost feature",
    ],
)
def test_attributes_are_repaired_as_asked(found: Data, wish: Data, attributes: Data) -> None:
    assert repairs(copy(**found), wanted(**wish)).attributes == attributes


def test_a_name_is_restored_when_asked() -> None:
    assert repairs(copy(name="renamed"), restore_name=True).attributes == {"ImageName": "golden"}


def test_no_feature_is_lost_by_a_source_without_it() -> None:
    plain = {"nvme_support": "", "imds_support": ""}
    assert not repairs(source=image(features=plain)).attributes


def test_hardened_metadata_is_kept_with_a_warning() -> None:
    hardened = copy(features={"nvme_support": "supported", "imds_support": "v2"})
    assert not repairs(hardened)
    assert "imds_support v2" in copy_plan.differences(image(), hardened)[0]
    assert copy_plan.differences(image(), copy()) == copy_plan.differences(None, hardened) == []


@pytest.mark.parametrize(
    ("of_source", "of_copy", "told"),
    [
        ({"cloud_init": True}, {"cloud_init": False}, "cloud-init unsupported, the source supported"),
        ({"cloud_init": True}, {"cloud_init": None}, None),
        ({"cloud_init": None}, {"cloud_init": True}, None),
        ({"login_as_non_root": True}, {"login_as_non_root": False}, "login as another user than root unsupported"),
        ({"version": "7"}, {"version": ""}, "version none, the source 7"),
        ({"secure_boot": "supported"}, {"secure_boot": ""}, "secure boot none, the source supported"),
        (
            {"features": {"imds_support": "v1", "cpu_online_upgrade": "supported"}},
            {"features": {"imds_support": "v1", "cpu_online_upgrade": ""}},
            None,
        ),
        (
            {"features": {"imds_support": "v1", "cpu_online_upgrade": "supported"}},
            {"features": {"imds_support": "v1", "cpu_online_upgrade": "unsupported"}},
            "cpu_online_upgrade unsupported, the source supported",
        ),
    ],
)
def test_what_no_call_sets_is_told_where_it_is_known(of_source: Data, of_copy: Data, told: str | None) -> None:
    found = copy_plan.differences(image(**of_source), copy(**of_copy))
    assert found == [] if told is None else [told in one for one in found] == [True]


@pytest.mark.parametrize("purge", [False, True])
def test_tags_are_set_and_only_purged_when_asked(purge: bool) -> None:
    tags = {**MARKERS, "stage": "old", "extra": "1", "acs:x": "1", "Aliyun.y": "1", "imageops:verify-of": "m-1"}
    todo = repairs(copy(tags=tags), wanted(tags={"stage": "new"}), purge_tags=purge)
    assert todo.tags == {"stage": "new"}
    assert todo.untag == (["extra"] if purge else [])


def test_a_marker_that_is_gone_is_set_again() -> None:
    tags = {key: value for key, value in MARKERS.items() if key != "imageops:source-created"}
    assert set(repairs(copy(tags=tags)).tags) == {"imageops:source-created"}


def test_snapshots_are_tagged_with_their_image() -> None:
    behind = [
        snapshot(),
        snapshot(snapshot_id="s-2", tags={}),
        snapshot(snapshot_id="s-3", tags={"imageops:snapshot-of": "m-x"}),
    ]
    todo = copy_plan.repairs(image(), wanted(), copy(), behind, Options())
    assert todo.snapshots == ["s-2", "s-3"]


def test_the_snapshots_of_a_finished_copy_are_no_leftovers() -> None:
    behind = [snapshot(tags={"imageops:snapshot-of": COPY_ID, "imageops:leftover-of": COPY_ID})]
    assert copy_plan.repairs(image(), wanted(), copy(), behind, Options()).unmark == ["s-1"]


@pytest.mark.parametrize(("asked", "todo"), [(None, None), ("rg-default", None), ("rg-new", "rg-new")])
def test_the_resource_group_is_kept_as_asked(asked: str | None, todo: str | None) -> None:
    assert repairs(wish=wanted(resource_group_id=asked)).resource_group_id == todo


def test_repairs_applied_are_no_repairs_any_more() -> None:
    drifted = copy(
        description="old",
        name="renamed",
        resource_group_id="rg-x",
        tags={"extra": "1"},
        features={"nvme_support": "", "imds_support": ""},
    )
    wish = wanted(description="new", family="base", resource_group_id="rg-new", tags={"stage": "new"})
    options: dict[str, t.Any] = {"restore_name": True, "purge_tags": True}
    mended = repairs(drifted, wish, **options).applied_to(drifted)
    assert not repairs(mended, wish, **options)
    assert mended["image_id"] == COPY_ID
