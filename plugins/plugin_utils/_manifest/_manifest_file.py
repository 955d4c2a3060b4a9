# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one reader of manifests. What others may have written is checked before any of it is used."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _image_facts, _schema

Data = dict[str, t.Any]

SCHEMA = 2  # what is written
COLLECTION = "imageops.alicloud"
MOST_CHARACTERS = 8 * 1024 * 1024
MOST_DEPTH = 12
KEPT = "{} is not overwritten: {}. Move it away, or name another file"

_TEXT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


class ManifestFault(ValueError):
    """Why a text is no manifest that can be used, in one sentence."""


class UnknownManifest(ManifestFault):
    """It is a manifest, but one that this version can't read."""


def read(text: str) -> Data:
    """
    :param text: what the file holds
    :returns: the manifest in the form of the newest schema, with known keys only
    :raises ManifestFault: if it is none
    """
    return checked(parsed(text))


def checked(document: t.Any) -> Data:
    """The same of what a text holds.

    :raises ManifestFault: if it is none
    """
    if not isinstance(document, dict) or document.get("collection") != COLLECTION:
        raise ManifestFault(f"it is not a manifest of {COLLECTION}")
    number = document.get("schema")
    # True counts as 1.
    if isinstance(number, bool) or not isinstance(number, int) or number not in _schema.FILES:
        known = " and ".join(str(known_number) for known_number in _schema.FILES)
        raise UnknownManifest(f"its schema is {_shown(number)}, and {known} are the ones that this version knows")
    schema = _schema.schema_of(number)
    faults = _schema.faults(document, schema)
    if faults:
        raise UnknownManifest(f"it is not as a manifest of schema {number} should be: {'; '.join(faults)}")
    return _upgraded(t.cast(Data, _schema.pruned(document, schema)))


def read_input(text: str) -> Data:
    """A manifest that a user hands in, to work with its images.

    :raises ManifestFault: also if it does not say whose images it names
    """
    manifest = read(text)
    if manifest["images"] and not manifest["account_id"]:
        raise ManifestFault("it does not say which account its images belong to")
    return manifest


def read_previous(path: str, account_id: str | None = None) -> Data | None:
    """The manifest that is about to be replaced.

    :param account_id: the account that must be at work, if one is named
    :returns: None if there is none, or nothing in it
    :raises ManifestFault: if it is a file of somebody else, or a manifest that this version can't read, or one of
        another account
    """

    def own(text: str) -> Data:
        found = read(text)
        if account_id and found["account_id"] not in (None, account_id):
            raise ManifestFault(f"its images are of account {found['account_id']}, not of {account_id}")
        return found

    return before((_files.read_own(path) or "").strip(), path, own)


def before(text: str | None, path: str, reader: t.Callable[[str], Data]) -> Data | None:
    """What a file of ours holds that is about to be replaced.

    :param text: of the file
    :param reader: raises ManifestFault for a text that is none of ours
    :returns: None if there is no file, or nothing in it
    :raises ManifestFault: also with what to do, because the file must not be overwritten
    """
    try:
        return reader(text) if text else None
    except ManifestFault as fault:
        raise ManifestFault(KEPT.format(path, fault)) from None


def as_text(manifest: Data) -> str:
    """A manifest as its file holds it."""
    return json.dumps(manifest, indent=4, ensure_ascii=False) + "\n"


def parsed(text: str) -> t.Any:
    """What a JSON text that others may have written holds.

    :raises ManifestFault: for what is no JSON, and for what would take too much to read
    """
    if len(text) > MOST_CHARACTERS:
        raise ManifestFault(f"it has more than {MOST_CHARACTERS} characters")
    if _depth(text) > MOST_DEPTH:
        raise ManifestFault(f"it is nested deeper than {MOST_DEPTH} levels")
    try:
        return json.loads(text, object_pairs_hook=_without_twins, parse_constant=_refused, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise ManifestFault(f"it is not JSON: line {error.lineno}, column {error.colno}") from None
    except ManifestFault:
        raise
    except ValueError:  # a number of too many digits
        raise ManifestFault("it holds a number that is too long") from None


def _depth(text: str) -> int:
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]{}]", _TEXT.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _without_twins(pairs: list[tuple[str, t.Any]]) -> Data:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ManifestFault("it names a key twice, so that nobody knows which one counts")
    return found


def _refused(word: str) -> t.NoReturn:
    raise ManifestFault(f"it holds {word}, which is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ManifestFault("it holds a number that is too large")
    return number


def _shown(value: t.Any) -> str:
    return repr(value)[:40] if isinstance(value, (str, int, float, type(None))) else "none"


def _upgraded(manifest: Data) -> Data:
    """A manifest of an older schema in the form of the newest.

    Schema 1 had no way to say that shares are not known: an empty list may have meant either, and so says nothing.
    """
    if manifest["schema"] == SCHEMA:
        return manifest
    images = [
        {
            **image,
            "last_seen_at": None,
            "asked_for": True,
            "shares": image["shares"] or None,
            "shares_seen_at": None,
            "not_shared_reasons": {},
            "test_boot": _image_facts.test_boot_of_1_0(image, manifest),
        }
        for image in manifest["images"]
    ]
    return {**manifest, "images": images}
