# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images of a release are tried where, and what came of it. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._verify.plan import PLACE
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _values
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _image_facts
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest._image_facts import (
    FAILED,
    NOT_TESTED,
    OUTCOMES,
    PASSED,
)

Data = dict[str, t.Any]

LOOP_VAR = "__image_release_boot"  # of the role's loop over the test boots


def boot_tests(targets: t.Sequence[Data], places: t.Sequence[Data]) -> list[Data]:
    """Every image of a place's region, tried there.

    :param targets: the images of the release as ``_release.targets`` tells them
    :param places: where an instance may be started
    """
    told = ("region", "image_id", "name", "planned")
    return [
        {**place, **{key: target[key] for key in told}}
        for place in places
        for target in targets
        if target["region"] == place["region"]
    ]


def place_faults(places: t.Sequence[Data], variable: str) -> list[str]:
    """What an instance can't be started with, which its module would refuse when the copies have been made.

    :param variable: that names the places
    """
    empty = [(name, place["region"]) for place in places for name in PLACE if not place.get(name)]
    found = [f"{variable}: {name} is empty in {region}" for name, region in empty]
    return found + [
        f"{variable}: in {place['region']}, {fault}"
        for place in places
        for fault in validation.common_faults({"wait_timeout": patience(place)})
    ]


def patience(boot: Data) -> float | None:
    """Seconds that a test boot may take, by the name of today or the former one."""
    today = boot.get("wait_timeout")
    return t.cast("float | None", boot.get("timeout") if today is None else today)


def call(boot: Data, **more: t.Any) -> Data:
    """The arguments of ecs_image_verify, without those that say nothing: the play's defaults hold for these.

    :param boot: where an instance may be started, with the image if it is known
    """
    told = {key: boot.get(key) for key in ("region", "image_id", *PLACE, "secure_boot")}
    return _values.given(**told, wait_timeout=patience(boot), **more)


def tests(results: t.Sequence[Data]) -> list[Data]:
    """
    :param results: of ecs_image_verify in a loop over test boots
    :returns: each image that was tried: ``error`` as manifests have it if it did not come to run, and ``not_tested``
        with the reason if that says nothing about it, because there was no room for an instance
    """
    return [{key: result[LOOP_VAR][key] for key in ("region", "image_id")} | _told(result) for result in results]


def failed_before(failed: t.Mapping[str, Data], targets: t.Sequence[Data], tested: t.Sequence[Data]) -> list[Data]:
    """Images that have not come to run in an earlier run, and that this one does not try.

    :param failed: the test boots of earlier runs that have failed, by the image's id
    :param targets: the images of the release
    :param tested: those that this run has tried, also where no instance could be started
    :returns: as ``tests`` tells them
    """
    now = {test["image_id"] for test in tested if not test["not_tested"]}
    images = [target for target in targets if target["image_id"] in failed and target["image_id"] not in now]
    return [
        {
            "region": image["region"],
            "image_id": image["image_id"],
            "error": _image_facts.not_verified(
                f"{image['image_id']} has not passed its test boot of {failed[image['image_id']]['at']}",
                "Run the step verify again.",
            ),
            "not_tested": None,
        }
        for image in images
    ]


def facts(results: t.Sequence[Data], at: str) -> list[Data]:
    """What test boots have shown of each image, as ``with_facts`` takes it. Of several in a region the worst counts.

    :param results: as ``tests`` takes them
    """
    found: dict[tuple[str, str], Data] = {}
    for result, test in zip(results, tests(results), strict=True):
        outcome = NOT_TESTED if test["not_tested"] else FAILED if test["error"] else PASSED
        reason = test["not_tested"] or (test["error"] or {}).get("message")
        told = {"outcome": outcome, "instance_type": _type_of(result), "reason": reason, "at": at}
        key = (test["region"], test["image_id"])
        if key not in found or OUTCOMES.index(outcome) >= OUTCOMES.index(found[key]["outcome"]):
            found[key] = told
    return [{"region": region, "image_id": image_id, "test_boot": told} for (region, image_id), told in found.items()]


def _type_of(result: Data) -> str | None:
    """The type of the instance that was started, or was to be: of several, the last that was tried."""
    asked = result[LOOP_VAR].get("instance_type")
    named = asked[0] if isinstance(asked, list) and asked else asked
    return t.cast("str | None", (result.get("instance") or {}).get("instance_type") or named)


def failed(manifest: Data | None) -> dict[str, Data]:
    """The test boots that images of a manifest have failed, by id."""
    images = (manifest or {}).get("images") or []
    return {image["image_id"]: image["test_boot"] for image in images if _image_facts.has_failed(image)}


def _told(result: Data) -> Data:
    error = _error(result) if result.get("failed") or "msg" in result else None
    untested = error if error and error["code"] in error_codes.NO_ROOM else None
    return {"error": error, "not_tested": f"{untested['code']}: {untested['message']}" if untested else None}


def _error(result: Data) -> Data:
    return {**_image_facts.not_verified(str(result.get("msg") or "unknown").strip()), **(result.get("error") or {})}
