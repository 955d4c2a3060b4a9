# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images are tried where, and what is known of those that fail."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _boot_tests

Data = dict[str, t.Any]
HOME, BEIJING = "cn-hangzhou", "cn-beijing"


def target(image_id: str | None, region: str = BEIJING) -> Data:
    return {"region": region, "image_id": image_id, "name": "base", "planned": image_id is None, "accounts": []}


def test_every_image_of_a_place_is_tried_there() -> None:
    targets = [target("m-1", HOME), target("m-2"), target("m-3"), target(None)]
    found = _boot_tests.boot_tests(targets, [{"region": BEIJING, "instance_type": "t"}, {"region": "us-west-1"}])
    assert [(one["image_id"], one["instance_type"]) for one in found] == [("m-2", "t"), ("m-3", "t"), (None, "t")]


def test_what_failed_is_known_with_its_error_and_what_could_not_start_is_apart() -> None:
    error = {"code": "Zone.NotOnSale", "message": "closed", "request_id": "R-1", "hint": "Elsewhere."}
    results: list[Data] = [
        {_boot_tests.LOOP_VAR: target("m-1"), "changed": True},
        {_boot_tests.LOOP_VAR: target("m-2"), "failed": True, "msg": " Could not ", "error": error},
        {_boot_tests.LOOP_VAR: target("m-3"), "failed": True, "msg": " It broke "},
    ]
    fine, untested, broken = _boot_tests.tests(results)
    assert fine == {"region": BEIJING, "image_id": "m-1", "error": None, "not_tested": None}
    assert untested == {
        "region": BEIJING,
        "image_id": "m-2",
        "error": error,
        "not_tested": "Zone.NotOnSale: closed",
    }
    assert broken["not_tested"] is None
    assert broken["error"] == {"code": "NotVerified", "message": "It broke", "request_id": None, "hint": None}


def test_of_several_boots_of_an_image_the_worst_counts() -> None:
    """The last one did, and an image was fine that had failed as another type."""
    good: Data = {_boot_tests.LOOP_VAR: {**target("m-1"), "instance_type": ["good"]}, "changed": True}
    bad = {_boot_tests.LOOP_VAR: {**target("m-1"), "instance_type": ["bad"]}, "failed": True, "msg": "It broke"}
    full: Data = {**bad, "error": {"code": "Zone.NotOnSale", "message": "closed"}}
    other: Data = {_boot_tests.LOOP_VAR: target("m-2"), "changed": True}
    for results, outcome in (
        ([bad, good], "failed"), ([good, bad], "failed"), ([full, bad, full], "failed"), ([full, good], "not_tested"),
        ([good, good], "passed"),
    ):  # fmt: skip
        one, two = _boot_tests.facts([*results, other], "now")
        assert (one["test_boot"]["outcome"], two["test_boot"]["outcome"]) == (outcome, "passed")


def test_one_without_room_is_not_tried() -> None:
    failed = {"m-1": {"outcome": "failed", "at": "then"}}
    tested: Data = {"region": BEIJING, "image_id": "m-1", "error": None, "not_tested": "no room"}
    assert len(_boot_tests.failed_before(failed, [target("m-1")], [tested])) == 1
    assert _boot_tests.failed_before(failed, [target("m-1")], [{**tested, "not_tested": None}]) == []
