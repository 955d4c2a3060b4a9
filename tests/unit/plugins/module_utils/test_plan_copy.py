# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is found of a copy, and in which state, decides what is done."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.copy_plans import (
    OTHER_NAME,
    OTHER_SOURCE,
    Data,
    code,
    decide,
)
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import (
    COPY_ID,
    HOME,
    copy,
    disk,
    image,
    wanted,
)

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
        {"marked": [copy(tags=OTHER_NAME), copy(image_id="m-2", tags={**OTHER_NAME, "imageops:copied-as": "bronze"})]},
        "OtherCopyExists",
        ["m-copy under the name 'silver'", "m-2 under the name 'bronze'"],
        id="two others",
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
