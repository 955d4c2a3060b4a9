# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is to get which image, and which copies of a plan are there already."""

from __future__ import annotations

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _calls
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.manifest_parts import (
    BEIJING,
    HOME,
    OWN,
    SOURCE,
    THREE,
    TWO,
    Data,
    copied,
    parts,
)


def targets(copies: list[Data], destinations: list[Data], with_source: bool = False) -> list[Data]:
    return _manifest.share_targets(SOURCE, copies, destinations, with_source)


def test_each_copy_goes_to_its_own_destination_s_accounts() -> None:
    found = targets([copied()], [{"region": BEIJING, "accounts": [TWO]}, {"region": "us-west-1", "accounts": [THREE]}])
    assert [(one["image_id"], one["accounts"]) for one in found] == [("m-2", [TWO])]


@pytest.mark.parametrize(
    "bad",
    [
        {"error": {"code": "X"}},
        {"status": "Creating"},
        {"status": "Deprecated"},
        {"status": "Deprecated", "planned": True},  # check mode plans each copy
    ],
    ids=["failed", "running", "deprecated", "deprecated in check mode"],
)
def test_what_can_not_be_shared_is_left_out(bad: Data) -> None:
    assert targets([copied(**bad)], [{"region": BEIJING}]) == []


def test_a_planned_copy_is_shared_in_the_plan() -> None:
    (one,) = targets([copied(image_id=None, status=None, planned=True)], [{"region": BEIJING}])
    assert one["planned"] is True and one["image_id"] is None


def test_the_image_itself_is_shared_when_asked_and_once() -> None:
    assert [one["image_id"] for one in targets([copied()], [{"region": BEIJING}], with_source=True)] == ["m-1", "m-2"]
    itself = copied(region=HOME, image_id="m-1", action="present")
    found = targets([itself], [{"region": HOME, "accounts": [TWO]}], with_source=True)
    assert [(one["image_id"], one["accounts"]) for one in found] == [("m-1", [TWO])]


def test_how_a_planned_copy_is_encrypted_goes_with_it() -> None:
    planned = copied(image_id=None, status=None, planned=True, encrypted=True, kms_key_id=None, disk_count=2)
    (one,) = targets([planned], [{"region": BEIJING}])
    assert (one["encrypted"], one["kms_key_id"], one["disk_count"]) == (True, None, 2)


def test_the_disks_of_a_planned_image_are_counted_and_no_key_is_claimed() -> None:
    image = {**SOURCE, "image_id": None, "planned": True, "encrypted": True, "disks": [{}, {}]}
    (one,) = _manifest.share_targets(image, [], [], True)
    assert (one["encrypted"], one["disk_count"], "kms_key_id" in one) == (True, 2, False)


def test_one_image_under_two_names_is_shared_and_recorded_once() -> None:
    itself = copied(region=HOME, image_id="m-1", name="golden-2026", action="present")
    found = targets([itself], [{"region": HOME, "accounts": [TWO]}], with_source=True)
    assert [(one["image_id"], one["accounts"]) for one in found] == [("m-1", [TWO])]
    record = _manifest.manifest(parts(copies={"copies": [itself, copied()]}))
    assert [image["image_id"] for image in record["images"]] == ["m-1", "m-2"]


def test_two_planned_images_of_a_region_are_told_apart_by_their_names() -> None:
    planned = copied(region=HOME, image_id=None, status=None, name="golden-encrypted", planned=True)
    image = {**SOURCE, "image_id": None, "planned": True}
    found = _manifest.share_targets(image, [planned], [{"region": HOME}], True)
    assert [one["name"] for one in found] == ["golden", "golden-encrypted"]


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({"action": "present"}, True),
        ({"action": "updated"}, True),
        ({"action": "adopted"}, True),
        ({"action": "started", "image_id": None}, False),
        ({"action": "replaced"}, False),
        ({"action": "refused", "error": {"code": "NotThisCopy"}}, False),
    ],
)
def test_only_copies_that_are_there_and_ours_are_present(changes: Data, there: bool) -> None:
    looked = {"account_id": OWN, "caller": "arn", "changed": True, "copies": [copied(planned=True, **changes)]}
    found = _manifest.present(looked)
    assert found == {"account_id": OWN, "caller": "arn", "copies": [copied(**changes, planned=False)] if there else []}


def test_a_destination_without_a_name_of_its_own_has_the_image_s() -> None:
    planned = {"region": BEIJING, "image_id": None, "planned": True}
    (one,) = _manifest.share_targets({**SOURCE, "created_at": "2026-11-01T00:00:00Z"}, [planned], [], False)
    assert (one["name"], one["source_created_at"]) == ("golden", "2026-11-01T00:00:00Z")
    # Of an image that is a copy itself, that of its source.
    older = {
        **SOURCE,
        "created_at": "2026-11-01T00:00:00Z",
        "tags": {"imageops:source-created": "2026-01-01T00:00:00Z"},
    }
    (one,) = _manifest.share_targets(older, [planned], [], False)
    assert one["source_created_at"] == "2026-01-01T00:00:00Z"


def test_destinations_go_to_the_copy_without_the_accounts() -> None:
    assert _calls.destinations_only([{"region": BEIJING, "name": "x", "accounts": [TWO]}]) == [
        {"region": BEIJING, "name": "x"}
    ]
