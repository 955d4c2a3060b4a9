# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder to run in."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from live import commands, run, session


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs keep their journals and files; the signals of this process stay as they are."""
    for module in (commands, session, run):
        monkeypatch.setattr(module, "FOLDER", tmp_path / "journals")
    monkeypatch.setattr(signal, "signal", lambda *dummy: None)
    monkeypatch.chdir(tmp_path)
    return tmp_path
