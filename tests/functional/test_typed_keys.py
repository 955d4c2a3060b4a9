# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A misspelt key of an image, a snapshot or a progress event is an error to the type checker."""

from __future__ import annotations

from pathlib import Path

import pytest

api = pytest.importorskip("mypy.api")

ROOT = Path(__file__).resolve().parents[2]
NAMES = "ansible_collections.imageops.alicloud.plugins.module_utils._base"
PROGRAM = f"""
from {NAMES}.types import Image, Snapshot
from {NAMES}.progress import Progress

def public(image: Image) -> bool:
    return image["KEY"]

def key(snapshot: Snapshot) -> str | None:
    return snapshot["kms_key_id"]

def tell(progress: Progress) -> None:
    progress.event(region="cn-hangzhou", image_id="m-1")
"""


@pytest.mark.parametrize(("key", "fine"), [("is_public", True), ("is_pubic", False)])
def test_a_misspelt_key_is_red(key: str, fine: bool) -> None:
    found, _errors, code = api.run(
        ["--config-file", str(ROOT / "pyproject.toml"), "-c", PROGRAM.replace("KEY", key)],
    )
    assert (code == 0) is fine, found
    assert fine or 'has no key "is_pubic"' in found
