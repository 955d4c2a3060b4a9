# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_verify: it starts one instance of an image."""

from __future__ import annotations

import typing as t

from functional.support import HOME, Lab
from functional.verify.verifying import TAG, VERIFY, throw_aways


def test_an_image_that_boots(lab: Lab, call: dict[str, t.Any]) -> None:
    outcome = lab.ok(VERIFY, **call)
    assert outcome.changed and outcome.result["verified"] is True
    (started,) = lab.calls("RunInstances")
    assert started["params"]["Tag.1.Key"] == TAG and started["params"]["Tag.1.Value"] == call["image_id"]
    assert started["params"]["InternetMaxBandwidthOut"] == "0"
    assert outcome.result["running_after_seconds"] > 0
    assert throw_aways(lab) == [] and len(lab.calls("DeleteInstance")) == 1


def test_an_image_boots_securely_if_it_is_asked_for(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.ok(VERIFY, **call)
    lab.image(call["image_id"]).secure_boot = "supported"
    for wanted in (True, False):
        lab.ok(VERIFY, **call, secure_boot=wanted)
    told = [one["params"].get("SecurityOptions.EnableSecureBoot") for one in lab.calls("RunInstances")]
    assert told == [None, "true", "false"], "unset, it is not sent"


def test_an_image_that_does_not_support_secure_boot_is_refused_before_it_costs(
    lab: Lab, call: dict[str, t.Any]
) -> None:
    for check in (True, False):
        lab.fails(
            VERIFY, "does not support secure boot", "secure_boot=supported", check=check, **call, secure_boot=True
        )
    assert lab.writes() == []


def test_check_mode_starts_nothing(lab: Lab, call: dict[str, t.Any]) -> None:
    outcome = lab.ok(VERIFY, **call, check=True)
    assert outcome.changed and outcome.result["verified"] is None and outcome.result["planned"]
    assert lab.writes() == []


def test_an_image_that_is_not_there_or_not_finished_is_refused(lab: Lab, call: dict[str, t.Any]) -> None:
    lab.fails(VERIFY, "not visible", **{**call, "image_id": "m-nothing"})
    running = lab.plant("images", region=HOME, name="running", status="Creating")
    lab.fails(VERIFY, "is Creating", **{**call, "image_id": running})
    # A run would have waited for it in the task before.
    planned = lab.ok(VERIFY, **{**call, "image_id": running}, check=True)
    assert planned.changed and f"image {running} is Creating: it can be test-booted" in " ".join(planned.warnings)
    assert lab.writes() == []
