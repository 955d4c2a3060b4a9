# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release whose source is an object in a bucket: imported, tried, copied and shared, by playbook."""

from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
ONE = "1000000000000011"
PLACE = {
    "region": HOME,
    "instance_type": "ecs.g7.large",
    "vswitch_id": f"vsw-simulator-{HOME}",
    "security_group_id": f"sg-simulator-{HOME}",
}


def imported(stage: Stage, **more: t.Any) -> dict[str, t.Any]:
    """The variables of the release, with the bucket that it is about."""
    stage.control(
        "seed",
        {
            "roles": [{"name": "AliyunECSImageImportDefaultRole", "trust": ["ecs.aliyuncs.com"]}],
            "buckets": [
                {"name": "builds", "region": HOME, "objects": {"base.qcow2": {"size": 20}, "bad.raw": {"good": False}}}
            ],
        },
    )
    disk = {"bucket": "builds", "object": "base.qcow2"}
    source = {"region": HOME, "import_from": [disk], "nvme_support": "supported"}
    return {
        "image_release_source": source,
        "image_release_name": "base-1",
        "image_release_destination_regions": [BEIJING],
        "image_release_accounts": [ONE],
        "image_release_steps": ["create", "copy", "verify", "share"],
        "image_release_verify": [PLACE],
        "image_release_report_markdown": str(stage.folder / "report.md"),
        "image_release_report": str(stage.folder / "report.html"),
        **more,
    }


def test_an_imported_image_is_tried_copied_and_shared(stage: Stage) -> None:
    variables = imported(stage)
    planned = stage.playbook("create_copy_share", variables, "--check")
    assert "image base-1 would be imported from oss://builds/base.qcow2" in planned.out
    assert "An import is not encrypted" in planned.out and stage.writes() == []
    done = stage.playbook("create_copy_share", variables)
    assert done.changed == planned.changed
    by_region = {image["region"]: image for image in stage.images()}
    assert {region: image["status"] for region, image in by_region.items()} == dict.fromkeys(
        (HOME, BEIJING), "Available"
    )
    assert [image["features"]["NvmeSupport"] for image in by_region.values()] == ["supported"] * 2
    assert stage.shares(by_region[BEIJING]["image_id"]) == [ONE]
    record = json.loads(stage.manifest.read_text())
    assert record["complete"]
    assert {image["role"]: image["made_from"] for image in record["images"]} == {
        "source": "oss://builds/base.qcow2",
        "copy": None,
    }
    for name in ("report.md", "report.html"):
        assert "oss://builds/base.qcow2" in (stage.folder / name).read_text()
    stage.forget()
    again = {**variables, "image_release_steps": ["create", "copy", "share"]}
    assert stage.playbook("create_copy_share", again).changed == 0
    assert stage.writes() == []


def test_an_import_that_fails_is_copied_and_shared_nowhere(stage: Stage) -> None:
    source = {"region": HOME, "import_from": [{"bucket": "builds", "object": "bad.raw"}]}
    failed = stage.playbook("create_copy_share", imported(stage, image_release_source=source), code=2)
    assert "ImportImageFailed" in failed.out and "state=absent" in failed.out
    assert [image["status"] for image in stage.images()] == ["CreateFailed"]
