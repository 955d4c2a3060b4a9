# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refusals before the first call that matters, and what an error has to tell."""

from __future__ import annotations

import json
import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, HOME, ONE, Lab


def test_an_error_tells_deed_code_request_and_remedy(lab: Lab) -> None:
    lab.fault("error", "ModifyImageAttribute", code="QuotaExceed.Image", status=403, times=None)
    source = lab.source()
    outcome = lab("ecs_image", region=HOME, image_id=source, description="Another text")
    (call,) = lab.calls("ModifyImageAttribute")
    assert outcome.code == 1
    for word in (source, "change Description", "QuotaExceed.Image", call["request_id"], "ask for a higher image quota"):
        assert word in outcome.msg
    error = outcome.result["error"]
    assert (error["code"], error["request_id"]) == ("QuotaExceed.Image", call["request_id"])
    assert error["hint"]


@pins.tags_as_asked
def test_too_many_tags_with_the_source_s_are_refused_before_anything_is_started(lab: Lab) -> None:
    source = lab.source(tags={f"tag-{number}": "1" for number in range(18)})
    call: dict[str, t.Any] = {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}
    for check in (True, False):
        lab.fails("ecs_image_copy", "21 tags", "copy_tags=false", check=check, **call)
    assert lab.calls("CopyImage") == []
    lab.ok("ecs_image_copy", copy_tags=False, **call)


def test_a_plain_copy_of_an_encrypted_image_is_refused_before_anything_is_started(lab: Lab) -> None:
    source = lab.source(disks=[{"size": 20, "encrypted": True, "kms_key_id": lab.key(HOME)}])
    call: dict[str, t.Any] = {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}
    lab.fails("ecs_image_copy", source, "encrypted", encrypted=False, **call)
    assert lab.calls("CopyImage") == []


OF_IDS = pytest.mark.parametrize(
    ("module", "options"),
    [
        ("ecs_image", {"image_id": "{}", "state": "absent"}),
        ("ecs_image_copy_cancel", {"image_id": "{}"}),
        ("ecs_image_copy_cancel", {"source_image_id": "{}", "source_region": HOME, "regions": [HOME]}),
        ("ecs_image_info", {"image_ids": ["{}"]}),
        ("ecs_image_info", {"image_id": "{}"}),
        ("ecs_image_usage_info", {"image_ids": ["{}"]}),
        ("ecs_image_share", {"image_id": "{}", "accounts": [ONE], "state": "absent"}),
        ("ecs_image_share", {"images": {HOME: "{}"}, "accounts": [ONE], "state": "absent"}),
        ("ecs_image_share", {"image": {"region": HOME, "image_id": "{}"}, "accounts": [ONE], "state": "absent"}),
        ("ecs_image_retire", {"image_ids": ["{}"], "regions": [HOME]}),
    ],
)


@OF_IDS
def test_an_id_with_blanks_around_it_is_not_one_that_is_gone(lab: Lab, module: str, options: dict[str, t.Any]) -> None:
    """Copied from a page with what stood beside it. Tasks ended well, and nothing had come of them."""
    image = lab.source(shares=[ONE])
    given = json.loads(json.dumps(options).replace("{}", f" {image}\\n"))
    lab.fails(module, "has blanks around it", **{"region": HOME, **given})
    assert lab.calls() == []


@OF_IDS
def test_what_a_list_is_written_with_is_no_part_of_an_id(lab: Lab, module: str, options: dict[str, t.Any]) -> None:
    """As from the command line. No image was found under it, and the task ended well."""
    image = lab.source(shares=[ONE])
    given = json.loads(json.dumps(options).replace("{}", f"['{image}']"))
    told = lab.fails(module, "is no id: write it without brackets", **{"region": HOME, **given})
    assert told.said.count("is no id") == 1 and lab.calls() == []
