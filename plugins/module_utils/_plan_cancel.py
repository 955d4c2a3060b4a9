# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an image is a running copy that may be cancelled. Pure."""

from __future__ import annotations

from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import CREATE_FAILED, UNFINISHED, Data

# Reasons, as results name them.
UNKNOWN, COMPLETED, FAILED, NOT_A_COPY, STILL_RUNNING = "unknown", "completed", "failed", "not_a_copy", "still_running"


def reason_to_leave(image: Data | None) -> str | None:
    """Why there is nothing to cancel, or None if there is."""
    if image is None:
        return UNKNOWN
    if image["status"] in UNFINISHED:
        # IsCopied is what tells a copy from an image that is being created or imported.
        return None if image["is_copied"] else NOT_A_COPY
    return FAILED if image["status"] == CREATE_FAILED else COMPLETED
