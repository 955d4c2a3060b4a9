# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_launch_template_image: which templates and images are taken, and which are refused in words."""

from __future__ import annotations

import pytest
from functional.launch_template.templates import GIVE, SMALL, Data, images, one, plant, template
from functional.support import HOME, Lab, four_steps


def test_an_image_that_no_instance_starts_from_is_refused(lab: Lab) -> None:
    web = plant(lab)
    gone = lab.plant("images", region=HOME, name="gone", status="Deprecated")
    for image, word in ((gone, "Deprecated"), ("m-none", "not visible")):
        lab.fails(GIVE, word, image, region=HOME, launch_template_id=web, image_id=image, consistency_wait=5)
    assert lab.writes() == []


def test_a_planned_image_is_taken_in_check_mode_only(lab: Lab) -> None:
    plant(lab)
    entry = {"region": HOME, "launch_template_name": "web", "planned": True}
    foretold = lab.ok(GIVE, launch_templates=[entry], check=True)
    assert foretold.changed and one(foretold)["version"] is None
    lab.fails(GIVE, "check mode alone", launch_templates=[entry])


def test_bad_input_is_told_together(lab: Lab) -> None:
    web = {"region": HOME, "launch_template_name": "web", "image_id": "m-1"}
    entries = [{**web, "keep_versions": 0}, web, {"region": "cn-nowhere!", "launch_template_id": "lt-1"}]
    words = ("keep_versions is 0", "is named twice", "image_id is needed", "cn-nowhere!")
    lab.fails(GIVE, *words, launch_templates=entries)
    lab.fails(GIVE, "InvalidLaunchTemplate.NotFound", region=HOME, launch_template_name="none", image_id="m-1")
    plant(lab)
    both = [web, {**web, "launch_template_name": None, "launch_template_id": plant(lab, name="other")}]
    both[1]["launch_template_id"] = next(iter(lab.sim.world.templates))
    lab.fails(GIVE, "is named twice", launch_templates=both)


@pytest.mark.parametrize(
    ("strange", "words"),
    [
        ({"keep_versions": "ten"}, "keep_versions"),
        ({"set_default": "perhaps"}, "set_default"),
        ({"launch_template_id": "", "region": ["cn-hangzhou"]}, "launch_template_id or launch_template_name"),
        ({"keep_version": 3}, "keep_version"),
    ],
)
def test_a_strange_entry_is_refused_in_words(lab: Lab, strange: Data, words: str) -> None:
    entry = {"region": HOME, "launch_template_id": plant(lab), "image_id": lab.source(), **strange}
    outcome = lab(GIVE, launch_templates=[entry])
    assert outcome.code == 1 and words in outcome.msg and "unexpected" not in outcome.msg
    assert lab.calls() == []


def test_texts_of_an_entry_are_what_they_say(lab: Lab) -> None:
    """As a survey or a templated list hands them over."""
    web, image = plant(lab, data={**SMALL, "InstanceLabel": "kept"}, count=5), lab.source()
    entry = {"region": HOME, "launch_template_id": web, "image_id": image, "allowed_losses": "InstanceLabel"}
    texts = {"set_default": "false", "keep_versions": "2", "planned": "no"}
    four_steps(lab, GIVE, launch_templates=[{**entry, **texts}])
    assert template(lab, web).default == 5 and list(images(lab, web)) == [5, 6]


def test_one_that_is_gone_can_be_left_out(lab: Lab) -> None:
    image, there, gone = lab.source(), plant(lab), "lt-gone"
    call = {"region": HOME, "image_id": image}
    entries = [{"launch_template_id": gone}, {"launch_template_id": there}]
    assert "InvalidLaunchTemplate.NotFound" in lab.fails(GIVE, gone, **call, launch_templates=entries).said
    assert lab.writes() == []
    entries[0]["ignore_missing"] = True
    for check in (True, False):
        outcome = lab.ok(GIVE, **call, launch_templates=entries, check=check)
        left, done = outcome.result["launch_templates"]
        assert (left["action"], left["error"], left["version"]) == ("missing", None, None)
        assert outcome.changed and done["action"] == "created"
        assert gone in " ".join(outcome.warnings)
    alone = lab.ok(GIVE, **call, launch_templates=entries[:1])
    assert not alone.changed and gone in " ".join(alone.warnings)
