# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_launch_template_image: old versions go, but none in use; who would take a new one early is named."""

from __future__ import annotations

import itertools

import pytest
from functional import pins
from functional.launch_template.templates import GIVE, images, one, plant, template
from functional.support import HOME, Lab, four_steps

from ansible_collections.imageops.alicloud.plugins.module_utils._api.launch_templates import LaunchTemplates


def test_old_versions_go_but_for_the_default_and_those_that_groups_name(lab: Lab) -> None:
    web, image = plant(lab, count=6), lab.source()
    lab.plant("scaling_groups", region=HOME, name="pinned", launch_template=web, version="2")
    lab.plant("scaling_groups", region=HOME, name="follower", launch_template=web, version="Default")
    real = four_steps(lab, GIVE, region=HOME, launch_template_id=web, image_id=image, keep_versions=3)
    assert sorted(images(lab, web)) == [2, 5, 6, 7]
    assert one(real)["deleted_versions"] == [1, 3, 4]
    lab.ok(GIVE, region=HOME, launch_template_id=web, image_id="m-old", keep_versions=1, set_default=False)
    assert sorted(images(lab, web)) == [2, 6, 7], "the default, the pinned one, and the one that is asked for"


def test_the_only_version_there_is_gives_way_to_the_new_one(lab: Lab) -> None:
    web, image = plant(lab), lab.source()
    real = four_steps(lab, GIVE, region=HOME, launch_template_id=web, image_id=image, keep_versions=1)
    assert sorted(images(lab, web)) == [2]
    assert one(real)["deleted_versions"] == [1]


def test_where_groups_can_not_be_looked_at_nothing_is_deleted(lab: Lab) -> None:
    web, image = plant(lab, count=6), lab.source()
    lab.fault("error", "DescribeScalingGroups", code="Forbidden.RAM", status=403, times=None)
    outcome = lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image, keep_versions=1)
    assert len(images(lab, web)) == 7 and one(outcome)["scaling_groups"] is None
    (warning,) = [warning for warning in outcome.warnings if "did not look" in warning]
    assert "ess:DescribeScalingGroups" in warning and "no version is deleted" in warning


@pins.templates_counted
def test_groups_on_latest_are_named_before_a_version_is_made(lab: Lab) -> None:
    web, image = plant(lab), lab.source()
    lab.plant("scaling_groups", region=HOME, name="eager", launch_template=web, version="Latest")
    lab.plant("scaling_groups", region=HOME, name="calm", launch_template=web, version="Default")
    call = {"region": HOME, "launch_template_id": web, "image_id": image}
    foretold = lab.ok(GIVE, check=True, **call)
    (warning,) = [warning for warning in foretold.warnings if "Latest" in warning]
    assert "eager" in warning and "calm" not in warning
    lab.ok(GIVE, **call)
    lab.sim.journal.clear()
    assert lab.ok(GIVE, **call).warnings == []
    assert lab.actions() == ["DescribeLaunchTemplateVersions"], "a converged run asks once"


def test_a_full_template_makes_room_or_says_so(lab: Lab) -> None:
    web, image = plant(lab, count=30), lab.source()
    call = {"region": HOME, "launch_template_id": web, "image_id": image}
    lab.fails(GIVE, "30 is the most", "keep_versions", **call)
    assert lab.writes() == []
    real = four_steps(lab, GIVE, **call, keep_versions=29)
    assert len(one(real)["deleted_versions"]) == 2
    assert (len(images(lab, web)), template(lab, web).default) == (29, 31)


def test_versions_that_went_before_a_failure_are_told(lab: Lab) -> None:
    web, image = plant(lab, count=30), lab.source()
    lab.fault("error", "CreateLaunchTemplateVersion", code="InvalidParameter", status=400, times=None)
    call = {"region": HOME, "launch_template_id": web, "image_id": image}
    failed = lab.fails(GIVE, "InvalidParameter", **call, keep_versions=29)
    assert failed.changed and len(one(failed)["deleted_versions"]) == 2
    assert not lab.fails(GIVE, "InvalidParameter", **call).changed, "no version was made"


def test_a_version_that_is_gone_and_still_listed_is_not_deleted_again(lab: Lab) -> None:
    """It was told as deleted, and as a change, by each run until the list was up to date."""
    web, image = plant(lab, count=3), lab.source()
    call = {"region": HOME, "launch_template_id": web, "image_id": image, "keep_versions": 2}
    lab.ok(GIVE, **call)
    lab.fault(
        "error", "DeleteLaunchTemplateVersion", code="InvalidLaunchTemplateVersion.NotFound", status=404, times=None
    )
    outcome = lab.ok(GIVE, **{**call, "keep_versions": 1})
    assert (outcome.changed, one(outcome)["deleted_versions"]) == (False, [])


def test_a_version_whose_deletion_got_no_answer_is_told_as_deleted(lab: Lab) -> None:
    web, image = plant(lab, count=3), lab.source()
    call = {"region": HOME, "launch_template_id": web, "image_id": image}
    lab.ok(GIVE, **call)
    lab.fault("reset_after", "DeleteLaunchTemplateVersion")
    outcome = lab.ok(GIVE, **call, keep_versions=1)
    assert (outcome.changed, sorted(one(outcome)["deleted_versions"])) == (True, [1, 2, 3])


@pytest.mark.parametrize("kind", ["throttle", "internal", "reset_before", "reset_after"])
def test_one_bad_answer_about_the_groups_keeps_no_version(lab: Lab, kind: str) -> None:
    """It was not asked again, so that nothing was deleted, and a full template got no new version."""
    web, image = plant(lab, count=30), lab.source()
    lab.fault(kind, "DescribeScalingGroups")
    outcome = lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image, keep_versions=2)
    assert len(images(lab, web)) == 2 and not any("did not look" in warning for warning in outcome.warnings)


def test_a_full_template_says_why_nothing_makes_room(lab: Lab) -> None:
    web, image = plant(lab, count=30), lab.source()
    lab.fault("error", "DescribeScalingGroups", code="Forbidden.RAM", status=403, times=None)
    outcome = lab.fails(
        GIVE, "keep_versions=2 makes no room", region=HOME, launch_template_id=web, image_id=image, keep_versions=2
    )
    assert "ess:DescribeScalingGroups" in "".join(outcome.warnings), "why it makes none"
    assert lab.writes() == []


@pytest.mark.parametrize("nth", [2, 3, 5, 7])
def test_an_empty_answer_about_the_versions_says_nothing(lab: Lab, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    """It ended as a fault of the collection, or as a template without versions in the diff."""
    web, image = plant(lab, count=3), lab.source()
    seen = itertools.count(1)
    versions = LaunchTemplates.versions
    monkeypatch.setattr(LaunchTemplates, "versions", lambda *given: [] if next(seen) == nth else versions(*given))
    outcome = lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image, keep_versions=2)
    assert next(seen) > nth and one(outcome)["deleted_versions"] == [1, 2]
    assert outcome.result["diff"]["after"][f"{HOME}/{web}"] == {"default": image, "images": [image, "m-old"]}
