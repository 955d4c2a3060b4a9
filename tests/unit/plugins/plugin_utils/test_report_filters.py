# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters that make reports: what they are given may be any file's content."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.imageops.alicloud.plugins.filter.release import FilterModule
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.manifest_parts import HOME, parts

OLD = sorted((Path(__file__).parent / "manifests_1_0").glob("*.json"))
NO_MANIFESTS: list[t.Any] = [
    ([], "it is not a manifest of imageops.alicloud"),
    ({}, "it is not a manifest of imageops.alicloud"),
    ("text", "it is not a manifest of imageops.alicloud"),
    (None, "it is not a manifest of imageops.alicloud"),
    ({"collection": "imageops.alicloud", "schema": 3}, "its schema is 3, and 1 and 2 are the ones"),
    ({"collection": "imageops.alicloud", "schema": 2}, "it is not as a manifest of schema 2 should be"),
]


@pytest.mark.parametrize(("given", "words"), NO_MANIFESTS)
@pytest.mark.parametrize("name", ["release_report", "release_report_markdown", "release_report_index"])
def test_what_is_no_manifest_is_refused_in_words(name: str, given: t.Any, words: str) -> None:
    """The message was the name of a key that was not there."""
    make = FilterModule().filters()[name]
    with pytest.raises(AnsibleFilterError, match=f"^{name}: {words}"):
        make([given] if name == "release_report_index" else given)


def test_an_index_is_of_a_list() -> None:
    with pytest.raises(AnsibleFilterError, match="is not a list of manifests"):
        FilterModule().filters()["release_report_index"]({"images": []})


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.name)
def test_a_manifest_of_an_older_version_is_reported(path: Path) -> None:
    """Without the reader, which brings its images into the form of today, there was no report."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    filters = FilterModule().filters()
    for name in ("release_report", "release_report_markdown"):
        assert manifest["images"][0]["region"] in filters[name](manifest)
    assert "old.json" in filters["release_report_index"]([{**manifest, "file": "old.json"}])


def test_a_manifest_is_put_together_of_the_parts_of_version_1() -> None:
    """A failed test boot was left out, and what has only a name of earlier manifests ended in a KeyError."""
    failed = {"region": HOME, "image_id": "m-1", "error": {"code": "NotVerified", "message": "it did not boot"}}
    old = {**parts(name=None, image={}), "recorded": {"name": "rekeyed"}}
    made = FilterModule().filters()["release_manifest"](old)
    assert (made["name"], [image["image_id"] for image in made["images"]]) == ("rekeyed", ["m-2"])
    made = FilterModule().filters()["release_manifest"]({**parts(), "unverified": [failed]}, json.dumps(made))
    assert [image["outcome"] for image in made["images"]] == ["failed", "ok"]
    assert made["images"][0]["error"]["code"] == "NotVerified"
