# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress is shown where it can be, and nowhere does a task depend on it."""

from __future__ import annotations

import threading
import typing as t
from pathlib import Path

import pytest

from ansible_collections.imageops.alicloud.plugins.action import ecs_image_copy


def relay(folder: Path) -> ecs_image_copy.Relay | None:
    action: t.Any = object.__new__(ecs_image_copy.ActionModule)
    action._make_tmp_path = lambda: str(folder)
    started: ecs_image_copy.Relay | None = action._start_relay({})
    return started


def test_a_folder_that_never_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecs_image_copy, "FOLDER_WAIT", 0.05)
    assert relay(tmp_path / "none") is None


def test_a_folder_that_comes_late(tmp_path: Path) -> None:
    folder = tmp_path / "late"
    maker = threading.Timer(0.1, folder.mkdir)
    maker.start()
    started = relay(folder)
    assert started is not None and [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]
    started.stop()


def test_a_file_that_is_there_already(tmp_path: Path) -> None:
    (tmp_path / ecs_image_copy.FILE_NAME).touch()
    assert relay(tmp_path) is None
