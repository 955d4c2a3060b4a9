# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Guards against a second copy that only show when something happens between two calls."""

from __future__ import annotations

from functional import pins
from functional.copy.copying import copy, start_by_another_run
from functional.support import BEIJING, HOME, Lab


@pins.shown_at_once
@pins.tags_at_once
def test_the_younger_of_two_copies_gives_way_if_it_is_this_run_s(lab: Lab) -> None:
    """Another run's copy is renamed in the very moment, so that neither look nor name shows it."""
    lab.setting(copy_conflict="none", copy_gib_per_second=0.5)
    source = lab.source()

    def elsewhere() -> None:
        start_by_another_run(lab, source)
        lab.one(BEIJING).name = "renamed"
        lab.pass_time(2)

    lab.fault("hold", "CopyImage", when="before")
    other = lab.when_held(elsewhere)
    outcome = copy(lab, source)
    other.join(5)
    assert outcome.code == 0, outcome.result
    (left,) = lab.own(BEIJING)
    assert left.name == "renamed" and left.status == "Available"
    assert outcome.result["images"] == {BEIJING: left.image_id}
    assert outcome.actions == {BEIJING: "adopted"} and outcome.changed
    assert any(left.image_id in warning for warning in outcome.warnings)


@pins.shown_at_once
def test_a_lost_answer_is_followed_by_a_look_and_not_by_another_call(lab: Lab) -> None:
    source = lab.source()
    lab.fault("reset_after", "CopyImage")
    assert copy(lab, source).actions == {BEIJING: "started"}
    actions = lab.actions()
    assert actions.count("CopyImage") == 1
    assert actions[actions.index("CopyImage") + 1] == "DescribeImages"


def test_an_image_whose_name_only_begins_alike_is_in_nobody_s_way(lab: Lab) -> None:
    source = lab.source()
    lab.plant("images", region=BEIJING, name="golden-2")
    assert copy(lab, source).actions == {BEIJING: "started"}


def test_an_image_that_holds_the_name_is_not_touched_unasked(lab: Lab) -> None:
    source = lab.source()
    lab.pass_time(60)
    holder = lab.plant("images", region=BEIJING, name="golden", is_copied=True)
    outcome = copy(lab, source)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"
    assert lab.writes() == [] and lab.image(holder).tags == {}


def test_not_even_adopt_unmarked_takes_over_another_source_s_copy(lab: Lab) -> None:
    source, stranger = lab.source(), lab.source(name="other")
    held = lab.twin(stranger, BEIJING, name="golden", copied_as="golden")
    outcome = copy(lab, source, adopt_unmarked=True)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"
    assert lab.writes() == []
    assert lab.image(held).tags["imageops:copied-from"] == f"{HOME}/{stranger}"


def test_a_repeat_after_a_look_that_showed_nothing_says_the_same_token_again(lab: Lab) -> None:
    """Reads lag, so that only the token tells the API that it has done this already."""
    source = lab.source()
    lab.pass_time(60)
    lab.setting(image_read_lag=20.0)
    lab.fault("reset_after", "CopyImage")
    outcome = copy(lab, source)
    assert outcome.code == 0, outcome.result
    calls = lab.calls("CopyImage")
    assert len(calls) >= 2
    assert len({call["params"]["ClientToken"] for call in calls}) == 1
    assert {call["image_id"] for call in calls} == {lab.one(BEIJING).image_id}
