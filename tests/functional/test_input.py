# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input: refused before the first write, and every fault at once."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins
from functional.refusals import CANCEL, COPY, IMAGE, SHARE, copy, refused
from functional.support import BEIJING, FRANKFURT, HOME, MAIN, ONE, TWO, VALLEY, Lab, accounts


def test_every_fault_at_once(lab: Lab) -> None:
    source = lab.source()
    destinations: list[dict[str, t.Any]] = [
        {"region": "cn-beijin"},
        {"region": FRANKFURT, "kms_key_id": "key"},
        {"region": FRANKFURT},
        {"region": VALLEY, "name": "1-starts-with-a-digit", "description": "x"},
        {"region": HOME, "encrypted": True},
    ]
    params = {"destinations": destinations, "tags": {"acs:mine": "1"}, "account_id": "1000000000000099"}
    outcome = lab(COPY, region=HOME, image_id=source, **params)
    refused(
        lab,
        outcome,
        "'cn-beijin' is unknown, did you mean 'cn-beijing'?",
        "kms_key_id needs encrypted=true",
        f"{FRANKFURT} is a destination twice",
        "'1-starts-with-a-digit'",
        "description",
        "name is required",
        "acs:mine",
        MAIN,
        "1000000000000099",
    )
    assert len(outcome.result["faults"]) >= 8
    assert "nothing was changed" in outcome.msg


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_an_unknown_region_is_asked_about_once_and_the_nearest_offered(lab: Lab, check: bool) -> None:
    outcome = copy(lab, lab.source(), destination_regions=["eu-central-l"], check=check)
    refused(lab, outcome, "'eu-central-l' is unknown", f"did you mean {FRANKFURT!r}?")
    assert lab.actions().count("DescribeRegions") == 1


def test_known_regions_are_not_asked_about(lab: Lab) -> None:
    copy(lab, lab.source())
    assert lab.calls("DescribeRegions") == []


def test_numbers_and_booleans_are_texts_as_tags_in_every_module(lab: Lab) -> None:
    given = {"build": 42, "ok": True, "empty": None, 7: "seven"}
    texts = {"build": "42", "ok": "True", "empty": "", "7": "seven"}
    image = lab.ok(IMAGE, region=HOME, name="base", instance_id=lab.demo("instances", "demo"), tags=given)
    image_id = image.result["image"]["image_id"]
    lab.until_shown()
    assert lab.ok("ecs_image_info", region=HOME, tags=given).result["images"][0]["image_id"] == image_id
    both = [{"region": BEIJING, "tags": given}, {"region": VALLEY}]
    lab.ok(COPY, region=HOME, image_id=image_id, destinations=both, tags=given, copy_tags=False)
    snapshot = lab.plant("snapshots", region=HOME, name="backup")
    lab.ok("ecs_snapshot_copy", region=HOME, snapshot_id=snapshot, destinations=both, tags=given)
    copied = [one for one in lab.sim.world.snapshots.values() if one.source_snapshot_id == snapshot]
    for resource in (lab.one(HOME), lab.one(BEIJING), lab.one(VALLEY), *copied):
        assert texts.items() <= resource.tags.items()
    assert len(copied) == 2


@pytest.mark.parametrize("module", [COPY, SHARE, IMAGE, CANCEL, "ecs_image_info", "ecs_image_share_info"])
def test_every_module_offers_the_nearest_region(lab: Lab, module: str) -> None:
    more: dict[str, dict[str, t.Any]] = {
        COPY: {"image_id": "m-1", "destination_regions": [BEIJING]},
        SHARE: {"image_id": "m-1", "accounts": [ONE]},
        IMAGE: {"name": "base"},
        CANCEL: {"image_id": "m-1"},
        "ecs_image_share_info": {"image_id": "m-1"},
    }
    outcome = lab(module, region="cn-hangzou", **more.get(module, {}))
    refused(lab, outcome, "did you mean 'cn-hangzhou'?")
    assert outcome.result["error"]["hint"] == "Did you mean 'cn-hangzhou'?"


def test_what_somebody_has_written_is_no_hint(lab: Lab) -> None:
    outcome = lab(IMAGE, region="cn-hangzou", name="did you mean it?")
    refused(lab, outcome, "name 'did you mean it?' must have 2 to 128 characters")
    assert outcome.result["error"]["hint"] == "Did you mean 'cn-hangzhou'?"


def test_a_region_of_an_entry_has_the_hint_too(lab: Lab) -> None:
    outcome = lab("ecs_image_audit_info", region=HOME, expected=[{"region": "Cn-hangzhou", "image_id": "m-1"}])
    refused(lab, outcome, "expected[0]: region 'Cn-hangzhou' is no region")
    assert outcome.result["error"]["hint"] == "Did you mean 'cn-hangzhou'?"


def test_no_accounts_at_all_is_told_as_a_lack(lab: Lab) -> None:
    call = {"region": HOME, "image_id": lab.source()}
    refused(lab, lab(SHARE, **call), "accounts is missing: to remove all accounts, set allow_empty=true")


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"name": "x"}, "'x'"),
        ({"name": "acs:base"}, "acs:"),
        ({"name": "see-http://example.org"}, "http"),
        ({"description": "http://example.org"}, "description"),
        ({"description": "d" * 257}, "description"),
        ({"tags": {"Imageops:mine": "1"}}, "reserved"),
        ({"tags": {"a": "1", "A": "2"}}, "case"),
        ({"tags": {"k" * 129: "1"}}, "128"),
        ({"tags": {"k": "v" * 129}}, "128"),
        ({"kms_key_id": "key"}, "encrypted=true"),
        ({"destination_regions": [BEIJING, BEIJING]}, "twice"),
        ({"destination_regions": []}, "no destination"),
        ({"image_id": ""}, "no source"),
    ],
)
@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_bad_option_of_a_copy(lab: Lab, params: dict[str, t.Any], word: str, check: bool) -> None:
    refused(lab, copy(lab, lab.source(), check=check, **params), word)


@pins.shared_at_once
def test_the_spaces_of_a_list_that_is_given_as_a_text_belong_to_no_name(lab: Lab) -> None:
    """ansible-core 2.18 to 2.21 part such a text at its commas, and leave the spaces (``check_type_list``)."""
    both, ours = f"{ONE}, {TWO}", {"family": "base", "tags": {"imageops:created-from": "i-1"}}
    source, other = lab.source(**ours), lab.source(name="silver", created="2020-01-01T00:00:00Z", **ours)
    copies = lab.ok(COPY, region=HOME, image_id=source, destination_regions=f"{BEIJING}, {FRANKFURT}").result["copies"]
    assert {one["region"] for one in copies} == {BEIJING, FRANKFURT}
    (shared,) = lab.ok(SHARE, region=HOME, image_id=source, accounts=both).result["shares"]
    assert shared["after"] == [ONE, TWO]
    shown = lab.ok("ecs_image_info", region=HOME, image_ids=f"{source}, {other}")
    assert {one["image_id"] for one in shown.result["images"]} == {source, other} and shown.warnings == []
    assert lab.ok("ecs_image_info", region=HOME, shared_with=both).result["images"] != []
    retired = lab.ok("ecs_image_retire", region=HOME, families="web, base", keep=1, check=True)
    assert [one["image_id"] for one in retired.result["deprecated"]] == [other]


@pytest.mark.parametrize(("own", "inherited", "fits"), [(17, 0, True), (18, 0, False), (10, 8, False), (10, 7, True)])
def test_the_markers_count_towards_the_tags(lab: Lab, own: int, inherited: int, fits: bool) -> None:
    source = lab.source(tags={f"inherited-{number}": "1" for number in range(inherited)})
    outcome = copy(lab, source, tags={f"own-{number}": "1" for number in range(own)})
    if fits:
        assert outcome.code == 0 and len(lab.one(BEIJING).tags) == 20
    else:
        refused(lab, outcome, "21 tags", "max_tags=20", "copy_tags=false")


def test_an_encrypted_source_is_not_copied_to_a_plain_image(lab: Lab) -> None:
    source = lab.source(disks=[{"size": 20, "encrypted": True}])
    refused(lab, copy(lab, source, encrypted=False), source, "plain")


def test_an_unknown_image(lab: Lab) -> None:
    outcome = copy(lab, "m-nothing")
    refused(lab, outcome, "m-nothing", MAIN, HOME)


def test_an_unknown_image_is_refused_like_all_bad_input_even_with_a_name(lab: Lab) -> None:
    """With a name, copies that are there would do; to start one, there has to be a source."""
    outcome = copy(lab, "m-nothing", name="golden")
    refused(lab, outcome, "m-nothing")
    assert outcome.copy_in(BEIJING)["error"]["code"] == "SourceGone"


@pytest.mark.parametrize("params", [{}, {"encrypted": True}], ids=["plain", "encrypted"])
def test_a_shared_image_across_regions(lab: Lab, params: dict[str, t.Any]) -> None:
    source = lab.source(shares=[ONE])
    refused(lab, copy(lab, source, who="consumer-one", **params), source, MAIN, "own region")


def test_a_system_image(lab: Lab) -> None:
    refused(lab, copy(lab, "aliyun_3_x64_20G_alibase_20260115.vhd"), "marketplace")


def test_another_account_than_expected_never_writes(lab: Lab) -> None:
    source = lab.source()
    for module, params in (
        (COPY, {"image_id": source, "destination_regions": [BEIJING]}),
        (SHARE, {"image_id": source, "accounts": [ONE]}),
        (IMAGE, {"image_id": source, "state": "absent"}),
        (CANCEL, {"image_id": source}),
    ):
        refused(lab, lab(module, region=HOME, account_id=ONE, **params), MAIN, ONE)
    assert copy(lab, source, account_id=MAIN).code == 0


# Sharing


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"accounts": accounts(51)}, "51 accounts"),
        ({"accounts": accounts(5), "max_accounts": 4}, "max_accounts=4"),
        ({"accounts": [ONE, MAIN]}, MAIN),
        ({"accounts": ["somebody@example.org"]}, "digits"),
        ({"accounts": []}, "empty"),
        ({"accounts": [], "purge_accounts": True}, "allow_empty"),
        ({"accounts": [ONE], "purge_accounts": True, "state": "absent"}, "purge_accounts"),
        ({"accounts": [ONE], "image_id": None}, "no image"),
        ({"accounts": [ONE], "image_id": None, "source_image_id": "m-1"}, "source_region"),
    ],
)
def test_a_bad_option_of_a_share(lab: Lab, params: dict[str, t.Any], word: str, check: bool) -> None:
    call = {"region": HOME, "image_id": lab.source(), **params}
    outcome = lab(SHARE, check=check, **{key: value for key, value in call.items() if value is not None})
    refused(lab, outcome, word)


# Images and cancelling


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"name": "x"}, "'x'"),
        ({"name": None}, "no image is named"),
        ({"tags": {f"tag-{number}": "1" for number in range(20)}}, "max_tags"),
        ({"instance_id": None, "disk_mappings": [{"device": "/dev/xvda"}]}, "snapshot_id"),
        ({"instance_id": None, "disk_mappings": [{"size": 20, "device": "/dev/xvdb"}] * 2}, "twice"),
        ({"snapshot_id": "s-1"}, "mutually exclusive"),
    ],
)
def test_a_bad_option_of_an_image(lab: Lab, params: dict[str, t.Any], word: str) -> None:
    call = {"region": HOME, "name": "base", "instance_id": lab.demo("instances", "demo"), **params}
    outcome = lab(IMAGE, **{key: value for key, value in call.items() if value is not None})
    assert outcome.code == 1 and word in outcome.msg
    assert lab.writes() == []


@pytest.mark.parametrize("state", ["present", "absent", "deprecated"])
def test_without_a_selector_nothing_is_touched(lab: Lab, state: str) -> None:
    lab.source()
    refused(lab, lab(IMAGE, region=HOME, state=state), "no image is named")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"regions": [BEIJING]},
        {"all_marked": True},
        {"image_id": "m-1", "all_marked": True, "regions": [BEIJING]},
        {"source_image_id": "m-1", "regions": [BEIJING]},
    ],
)
def test_a_cancel_that_does_not_say_what(lab: Lab, params: dict[str, t.Any]) -> None:
    refused(lab, lab(CANCEL, **params))
