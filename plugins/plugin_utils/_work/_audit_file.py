# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file with the record of an audit, which the next audit is compared with. Pure."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest_file
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest._manifest_file import ManifestFault
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work._audit import FORM, KEY, KINDS

Data = dict[str, t.Any]

# What every finding of a record must have, to be read again.
_OF_RUN = ("host", "began_at", "ended_at")
_TEXTS = (*KEY, "level", "message", "since")


def as_text(made: Data) -> str:
    """A record as its file holds it."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def read(text: str | None, path: str, host: str | None = None) -> Data | None:
    """The record before this one.

    :param text: of its file, None if there is none
    :param host: whose default file it is: the names of two hosts can come to one
    :raises ManifestFault: for a file that is something else, which must not be overwritten
    """

    def own(text: str) -> Data:
        found = _record_in(text)
        if host and found["run"]["host"] != host:
            raise ManifestFault(f"it is the audit of host {found['run']['host']}, whose default file has the same name")
        return found

    return _manifest_file.before(text, path, own)


def _record_in(text: str) -> Data:
    found = _manifest_file.parsed(text)
    if not _is_record(found):
        raise ManifestFault("it is no record of an audit")
    return t.cast("Data", found)


def _is_record(found: t.Any) -> bool:
    return (
        isinstance(found, dict)
        and not isinstance(found.get("audit"), bool)  # true counts as 1
        and found.get("audit") == FORM
        and isinstance(found.get("run"), dict)
        and all(isinstance(found["run"].get(name), str) for name in _OF_RUN)
        and all(
            isinstance(found.get(name), list) for name in ("accounts", "families", "findings", "not_looked", "gone")
        )
        and isinstance(found.get("elsewhere", []), list)
        and all(_is_finding(finding) for finding in [*found["findings"], *found.get("elsewhere", [])])
    )


def _is_finding(finding: t.Any) -> bool:
    return (
        isinstance(finding, dict)
        and all(isinstance(finding.get(name), str) for name in _TEXTS)
        and finding["kind"] in KINDS
        and isinstance(finding.get("last_seen_at"), (str, type(None)))
        and isinstance(finding.get("gib"), int)
        and isinstance(finding.get("accounts"), list)
        and all(isinstance(name, str) for name in finding["accounts"])
    )
