# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the manifest of a release goes, and what is in that place before it."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils import _files, _manifest_file

Data = dict[str, t.Any]


def path(settings: Data, host: str, name: str | None) -> str | None:
    """
    :param name: of the release, None if nothing says it
    :returns: None if no manifest is to be written
    """
    if settings["manifest"] == "":
        return None
    usual = re.sub(r"[^\w.-]", "_", f"image_release-{host}-{name or 'unnamed'}.json")
    return _files.path_of(settings["manifest"] or usual)


def faults(settings: Data, host: str, name: str | None) -> list[str]:
    """Why the file that is there must not be overwritten, nothing if it may, or if its name is not known yet."""
    if not (settings["manifest"] or name):
        return []
    try:
        previous(settings, host, name)
    except (_manifest_file.ManifestFault, _files.FileFault) as fault:
        return [str(fault)]
    return []


def clashes(settings: Data, host: str, name: str | None) -> list[str]:
    """Files of a run that would replace each other, or a manifest that it reads."""
    reports = _reports(settings)
    read = [("image_release_from_manifest", _files.path_of(read_path)) for read_path in settings["from_manifest"]]
    place = path(settings, host, name) if settings["manifest"] or name else None
    found = [*_files.clashes([("image_release_manifest", place), *reports]), *_files.clashes([*read, *reports])]
    return list(dict.fromkeys(found))


def unwritable(settings: Data, host: str, name: str | None) -> list[str]:
    """Files of a run that can't be written where they are to be."""
    return _files.unwritable([("image_release_manifest", path(settings, host, name)), *_reports(settings)])


def _reports(settings: Data) -> list[tuple[str, str]]:
    names = ("report", "report_markdown", "report_index")
    return [(f"image_release_{name}", _files.path_of(settings[name])) for name in names if settings[name]]


def previous(settings: Data, host: str, name: str | None) -> Data | None:
    """The manifest that is about to be replaced.

    :raises ManifestFault: if the file is none that this version may replace
    :raises FileFault: if it can't be read
    """
    place = path(settings, host, name)
    found = _manifest_file.read_previous(place) if place else None
    return found or (_older(host, name) if settings["manifest"] is None else None)


def _older(host: str, name: str | None) -> Data | None:
    """The manifest under the default name of version 1, if it is of this release. It is read, and stays."""
    try:
        older = _manifest_file.read_previous(_files.path_of(f"image_release-{host}.json"))
    except (_manifest_file.ManifestFault, _files.FileFault):
        return None
    return older if older and older["name"] == (name or "unnamed") else None
