# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Old images are retired by playbook, as users run it."""

from __future__ import annotations

import typing as t

import pytest

from .releases import ago

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME = "cn-hangzhou"


def aged(stage: Stage, *days: int) -> dict[int, str]:
    """Images of the family base that were made so many days ago."""
    return {
        age: stage.image(name=f"base-{age}", family="base", created=ago(age), tags={"imageops:created-from": "i-1"})
        for age in days
    }


RETIRE = {
    "image_retire_regions": [HOME],
    "image_retire_families": ["base"],
    "image_retire_keep": 1,
    "image_retire_grace_days": 0,
}


def test_old_images_are_retired_by_playbook(stage: Stage) -> None:
    images = aged(stage, 10, 50, 90)
    planned = stage.playbook("image_retire", RETIRE, "--check")
    assert stage.writes() == []
    assert "'base-90' of" in planned.out and "would be deleted" in planned.out and "GiB would be freed" in planned.out
    done = stage.playbook("image_retire", RETIRE)
    assert done.changed == planned.changed == 1
    assert {image["image_id"] for image in stage.images()} == {images[10]}
    assert stage.playbook("image_retire", RETIRE).changed == 0


def test_what_somebody_has_deprecated_is_only_marked(stage: Stage) -> None:
    """It would be deprecated, and was so already, by one and the same line."""
    aged(stage, 10)
    old = stage.image(
        name="base-90", family="base", created=ago(90), status="Deprecated", tags={"imageops:created-from": "i-1"}
    )
    page = stage.folder / "retired.html"
    given = {**RETIRE, "image_retire_grace_days": 14, "image_retire_report": str(page)}
    why = "is Deprecated without the tag imageops:deprecated-at; will be deleted after 14 days"
    planned = stage.playbook("image_retire", given, "--check")
    assert f"would be marked as deprecated: {why}" in planned.out and "already" not in planned.out
    done = stage.playbook("image_retire", given, "--diff")
    assert f" marked as deprecated: {why}" in done.out and "marked as deprecated" in page.read_text()
    assert f'-    "{HOME}/{old}": "Deprecated, without the date of that"' in done.out
    assert planned.changed == done.changed == 2
    stage.forget()
    stage.playbook("image_retire", given)
    assert stage.writes() == []


def test_old_images_are_exported_before_they_go(stage: Stage) -> None:
    images = aged(stage, 10, 50)
    locked = stage.image(
        name="base-90", family="base", created=ago(90), tags={"imageops:created-from": "i-1"},
        disks=[{"size": 20, "encrypted": True}],
    )  # fmt: skip
    role = {"name": "AliyunECSImageExportDefaultRole", "trust": ["ecs.aliyuncs.com"]}
    stage.control("seed", {"roles": [role], "buckets": [{"name": "archive", "region": HOME}]})
    exporting = {**RETIRE, "image_retire_export": {"buckets": {HOME: "archive"}, "prefix": "old"}}
    planned = stage.playbook("image_retire", exporting, "--check")
    assert stage.writes() == [] and "would be exported to archive first" in planned.out
    assert f"image {locked} in {HOME} is encrypted" in planned.out
    assert "image_retire_export_required=false" in planned.out
    done = stage.playbook("image_retire", exporting)
    assert done.changed == planned.changed == 1
    assert f"exported to oss://archive/old_{images[50]}_system" in done.out
    assert {image["image_id"] for image in stage.images()} == {images[10], locked}
    stage.playbook("image_retire", {**exporting, "image_retire_export_required": False})
    assert {image["image_id"] for image in stage.images()} == {images[10]}
    refused = stage.playbook("image_retire", {**exporting, "image_retire_export": {"prefix": "old"}}, code=2)
    assert "image_retire_export needs buckets" in refused.out


def test_the_report_shows_who_uses_what_stays(stage: Stage) -> None:
    images = aged(stage, 10, 50, 90)
    web = {"region": HOME, "name": "web", "versions": [{"ImageId": images[50]}]}
    (template,) = stage.control("seed", {"launch_templates": [web]})["ids"]["launch_templates"]
    files = [stage.folder / name for name in ("retired.html", "retired.md")]
    reporting = {**RETIRE, "image_retire_report": str(files[0]), "image_retire_report_markdown": str(files[1])}
    planned = stage.playbook("image_retire", reporting, "--check")
    assert not any(path.exists() for path in files)
    assert stage.playbook("image_retire", reporting).changed == planned.changed == 2
    for text in [path.read_text() for path in files]:
        assert f"launch template {template} web" in text and images[50] in text and images[90] in text
    assert [stage.playbook("image_retire", reporting).changed for _run in range(2)] == [1, 0]
    assert images[90] not in files[0].read_text(), "what this run has come to"
    clash = {**reporting, "image_retire_report_markdown": str(files[0])}
    refused = stage.playbook("image_retire", clash, code=2)
    assert "image_retire_report and image_retire_report_markdown name the same file" in refused.out


def test_one_release_is_retired_by_its_record_and_what_is_protected_stays(stage: Stage) -> None:
    images = aged(stage, 10, 50, 90)
    records = [str(stage.folder / f"base-{age}.json") for age in (10, 50)]
    for record, age in zip(records, (10, 50), strict=True):
        source = {"region": HOME, "image_id": images[age]}
        stage.playbook("create_copy_share", {"image_release_source": source, "image_release_manifest": record})
    by_record = {name: value for name, value in RETIRE.items() if name != "image_retire_regions"}
    by_record["image_retire_from_manifest"] = records
    none = {**RETIRE, "image_retire_from_manifest": "{{ query('ansible.builtin.fileglob', '/nowhere/*.json') }}"}
    assert "image_retire_from_manifest is an empty list" in stage.playbook("image_retire", none, code=2).out
    planned = stage.playbook("image_retire", by_record, "--check")
    assert "not among the images that are named" in planned.out and stage.writes() == []
    assert stage.playbook("image_retire", by_record).changed == planned.changed == 1
    assert {image["image_id"] for image in stage.images()} == {images[10], images[90]}


def test_a_pattern_that_fits_everything_retires_nothing(stage: Stage) -> None:
    aged(stage, 10, 50)
    refused = stage.playbook(
        "image_retire", {"image_retire_regions": [HOME], "image_retire_name_patterns": [".*"]}, code=2
    )
    assert "fits any name" in refused.out
    assert stage.writes() == []
