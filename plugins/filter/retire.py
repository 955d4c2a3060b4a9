# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role image_retire: what a retirement came to, to read."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _retired


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"retire_summary": _retired.summary}
