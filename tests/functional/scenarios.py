# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module does for which it needs rights."""

from __future__ import annotations

import typing as t
from unittest import mock

from ansible.errors import AnsibleError
from functional import rights
from functional.scenarios_of_images import OURS, Calls, cancels, copies, exports, image_life, retirements
from functional.support import BEIJING, HOME, ONE, Lab, Outcome
from functional.test_lookup import plugin

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks


def looks(lab: Lab) -> Calls:
    source = lab.source(shares=[ONE])
    outcome = lab("ecs_image_info", who=None, region=HOME, image_ids=[source], share_lists=True)
    if outcome.code == 0 and not outcome.result["images"]:
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def audits(lab: Lab) -> Calls:
    image = lab.source(shares=[ONE], organisation=["fd-1"])
    lab.plant("instances", region=HOME, image_id=image, tags={"imageops:verify-of": image})
    outcome = lab(
        "ecs_image_audit_info", who=None, region=HOME, expected=[{"region": HOME, "image_id": image}], allowed=[]
    )
    # Where an audit may not look at what is optional, it says so and does not fail.
    told = [one["reason"] for one in outcome.result.get("not_looked", [])]
    told += [one["message"] for one in outcome.result.get("findings", []) if one["kind"] == "missing"]
    kinds = {one["kind"] for one in outcome.result.get("findings", [])}
    if not told and "orphaned_instance" not in kinds:
        told.append("no instances seen without ecs:DescribeInstances")
    if told and not outcome.result.get("failed"):
        outcome.result.update(failed=True, msg=" ".join(told))
    yield outcome


def shares(lab: Lab) -> Calls:
    yield lab("ecs_image_share", who=None, region=HOME, image_id=lab.source(tags=OURS), accounts=[ONE])


def share_looks(lab: Lab) -> Calls:
    yield lab("ecs_image_share_info", who=None, region=HOME, image_id=lab.source(shares=[ONE]))


def uses(lab: Lab) -> Calls:
    image = lab.source()
    lab.plant("launch_templates", region=HOME, name="web", versions=[{"ImageId": image}])
    outcome = lab("ecs_image_usage_info", who=None, region=HOME, image_ids=[image])
    if outcome.warnings:  # which is how it tells what it could not look at
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def trials(lab: Lab) -> Calls:
    call = {"vswitch_id": f"vsw-simulator-{HOME}", "security_group_id": f"sg-simulator-{HOME}"}
    image = lab.source()
    lab.plant("instances", region=HOME, tags={"imageops:verify-of": image})
    outcome = lab("ecs_image_verify", who=None, region=HOME, image_id=image, instance_type="ecs.g7.large", **call)
    if not outcome.result.get("failed") and not outcome.result["removed_leftovers"]:
        outcome.result.update(failed=True, msg="no leftovers seen without ecs:DescribeInstances")
    if outcome.warnings:  # which is how it tells that it could not ask beforehand
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def template_images(lab: Lab) -> Calls:
    image = lab.source()
    versions = [{"ImageId": f"m-{number}"} for number in range(3)]
    template = lab.plant("launch_templates", region=HOME, name="web", versions=versions, default=3)
    given = {"launch_template_id": template, "image_id": image, "keep_versions": 2}
    outcome = lab("ecs_launch_template_image", who=None, region=HOME, **given)
    if any("did not look" in warning for warning in outcome.warnings):
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def snapshot_copies(lab: Lab) -> Calls:
    snapshot = lab.plant("snapshots", region=HOME, size=20, name="backup")
    yield lab(
        "ecs_snapshot_copy",
        who=None,
        region=HOME,
        snapshot_id=snapshot,
        destinations=[{"region": BEIJING}],
        wait_timeout=600,
    )


def lookup(lab: Lab, **options: t.Any) -> Outcome:
    try:
        with mock.patch.object(clocks, "Clock", lambda: lab.clock):
            return Outcome({"found": plugin().run([], {}, **options)}, 0, "")
    except AnsibleError as error:
        return Outcome({"failed": True, "msg": str(error)}, 1, str(error))


def lookups(lab: Lab) -> Calls:
    lab.source()
    yield lookup(lab, region=HOME, name="golden")


# What each is run with in a region that nobody knows.
PLACE = {"instance_type": "ecs.g7.large", "vswitch_id": "vsw-1", "security_group_id": "sg-1"}
ONE_IMAGE = {"image_id": "m-1"}
CALLS: dict[str, dict[str, t.Any]] = {
    "ecs_image": {"name": "base", "instance_id": "i-1"},
    "ecs_image_audit_info": {},
    "ecs_image_copy": {**ONE_IMAGE, "destination_regions": [BEIJING]},
    "ecs_image_copy_cancel": ONE_IMAGE,
    "ecs_image_export": {**ONE_IMAGE, "bucket": "archive"},
    "ecs_image_info": {},
    "ecs_image_retire": {"families": ["base"], "keep": 1},
    "ecs_image_share": {**ONE_IMAGE, "accounts": [ONE]},
    "ecs_image_share_info": ONE_IMAGE,
    "ecs_image_usage_info": {"image_ids": ["m-1"]},
    "ecs_image_verify": {**ONE_IMAGE, **PLACE},
    "ecs_launch_template_image": {**ONE_IMAGE, "launch_template_id": "lt-1"},
    "ecs_snapshot_copy": {"snapshot_id": "s-1", "destinations": [{"region": BEIJING}]},
}


def in_a_new_region(lab: Lab, module: str) -> Outcome:
    region = "cn-newtown"
    if module == rights.LOOKUP:
        outcome = lookup(lab, region=region, name="golden")
    else:
        outcome = lab(module, who=None, region=region, **CALLS[module])
    # That it is not to be had is what the API has said; any other failure counts.
    if f"refused, nothing was changed: region '{region}' is unknown" in outcome.msg:
        outcome.result.update(failed=False)
    return outcome


SCENARIOS = {
    "ecs_image": image_life,
    "ecs_image_audit_info": audits,
    "ecs_image_copy": copies,
    "ecs_image_copy_cancel": cancels,
    "ecs_image_export": exports,
    "ecs_image_info": looks,
    "ecs_image_retire": retirements,
    "ecs_image_share": shares,
    "ecs_image_share_info": share_looks,
    "ecs_image_usage_info": uses,
    "ecs_image_verify": trials,
    "ecs_launch_template_image": template_images,
    "ecs_snapshot_copy": snapshot_copies,
    rights.LOOKUP: lookups,
}


def everything(lab: Lab, module: str) -> Calls:
    """All that a module needs rights for."""
    yield in_a_new_region(lab, module)
    yield from SCENARIOS[module](lab)
