# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_launch_template_image: one version for an image, whatever became of an answer or a run; all templates or none."""

from __future__ import annotations

import pytest
from functional.interruptions import killed_at
from functional.launch_template.templates import EVERYTHING, GIVE, SMALL, Data, images, one, plant, template
from functional.support import BEIJING, HOME, Lab, four_steps


def test_going_back_finds_the_version_of_before(lab: Lab) -> None:
    first, second = lab.source(), lab.plant("images", region=HOME, name="newer")
    web = plant(lab, data={**EVERYTHING, "ImageId": first})
    for image in (second, first, second, first):
        outcome = lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image)
        assert template(lab, web).versions[template(lab, web).default].data["ImageId"] == image
    assert images(lab, web) == {1: first, 2: second} and one(outcome)["action"] == "adopted"


def test_a_default_that_somebody_has_changed_is_what_is_kept(lab: Lab) -> None:
    first, second = lab.source(), lab.plant("images", region=HOME, name="newer")
    versions = [{**SMALL, "ImageId": first}, {**SMALL, "ImageId": second, "HostName": "changed"}]
    web = lab.plant("launch_templates", region=HOME, versions=versions, default=2)
    lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=first)
    assert template(lab, web).versions[3].data == {**SMALL, "ImageId": first, "HostName": "changed"}


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "truncate"])
def test_a_lost_answer_makes_no_second_version(lab: Lab, kind: str) -> None:
    web, image = plant(lab), lab.source()
    lab.fault(kind, "CreateLaunchTemplateVersion", times=1)
    lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image)
    assert images(lab, web) == {1: "m-old", 2: image}
    assert (template(lab, web).default, template(lab, web).latest) == (2, 2), "no second one, not even for a moment"


WRITES = ("CreateLaunchTemplateVersion", "ModifyLaunchTemplateDefaultVersion", "DeleteLaunchTemplateVersion")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("action", WRITES)
@pytest.mark.parametrize("lag", [0, 2])
def test_a_killed_run_is_gone_on_with(lab: Lab, action: str, when: str, lag: int) -> None:
    lab.setting(lt_lag=lag)
    web, image = plant(lab, count=3), lab.source()
    call = {"region": HOME, "launch_template_id": web, "image_id": image, "keep_versions": 2}
    assert killed_at(lab, action, 1, when, GIVE, **call)
    lab.pass_time(10)
    lab.ok(GIVE, **call)
    assert list(images(lab, web).values()).count(image) == 1
    assert template(lab, web).versions[template(lab, web).default].data["ImageId"] == image
    assert len(images(lab, web)) == 2
    assert template(lab, web).latest == 4, "one was made, and no second one that went again"
    lab.sim.journal.clear()
    assert not lab.ok(GIVE, **call).changed and lab.writes() == []


def test_two_regions_are_done_together_or_not_at_all(lab: Lab) -> None:
    here, there = plant(lab), plant(lab, BEIJING, data={**SMALL, "InstanceLabel": "kept"})
    golden, twin = lab.source(), lab.plant("images", region=BEIJING, name="golden")
    entries = [
        {"region": HOME, "launch_template_name": "web", "image_id": golden},
        {"region": BEIJING, "launch_template_id": there, "image_id": twin},
    ]
    outcome = lab.fails(GIVE, "InstanceLabel", launch_templates=entries)
    assert lab.writes() == [] and not outcome.changed
    lab.fault("error", "CreateLaunchTemplateVersion", code="InternalError", status=500, times=None, region=BEIJING)
    outcome = lab.fails(GIVE, launch_templates=entries, allowed_losses=["InstanceLabel"], unreachable_timeout=5)
    assert outcome.changed, "a version was made"
    told = {entry["region"]: (entry["action"], entry["switched"]) for entry in outcome.result["launch_templates"]}
    assert told == {HOME: ("created", False), BEIJING: (None, False)}
    assert (template(lab, here).default, template(lab, there).default) == (1, 1), "and no default switched"
    lab.sim.faults.clear()
    lab.ok(GIVE, launch_templates=entries, allowed_losses=["InstanceLabel"])
    assert (images(lab, here)[2], images(lab, there)[2]) == (golden, twin)
    assert (template(lab, here).default, template(lab, there).default) == (2, 2)


@pytest.mark.parametrize(
    ("action", "option"),
    [("ModifyLaunchTemplateDefaultVersion", {}), ("DeleteLaunchTemplateVersion", {"keep_versions": 1})],
)
def test_what_was_refused_is_not_told_as_done(lab: Lab, action: str, option: Data) -> None:
    """It said that the default was switched, and that something was changed."""
    web, image = plant(lab, count=3), lab.source()
    call: Data = {"region": HOME, "launch_template_id": web, "image_id": image, "set_default": False}
    lab.ok(GIVE, **call)
    lab.fault("error", action, code="Forbidden.RAM", status=403, times=None)
    outcome = lab.fails(GIVE, "Forbidden.RAM", **{**call, "set_default": not option, **option})
    assert (outcome.changed, one(outcome)["switched"], one(outcome)["deleted_versions"]) == (False, False, [])


def test_only_made_and_not_switched(lab: Lab) -> None:
    web, image = plant(lab), lab.source()
    real = four_steps(lab, GIVE, region=HOME, launch_template_id=web, image_id=image, set_default=False)
    assert (images(lab, web), template(lab, web).default) == ({1: "m-old", 2: image}, 1)
    assert (one(real)["switched"], one(real)["default_version"]) == (False, 1)
    switched = lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image)
    assert (len(images(lab, web)), one(switched)["action"], template(lab, web).default) == (2, "adopted", 2)
    assert (switched.changed, one(switched)["switched"]) == (True, True)


def test_a_default_that_does_not_show_is_no_success(lab: Lab) -> None:
    web, image = plant(lab), lab.source()
    call: Data = {"region": HOME, "launch_template_id": web, "image_id": image}
    lab.ok(GIVE, **call, set_default=False)
    lab.pass_time(10)
    lab.setting(lt_lag=100_000)
    outcome = lab.fails(GIVE, "is not shown as such yet", **call)
    assert (outcome.changed, one(outcome)["switched"], template(lab, web).default) == (True, True, 2)


def test_another_run_that_was_faster_leaves_one_version(lab: Lab) -> None:
    """Its version is not visible yet when ours is made."""
    lab.setting(lt_lag=4)
    web, image = plant(lab), lab.source()
    other = {"region": HOME, "launch_template_id": web, "image_id": image, "set_default": False}
    lab.fault("hold", "CreateLaunchTemplateVersion", when="before", times=1)
    faster = lab.when_held(lambda: _made_by_hand(lab, web, image))
    lab.ok(GIVE, **other)
    faster.join(5)
    assert list(images(lab, web).values()).count(image) == 1
    assert images(lab, web)[2] == image
    # The next task takes that one, and not ours, which lists have shown for a while after it was deleted.
    assert one(lab.ok(GIVE, **{**other, "set_default": True}))["version"] == template(lab, web).default == 2


def _made_by_hand(lab: Lab, template_id: str, image: str) -> None:
    from simulator.state.templates import TemplateVersion

    there = lab.sim.world.templates[template_id]
    with lab.sim.lock:
        there.latest += 1
        description = f"imageops:launch-image {image} of version 1"
        data = {**SMALL, "ImageId": image}
        there.versions[there.latest] = TemplateVersion(there.latest, description, data, lab.sim.world.now(), "1")
