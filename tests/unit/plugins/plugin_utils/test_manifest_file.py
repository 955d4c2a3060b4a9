# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests are input from others: what is none ends in one sentence, what is one is read as it was meant."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest_file, _records
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest._manifest_file import ManifestFault

Data = dict[str, t.Any]
OLD = Path(__file__).parent / "manifests_1_0"  # written by version 1.0.0
OWN = "1000000000000001"
ONE = "1000000000000011"


def old(name: str) -> Data:
    return t.cast(Data, json.loads((OLD / f"{name}.json").read_text()))


def read(document: t.Any) -> Data:
    return _manifest_file.read_input(document if isinstance(document, str) else json.dumps(document))


@pytest.mark.parametrize("name", sorted(path.stem for path in OLD.glob("*.json")))
def test_what_1_0_wrote_is_read_and_written_again_as_the_newest(name: str) -> None:
    given = old(name)
    found = read(given)
    assert [one["image_id"] for one in found["images"]] == [one["image_id"] for one in given["images"]]
    again = {**found, "schema": _manifest_file.SCHEMA}
    assert _manifest_file.read(_manifest_file.as_text(again)) == again


def test_nobody_in_1_0_may_have_meant_unknown() -> None:
    shares = {one["region"]: one["shares"] for one in read(old("released"))["images"]}
    assert shares["cn-hangzhou"] is None
    assert [one["account_id"] for one in shares["cn-beijing"]] == [ONE]


def changed(path: t.Sequence[t.Any], value: t.Any) -> Data:
    """A manifest with one value changed."""
    document = old("released")
    place: t.Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("{", "it is not JSON: line 1, column 2"),
        ("[]", "it is not a manifest of imageops.alicloud"),
        ("null", "it is not a manifest of imageops.alicloud"),
        ("{}", "it is not a manifest of imageops.alicloud"),
        ("[" * 200_000, "it is nested deeper than 12 levels"),
        ('{"a": ' * 200_000, "it is nested deeper than 12 levels"),
        (" " * 9_000_000, "it has more than 8388608 characters"),
        ('{"a": NaN}', "it holds NaN, which is no JSON"),
        ('{"a": 1e999}', "it holds a number that is too large"),
        ('{"a": ' + "9" * 5000 + "}", "it holds a number that is too long"),
        ('{"account_id": "1", "account_id": "2"}', "it names a key twice, so that nobody knows which one counts"),
        (changed(["schema"], 3), "its schema is 3, and 1 and 2 are the ones that this version knows"),
        (changed(["schema"], True), "its schema is True, and 1 and 2 are the ones that this version knows"),
        (changed(["schema"], [1]), "its schema is none, and 1 and 2 are the ones that this version knows"),
        (changed(["account_id"], ""), "account_id is no such value as it should be: ''"),
        (changed(["account_id"], int(OWN)), "account_id must be a text"),
        (changed(["account_id"], None), "it does not say which account its images belong to"),
        (changed(["images"], {}), "images must be a list"),
        (changed(["images", 0, "region"], "@evil.example/"), "images[0].region is no such value as it should be"),
        (changed(["images", 0, "region"], "cn-hangzhou\n"), "images[0].region is no such value as it should be"),
        (changed(["images", 0, "image_id"], 5), "images[0].image_id must be a text"),
        (changed(["images", 0, "image_id"], "x' || 'y"), "images[0].image_id is no such value as it should be"),
        (changed(["images", 0, "shares"], [1, 2]), "images[0].shares[0] must be a dictionary"),
        (changed(["images", 0, "started_at"], 5), "images[0].started_at must be a text"),
        (changed(["images", 0, "size"], True), "images[0].size must be a number or null"),
        (changed(["images", 0, "role"], "boss"), "images[0].role must be source or copy"),
        (changed(["failures"], ["x"] * 5000), "failures has more than"),
        (changed(["run"], {}), "run lacks began_at, ended_at"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 80 else "",
)
def test_what_is_none_ends_in_one_sentence(document: t.Any, sentence: str) -> None:
    with pytest.raises(ManifestFault) as caught:
        read(document)
    text = str(caught.value)
    assert sentence in text and "\n" not in text and "Traceback" not in text and len(text) < 500


def test_keys_that_nobody_knows_are_passed_over() -> None:
    document = changed(["images", 0, "accounts"], ["2000000000000002"])
    assert read({**document, "connection": {"access_key_id": "x"}}) == read(old("released"))


def test_all_files_are_judged_at_once_and_named(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    good, missing, broken = str(OLD / "released.json"), str(tmp_path / "none.json"), str(tmp_path / "broken.json")
    with pytest.raises(ManifestFault) as caught:
        _records.read_files([good, missing, broken])
    assert str(caught.value) == f"{missing}: there is no such file; {broken}: it is not JSON: line 1, column 2"


def test_manifests_of_two_accounts_or_of_another_than_is_meant_are_refused() -> None:
    other = changed(["account_id"], "1000000000000002")
    with pytest.raises(ManifestFault, match="different accounts: 1000000000000001, 1000000000000002"):
        _records.recorded([json.dumps(old("released")), json.dumps(other)])
    with pytest.raises(ManifestFault, match=f"are of account {OWN}, but account {ONE} must be at work"):
        _records.recorded([json.dumps(old("released"))], ONE)
    assert _records.recorded([json.dumps(old("released"))], OWN)["account_id"] == OWN


# What is about to be overwritten


@pytest.mark.parametrize(
    "document",
    [changed(["schema"], 3), changed(["images"], 5), changed(["images", 0, "region"], 5)],
    ids=["a newer one", "a broken one", "a wrong one"],
)
def test_a_manifest_that_can_not_be_read_is_not_overwritten(tmp_path: Path, document: Data) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ManifestFault, match=r"is not overwritten: .* Move it away, or name another file"):
        _manifest_file.read_previous(str(path))


@pytest.mark.parametrize("text", ["{", "a note of mine", "[]", '{"collection": "other"}', "<html></html>"])
def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(
        ManifestFault, match=r"manifest\.json is not overwritten: .* Move it away, or name another file"
    ):
        _manifest_file.read_previous(str(path))


def test_a_manifest_of_another_account_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text((OLD / "released.json").read_text())
    with pytest.raises(ManifestFault, match=r"of account 1000000000000001, not of 1000000000000011\. Move it away"):
        _manifest_file.read_previous(str(path), "1000000000000011")
    assert _manifest_file.read_previous(str(path), "1000000000000001") == _manifest_file.read_previous(str(path))


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_file_is_no_manifest_and_nobody_s(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    assert _manifest_file.read_previous(str(path)) is None


def test_a_manifest_behind_a_link_is_not_the_one_that_is_replaced(tmp_path: Path) -> None:
    link = tmp_path / "manifest.json"
    link.symlink_to(OLD / "released.json")
    assert _manifest_file.read_previous(str(link)) is None
