# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reader of manifests judges as a whole implementation of JSON Schema does."""

from __future__ import annotations

import copy
import json
import typing as t
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest_file, _schema

Data = dict[str, t.Any]
ROOT = Path(__file__).resolve().parents[2]
OLD = [
    json.loads(path.read_text())
    for path in sorted((ROOT / "tests/unit/plugins/plugin_utils/manifests_1_0").glob("*.json"))
]
NEW = [{**_manifest_file.read(json.dumps(one)), "schema": 2} for one in OLD]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
    | st.sampled_from(["cn-beijing", "m-1", "1000000000000001", "2026-11-01T10:00:00Z", "source", "ok", [], {}]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=10), below, max_size=3),
    max_leaves=5,
)  # fmt: skip


def places(document: t.Any, path: tuple[t.Any, ...] = ()) -> t.Iterator[tuple[t.Any, ...]]:
    """The paths to all values of a document."""
    if path:
        yield path
    below = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in below:
        yield from places(value, (*path, key))


@st.composite
def documents(draw: st.DrawFn) -> Data:
    """Manifests with a few values changed, or left out."""
    document = copy.deepcopy(draw(st.sampled_from(OLD + NEW)))
    for path in draw(st.lists(st.sampled_from(list(places(document))), max_size=2)):
        place = document
        try:
            for key in path[:-1]:
                place = place[key]
            if draw(st.booleans()):
                place[path[-1]] = draw(VALUES)
            else:
                del place[path[-1]]
        except (LookupError, TypeError):
            continue  # an earlier change has taken the place away
    return document


@settings(max_examples=200, deadline=None)
@given(documents())
def test_both_judge_the_same(document: Data) -> None:
    for number in _schema.FILES:
        schema = _schema.schema_of(number)
        theirs = jsonschema.Draft202012Validator(schema).is_valid(document)
        assert (not _schema.faults(document, schema)) is theirs
        if theirs:
            kept = _schema.pruned(document, schema)
            assert _schema.pruned(kept, schema) == kept
            assert jsonschema.Draft202012Validator(schema).is_valid(kept)


@settings(max_examples=200, deadline=None)
@given(documents() | VALUES, st.text(max_size=3))
def test_whatever_is_read_ends_as_a_manifest_or_in_one_sentence(document: t.Any, tail: str) -> None:
    try:
        found = _manifest_file.read(json.dumps(document) + tail)
    except _manifest_file.ManifestFault as fault:
        assert "\n" not in str(fault)
    else:
        assert {one["region"].strip("abcdefghijklmnopqrstuvwxyz0123456789-") for one in found["images"]} <= {""}


@pytest.mark.parametrize("number", sorted(_schema.FILES))
def test_the_schemas_are_schemas_and_hold_no_word_that_the_reader_does_not_know(number: int) -> None:
    schema = _schema.schema_of(number)
    jsonschema.Draft202012Validator.check_schema(schema)
    known = {*_schema.JUDGES, *_schema.NOTES}

    def check(part: Data) -> None:
        assert set(part) <= known
        below = [*part.get("properties", {}).values(), *part.get("$defs", {}).values(), *part.get("anyOf", [])]
        below += [part[key] for key in ("items", "additionalProperties") if key in part]
        for form in below:
            check(form)

    check(schema)
