# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role image_release: pure functions from results to what the next step or the record needs."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.imageops.alicloud.plugins.plugin_utils import (
    _manifest,
    _records,
    _report,
)


def refusing(function: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """Tell wrong input as Ansible tells it."""

    @functools.wraps(function)
    def wrapper(*given: t.Any, **options: t.Any) -> t.Any:
        try:
            return function(*given, **options)
        except ValueError as error:
            raise AnsibleFilterError(f"image_release_from_manifest: {error}") from None

    return wrapper


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {
            "release_manifest": _manifest.manifest,
            "release_recorded": refusing(_records.recorded),
            "release_report": _report.html,
            "release_report_index": _report.index,
            "release_report_markdown": _report.markdown,
        }
