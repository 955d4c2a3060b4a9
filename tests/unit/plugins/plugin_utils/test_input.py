# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as they are meant, or refused with the way to write them."""

from __future__ import annotations

import datetime
import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._base import accounts
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _settings, _values
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _works

ONE, TWO = "1000000000000011", "1000000000000012"
ACCOUNTS = {"type": "list", "elements": "str"}


def read(value: t.Any, **spec: t.Any) -> t.Any:
    faults: list[str] = []
    found = _values.read(value, spec, "it", faults)
    assert not faults, faults
    return found


def fault(value: t.Any, **spec: t.Any) -> str:
    faults: list[str] = []
    _values.read(value, spec, "it", faults)
    return "; ".join(faults)


@pytest.mark.parametrize("value", [[ONE, TWO], (ONE, int(TWO)), f"{ONE},{TWO}", f" {ONE}\n{TWO}\n", f"[{ONE}, {TWO}]"])
def test_a_list_can_be_a_text(value: t.Any) -> None:
    assert read(value, **ACCOUNTS) == [ONE, TWO]


@pytest.mark.parametrize(
    ("value", "spec"),
    [
        (f"{ONE},", ACCOUNTS),
        ("cn-beijing;", {"type": "list"}),
        ("old.json,", {"type": "list", "elements": "path"}),
        ("team=base,", {"type": "dict"}),
        (f"['{ONE}',", ACCOUNTS),
        ('{"team":', {"type": "dict"}),
        ('[{"region":', {"type": "list", "elements": "dict"}),
    ],
)
def test_what_the_command_line_has_cut_is_refused(value: str, spec: dict[str, t.Any]) -> None:
    """Of ``-e accounts=A, B`` Ansible leaves ``A,``: what came after it was left out of the run."""
    assert "on the command line write it without blanks" in fault(value, **spec)


@pytest.mark.parametrize("value", [f"{ONE}, {TWO},", f"{ONE},\n{TWO},\n", f"[{ONE},{TWO},]"])
def test_a_last_comma_of_a_whole_text_is_none(value: str) -> None:
    assert read(value, **ACCOUNTS) == [ONE, TWO]


def test_one_account_can_be_a_number() -> None:
    assert read(int(ONE), **ACCOUNTS) == [ONE]
    assert read(None, **ACCOUNTS) == read("", **ACCOUNTS) == []


@pytest.mark.parametrize(
    "value",
    [
        f"# ours\n\n{ONE}\n  {TWO} # theirs, and not 3\n#{TWO}3\n",
        f"\ufeff# ours\r\n{ONE}\r\n\t\r\n{TWO}\t# theirs\r\n",
        ["# ours", ONE, "", f" {TWO}  # theirs"],
        f"# ours\n[{ONE}, # and\n{TWO}]\n",
    ],
)
def test_a_file_of_accounts_may_have_comments_and_empty_lines(value: t.Any) -> None:
    assert read(value, **ACCOUNTS) == [ONE, TWO]


def test_what_is_no_account_id_is_told_with_its_line() -> None:
    faults: list[str] = []
    text = f"# ours\n{ONE}\n\nacme # theirs\n{TWO}#b"
    assert _values.read(text, ACCOUNTS, "image_release_accounts", faults) == [ONE]
    assert faults == [
        "image_release_accounts, line 4: account 'acme' must be an account id: digits only, 5 to 20 of them",
        f"image_release_accounts, line 5: account '{TWO}#b' must be an account id: digits only, 5 to 20 of them",
    ]


def test_names_and_paths_keep_what_is_no_comment() -> None:
    assert read("base#1 web", **ACCOUNTS) == ["base#1", "web"]
    assert read("release #1.json\n", type="list", elements="path") == ["release #1.json"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.1, "the number 1.1"),
        (True, "the boolean True"),
        (datetime.date(2026, 11, 28), "the date 2026-11-28"),
        ({"a": 1}, "a dictionary"),
    ],
)
def test_what_was_another_text_is_refused(value: t.Any, words: str) -> None:
    assert words in fault(value, type="str")
    assert words in fault([value], **ACCOUNTS) or isinstance(value, dict)


def test_values_of_tags_are_texts() -> None:
    faults: list[str] = []
    tags = {"version": 1.1, "signed": True, "build": 7, "none": None}
    found = _values.read(
        {"region": "r", "tags": tags},
        {"type": "dict", "options": {"region": {}, "tags": {"type": "dict"}}},
        "it",
        faults,
    )
    assert found["tags"]["build"] == "7"
    assert [one.split(" has ")[0] for one in faults] == ["it.tags.version", "it.tags.signed"]
    assert read({"large_image_gib": 1.5}, type="dict") == {"large_image_gib": 1.5}


def test_keys_of_regions_are_texts() -> None:
    """One that was none was handed to the API, when the image had been made."""
    faults: list[str] = []
    keys = {"cn-beijing": "k", "cn-shanghai": {"id": "k"}, "cn-hangzhou": True, "eu-central-1": None}
    found = _values.read(keys, {"type": "dict"}, "image_release_kms_keys", faults)
    assert {region: key for region, key in found.items() if key} == {"cn-beijing": "k"}
    assert faults == [
        "image_release_kms_keys.cn-shanghai is a dictionary, it must be a text",
        "image_release_kms_keys.cn-hangzhou has been read as the boolean True: write it in quotes",
    ]


def test_prices_of_regions_have_the_form_of_prices() -> None:
    """A price without its name, or no number, ended the release at its report, when all had been made."""
    spec = _settings.options_of(_settings.RELEASE)["image_release_prices"]
    for wanted in (spec, _works.options_of("image_audit")["image_audit_prices"]):
        faults: list[str] = []
        prices = '{"regions": {"cn-beijing": {"snapshot_gib_month": "0.02"}, "cn-shanghai": null}}'
        found = _values.read(prices, wanted, "image_release_prices", faults)
        assert found["regions"] == {"cn-beijing": {"snapshot_gib_month": 0.02}, "cn-shanghai": {}} and faults == []
        wrong = {"a": 0.02, "b": {"snapshot_gib_month": "0,02"}, "c": {"snapshot_gib_months": 1}, "d": "cheap"}
        _values.read({"regions": wrong}, wanted, "image_release_prices", faults)
        assert faults == [
            "image_release_prices.regions.a is a number, it must be a dictionary",
            "image_release_prices.regions.b.snapshot_gib_month is '0,02': it must be a number",
            "image_release_prices.regions.c.snapshot_gib_months is unknown, did you mean snapshot_gib_month?",
            "image_release_prices.regions.d is a text, it must be a dictionary; as a text it is JSON or YAML",
        ]


def test_the_others() -> None:
    assert read("yes", type="bool") is True and read("0", type="bool") is False
    assert "true or false" in fault("perhaps", type="bool")
    assert read("1.5", type="float") == 1.5 and read("7", type="int") == 7
    assert "number" in fault("nan", type="float") and "whole number" in fault(1.5, type="int")
    assert "whole number" in fault(10**400, type="int")
    assert read("a=1, b=2", type="dict") == {"a": "1", "b": "2"}
    assert read('{"a": 1}', type="dict") == {"a": 1}
    assert "must be a dictionary" in fault("a", type="dict")
    assert "it takes a, b" in fault(["c"], type="list", choices=["a", "b"])
    assert read("", type="bool") is read(" ", type="int") is read("", type="str", choices=["a"]) is None


def test_entries_are_read_one_by_one() -> None:
    spec = {"type": "list", "elements": "dict", "options": {"region": {"type": "str", "required": True}, "n": ACCOUNTS}}
    assert read([{"region": "x", "n": int(ONE)}], **spec) == [{"region": "x", "n": [ONE]}]
    assert read("[{region: x}]", **spec) == [{"region": "x"}]
    assert fault([{"regio": "x"}], **spec) == "it[0].regio is unknown, did you mean region?; it[0].region is missing"
    assert "must be a list of dictionaries" in fault({"region": "x"}, **spec)


def test_an_account_id_has_sixteen_digits() -> None:
    assert accounts.account_fault(ONE) is None
    assert "has 6 digits" in str(accounts.account_fault("342391"))


def test_a_name_that_means_nothing_is_told() -> None:
    known = {"image_release_accounts", "image_release_name"}
    given = ["image_release_acounts", "image_release_name", "other", "__image_release"]
    assert _values.unknown_names(given, known, ["image_release_"]) == [
        "image_release_acounts is unknown, did you mean image_release_accounts?"
    ]
