# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role image_release: pure functions from results to what the next step or the record needs."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest, _manifest_file, _records
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report


def refusing(function: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """Tell wrong input as Ansible tells it."""

    @functools.wraps(function)
    def wrapper(*given: t.Any, **options: t.Any) -> t.Any:
        try:
            return function(*given, **options)
        except ValueError as error:
            raise AnsibleFilterError(f"image_release_from_manifest: {error}") from None

    return wrapper


def of_manifest(name: str, function: t.Callable[..., str]) -> t.Callable[..., str]:
    """Take what a file holds, whatever that is: a report is made of a manifest and nothing else."""

    @functools.wraps(function)
    def wrapper(manifest: t.Any, *given: t.Any, **options: t.Any) -> str:
        return function(_known(name, manifest), *given, **options)

    return wrapper


def manifest(parts: t.Any, previous: t.Any = None) -> t.Any:
    """Take the parts as templates for version 1 name them, too."""
    recorded = parts.get("recorded") or {}
    if "known" not in recorded:
        # Only the name is of earlier manifests.
        parts = {**parts, "name": parts.get("name") or recorded.get("name"), "recorded": {}}
    tests = [{"not_tested": None, **image} for image in parts.get("unverified") or []]
    return _manifest.manifest({"tests": tests, **parts}, previous)


def index(manifests: t.Any, *given: t.Any, **options: t.Any) -> str:
    """The same of many, each with its file if it was read from one."""
    name = "release_report_index"
    if not isinstance(manifests, (list, tuple)):
        raise AnsibleFilterError(f"{name}: it is not a list of manifests")
    found = [
        {**_known(name, manifest), **{key: manifest[key] for key in ("file",) if key in manifest}}
        for manifest in manifests
    ]
    return _report.index(found, *given, **options)


def _known(name: str, manifest: t.Any) -> _manifest_file.Data:
    """
    :param name: of the filter
    """
    try:
        return _manifest_file.checked(manifest)
    except ValueError as error:
        raise AnsibleFilterError(f"{name}: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {
            "release_manifest": manifest,
            "release_recorded": refusing(_records.recorded),
            "release_report": of_manifest("release_report", _report.html),
            "release_report_index": index,
            "release_report_markdown": of_manifest("release_report_markdown", _report.markdown),
        }
