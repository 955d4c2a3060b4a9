# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The printed policies reach what carries a tag of this collection, and nothing else that can be deleted or shared."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins, rights, security_results
from functional.scenarios_of_images import OURS
from functional.support import HOME, ONE, Lab
from functional.test_least_privilege import grant
from functional.test_marker_guard import OTHER, REFUSALS, by_hand

__all__ = ["grant"]

# By action: the kind of thing, and what else the call has.
CALLS: dict[str, tuple[str, dict[str, t.Any]]] = {
    "ecs:DeleteImage": ("image", {}),
    "ecs:DeleteInstance": ("instance", {"Force": True}),
    "ecs:DeleteSnapshot": ("snapshot", {}),
    "ecs:ModifyImageSharePermission": ("image", {"AddAccount": [ONE]}),
}


@pytest.fixture
def releaser(lab: Lab) -> None:
    """Somebody who has the printed policy of a whole release, and calls the API by hand."""
    lab.plant("users", name="releaser", policies=[rights.policy(rights.release_rights())], access_keys=[OTHER])


def call(lab: Lab, action: str, tags: dict[str, str]) -> str:
    kind, more = CALLS[action]
    thing = lab.plant(f"{kind}s", region=HOME, tags=tags)
    before = lab.state()
    code = by_hand(lab, action.removeprefix("ecs:"), **{f"{kind.title()}Id": thing}, **more)
    assert (lab.state() == before) is bool(code)
    return code


def test_every_deletion_and_sharing_of_a_release_hangs_on_a_tag() -> None:
    granted = {action for action in rights.release_rights() if action.startswith("ecs:Delete") or "Share" in action}
    # A launch template is its owner's and has no tag of ours. Which of its versions is ours stands in its description.
    assert (
        granted - {"ecs:DescribeImageSharePermission", "ecs:DeleteLaunchTemplateVersion"}
        == set(rights.BY_TAG)
        == set(CALLS)
    )


@pins.limited_by_tag
@pytest.mark.parametrize(("action", "marker"), [(one, tag) for one, tags in rights.BY_TAG.items() for tag in tags])
@security_results.tried("tags", case="ours")
def test_what_carries_the_tag_is_within_reach(lab: Lab, releaser: None, action: str, marker: str) -> None:
    assert call(lab, action, {marker: "x"}) == ""


@pytest.mark.parametrize("action", rights.BY_TAG)
@pytest.mark.parametrize("tags", [{}, {"stage": "test"}, {"imageops:keep": "forever"}], ids=["none", "other", "keep"])
@security_results.tried("tags", case="none")
def test_what_carries_none_is_not(lab: Lab, releaser: None, action: str, tags: dict[str, str]) -> None:
    assert call(lab, action, tags) in REFUSALS


@pytest.mark.parametrize("action", rights.BY_TAG)
@security_results.tried("tags", case="no conditions")
def test_where_tags_are_no_conditions_nothing_is_within_reach(lab: Lab, releaser: None, action: str) -> None:
    lab.setting(rights_by_resource_tag="absent")
    assert call(lab, action, {rights.BY_TAG[action][0]: "x"}) in REFUSALS


@pins.limited_by_tag
@pytest.mark.parametrize(
    ("module", "options"), [("ecs_image", {"state": "absent"}), ("ecs_image_share", {"accounts": [ONE]})]
)
@security_results.tried("tags", case="of somebody else")
def test_a_module_says_what_is_out_of_reach(lab: Lab, grant: t.Any, module: str, options: dict[str, t.Any]) -> None:
    """An image of somebody else stays as it is, and the remedy names the action and the condition."""
    grant(rights.RIGHTS[module])
    theirs, ours = lab.source(), lab.source(name="ours", tags=OURS)
    before = lab.state()
    refused = lab(module, who=None, region=HOME, image_id=theirs, **options)
    assert refused.code == 1 and "condition on a tag of this collection" in str(refused.result), refused.result
    assert lab.state() == before
    assert lab.ok(module, who=None, region=HOME, image_id=ours, **options).changed
