# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a connection that can't be had."""

from __future__ import annotations

from functional.support import BEIJING, HOME, Lab

INFO = "ecs_image_info"


def test_the_cause_is_named_and_nothing_of_the_request(lab: Lab, nobody: str) -> None:
    outcome = lab.fails(
        INFO, f"NoAnswer: {nobody}: [Errno", "Connection refused", region=HOME, endpoint=f"http://{nobody}"
    )
    for word in ("RetryError", "Max retries", "Signature", "AccessKeyId", "0x"):
        assert word not in outcome.msg
    assert lab.clock.slept > 10, "it may be back soon"


def test_the_cause_is_the_network_s_where_a_call_is_made_because_of_another_failure(lab: Lab) -> None:
    """The failure that was being seen to was told as the reason of the call's: "in time: they go on", of lost calls."""
    lab.setting(copy_gib_per_second=0.001)
    lab.fault("reset_before", "DeleteSnapshot", times=10000)
    call = {"destination_regions": [BEIJING], "method": "snapshots", "on_timeout": "cancel", "wait_timeout": 60}
    outcome = lab.fails("ecs_image_copy", "NoAnswer", region=HOME, image_id=lab.source(), **call)
    reason = outcome.copy_in(BEIJING)["error"]["message"]
    assert "not copied" not in reason and reason.startswith("127.0.0.1")
    assert "reset" in reason or "closed" in reason.lower(), reason


def test_an_answer_that_comes_too_late(lab: Lab) -> None:
    lab.fault("delay", "DescribeImages", seconds=0.5, times=None)
    lab.fails(INFO, "NoAnswer: 127.0.0.1", "timed out", region=HOME, read_timeout=0.1)
