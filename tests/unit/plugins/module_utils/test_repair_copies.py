# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a copy lacks, and what is set for it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Options, Wanted
from ansible_collections.imageops.alicloud.plugins.module_utils._task.changes import Repairs
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.copy_plans import Data
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import (
    COPY_ID,
    MARKERS,
    copy,
    image,
    snapshot,
    wanted,
)


def repairs(
    found: Data | None = None, wish: Wanted | None = None, source: Data | None = None, **options: bool
) -> Repairs:
    return copy_plan.repairs(source or image(), wish or wanted(), found or copy(), [snapshot()], Options(**options))


def test_a_converged_copy_lacks_nothing() -> None:
    assert not repairs()


@pytest.mark.parametrize(
    ("found", "wish", "attributes"),
    [
        ({"description": "old"}, {"description": "new"}, {"Description": "new"}),
        ({"description": "old"}, {}, {}),
        ({"description": "old"}, {"description": ""}, {}),
        ({}, {"family": "base"}, {"ImageFamily": "base"}),
        ({"family": "old"}, {"family": "base"}, {}),
        ({"name": "renamed"}, {}, {}),
        (
            {"features": {"nvme_support": "unsupported", "imds_support": "v1"}},
            {},
            {"Features": {"NvmeSupport": "supported"}},
        ),
    ],
    ids=[
        "description",
        "description not asked",
        "no description",
        "family",
        "another family",
        "renamed",
        "lost feature",
    ],
)
def test_attributes_are_repaired_as_asked(found: Data, wish: Data, attributes: Data) -> None:
    assert repairs(copy(**found), wanted(**wish)).attributes == attributes


def test_a_name_is_restored_when_asked() -> None:
    assert repairs(copy(name="renamed"), restore_name=True).attributes == {"ImageName": "golden"}


def test_no_feature_is_lost_by_a_source_without_it() -> None:
    plain = {"nvme_support": "", "imds_support": ""}
    assert not repairs(source=image(features=plain)).attributes


def test_hardened_metadata_is_kept_with_a_warning() -> None:
    hardened = copy(features={"nvme_support": "supported", "imds_support": "v2"})
    assert not repairs(hardened)
    assert "imds_support v2" in copy_plan.differences(image(), hardened)[0]
    assert copy_plan.differences(image(), copy()) == copy_plan.differences(None, hardened) == []


@pytest.mark.parametrize(
    ("of_source", "of_copy", "told"),
    [
        ({"cloud_init": True}, {"cloud_init": False}, "cloud-init unsupported, the source supported"),
        ({"cloud_init": True}, {"cloud_init": None}, None),
        ({"cloud_init": None}, {"cloud_init": True}, None),
        ({"login_as_non_root": True}, {"login_as_non_root": False}, "login as another user than root unsupported"),
        ({"version": "7"}, {"version": ""}, "version none, the source 7"),
        ({"secure_boot": "supported"}, {"secure_boot": ""}, "secure boot none, the source supported"),
        (
            {"features": {"imds_support": "v1", "cpu_online_upgrade": "supported"}},
            {"features": {"imds_support": "v1", "cpu_online_upgrade": ""}},
            None,
        ),
        (
            {"features": {"imds_support": "v1", "cpu_online_upgrade": "supported"}},
            {"features": {"imds_support": "v1", "cpu_online_upgrade": "unsupported"}},
            "cpu_online_upgrade unsupported, the source supported",
        ),
    ],
)
def test_what_no_call_sets_is_told_where_it_is_known(of_source: Data, of_copy: Data, told: str | None) -> None:
    found = copy_plan.differences(image(**of_source), copy(**of_copy))
    assert found == [] if told is None else [told in one for one in found] == [True]


@pytest.mark.parametrize("purge", [False, True])
def test_tags_are_set_and_only_purged_when_asked(purge: bool) -> None:
    tags = {**MARKERS, "stage": "old", "extra": "1", "acs:x": "1", "Aliyun.y": "1", "imageops:verify-of": "m-1"}
    todo = repairs(copy(tags=tags), wanted(tags={"stage": "new"}), purge_tags=purge)
    assert todo.tags == {"stage": "new"}
    assert todo.untag == (["extra"] if purge else [])


def test_a_marker_that_is_gone_is_set_again() -> None:
    tags = {key: value for key, value in MARKERS.items() if key != "imageops:source-created"}
    assert set(repairs(copy(tags=tags)).tags) == {"imageops:source-created"}


def test_snapshots_are_tagged_with_their_image() -> None:
    behind = [
        snapshot(),
        snapshot(snapshot_id="s-2", tags={}),
        snapshot(snapshot_id="s-3", tags={"imageops:snapshot-of": "m-x"}),
    ]
    todo = copy_plan.repairs(image(), wanted(), copy(), behind, Options())
    assert todo.snapshots == ["s-2", "s-3"]


def test_the_snapshots_of_a_finished_copy_are_no_leftovers() -> None:
    behind = [snapshot(tags={"imageops:snapshot-of": COPY_ID, "imageops:leftover-of": COPY_ID})]
    assert copy_plan.repairs(image(), wanted(), copy(), behind, Options()).unmark == ["s-1"]


@pytest.mark.parametrize(("asked", "todo"), [(None, None), ("rg-default", None), ("rg-new", "rg-new")])
def test_the_resource_group_is_kept_as_asked(asked: str | None, todo: str | None) -> None:
    assert repairs(wish=wanted(resource_group_id=asked)).resource_group_id == todo


def test_repairs_applied_are_no_repairs_any_more() -> None:
    drifted = copy(
        description="old",
        name="renamed",
        resource_group_id="rg-x",
        tags={"extra": "1"},
        features={"nvme_support": "", "imds_support": ""},
    )
    wish = wanted(description="new", family="base", resource_group_id="rg-new", tags={"stage": "new"})
    options: dict[str, t.Any] = {"restore_name": True, "purge_tags": True}
    mended = repairs(drifted, wish, **options).applied_to(drifted)
    assert not repairs(mended, wish, **options)
    assert mended["image_id"] == COPY_ID
