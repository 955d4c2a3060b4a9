# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_info: every page, every state, several regions."""

from __future__ import annotations

import sys
import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, MAIN, ONE, TWO, Lab

INFO = "ecs_image_info"


@pins.list_counted
def test_more_images_than_a_page_holds(lab: Lab) -> None:
    lab.setting(image_quota=500)
    made = {lab.source(name=f"golden-{number}") for number in range(230)}
    outcome = lab.ok(INFO, region=HOME)
    assert {image["image_id"] for image in outcome.result["images"]} == made
    assert len(outcome.result["images"]) == 230
    # A list of several pages is read until two readings agree. Where answers say nothing of encryption, snapshots do.
    assert [action for action in lab.actions() if action != "DescribeSnapshots"] == ["DescribeImages"] * 2 * 3
    assert not outcome.changed


@pins.shown_at_once
def test_every_state_is_shown_unless_asked_otherwise(lab: Lab) -> None:
    states = ["Available", "Deprecated", "CreateFailed", "UnAvailable"]
    for number, status in enumerate(states):
        lab.source(name=f"golden-{number}", status=status)
    lab.ok("ecs_image", region=HOME, instance_id=lab.demo("instances", "demo"), name="base", wait=False)
    shown = {image["status"] for image in lab.ok(INFO, region=HOME).result["images"]}
    assert shown == {*states, "Creating"}
    some = lab.ok(INFO, region=HOME, statuses=["Available"]).result["images"]
    assert [image["status"] for image in some] == ["Available"]


def test_several_regions_in_one_call(lab: Lab) -> None:
    for region in (HOME, BEIJING):
        lab.source(region=region)
    outcome = lab.ok(INFO, regions=[HOME, BEIJING, FRANKFURT, HOME])
    assert [image["region"] for image in outcome.result["images"]] == [HOME, BEIJING]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"name": "golden"}, ["golden"]),
        ({"name_regex": "^golden-"}, ["golden-2", "golden-3"]),
        ({"family": "base"}, ["golden-2"]),
        ({"tags": {"stage": "release", "team": "base"}}, ["golden-3"]),
        ({"shared_with": [ONE]}, ["golden"]),
        ({"shared_with": [ONE, TWO]}, []),
    ],
    ids=["exact name", "regular expression", "family", "all tags", "shared with one", "shared with both"],
)
def test_images_are_chosen(lab: Lab, wanted: dict[str, object], found: list[str]) -> None:
    lab.source(name="golden", shares=[ONE])
    lab.source(name="golden-2", family="base", tags={"stage": "release"})
    lab.source(name="golden-3", tags={"stage": "release", "team": "base"})
    images = lab.ok(INFO, region=HOME, **wanted).result["images"]
    assert sorted(image["name"] for image in images) == found


def test_the_copies_of_a_source(lab: Lab) -> None:
    source, other = lab.source(), lab.source(name="other")
    copy = lab.twin(source, BEIJING)
    lab.twin(other, BEIJING)
    images = lab.ok(INFO, region=BEIJING, copied_from=f"{HOME}/{source}").result["images"]
    assert [image["image_id"] for image in images] == [copy]


def test_share_lists_are_read_when_asked(lab: Lab) -> None:
    lab.source(shares=[ONE, TWO])
    (plain,) = lab.ok(INFO, region=HOME).result["images"]
    assert "shares" not in plain
    (image,) = lab.ok(INFO, region=HOME, share_lists=True).result["images"]
    assert [share["account_id"] for share in image["shares"]] == [ONE, TWO]


@pins.shown_at_once
def test_an_image_that_goes_before_its_share_list_is_read_hides_no_other(lab: Lab) -> None:
    """The whole region was lost."""
    for name in ("first", "second", "third"):
        lab.source(name=name, shares=[ONE])
    lab.fault("hold", "DescribeImageSharePermission", nth=2)
    other = lab.when_held(lambda: lab.delete_by_hand(lab.own(HOME)[1]))
    images = lab.ok(INFO, region=HOME, share_lists=True).result["images"]
    other.join(5)
    assert {image["name"] for image in images} == {image.name for image in lab.own(HOME)} and len(images) == 2


def test_a_share_list_that_is_not_found_of_an_image_that_is_there_is_an_error(lab: Lab) -> None:
    lab.source(shares=[ONE])
    lab.fault("error", "DescribeImageSharePermission", code="InvalidImageId.NotFound", status=404)
    lab.fails(INFO, "read the share list", region=HOME, share_lists=True)


def test_another_account_s_images(lab: Lab) -> None:
    shared = lab.source(shares=[ONE])
    lab.source(name="private")
    images = lab.ok(INFO, region=HOME, owner=MAIN, who="consumer-one").result["images"]
    assert [image["image_id"] for image in images] == [shared]
    by_id = lab.ok(INFO, region=HOME, image_ids=[shared, "m-nothing"], who="consumer-one").result["images"]
    assert [image["image_id"] for image in by_id] == [shared]
    assert lab.ok(INFO, region=HOME, who="consumer-one").result["images"] == []


@pytest.mark.parametrize("family", ["web", f"acs:{MAIN}:web"])
@pytest.mark.parametrize(
    "whose", [{"owner": MAIN}, {"owner_account": MAIN}, {"owner": "others", "owner_account": int(MAIN)}]
)
def test_the_own_account_named_by_its_id_has_its_own_images(lab: Lab, whose: dict[str, t.Any], family: str) -> None:
    """A play that names the central account found nothing when it ran there."""
    own = lab.source(family="web")
    lab.source(name="other", account=ONE, shares=[MAIN], family="web")
    (found,) = lab.ok(INFO, region=HOME, family=family, newest=1, **whose).result["images"]
    assert found["image_id"] == own


def test_no_image_is_in_an_empty_list_of_ids(lab: Lab) -> None:
    """All own images were told, as if they had been named."""
    lab.source()
    outcome = lab.ok(INFO, regions=[HOME, BEIJING], image_ids=[])
    assert outcome.result["images"] == [] and outcome.warnings == [] and lab.calls() == []


def test_an_image_that_is_named_twice_is_there_once(lab: Lab) -> None:
    image = lab.source()
    assert lab.ok(INFO, region=HOME, image_ids=[image, image], query="length(@)").result["result"] == 1


def test_the_newest_and_a_query(lab: Lab) -> None:
    for number in (2, 3, 1):
        lab.source(name=f"golden-{number}", created=f"2026-0{number}-01T00:00:00Z")
    outcome = lab.ok(INFO, region=HOME, newest=1, query="[0].name")
    assert outcome.result["result"] == "golden-3"
    assert len(outcome.result["images"]) == 1
    names = lab.ok(INFO, region=HOME, newest=2, query="sort(@[].name)").result["result"]
    assert names == ["golden-2", "golden-3"]


@pytest.mark.parametrize("module", [INFO, "ecs_image_share_info"])
def test_a_query_that_does_not_fit_is_bad_input(lab: Lab, module: str) -> None:
    """It is well-formed, so that nothing but what was found shows it."""
    source = lab.source()
    selection = {"image_id": source} if module != INFO else {}
    outcome = lab.fails(module, "query", "without query", region=HOME, query="sum([].region)", **selection)
    assert outcome.result["error"]["code"] == "InvalidInput"


def test_a_query_that_does_not_fit_hides_no_region_that_refused(lab: Lab) -> None:
    lab.source()
    lab.fault("error", "DescribeImages", region=BEIJING, code="Forbidden.RAM", status=403, times=None)
    lab.fails(INFO, "query", "Forbidden.RAM", regions=[BEIJING, HOME], query="sum([].name)")


def test_a_query_without_jmespath_names_the_remedy(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jmespath", None)  # as if it were not there
    lab.fails(INFO, "install it for", region=HOME, query="[]")
    lab.ok(INFO, region=HOME)


@pytest.mark.parametrize("query", ["[?contains(name, `2026`)].image_id", "[?starts_with(name, `1`)]"])
def test_a_query_that_breaks_on_a_value_is_bad_input(lab: Lab, query: str) -> None:
    """JMESPath raises what Python raises there, and no error of its own."""
    lab.source()
    outcome = lab.fails(INFO, query, "without query", region=HOME, query=query)
    assert outcome.result["error"]["code"] == "InvalidInput"


def test_a_region_that_refuses_hides_nothing_of_the_others(lab: Lab) -> None:
    source = lab.source()
    lab.fault("error", "DescribeImages", region=BEIJING, code="Forbidden.RAM", status=403, times=None)
    outcome = lab(INFO, regions=[BEIJING, HOME])
    assert outcome.code == 1
    assert BEIJING in outcome.msg and "Forbidden.RAM" in outcome.msg
    assert [image["image_id"] for image in outcome.result["images"]] == [source]


def test_check_mode_looks_just_the_same(lab: Lab) -> None:
    lab.source()
    assert len(lab.ok(INFO, region=HOME, check=True).result["images"]) == 1


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ({"name_regex": "("}, "name_regex"),
        (
            {"name_regex": "a{99999999999}"},
            "name_regex is not a regular expression: the repetition number is too large",
        ),
        ({"query": "[?"}, "JMESPath"),
        ({"owner": "me"}, "owner"),
        ({"newest": 0}, "newest must be at least 1"),
        ({"newest": -1}, "newest must be at least 1"),
        ({"regions": ["cn-beijin"]}, BEIJING),
        ({"shared_with": ["me"]}, "shared_with: account 'me' must be an account id"),
        ({"copied_from": "m-source"}, "copied_from must be a region and an image id"),
    ],
)
def test_bad_input_is_refused(lab: Lab, bad: dict[str, object], word: str) -> None:
    lab.fails(INFO, word, **{"region": HOME, **bad})


def test_without_a_region_nothing_is_looked_at(lab: Lab) -> None:
    lab.fails(INFO, "region")


@pytest.mark.parametrize("plain_too", [False, True])
@pytest.mark.parametrize("family", ["web", f"acs:{ONE}:web"])
def test_the_family_of_another_account_is_found_in_either_form(lab: Lab, family: str, plain_too: bool) -> None:
    lab.setting(family_shared_plain=plain_too)
    theirs = {"account": ONE, "shares": [MAIN], "family": "web"}
    lab.source(name="web-1", created="2026-01-01T00:00:00Z", **theirs)
    newest = lab.source(name="web-2", created="2026-02-01T00:00:00Z", **theirs)
    lab.source(name="other", **{**theirs, "family": "other"})
    lab.source(name="web-3", created="2026-03-01T00:00:00Z", **{**theirs, "account": TWO})
    lab.source(name="web-own", family="web")
    for whose in ({"owner_account": ONE}, {"owner": ONE}, {"owner": "others", "owner_account": ONE}):
        (found,) = lab.ok(INFO, region=HOME, family=family, newest=1, **whose).result["images"]
        assert (found["image_id"], found["family"]) == (newest, f"acs:{ONE}:web")
    assert len(lab.ok(INFO, region=HOME, family=family, owner_account=ONE).result["images"]) == 2


def test_all_that_others_share_is_shown_and_never_the_newest_of_it(lab: Lab) -> None:
    """Anybody can share an image that is newer and of that name and family."""
    theirs = {lab.source(name=f"web-{one}", account=one, shares=[MAIN], family="web") for one in (ONE, TWO)}
    lab.source(family="web")
    shown = lab.ok(INFO, region=HOME, owner="others", family="web").result["images"]
    assert {image["image_id"] for image in shown} == theirs
    lab.fails(INFO, "owner others needs owner_account", region=HOME, owner="others", family="web", newest=1)
    lab.fails(INFO, "owner_account must be an account id, not 'me'", region=HOME, owner_account="me")
    lab.fails(INFO, "names another account", region=HOME, owner=TWO, owner_account=ONE)


@pytest.mark.parametrize("name", ["name", "name_regex", "family", "copied_from", "owner_account"])
def test_what_is_named_by_an_empty_text_is_not_everything(lab: Lab, name: str) -> None:
    """A survey's empty answer: the newest of all own images was told, and plays went on with that one."""
    lab.source()
    for empty in ("", " "):
        lab.fails(INFO, f"{name} is empty: leave it out", region=HOME, newest=1, **{name: empty})
    assert lab.calls() == []


@pytest.mark.parametrize("module", [INFO, "ecs_image_usage_info"])
def test_one_image_is_asked_for_by_its_id(lab: Lab, module: str) -> None:
    """As with the modules that change one, and those of other collections."""
    image, _other = lab.source(name="one"), lab.source(name="two")
    by_id, by_ids = lab.ok(module, region=HOME, image_id=image), lab.ok(module, region=HOME, image_ids=[image])
    of = "images" if module == INFO else "usage"
    assert by_id.result[of] == by_ids.result[of]
    assert [found["image_id"] for found in by_id.result[of]] == [image]
