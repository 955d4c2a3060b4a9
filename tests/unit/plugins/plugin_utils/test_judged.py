# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules would refuse is told with all else that is wrong with the variables of a playbook."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _judged

Data = dict[str, t.Any]

STOP: Data = {"source_region": None, "source_image_id": None, "regions": [], "manifests": []}
UNSHARE: Data = {"regions": [], "accounts": [], "manifests": []}
AUDIT: Data = {"regions": [], "roles": [], "quota": None}
RETIRE: Data = {
    **{name: [] for name in ("families", "name_patterns", "regions", "role_arns", "from_manifest")},
    **{name: {} for name in ("tags", "export")},
    **dict.fromkeys(("shared", "unmarked", "unpromoted", "export_required"), False),
    **{"keep": 3, "min_age_days": 30, "grace_days": 14, "max": 50, "keep_used": True},
    **{"delete_snapshots": "own", "orphans": "report"},
}


@pytest.mark.parametrize(
    ("work", "settings", "words"),
    [
        ("stop_copies", STOP, []),
        ("stop_copies", {**STOP, "regions": [" cn-beijing "]}, []),  # as a survey leaves it
        ("stop_copies", {**STOP, "regions": ["cn_beijing"]}, ["'cn_beijing' is no region"]),
        ("stop_copies", {**STOP, "source_region": "x y", "source_image_id": "['m-1']"}, ["is no id", "is no region"]),
        ("unshare_everywhere", {**UNSHARE, "accounts": ["nobody"]}, ["'nobody' must be an account id"]),
        ("image_audit", {**AUDIT, "quota": 0}, ["image_audit_quota must be at least 1"]),
        ("image_retire", RETIRE, []),
        (
            "image_retire",
            {**RETIRE, "max": 0, "role_arns": ["looker"], "name_patterns": ["("]},
            ["is no ARN", "'('", "max_images must be at least 1"],
        ),
    ],
)
@pytest.mark.parametrize("recorded", [{}, {"regions": ["cn-beijing"], "everything": []}], ids=["unread", "read"])
def test_what_a_module_would_refuse(work: str, settings: Data, words: list[str], recorded: Data) -> None:
    found = _judged.faults(work, settings, recorded, {})
    assert len(found) == len(words), found
    assert all(any(word in fault for fault in found) for word in words), found
