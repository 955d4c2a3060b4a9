# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a document against the JSON schemas of manifests. They use a part of JSON Schema, and so does this. Pure.

A keyword that is not known here is an error of the schema, so that none is passed over.
"""

from __future__ import annotations

import functools
import json
import re
import typing as t
from pathlib import Path

Data = dict[str, t.Any]
Judge = t.Callable[[t.Any, t.Any, "_Check"], t.Iterator[str]]

FOLDER = Path(__file__).resolve().parents[3] / "roles" / "image_release" / "files"
FILES = {1: "manifest.1.schema.json", 2: "manifest.schema.json"}
MOST_FAULTS = 3  # that a sentence names

NOTES = frozenset({"$schema", "$id", "$defs", "title", "description"})


def _is_number(value: t.Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


KINDS: dict[str, t.Callable[[t.Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": _is_number,
    "null": lambda value: value is None,
}
WORDS = {"object": "a dictionary", "array": "a list", "string": "a text", "boolean": "true or false", "null": "null"}


@functools.cache
def schema_of(number: int) -> Data:
    """The schema that is shipped for manifests of this number."""
    return t.cast(Data, json.loads((FOLDER / FILES[number]).read_text(encoding="utf-8")))


def faults(document: t.Any, schema: Data) -> list[str]:
    """What is wrong with a document, the first few sentences."""
    found: list[str] = []
    for fault in _Check(schema, schema, "it").faults(document):
        found.append(fault)
        if len(found) == MOST_FAULTS:
            break
    return found


def pruned(document: t.Any, schema: Data, root: Data | None = None) -> t.Any:
    """A document that is as the schema says, with the keys that the schema names and no others."""
    root = root or schema
    schema = _resolved(schema, root)
    if "anyOf" in schema:
        fitting = [form for form in schema["anyOf"] if not list(_Check(form, root, "it").faults(document))]
        return pruned(document, fitting[0], root) if fitting else document
    if isinstance(document, list):
        return [pruned(entry, schema.get("items") or {}, root) for entry in document]
    if not isinstance(document, dict) or "type" not in schema:
        return document
    others, own = schema.get("additionalProperties"), schema.get("properties") or {}
    return {
        key: pruned(value, own.get(key) or others or {}, root)
        for key, value in document.items()
        if key in own or others
    }


def _resolved(schema: Data, root: Data) -> Data:
    if "$ref" not in schema:
        return schema
    return _resolved(t.cast(Data, root["$defs"][schema["$ref"].removeprefix("#/$defs/")]), root)


class _Check:
    """One part of a schema, and where in the document it is looked at."""

    def __init__(self, schema: Data, root: Data, place: str) -> None:
        self.schema = schema
        self.root = root
        self.place = place

    def below(self, schema: Data, place: str) -> _Check:
        return _Check(schema, self.root, place.removeprefix("it."))

    def faults(self, value: t.Any) -> t.Iterator[str]:
        for keyword, wanted in self.schema.items():
            if keyword not in NOTES:
                yield from JUDGES[keyword](value, wanted, self)


def _type(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    kinds = [wanted] if isinstance(wanted, str) else wanted
    if not any(KINDS[kind](value) for kind in kinds):
        yield f"{check.place} must be {' or '.join(WORDS.get(kind, 'a number') for kind in kinds)}"


def _same(value: t.Any, wanted: t.Any) -> bool:
    """Whether they are equal. True is not 1 here."""
    return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted


def _const(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    if not _same(value, wanted):
        yield f"{check.place} must be {wanted!r}"


def _enum(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    if not any(_same(value, choice) for choice in wanted):
        yield f"{check.place} must be {' or '.join(wanted)}"


def _ref(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    yield from check.below(_resolved({"$ref": wanted}, check.root), check.place).faults(value)


def _any_of(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    """The faults of the first form, which is the usual one."""
    found = [list(check.below(form, check.place).faults(value)) for form in wanted]
    if all(found):
        yield from found[0]


def _pattern(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    # A dollar sign would also fit before a line end.
    if isinstance(value, str) and not re.search(wanted.removesuffix("$") + r"\Z", value):
        yield f"{check.place} is no such value as it should be: {value[:40]!r}"


def _max_length(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    if isinstance(value, str) and len(value) > wanted:
        yield f"{check.place} has more than {wanted} characters"


def _max_items(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    if isinstance(value, list) and len(value) > wanted:
        yield f"{check.place} has more than {wanted} entries"


def _required(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    missing = [key for key in wanted if key not in value] if isinstance(value, dict) else []
    if missing:
        yield f"{check.place} lacks {', '.join(missing)}"


def _properties(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    if isinstance(value, dict):
        for key in wanted:
            if key in value:
                yield from check.below(wanted[key], f"{check.place}.{key}").faults(value[key])


def _additional(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    """The values of all keys that have no schema of their own. Only used where none has."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from check.below(wanted, f"{check.place}.{key[:40]}").faults(entry)


def _items(value: t.Any, wanted: t.Any, check: _Check) -> t.Iterator[str]:
    if isinstance(value, list):
        for number, entry in enumerate(value):
            yield from check.below(wanted, f"{check.place}[{number}]").faults(entry)


JUDGES: dict[str, Judge] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "$ref": _ref,
    "anyOf": _any_of,
    "pattern": _pattern,
    "maxLength": _max_length,
    "maxItems": _max_items,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
}
