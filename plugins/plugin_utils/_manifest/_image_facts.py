# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release has done with its images beside making and sharing them, as the manifest keeps it. Pure."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.plugin_utils._base._run import TIME

Data = dict[str, t.Any]

EMPTY: Data = {"asked_accounts": None, "family": None, "test_boot": None, "made_from": None}


# Outcomes of test boots, the better ones first.
PASSED, NOT_TESTED, FAILED = OUTCOMES = ("passed", "not_tested", "failed")
OF_BOOTS_1_0 = ("NotRunning", "NotVerified", "Interrupted")  # codes of errors that only test boots had in version 1.0.0


def has_failed(image: Data) -> bool:
    """
    :param image: of a manifest
    """
    return bool((image.get("test_boot") or {}).get("outcome") == FAILED)


def test_boot_of_1_0(image: Data, manifest: Data) -> Data | None:
    """What version 1.0.0 wrote of a test boot that failed: an error like any other, and the sentence about its start.

    :param image: of a manifest of schema 1
    """
    error = image["error"]
    if not error:
        return None
    start = f"Could not start an instance of image {image['image_id']} in {image['region']}: "
    if error["code"] not in OF_BOOTS_1_0 and not any(told.startswith(start) for told in manifest["failures"]):
        return None
    reason, at = f"{error['code']}: {error['message']}", manifest["run"]["ended_at"]
    outcome = NOT_TESTED if error["code"] in error_codes.NO_ROOM else FAILED
    return {"outcome": outcome, "instance_type": None, "reason": reason, "at": at}


def not_verified(message: str, hint: str | None = None) -> Data:
    """The error of an image that has not come to run."""
    return {"code": "NotVerified", "message": message, "request_id": None, "hint": hint}


def holds(image: Data, old: Data) -> bool:
    """Whether a test boot that has failed still tells what is known of an image: none has been through since.

    :param image: as this run knows it
    :param old: the same in the manifest before
    """
    tried = (image.get("test_boot") or {}).get("outcome") in (PASSED, FAILED)
    return has_failed(old) and not tried


def is_same_boot(new: Data | None, old: Data | None) -> bool:
    """Whether a test boot has only repeated what an earlier one has shown."""
    return bool(new and old) and {**(new or {}), "at": None} == {**(old or {}), "at": None}


def with_facts(image: Data, facts: t.Sequence[Data]) -> Data:
    """
    :param image: of a manifest
    :param facts: of images, each with ``region`` (None for all), ``image_id`` or ``role``, and some of the keys
        of ``EMPTY``
    """
    found = {**EMPTY, **{key: image[key] for key in EMPTY if key in image}}
    for fact in facts:
        named = fact["image_id"] == image["image_id"] if "image_id" in fact else fact["role"] == image["role"]
        if named and fact["region"] in (None, image["region"]):
            found |= {key: fact[key] for key in EMPTY if key in fact}
    return {**image, **found}


def owner_of(image: Data) -> str | None:
    """Who owns an image that is not the account's own, such as one that is shared with it. None for own ones.

    :param image: as modules tell it
    """
    alias = image.get("owner_alias")
    return None if alias in (None, "", "self") else str(image.get("owner_id") or alias)


def making(created: Data) -> Data:
    """
    :param created: the result of ecs_image
    :returns: when a run has made the source, as images of a manifest have it; nothing if it has not
    """
    if not created.get("started_at"):
        return {}
    request = created.get("request_id")
    times = {key: created.get(key) for key in ("started_at", "finished_at")}
    return {**times, "request_ids": [request] if request else None}


def failed_at(image: Data) -> str | None:
    """When the copying of an image was seen to have failed."""
    start, spent = image.get("started_at"), image.get("elapsed_seconds")
    if not (image.get("error") and start and spent is not None) or image.get("finished_at"):
        return None
    return (datetime.datetime.strptime(start, TIME) + datetime.timedelta(seconds=spent)).strftime(TIME)
