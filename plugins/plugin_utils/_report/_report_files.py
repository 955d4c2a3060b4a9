# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports of a release as files, and the index of all releases whose manifests lie in one folder."""

from __future__ import annotations

import os
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest_file
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report

Data = dict[str, t.Any]

MOST_LOOKS = 5  # at a folder that other hosts of the play write to as well


def reports(settings: Data, record: Data, manifest_path: str | None) -> dict[str, str]:
    """
    :param settings: of the role
    :param record: the manifest
    :returns: the texts of the reports that are asked for, by their files
    """
    # Without a manifest nothing remembers which run made the images, and every run would make another report.
    shown = record if manifest_path else {**record, "run": {}}
    render = {"report": _report.html, "report_markdown": _report.markdown}
    return {
        _files.path_of(settings[name]): function(shown, settings["prices"], manifest_path or "")
        for name, function in render.items()
        if settings[name]
    }


def write_index(path: str, manifest_path: str, mode: int | None, check: bool = False) -> bool:
    """Write the index of all manifests that lie beside one.

    :returns: whether it was written, or would be in check mode
    :raises FileFault: if it can't be
    """
    folder, changed = os.path.dirname(manifest_path), False
    for _look in range(1 if check else MOST_LOOKS):
        # Another host may have written its manifest after our look and its index before ours.
        if not _files.write(path, _report.index(*manifests_of(folder, os.path.dirname(path))), mode, check):
            break
        changed = True
    return changed


def manifests_of(folder: str, beside: str) -> tuple[list[Data], list[str]]:
    """
    :param beside: the folder that the names of the files start at
    :returns: the manifests of a folder, each with its ``file``, and sentences about those that can't be read. What is
        no manifest of ours is passed over
    """
    found, faults = [], []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if not name.endswith(".json") or not os.path.isfile(path):
            continue
        try:
            found.append({**_manifest_file.read(_files.read(path) or ""), "file": os.path.relpath(path, beside)})
        except (_manifest_file.UnknownManifest, _files.FileFault) as fault:
            faults.append(f"{name}: {fault}")
        except _manifest_file.ManifestFault:
            continue
    return found, faults
