# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role image_release: pure functions from results to what the next step or the record needs."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils import _manifest


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {
            "release_destinations": _manifest.destinations_only,
            "release_differs": _manifest.differs,
            "release_manifest": _manifest.manifest,
            "release_summary": _manifest.summary,
            "release_targets": _manifest.share_targets,
        }
