# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole release by somebody who has the printed policy of one: it is enough, and nothing in it is too much."""

from __future__ import annotations

import typing as t

import pytest
from functional import rights

from .releases import place, release

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE = "1000000000000011"
KEY = {"id": "simulator-printed-key", "secret": "simulator-printed-secret"}
ALL_STEPS = ["create", "copy", "verify", "share", "promote"]


# What imports, exports and launch templates need: the tests of their modules take each away in turn.
OF_OTHER_RELEASES = {
    *("ecs:CancelTask", "ecs:DescribeTaskAttribute", "ecs:DescribeTasks", "ecs:ExportImage", "ecs:ImportImage"),
    *("ecs:CreateLaunchTemplateVersion", "ecs:DeleteLaunchTemplateVersion"),
    *("ecs:DescribeLaunchTemplateVersions", "ecs:ModifyLaunchTemplateDefaultVersion"),
}


def of_policy(action: str) -> str:
    """The action as policies name it, with its service."""
    return f"{'ess' if 'Scaling' in action else 'ecs'}:{action}"


def run(stage: Stage, name: str, code: int | None = 0, **more: t.Any) -> None:
    """A release with all that has rights of its own."""
    instance = stage.ready["demo"]["instances"]["demo"]
    given = {
        "image_release_source": {"region": HOME, "instance_id": instance, "consistency": "stopped"},
        "image_release_destinations": [{"region": BEIJING}, {"region": FRANKFURT}],
        "image_release_accounts": [ONE],
        "image_release_steps": ALL_STEPS,
        "image_release_verify": [place(HOME), place(BEIJING)],
        "image_release_deprecate_previous": True,
        "image_release_unshare_previous": True,
    }
    stage.playbook("create_copy_share", release(stage, name, **{**given, **more}), code=code)


def test_the_policy_of_a_whole_release_is_what_it_calls(stage: Stage) -> None:
    user = {"name": "printed", "policies": [rights.policy(rights.release_rights())], "access_keys": [KEY]}
    stage.control("seed", {"users": [user]})
    stage.ready["env"] |= {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEY["id"], "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEY["secret"]}
    stage.control("faults", {"kind": "copy_fails", "region": BEIJING})
    run(stage, "first")
    run(stage, "second")
    retire = {"image_retire_regions": [HOME, BEIJING, FRANKFURT], "image_retire_families": ["base"]}
    no_grace = {"image_retire_keep": 1, "image_retire_min_age_days": 0, "image_retire_grace_days": 0}
    stage.playbook("image_retire", {**retire, **no_grace, "image_retire_delete_snapshots": "own"})
    assert sorted(image["name"] for image in stage.in_region(BEIJING) if image["name"] in ("first", "second")) == [
        "second"
    ]

    stage.control("settings", {"copy_gib_per_second": 200.0})
    large = {"region": HOME, "image_id": stage.image(name="large", disks=[{"size": 1024}, {"size": 2048}])}
    of_a_finished_one = {"image_release_steps": ["copy"], "image_release_destinations": [{"region": BEIJING}]}
    run(stage, "large", image_release_source=large, **of_a_finished_one)

    stage.control("settings", {"copy_gib_per_second": 0.01})
    small = {"region": HOME, "image_id": stage.image(name="small")}
    run(stage, "small", 2, image_release_source=small, image_release_wait_timeout=3, **of_a_finished_one)
    stage.playbook("stop_copies", {"stop_copies_regions": [BEIJING]})
    assert "small" not in [image["name"] for image in stage.in_region(BEIJING)]
    stage.playbook("stop_copies", {"stop_copies_regions": ["cn-newtown"]}, code=2)

    calls = stage.control("journal")["entries"]
    made = {of_policy(call["action"]) for call in calls if call["access_key_id"] == KEY["id"]} - {
        "ecs:GetCallerIdentity"
    }
    assert made == set(rights.release_rights()) - OF_OTHER_RELEASES
    assert not [call["action"] for call in calls if (call["code"] or "").startswith(("Forbidden", "Forbbiden"))]
